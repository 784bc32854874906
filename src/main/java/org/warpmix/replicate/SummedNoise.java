package org.warpmix.replicate;

import org.warpmix.crossprod.GroupClasses;
import org.warpmix.linalg.SymmetricEigen;

/**
 * What the levels of a summed class add to the statistics of a response, as linear functions of few variates.
 *
 * <p>Let D have the J rows {@code vec(Z_j'X_j)}, {@code D = Q R} with R of r rows, and z the J×ρ normals of the class's
 * {@link LevelNoise}. All products with D need only {@code ζ = Q'z}, r×ρ standard normals; all products of the noise with
 * itself only {@code U = z'z = ζ'ζ + W}, W Wishart with J−r degrees of freedom and independent of ζ. The variates are
 * {@code v = (ζ, U)}: ζ row by row, then the lower triangle of U column by column. Coefficients are given negated, as {@link
 * org.warpmix.linalg.Columns#subtract} takes them.
 *
 * @param rank ρ
 * @param rows r
 * @param wishart J−r, degrees of freedom of W
 * @param constants of each entry of the class, in the order of {@link org.warpmix.crossprod.ResponseLayout}
 * @param entries the negated coefficients of v for each entry; of ζ alone for entries with a column of X
 * @param xy the negated coefficients of ζ for the part of {@code X'η} within the span of Z, p rows
 * @param yy the negated coefficients of v for that of {@code η'η}
 */
public record SummedNoise(
        int rank, int rows, int wishart, double[] constants, double[][] entries, double[][] xy, double[] yy) {

    /** Eigenvalue of D'D, relative to the largest, that counts as zero: a part of D of 3e-7 of the whole. */
    private static final double SINGULAR = 1e-13;

    static SummedNoise of(GroupClasses classes, int c, LevelNoise noise, double[] gamma) {
        int q = classes.products().q();
        int p = gamma.length;
        double[] gram = gram(classes, c, q * p);
        double[] r = factor(gram, q * p, classes.size(c));
        int rows = q * p == 0 ? 0 : r.length / (q * p);
        int rank = noise.rank();
        int zetas = rows * rank;
        int variates = zetas + rank * (rank + 1) / 2;
        int pairs = q * (q + 1) / 2;
        double[] constants = new double[pairs * (p + 1)];
        double[][] entries = new double[pairs * (p + 1)][];
        double[][] xy = new double[p][zetas];
        double[] yy = new double[variates];

        // columns of B_j and of B_j γ, q each, as one list: (a, k), then (a, γ)
        double[] cross = withGamma(gram, q, gamma, q * p); // D'[D Dγ], Dγ the J×q matrix of B_j γ
        double[] factors = withGamma(r, q, gamma, rows); // R and its Rγ
        double[] f = noise.f();
        int next = 0;
        for (int a = 0; a < q; a++) {
            for (int b = a; b < q; b++) {
                for (int k = 0; k < p; k++) {
                    constants[next] = cross[a + k * q + (p * q + b) * q * p]
                            + (a < b ? cross[b + k * q + (p * q + a) * q * p] : 0);
                    double[] row = new double[zetas];
                    addZeta(row, factors, rows, a + k * q, f, b, q, rank);
                    if (a < b) {
                        addZeta(row, factors, rows, b + k * q, f, a, q, rank);
                    }
                    entries[next++] = row;
                }
                double times = a < b ? 2 : 1;
                for (int k = 0; k < p; k++) {
                    constants[next] += times * gamma[k] * cross[a + k * q + (p * q + b) * q * p];
                }
                double[] row = new double[variates];
                addZeta(row, factors, rows, p * q + a, f, b, q, rank);
                addZeta(row, factors, rows, p * q + b, f, a, q, rank);
                int u = zetas;
                for (int d = 0; d < rank; d++) {
                    for (int e = d; e < rank; e++) {
                        row[u] -= f[a + d * q] * f[b + e * q];
                        row[u++] -= d == e ? 0 : f[a + e * q] * f[b + d * q];
                    }
                }
                for (int v = 0; v < variates; v++) {
                    row[v] *= times;
                }
                entries[next++] = row;
            }
        }
        for (int k = 0; k < p; k++) {
            for (int a = 0; a < q; a++) {
                addZeta(xy[k], factors, rows, a + k * q, noise.n(), a, q, rank);
            }
        }
        double[] l = noise.l();
        int u = zetas;
        for (int d = 0; d < rank; d++) {
            for (int e = d; e < rank; e++) {
                for (int a = 0; a < rank; a++) {
                    yy[u] -= (d == e ? 1 : 2) * l[a + d * rank] * l[a + e * rank];
                }
                u++;
            }
        }
        return new SummedNoise(rank, rows, classes.size(c) - rows, constants, entries, xy, yy);
    }

    /** Subtracts the coefficients of ζ in {@code Σ_j D_j,column · (f z_j)_a}. */
    private static void addZeta(
            double[] row, double[] factors, int rows, int column, double[] f, int a, int q, int rank) {
        for (int m = 0; m < rows; m++) {
            for (int c = 0; c < rank; c++) {
                row[m * rank + c] -= factors[m + column * rows] * f[a + c * q];
            }
        }
    }

    /** {@code D'D}, qp×qp. */
    private static double[] gram(GroupClasses classes, int c, int width) {
        double[] b = classes.products().b();
        int stride = classes.products().q() * classes.products().width();
        double[] gram = new double[width * width];
        for (int i = 0; i < classes.size(c); i++) {
            int at = classes.level(c, i) * stride;
            for (int s = 0; s < width; s++) {
                for (int t = 0; t < width; t++) {
                    gram[t + s * width] += b[at + t] * b[at + s];
                }
            }
        }
        return gram;
    }

    /** R of r×width, column-major, with {@code R'R = D'D}. */
    private static double[] factor(double[] gram, int width, int levels) {
        SymmetricEigen eigen = SymmetricEigen.of(gram, width);
        double[] values = eigen.values();
        double[] vectors = eigen.vectors();
        int rows = 0;
        while (rows < Math.min(width, levels)
                && values[width - 1 - rows] > 0
                && values[width - 1 - rows] > SINGULAR * values[width - 1]) {
            rows++;
        }
        double[] r = new double[rows * width];
        for (int m = 0; m < rows; m++) {
            double length = Math.sqrt(values[width - 1 - m]);
            for (int t = 0; t < width; t++) {
                r[m + t * rows] = length * vectors[t + (width - 1 - m) * width];
            }
        }
        return r;
    }

    /** {@code [A A_γ]}: the columns of A, numbered (a, k), and after them the q columns {@code Σ_k γ_k A_(a,k)}. */
    private static double[] withGamma(double[] columns, int q, double[] gamma, int height) {
        int p = gamma.length;
        double[] all = new double[height * q * (p + 1)];
        System.arraycopy(columns, 0, all, 0, columns.length);
        for (int a = 0; a < q; a++) {
            for (int k = 0; k < p; k++) {
                for (int i = 0; i < height; i++) {
                    all[i + (p * q + a) * height] += gamma[k] * columns[i + (a + k * q) * height];
                }
            }
        }
        return all;
    }
}
