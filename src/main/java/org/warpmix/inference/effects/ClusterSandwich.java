package org.warpmix.inference.effects;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.fit.Fit;
import org.warpmix.fit.Residual;
import org.warpmix.linalg.SmallCholesky;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.table.NearestNames;

/**
 * CR2, cluster by cluster, and the degrees of freedom of its variances.
 *
 * <p>With {@code V_j = W_j⁻¹ + C_jC_j'}, {@code C = ZΛ}, and {@code V_j = LL'} the adjustment is (Pustejovsky and Tipton 2018,
 * equation 11)
 * <pre>
 * A_j = L B^{+½} L',   B = L'(V_j − X_jM⁻¹X_j')L,
 * </pre>
 * the same for any root of V_j, B^{+½} the root of the pseudo-inverse. Rows of one weight can be rotated: where they are more
 * than the columns of {@code [X_j C_j]}, a QR of these leaves as many rows as there are columns, and the others are zero in both
 * and count for nothing. So a matrix is of the order p + q in a model with one factor, however large its groups.
 *
 * <p>A contrast c has the variance estimate {@code Σ_j (g_j'e_j)²} with {@code g_j = A_jV_j⁻¹X_ja}, {@code a = M⁻¹c}. Under the
 * model {@code g_i'e_i} have the covariance {@code P = diag(d) − F'M⁻¹F}, {@code d_j = g_j'V_jg_j}, {@code f_j = X_j'g_j}, and
 * {@code df = (tr P)²/tr P²}.
 *
 * <p>Legend: {@code order} lists rows by cluster, by weight within; matrices are column-major, m the rows of a cluster after
 * rotation, k the columns of C.
 */
final class ClusterSandwich {

    /** Largest order of a matrix: its eigenvectors take half a minute. */
    private static final int LARGEST = 1200;

    /** Rows rotated at a time. */
    private static final int CHUNK = 256;

    /** Leverage of a cluster from which a direction of X counts as seen in it alone, short of 1. */
    private static final double ALONE = 1e-10;

    private final ModelData data;
    private final GroupingFactor cluster;
    private final int p;
    private final FixedRows fixedRows;
    private final double[] residuals;
    private final double[] mInverse;
    private final double[] mRoot;
    private final double[][] lambda;
    private final int[][] local;
    private final int[] order;
    private final int[] start;

    private final double[] meat;
    private final double[][] contrasts;
    private final double[] sumD;
    private final double[] sumDd;
    private final double[] sumDf;
    private final double[][] sumFf;

    private ClusterSandwich(Fit fit, GroupingFactor cluster) {
        this.data = fit.design().data();
        this.cluster = cluster;
        FixedBasis fixed = fit.profiledCriterion().statistics().fixed();
        this.p = fixed.rank();
        this.fixedRows = new FixedRows(data, fixed);
        this.residuals = fit.residuals(Residual.MARGINAL);
        this.mInverse = fit.profiledCriterion().solve(fit.optimum()).mInverse();
        this.mRoot = new double[p * p];
        for (int c = 0; c < p; c++) {
            System.arraycopy(mInverse, c + c * p, mRoot, c + c * p, p - c);
        }
        SmallCholesky.factor(mRoot, 0, p, p);
        List<RandomTerm> terms = data.terms();
        this.lambda = new double[terms.size()][];
        this.local = new int[terms.size()][];
        double[] theta = fit.theta();
        int offset = 0;
        for (int t = 0; t < lambda.length; t++) {
            int q = terms.get(t).z().length;
            lambda[t] = new double[q * q];
            terms.get(t).covariance().lambda(theta, offset, lambda[t]);
            offset += terms.get(t).covariance().thetaCount();
            local[t] = new int[terms.get(t).factor().levels().length];
            Arrays.fill(local[t], -1);
        }
        this.start = new int[cluster.levels().length + 1];
        this.order = order(start);
        this.meat = new double[p * p];
        this.contrasts = contrasts(fixed);
        this.sumD = new double[p];
        this.sumDd = new double[p];
        this.sumDf = new double[p];
        this.sumFf = new double[p][p * p];
    }

