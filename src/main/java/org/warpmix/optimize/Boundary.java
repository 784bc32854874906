package org.warpmix.optimize;

import java.util.List;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.Parameters;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SymmetricEigen;

/**
 * What happens where a covariance matrix is singular: variances that vanish, and whether they should.
 *
 * <p>For a unit vector v in the null space of Φ = ΛΛ', {@code d(Φ + τ² vv') = d(Φ) + τ² v'Nv + O(τ⁴)} with
 * {@code N = ∂d/∂Φ}: at a minimum N is positive semi-definite there (the Karush-Kuhn-Tucker condition on the cone of
 * covariance matrices).
 */
final class Boundary {

    /** Standard deviation relative to σ, along a standardised direction, under which a covariance counts as singular. */
    static final double SINGULAR = 1e-4;

    private static final double NEGLIGIBLE = 1e-5;
    private static final double PROBE = 1e-2;

    private final ProfiledCriterion criterion;
    private final Parameters parameters;

    Boundary(ProfiledCriterion criterion) {
        this.criterion = criterion;
        this.parameters = criterion.parameters();
    }

    /**
     * What letting in a variance does.
     *
     * @param curvature the smallest v'Nv over the singular directions; +∞ where there is none
     * @param below a point below the minimum, or {@code null}
     */
    record Probe(double curvature, double[] below) {}

    /** Puts negligible directions to zero, where d allows it. */
    Bfgs.Minimum settle(Bfgs.Minimum minimum) {
        double[] x = minimum.x().clone();
        boolean changed = false;
        List<RandomBlock> blocks = criterion.blocks();
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                if (!blocks.get(f).terms().get(t).covariance().basisFree()) {
                    continue;
                }
                double[] factor = parameters.factor(x, f, t);
                SymmetricEigen spectrum = spectrum(factor);
                double[] values = spectrum.values();
                int q = values.length;
                if (values[0] >= NEGLIGIBLE * NEGLIGIBLE || isZero(factor)) {
                    continue;
                }
                double[] vectors = spectrum.vectors();
                for (int j = 0; j < q; j++) {
                    double length = values[j] < NEGLIGIBLE * NEGLIGIBLE ? 0 : Math.sqrt(values[j]);
                    for (int i = 0; i < q; i++) {
                        factor[i + j * q] = vectors[i + j * q] * length;
                    }
                }
                parameters.setFactor(x, f, t, factor);
                changed = true;
            }
        }
        if (!changed) {
            return minimum;
        }
        double[] gradient = new double[x.length];
        double value = criterion.value(x, gradient);
        if (!(value <= minimum.value() + rounding(minimum.value()))) {
            return minimum;
        }
        return new Bfgs.Minimum(x, value, gradient, minimum.decrement(), minimum.evaluations() + 1, minimum.ending());
    }

    /** Looks along the singular directions of every term. */
    Probe probe(Bfgs.Minimum minimum) {
        double smallest = Double.POSITIVE_INFINITY;
        double[] below = null;
        List<RandomBlock> blocks = criterion.blocks();
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                if (!blocks.get(f).terms().get(t).covariance().basisFree()) {
                    continue;
                }
                SymmetricEigen spectrum = spectrum(parameters.factor(minimum.x(), f, t));
                double[] values = spectrum.values();
                for (int i = 0; i < values.length && values[i] < SINGULAR * SINGULAR; i++) {
                    double[] point = letIn(minimum.x(), f, t, spectrum, i, PROBE);
                    double growth = criterion.value(point) - minimum.value();
                    if (growth / (PROBE * PROBE) < smallest) {
                        smallest = growth / (PROBE * PROBE);
                        below = growth < -rounding(minimum.value()) ? point : null;
                    }
                }
            }
        }
        return new Probe(smallest, below);
    }

    /** Per term, in the model's order, whether its covariance matrix is singular. */
    boolean[] singular(double[] x) {
        List<RandomBlock> blocks = criterion.blocks();
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

    private double[] letIn(double[] x, int f, int t, SymmetricEigen spectrum, int i, double tau) {
        double[] values = spectrum.values();
        double[] factor = spectrum.vectors();
        int q = values.length;
        for (int j = 0; j < q; j++) {
            double length = j == i ? tau : Math.sqrt(Math.max(values[j], 0));
            for (int r = 0; r < q; r++) {
                factor[r + j * q] *= length;
            }
        }
        double[] probe = x.clone();
        parameters.setFactor(probe, f, t, factor);
        return probe;
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

    /** How far two evaluations of one criterion may differ by rounding alone. */
    static double rounding(double value) {
        return 1e-11 * Math.max(1, Math.abs(value));
    }
}
