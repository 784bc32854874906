package org.warpmix.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.Embedding;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.crossprod.ResponseProducts;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.model.Unstructured;
import org.warpmix.replicate.GaussianModel;
import org.warpmix.replicate.NestedStatistics;
import org.warpmix.replicate.ParametricStatistics;
import org.warpmix.replicate.ReplicateSource;
import org.warpmix.table.Table;

/**
 * Gaussian replicates of one design with one grouping factor, drawn as statistics: no row is. The design drawn has the columns of the
 * truth and of all models, which all are nested in it; so each model sees the same responses, the wrong ones, too.
 *
 * <p>The designs' own response is residual noise that no column explains, so that their coordinates have the same origin and unit.
 */
final class StatisticsSources implements Sources {

    private final Table table;
    private final ResponseDrawer truth;
    private final ModelData union;
    private final Crossproducts statistics;
    private final ParametricStatistics drawn;

    private StatisticsSources(
            Table table, ResponseDrawer truth, ModelData union, Crossproducts statistics, ParametricStatistics drawn) {
        this.table = table;
        this.truth = truth;
        this.union = union;
        this.statistics = statistics;
        this.drawn = drawn;
    }

    /**
     * The replicates, if they can be drawn so.
     *
     * @param models that are to see them
     * @return {@code null} where rows have to be drawn
     */
    static StatisticsSources of(
            Table rows, ResponseDrawer truth, List<Function<Table, ModelData>> models, long seed, double sigma) {
        Table noisy = Tables.with(rows, truth.response(), ResponseDrawer.noise(rows.rows()));
        Map<String, double[]> fixed = new LinkedHashMap<>();
        Map<String, double[]> random = new LinkedHashMap<>();
        List<ModelData> all = new ArrayList<>(List.of(truth.data()));
        models.forEach(model -> all.add(RowSources.complete(model.apply(noisy), rows)));
        RandomTerm any = truth.data().terms().get(0);
        int widest = 0;
        for (ModelData data : all) {
            if (data.offset() != null) {
                return null;
            }
            widest = Math.max(
                    widest,
                    data.terms().stream().mapToInt(term -> term.names().length).sum());
            for (int j = 0; j < data.x().length; j++) {
                fixed.putIfAbsent(data.fixedNames()[j], data.x()[j]);
            }
            for (RandomTerm term : data.terms()) {
                if (!term.factor().name().equals(any.factor().name())) {
                    return null;
                }
                for (int a = 0; a < term.names().length; a++) {
                    random.putIfAbsent(term.names()[a], term.z()[a]);
                }
            }
        }
        if (random.size() > widest) {
            return null; // columns of different models may depend on each other
        }
        RandomTerm term = new RandomTerm(
                any.factor(),
                random.keySet().toArray(new String[0]),
                random.values().toArray(new double[0][]),
                new Unstructured(random.size()));
        ModelData union = new ModelData(
                truth.response(),
                noisyResponse(truth.data(), fixed),
                fixed.keySet().toArray(new String[0]),
                fixed.values().toArray(new double[0][]),
                List.of(term),
                null,
                null,
                truth.data().rows(),
                0);
        Crossproducts statistics = Crossproducts.of(union);
        if (statistics.classes() == null) {
            return null;
        }
        ParametricStatistics drawn = ParametricStatistics.of(gaussian(statistics, truth, term, sigma), seed);
        StatisticsSources sources =
                new StatisticsSources(Tables.with(rows, truth.response(), union.y()), truth, union, statistics, drawn);
        for (Function<Table, ModelData> model : models) {
            if (sources.of(model) == null) {
                return null;
            }
        }
        return sources;
    }

    /** Noise that the columns do not explain. */
    private static double[] noisyResponse(ModelData truth, Map<String, double[]> fixed) {
        double[] y = ResponseDrawer.noise(truth.n());
        double[][] x = fixed.values().toArray(new double[0][]);
        for (int pass = 0; pass < 2; pass++) {
            ModelData data = new ModelData(
                    truth.response(),
                    y,
                    fixed.keySet().toArray(new String[0]),
                    x,
                    List.of(),
                    null,
                    null,
                    truth.rows(),
                    0);
            FixedBasis basis = FixedBasis.of(data);
            double[] explained = basis.coefficients(new double[basis.rank()]);
            y = y.clone();
            for (int j = 0; j < explained.length; j++) {
                double[] column = x[basis.kept()[j]];
                for (int i = 0; i < y.length; i++) {
                    y[i] -= explained[j] * column[i];
                }
            }
        }
        return y;
    }

