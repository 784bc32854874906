package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.linalg.MatrixWorkers;
import org.warpmix.linalg.PackedCholesky;

/**
 * A {@link Front} of one packed triangle, for large ones: the triangle is F, then its factor, then S; columns of P are made
 * again where they are needed, which costs little beside a factor.
 *
 * <p>P is made column by column: each walks the sparse nodes that it meets and takes in what lies below it of their rows. So a
 * column stays in the cache while it is summed, in an order that is always the same, and threads share nothing but what they
 * read.
 */
final class PackedFront implements Front {

    /** Pieces that the sparse nodes are cut into where sums over all of them are made. */
    private static final int PIECES = 32;
    /** Pieces that the columns are cut into where each makes a sum of its own for every sparse node. */
    static final int STRIPS = 16;
    /** Below it a diagonal entry of Λ costs too many digits as a divisor. */
    private static final double SMALL = 1e-4;

    private final EliminationPlan plan;
    private final BlockProducts products;
    private final FrontData data;
    private final int width;
    /** Columns of Z̃ and X̃. */
    private final int order;

    private final PackedCholesky matrix;
    /** Sparse nodes that dense node d meets, {@code meets[start[d]] ..}, and where its columns are among the node's dense ones. */
    private final int[] start;

    private final int[] meets;
    private final int[] offset;
    private final double[] half;
    private final int largest;
    private Crossproducts statistics;
    private double[] k;
    private double rSquared;
    private double logDetA;
    private double logDetM;
    private int borders;

    PackedFront(EliminationPlan plan, BlockProducts products) {
        this.plan = plan;
        this.products = products;
        width = products.width;
        order = plan.frontSize + width - 1;
        data = new FrontData(plan, width);
        start = new int[data.nodes() + 1];
        for (int v = 0; v < plan.sparseNodes; v++) {
            for (int e = plan.firstDense[v]; e < plan.structureStart[v + 1]; e++) {
                start[plan.structure[e] - plan.sparseNodes + 1]++;
            }
        }
        for (int d = 0; d < data.nodes(); d++) {
            start[d + 1] += start[d];
        }
        int[] next = Arrays.copyOf(start, data.nodes());
        meets = new int[start[data.nodes()]];
        offset = new int[meets.length];
        for (int v = 0; v < plan.sparseNodes; v++) {
            for (int e = plan.firstDense[v]; e < plan.structureStart[v + 1]; e++) {
                int at = next[plan.structure[e] - plan.sparseNodes]++;
                meets[at] = v;
                offset[at] = plan.column[e] - plan.denseColumn[v];
            }
        }
        int q = 0;
        for (int columns : plan.q) {
            q = Math.max(q, columns);
        }
        largest = q;
        half = new double[order];
        matrix = PackedCholesky.ofOrder(order);
    }

    @Override
    public boolean takesRows() {
        return false;
    }

    @Override
    public void clear(Crossproducts current) {
        statistics = current;
    }

    @Override
    public boolean factor(double[][] lambda, double[] kOfNodes) {
        k = kOfNodes;
        double[] y = new double[order + 1];
        pieces(data.nodes(), (from, to, piece) -> {
            double[][] p = new double[largest][order + 1];
            double[] column = new double[order + 1];
            for (int d = from; d < to; d++) {
                makeColumns(d, p);
                int f = data.factor(d);
                int q = plan.q[f];
                int position = data.position(d);
                for (int j = 0; j < q; j++) {
                    Arrays.fill(column, position, order + 1, 0);
                    for (int r = j; r < q; r++) {
                        double scale = lambda[f][r + j * q];
                        for (int i = position; i <= order; i++) {
                            column[i] += scale * p[r][i];
                        }
                    }
                    plan.timesLambdaTransposed(column, position, lambda);
                    column[position + j] += 1;
                    matrix.put(position + j, column);
                    y[position + j] = column[order];
                }
            }
        });
        double[] fixed = fixed();
        double[] column = new double[order + 1];
        for (int x = 0; x < width; x++) {
            System.arraycopy(fixed, x * width, column, plan.frontSize, width);
            if (x < width - 1) {
                matrix.put(plan.frontSize + x, column);
            }
            y[plan.frontSize + x] = column[order];
        }
        if (!matrix.factor()) {
            return false;
        }
        logDetA = matrix.logDet(0, plan.frontSize);
        logDetM = matrix.logDet(plan.frontSize, order);
        System.arraycopy(y, 0, half, 0, order);
        matrix.solveLower(half);
        rSquared = y[order];
        for (double entry : half) {
            rSquared -= entry * entry;
        }
        return true;
    }

