package org.warpmix.likelihood;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.linalg.SmallCholesky;

/**
 * The criterion of a model with one grouping factor, from classes of equal groups.
 *
 * <p>Per class c of J_c groups with cross-products G: A = I + Λ'GΛ = LL', V = L⁻¹Λ', K = V'V = ΛA⁻¹Λ', and
 * {@code M = W'W − Σ_j B_j'K B_j}. The gradient is {@code ∂d/∂Λ = 2NΛ} with
 * {@code N = Σ_c (I − G K)(J_c G − Q_c (I − K G))}, {@code Q_c = Σ_j B_j C B_j'},
 * {@code C = (ν/r²) s s'} for {@code s = (−γ, 1)}, plus {@code M_XX⁻¹} under REML. The cost of an evaluation is
 * O(q² p²) per class, whatever the number of groups or rows.
 *
 * <p>Single-letter arrays are the matrices of this legend, column-major; {@code m} and {@code c} are lower triangles
 * packed column by column, the order of {@link GroupClasses#summed}.
 */
final class GroupedLikelihood implements Likelihood {

    private final Crossproducts statistics;
    private final GroupClasses classes;
    private final Profile profile;
    private final int q;
    private final int width;
    private final double[] a;
    private final double[] v;
    private final double[] k;
    private final double[] m;
    private final double[] c;
    private final double[] y;
    private final double[] quadratic;
    private final double[] residual;
    private final double[] n;
    private final FixedSolution fixed;

    GroupedLikelihood(Crossproducts statistics, Method method) {
        this.statistics = statistics;
        this.classes = statistics.classes();
        this.profile = new Profile(statistics, method);
        this.q = classes.products().q();
        this.width = statistics.p() + 1;
        this.a = new double[q * q];
        this.v = new double[q * q];
        this.k = new double[classes.classes() * q * q];
        this.m = new double[width * (width + 1) / 2];
        this.c = new double[m.length];
        this.y = new double[q * width];
        this.quadratic = new double[q * q];
        this.residual = new double[q * q];
        this.n = new double[q * q];
        this.fixed = new FixedSolution(statistics.p());
    }

    private GroupedLikelihood(GroupedLikelihood design, Crossproducts statistics) {
        this.statistics = statistics;
        this.classes = statistics.classes();
        this.profile = design.profile;
        this.q = design.q;
        this.width = design.width;
        this.a = design.a;
        this.v = design.v;
        this.k = design.k;
        this.m = design.m;
        this.c = design.c;
        this.y = design.y;
        this.quadratic = design.quadratic;
        this.residual = design.residual;
        this.n = design.n;
        this.fixed = design.fixed;
    }

    @Override
    public Likelihood withResponse(Crossproducts another) {
        Profile.requireSameDesign(statistics, another);
        return new GroupedLikelihood(this, another);
    }

    @Override
    public List<RandomBlock> blocks() {
        return List.of(classes.products().block());
    }

    @Override
    public double criterion(double[][] lambda, double[][] dLambda) {
        double logDetA = eliminate(lambda[0]);
        if (Double.isNaN(logDetA) || !fixed.solve(m)) {
            return Double.POSITIVE_INFINITY;
        }
        if (dLambda != null) {
            fixed.weights(profile.degrees() / fixed.rSquared(), profile.reml(), c);
            derivative(lambda[0], dLambda[0]);
        }
        return profile.criterion(logDetA, fixed.logDet(), fixed.rSquared());
    }

    @Override
    public Parts parts(double[][] lambda, Held held, double[][] dLambda) {
        double logDetA = eliminate(lambda[0]);
        if (Double.isNaN(logDetA) || !fixed.solve(m)) {
            return null;
        }
        double misfit = held.direction() == null ? 0 : fixed.hold(held.direction(), held.value());
        fixed.weights(held.scale(statistics.n(), fixed.rSquared()), false, c);
        derivative(lambda[0], dLambda[0]);
        return new Parts(logDetA, fixed.rSquared(), misfit);
    }

