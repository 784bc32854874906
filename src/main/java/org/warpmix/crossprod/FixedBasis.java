package org.warpmix.crossprod;

import org.warpmix.linalg.SmallCholesky;
import org.warpmix.model.ModelData;

/**
 * The coordinates in which the fixed effects and the response enter the cross-products.
 *
 * <p>With W the diagonal of prior weights, the columns of X that are kept are re-expressed as
 * {@code X̃ = W^½ X R⁻¹} with R the triangular factor of {@code W^½ X}, and the response as the scaled residual of
 * least squares, {@code ỹ = W^½ (y − offset − X b) / s}. So {@code X̃'X̃ = I} and {@code X̃'ỹ = 0} up to rounding,
 * whatever the units, the origin and the collinearity of the columns, and cross-products lose no digits
 * (Longley and NIST's other ill-conditioned sets are the yardstick). {@code β = b + s R⁻¹ γ} for γ the
 * coefficients of ỹ on X̃.
 *
 * <p>R comes from the Cholesky factor of the cross-products where these are well conditioned, and else from a
 * Householder QR over blocks of rows. Columns are dropped as R's {@code qr} drops them: a column whose part
 * orthogonal to those before it is below 1e-7 of its length.
 */
public final class FixedBasis {

    /** Relative length of a column's orthogonal part under which R's {@code qr} and lme4 drop it. */
    static final double RANK_TOLERANCE = 1e-7;

    /** Squared relative pivot from which a factor by cross-products is as good as needed. */
    private static final double WELL_CONDITIONED = 1e-8;

    private static final double THOUSANDTH = 1e-6; // squared
    private static final double DEPENDENT = 1e-15; // squared: far below the tolerance of the rank

    private static final double HUGE = 1e280;
    private static final double ROUNDING = 0x1p-50;

    static final int BLOCK = 256;

    private final ModelData data;
    private final int[] kept;
    private final int[] dropped;
    private final double[] r;
    private final double[] leastSquares;
    private final double scale;
    private final double[] rootWeights;

    private FixedBasis(ModelData data, int[] kept, int[] dropped, double[] r, double[] leastSquares, double scale) {
        this.data = data;
        this.kept = kept;
        this.dropped = dropped;
        this.r = r;
        this.leastSquares = leastSquares;
        this.scale = scale;
        this.rootWeights = rootWeights(data);
    }

    /**
     * Finds the basis in two passes over the rows, three where the columns are nearly collinear.
     *
     * @throws IllegalArgumentException when the columns of X are as many as the rows or reproduce the response, or when
     *     squares leave the range of double precision
     */
    public static FixedBasis of(ModelData data) {
        int p = data.x().length;
        double[] gram = gram(data, p);
        for (int j = 0; j <= p; j++) {
            checkMagnitude(
                    j < p ? "The predictor " + data.fixedNames()[j] : "The response " + data.response(),
                    gram[j * (p + 2)],
                    j < p ? data.x()[j] : data.y());
        }
        double[] r = wellConditionedFactor(gram, p + 1);
        if (r == null) {
            StreamingQr qr = new StreamingQr(p + 1);
            double[] block = new double[BLOCK * (p + 1)];
            for (int from = 0; from < data.n(); from += BLOCK) {
                int rows = Math.min(BLOCK, data.n() - from);
                weightedRows(data, from, rows, block);
                qr.add(block, rows, BLOCK);
            }
            RankRevealing reduced = RankRevealing.of(qr.r(), p, RANK_TOLERANCE);
            return assemble(data, reduced.kept(), reduced.dropped(), reduced.r());
        }
        int[] all = new int[p];
        for (int j = 0; j < p; j++) {
            all[j] = j;
        }
        return assemble(data, all, new int[0], r);
    }

