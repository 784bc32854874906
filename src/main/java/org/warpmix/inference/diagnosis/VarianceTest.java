package org.warpmix.inference.diagnosis;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.fit.Fit;
import org.warpmix.fit.Residual;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.ModelData;

/**
 * A test that a variance is the same throughout.
 *
 * @param against what it may depend on, e.g. {@code fitted values}
 * @param statistic chi-squared
 * @param degrees of freedom, which may be fractions
 * @param p of the test; {@code NaN} where there is too little to test
 */
public record VarianceTest(String against, double statistic, double degrees, double p) {

    private static final int FEWEST = 8;
    /** Degrees of freedom below which a group tells nothing of its variance. */
    private static final double FEWEST_DEGREES = 0.5;

    private static VarianceTest of(String against, double statistic, double degrees) {
        double p = statistic >= 0 && degrees > 0
                ? ChiSquaredDistribution.of(degrees).survivalProbability(statistic)
                : Double.NaN;
        return new VarianceTest(against, statistic, degrees, p);
    }

    /**
     * The score test of Breusch and Pagan as Koenker has it, which does not need normality: n R² of the squares on the
     * predictor. Koenker 1981, Journal of Econometrics 17(1), doi:10.1016/0304-4076(81)90062-2.
     *
     * @param standardized numbers of mean zero; those that are {@code NaN} are left aside
     */
    static VarianceTest on(String against, double[] standardized, double[] predictor) {
        int n = 0;
        double meanSquare = 0;
        double meanX = 0;
        for (int i = 0; i < standardized.length; i++) {
            if (Double.isFinite(standardized[i])) {
                n++;
                meanSquare += (standardized[i] * standardized[i] - meanSquare) / n;
                meanX += (predictor[i] - meanX) / n;
            }
        }
        double xx = 0;
        double xy = 0;
        double yy = 0;
        double size = 0;
        for (int i = 0; i < standardized.length; i++) {
            if (Double.isFinite(standardized[i])) {
                double x = predictor[i] - meanX;
                double y = standardized[i] * standardized[i] - meanSquare;
                xx += x * x;
                xy += x * y;
                yy += y * y;
                size = Math.max(size, Math.abs(predictor[i]));
            }
        }
        boolean testable = n >= FEWEST && xx > n * 1e-20 * size * size && yy > 0;
        return of(against, testable ? n * xy * xy / (xx * yy) : Double.NaN, 1);
    }

    /**
     * Whether the residual variance differs between the levels of a factor: Bartlett's comparison of log variances. The sum of
     * squared residuals of level j is taken as a multiple of chi-squared with {@code d_j = tr(A)²/tr(A²)} degrees of freedom,
     * {@code A = Var(ê_j)/σ²}, so that {@code log(S_j/tr A)} has mean {@code ψ(d/2) − log(d/2)} and variance {@code ψ'(d/2)};
     * the sum of their squares is scaled to the mean and variance that it has (small groups have long tails), and divided by
     * one plus half the excess kurtosis of the residuals within levels, which would else pass for differences (Layard 1973,
     * Journal of the American Statistical Association 68(341), doi:10.2307/2284154). Conservative for groups of a few rows.
     *
     * @param f number of the factor
     */
    static VarianceTest between(Fit fit, int f, RowDiagnostics rows) {
        ProfiledCriterion criterion = fit.profiledCriterion();
        LevelProducts level = criterion.statistics().factors().get(f);
        ModelData data = fit.design().data();
        double[] residuals = fit.residuals(Residual.STANDARDIZED);
        double[] leverage = rows.leverage();
        int[] codes = level.block().factor().codes();
        double[] squares = new double[level.levels()];
        double[] trace = new double[squares.length];
        for (int i = 0; i < data.n(); i++) {
            squares[codes[i]] += residuals[i] * residuals[i];
            trace[codes[i]] += 1 - leverage[i];
        }
        double[] s = criterion.conditionalCovariances(fit.optimum())[f];
        double[] logs = new double[squares.length];
        double[] variances = new double[squares.length];
        double weights = 0;
        double centre = 0;
        double tails = 0;
        int groups = 0;
        for (int j = 0; j < squares.length; j++) {
            double d = trace[j] * trace[j] / squaredTrace(level, s, j, trace[j]);
            if (!(d > FEWEST_DEGREES) || !(squares[j] > 0)) {
                continue;
            }
            double[] psi = Polygamma.of(d / 2);
            logs[groups] = Math.log(squares[j] / trace[j]) - (psi[0] - Math.log(d / 2));
            variances[groups] = psi[1];
            tails += psi[2] / (psi[1] * psi[1]);
            weights += 1 / psi[1];
            centre += logs[groups++] / psi[1];
        }
        centre /= weights;
        double sum = 0;
        for (int j = 0; j < groups; j++) {
            sum += (logs[j] - centre) * (logs[j] - centre) / variances[j];
        }
        double excess = Math.max(0, kurtosis(codes, level.rows(), rows.standardized()) - 3);
        double mean = groups - 1;
        double scale = mean / (mean + 0.5 * tails);
        String against = "levels of " + level.block().factor().name();
        return groups < 2 ? of(against, Double.NaN, 0) : of(against, scale * sum / (1 + excess / 2), scale * mean);
    }

    /** Kurtosis within levels, whatever their variances: mean fourth powers over mean products of two rows' squares. */
    private static double kurtosis(int[] codes, int[] rows, double[] standardized) {
        double[] squares = new double[rows.length];
        double[] fourths = new double[rows.length];
        for (int i = 0; i < codes.length; i++) {
            double square = Double.isNaN(standardized[i]) ? 0 : standardized[i] * standardized[i];
            squares[codes[i]] += square;
            fourths[codes[i]] += square * square;
        }
        double fourth = 0;
        double products = 0;
        for (int j = 0; j < rows.length; j++) {
            if (rows[j] > 1) {
                fourth += fourths[j];
                products += (squares[j] * squares[j] - fourths[j]) / (rows[j] - 1);
            }
        }
        return products > 0 ? fourth / products : 3;
    }

    /** {@code tr(A²)} of a level: of {@code I − Z S Z'}, less what the other effects take of the trace. */
    private static double squaredTrace(LevelProducts level, double[] s, int j, double trace) {
        int q = level.q();
        int at = j * q * q;
        double[] sg = new double[q * q];
        for (int c = 0; c < q; c++) {
            for (int r = 0; r < q; r++) {
                for (int k = 0; k < q; k++) {
                    sg[r + c * q] += s[at + r + k * q] * level.g()[at + k + c * q];
                }
            }
        }
        double first = 0;
        double second = 0;
        for (int r = 0; r < q; r++) {
            first += sg[r + r * q];
            for (int c = 0; c < q; c++) {
                second += sg[r + c * q] * sg[c + r * q];
            }
        }
        double n = level.rows()[j];
        return n - 2 * first + second - (n - first - trace);
    }

    /** The tests of a fit's residuals: on the fitted values, and between the levels of each grouping factor. */
    static List<VarianceTest> ofResiduals(Fit fit, RowDiagnostics rows) {
        List<VarianceTest> tests = new ArrayList<>();
        tests.add(on("fitted values", rows.standardized(), fit.fitted()));
        for (int f = 0; f < fit.groups().size(); f++) {
            tests.add(between(fit, f, rows));
        }
        return List.copyOf(tests);
    }
}