    /** Columns of P of a dense node, from its position down to ỹ. */
    private void makeColumns(int d, double[][] p) {
        int q = plan.q[data.factor(d)];
        int position = data.position(d);
        for (int j = 0; j < q; j++) {
            Arrays.fill(p[j], position, order + 1, 0);
        }
        data.put(statistics, d, p, 0);
        for (int e = start[d]; e < start[d + 1]; e++) {
            int v = meets[e];
            int qv = plan.q[plan.factorOf(v)];
            int first = products.rowStart[v];
            int at = products.pivotStart[v];
            int dense = plan.denseColumn[v];
            int places = plan.positionStart[v];
            int size = plan.positionStart[v + 1] - places;
            for (int j = 0; j < q; j++) {
                double[] target = p[j];
                for (int r = 0; r < qv; r++) {
                    double scale = 0;
                    for (int i = 0; i < qv; i++) {
                        scale += k[at + i + r * qv] * products.row[first + i][dense + offset[e] + j];
                    }
                    subtract(target, scale, products.row[first + r], dense, plan.position, places, offset[e], size);
                    int w = dense + size;
                    for (int x = 0; x < width; x++) {
                        target[plan.frontSize + x] -= scale * products.row[first + r][w + x];
                    }
                }
            }
        }
    }

    private static void subtract(
            double[] target, double scale, double[] row, int dense, int[] position, int places, int from, int size) {
        for (int c = from; c < size; c++) {
            target[position[places + c]] -= scale * row[dense + c];
        }
    }

    /** P of X̃ and ỹ, (p+1)×(p+1). */
    private double[] fixed() {
        double[][] sums = new double[PIECES][];
        pieces(plan.sparseNodes, (from, to, piece) -> {
            double[] sum = new double[width * width];
            for (int v = from; v < to; v++) {
                int q = plan.q[plan.factorOf(v)];
                int w = plan.rowWidth[v];
                for (int r = 0; r < q; r++) {
                    double[] row = products.row[products.rowStart[v] + r];
                    for (int x = 0; x < width; x++) {
                        double scale = 0;
                        for (int i = 0; i < q; i++) {
                            scale += k[products.pivotStart[v] + i + r * q]
                                    * products.row[products.rowStart[v] + i][w + x];
                        }
                        for (int z = x; z < width; z++) {
                            sum[z + x * width] += scale * row[w + z];
                        }
                    }
                }
            }
            sums[piece] = sum;
        });
        double[] fixed = statistics.ww().clone();
        for (double[] sum : sums) {
            for (int i = 0; sum != null && i < fixed.length; i++) {
                fixed[i] -= sum[i];
            }
        }
        return fixed;
    }

    private interface Piece {
        void work(int from, int to, int piece);
    }

    /** Cuts columns or nodes into pieces, by their number alone. */
    private static void pieces(int count, Piece work) {
        MatrixWorkers.forEach(PIECES, piece -> {
            int from = (int) ((long) count * piece / PIECES);
            int to = (int) ((long) count * (piece + 1) / PIECES);
            if (from < to) {
                work.work(from, to, piece);
            }
        });
    }

    /** An inverse has twice the multiplications of a factor. */
    @Override
    public double inverseCost() {
        return 3;
    }

    @Override
    public double logDetA() {
        return logDetA;
    }

    @Override
    public double logDetM() {
        return logDetM;
    }

    @Override
    public double rSquared() {
        return rSquared;
    }

    @Override
    public double[] halfSolution() {
        return half;
    }

    @Override
    public void solveTransposed(double[] x) {
        matrix.solveLowerTransposed(x);
    }