    @Override
    public Solution solve(double[][] lambda) {
        if (Double.isNaN(eliminate(lambda[0])) || !fixed.solve(m)) {
            throw new ArithmeticException("The likelihood cannot be evaluated at this theta.");
        }
        double[] gamma = fixed.gamma();
        double[] b = classes.products().b();
        double[] modes = new double[classes.products().levels() * q];
        double[] e = new double[q];
        for (int cl = 0; cl < classes.classes(); cl++) {
            for (int i = 0; i < classes.size(cl); i++) {
                int level = classes.level(cl, i);
                int at = level * q * width;
                for (int r = 0; r < q; r++) {
                    double sum = b[at + r + (width - 1) * q];
                    for (int x = 0; x < width - 1; x++) {
                        sum -= b[at + r + x * q] * gamma[x];
                    }
                    e[r] = sum;
                }
                for (int r = 0; r < q; r++) {
                    double sum = 0;
                    for (int s = 0; s < q; s++) {
                        sum += k[cl * q * q + r + s * q] * e[s];
                    }
                    modes[level * q + r] = sum;
                }
            }
        }
        return new Solution(gamma, fixed.inverse(), fixed.rSquared(), new double[][] {modes});
    }

    @Override
    public double[][] conditionalCovariances(double[][] lambda) {
        eliminate(lambda[0]);
        double[] covariances = new double[classes.products().levels() * q * q];
        for (int cl = 0; cl < classes.classes(); cl++) {
            for (int i = 0; i < classes.size(cl); i++) {
                System.arraycopy(k, cl * q * q, covariances, classes.level(cl, i) * q * q, q * q);
            }
        }
        return new double[][] {covariances};
    }

    @Override
    public ErrorCovariance errors(double[][] lambda) {
        if (Double.isNaN(eliminate(lambda[0])) || !fixed.solve(m)) {
            throw new ArithmeticException("The likelihood cannot be evaluated at this theta.");
        }
        return new GroupedErrors(classes, k.clone(), lambda[0].clone(), fixed.inverse(), width - 1);
    }

