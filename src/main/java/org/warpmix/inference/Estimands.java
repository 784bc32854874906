package org.warpmix.inference;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.model.Covariance;
import org.warpmix.model.RandomTerm;

/**
 * The parameters that a bootstrap reports, and how they follow from a replicate's estimates: sigma, theta, beta, then term by
 * term the standard deviations and correlations of the random effects, {@code sd_i = σ ‖Λ_i‖} and
 * {@code r_ij = Λ_i'Λ_j / (‖Λ_i‖ ‖Λ_j‖)} with Λ_i' the rows of the relative covariance factor. A correlation with an effect
 * that has no variance is NaN.
 *
 * <p>Holds work space: it serves one thread.
 */
public final class Estimands {

    private final List<String> names = new ArrayList<>();
    private final double[] estimates;
    private final double[] standardErrors;
    private final Covariance[] terms;
    private final int firstBeta;
    private final int firstDerived;
    private final double[] row;
    private final double[] lambda;
    private final double[] lengths;
    private double[][] work;

    /**
     * @param studentised whether replicates have standard errors: then there is a column (b* − b)/se* for each fixed effect
     *     behind the parameters'
     */
    public Estimands(Fit fit, boolean studentised) {
        this(fit.design().data().terms(), ReplicateFit.fixedNames(fit), studentised);
        FixedEffects effects = fit.fixedEffects();
        double[] theta = fit.theta();
        for (int j = 0; studentised && j < effects.size(); j++) {
            standardErrors[j] = effects.standardError(j);
        }
        double[][] asColumns = new double[theta.length][];
        for (int k = 0; k < theta.length; k++) {
            asColumns[k] = new double[] {theta[k]};
        }
        derive(asColumns, new double[] {fit.sigma()}, 1);
        estimates[0] = fit.sigma();
        System.arraycopy(theta, 0, estimates, 1, theta.length);
        System.arraycopy(effects.estimates(), 0, estimates, firstBeta, effects.size());
        for (int d = firstDerived; d < names.size(); d++) {
            estimates[d] = work[d - firstDerived][0];
        }
    }

    /**
     * The parameters of a model that has not been fitted: there are no {@link #estimates}.
     *
     * @param random its terms
     * @param effects names of the coefficients
     */
    public Estimands(List<RandomTerm> random, List<String> effects) {
        this(random, effects, false);
    }

    private Estimands(List<RandomTerm> random, List<String> effects, boolean studentised) {
        int thetas =
                random.stream().mapToInt(term -> term.covariance().thetaCount()).sum();
        firstBeta = 1 + thetas;
        firstDerived = firstBeta + effects.size();
        names.add("sigma");
        for (int k = 1; k <= thetas; k++) {
            names.add("theta." + k);
        }
        effects.forEach(effect -> names.add("beta." + effect));
        standardErrors = studentised ? new double[effects.size()] : null;
        terms = new Covariance[random.size()];
        int widest = 0;
        for (int t = 0; t < terms.length; t++) {
            terms[t] = random.get(t).covariance();
            widest = Math.max(widest, terms[t].columns());
            addNames(random.get(t));
        }
        row = new double[thetas];
        lambda = new double[widest * widest];
        lengths = new double[widest];
        estimates = new double[names.size()];
        work = new double[columns() - firstDerived][1];
    }

    private void addNames(RandomTerm term) {
        String group = term.factor().name() + ".";
        String[] effects = term.names();
        for (String effect : effects) {
            names.add("sd." + group + effect);
        }
        for (int j = 0; j < effects.length; j++) {
            for (int i = j + 1; i < effects.length; i++) {
                names.add("cor." + group + effects[i] + "." + effects[j]);
            }
        }
    }

    /** Names such as {@code sigma}, {@code theta.1}, {@code beta.Days}, {@code sd.Subject.Days}. */
    public List<String> names() {
        return names;
    }

    /** The fit's estimate of each parameter. */
    public double[] estimates() {
        return estimates;
    }

    /** The fixed effect that a parameter is, or −1. */
    public int effect(int parameter) {
        return parameter >= firstBeta && parameter < firstDerived ? parameter - firstBeta : -1;
    }

    /** The fit's standard errors of the fixed effects, or {@code null} where replicates have none. */
    public double[] standardErrors() {
        return standardErrors;
    }

    /** Number of columns: one per parameter, then those of {@code (b* − b)/se*}. */
    public int columns() {
        return names.size() + (standardErrors == null ? 0 : standardErrors.length);
    }

    /** The columns of a block; overwritten by the next call. */
    public double[][] columns(ReplicateBlock block) {
        int count = block.count();
        if (work.length > 0 && work[0].length < count) {
            work = new double[work.length][count];
        }
        derive(block.theta(), block.sigma(), count);
        double[][] columns = new double[columns()][];
        columns[0] = block.sigma();
        System.arraycopy(block.theta(), 0, columns, 1, row.length);
        System.arraycopy(block.beta(), 0, columns, firstBeta, firstDerived - firstBeta);
        System.arraycopy(work, 0, columns, firstDerived, work.length);
        for (int j = 0; j < columns.length - names.size(); j++) {
            double[] t = columns[names.size() + j];
            double[] beta = block.beta()[j];
            double[] error = block.standardErrors()[j];
            double estimate = estimates[firstBeta + j];
            for (int i = 0; i < count; i++) {
                t[i] = (beta[i] - estimate) / error[i];
            }
        }
        return columns;
    }

    private void derive(double[][] theta, double[] sigma, int count) {
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < row.length; k++) {
                row[k] = theta[k][i];
            }
            int next = 0;
            int offset = 0;
            for (Covariance term : terms) {
                term.lambda(row, offset, lambda);
                offset += term.thetaCount();
                int q = term.columns();
                for (int a = 0; a < q; a++) {
                    lengths[a] = Math.sqrt(product(a, a, q));
                    work[next++][i] = sigma[i] * lengths[a];
                }
                for (int b = 0; b < q; b++) {
                    for (int a = b + 1; a < q; a++) {
                        double r = product(a, b, q) / (lengths[a] * lengths[b]);
                        work[next++][i] = Math.max(-1, Math.min(1, r));
                    }
                }
            }
        }
    }

    /** {@code Λ_a'Λ_b}, b ≤ a. */
    private double product(int a, int b, int q) {
        double sum = 0;
        for (int k = 0; k <= b; k++) {
            sum += lambda[a + k * q] * lambda[b + k * q];
        }
        return sum;
    }
}
