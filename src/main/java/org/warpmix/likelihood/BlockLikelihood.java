package org.warpmix.likelihood;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.linalg.SmallCholesky;

/**
 * The criterion of a model with several grouping factors, nested or crossed, by block elimination.
 *
 * <p>Gradient: {@code ∂ log|A|/∂Λ_f = 2 Σ_l [Z̃'Z̃ΛA⁻¹]_ll} over the levels l of factor f, which needs A⁻¹ only on the
 * pattern of Z̃'Z̃ ({@link BlockInverse}), and {@code ∂r²/∂Λ_f = −2 Σ_l (Z̃_l'e) u_l'} with e the penalised residual.
 */
final class BlockLikelihood implements Likelihood {

    private final Crossproducts statistics;
    private final Profile profile;
    private final BlockFactor factor;
    private final BlockInverse inverse;
    private final EliminationPlan plan;
    private final List<RandomBlock> blocks;
    private final double[] scratch;

    BlockLikelihood(Crossproducts statistics, Method method) {
        this.statistics = statistics;
        this.profile = new Profile(statistics, method);
        this.factor = new BlockFactor(statistics);
        this.inverse = new BlockInverse(factor);
        this.plan = factor.plan;
        this.blocks = new ArrayList<>();
        int largest = 0;
        for (LevelProducts products : statistics.factors()) {
            blocks.add(products.block());
            largest = Math.max(largest, products.q());
        }
        this.scratch = new double[largest * largest];
    }

    private BlockLikelihood(BlockLikelihood design, Crossproducts statistics) {
        this.statistics = statistics;
        this.profile = design.profile;
        this.factor = design.factor;
        this.inverse = design.inverse;
        this.plan = design.plan;
        this.blocks = design.blocks;
        this.scratch = design.scratch;
    }

    @Override
    public Likelihood withResponse(Crossproducts another) {
        Profile.requireSameDesign(statistics, another);
        return new BlockLikelihood(this, another);
    }

    @Override
    public List<RandomBlock> blocks() {
        return List.copyOf(blocks);
    }

    @Override
    public double criterion(double[][] lambda, double[][] dLambda) {
        if (!factor.factor(statistics, lambda)) {
            return Double.POSITIVE_INFINITY;
        }
        double value = profile.criterion(factor.logDetA(), factor.logDetM(), factor.rSquared());
        if (dLambda != null && value < Double.POSITIVE_INFINITY) {
            double[] gamma = new double[statistics.p()];
            double[][] u = factor.solve(gamma);
            for (double[] block : dLambda) {
                Arrays.fill(block, 0);
            }
            inverse.invert(profile.reml());
            addLogDeterminant(lambda, dLambda);
            addResidual(lambda, u, gamma, dLambda);
            for (double[] block : dLambda) {
                for (int i = 0; i < block.length; i++) {
                    block[i] *= 2;
                }
            }
        }
        return value;
    }

    @Override
    public Solution solve(double[][] lambda) {
        if (!factor.factor(statistics, lambda)) {
            throw new ArithmeticException("The likelihood cannot be evaluated at this theta.");
        }
        int p = statistics.p();
        double[] gamma = new double[p];
        double[][] b = factor.solve(gamma);
        for (int f = 0; f < b.length; f++) {
            b[f] = modes(lambda[f], b[f], plan.q[f]);
        }
        double[] l = new double[p * p];
        for (int j = 0; j < p; j++) {
            System.arraycopy(factor.front, (plan.frontSize + j) * factor.frontOrder + plan.frontSize, l, j * p, p);
        }
        double[] mInverse = new double[p * p];
        SmallCholesky.invert(l, 0, p, mInverse, 0);
        return new Solution(gamma, mInverse, factor.rSquared(), b);
    }

    @Override
    public double[][] conditionalCovariances(double[][] lambda) {
        if (!factor.factor(statistics, lambda)) {
            throw new ArithmeticException("The likelihood cannot be evaluated at this theta.");
        }
        inverse.invert(false);
        double[][] covariances = new double[plan.q.length][];
        for (int f = 0; f < covariances.length; f++) {
            int q = plan.q[f];
            int levels = statistics.factors().get(f).levels();
            covariances[f] = new double[levels * q * q];
            double[] upper = new double[q * q];
            for (int level = 0; level < levels; level++) {
                readDiagonal(f, level, q);
                Blocks.timesTransposed(scratch, lambda[f], q, upper); // A⁻¹Λ'
                for (int j = 0; j < q; j++) {
                    for (int i = 0; i < q; i++) {
                        double sum = 0;
                        for (int r = 0; r <= i; r++) {
                            sum += lambda[f][i + r * q] * upper[r + j * q];
                        }
                        covariances[f][level * q * q + i + j * q] = sum;
                    }
                }
            }
        }
        return covariances;
    }

