package org.warpmix.backend.lanes;

import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Parameters;
import org.warpmix.likelihood.ProfiledCriterion;

/**
 * The first step of a search: Fisher scoring in the covariances themselves, from a start that all replicates share.
 *
 * <p>In (σ²Φ, σ²) the REML equations of a balanced design are linear, so that one step solves them (it is
 * Rao's MINQUE with the start as prior values); of another design it is close. With the profiled Hessian H at x₀, the gradient g of
 * a replicate there, {@code ρ = r²/(νσ₀²)} and c the gradient of {@code log|A|} (and {@code log|M_XX|}), which no response
 * changes:
 * <pre>
 * δx = −ρ H⁻¹g,   δω = ρ − 1 − c'δx/ν,   Φ = Φ₀ + (Λ₀ δΛ' + δΛ Λ₀') / (1 + δω)
 * </pre>
 */
public final class ScoringStep {

    private static final double LEAST_DEVIATION = 0.1;
    private static final double LEAST_VARIANCE_RATIO = 0.2;

    private final Parameters parameters;
    private final List<RandomBlock> blocks;
    private final double[] x;
    private final double variance;
    private final double[] c;
    private final double[] lambda;
    private final double[] delta;
    private final double[] phi;

    /**
     * The step from one start.
     *
     * @param observed criterion of the response observed
     * @param start where searches begin
     * @param degrees ν
     */
    public ScoringStep(ProfiledCriterion observed, double[] start, double degrees) {
        parameters = observed.parameters();
        blocks = observed.blocks();
        x = start.clone();
        variance = observed.solve(x).rSquared() / degrees;
        Crossproducts design = observed.statistics();
        ResponseLayout layout = ResponseLayout.of(design);
        double[] nothing = new double[layout.size()];
        nothing[layout.yy()] = 1; // r² = 1, whatever x: what is left of the gradient is c
        c = new double[x.length];
        observed.withResponse(design.withResponse(nothing)).value(x, c);
        int widest = 0;
        for (RandomBlock block : blocks) {
            widest = Math.max(widest, block.columns());
        }
        lambda = new double[widest * widest];
        delta = new double[widest * widest];
        phi = new double[widest * widest];
    }

    /** σ₀²: {@code r²/ν} of the response observed, at the start. */
    public double variance() {
        return variance;
    }

    /** c: gradient, at the start, of what no response changes; shared, not to be modified. */
    public double[] c() {
        return c;
    }

    /**
     * The point that the step leads to.
     *
     * @param direction −H⁻¹g of the lane
     * @param rSquared r² of the lane at the start
     * @param point overwritten
     */
    public void from(double[][] direction, int lane, double rSquared, double degrees, double[] point) {
        double rho = rSquared / (degrees * variance);
        double omega = rho - 1;
        for (int e = 0; e < c.length; e++) {
            omega -= c[e] * rho * direction[e][lane] / degrees;
        }
        double share = rho / Math.max(1 + omega, LEAST_VARIANCE_RATIO);
        for (int f = 0; f < blocks.size(); f++) {
            RandomBlock block = blocks.get(f);
            for (int t = 0; t < block.terms().size(); t++) {
                int q = block.firstColumn(t + 1) - block.firstColumn(t);
                int at = parameters.offset(f, t);
                int next = at;
                for (int j = 0; j < q; j++) {
                    for (int i = j; i < q; i++) {
                        lambda[i + j * q] = x[next];
                        delta[i + j * q] = direction[next][lane];
                        next++;
                    }
                }
                add(q, share);
                factor(q, point, at);
            }
        }
    }

    /** Φ, lower triangle, from Λ₀ and δΛ. */
    private void add(int q, double share) {
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                double sum = 0;
                for (int r = 0; r <= j; r++) {
                    double li = lambda[i + r * q];
                    double lj = lambda[j + r * q];
                    sum += li * lj + share * (li * delta[j + r * q] + delta[i + r * q] * lj);
                }
                phi[i + j * q] = sum;
            }
        }
    }

    /** Cholesky factor of Φ into x, kept inside the cone of covariance matrices where Φ is not. */
    private void factor(int q, double[] point, int at) {
        int next = at;
        for (int j = 0; j < q; j++) {
            double root = Math.sqrt(Math.max(phi[j + j * q], LEAST_DEVIATION * LEAST_DEVIATION));
            point[next++] = root;
            for (int i = j + 1; i < q; i++) {
                double most = Math.sqrt(Math.max(phi[i + i * q], LEAST_DEVIATION * LEAST_DEVIATION));
                double entry = Math.max(-most, Math.min(most, phi[i + j * q] / root));
                phi[i + j * q] = entry;
                point[next++] = entry;
            }
            for (int k = j + 1; k < q; k++) {
                for (int i = k; i < q; i++) {
                    phi[i + k * q] -= phi[i + j * q] * phi[k + j * q];
                }
            }
        }
    }
}
