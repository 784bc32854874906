package org.warpmix.inference.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.likelihood.DenseModel;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.RandomModels;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.RandomTerm;

/** Error variances of rows of random small models of every structure, against V of order n. */
class RowErrorsTest {

    private static final int BATCH = 110;
    private static final int ROWS = 12;
    /** V's condition number is up to 1e6 here. */
    private static final double TOLERANCE = 1e-8;

    static IntStream batches() {
        return IntStream.range(0, 4);
    }

    @ParameterizedTest
    @MethodSource("batches")
    void areThoseOfTheDenseModel(int batch) {
        for (int seed = batch * BATCH; seed < (batch + 1) * BATCH; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            DenseModel dense = new DenseModel(model.data(), model.method(), model.theta(), model.kept());
            ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(model.data()), model.method());
            RowErrors errors = new RowErrors(criterion, criterion.parameters().fromTheta(model.theta()));
            Random random = new Random(seed);
            double[][] x = new double[model.data().x().length][ROWS];
            for (double[] column : x) {
                Arrays.setAll(column, i -> 2 * random.nextGaussian());
            }
            List<RandomTerm> terms = rows(model, random);
            for (int i : errors.order(terms, ROWS)) {
                String name = "seed " + seed + ", row " + i + ": " + model;
                errors.take(x, terms, i);
                assertRow(dense, model, errors, x, terms, i, name);
            }
        }
    }

    /** Levels in any combination, such as the data do not have; some not seen. */
    private static List<RandomTerm> rows(RandomModels.Model model, Random random) {
        List<RandomTerm> terms = new ArrayList<>();
        List<GroupingFactor> old = new ArrayList<>();
        List<GroupingFactor> fresh = new ArrayList<>();
        for (RandomTerm term : model.data().terms()) {
            if (!old.contains(term.factor())) {
                int[] codes = new int[ROWS];
                Arrays.setAll(codes, i -> random.nextInt(term.factor().levels().length + 1) - 1);
                old.add(term.factor());
                fresh.add(new GroupingFactor(term.factor().name(), term.factor().levels(), codes));
            }
            double[][] z = new double[term.z().length][ROWS];
            for (double[] column : z) {
                Arrays.setAll(column, i -> random.nextGaussian());
            }
            terms.add(new RandomTerm(fresh.get(old.indexOf(term.factor())), term.names(), z, term.covariance()));
        }
        return terms;
    }

    private static void assertRow(
            DenseModel dense,
            RandomModels.Model model,
            RowErrors errors,
            double[][] x,
            List<RandomTerm> terms,
            int row,
            String name) {
        double[] kept = Arrays.stream(model.kept()).mapToDouble(j -> x[j][row]).toArray();
        int[] levels =
                terms.stream().mapToInt(term -> term.factor().codes()[row]).toArray();
        double[][] z = new double[terms.size()][];
        double[][] none = new double[z.length][];
        for (int t = 0; t < z.length; t++) {
            z[t] = Arrays.stream(terms.get(t).z()).mapToDouble(c -> c[row]).toArray();
            none[t] = new double[z[t].length];
        }
        int[] unseen = new int[levels.length];
        Arrays.fill(unseen, -1);
        double size = 1 + dense.errorVariance(kept, unseen, z);
        assertEquals(dense.errorVariance(kept, levels, z), errors.variance(), TOLERANCE * size, name);
        double[] expected = dense.errorWithBeta(kept, levels, z);
        for (int j = 0; j < expected.length; j++) {
            double bound = TOLERANCE * Math.sqrt(size * dense.betaCovariance(j, j));
            assertEquals(expected[j], errors.ofCoefficients(errors.withFixed())[j], bound, name);
        }
        assertEquals(size - 1, errors.unseenVariance(), TOLERANCE * size, name);
        assertEquals(dense.errorVariance(kept, unseen, none), errors.fixedVariance(), TOLERANCE * size, name);
    }
}
