package org.warpmix.likelihood;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.linalg.SmallCholesky;

/**
 * The criterion of a model with several grouping factors, nested or crossed, by block elimination.
 *
 * <p>Gradient: with P_vv and K_v of the sparse nodes as {@link BlockFactor} has them, and
 * {@code K̄_v = ∂ log|A|/∂K_v − ν/r² t_v t_v'} ({@link BlockInverse}, {@link BlockSolution}),
 * {@code ∂d/∂Λ = 2 Σ_v [P_vv + (I − P_vv K_v) K̄_v] Λ A_v⁻¹} over the nodes v of a factor. In the front, F its matrix scaled
 * by D, it is {@code 2 Σ_v ([P D F⁻¹]_vv − ν/r² t_v u_v')}.
 */
final class BlockLikelihood implements Likelihood {

    private final Crossproducts statistics;
    private final Profile profile;
    private final BlockFactor factor;
    private final BlockInverse inverse;
    private final BlockSolution solution;
    private final EliminationPlan plan;
    private final List<RandomBlock> blocks;
    private final double[] scratch;

    BlockLikelihood(Crossproducts statistics, Method method) {
        this(statistics, method, Fronts::inMemory, SparseLimits.DEFAULTS);
    }

    BlockLikelihood(Crossproducts statistics, Method method, FrontMaker fronts, SparseLimits limits) {
        this.statistics = statistics;
        this.profile = new Profile(statistics, method);
        this.factor = new BlockFactor(statistics, fronts, limits);
        this.inverse = new BlockInverse(factor);
        this.plan = factor.plan;
        this.solution = new BlockSolution(plan, statistics.p());
        this.blocks = new ArrayList<>();
        int largest = 0;
        for (LevelProducts products : statistics.factors()) {
            blocks.add(products.block());
            largest = Math.max(largest, products.q());
        }
        this.scratch = new double[2 * largest * largest];
    }

    private BlockLikelihood(BlockLikelihood design, Crossproducts statistics) {
        this.statistics = statistics;
        this.profile = design.profile;
        this.factor = design.factor;
        this.inverse = design.inverse;
        this.solution = design.solution;
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
        double value = profile.criterion(factor.logDetA(), factor.front.logDetM(), factor.front.rSquared());
        if (dLambda != null && value < Double.POSITIVE_INFINITY) {
            solution.solve(factor, lambda);
            derivative(lambda, profile.degrees() / factor.front.rSquared(), profile.reml(), dLambda);
        }
        return value;
    }

    @Override
    public double gradientCost() {
        return factor.front.inverseCost();
    }

    @Override
    public Parts parts(double[][] lambda, Held held, double[][] dLambda) {
        if (!factor.factor(statistics, lambda)) {
            return null;
        }
        double logDetA = factor.logDetA();
        double rSquared = factor.front.rSquared();
        double misfit = 0;
        double[] shift = new double[statistics.p()];
        if (held.direction() != null) {
            shift = held.direction().clone();
            int p = shift.length;
            double[] l = new double[p * p];
            factor.front.readFixed(l);
            SmallCholesky.solveLower(l, 0, p, p, shift, 0, 1, p);
            double c = 0;
            double value = 0;
            for (int k = 0; k < shift.length; k++) {
                c += shift[k] * shift[k];
                value += shift[k] * factor.front.halfSolution()[plan.frontSize + k];
            }
            misfit = (held.value() - value) / c;
            rSquared += misfit * misfit * c;
            for (int k = 0; k < shift.length; k++) {
                shift[k] *= misfit;
            }
        }
        solution.solve(factor, lambda, shift);
        derivative(lambda, held.scale(statistics.n(), rSquared), false, dLambda);
        return new Parts(logDetA, rSquared, misfit);
    }

    /**
     * ∂d/∂Λ at what was solved last.
     *
     * @param scale ν/r², or 1/σ̃² where that is held
     */
    private void derivative(double[][] lambda, double scale, boolean reml, double[][] dLambda) {
        for (double[] block : dLambda) {
            Arrays.fill(block, 0);
        }
        inverse.invert(lambda, reml, dLambda);
        for (int f = 0; f < dLambda.length; f++) {
            for (int level = 0; level < plan.levels[f]; level++) {
                if (plan.isSparse(plan.node[f][level])) {
                    addNode(f, level, scale, dLambda[f]);
                } else {
                    addFront(f, level, scale, dLambda[f]);
                }
            }
            for (int i = 0; i < dLambda[f].length; i++) {
                dLambda[f][i] *= 2;
            }
        }
    }

    private void addNode(int f, int level, double scale, double[] dLambda) {
        int q = plan.q[f];
        int at = factor.p.pivotStart[plan.node[f][level]];
        double[] t = solution.t[f];
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                scratch[i + j * q] = inverse.kDerivative[at + i + j * q] - scale * t[level * q + i] * t[level * q + j];
            }
        }
        Blocks.residual(factor.p.pivot, factor.k, at, scratch, q);
        for (int j = 0; j < q; j++) {
            for (int r = 0; r < q; r++) {
                double value = factor.h[at + r + j * q];
                for (int i = 0; i < q; i++) {
                    dLambda[i + j * q] += scratch[i + r * q] * value;
                }
            }
        }
    }

    private void addFront(int f, int level, double scale, double[] dLambda) {
        int q = plan.q[f];
        int at = level * q;
        for (int j = 0; j < q; j++) {
            double u = scale * solution.frontU[plan.frontPosition(plan.node[f][level]) + j];
            for (int i = 0; i < q; i++) {
                dLambda[i + j * q] -= u * solution.t[f][at + i];
            }
        }
    }

    @Override
    public Solution solve(double[][] lambda) {
        factor(lambda);
        solution.solve(factor, lambda);
        int p = statistics.p();
        double[] l = new double[p * p];
        factor.front.readFixed(l);
        double[] mInverse = new double[p * p];
        SmallCholesky.invert(l, 0, p, mInverse, 0);
        double[][] b = new double[solution.b.length][];
        for (int f = 0; f < b.length; f++) {
            b[f] = solution.b[f].clone();
        }
        return new Solution(solution.gamma(), mInverse, factor.front.rSquared(), b);
    }

    @Override
    public double[][] conditionalCovariances(double[][] lambda) {
        factor(lambda);
        inverse.invert(lambda, false, null);
        double[][] covariances = new double[plan.q.length][];
        for (int f = 0; f < covariances.length; f++) {
            int block = plan.q[f] * plan.q[f];
            covariances[f] = new double[plan.levels[f] * block];
            for (int level = 0; level < plan.levels[f]; level++) {
                inverse.readDiagonal(f, level, covariances[f], level * block);
            }
        }
        return covariances;
    }

    @Override
    public ErrorCovariance errors(double[][] lambda) {
        factor(lambda);
        inverse.invert(lambda, true, null);
        return new BlockErrors(factor, lambda);
    }

    private void factor(double[][] lambda) {
        if (!factor.factor(statistics, lambda)) {
            throw new ArithmeticException("The likelihood cannot be evaluated at this theta.");
        }
    }
}
