package org.warpmix.study;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.ModelData;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;
import org.warpmix.replicate.ReplicateSource;

/**
 * The replicates of a condition as one model sees them.
 *
 * @param data the model on the rows of replicate 0
 * @param statistics of them
 * @param replicates what replicates are
 */
record Source(ModelData data, Crossproducts statistics, ReplicateSource replicates) {

    private static final int CHUNK = 64;
    private static final int TRIALS = 16;

    /** Looks at the statistics of a replicate. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Takes the next one.
         *
         * @param i its number behind the first
         * @param statistics {@code null} where there are none: nothing can be fitted
         * @param unit by which the response was divided
         * @param shift what was taken out of it before: length p, in the solver's coordinates
         */
        void take(int i, Crossproducts statistics, double unit, double[] shift);
    }

    /** Shows the statistics of consecutive replicates. */
    void visit(long first, int count, Visitor visitor) {
        int p = statistics.p();
        if (replicates instanceof ReplicateSource.Designs designs) {
            double[] none = new double[p];
            for (int i = 0; i < count; i++) {
                visitor.take(i, statistics(designs.design(first + i)), 1, none);
            }
            return;
        }
        ResponseLayout layout = ResponseLayout.of(statistics);
        ReplicateSource.Drawer drawer = ((ReplicateSource.Responses) replicates).drawer();
        double[][] drawn = new double[layout.size()][CHUNK];
        double[] one = new double[drawn.length];
        double[] shift = new double[p];
        for (int from = 0; from < count; from += CHUNK) {
            int some = Math.min(CHUNK, count - from);
            drawer.draw(first + from, some, drawn);
            for (int i = 0; i < some; i++) {
                for (int e = 0; e < one.length; e++) {
                    one[e] = drawn[e][i];
                }
                System.arraycopy(one, layout.shift(), shift, 0, p);
                visitor.take(from + i, statistics.withResponse(one), one[layout.unit()], shift);
            }
        }
    }

    private Crossproducts statistics(ModelData replicate) {
        try {
            Crossproducts found = Crossproducts.of(replicate);
            return found.p() == statistics.p() ? found : null;
        } catch (IllegalArgumentException degenerate) {
            return null;
        }
    }

    /** Statistics and estimates that are those of a replicate like any other. */
    record Start(Crossproducts statistics, double[] x) {}

    /** Where searches begin: the estimates of the first replicate that has ones inside the parameter space, of a few. */
    Start start(Method method) {
        if (replicates instanceof ReplicateSource.Designs) {
            return new Start(
                    statistics,
                    ProfiledCriterion.of(statistics, method).parameters().start());
        }
        ProfiledCriterion criterion = ProfiledCriterion.of(statistics, method);
        Start[] found = new Start[2];
        visit(1, TRIALS, (i, one, unit, shift) -> {
            if (found[0] == null) {
                ProfiledCriterion here = criterion.withResponse(one);
                Optimum optimum =
                        CriterionOptimizer.minimize(here, here.parameters().start());
                if (optimum.criterion() < Double.POSITIVE_INFINITY) {
                    found[optimum.converged() && !optimum.anySingular() ? 0 : 1] = new Start(one, optimum.x());
                }
            }
        });
        if (found[0] != null || found[1] != null) {
            return found[0] != null ? found[0] : found[1];
        }
        return new Start(statistics, criterion.parameters().start());
    }
}
