package org.warpmix.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.model.RandomTerm;

/**
 * Whether every covariance matrix of the response that one set of random terms can have is one that another set can have, and how
 * many of the other's variances are zero then.
 *
 * <p>A term with columns u over its levels has the matrices {@code Σ_j u_j Φ u_j'}, Φ any covariance matrix: a cone in the space that
 * the generators {@code ½ Σ_j (u_ja u_jb' + u_jb u_ja')} span. So a smaller model is nested where its generators lie in the span of
 * the larger's, and those of its variances with coefficients that are covariance matrices themselves. That finds {@code (1 | g)} in
 * {@code (x | g)}, and {@code (1 | g/f)} in {@code (f | g)} as well. The null space of the coefficients at a smaller model with all
 * variances positive is what a test puts on the boundary: none in the second example, one direction in the first.
 *
 * <p>Inner products of generators come from the products of levels that meet, {@code ⟨ab, cd⟩ = ½ Σ (C_ac C_bd + C_ad C_bc)} with
 * {@code C = u_j'w_l}: a pass over the rows for each pair of terms.
 */
final class NestedCovariance {

    /** Square of the relative rest of a generator that counts as none. */
    private static final double WITHIN = 1e-8;
    /** Eigenvalue, relative to the largest, that counts as zero. */
    private static final double ZERO = 1e-4;

    private static final double SINGULAR = 1e-11;
    private static final double COLLINEAR = 1e-13;

    private NestedCovariance() {}

    /**
     * The number of independent variances of the larger model that are zero in the smaller.
     *
     * @return −1 where the models are not nested
     */
    static int variancesAtZero(List<RandomTerm> smaller, List<RandomTerm> larger) {
        List<Generators> small = smaller.stream().map(Generators::of).toList();
        List<Generators> large = larger.stream().map(Generators::of).toList();
        int[] start = new int[large.size() + 1];
        for (int t = 0; t < large.size(); t++) {
            start[t + 1] = start[t] + large.get(t).count();
        }
        int size = start[large.size()];
        double[] gram = new double[size * size];
        for (int s = 0; s < large.size(); s++) {
            for (int t = s; t < large.size(); t++) {
                double[] products = large.get(s).products(large.get(t));
                for (int i = 0; i < large.get(s).count(); i++) {
                    for (int j = 0; j < large.get(t).count(); j++) {
                        double value = products[i + j * large.get(s).count()];
                        gram[start[s] + i + (start[t] + j) * size] = value;
                        gram[start[t] + j + (start[s] + i) * size] = value;
                    }
                }
            }
        }
        SymmetricEigen spectrum = SymmetricEigen.of(gram, size);
        double[] all = new double[size];
        for (Generators one : small) {
            double[] own = one.products(one);
            double[][] cross = large.stream().map(other -> other.products(one)).toArray(double[][]::new);
            int generator = 0;
            for (int a = 0; a < one.q(); a++) {
                for (int b = a; b < one.q(); b++, generator++) {
                    double[] g = new double[size];
                    for (int t = 0; t < cross.length; t++) {
                        int count = large.get(t).count();
                        System.arraycopy(cross[t], generator * count, g, start[t], count);
                    }
                    double[] x = solve(spectrum, g);
                    double square = own[generator * (one.count() + 1)];
                    double rest = square;
                    for (int i = 0; i < size; i++) {
                        rest -= g[i] * x[i];
                    }
                    if (!(rest <= WITHIN * square) || a == b && nullity(x, large, start) < 0) {
                        return -1;
                    }
                    for (int i = 0; i < size && a == b; i++) {
                        all[i] += x[i];
                    }
                }
            }
        }
        return nullity(all, large, start);
    }

    /** How many eigenvalues of the coefficient matrices are zero; −1 where one is negative. */
    private static int nullity(double[] coefficients, List<Generators> terms, int[] start) {
        double[][] values = new double[terms.size()][];
        double largest = 0;
        for (int t = 0; t < values.length; t++) {
            int q = terms.get(t).q();
            double[] phi = new double[q * q];
            int next = start[t];
            for (int a = 0; a < q; a++) {
                for (int b = a; b < q; b++) {
                    double value = coefficients[next++] * (a == b ? 1 : 0.5);
                    phi[a + b * q] = value;
                    phi[b + a * q] = value;
                }
            }
            values[t] = SymmetricEigen.of(phi, q).values();
            largest = Math.max(largest, values[t][q - 1]);
        }
        int zeros = 0;
        for (double[] spectrum : values) {
            for (double value : spectrum) {
                if (value < -ZERO * largest) {
                    return -1;
                }
                zeros += value < ZERO * largest ? 1 : 0;
            }
        }
        return zeros;
    }

