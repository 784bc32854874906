package org.warpmix.inference;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.fit.Fit;
import org.warpmix.model.ModelData;

/**
 * Which linear combinations of all columns' coefficients the data determine, where X lost columns: those l with
 * {@code l'v = 0} for every v with Xv = 0. Searle 1971, Linear Models, section 5.4.
 */
final class Estimability {

    private static final double TOLERANCE = 1e-6;
    private static final double ZERO = 1e-8;

    private final String[] names;
    private final int[] kept;
    private final int[] dropped;
    /** Per dropped column what it is of the kept ones: {@code x_d = X_kept t_d}. */
    private final double[][] combinations;

    Estimability(Fit fit) {
        FixedBasis basis = fit.profiledCriterion().statistics().fixed();
        ModelData data = fit.design().data();
        names = data.fixedNames();
        kept = basis.kept();
        dropped = basis.dropped();
        combinations = new double[dropped.length][];
        for (int d = 0; d < dropped.length; d++) {
            combinations[d] = combination(data, basis, dropped[d]);
        }
    }

    /** Number of columns of X, dropped ones included. */
    int columns() {
        return names.length;
    }

    /** A basis of all v with Xv = 0, each with its last entry, −1, at a dropped column. */
    double[][] nullSpace() {
        double[][] vectors = new double[dropped.length][names.length];
        for (int d = 0; d < dropped.length; d++) {
            for (int j = 0; j < kept.length; j++) {
                vectors[d][kept[j]] = combinations[d][j];
            }
            vectors[d][dropped[d]] = -1;
        }
        return vectors;
    }

    /** Whether a combination of all columns' coefficients is estimable. */
    boolean estimable(double[] l) {
        return culprit(l) < 0;
    }

    /**
     * The contrast of the kept columns that equals one of all.
     *
     * @throws IllegalArgumentException where it is not estimable
     */
    double[] reduced(double[] l) {
        int culprit = culprit(l);
        if (culprit >= 0) {
            List<String> terms = new ArrayList<>();
            for (int j = 0; j < kept.length; j++) {
                if (combinations[culprit][j] != 0) {
                    terms.add(names[kept[j]]);
                }
            }
            throw new IllegalArgumentException("The contrast is not estimable: " + names[dropped[culprit]]
                    + " was dropped from X, being a combination of " + String.join(", ", terms)
                    + ", and the contrast does not weigh it as that combination.");
        }
        double[] reduced = new double[kept.length];
        for (int j = 0; j < kept.length; j++) {
            reduced[j] = l[kept[j]];
        }
        return reduced;
    }

    private int culprit(double[] l) {
        for (int d = 0; d < dropped.length; d++) {
            double sum = l[dropped[d]];
            double size = Math.abs(sum);
            for (int j = 0; j < kept.length; j++) {
                double product = combinations[d][j] * l[kept[j]];
                sum -= product;
                size = Math.max(size, Math.abs(product));
            }
            if (Math.abs(sum) > TOLERANCE * size) {
                return d;
            }
        }
        return -1;
    }

    /** Least squares by the factor R of the kept columns, {@code R'R t = X'x}, once refined. */
    private static double[] combination(ModelData data, FixedBasis basis, int column) {
        int[] kept = basis.kept();
        int p = kept.length;
        double[] r = basis.factor();
        double[] t = new double[p];
        double[] rest = data.x()[column].clone();
        double length = norm(rest);
        double[] lengths = new double[p];
        for (int pass = 0; pass < 3; pass++) {
            double[] step = new double[p];
            for (int j = 0; j < p; j++) {
                double[] x = data.x()[kept[j]];
                for (int i = 0; i < rest.length; i++) {
                    step[j] += (data.weights() == null ? 1 : data.weights()[i]) * x[i] * rest[i];
                }
                lengths[j] = pass == 0 ? norm(x) : lengths[j];
            }
            Triangular.solveTransposed(r, p, step);
            Triangular.solve(r, p, step);
            for (int j = 0; j < p; j++) {
                t[j] += step[j];
                double[] x = data.x()[kept[j]];
                for (int i = 0; i < rest.length; i++) {
                    rest[i] -= step[j] * x[i];
                }
            }
        }
        for (int j = 0; j < p; j++) {
            t[j] = Math.abs(t[j]) * lengths[j] < ZERO * length ? 0 : t[j];
        }
        return t;
    }

    private static double norm(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}
