package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.linalg.Columns;
import org.warpmix.linalg.Lapack;
import org.warpmix.linalg.SmallCholesky;

/** A {@link Front} that keeps P, the factor and S side by side: the quickest while the front is small. */
final class StoredFront implements Front {

    private final EliminationPlan plan;
    private final BlockProducts products;
    private final FrontData data;
    private final int width;
    private final int n;
    private final Lapack lapack;
    private final FrontPanel panel;
    /** P by columns: its lower triangle and its diagonal blocks. */
    private final double[][] p;
    /** The factor, lower triangle, column-major; the column of ỹ is not factored. */
    private final double[] factor;

    private final double[] half;
    /** The triangle T of S with half its diagonal, {@code S = T + T'}, columns. */
    private final double[][] t;
    /** {@code −P_vN T}, by rows. */
    private final double[][] image;

    private final double[] column;
    private final double[] factors;
    private double logDetA;
    private double logDetM;
    private double rSquared;
    private int borders;

    StoredFront(EliminationPlan plan, BlockProducts products) {
        this.plan = plan;
        this.products = products;
        data = new FrontData(plan, products.width);
        width = products.width;
        n = plan.frontSize + width;
        lapack = Lapack.forSize(n);
        int largest = 0;
        for (int q : plan.q) {
            largest = Math.max(largest, q);
        }
        int widest = 0;
        for (int rowWidth : plan.rowWidth) {
            widest = Math.max(widest, rowWidth);
        }
        panel = new FrontPanel(plan, n, largest, lapack);
        p = new double[n][n];
        factor = new double[n * n];
        half = new double[n - 1];
        t = new double[n - 1][n - 1];
        image = new double[panel.capacity()][widest + width];
        column = new double[n];
        factors = new double[Math.max(largest, panel.capacity())];
    }

    /** Bytes that a front of an order takes. */
    static double bytes(int order) {
        return 24.0 * order * order;
    }

    @Override
    public boolean takesRows() {
        return true;
    }

    @Override
    public void clear(Crossproducts statistics) {
        panel.clear();
        for (int c = 0; c < n; c++) {
            Arrays.fill(p[c], 0);
        }
        for (int node = 0; node < data.nodes(); node++) {
            data.put(statistics, node, p);
        }
        data.putFixed(statistics, p);
    }

    @Override
    public void subtract(int node, double[][] scaled) {
        int q = plan.q[plan.factorOf(node)];
        if (plan.fillsFront(node)) {
            for (int i = 0; i < q; i++) {
                if (panel.isFull()) {
                    panel.subtractProducts(p);
                }
                panel.add(node, scaled[i]);
            }
            return;
        }
        int from = plan.denseColumn[node];
        int first = plan.positionStart[node];
        int size = plan.positionStart[node + 1] - first;
        for (int i = 0; i < q; i++) {
            double[] source = scaled[i];
            for (int c = 0; c < size + width; c++) {
                double scale = source[from + c];
                double[] target = p[c < size ? plan.position[first + c] : plan.frontSize + c - size];
                for (int r = c; r < size; r++) {
                    target[plan.position[first + r]] -= scale * source[from + r];
                }
                for (int r = Math.max(c, size); r < size + width; r++) {
                    target[plan.frontSize + r - size] -= scale * source[from + r];
                }
            }
        }
    }

    @Override
    public boolean factor(double[][] lambda, double[] k) {
        panel.subtractProducts(p);
        int order = n - 1;
        for (int node = 0; node < data.nodes(); node++) {
            scale(data.factor(node), data.position(node), lambda);
        }
        for (int c = plan.frontSize; c < n; c++) {
            System.arraycopy(p[c], c, factor, c * n + c, n - c);
        }
        if (!lapack.factor(factor, order, n)) {
            return false;
        }
        logDetA = SmallCholesky.logDet(factor, 0, plan.frontSize, n);
        logDetM = SmallCholesky.logDet(factor, plan.frontSize * (n + 1), width - 1, n);
        for (int i = 0; i < order; i++) {
            half[i] = factor[i * n + order];
        }
        SmallCholesky.solveLower(factor, 0, order, n, half, 0, 1, order);
        rSquared = factor[order * (n + 1)];
        for (int i = 0; i < order; i++) {
            rSquared -= half[i] * half[i];
        }
        return true;
    }

    /** Block of columns of F, lower triangle, into {@code factor}. */
    private void scale(int f, int position, double[][] lambda) {
        int q = plan.q[f];
        for (int j = 0; j < q; j++) {
            for (int i = j + 1; i < q; i++) {
                p[position + i][position + j] = p[position + j][position + i];
            }
        }
        for (int j = 0; j < q; j++) {
            for (int r = j; r < q; r++) {
                factors[r] = -lambda[f][r + j * q];
            }
            Arrays.fill(column, position, n, 0);
            Columns.subtract(column, p, position + j, factors, j, q - j, position, n);
            plan.timesLambdaTransposed(column, position, lambda);
            column[position + j] += 1;
            System.arraycopy(column, position + j, factor, (position + j) * (n + 1), n - position - j);
        }
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
        SmallCholesky.solveLowerTransposed(factor, 0, n - 1, n, x, 0, 1, n - 1);
    }

    @Override
    public void readFixed(double[] l) {
        for (int j = 0; j < width - 1; j++) {
            int at = (plan.frontSize + j) * n + plan.frontSize;
            System.arraycopy(factor, at + j, l, j * width, width - 1 - j); // p + 1 apart: the diagonal
        }
    }

