package org.warpmix.replicate;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.ResponseProducts;
import org.warpmix.random.Variates;

/**
 * Residual bootstrap: {@code y* = offset + Xβ + Zb* + ε*}, where each level takes the random effects of a level drawn with
 * replacement from its factor's, and each row an error drawn with replacement from all rows'.
 *
 * <p>What is drawn from are the conditional modes and residuals, centred and reflated: shrinkage makes them vary less than
 * the parameters say, so the modes u of a factor become {@code A(u − ū)}, {@code A = L_R L_S⁻¹}, with L_S and L_R the
 * Cholesky factors of their empirical covariance S (divisor J) and of {@code R = σ²ΛΛ'}, and the residuals are stretched to
 * σ. Directions without variance stay without. Residuals are standardised by the prior weights first, and errors scaled
 * back.
 *
 * <p>Assumes that the covariances of the model hold and that levels, and standardised errors, are exchangeable; not that
 * they are normal. Carpenter, Goldstein and Rasbash 2003, Appl. Statist. 52(4), doi:10.1111/1467-9876.00415.
 */
public final class ResidualBootstrap extends RowResponses {

    /** A pivot below this share of its variance is rounding. */
    private static final double SINGULAR = 1e-10;

    private final FittedModel fit;
    private final List<FactorEffects> effects;
    private final double[][] modes;
    private final double[] residuals;

    private ResidualBootstrap(FittedModel fit, long seed) {
        super(
                fit.model().statistics(),
                ResponseProducts.of(fit.model().statistics()),
                fit.model().gamma(),
                seed);
        this.fit = fit;
        this.effects = FactorEffects.of(fit.model().statistics());
        this.modes = new double[effects.size()][];
        for (int f = 0; f < modes.length; f++) {
            int q = effects.get(f).q();
            int levels = effects.get(f).levels();
            if (levels <= q) {
                throw new IllegalArgumentException(
                        "Grouping factor " + effects.get(f).name() + " has " + levels + " levels for " + q
                                + " random effects: too few to draw levels from. Use the parametric bootstrap.");
            }
            modes[f] = fit.inGivenColumns(
                    f,
                    reflated(
                            fit.modes()[f], fit.model().lambda()[f], fit.model().sigma(), q));
        }
        this.residuals = stretched(fit.standardizedResiduals(), fit.sigma());
    }

    /**
     * Responses around a fit.
     *
     * @throws IllegalArgumentException where a factor has no more levels than random effects
     */
    public static ResidualBootstrap of(FittedModel fit, long seed) {
        return new ResidualBootstrap(fit, seed);
    }

    @Override
    Rows rows() {
        double[][] b = FactorEffects.arrays(effects);
        return (random, replicate, y) -> draw(random, b, y);
    }

    private void draw(Variates random, double[][] b, double[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = residuals[random.below(y.length)] * fit.errorScale(i);
        }
        for (int f = 0; f < b.length; f++) {
            int q = effects.get(f).q();
            for (int level = 0; level < b[f].length; level += q) {
                System.arraycopy(modes[f], random.below(effects.get(f).levels()) * q, b[f], level, q);
            }
            effects.get(f).add(b[f], y);
        }
    }

    /** Centred, with empirical covariance {@code σ²ΛΛ'}. */
    private static double[] reflated(double[] modes, double[] lambda, double sigma, int q) {
        double[] u = modes.clone();
        int levels = u.length / q;
        for (int a = 0; a < q; a++) {
            double mean = 0;
            for (int l = 0; l < levels; l++) {
                mean += u[l * q + a] / levels;
            }
            for (int l = 0; l < levels; l++) {
                u[l * q + a] -= mean;
            }
        }
        double[] s = new double[q * q];
        double[] r = new double[q * q];
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                for (int l = 0; l < levels; l++) {
                    s[i + j * q] += u[l * q + i] * u[l * q + j] / levels;
                }
                for (int k = 0; k <= j; k++) {
                    r[i + j * q] += sigma * sigma * lambda[i + k * q] * lambda[j + k * q];
                }
            }
        }
        factor(s, q);
        factor(r, q);
        for (int level = 0; level < u.length; level += q) {
            for (int i = 0; i < q; i++) { // u ← L_S⁺ u
                double rest = u[level + i];
                for (int k = 0; k < i; k++) {
                    rest -= s[i + k * q] * u[level + k];
                }
                u[level + i] = s[i + i * q] > 0 ? rest / s[i + i * q] : 0;
            }
        }
        FactorEffects.multiply(r, q, u);
        return u;
    }

    /** Cholesky factor of a positive semi-definite lower triangle, in place; columns without variance of their own are zero. */
    private static void factor(double[] a, int q) {
        for (int j = 0; j < q; j++) {
            double variance = a[j + j * q];
            for (int k = 0; k < j; k++) {
                for (int i = j; i < q; i++) {
                    a[i + j * q] -= a[i + k * q] * a[j + k * q];
                }
            }
            double root = a[j + j * q] > SINGULAR * variance ? Math.sqrt(a[j + j * q]) : 0;
            a[j + j * q] = root;
            for (int i = j + 1; i < q; i++) {
                a[i + j * q] = root > 0 ? a[i + j * q] / root : 0;
            }
        }
    }

    /** Centred, with root mean square sigma. */
    private static double[] stretched(double[] residuals, double sigma) {
        double mean = Arrays.stream(residuals).average().orElse(0);
        double[] centred = Arrays.stream(residuals).map(r -> r - mean).toArray();
        double square = Arrays.stream(centred).map(r -> r * r).average().orElse(0);
        double factor = square > 0 ? sigma / Math.sqrt(square) : 0;
        return Arrays.stream(centred).map(r -> factor * r).toArray();
    }
}