    /**
     * @param r (p+1)×(p+1) upper triangular factor of the kept columns with the response as the last one
     */
    private static FixedBasis assemble(ModelData data, int[] kept, int[] dropped, double[] r) {
        int p = kept.length;
        double[] factor = new double[p * p];
        double[] coefficients = new double[p];
        for (int j = 0; j < p; j++) {
            System.arraycopy(r, j * (p + 1), factor, j * p, j + 1);
            coefficients[j] = r[j + p * (p + 1)];
        }
        solveUpper(factor, p, coefficients);
        FixedBasis unscaled = new FixedBasis(data, kept, dropped, factor, coefficients, 1);
        double sum = 0;
        double[] block = new double[BLOCK * (p + 1)];
        for (int from = 0; from < data.n(); from += BLOCK) {
            int rows = Math.min(BLOCK, data.n() - from);
            unscaled.residualRows(from, rows, block, 0);
            for (int i = 0; i < rows; i++) {
                sum += block[i] * block[i];
            }
        }
        double scale = Math.sqrt(sum / data.observations());
        check(data, p, scale);
        return new FixedBasis(data, kept, dropped, factor, coefficients, scale);
    }

    /** Sees to it that something is left for the random effects to explain. */
    private static void check(ModelData data, int rank, double scale) {
        if (rank >= data.observations()) {
            throw new IllegalArgumentException("The model has " + rank + " fixed effects for " + data.observations()
                    + " rows: nothing is left to estimate variances from. Drop fixed effects.");
        }
        double largest = 0;
        for (int i = 0; i < data.n(); i++) {
            double y = Math.abs(data.y()[i]);
            if (data.condensed() != null) { // the first row of a cell of n rows is √n times their mean
                y = y / Math.sqrt(Math.max(1, data.condensed().counts()[i]))
                        + Math.abs(data.condensed().centre());
            }
            largest = Math.max(largest, y);
        }
        if (scale <= ROUNDING * largest) {
            throw new IllegalArgumentException(
                    "The fixed effects reproduce the response " + data.response()
                            + " to its last digit: nothing is left for random effects and residual. Is a predictor a copy of it?");
        }
    }

    /** Number of fixed-effect columns kept, the rank p of X. */
    public int rank() {
        return kept.length;
    }

    /** Indices into the columns of X that are kept, ascending. */
    public int[] kept() {
        return kept.clone();
    }

    /** Indices of the columns that are linear combinations of kept ones. */
    public int[] dropped() {
        return dropped.clone();
    }

    /** Unit s of the response in the cross-products: the root mean square of the least-squares residuals. */
    public double scale() {
        return scale;
    }

    /** {@code log|R'R|}: what the REML criterion gains on the way back to the given columns. */
    public double logDet() {
        double sum = 0;
        int p = kept.length;
        for (int j = 0; j < p; j++) {
            sum += Math.log(Math.abs(r[j + j * p]));
        }
        return 2 * sum;
    }

    /** {@code β = b + s R⁻¹ γ}, length p. */
    public double[] coefficients(double[] gamma) {
        double[] beta = gamma.clone();
        solveUpper(r, kept.length, beta);
        for (int j = 0; j < beta.length; j++) {
            beta[j] = leastSquares[j] + scale * beta[j];
        }
        if (data.condensed() != null && data.condensed().centre() != 0) {
            beta[0] += data.condensed().centre(); // the intercept, which comes first and is always kept
        }
        return beta;
    }

    /** R, p×p column-major, upper triangular. */
    public double[] factor() {
        return r.clone();
    }

    /**
     * {@code R⁻¹ C R⁻ᵀ}: the covariance of {@code R⁻¹ γ} from that of γ.
     *
     * @param covariance p×p symmetric; not modified
     */
    public double[] covariance(double[] covariance) {
        int p = kept.length;
        double[] once = new double[p * p];
        double[] column = new double[p];
        for (int pass = 0; pass < 2; pass++) {
            double[] source = pass == 0 ? covariance : once.clone();
            for (int j = 0; j < p; j++) {
                for (int i = 0; i < p; i++) {
                    column[i] = source[i + j * p];
                }
                solveUpper(r, p, column);
                for (int i = 0; i < p; i++) {
                    once[j + i * p] = column[i]; // transposed, so that the second pass works on the other side
                }
            }
        }
        return once;
    }

