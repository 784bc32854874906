package org.warpmix.inference.variation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.inference.effects.FixedRows;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;

/**
 * The variance of the response in parts, for any values of a model's parameters: of the fixed effects' means over the rows used,
 * of each grouping factor's random effects in the mean over these rows, and of the error.
 *
 * <pre>
 * fixed     var(Xβ), over n − 1
 * factor g  σ² Σ_terms tr(ΛΛ' Z'Z)/n       Johnson 2014, Methods Ecol. Evol. 5(9), equation 10
 * error     σ² mean(1/w)
 * </pre>
 *
 * Nothing but the rows' moments is kept.
 */
public final class VarianceParts {

    /** Variance relative to the squared mean that is but rounding, as of an intercept alone. */
    private static final double ROUNDING = 1e-26;

    private final List<String> groups = new ArrayList<>();
    private final int[] groupOf;
    private final List<RandomTerm> terms;
    private final double[] r;
    private final double[] spread;
    private final double[] mean;
    private final double[][] moments;
    private final double[][] ofMeans;
    private final double inverseWeight;

    VarianceParts(Fit fit) {
        this(required(fit), fit.profiledCriterion().statistics().fixed());
    }

    private static ModelData required(Fit fit) {
        ModelData data = fit.design().data();
        if (fit.model().options().weights() != null) {
            data.requireRows("Shares of the variance of a weighted model");
        }
        return data;
    }

    /** For the rows of a model, whatever the response. */
    public VarianceParts(ModelData data, FixedBasis fixed) {
        this.terms = data.terms();
        this.r = fixed.factor();
        this.mean = new double[fixed.rank()];
        this.spread = spread(data, fixed, mean);
        this.groupOf = new int[terms.size()];
        this.moments = new double[terms.size()][];
        this.ofMeans = new double[terms.size()][];
        for (int t = 0; t < groupOf.length; t++) {
            RandomTerm term = terms.get(t);
            if (!groups.contains(term.factor().name())) {
                groups.add(term.factor().name());
            }
            groupOf[t] = groups.indexOf(term.factor().name());
            moments(t, data);
        }
        this.inverseWeight = data.weights() == null
                ? 1
                : Arrays.stream(data.weights()).map(weight -> 1 / weight).sum() / data.n();
    }

    /**
     * Covariance of the rows of {@code X R⁻¹}.
     *
     * @param mean overwritten by their mean
     */
    private static double[] spread(ModelData data, FixedBasis fixed, double[] mean) {
        int p = fixed.rank();
        FixedRows rows = new FixedRows(data, fixed);
        double[] row = new double[p];
        double[] sums = new double[p * p];
        int n = data.observations();
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < data.n(); i++) {
                rows.copy(i, row);
                for (int j = 0; j < p; j++) {
                    if (pass == 0) {
                        mean[j] += row[j] * data.one(i) / n;
                        continue;
                    }
                    for (int k = 0; k < p; k++) {
                        double one = data.one(i);
                        sums[j + k * p] += (row[j] - mean[j] * one) * (row[k] - mean[k] * one) / (n - 1);
                    }
                }
            }
        }
        return sums;
    }

    /** {@code Z'Z/n} of a term's columns, and {@code Σ_levels (Σ_rows z)(Σ_rows z)'/n}. */
    private void moments(int t, ModelData data) {
        RandomTerm term = terms.get(t);
        int n = data.observations();
        double[][] z = term.z();
        int q = z.length;
        int levels = term.factor().levels().length;
        double[] sums = new double[levels * q];
        moments[t] = new double[q * q];
        ofMeans[t] = new double[q * q];
        for (int i = 0; i < data.n(); i++) {
            for (int a = 0; a < q; a++) {
                sums[term.factor().codes()[i] * q + a] += z[a][i] * data.one(i);
                for (int b = 0; b < q; b++) {
                    moments[t][a + b * q] += z[a][i] * z[b][i] / n;
                }
            }
        }
        for (int level = 0; level < levels; level++) {
            for (int a = 0; a < q; a++) {
                for (int b = 0; b < q; b++) {
                    ofMeans[t][a + b * q] += sums[level * q + a] * sums[level * q + b] / n;
                }
            }
        }
    }

    /** Names of the grouping factors, in lme4's order. */
    public List<String> groups() {
        return groups;
    }

    /**
     * The parts: of the fixed effects, of each grouping factor, of the error.
     *
     * @param theta in lme4's order and scale
     */
    public double[] of(double[] beta, double[] theta, double sigma) {
        double[] parts = factors(theta, sigma, moments);
        parts[0] = fixed(beta);
        parts[parts.length - 1] = sigma * sigma * inverseWeight;
        return parts;
    }

    /** The parts at the estimates. */
    double[] of(Fit fit) {
        FixedEffects effects = fit.fixedEffects();
        return of(effects.estimates(), fit.theta(), fit.sigma());
    }

    /** {@code n Var(ȳ)} in parts: as {@link #of}, nothing of the fixed effects. */
    double[] ofMean(Fit fit) {
        double[] parts = factors(fit.theta(), fit.sigma(), ofMeans);
        parts[parts.length - 1] = fit.sigma() * fit.sigma() * inverseWeight;
        return parts;
    }

    private double fixed(double[] beta) {
        int p = beta.length;
        double[] v = new double[p]; // Rβ
        for (int j = 0; j < p; j++) {
            for (int i = 0; i <= j; i++) {
                v[i] += r[i + j * p] * beta[j];
            }
        }
        double sum = 0;
        double size = 0;
        for (int j = 0; j < p; j++) {
            size += Math.abs(mean[j] * v[j]);
            for (int i = 0; i < p; i++) {
                sum += v[i] * spread[i + j * p] * v[j];
            }
        }
        return sum > ROUNDING * size * size ? sum : 0;
    }

    private double[] factors(double[] theta, double sigma, double[][] products) {
        double[] parts = new double[groups.size() + 2];
        int offset = 0;
        for (int t = 0; t < groupOf.length; t++) {
            int q = terms.get(t).z().length;
            double[] l = new double[q * q];
            terms.get(t).covariance().lambda(theta, offset, l);
            offset += terms.get(t).covariance().thetaCount();
            for (int c = 0; c < q; c++) {
                for (int a = c; a < q; a++) {
                    for (int b = c; b < q; b++) {
                        parts[1 + groupOf[t]] += sigma * sigma * l[a + c * q] * products[t][a + b * q] * l[b + c * q];
                    }
                }
            }
        }
        return parts;
    }
}
