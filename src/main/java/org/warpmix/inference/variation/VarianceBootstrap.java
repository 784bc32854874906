package org.warpmix.inference.variation;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.backend.Backend;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.fit.Fit;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.BootstrapResult;
import org.warpmix.inference.Distribution;
import org.warpmix.inference.Interval;
import org.warpmix.inference.IntervalType;
import org.warpmix.inference.ParameterSummary;
import org.warpmix.inference.Quantiles;
import org.warpmix.table.NearestNames;

/**
 * Intraclass correlations and R² over the replicates of a bootstrap: {@code icc.GROUP}, adjusted, {@code icc.conditional.GROUP},
 * the same of all factors together as {@code icc} and {@code icc.conditional} where there are several,
 * {@code r2.marginal} and {@code r2.conditional}.
 */
public final class VarianceBootstrap {

    private static final int MOST_HELD = 1 << 20;
    private static final int BINS = 1 << 16;

    private final BootstrapResult result;
    private final List<ParameterSummary> parameters;

    private VarianceBootstrap(BootstrapResult result, List<ParameterSummary> parameters) {
        this.result = result;
        this.parameters = parameters;
    }

    /** Runs a bootstrap. */
    public static VarianceBootstrap run(Bootstrap bootstrap) {
        return run(bootstrap, block -> true);
    }

    /** Runs a bootstrap and lets somebody look on, as {@link Bootstrap#run(Backend.Sink)} does. */
    public static VarianceBootstrap run(Bootstrap bootstrap, Backend.Sink listener) {
        Fit fit = bootstrap.fit();
        VarianceParts parts = new VarianceParts(fit);
        List<String> names = names(parts.groups());
        double[] estimates = shares(parts.of(fit));
        List<Distribution> columns = new ArrayList<>();
        for (double estimate : estimates) {
            columns.add(new Distribution(estimate, new Quantiles(MOST_HELD, BINS)));
        }
        BootstrapResult result = bootstrap.run(block -> {
            double[][] shares = shares(parts, block, columns.size());
            for (int c = 0; c < columns.size(); c++) {
                columns.get(c).add(shares[c], block.count());
            }
            return listener.accept(block);
        });
        List<ParameterSummary> parameters = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            columns.get(c).finish();
            parameters.add(new ParameterSummary(names.get(c), estimates[c], Double.NaN, columns.get(c), null));
        }
        return new VarianceBootstrap(result, List.copyOf(parameters));
    }

    /** What the bootstrap found of the model's parameters, and how its replicates ended. */
    public BootstrapResult result() {
        return result;
    }

    /** The shares. */
    public List<ParameterSummary> parameters() {
        return parameters;
    }

    /**
     * A percentile interval.
     *
     * @param name as above
     * @param level e.g. 0.95
     * @throws IllegalArgumentException for an unknown name, with the nearest known
     */
    public Interval interval(String name, double level) {
        List<String> names = parameters.stream().map(ParameterSummary::name).toList();
        int index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "No share " + NearestNames.quote(name) + ". " + NearestNames.hint(name, names));
        }
        return parameters.get(index).interval(IntervalType.PERCENTILE, level, 0);
    }

    private static List<String> names(List<String> groups) {
        List<String> names = new ArrayList<>();
        for (String kind : List.of("icc", "icc.conditional")) {
            groups.forEach(group -> names.add(kind + "." + group));
            if (groups.size() > 1) {
                names.add(kind);
            }
        }
        names.add("r2.marginal");
        names.add("r2.conditional");
        return names;
    }

    private static double[][] shares(VarianceParts parts, ReplicateBlock block, int columns) {
        double[][] shares = new double[columns][block.count()];
        double[] beta = new double[block.beta().length];
        double[] theta = new double[block.theta().length];
        for (int i = 0; i < block.count(); i++) {
            row(block.beta(), i, beta);
            row(block.theta(), i, theta);
            double[] one = shares(parts.of(beta, theta, block.sigma()[i]));
            for (int c = 0; c < columns; c++) {
                shares[c][i] = one[c];
            }
        }
        return shares;
    }

    private static void row(double[][] columns, int i, double[] row) {
        for (int j = 0; j < row.length; j++) {
            row[j] = columns[j][i];
        }
    }

    /** In the order of {@link #names}. */
    private static double[] shares(double[] parts) {
        int groups = parts.length - 2;
        double random = 0;
        for (int g = 1; g <= groups; g++) {
            random += parts[g];
        }
        double residual = parts[groups + 1];
        double total = parts[0] + random + residual;
        double[] shares = new double[2 * groups + (groups > 1 ? 2 : 0) + 2];
        int next = 0;
        for (double whole : new double[] {random + residual, total}) {
            for (int g = 1; g <= groups; g++) {
                shares[next++] = parts[g] / whole;
            }
            if (groups > 1) {
                shares[next++] = random / whole;
            }
        }
        shares[next++] = parts[0] / total;
        shares[next] = (parts[0] + random) / total;
        return shares;
    }
}