    private static GaussianModel gaussian(
            Crossproducts statistics, ResponseDrawer truth, RandomTerm union, double sigma) {
        ResponseDrawer.Group group = truth.groups().get(0);
        int qT = group.names().size();
        int q = union.names().length;
        List<String> names = List.of(union.names());
        double[] lambda = new double[q * q];
        for (int j = 0; j < qT; j++) {
            for (int i = 0; i < qT; i++) {
                int row = names.indexOf(group.names().get(i)); // the truth's columns come first, in its order
                lambda[row + j * q] = group.factor()[i + j * qT] / sigma;
            }
        }
        double[] theta = new double[q * (q + 1) / 2];
        union.covariance().theta(lambda, theta, 0);
        ProfiledCriterion criterion = ProfiledCriterion.of(statistics, Method.REML);
        double[] x = criterion.parameters().fromTheta(theta);
        double[] gamma = ResponseProducts.of(statistics).coordinates(truth.mean());
        double unit = statistics.fixed().scale();
        return new GaussianModel(
                statistics, new double[][] {criterion.parameters().factor(x, 0, 0)}, gamma, sigma / unit);
    }

    @Override
    public Source of(Function<Table, ModelData> model) {
        ModelData data = model.apply(table);
        if (isUnion(data)) {
            return new Source(union, statistics, drawn);
        }
        Crossproducts smaller = Crossproducts.of(data);
        Embedding embedding = Embedding.of(smaller, statistics);
        if (data.terms().isEmpty()) {
            return new Source(data, smaller, new FixedStatistics(drawn, statistics, smaller, embedding.fixed()));
        }
        NestedStatistics nested = embedding.random() == null ? null : NestedStatistics.of(drawn, smaller, embedding);
        return nested == null ? null : new Source(data, smaller, nested);
    }

    private boolean isUnion(ModelData data) {
        return Arrays.equals(data.fixedNames(), union.fixedNames())
                && data.terms().size() == 1
                && Arrays.equals(
                        data.terms().get(0).names(), union.terms().get(0).names());
    }

    @Override
    public Table table(long replicate) {
        throw new IllegalStateException("Statistics of replicate " + replicate + " are drawn, there are no rows.");
    }

    @Override
    public ResponseDrawer reference() {
        return truth;
    }

    /** {@code X̃'ỹ} and {@code ỹ'ỹ} of a design without random effects. */
    private record FixedStatistics(
            ParametricStatistics source, Crossproducts larger, Crossproducts smaller, double[] embedding)
            implements ReplicateSource.Responses {
        @Override
        public Drawer drawer() {
            Drawer drawer = source.drawer();
            ResponseLayout from = ResponseLayout.of(larger);
            ResponseLayout to = ResponseLayout.of(smaller);
            int pL = larger.p();
            double unit = larger.fixed().scale() / smaller.fixed().scale();
            double[][][] held = {new double[from.size()][0]};
            return (first, count, into) -> {
                if (held[0][0].length < count) {
                    held[0] = new double[from.size()][count];
                }
                double[][] drawn = held[0];
                drawer.draw(first, count, drawn);
                for (int k = 0; k < smaller.p(); k++) {
                    Arrays.fill(into[to.xy() + k], 0, count, 0);
                    Arrays.fill(into[to.shift() + k], 0, count, 0);
                    for (int l = 0; l < pL; l++) {
                        for (int i = 0; i < count; i++) {
                            into[to.xy() + k][i] += embedding[l + k * pL] * drawn[from.xy() + l][i];
                        }
                    }
                }
                System.arraycopy(drawn[from.yy()], 0, into[to.yy()], 0, count);
                Arrays.fill(into[to.unit()], 0, count, unit);
            };
        }
    }
}