    /** The covariance under CR2 and the degrees of freedom of each coefficient. */
    static RobustEffects adjusted(Fit fit, GroupingFactor cluster) {
        ClusterSandwich sandwich = new ClusterSandwich(fit, cluster);
        for (int j = 0; j < cluster.levels().length; j++) {
            sandwich.add(j);
        }
        double[] degrees = new double[sandwich.p];
        Arrays.setAll(degrees, sandwich::degrees);
        return new RobustEffects(fit, ClusterRobust.Type.CR2, cluster, covariance(fit, sandwich.meat), degrees);
    }

    /**
     * The covariance of the coefficients, {@code R⁻¹M⁻¹ S M⁻¹R⁻ᵀ}.
     *
     * @param meat S, p×p, in the solver's basis and the unit of the response; not modified
     */
    static double[] covariance(Fit fit, double[] meat) {
        FixedBasis fixed = fit.profiledCriterion().statistics().fixed();
        double[] mInverse = fit.profiledCriterion().solve(fit.optimum()).mInverse();
        int p = fixed.rank();
        return fixed.covariance(multiply(mInverse, multiply(meat, mInverse, p, p, p), p, p, p));
    }

    /** Row c: {@code a = M⁻¹R⁻ᵀe_c} for coefficient c. */
    private double[][] contrasts(FixedBasis fixed) {
        double[] r = fixed.factor();
        double[][] all = new double[p][];
        for (int c = 0; c < p; c++) {
            double[] solved = new double[p];
            solved[c] = 1;
            for (int i = 0; i < p; i++) {
                for (int k = 0; k < i; k++) {
                    solved[i] -= r[k + i * p] * solved[k];
                }
                solved[i] /= r[i + i * p];
            }
            all[c] = multiply(mInverse, solved, p, p, 1);
        }
        return all;
    }

    /** Rows by cluster, by weight within each. */
    private int[] order(int[] starts) {
        int[] codes = cluster.codes();
        for (int code : codes) {
            starts[code + 1]++;
        }
        for (int j = 1; j < starts.length; j++) {
            starts[j] += starts[j - 1];
        }
        int[] next = Arrays.copyOf(starts, starts.length - 1);
        int[] rows = new int[codes.length];
        if (data.weights() == null) {
            for (int i = 0; i < rows.length; i++) {
                rows[next[codes[i]]++] = i;
            }
            return rows;
        }
        Integer[] byWeight = new Integer[rows.length];
        Arrays.setAll(byWeight, i -> i);
        Arrays.sort(byWeight, Comparator.comparingDouble(i -> data.weights()[i]));
        for (int i : byWeight) {
            rows[next[codes[i]]++] = i;
        }
        return rows;
    }

    private void add(int j) {
        int k = numberLevels(start[j], start[j + 1]);
        int width = p + k + 1;
        int m = 0;
        for (int from = start[j], to; from < start[j + 1]; from = to) {
            to = sameWeight(from, start[j + 1]);
            m += Math.min(to - from, width - 1);
        }
        if (m > LARGEST) {
            throw new IllegalArgumentException("CR2 takes the eigenvectors of a matrix of order " + m + " for cluster "
                    + NearestNames.quote(cluster.levels()[j]) + " of " + cluster.name() + ", which has "
                    + (start[j + 1] - start[j]) + " rows and " + k
                    + " random effects; the limit is " + LARGEST + ". Take CR1 (--robust CR1) or a bootstrap.");
        }
        double[] block = new double[m * width];
        double[] variances = new double[m];
        int at = 0;
        for (int from = start[j], to; from < start[j + 1]; from = to) {
            to = sameWeight(from, start[j + 1]);
            int left = Math.min(to - from, width - 1);
            double[] part = rotated(from, to, width);
            for (int c = 0; c < width; c++) {
                System.arraycopy(part, c * (part.length / width), block, at + c * m, left);
            }
            Arrays.fill(variances, at, at + left, data.weights() == null ? 1 : 1 / data.weights()[order[from]]);
            at += left;
        }
        forgetLevels(start[j], start[j + 1]);
        add(block, variances, m, k);
    }

