package org.warpmix.likelihood;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;
import org.warpmix.linalg.Lapack;
import org.warpmix.linalg.SmallCholesky;

/**
 * The block Cholesky factor of {@code [Λ'Z̃'Z̃Λ + I, Λ'Z̃'W; W'Z̃Λ, W'W]}, {@code W = [X̃ ỹ]}, in the order of an
 * {@link EliminationPlan}.
 *
 * <p>Each sparse node v has a pivot block {@code L_v} (q×q, column-major) and a row {@code L_v⁻¹ [A_vN, Λ'B_v]} of its
 * blocks with later nodes and with W (q rows one after the other, so that updates run along contiguous memory). The
 * front is a dense lower triangle, column-major, with W as its last p+1 rows and columns.
 */
final class BlockFactor {

    final EliminationPlan plan;
    /** p+1. */
    final int width;
    /** Offsets of the pivot and of the row of each sparse node. */
    final int[] pivotStart;

    final int[] rowStart;
    final double[] pivot;
    final double[] row;
    /** Where the blocks of each pair of factors lie. */
    final List<PairLayout> layouts = new ArrayList<>();
    /** Leading dimension of the front: its columns of Z, then those of X̃ and ỹ. */
    final int frontOrder;

    final double[] front;
    final Lapack lapack;

    private final FrontPanel panel;
    private final int[] positions;
    private final double[] scratch;
    private double logDetA;
    private double logDetM;
    private double rSquared;
    private final double[] frontSolution;

    BlockFactor(Crossproducts statistics) {
        this.plan = EliminationPlan.of(statistics);
        this.width = statistics.p() + 1;
        pivotStart = new int[plan.sparseNodes + 1];
        rowStart = new int[plan.sparseNodes + 1];
        long pivots = 0;
        long rows = 0;
        int widest = 0;
        for (int v = 0; v < plan.sparseNodes; v++) {
            int q = plan.q[plan.factorOf(v)];
            pivots += (long) q * q;
            rows += (long) q * (plan.rowWidth[v] + width);
            widest = Math.max(widest, plan.rowWidth[v]);
            pivotStart[v + 1] = (int) Math.min(pivots, Integer.MAX_VALUE);
            rowStart[v + 1] = (int) Math.min(rows, Integer.MAX_VALUE);
        }
        frontOrder = plan.frontSize + width;
        checkMemory(statistics, plan, Math.max(pivots, rows), frontOrder);
        for (PairProducts pair : statistics.pairs()) {
            layouts.add(new PairLayout(pair, plan, rowStart, width, frontOrder));
        }
        pivot = new double[(int) pivots];
        row = new double[(int) rows];
        front = new double[frontOrder * frontOrder];
        lapack = Lapack.forSize(frontOrder);
        panel = new FrontPanel(front, frontOrder);
        positions = new int[widest + width];
        frontSolution = new double[frontOrder - 1];
        int largest = 0;
        for (int q : plan.q) {
            largest = Math.max(largest, q);
        }
        scratch = new double[3 * largest * largest];
    }

    private static void checkMemory(Crossproducts statistics, EliminationPlan plan, long sparse, int order) {
        double needed = 8.0 * ((double) order * order + 2.0 * sparse);
        double available = Runtime.getRuntime().maxMemory();
        if ((long) order * order > Integer.MAX_VALUE - 8 || sparse > Integer.MAX_VALUE - 8 || needed > available) {
            StringBuilder crossed = new StringBuilder();
            for (int i = plan.sparseFactors; i < plan.order.length; i++) {
                LevelProducts factor = statistics.factors().get(plan.order[i]);
                crossed.append(crossed.length() == 0 ? "" : ", ")
                        .append(factor.block().factor().name())
                        .append(" (")
                        .append(factor.levels())
                        .append(" levels)");
            }
            throw new IllegalArgumentException(
                    "The crossed factors " + crossed + " leave a dense block of order " + order
                            + ", which needs " + Math.round(needed / 1e9) + " GB of memory; the JVM may take "
                            + Math.round(available / 1e9) + " GB and one array 17 GB."
                            + " Give it more (WARPMIX_JAVA_OPTS=-Xmx…), or leave out rare levels.");
        }
    }

    double logDetA() {
        return logDetA;
    }

    double logDetM() {
        return logDetM;
    }

    double rSquared() {
        return rSquared;
    }

