package org.warpmix.optimize;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.Parameters;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.model.Covariance;

/**
 * The directions in which the covariance matrices at a point x are singular or nearly so, and the points next to it that
 * decide whether they should be. Of terms whose covariance is basis-free.
 */
public final class SingularDirections {

    /** Standard deviation relative to σ, along a standardised direction, under which a covariance counts as singular. */
    static final double SINGULAR = 1e-4;

    /** The standard deviation that a direction gets to see whether it should have one. */
    public static final double PROBE = 1e-2;
    /** The same for a direction that was put to zero from {@link #PROBE} or less. */
    public static final double FINE_PROBE = 1e-3;

    private static final double NEGLIGIBLE = 1e-5;

    private final Parameters parameters;
    private final List<RandomBlock> blocks;

    public SingularDirections(Parameters parameters, List<RandomBlock> blocks) {
        this.parameters = parameters;
        this.blocks = blocks;
    }

    /** How far two evaluations of one criterion may differ by rounding alone. */
    public static double rounding(double value) {
        return 1e-11 * Math.max(1, Math.abs(value));
    }

    /** Whether any covariance matrix at x is singular. */
    public boolean any(double[] x) {
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                if (!isClearly(SINGULAR, x, f, t)
                        && spectrum(parameters.factor(x, f, t)).values()[0] < SINGULAR * SINGULAR) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Per term, in the model's order, whether its covariance matrix is singular. */
    public boolean[] singular(double[] x) {
        int terms = 0;
        for (RandomBlock block : blocks) {
            terms += block.terms().size();
        }
        boolean[] singular = new boolean[terms];
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                double smallest = spectrum(parameters.factor(x, f, t)).values()[0];
                singular[blocks.get(f).termNumber(t)] = smallest < SINGULAR * SINGULAR;
            }
        }
        return singular;
    }

    /**
     * Whether all directions of a term are clearly above a bound. A lower bound of the smallest singular value of Λ, |Λ| / ‖Λ‖^(q−1), spares most points
     * their eigenvalues.
     */
    private boolean isClearly(double least, double[] x, int f, int t) {
        Covariance covariance = blocks.get(f).terms().get(t).covariance();
        if (!covariance.basisFree()) {
            return false;
        }
        int q = covariance.columns();
        double determinant = 1;
        double square = 0;
        int at = parameters.offset(f, t);
        for (int j = 0; j < q; j++) {
            determinant *= x[at];
            for (int i = j; i < q; i++) {
                square += x[at] * x[at];
                at++;
            }
        }
        double bound = 2 * least;
        double length = Math.sqrt(square);
        for (int i = 1; i < q; i++) {
            bound *= length;
        }
        return Math.abs(determinant) > bound;
    }

    /** The point with negligible directions put to zero, or {@code null} where there is nothing to do. */
    public double[] settled(double[] x) {
        return withoutBelow(x, NEGLIGIBLE);
    }

    /**
     * The point with directions put to zero whose standard deviation, relative to σ, is below a bound.
     *
     * @return {@code null} where there is nothing to do
     */
    public double[] withoutBelow(double[] x, double least) {
        double[] settled = null;
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                if (!blocks.get(f).terms().get(t).covariance().basisFree() || isClearly(least, x, f, t)) {
                    continue;
                }
                double[] factor = parameters.factor(x, f, t);
                SymmetricEigen spectrum = spectrum(factor);
                double[] values = spectrum.values();
                int q = values.length;
                if (values[0] >= least * least || isZero(factor)) {
                    continue;
                }
                double[] vectors = spectrum.vectors();
                for (int j = 0; j < q; j++) {
                    double length = values[j] < least * least ? 0 : Math.sqrt(values[j]);
                    for (int i = 0; i < q; i++) {
                        factor[i + j * q] = vectors[i + j * q] * length;
                    }
                }
                settled = settled == null ? x.clone() : settled;
                parameters.setFactor(settled, f, t, factor);
            }
        }
        return settled;
    }

    /** For each singular direction the point where it has a standard deviation instead of its own. */
    public List<double[]> letIn(double[] x, double deviation) {
        List<double[]> points = new ArrayList<>();
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                if (!blocks.get(f).terms().get(t).covariance().basisFree() || isClearly(SINGULAR, x, f, t)) {
                    continue;
                }
                SymmetricEigen spectrum = spectrum(parameters.factor(x, f, t));
                double[] values = spectrum.values();
                for (int i = 0; i < values.length && values[i] < SINGULAR * SINGULAR; i++) {
                    points.add(withDeviation(x, f, t, spectrum, i, deviation));
                }
            }
        }
        return points;
    }

    /** The point where every direction of every term has at least the given standard deviation. */
    public double[] awayFromZero(double[] x, double least) {
        double[] away = x.clone();
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                if (!blocks.get(f).terms().get(t).covariance().basisFree()) {
                    continue;
                }
                SymmetricEigen spectrum = spectrum(parameters.factor(away, f, t));
                double[] values = spectrum.values();
                if (values[0] >= least * least) {
                    continue;
                }
                double[] factor = spectrum.vectors().clone();
                int q = values.length;
                for (int e = 0; e < q * q; e++) {
                    factor[e] *= Math.max(least, Math.sqrt(Math.max(values[e / q], 0)));
                }
                parameters.setFactor(away, f, t, factor);
            }
        }
        return away;
    }

    private double[] withDeviation(double[] x, int f, int t, SymmetricEigen spectrum, int direction, double deviation) {
        double[] values = spectrum.values();
        double[] factor = spectrum.vectors().clone();
        int q = values.length;
        for (int j = 0; j < q; j++) {
            double length = j == direction ? deviation : Math.sqrt(Math.max(values[j], 0));
            for (int r = 0; r < q; r++) {
                factor[r + j * q] *= length;
            }
        }
        double[] point = x.clone();
        parameters.setFactor(point, f, t, factor);
        return point;
    }

    /** Eigenvalues and eigenvectors of {@code FF'}. */
    private static SymmetricEigen spectrum(double[] factor) {
        int q = (int) Math.round(Math.sqrt(factor.length));
        double[] phi = new double[q * q];
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                for (int r = 0; r < q; r++) {
                    phi[i + j * q] += factor[i + r * q] * factor[j + r * q];
                }
            }
        }
        return SymmetricEigen.of(phi, q);
    }

    private static boolean isZero(double[] factor) {
        for (double entry : factor) {
            if (entry != 0) {
                return false;
            }
        }
        return true;
    }
}
