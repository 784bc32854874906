package org.warpmix.likelihood;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;
import org.warpmix.linalg.Columns;

/**
 * A {@link Front} whose matrix lies on a device. P is not kept: what needs it besides F is reckoned from the data's
 * cross-products and the nodes' rows,
 * <pre>
 * P c = P_data c − Σ_v P_Nv K_v P_vN c,
 * Σ_k P_jk [D F⁻¹]_kj = Σ_k P_data,jk [D F⁻¹]_kj − Σ_v P_jv K_v [P_vN D F⁻¹]_j .
 * </pre>
 */
final class RemoteFront implements Front {

    private final EliminationPlan plan;
    private final BlockProducts products;
    private final FrontData data;
    private final int order;
    private final int width;
    private final int q;
    private final FrontPattern pattern;
    /** The factors of the front by their numbers in the model. */
    private final int[] dense;

    private final DenseFront device;
    private final double[] gathered;
    private final double[] nodes;
    private final double[] half;
    private Crossproducts loaded;
    private double[] k;
    private double[][] lambda;
    private double logDetA;
    private double logDetM;
    private double rSquared;

    /** Of a plan that eliminates one factor level by level. */
    RemoteFront(Crossproducts statistics, EliminationPlan plan, BlockProducts products, DenseFront.Maker devices) {
        this.plan = plan;
        this.products = products;
        width = products.width;
        order = plan.frontSize + width;
        data = new FrontData(plan, width);
        q = plan.q[plan.factorOf(0)];
        dense = IntStream.range(0, plan.q.length)
                .filter(f -> plan.frontStart[f] >= 0)
                .toArray();
        pattern = pattern(statistics);
        device = devices.of(pattern);
        gathered = new double[pattern.baseValue().length];
        int stride = q * q;
        for (int f : dense) {
            stride += plan.q[f] * plan.q[f];
        }
        nodes = new double[Math.multiplyExact(plan.sparseNodes, stride)];
        half = new double[order - 1];
    }

    private FrontPattern pattern(Crossproducts statistics) {
        int blocks = data.nodes() + width;
        int[] first = new int[blocks + 1];
        int[] factor = new int[blocks];
        Arrays.fill(factor, -1);
        int[] baseStart = new int[blocks + 1];
        int slots = 1;
        for (int block = 0; block < blocks; block++) {
            int size = width - Math.max(0, block - data.nodes());
            first[block + 1] = first[block] + 1;
            if (block < data.nodes()) {
                int f = data.factor(block);
                factor[block] = Arrays.binarySearch(dense, f);
                first[block + 1] = first[block] + plan.q[f];
                slots = Math.max(slots, plan.q[f]);
                size += plan.q[f];
                for (PairProducts pair : statistics.pairs()) {
                    if (inFront(pair, f)) {
                        int l = data.level(block);
                        size += plan.q[pair.second()] * (pair.start()[l + 1] - pair.start()[l]);
                    }
                }
            }
            baseStart[block + 1] = Math.addExact(baseStart[block], size);
        }
        int[] start = new int[plan.sparseNodes + 1];
        for (int v = 0; v < plan.sparseNodes; v++) {
            start[v + 1] = Math.addExact(start[v], plan.rowWidth[v] + width);
        }
        int[] position = new int[start[plan.sparseNodes]];
        for (int v = 0; v < plan.sparseNodes; v++) {
            System.arraycopy(plan.position, plan.positionStart[v], position, start[v], plan.rowWidth[v]);
            for (int x = 0; x < width; x++) {
                position[start[v + 1] - width + x] = plan.frontSize + x;
            }
        }
        FrontPattern made = new FrontPattern(
                first,
                factor,
                baseStart,
                new int[baseStart[blocks]],
                slots,
                new double[Math.multiplyExact(slots, baseStart[blocks])],
                q,
                start,
                position,
                new double[Math.multiplyExact(q, position.length)]);
        fill(statistics, made);
        return made;
    }

    private boolean inFront(PairProducts pair, int f) {
        return pair.first() == f && plan.frontStart[pair.second()] >= 0;
    }