    /** {@code (A⁻¹)_ll} of a level into {@code scratch}. */
    private void readDiagonal(int f, int level, int q) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                int position = plan.frontStart[f] + level * q;
                scratch[i + j * q] = plan.frontStart[f] < 0
                        ? inverse.diagonal[factor.pivotStart[plan.firstNode[f] + level] + i + j * q]
                        : inverse.front[position + i + (position + j) * factor.frontOrder];
            }
        }
    }

    private static double[] modes(double[] lambda, double[] u, int q) {
        double[] b = new double[u.length];
        for (int at = 0; at < u.length; at += q) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = 0; r <= i; r++) {
                    sum += lambda[i + r * q] * u[at + r];
                }
                b[at + i] = sum;
            }
        }
        return b;
    }

    private void addLogDeterminant(double[][] lambda, double[][] dLambda) {
        for (int f = 0; f < plan.q.length; f++) {
            LevelProducts products = statistics.factors().get(f);
            int q = plan.q[f];
            double[] gl = new double[q * q];
            int borders = profile.reml() ? statistics.p() : 0;
            for (int level = 0; level < products.levels(); level++) {
                Blocks.timesLambda(products.g(), level * q * q, q, lambda[f], q, gl, 0);
                readDiagonal(f, level, q);
                Blocks.addProduct(gl, scratch, q, q, dLambda[f]);
                int b = level * q * (statistics.p() + 1);
                for (int j = 0; j < q; j++) {
                    int bordersAt = bordersAt(f, level, j);
                    int step = plan.frontStart[f] < 0 ? 1 : factor.frontOrder;
                    double[] source = plan.frontStart[f] < 0 ? inverse.row : inverse.front;
                    for (int k = 0; k < borders; k++) {
                        double value = source[bordersAt + k * step];
                        for (int i = 0; i < q; i++) {
                            dLambda[f][i + j * q] += products.b()[b + i + k * q] * value;
                        }
                    }
                }
            }
        }
        for (int i = 0; i < statistics.pairs().size(); i++) {
            addLogDeterminant(statistics.pairs().get(i), factor.layouts.get(i), lambda, dLambda);
        }
    }

    /** Where column j of a level meets the first column of X̃ in the inverse. */
    private int bordersAt(int f, int level, int j) {
        int node = plan.firstNode[f] + level;
        if (plan.isSparse(node)) {
            return factor.rowStart[node] + j * (plan.rowWidth[node] + factor.width) + plan.rowWidth[node];
        }
        return plan.frontPosition(node) + j + plan.frontSize * factor.frontOrder;
    }

    private void addLogDeterminant(PairProducts pair, PairLayout layout, double[][] lambda, double[][] dLambda) {
        int first = pair.first();
        int second = pair.second();
        int q1 = plan.q[first];
        int q2 = plan.q[second];
        double[] c = pair.products();
        double[] source = layout.sparse ? inverse.row : inverse.front;
        double[] inv = new double[q1 * q2]; // (A⁻¹) of the pair, rows of the first factor
        double[] product = new double[q1 * q2];
        for (int e = 0; e < pair.size(); e++) {
            int at = e * q1 * q2;
            if (q1 == 1 && q2 == 1) {
                double value = c[e] * source[layout.at[e]];
                dLambda[first][0] += value * lambda[second][0];
                dLambda[second][0] += value * lambda[first][0];
                continue;
            }
            layout.read(source, e, q1, q2, inv);
            Blocks.timesLambda(c, at, q1, lambda[second], q2, product, 0);
            for (int j = 0; j < q1; j++) {
                for (int i = 0; i < q1; i++) {
                    double sum = 0;
                    for (int r = 0; r < q2; r++) {
                        sum += product[i + r * q1] * inv[j + r * q1];
                    }
                    dLambda[first][i + j * q1] += sum;
                }
            }
            Blocks.transposedTimesLambda(c, at, q2, lambda[first], q1, product, 0);
            Blocks.addProduct(product, inv, q2, q1, dLambda[second]);
        }
    }

    /** Adds half of ν/r² ∂r²/∂Λ. */
    private void addResidual(double[][] lambda, double[][] u, double[] gamma, double[][] dLambda) {
        int p = gamma.length;
        double[][] b = new double[u.length][];
        double[][] ze = new double[u.length][];
        for (int f = 0; f < u.length; f++) {
            int q = plan.q[f];
            LevelProducts products = statistics.factors().get(f);
            b[f] = modes(lambda[f], u[f], q);
            ze[f] = new double[u[f].length];
            for (int level = 0; level < products.levels(); level++) {
                int at = level * q * (p + 1);
                for (int i = 0; i < q; i++) {
                    double sum = products.b()[at + i + p * q];
                    for (int k = 0; k < p; k++) {
                        sum -= products.b()[at + i + k * q] * gamma[k];
                    }
                    for (int r = 0; r < q; r++) {
                        sum -= products.g()[level * q * q + i + r * q] * b[f][level * q + r];
                    }
                    ze[f][level * q + i] = sum;
                }
            }
        }
        for (PairProducts pair : statistics.pairs()) {
            subtractPair(pair, b, ze);
        }
        double scale = profile.degrees() / factor.rSquared();
        for (int f = 0; f < u.length; f++) {
            int q = plan.q[f];
            for (int at = 0; at < u[f].length; at += q) {
                for (int j = 0; j < q; j++) {
                    for (int i = 0; i < q; i++) {
                        dLambda[f][i + j * q] -= scale * ze[f][at + i] * u[f][at + j];
                    }
                }
            }
        }
    }

    private void subtractPair(PairProducts pair, double[][] b, double[][] ze) {
        int q1 = plan.q[pair.first()];
        int q2 = plan.q[pair.second()];
        for (int l = 0; l + 1 < pair.start().length; l++) {
            for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                int m = pair.partner()[e];
                for (int j = 0; j < q2; j++) {
                    for (int i = 0; i < q1; i++) {
                        double value = pair.products()[e * q1 * q2 + i + j * q1];
                        ze[pair.first()][l * q1 + i] -= value * b[pair.second()][m * q2 + j];
                        ze[pair.second()][m * q2 + j] -= value * b[pair.first()][l * q1 + i];
                    }
                }
            }
        }
    }
}
