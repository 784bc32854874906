package org.warpmix.inference;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.inference.VarianceProducts.Entry;
import org.warpmix.linalg.SmallCholesky;

/**
 * {@link VarianceProducts} of a model with one grouping factor, class by class of equal groups.
 *
 * <p>Per class with cross-products G: K = Λ(I + Λ'GΛ)⁻¹Λ', N = I − GK, S = NG, and per level {@code C = NB}, of which only
 * the sums {@code T_ab = Σ_j (C_a'C_b + C_b'C_a)} over the levels of the class are needed.
 */
final class GroupedProducts {

    private final GroupClasses classes;
    private final double[] lambda;
    private final VarianceProducts into;
    private final int q;
    private final int width;
    private final double[] n;
    private final double[] s;
    /** {@code T_ab} at {@code a + b*q} for a ≤ b, full width×width. */
    private final double[][] t;

    private final double[] c;

    GroupedProducts(GroupClasses classes, double[] lambda, VarianceProducts into) {
        this.classes = classes;
        this.lambda = lambda;
        this.into = into;
        this.q = classes.products().q();
        this.width = into.width;
        this.n = new double[q * q];
        this.s = new double[q * q];
        this.t = new double[q * q][];
        for (int b = 0; b < q; b++) {
            for (int a = 0; a <= b; a++) {
                t[a + b * q] = new double[width * width];
            }
        }
        this.c = new double[q * width];
    }

    void add() {
        for (int cl = 0; cl < classes.classes(); cl++) {
            reduce(cl);
            for (double[] sum : t) {
                if (sum != null) {
                    Arrays.fill(sum, 0);
                }
            }
            if (classes.summed(cl) == null) {
                levels(cl);
            } else {
                sums(classes.summed(cl));
            }
            collect(classes.size(cl));
        }
        for (double[] matrix : into.first) {
            fill(matrix);
        }
        for (double[] matrix : into.second) {
            fill(matrix);
        }
    }

    /** N and S of a class. */
    private void reduce(int cl) {
        double[] g = Arrays.copyOfRange(classes.g(), cl * q * q, (cl + 1) * q * q);
        double[] a = multiply(lambda, true, multiply(g, false, lambda));
        for (int i = 0; i < q; i++) {
            a[i * (q + 1)] += 1;
        }
        SmallCholesky.factor(a, 0, q, q);
        double[] inverse = new double[q * q];
        SmallCholesky.invert(a, 0, q, inverse, 0);
        double[] half = multiply(lambda, false, inverse);
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = i == j ? 1 : 0;
                for (int r = 0; r < q; r++) {
                    for (int e = 0; e < q; e++) {
                        sum -= g[i + r * q] * half[r + e * q] * lambda[j + e * q];
                    }
                }
                n[i + j * q] = sum;
            }
        }
        double[] product = multiply(n, false, g);
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                s[i + j * q] = 0.5 * (product[i + j * q] + product[j + i * q]);
            }
        }
    }

    private double[] multiply(double[] a, boolean transposed, double[] b) {
        double[] product = new double[q * q];
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                for (int r = 0; r < q; r++) {
                    product[i + j * q] += (transposed ? a[r + i * q] : a[i + r * q]) * b[r + j * q];
                }
            }
        }
        return product;
    }

    /** T from the products of each level; lower triangles. */
    private void levels(int cl) {
        double[] all = classes.products().b();
        for (int l = 0; l < classes.size(cl); l++) {
            int at = classes.level(cl, l) * q * width;
            for (int x = 0; x < width; x++) {
                for (int i = 0; i < q; i++) {
                    double sum = 0;
                    for (int r = 0; r < q; r++) {
                        sum += n[i + r * q] * all[at + r + x * q];
                    }
                    c[i + x * q] = sum;
                }
            }
            for (int b = 0; b < q; b++) {
                for (int a = 0; a <= b; a++) {
                    double[] sum = t[a + b * q];
                    for (int x = 0; x < width; x++) {
                        for (int z = x; z < width; z++) {
                            sum[z + x * width] += c[a + x * q] * c[b + z * q] + c[b + x * q] * c[a + z * q];
                        }
                    }
                }
            }
        }
    }

    /** T from the sums over the class, which are of B_r'B_s + B_s'B_r for r &lt; s and of B_r'B_r. */
    private void sums(double[] sums) {
        int triangle = width * (width + 1) / 2;
        for (int b = 0; b < q; b++) {
            for (int a = 0; a <= b; a++) {
                double[] sum = t[a + b * q];
                int at = 0;
                for (int r = 0; r < q; r++) {
                    for (int e = r; e < q; e++) {
                        double factor = n[a + r * q] * n[b + e * q] + n[a + e * q] * n[b + r * q];
                        int next = at;
                        for (int x = 0; x < width; x++) {
                            for (int z = x; z < width; z++) {
                                sum[z + x * width] += factor * sums[next++];
                            }
                        }
                        at += triangle;
                    }
                }
            }
        }
    }

    private void collect(int size) {
        List<Entry> entries = into.entries;
        for (int j = 0; j < entries.size(); j++) {
            Entry two = entries.get(j);
            int c2 = two.row();
            int d2 = two.column();
            into.trace[j] += size * 2 * two.weight() * s[c2 + d2 * q];
            add(two.weight(), c2, d2, into.first[j]);
            for (int i = 0; i <= j; i++) {
                Entry one = entries.get(i);
                int a = one.row();
                int b = one.column();
                double weight = one.weight() * two.weight();
                into.traces[i + j * entries.size()] +=
                        size * 2 * weight * (s[a + d2 * q] * s[b + c2 * q] + s[a + c2 * q] * s[b + d2 * q]);
                double[] second = into.second[into.pair(i, j)];
                add(weight * s[b + c2 * q], a, d2, second);
                add(weight * s[b + d2 * q], a, c2, second);
                add(weight * s[a + c2 * q], b, d2, second);
                add(weight * s[a + d2 * q], b, c2, second);
            }
        }
    }

    private void add(double factor, int a, int b, double[] target) {
        double[] source = t[Math.min(a, b) + Math.max(a, b) * q];
        for (int e = 0; e < target.length; e++) {
            target[e] += factor * source[e];
        }
    }

    /** The upper triangle from the lower one. */
    private void fill(double[] matrix) {
        for (int x = 0; x < width; x++) {
            for (int z = x + 1; z < width; z++) {
                matrix[x + z * width] = matrix[z + x * width];
            }
        }
    }
}