    @Override
    public void readFixed(double[] l) {
        int p = width - 1;
        for (int j = 0; j < p; j++) {
            for (int i = j; i < p; i++) {
                l[i + j * p] = matrix.get(plan.frontSize + i, plan.frontSize + j);
            }
        }
    }

    /** {@code Λ't = u}; where Λ is (nearly) singular t comes from P itself. */
    @Override
    public void residual(double[] u, double[] b, double[][] lambda, double[] t) {
        boolean divides = true;
        for (int f = 0; f < plan.q.length; f++) {
            for (int i = 0; i < plan.q[f] && plan.frontStart[f] >= 0; i++) {
                divides &= Math.abs(lambda[f][i * (plan.q[f] + 1)]) > SMALL;
            }
        }
        if (!divides) {
            subtractProduct(b, t);
            return;
        }
        for (int d = 0; d < data.nodes(); d++) {
            int f = data.factor(d);
            int q = plan.q[f];
            int position = data.position(d);
            for (int i = q - 1; i >= 0; i--) {
                double sum = u[position + i];
                for (int r = i + 1; r < q; r++) {
                    sum -= lambda[f][r + i * q] * t[position + r];
                }
                t[position + i] = sum / lambda[f][i * (q + 1)];
            }
        }
    }

    private void subtractProduct(double[] b, double[] t) {
        double[][] parts = new double[PIECES][];
        pieces(data.nodes(), (from, to, piece) -> {
            double[][] p = new double[largest][order + 1];
            double[] part = new double[order];
            for (int d = from; d < to; d++) {
                makeColumns(d, p);
                int position = data.position(d);
                for (int j = 0; j < plan.q[data.factor(d)]; j++) {
                    double own = p[j][order] - p[j][position + j] * b[position + j];
                    for (int i = position + j + 1; i < order; i++) {
                        part[i] -= p[j][i] * b[position + j];
                        own -= p[j][i] * b[i];
                    }
                    part[position + j] += own;
                }
            }
            parts[piece] = part;
        });
        Arrays.fill(t, 0);
        for (double[] part : parts) {
            for (int i = 0; part != null && i < order; i++) {
                t[i] += part[i];
            }
        }
    }

    @Override
    public void invert(double[][] lambda, boolean withFixed, double[][] dLambda) {
        borders = withFixed ? width - 1 : 0;
        int size = plan.frontSize + borders;
        matrix.invert(size);
        double[][][] parts = new double[PIECES][][];
        pieces(data.nodes(), (from, to, piece) -> {
            double[][] p = new double[largest][order + 1];
            double[][] s = new double[largest][order];
            double[][] part = null;
            if (dLambda != null) {
                part = new double[dLambda.length][];
                for (int f = 0; f < part.length; f++) {
                    part[f] = new double[dLambda[f].length];
                }
            }
            InverseScaling scaling = new InverseScaling(plan, lambda, size);
            for (int d = from; d < to; d++) {
                int position = data.position(d);
                int q = plan.q[data.factor(d)];
                if (dLambda != null) {
                    makeColumns(d, p);
                }
                for (int j = 0; j < q; j++) {
                    matrix.get(position + j, s[j], size);
                    for (int i = 0; i < j; i++) {
                        s[j][position + i] = s[i][position + j];
                    }
                }
                scaling.scale(data.factor(d), position, s, 0, p, 0, part);
                for (int j = 0; j < q; j++) {
                    matrix.put(position + j, s[j], size);
                }
            }
            parts[piece] = part;
        });
        for (double[][] part : parts) {
            for (int f = 0; part != null && f < part.length; f++) {
                for (int i = 0; i < part[f].length; i++) {
                    dLambda[f][i] += part[f][i];
                }
            }
        }
    }

    @Override
    public double inverse(int i, int j) {
        return matrix.get(Math.max(i, j), Math.min(i, j));
    }