    private int sameWeight(int from, int end) {
        if (data.weights() == null) {
            return end;
        }
        int to = from + 1;
        while (to < end && data.weights()[order[to]] == data.weights()[order[from]]) {
            to++;
        }
        return to;
    }

    /** Gives the levels of each term in some rows their columns in C; returns how many columns there are. */
    private int numberLevels(int from, int to) {
        int k = 0;
        for (int t = 0; t < lambda.length; t++) {
            RandomTerm term = data.terms().get(t);
            for (int i = from; i < to; i++) {
                int level = term.factor().codes()[order[i]];
                if (local[t][level] < 0) {
                    local[t][level] = k;
                    k += term.z().length;
                }
            }
        }
        return k;
    }

    private void forgetLevels(int from, int to) {
        for (int t = 0; t < lambda.length; t++) {
            int[] codes = data.terms().get(t).factor().codes();
            for (int i = from; i < to; i++) {
                local[t][codes[order[i]]] = -1;
            }
        }
    }

    /** {@code [X C e]} of rows of one weight, as they are or, where they are more than the columns, rotated a chunk at a time. */
    private double[] rotated(int from, int to, int width) {
        int room = Math.min(to - from, width + Math.max(CHUNK, width));
        double[] part = new double[room * width];
        int filled = 0;
        for (int next = from; next < to; ) {
            int rows = Math.min(to - next, room - filled);
            fill(part, room, filled, next, rows);
            next += rows;
            filled += rows;
            if (filled >= width) {
                Rotation.triangular(part, room, filled, width - 1, width);
                filled = width - 1;
            }
        }
        return part;
    }

    /** Writes {@code [X C e]} of some rows, from row {@code at} of the part. */
    private void fill(double[] part, int room, int at, int from, int rows) {
        double[] x = new double[p];
        int last = part.length - room + at;
        for (int c = p; c * room < part.length - room; c++) {
            Arrays.fill(part, at + c * room, at + rows + c * room, 0);
        }
        for (int i = 0; i < rows; i++) {
            int row = order[from + i];
            fixedRows.copy(row, x);
            for (int c = 0; c < p; c++) {
                part[at + i + c * room] = x[c];
            }
            part[last + i] = residuals[row];
        }
        for (int t = 0; t < lambda.length; t++) {
            RandomTerm term = data.terms().get(t);
            int q = term.z().length;
            for (int i = 0; i < rows; i++) {
                int row = order[from + i];
                int column = p + local[t][term.factor().codes()[row]];
                for (int r = 0; r < q; r++) {
                    double sum = 0;
                    for (int a = r; a < q; a++) {
                        sum += term.z()[a][row] * lambda[t][a + r * q];
                    }
                    part[at + i + (column + r) * room] = sum;
                }
            }
        }
    }

    /** A cluster's share, from its rotated rows {@code [X C e]}. */
    private void add(double[] block, double[] variances, int m, int k) {
        double[] l = root(block, variances, m, k);
        double[] whiteX = Arrays.copyOf(block, m * p);
        SmallCholesky.solveLower(l, 0, m, m, whiteX, 0, p, m);
        double[] timesX = multiplyTransposed(l, block, m, m, p); // L'X
        double[] timesE = multiplyTransposed(l, Arrays.copyOfRange(block, (p + k) * m, block.length), m, m, 1);
        double[] square = multiplyTransposed(l, l, m, m, m); // L'L
        double[] b = multiply(square, square, m, m, m);
        double[] solved = multiply(timesX, mRoot, m, p, p);
        for (int c = 0; c < m; c++) {
            for (int i = 0; i < m; i++) {
                for (int a = 0; a < p; a++) {
                    b[i + c * m] -= solved[i + a * m] * solved[c + a * m];
                }
            }
        }
        double[] adjusted = inverseRootTimes(b, m, directionsAlone(whiteX, m), whiteX);
        double[] score = multiplyTransposed(adjusted, timesE, m, p, 1);
        double[] crossed = multiplyTransposed(timesX, adjusted, m, p, p); // f = crossed a
        double[] spread = multiply(square, adjusted, m, m, p); // d = |spread a|²
        for (int c = 0; c < p; c++) {
            for (int i = 0; i < p; i++) {
                meat[i + c * p] += score[i] * score[c];
            }
            double[] f = multiply(crossed, contrasts[c], p, p, 1);
            double d = squares(multiply(spread, contrasts[c], m, p, 1));
            sumD[c] += d;
            sumDd[c] += d * d;
            sumDf[c] += d * squares(multiplyTransposed(mRoot, f, p, p, 1));
            for (int a = 0; a < p; a++) {
                for (int i = 0; i < p; i++) {
                    sumFf[c][i + a * p] += f[i] * f[a];
                }
            }
        }
    }

