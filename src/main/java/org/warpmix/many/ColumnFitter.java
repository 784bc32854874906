package org.warpmix.many;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.warpmix.backend.Backend;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.crossprod.ResponseProducts;
import org.warpmix.inference.effects.CoefficientErrors;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.inference.variation.VarianceParts;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.replicate.UserResponses;
import org.warpmix.unit.Workers;

/** Fits columns that share a design: a batch, then the degrees of freedom of each column. */
final class ColumnFitter {

    /** Columns whose degrees of freedom a thread reckons at a time. */
    private static final int SHARE = 64;

    private final ColumnDesign design;
    private final DegreesOfFreedom degrees;
    private final int threads;
    private final CoefficientErrors errors;
    private final VarianceParts parts;

    ColumnFitter(ColumnDesign design, DegreesOfFreedom degrees, int threads) {
        this.design = design;
        this.degrees = degrees;
        this.threads = threads;
        this.errors = new CoefficientErrors(design.statistics().fixed(), design.method(), degrees);
        this.parts = new VarianceParts(design.data(), design.statistics().fixed());
    }

    /**
     * Fits columns.
     *
     * @param columns of finite numbers
     * @param place of each column in {@code into}
     */
    void fit(List<double[]> columns, int[] place, Backend backend, ColumnEstimates into) {
        UserResponses source = UserResponses.of(design.statistics(), columns.toArray(new double[0][]));
        BatchOptions options = BatchOptions.defaults().withStandardErrors(true).withThreads(threads);
        AtomicReference<RuntimeException> thrown = new AtomicReference<>();
        backend.run(design.batch(source, options), 1, columns.size(), block -> {
            for (int i = 0; i < block.count(); i++) {
                int c = place[(int) block.first() - 1 + i];
                into.status()[c] = block.status()[i];
                into.singular()[c] = block.singular()[i];
                into.rows()[c] = design.data().n();
                into.criterion()[c] = block.criterion()[i];
                into.sigma()[c] = block.sigma()[i];
                copy(block.theta(), i, into.theta(), c);
                copy(block.beta(), i, into.beta(), c);
                copy(block.standardErrors(), i, into.standardErrors(), c);
            }
            return true;
        });
        AtomicInteger next = new AtomicInteger();
        Workers.run(threads, Workers.OWN, () -> {
            try {
                Tests tests = new Tests();
                for (int from = next.getAndAdd(SHARE); from < place.length; from = next.getAndAdd(SHARE)) {
                    tests.add(columns, place, from, Math.min(place.length, from + SHARE), into);
                }
            } catch (RuntimeException e) { // handed to the caller's thread
                thrown.set(e);
            }
        });
        if (thrown.get() != null) {
            throw thrown.get();
        }
    }

    private static void copy(double[][] from, int i, double[][] to, int c) {
        for (int e = 0; e < from.length; e++) {
            to[e][c] = from[e][i];
        }
    }

    /** What is reckoned at the optima, with the work space of one thread. */
    private final class Tests {

        private final ProfiledCriterion criterion = ProfiledCriterion.of(design.statistics(), design.method());
        private final ResponseProducts.Reducer reducer;
        private final double[][] drawn;
        private final double[] response;
        private final double[] theta = new double[design.start().length];
        private final double[] beta = new double[design.statistics().p()];
        private final double[] error = new double[beta.length];
        private final double[] df = new double[beta.length];

        Tests() {
            ResponseProducts products = ResponseProducts.of(design.statistics());
            reducer = products.responses();
            response = new double[products.layout().size()];
            drawn = new double[response.length][reducer.lanes()];
        }

        void add(List<double[]> columns, int[] place, int from, int to, ColumnEstimates into) {
            for (int start = from; start < to; start += reducer.lanes()) {
                int count = Math.min(reducer.lanes(), to - start);
                if (degrees != DegreesOfFreedom.RESIDUAL) {
                    for (int lane = 0; lane < count; lane++) {
                        reducer.put(lane, columns.get(start + lane));
                    }
                    reducer.reduce(count, drawn, 0);
                }
                for (int lane = 0; lane < count; lane++) {
                    add(lane, place[start + lane], into);
                }
            }
        }

        private void add(int lane, int c, ColumnEstimates into) {
            if (into.status()[c] == ReplicateStatus.FAILED) {
                return;
            }
            read(into.theta(), c, theta);
            read(into.beta(), c, beta);
            read(into.standardErrors(), c, error);
            double[] variances = parts.of(beta, theta, into.sigma()[c]);
            double whole = 0;
            for (int g = 1; g < variances.length; g++) {
                whole += variances[g];
            }
            for (int g = 0; g < into.icc().length; g++) {
                into.icc()[g][c] = variances[1 + g] / whole;
            }
            ProfiledCriterion here = criterion;
            if (degrees != DegreesOfFreedom.RESIDUAL) {
                for (int e = 0; e < response.length; e++) {
                    response[e] = drawn[e][lane];
                }
                here = criterion.withResponse(design.statistics().withResponse(response));
            }
            try {
                errors.at(here, here.parameters().fromTheta(theta), error, df);
            } catch (ArithmeticException | IllegalArgumentException e) {
                Arrays.fill(df, Double.NaN); // theta beyond all numbers: estimates without a test
            }
            for (int j = 0; j < df.length; j++) {
                into.standardErrors()[j][c] = error[j];
                into.degrees()[j][c] = df[j];
            }
        }

        private void read(double[][] from, int c, double[] into) {
            for (int e = 0; e < into.length; e++) {
                into[e] = from[e][c];
            }
        }
    }

    /** Those of some columns. */
    static List<double[]> pick(double[][] columns, List<Integer> numbers) {
        List<double[]> some = new ArrayList<>(numbers.size());
        for (int number : numbers) {
            some.add(columns[number]);
        }
        return some;
    }
}