    /**
     * Builds and factors.
     *
     * @param statistics of the design that the plan was made for, with any response
     * @return whether every pivot was positive, that of y, r², left aside
     */
    boolean factor(Crossproducts statistics, double[][] lambda) {
        build(statistics, lambda);
        logDetA = 0;
        for (int v = 0; v < plan.sparseNodes; v++) {
            int q = plan.q[plan.factorOf(v)];
            if (!SmallCholesky.factor(pivot, pivotStart[v], q, q)) {
                return false;
            }
            logDetA += SmallCholesky.logDet(pivot, pivotStart[v], q, q);
            solveRow(v, q);
            update(v, q);
        }
        panel.flush();
        int order = frontOrder - 1;
        if (!lapack.factor(front, order, frontOrder)) {
            return false;
        }
        logDetA += SmallCholesky.logDet(front, 0, plan.frontSize, frontOrder);
        logDetM = SmallCholesky.logDet(front, plan.frontSize * (frontOrder + 1), width - 1, frontOrder);
        for (int i = 0; i < order; i++) {
            frontSolution[i] = front[i * frontOrder + order];
        }
        SmallCholesky.solveLower(front, 0, order, frontOrder, frontSolution, 0, 1, order);
        rSquared = front[order * (frontOrder + 1)];
        for (int i = 0; i < order; i++) {
            rSquared -= frontSolution[i] * frontSolution[i];
        }
        return true;
    }

    /**
     * Back-substitution after {@link #factor}.
     *
     * @param gamma overwritten by the fixed effects in the basis X̃
     * @return per factor the spherical random effects u, q of each level one after the other
     */
    double[][] solve(double[] gamma) {
        int order = frontOrder - 1;
        double[] x = frontSolution.clone();
        SmallCholesky.solveLowerTransposed(front, 0, order, frontOrder, x, 0, 1, order);
        System.arraycopy(x, plan.frontSize, gamma, 0, gamma.length);
        double[][] u = new double[plan.q.length][];
        for (int f = 0; f < u.length; f++) {
            u[f] = new double[plan.levels[f] * plan.q[f]];
            if (plan.frontStart[f] >= 0) {
                System.arraycopy(x, plan.frontStart[f], u[f], 0, u[f].length);
            }
        }
        for (int v = plan.sparseNodes - 1; v >= 0; v--) {
            int factor = plan.factorOf(v);
            int q = plan.q[factor];
            int length = plan.rowWidth[v] + width;
            int at = (v - plan.firstNode[factor]) * q;
            for (int a = 0; a < q; a++) {
                int start = rowStart[v] + a * length;
                double sum = row[start + length - 1];
                for (int e = plan.structureStart[v]; e < plan.structureStart[v + 1]; e++) {
                    int node = plan.structure[e];
                    int other = plan.factorOf(node);
                    int atOther = (node - plan.firstNode[other]) * plan.q[other];
                    for (int c = 0; c < plan.q[other]; c++) {
                        sum -= row[start + plan.column[e] + c] * u[other][atOther + c];
                    }
                }
                for (int k = 0; k < gamma.length; k++) {
                    sum -= row[start + plan.rowWidth[v] + k] * gamma[k];
                }
                u[factor][at + a] = sum;
            }
            SmallCholesky.solveLowerTransposed(pivot, pivotStart[v], q, q, u[factor], at, 1, q);
        }
        return u;
    }

    /**
     * Scalar positions in the front of the dense part of a node's row: its dense neighbours, then columns of W.
     *
     * @param borders how many columns of W to take
     * @param into overwritten
     * @return how many positions there are
     */
    int frontPositions(int v, int borders, int[] into) {
        int size = 0;
        for (int e = firstDense(v); e < plan.structureStart[v + 1]; e++) {
            int node = plan.structure[e];
            int first = plan.frontPosition(node);
            for (int c = 0; c < plan.q[plan.factorOf(node)]; c++) {
                into[size++] = first + c;
            }
        }
        for (int k = 0; k < borders; k++) {
            into[size++] = plan.frontSize + k;
        }
        return size;
    }

    /** First entry of the structure of v that is a dense node. */
    int firstDense(int v) {
        int e = plan.structureStart[v];
        while (e < plan.structureStart[v + 1] && plan.isSparse(plan.structure[e])) {
            e++;
        }
        return e;
    }

    /** Column offset, in the row of v, of its dense part. */
    int denseColumn(int v) {
        int e = firstDense(v);
        return e < plan.structureStart[v + 1] ? plan.column[e] : plan.rowWidth[v];
    }

    private void solveRow(int v, int q) {
        int length = plan.rowWidth[v] + width;
        for (int a = 0; a < q; a++) {
            int rowA = rowStart[v] + a * length;
            for (int r = 0; r < a; r++) {
                double factor = pivot[pivotStart[v] + a + r * q];
                int rowR = rowStart[v] + r * length;
                for (int c = 0; c < length; c++) {
                    row[rowA + c] -= factor * row[rowR + c];
                }
            }
            double scale = 1 / pivot[pivotStart[v] + a + a * q];
            for (int c = 0; c < length; c++) {
                row[rowA + c] *= scale;
            }
        }
    }