    /** Fills {@code k} and {@code m}; returns log|A|, or NaN where a factorisation fails. */
    private double eliminate(double[] lambda) {
        packLower(statistics.ww(), width, m);
        double logDet = 0;
        double product = 1;
        for (int cl = 0; cl < classes.classes(); cl++) {
            buildA(classes.g(), cl * q * q, lambda);
            if (!SmallCholesky.factor(a, 0, q, q)) {
                return Double.NaN;
            }
            double determinant = 1;
            for (int i = 0; i < q; i++) {
                determinant *= a[i + i * q];
            }
            if (classes.size(cl) == 1 && determinant < 1e100 && product < 1e100) {
                product *= determinant; // one logarithm for many single groups
            } else {
                logDet += classes.size(cl) * SmallCholesky.logDet(a, 0, q, q);
            }
            if (product >= 1e100) {
                logDet += 2 * Math.log(product);
                product = 1;
            }
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < q; i++) {
                    v[i + j * q] = lambda[j + i * q];
                }
            }
            SmallCholesky.solveLower(a, 0, q, q, v, 0, q, q);
            for (int j = 0; j < q; j++) {
                for (int i = j; i < q; i++) {
                    double sum = 0;
                    for (int r = 0; r < q; r++) {
                        sum += v[r + i * q] * v[r + j * q];
                    }
                    k[cl * q * q + i + j * q] = sum;
                    k[cl * q * q + j + i * q] = sum;
                }
            }
            subtractProducts(cl);
        }
        return logDet + 2 * Math.log(product);
    }

    /** A = I + Λ'GΛ, lower triangle. */
    private void buildA(double[] g, int at, double[] lambda) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = j; r < q; r++) {
                    sum += g[at + i + r * q] * lambda[r + j * q];
                }
                v[i] = sum; // column j of GΛ
            }
            for (int i = j; i < q; i++) {
                double sum = i == j ? 1 : 0;
                for (int r = i; r < q; r++) {
                    sum += lambda[r + i * q] * v[r];
                }
                a[i + j * q] = sum;
            }
        }
    }

    /** M −= Σ_j B_j'K B_j over the levels of a class. */
    private void subtractProducts(int cl) {
        double[] sums = classes.summed(cl);
        if (sums != null) {
            int at = 0;
            for (int r = 0; r < q; r++) {
                for (int s = r; s < q; s++) {
                    double factor = k[cl * q * q + s + r * q];
                    for (int e = 0; e < m.length; e++) {
                        m[e] -= factor * sums[at + e];
                    }
                    at += m.length;
                }
            }
            return;
        }
        double[] b = classes.products().b();
        for (int i = 0; i < classes.size(cl); i++) {
            int at = classes.level(cl, i) * q * width;
            for (int x = 0; x < width; x++) {
                for (int r = 0; r < q; r++) {
                    double sum = 0;
                    for (int s = 0; s < q; s++) {
                        sum += v[r + s * q] * b[at + s + x * q];
                    }
                    y[r + x * q] = sum;
                }
            }
            int next = 0;
            for (int x = 0; x < width; x++) {
                for (int z = x; z < width; z++) {
                    double sum = 0;
                    for (int r = 0; r < q; r++) {
                        sum += y[r + x * q] * y[r + z * q];
                    }
                    m[next++] -= sum;
                }
            }
        }
    }

    /** dΛ = 2 N Λ. */
    private void derivative(double[] lambda, double[] dLambda) {
        double[] g = classes.g();
        Arrays.fill(n, 0);
        for (int cl = 0; cl < classes.classes(); cl++) {
            weigh(cl);
            int at = cl * q * q;
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < q; i++) {
                    double sum = i == j ? 1 : 0;
                    for (int r = 0; r < q; r++) {
                        sum -= g[at + i + r * q] * k[at + r + j * q];
                    }
                    residual[i + j * q] = sum; // I − GK
                }
            }
            int size = classes.size(cl);
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < q; i++) {
                    double sum = size * g[at + i + j * q];
                    for (int r = 0; r < q; r++) {
                        sum -= quadratic[i + r * q] * residual[j + r * q];
                    }
                    a[i + j * q] = sum; // J G − Q (I − KG)
                }
            }
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < q; i++) {
                    double sum = 0;
                    for (int r = 0; r < q; r++) {
                        sum += residual[i + r * q] * a[r + j * q];
                    }
                    n[i + j * q] += sum;
                }
            }
        }
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = j; r < q; r++) {
                    sum += (n[i + r * q] + n[r + i * q]) * lambda[r + j * q];
                }
                dLambda[i + j * q] = sum;
            }
        }
    }

    /** Q = Σ_j B_j C B_j' over the levels of a class, into {@code quadratic}; {@code c} holds 2C off its diagonal. */
    private void weigh(int cl) {
        double[] sums = classes.summed(cl);
        if (sums != null) {
            int at = 0;
            for (int r = 0; r < q; r++) {
                for (int s = r; s < q; s++) {
                    double sum = 0;
                    for (int e = 0; e < c.length; e++) {
                        sum += sums[at + e] * c[e];
                    }
                    at += c.length;
                    quadratic[r + s * q] = r == s ? sum : 0.5 * sum;
                    quadratic[s + r * q] = quadratic[r + s * q];
                }
            }
            return;
        }
        Arrays.fill(quadratic, 0);
        double[] b = classes.products().b();
        for (int i = 0; i < classes.size(cl); i++) {
            int at = classes.level(cl, i) * q * width;
            int next = 0;
            Arrays.fill(y, 0);
            for (int x = 0; x < width; x++) {
                for (int z = x; z < width; z++) {
                    double weight = c[next++]; // C on the diagonal, 2C below it: half of Q, made whole by symmetry
                    for (int r = 0; r < q; r++) {
                        y[r + x * q] += weight * b[at + r + z * q];
                    }
                }
            }
            for (int x = 0; x < width; x++) {
                for (int s = 0; s < q; s++) {
                    double value = 0.5 * b[at + s + x * q];
                    for (int r = 0; r < q; r++) {
                        double product = value * y[r + x * q];
                        quadratic[r + s * q] += product;
                        quadratic[s + r * q] += product;
                    }
                }
            }
        }
    }

    private static void packLower(double[] full, int order, double[] packed) {
        int next = 0;
        for (int j = 0; j < order; j++) {
            for (int i = j; i < order; i++) {
                packed[next++] = full[i + j * order];
            }
        }
    }
}