    private static double[] solve(SymmetricEigen spectrum, double[] g) {
        double[] values = spectrum.values();
        double[] vectors = spectrum.vectors();
        int n = g.length;
        double[] x = new double[n];
        for (int e = 0; e < n; e++) {
            double along = 0;
            for (int i = 0; i < n; i++) {
                along += vectors[i + e * n] * g[i];
            }
            for (int i = 0; i < n && values[e] > SINGULAR * values[n - 1]; i++) {
                x[i] += along / values[e] * vectors[i + e * n];
            }
        }
        return x;
    }

    /**
     * The generators of a term, numbered (0,0), (0,1), …, (1,1), ….
     *
     * @param u its columns made orthonormal
     */
    private record Generators(double[][] u, int[] codes, int levels) {

        static Generators of(RandomTerm term) {
            double[][] z = term.z();
            int q = z.length;
            int n = z[0].length;
            double[] gram = new double[q * q];
            for (int b = 0; b < q; b++) {
                for (int a = 0; a <= b; a++) {
                    double sum = 0;
                    for (int i = 0; i < n; i++) {
                        sum += z[a][i] * z[b][i];
                    }
                    gram[a + b * q] = sum;
                    gram[b + a * q] = sum;
                }
            }
            double[] length = new double[q];
            for (int a = 0; a < q; a++) {
                length[a] = Math.sqrt(gram[a + a * q]);
            }
            for (int e = 0; e < q * q; e++) {
                gram[e] /= length[e % q] * length[e / q];
            }
            SymmetricEigen spectrum = SymmetricEigen.of(gram, q);
            double[] values = spectrum.values();
            double[] vectors = spectrum.vectors();
            List<double[]> u = new ArrayList<>();
            for (int e = 0; e < q; e++) {
                if (values[e] > COLLINEAR * values[q - 1]) {
                    double[] column = new double[n];
                    for (int a = 0; a < q; a++) {
                        double factor = vectors[a + e * q] / (length[a] * Math.sqrt(values[e]));
                        for (int i = 0; i < n; i++) {
                            column[i] += factor * z[a][i];
                        }
                    }
                    u.add(column);
                }
            }
            return new Generators(
                    u.toArray(new double[0][]),
                    term.factor().codes(),
                    term.factor().levels().length);
        }

        int q() {
            return u.length;
        }

        int count() {
            return q() * (q() + 1) / 2;
        }

        /** Inner products with the generators of another term, count×other's count column-major. */
        double[] products(Generators other) {
            int q1 = q();
            int q2 = other.q();
            int[] start = new int[levels + 1];
            for (int code : codes) {
                start[code + 1]++;
            }
            for (int l = 0; l < levels; l++) {
                start[l + 1] += start[l];
            }
            int[] rows = new int[codes.length];
            int[] next = Arrays.copyOf(start, levels);
            for (int i = 0; i < codes.length; i++) {
                rows[next[codes[i]]++] = i;
            }
            double[] products = new double[count() * other.count()];
            int[] place = new int[other.levels];
            int[] met = new int[other.levels];
            Arrays.fill(place, -1);
            double[] c = new double[q1 * q2];
            for (int l = 0; l < levels; l++) {
                int partners = 0;
                for (int r = start[l]; r < start[l + 1]; r++) {
                    int partner = other.codes[rows[r]];
                    if (place[partner] < 0) {
                        met[partners] = partner;
                        place[partner] = partners++;
                    }
                }
                if (c.length < partners * q1 * q2) {
                    c = new double[2 * partners * q1 * q2];
                }
                Arrays.fill(c, 0, partners * q1 * q2, 0);
                for (int r = start[l]; r < start[l + 1]; r++) {
                    int row = rows[r];
                    int at = place[other.codes[row]] * q1 * q2;
                    for (int b = 0; b < q2; b++) {
                        for (int a = 0; a < q1; a++) {
                            c[at + a + b * q1] += u[a][row] * other.u[b][row];
                        }
                    }
                }
                for (int p = 0; p < partners; p++) {
                    place[met[p]] = -1;
                    add(c, p * q1 * q2, q1, q2, products);
                }
            }
            return products;
        }

        private static void add(double[] matrix, int at, int q1, int q2, double[] products) {
            int next = 0;
            for (int c = 0; c < q2; c++) {
                for (int d = c; d < q2; d++) {
                    for (int a = 0; a < q1; a++) {
                        for (int b = a; b < q1; b++) {
                            products[next++] += 0.5
                                    * (matrix[at + a + c * q1] * matrix[at + b + d * q1]
                                            + matrix[at + a + d * q1] * matrix[at + b + c * q1]);
                        }
                    }
                }
            }
        }
    }
}