    /** Writes rows and values; the places go by factor number, as the two of a pair do. */
    private void fill(Crossproducts statistics, FrontPattern made) {
        int slots = made.slots();
        double[] value = made.baseValue();
        for (int block = 0; block < data.nodes(); block++) {
            int f = data.factor(block);
            int l = data.level(block);
            int qf = plan.q[f];
            LevelProducts levels = statistics.factors().get(f);
            int e = made.baseStart()[block];
            for (int i = 0; i < qf; i++, e++) {
                made.baseRow()[e] = made.first()[block] + i;
                for (int j = 0; j < qf; j++) {
                    value[e * slots + j] = levels.g()[(l * qf + j) * qf + i];
                }
            }
            for (PairProducts pair : statistics.pairs()) {
                int other = plan.q[pair.second()];
                for (int m = pair.start()[inFront(pair, f) ? l : 0]; inFront(pair, f) && m < pair.start()[l + 1]; m++) {
                    for (int i = 0; i < other; i++, e++) {
                        made.baseRow()[e] = plan.frontStart[pair.second()] + pair.partner()[m] * other + i;
                        for (int j = 0; j < qf; j++) {
                            value[e * slots + j] = pair.products()[(m * other + i) * qf + j];
                        }
                    }
                }
            }
            for (int x = 0; x < width; x++, e++) {
                made.baseRow()[e] = plan.frontSize + x;
                for (int j = 0; j < qf; j++) {
                    value[e * slots + j] = levels.b()[j + (l * width + x) * qf];
                }
            }
        }
        for (int x = 0; x < width; x++) {
            int e = made.baseStart()[data.nodes() + x];
            for (int y = x; y < width; y++, e++) {
                made.baseRow()[e] = plan.frontSize + y;
                value[e * slots] = statistics.ww()[y + x * width];
            }
        }
        for (int v = 0; v < plan.sparseNodes; v++) {
            for (int i = 0; i < q; i++) {
                double[] row = products.row[products.rowStart[v] + i];
                System.arraycopy(row, 0, made.values(), q * made.start()[v] + i * row.length, row.length);
            }
        }
    }

    @Override
    public boolean takesRows() {
        return false;
    }

    @Override
    public void clear(Crossproducts statistics) {
        if (statistics != loaded) {
            fill(statistics, pattern);
            device.load(pattern.baseValue(), pattern.values());
            loaded = statistics;
        }
    }

    @Override
    public boolean factor(double[][] lambdaOfFactors, double[] kOfNodes) {
        k = kOfNodes;
        lambda = lambdaOfFactors;
        int failed = device.factor(IntStream.of(dense).mapToObj(f -> lambda[f]).toArray(double[][]::new), k);
        if (failed != 0 && failed != order) {
            return false;
        }
        double[] pivots = device.pivots();
        logDetA = 0;
        for (int i = 0; i < plan.frontSize; i++) {
            logDetA += 2 * Math.log(pivots[i]);
        }
        logDetM = 0;
        for (int i = plan.frontSize; i < order - 1; i++) {
            logDetM += 2 * Math.log(pivots[i]);
        }
        System.arraycopy(pivots, order, half, 0, order - 1);
        rSquared = failed == order ? 0 : pivots[order - 1] * pivots[order - 1];
        return true;
    }

    /** An inverse has twice the multiplications of a factor. */
    @Override
    public double inverseCost() {
        return order < Fronts.PACKED_FROM ? 1 : 3;
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
        device.solveTransposed(x);
    }

    @Override
    public void readFixed(double[] l) {
        int p = width - 1;
        for (int j = 0; j < p; j++) {
            for (int i = j; i < p; i++) {
                l[i + j * p] = device.entry(plan.frontSize + i, plan.frontSize + j);
            }
        }
    }

    /** {@code t = −P [b; γ; −1]}. */
    @Override
    public void residual(double[] u, double[] b, double[][] lambdaOfFactors, double[] t) {
        double[] c = Arrays.copyOf(b, order);
        c[order - 1] = -1;
        double[] product = new double[order];
        int slots = pattern.slots();
        for (int block = 0; block < pattern.blocks(); block++) {
            int first = pattern.first()[block];
            int end = pattern.first()[block + 1];
            for (int e = pattern.baseStart()[block]; e < pattern.baseStart()[block + 1]; e++) {
                int row = pattern.baseRow()[e];
                for (int j = first; j < end; j++) {
                    double value = pattern.baseValue()[e * slots + j - first];
                    product[row] += value * c[j];
                    product[j] += row < end ? 0 : value * c[row];
                }
            }
        }
        double[] pc = new double[q];
        for (int v = 0; v < plan.sparseNodes; v++) {
            int from = pattern.start()[v];
            int count = pattern.start()[v + 1] - from;
            int at = q * from;
            for (int i = 0; i < q; i++) {
                pc[i] = 0;
                for (int e = 0; e < count; e++) {
                    pc[i] += pattern.values()[at + i * count + e] * c[pattern.position()[from + e]];
                }
            }
            for (int i = 0; i < q; i++) {
                double weight = Columns.dot(k, (v * q + i) * q, pc, 0, q);
                for (int e = 0; e < count; e++) {
                    product[pattern.position()[from + e]] -= pattern.values()[at + i * count + e] * weight;
                }
            }
        }
        for (int i = 0; i < t.length; i++) {
            t[i] = -product[i];
        }
    }