    /** Subtracts the row's products with itself from the later nodes and the front. */
    private void update(int v, int q) {
        int length = plan.rowWidth[v] + width;
        int dense = firstDense(v);
        for (int e = plan.structureStart[v]; e < dense; e++) {
            updateNode(v, q, e, length);
        }
        int size = frontPositions(v, width, positions);
        int source = rowStart[v] + denseColumn(v);
        if (positions[size - 1] - positions[0] == size - 1) {
            panel.add(row, source, length, q, positions[0]);
            return;
        }
        for (int j = 0; j < size; j++) {
            int target = positions[j] * frontOrder;
            for (int a = 0; a < q; a++) {
                int from = source + a * length;
                double factor = row[from + j];
                for (int i = j; i < size; i++) {
                    front[target + positions[i]] -= factor * row[from + i];
                }
            }
        }
    }

    /** The part of {@link #update} that lands on the sparse node of entry e: its pivot and its row. */
    private void updateNode(int v, int q, int e, int length) {
        int node = plan.structure[e];
        int other = plan.q[plan.factorOf(node)];
        int otherLength = plan.rowWidth[node] + width;
        int later = plan.laterColumns(v, e, positions);
        int firstLater = plan.rowWidth[v] - later;
        for (int a = 0; a < q; a++) {
            int source = rowStart[v] + a * length;
            for (int c = 0; c < other; c++) {
                double factor = row[source + plan.column[e] + c];
                for (int i = c; i < other; i++) {
                    pivot[pivotStart[node] + i + c * other] -= factor * row[source + plan.column[e] + i];
                }
                int target = rowStart[node] + c * otherLength;
                for (int i = 0; i < later; i++) {
                    row[target + positions[i]] -= factor * row[source + firstLater + i];
                }
                int border = target + plan.rowWidth[node];
                for (int k = 0; k < width; k++) {
                    row[border + k] -= factor * row[source + plan.rowWidth[v] + k];
                }
            }
        }
    }

    /** Writes the matrix to be factored. */
    private void build(Crossproducts statistics, double[][] lambda) {
        Arrays.fill(row, 0);
        Arrays.fill(front, 0);
        List<LevelProducts> factors = statistics.factors();
        for (int f = 0; f < factors.size(); f++) {
            LevelProducts products = factors.get(f);
            int q = plan.q[f];
            boolean sparse = plan.frontStart[f] < 0;
            for (int level = 0; level < products.levels(); level++) {
                int node = plan.firstNode[f] + level;
                int position = sparse ? 0 : plan.frontStart[f] + level * q;
                Blocks.quadratic(products.g(), level * q * q, lambda[f], q, scratch);
                for (int j = 0; j < q; j++) {
                    for (int i = j; i < q; i++) {
                        int at = sparse ? pivotStart[node] + i + j * q : position + i + (position + j) * frontOrder;
                        (sparse ? pivot : front)[at] = scratch[i + j * q] + (i == j ? 1 : 0);
                    }
                }
                for (int k = 0; k < width; k++) {
                    int column = level * q * width + k * q;
                    for (int a = 0; a < q; a++) {
                        double sum = 0;
                        for (int r = a; r < q; r++) {
                            sum += lambda[f][r + a * q] * products.b()[column + r];
                        }
                        if (sparse) {
                            row[rowStart[node] + a * (plan.rowWidth[node] + width) + plan.rowWidth[node] + k] = sum;
                        } else {
                            front[(position + a) * frontOrder + plan.frontSize + k] = sum;
                        }
                    }
                }
            }
        }
        for (int i = 0; i < layouts.size(); i++) {
            build(statistics.pairs().get(i), layouts.get(i), lambda);
        }
        for (int j = 0; j < width; j++) {
            for (int i = j; i < width; i++) {
                front[plan.frontSize + i + (plan.frontSize + j) * frontOrder] =
                        statistics.ww()[i + j * width];
            }
        }
    }

    private void build(PairProducts pair, PairLayout layout, double[][] lambda) {
        int q1 = plan.q[pair.first()];
        int q2 = plan.q[pair.second()];
        double[] target = layout.sparse ? row : front;
        for (int e = 0; e < pair.size(); e++) {
            Blocks.product(pair.products(), e * q1 * q2, lambda[pair.first()], q1, lambda[pair.second()], q2, scratch);
            layout.write(scratch, e, q1, q2, target);
        }
    }
}