    /**
     * Writes the transformed rows {@code [X̃ ỹ]}.
     *
     * @param block column-major, leading dimension {@link #BLOCK}, p+1 columns; overwritten
     */
    void rows(int from, int rows, double[] block) {
        int p = kept.length;
        for (int j = 0; j < p; j++) {
            int columnJ = j * BLOCK;
            double[] x = data.x()[kept[j]];
            for (int i = 0; i < rows; i++) {
                block[columnJ + i] = rootWeights == null ? x[from + i] : x[from + i] * rootWeights[from + i];
            }
            for (int k = 0; k < j; k++) {
                double factor = r[k + j * p];
                if (factor != 0) {
                    int columnK = k * BLOCK;
                    for (int i = 0; i < rows; i++) {
                        block[columnJ + i] -= factor * block[columnK + i];
                    }
                }
            }
            double pivot = 1 / r[j + j * p];
            for (int i = 0; i < rows; i++) {
                block[columnJ + i] *= pivot;
            }
        }
        residualRows(from, rows, block, p * BLOCK);
    }

    private void residualRows(int from, int rows, double[] block, int at) {
        double[] y = data.y();
        double[] offset = data.offset();
        for (int i = 0; i < rows; i++) {
            block[at + i] = offset == null ? y[from + i] : y[from + i] - offset[from + i];
        }
        for (int j = 0; j < kept.length; j++) {
            double[] x = data.x()[kept[j]];
            double b = leastSquares[j];
            for (int i = 0; i < rows; i++) {
                block[at + i] -= b * x[from + i];
            }
        }
        double unit = 1 / scale;
        for (int i = 0; i < rows; i++) {
            block[at + i] *= rootWeights == null ? unit : unit * rootWeights[from + i];
        }
    }

    /** Number of rows that are here, condensed or not. */
    public int length() {
        return data.n();
    }

    /** {@code offset + X b}: the least-squares fit that ỹ is measured from, in the unit of the response. */
    double[] location() {
        double[] location =
                data.offset() == null ? new double[data.n()] : data.offset().clone();
        for (int j = 0; j < kept.length; j++) {
            double[] x = data.x()[kept[j]];
            for (int i = 0; i < location.length; i++) {
                location[i] += leastSquares[j] * x[i];
            }
        }
        return location;
    }

    /** Square roots of the prior weights, or {@code null}. */
    double[] rootWeights() {
        return rootWeights;
    }

    static double[] rootWeights(ModelData data) {
        if (data.weights() == null) {
            return null;
        }
        double[] root = new double[data.n()];
        for (int i = 0; i < root.length; i++) {
            root[i] = Math.sqrt(data.weights()[i]);
        }
        return root;
    }

    /** Writes {@code W^½ [X y−offset]} of some rows, column-major with leading dimension {@link #BLOCK}. */
    private static void weightedRows(ModelData data, int from, int rows, double[] block) {
        int p = data.x().length;
        for (int j = 0; j <= p; j++) {
            double[] column = j < p ? data.x()[j] : data.y();
            System.arraycopy(column, from, block, j * BLOCK, rows);
        }
        if (data.offset() != null) {
            for (int i = 0; i < rows; i++) {
                block[p * BLOCK + i] -= data.offset()[from + i];
            }
        }
        if (data.weights() != null) {
            for (int i = 0; i < rows; i++) {
                double root = Math.sqrt(data.weights()[from + i]);
                for (int j = 0; j <= p; j++) {
                    block[j * BLOCK + i] *= root;
                }
            }
        }
    }

    /** {@code [X y]'W[X y]}, upper triangle. */
    private static double[] gram(ModelData data, int p) {
        int p1 = p + 1;
        double[] gram = new double[p1 * p1];
        double[] block = new double[BLOCK * p1];
        for (int from = 0; from < data.n(); from += BLOCK) {
            int rows = Math.min(BLOCK, data.n() - from);
            weightedRows(data, from, rows, block);
            Products.addUpper(block, rows, BLOCK, p1, gram);
        }
        return gram;
    }