    @Override
    public void invert(double[][] lambdaOfFactors, boolean withFixed, double[][] dLambda) {
        device.invert(withFixed ? order - 1 : plan.frontSize, gathered, nodes);
        if (dLambda != null) {
            for (int block = 0; block < data.nodes(); block++) {
                addData(block, dLambda);
            }
            subtractNodes(dLambda);
        }
    }

    /** The data's part in the derivative from the columns of a block: at its own level, and at those of its rows. */
    private void addData(int block, double[][] dLambda) {
        int f = data.factor(block);
        int qf = plan.q[f];
        int slots = pattern.slots();
        double[] p = pattern.baseValue();
        int end = pattern.baseStart()[block + 1];
        for (int e = pattern.baseStart()[block]; e < end; ) {
            int row = pattern.baseRow()[e];
            int g = factorAt(row);
            int rows = g < 0 ? 1 : plan.q[g];
            for (int a = 0; a < qf; a++) {
                for (int b = 0; b < qf; b++) {
                    for (int r = 0; r < rows; r++) { // P_ar [Λ F⁻¹]_rb
                        double scaled = g < 0 ? gathered[e * slots + b] : 0;
                        for (int s = 0; s <= r && g >= 0; s++) {
                            scaled += lambda[g][r + s * rows] * gathered[(e + s) * slots + b];
                        }
                        dLambda[f][a + b * qf] += p[(e + r) * slots + a] * scaled;
                    }
                }
            }
            if (g >= 0 && row >= pattern.first()[block + 1]) {
                addTransposed(e, f, g, dLambda[g]);
            }
            e += rows;
        }
    }

    /** {@code P_IJ [Λ_J F⁻¹_JI]} for the rows I, of factor g, from entry e on, J of factor f. */
    private void addTransposed(int e, int f, int g, double[] dLambda) {
        int qf = plan.q[f];
        int qg = plan.q[g];
        int slots = pattern.slots();
        for (int a = 0; a < qg; a++) {
            for (int b = 0; b < qg; b++) {
                for (int r = 0; r < qf; r++) {
                    double scaled = 0;
                    for (int s = 0; s <= r; s++) {
                        scaled += lambda[f][r + s * qf] * gathered[(e + b) * slots + s];
                    }
                    dLambda[a + b * qg] += pattern.baseValue()[(e + a) * slots + r] * scaled;
                }
            }
        }
    }

    private void subtractNodes(double[][] dLambda) {
        int at = 0;
        for (int v = 0; v < plan.sparseNodes; v++) {
            at += q * q;
            for (int f : dense) {
                for (int i = 0; i < dLambda[f].length; i++) {
                    dLambda[f][i] -= nodes[at++];
                }
            }
        }
    }

    private int factorAt(int position) {
        for (int f : dense) {
            if (position >= plan.frontStart[f] && position < plan.frontEnd(f)) {
                return f;
            }
        }
        return -1;
    }

    @Override
    public double inverse(int i, int j) {
        int f = factorAt(i);
        int g = factorAt(j);
        int a = f < 0 ? 0 : (i - plan.frontStart[f]) % plan.q[f];
        int b = g < 0 ? 0 : (j - plan.frontStart[g]) % plan.q[g];
        double sum = 0;
        for (int r = 0; r <= a; r++) {
            for (int s = 0; s <= b; s++) {
                double left = f < 0 ? 1 : lambda[f][a + r * plan.q[f]];
                double right = g < 0 ? 1 : lambda[g][b + s * plan.q[g]];
                sum += left * right * device.entry(i - a + r, j - b + s);
            }
        }
        return sum;
    }

    @Override
    public void subtractQuadratics(double[] kDerivative) {
        int stride = nodes.length / plan.sparseNodes;
        for (int v = 0; v < plan.sparseNodes; v++) {
            for (int i = 0; i < q * q; i++) {
                kDerivative[products.pivotStart[v] + i] -= nodes[v * stride + i];
            }
        }
    }

    /** @throws UnsupportedOperationException always: nodes that others meet are not among those taken */
    @Override
    public void subtractImage(int node, double[] source, double[] image) {
        throw new UnsupportedOperationException("one factor is eliminated level by level");
    }
}