    /** L of {@code V = diag(variances) + CC'}, zeros above its diagonal. */
    private double[] root(double[] block, double[] variances, int m, int k) {
        double[] l = new double[m * m];
        for (int c = 0; c < m; c++) {
            l[c + c * m] = variances[c];
        }
        for (int a = p; a < p + k; a++) {
            for (int c = 0; c < m; c++) {
                double factor = block[c + a * m];
                for (int i = c; i < m && factor != 0; i++) {
                    l[i + c * m] += block[i + a * m] * factor;
                }
            }
        }
        SmallCholesky.factor(l, 0, m, m);
        return l;
    }

    /** How many directions of X only this cluster tells of: those of leverage one. In these B is zero but for rounding. */
    private int directionsAlone(double[] whiteX, int m) {
        double[] leverage = multiply(whiteX, mRoot, m, p, p);
        if (squares(leverage) < 1 - ALONE) { // the sum of all eigenvalues
            return 0;
        }
        double[] values = SymmetricEigen.of(multiplyTransposed(leverage, leverage, m, p, p), p)
                .values();
        return (int) Arrays.stream(values).filter(value -> value > 1 - ALONE).count();
    }

    /** {@code B^{+½}Y} of a B with a given number of zero eigenvalues. */
    private double[] inverseRootTimes(double[] b, int m, int zeros, double[] y) {
        SymmetricEigen eigen = SymmetricEigen.of(b, m);
        double[] values = eigen.values();
        double[] vectors = eigen.vectors();
        double[] coordinates = multiplyTransposed(vectors, y, m, m, p);
        for (int c = 0; c < p; c++) {
            for (int i = 0; i < m; i++) {
                coordinates[i + c * m] *= i < zeros || !(values[i] > 0) ? 0 : 1 / Math.sqrt(values[i]);
            }
        }
        return multiply(vectors, coordinates, m, m, p);
    }

    private double degrees(int c) {
        double[] product = multiply(mInverse, sumFf[c], p, p, p);
        double trace = sumD[c];
        double square = sumDd[c] - 2 * sumDf[c];
        for (int a = 0; a < p; a++) {
            trace -= product[a + a * p];
            for (int i = 0; i < p; i++) {
                square += product[i + a * p] * product[a + i * p];
            }
        }
        return trace > ALONE * sumD[c] ? trace * trace / square : Double.NaN;
    }

    private static double squares(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return sum;
    }

    /** {@code AB}, A rows×inner, B inner×columns. */
    private static double[] multiply(double[] a, double[] b, int rows, int inner, int columns) {
        double[] product = new double[rows * columns];
        for (int c = 0; c < columns; c++) {
            for (int k = 0; k < inner; k++) {
                double factor = b[k + c * inner];
                for (int i = 0; i < rows; i++) {
                    product[i + c * rows] += a[i + k * rows] * factor;
                }
            }
        }
        return product;
    }

    /** {@code A'B}, A inner×rows, B inner×columns. */
    private static double[] multiplyTransposed(double[] a, double[] b, int inner, int rows, int columns) {
        double[] product = new double[rows * columns];
        for (int c = 0; c < columns; c++) {
            for (int i = 0; i < rows; i++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum += a[k + i * inner] * b[k + c * inner];
                }
                product[i + c * rows] = sum;
            }
        }
        return product;
    }
}