    /**
     * Whether cross-products in double precision of these columns and the response tell them apart: each has, orthogonal to those
     * before it, a part that is more than a thousandth of its length, or none at all.
     *
     * @param columns those of X, and the response at last
     */
    public static boolean isWellConditioned(double[][] columns) {
        int p1 = columns.length;
        double[] gram = new double[p1 * p1];
        for (int j = 0; j < p1; j++) {
            for (int i = 0; i <= j; i++) {
                gram[i + j * p1] = Products.dot(columns[i], 0, columns[j], 0, columns[j].length);
            }
        }
        double[] r = new double[p1 * p1];
        for (int j = 0; j < p1; j++) {
            double rest = gram[j + j * p1];
            for (int k = 0; k < j; k++) {
                double sum = gram[k + j * p1];
                for (int i = 0; i < k; i++) {
                    sum -= r[i + k * p1] * r[i + j * p1];
                }
                r[k + j * p1] = r[k + k * p1] == 0 ? 0 : sum / r[k + k * p1];
                rest -= r[k + j * p1] * r[k + j * p1];
            }
            if (rest > THOUSANDTH * gram[j + j * p1]) {
                r[j + j * p1] = Math.sqrt(rest);
            } else if (j == p1 - 1 || rest > DEPENDENT * gram[j + j * p1]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The upper Cholesky factor of the cross-products, the response as last column, or {@code null} where a
     * column of X is too nearly a combination of those before it.
     */
    private static double[] wellConditionedFactor(double[] gram, int p1) {
        double[] r = gram.clone();
        for (int j = 0; j < p1; j++) {
            for (int k = 0; k < j; k++) {
                double sum = r[k + j * p1];
                for (int i = 0; i < k; i++) {
                    sum -= r[i + k * p1] * r[i + j * p1];
                }
                r[k + j * p1] = sum / r[k + k * p1];
            }
            double sum = r[j + j * p1];
            for (int i = 0; i < j; i++) {
                sum -= r[i + j * p1] * r[i + j * p1];
            }
            if (j < p1 - 1) {
                if (!(sum > WELL_CONDITIONED * gram[j + j * p1])) {
                    return null;
                }
                r[j + j * p1] = Math.sqrt(sum);
            }
        }
        return r;
    }

    /**
     * Sees to it that the squares of a column neither overflow nor vanish.
     *
     * @param square sum of its squares
     */
    static void checkMagnitude(String what, double square, double[] column) {
        if (square < HUGE && square > 1 / HUGE) {
            return;
        }
        double largest = 0;
        for (double value : column) {
            largest = Math.max(largest, Math.abs(value));
        }
        if (largest > 0) {
            throw new IllegalArgumentException(what + " has values up to " + largest
                    + ", whose squares are out of the range of double precision. Give it in another unit.");
        }
    }

    /** Whether no column is nearly a combination of those before it: its squared relative rest above a bound. */
    static boolean wellConditioned(double[] gram, int order, double bound) {
        double[] l = new double[order * order];
        for (int j = 0; j < order; j++) {
            for (int i = j; i < order; i++) {
                l[i + j * order] = gram[j + i * order] / Math.sqrt(gram[i + i * order] * gram[j + j * order]);
            }
        }
        if (!SmallCholesky.factor(l, 0, order, order)) {
            return false;
        }
        for (int j = 0; j < order; j++) {
            if (l[j + j * order] * l[j + j * order] < bound) {
                return false;
            }
        }
        return true;
    }

    private static void solveUpper(double[] r, int p, double[] b) {
        for (int j = p - 1; j >= 0; j--) {
            b[j] /= r[j + j * p];
            for (int i = 0; i < j; i++) {
                b[i] -= r[i + j * p] * b[j];
            }
        }
    }
}