    /** Column by column of S, as P is made: what lies below one is taken with those that meet it, from both sides. */
    @Override
    public void subtractQuadratics(double[] kDerivative) {
        int size = plan.frontSize + borders;
        int nodes = plan.leading;
        if (nodes == 0) {
            return;
        }
        int q = plan.q[plan.factorOf(0)];
        double[][] parts = new double[STRIPS][];
        MatrixWorkers.forEach(STRIPS, strip -> {
            double[] part = new double[nodes * q * q];
            double[] s = new double[size];
            for (int d = strip; d < data.nodes(); d += STRIPS) { // columns grow shorter: each strip has long ones
                int position = data.position(d);
                for (int j = 0; j < plan.q[data.factor(d)]; j++) {
                    matrix.get(position + j, s, size);
                    s[position + j] *= 0.5;
                    for (int e = start[d]; e < start[d + 1] && meets[e] < nodes; e++) {
                        add(meets[e], offset[e] + j, s, part);
                    }
                }
            }
            parts[strip] = part;
        });
        for (double[] part : parts) {
            for (int i = 0; i < part.length; i++) {
                kDerivative[i] -= part[i];
            }
        }
        fixedQuadratics(nodes, q, kDerivative);
    }

    /** Adds {@code P_vc (P_v s)' + (P_v s) P_vc'}, s a column of the triangle of S that has half its diagonal. */
    private void add(int v, int c, double[] s, double[] part) {
        int q = plan.q[plan.factorOf(0)];
        int first = products.rowStart[v];
        int dense = plan.denseColumn[v];
        int places = plan.positionStart[v];
        int count = plan.positionStart[v + 1] - places;
        for (int j = 0; j < q; j++) {
            double[] row = products.row[first + j];
            double sum = dot(row, dense, plan.position, places, c, count, s);
            for (int x = 0; x < borders; x++) {
                sum += row[dense + count + x] * s[plan.frontSize + x];
            }
            for (int i = 0; i < q; i++) {
                double product = products.row[first + i][dense + c] * sum;
                part[(v * q + j) * q + i] += product;
                part[(v * q + i) * q + j] += product;
            }
        }
    }

    private static double dot(double[] row, int dense, int[] position, int places, int from, int count, double[] s) {
        double even = 0;
        double odd = 0;
        int c = from;
        for (; c + 1 < count; c += 2) {
            even += row[dense + c] * s[position[places + c]];
            odd += row[dense + c + 1] * s[position[places + c + 1]];
        }
        if (c < count) {
            even += row[dense + c] * s[position[places + c]];
        }
        return even + odd;
    }

    private void fixedQuadratics(int nodes, int q, double[] kDerivative) {
        double[][] s = new double[borders][plan.frontSize + borders];
        for (int x = 0; x < borders; x++) {
            matrix.get(plan.frontSize + x, s[x], plan.frontSize + borders);
            s[x][plan.frontSize + x] *= 0.5;
        }
        pieces(nodes, (from, to, piece) -> {
            for (int v = from; v < to; v++) {
                int w = plan.rowWidth[v];
                for (int j = 0; j < q; j++) {
                    double[] row = products.row[products.rowStart[v] + j];
                    for (int x = 0; x < borders; x++) {
                        double sum = 0;
                        for (int z = x; z < borders; z++) {
                            sum += row[w + z] * s[x][plan.frontSize + z];
                        }
                        for (int i = 0; i < q; i++) {
                            double product = products.row[products.rowStart[v] + i][w + x] * sum;
                            kDerivative[(v * q + j) * q + i] -= product;
                            kDerivative[(v * q + i) * q + j] -= product;
                        }
                    }
                }
            }
        });
    }

    @Override
    public void subtractImage(int node, double[] source, double[] image) {
        int from = plan.denseColumn[node];
        int places = plan.positionStart[node];
        int count = plan.positionStart[node + 1] - places;
        double[] s = new double[plan.frontSize + borders];
        for (int c = 0; c < count + borders; c++) {
            int at = c < count ? plan.position[places + c] : plan.frontSize + c - count;
            matrix.get(at, s, s.length);
            double back = 0;
            for (int r = c; r < count + borders; r++) {
                double value = s[r < count ? plan.position[places + r] : plan.frontSize + r - count];
                image[from + r] -= source[from + c] * value;
                back += r > c ? source[from + r] * value : 0;
            }
            image[from + c] -= back;
        }
    }
}
