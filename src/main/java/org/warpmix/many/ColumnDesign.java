package org.warpmix.many;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BatchOptions;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.ModelData;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;
import org.warpmix.replicate.ReplicateSource;

/**
 * A design, reduced with a typical one of its columns as the response: where searches begin is where that one ends.
 *
 * <p>What X explains is taken out of the response, so that the centre of the coordinates is the offset: the digits of a column do
 * not depend on how large the typical one is.
 *
 * @param data the rows, their response what X leaves of the typical column
 * @param start the optimum of that
 */
record ColumnDesign(ModelData data, Crossproducts statistics, Method method, double[] start) {

    /** How many columns are looked at for a typical one. */
    private static final int CANDIDATES = 9;

    /**
     * The design of some rows.
     *
     * @param rows their response does not matter
     * @param columns of numbers for these rows; some of them are fitted, all where none of these can be
     * @return {@code null} where no column can be fitted
     */
    static ColumnDesign of(ModelData rows, Method method, List<double[]> columns) {
        List<double[]> typical = new ArrayList<>();
        for (int k = 0; k < Math.min(CANDIDATES, columns.size()); k++) {
            typical.add(columns.get((int) ((long) k * columns.size() / CANDIDATES)));
        }
        if (columns.size() <= CANDIDATES) {
            typical = columns;
        }
        List<ColumnDesign> fitted = fit(rows, method, typical, Integer.MAX_VALUE);
        if (fitted.isEmpty() && columns.size() > CANDIDATES) {
            fitted = fit(rows, method, columns, 1);
        }
        return fitted.isEmpty() ? null : nearestToMedian(fitted);
    }

    private static List<ColumnDesign> fit(ModelData rows, Method method, List<double[]> columns, int enough) {
        List<ColumnDesign> interior = new ArrayList<>();
        List<ColumnDesign> singular = new ArrayList<>();
        for (int c = 0; c < columns.size() && interior.size() + singular.size() < enough; c++) {
            try {
                ModelData data = centred(withResponse(rows, columns.get(c)));
                Crossproducts statistics = Crossproducts.of(data);
                ProfiledCriterion criterion = ProfiledCriterion.of(statistics, method);
                Optimum optimum = CriterionOptimizer.minimize(
                        criterion, criterion.parameters().start());
                if (optimum.criterion() < Double.POSITIVE_INFINITY) {
                    (optimum.anySingular() ? singular : interior)
                            .add(new ColumnDesign(data, statistics, method, optimum.x()));
                }
            } catch (IllegalArgumentException degenerate) {
                // such as a constant column: another one is more typical
            }
        }
        return interior.isEmpty() ? singular : interior;
    }

    /** What least squares by X leaves of the response, and the offset. */
    private static ModelData centred(ModelData data) {
        Crossproducts statistics = Crossproducts.of(data);
        double[] beta = statistics.fixed().coefficients(new double[statistics.p()]);
        double[] y = data.y().clone();
        for (int j = 0; j < beta.length; j++) {
            double[] column = data.x()[statistics.fixed().kept()[j]];
            for (int i = 0; i < y.length; i++) {
                y[i] -= beta[j] * column[i];
            }
        }
        return withResponse(data, y);
    }

    private static ColumnDesign nearestToMedian(List<ColumnDesign> fitted) {
        double[][] theta = new double[fitted.size()][];
        for (int k = 0; k < theta.length; k++) {
            theta[k] = fitted.get(k).theta();
        }
        double[] distance = new double[theta.length];
        for (int e = 0; e < theta[0].length; e++) {
            double[] entries = new double[theta.length];
            for (int k = 0; k < theta.length; k++) {
                entries[k] = theta[k][e];
            }
            Arrays.sort(entries);
            for (int k = 0; k < theta.length; k++) {
                double off = theta[k][e] - entries[theta.length / 2];
                distance[k] += off * off;
            }
        }
        int nearest = 0;
        for (int k = 1; k < theta.length; k++) {
            nearest = distance[k] < distance[nearest] ? k : nearest;
        }
        return fitted.get(nearest);
    }

    private double[] theta() {
        return ProfiledCriterion.of(statistics, method).parameters().toTheta(start);
    }

    static ModelData withResponse(ModelData data, double[] y) {
        return new ModelData(
                data.response(),
                y,
                data.fixedNames(),
                data.x(),
                data.terms(),
                data.weights(),
                data.offset(),
                data.rows(),
                data.dropped());
    }

    Batch batch(ReplicateSource source, BatchOptions options) {
        return new Batch(data, statistics, method, start, source, options);
    }
}