    @Override
    public void residual(double[] u, double[] b, double[][] lambda, double[] residual) {
        int order = n - 1;
        Arrays.fill(residual, 0);
        for (int c = 0; c < order; c++) {
            for (int i = c; i < order; i++) {
                residual[i] -= b[c] * p[c][i];
            }
            residual[c] += p[c][order] - Columns.dot(p[c], c + 1, b, c + 1, order - c - 1);
        }
    }

    @Override
    public void invert(double[][] lambda, boolean withFixed, double[][] dLambda) {
        borders = withFixed ? width - 1 : 0;
        int order = plan.frontSize + borders;
        lapack.invert(factor, order, n);
        InverseScaling scaling = new InverseScaling(plan, lambda, order);
        for (int node = 0; node < data.nodes(); node++) {
            int q = plan.q[data.factor(node)];
            int position = data.position(node);
            for (int j = 0; j < q; j++) {
                int at = position + j;
                System.arraycopy(factor, at * n + position, t[at], position, order - position);
                for (int i = 0; i < j; i++) {
                    t[at][position + i] = t[position + i][at];
                }
            }
            scaling.scale(data.factor(node), position, t, position, p, position, dLambda);
            for (int j = 0; j < q; j++) {
                Arrays.fill(t[position + j], position, position + j, 0);
                t[position + j][position + j] *= 0.5;
            }
        }
        for (int c = plan.frontSize; c < order; c++) {
            System.arraycopy(factor, c * n + c, t[c], c, order - c);
            t[c][c] *= 0.5;
        }
    }

    @Override
    public double inverse(int i, int j) {
        return i == j ? 2 * t[i][i] : t[Math.min(i, j)][Math.max(i, j)];
    }

    /** With S = T + T', {@code P_vN S_NN P_Nv = −(Y P_Nv + P_vN Y')}, {@code Y = −P_vN T}: half the multiplications. */
    @Override
    public void subtractQuadratics(double[] kDerivative) {
        if (plan.leading == 0) {
            return;
        }
        int q = plan.q[plan.factorOf(0)];
        int chunk = panel.capacity() / q;
        for (int node = 0; node < plan.leading; node += chunk) {
            int last = Math.min(node + chunk, plan.leading);
            multiply(node, last, q);
            for (int v = node; v < last; v++) {
                int from = plan.denseColumn[v];
                int used = plan.rowWidth[v] - from + borders;
                int first = products.rowStart[v];
                for (int j = 0; j < q; j++) {
                    for (int i = j; i < q; i++) {
                        double[] y = image[(v - node) * q + i];
                        double sum = Columns.dot(y, from, products.row[first + j], from, used);
                        sum += i == j
                                ? sum
                                : Columns.dot(image[(v - node) * q + j], from, products.row[first + i], from, used);
                        kDerivative[products.pivotStart[v] + i + j * q] += sum;
                        if (i != j) {
                            kDerivative[products.pivotStart[v] + j + i * q] += sum;
                        }
                    }
                }
            }
        }
    }

    /** {@code image = −P_vN T} of nodes of one factor. */
    private void multiply(int from, int to, int q) {
        panel.clear();
        for (int v = from; v < to; v++) {
            for (int i = 0; i < q; i++) {
                double[] source = products.row[products.rowStart[v] + i];
                double[] target = image[(v - from) * q + i];
                Arrays.fill(target, plan.denseColumn[v], source.length, 0);
                if (plan.fillsFront(v)) {
                    panel.add(v, source);
                } else {
                    subtractTriangle(v, source, target);
                }
            }
        }
        panel.multiply(t, plan.frontSize + borders);
        int r = 0;
        for (int v = from; v < to; v++) {
            for (int i = 0; i < q && plan.fillsFront(v); i++) {
                panel.addProduct(r++, v, image[(v - from) * q + i], borders);
            }
        }
        panel.clear();
    }

    @Override
    public void subtractImage(int node, double[] source, double[] target) {
        subtractTriangle(node, source, target);
        subtractTransposed(node, source, target);
    }

    /** Subtracts what T of the dense part of N makes of a row. */
    private void subtractTriangle(int v, double[] source, double[] target) {
        int start = plan.positionStart[v];
        int size = plan.positionStart[v + 1] - start;
        int from = plan.denseColumn[v];
        for (int c = 0; c < size + borders; c++) {
            double[] columnOfT = t[c < size ? plan.position[start + c] : plan.frontSize + c - size];
            double scale = source[from + c];
            for (int r = c; r < size; r++) {
                target[from + r] -= scale * columnOfT[plan.position[start + r]];
            }
            for (int r = Math.max(c, size); r < size + borders; r++) {
                target[from + r] -= scale * columnOfT[plan.frontSize + r - size];
            }
        }
    }

    private void subtractTransposed(int v, double[] source, double[] target) {
        int start = plan.positionStart[v];
        int size = plan.positionStart[v + 1] - start;
        int from = plan.denseColumn[v];
        for (int c = 0; c < size + borders; c++) {
            double[] columnOfT = t[c < size ? plan.position[start + c] : plan.frontSize + c - size];
            double sum = 0;
            for (int r = c; r < size; r++) {
                sum += source[from + r] * columnOfT[plan.position[start + r]];
            }
            for (int r = Math.max(c, size); r < size + borders; r++) {
                sum += source[from + r] * columnOfT[plan.frontSize + r - size];
            }
            target[from + c] -= sum;
        }
    }
}
