package org.warpmix.replicate;

import java.util.Arrays;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.linalg.Columns;
import org.warpmix.random.VariateLanes;

/**
 * Draws {@link ParametricStatistics}, some replicates at a time: loops over replicates are the innermost ones.
 *
 * <p>Columns hold a number for each of these: {@code xy} and {@code yy} gather {@code X̃'η} and {@code η'η}.
 */
final class ParametricDrawer implements ReplicateSource.Drawer {

    private static final int LANES = VariateLanes.CAPACITY;

    private final ParametricStatistics source;
    private final ResponseLayout layout;
    private final GroupClasses classes;
    private final double[] gamma;
    private final VariateLanes lanes;
    private final double[][] xy;
    private final double[] yy = new double[LANES];
    private final double[] chiSquare = new double[LANES];
    private final double[] column = new double[LANES];
    private final double[][] variates;
    private final double[][] bartlett;
    private final double[] factors;
    private double[][] into;
    private int from;
    private int count;

    ParametricDrawer(ParametricStatistics source) {
        this.source = source;
        layout = source.layout();
        classes = source.model().statistics().classes();
        gamma = source.model().gamma();
        lanes = new VariateLanes(source.seed());
        int p = gamma.length;
        int q = classes.products().q();
        int most = Math.max(q, p);
        for (SummedNoise sum : source.sums()) {
            most = sum == null ? most : Math.max(most, sum.yy().length);
        }
        xy = new double[p][LANES];
        variates = new double[most][LANES];
        bartlett = new double[q][LANES];
        factors = new double[most];
    }

    @Override
    public void draw(long first, int count, double[][] into) {
        this.into = into;
        for (from = 0; from < count; from += LANES) {
            this.count = Math.min(LANES, count - from);
            lanes.start(first + from, this.count);
            drawLanes();
        }
        for (int k = 0; k < gamma.length; k++) {
            Arrays.fill(into[layout.shift() + k], 0, count, 0);
        }
        Arrays.fill(into[layout.unit()], 0, count, 1);
    }

    private void drawLanes() {
        for (double[] sum : xy) {
            Arrays.fill(sum, 0, count, 0);
        }
        Arrays.fill(yy, 0, count, 0);
        for (int c = 0; c < classes.classes(); c++) {
            if (source.sums()[c] != null) {
                drawSum(source.sums()[c], layout.groupClass(c));
            } else {
                drawLevels(c, layout.groupClass(c));
            }
        }
        drawOutside();
        addFixedPart();
    }

    private void drawSum(SummedNoise sum, int entry) {
        int rank = sum.rank();
        int zetas = sum.rows() * rank;
        for (int v = 0; v < zetas; v++) {
            lanes.normal(variates[v]);
        }
        for (int v = zetas; v < sum.yy().length; v++) {
            Arrays.fill(variates[v], 0, count, 0);
        }
        for (int m = 0; m < sum.rows(); m++) {
            addOuterProduct(variates, m * rank, rank, zetas, 0);
        }
        for (int j = 0; j < Math.min(rank, sum.wishart()); j++) {
            lanes.chiSquare(sum.wishart() - j, chiSquare);
            squareRoots(chiSquare, bartlett[j], count);
            for (int a = j + 1; a < rank; a++) {
                lanes.normal(bartlett[a]);
            }
            addOuterProduct(bartlett, 0, rank, zetas, j);
        }
        for (int e = 0; e < sum.entries().length; e++) {
            Arrays.fill(column, 0, count, sum.constants()[e]);
            double[] coefficients = sum.entries()[e];
            Columns.subtract(column, variates, 0, coefficients, 0, coefficients.length, 0, count);
            store(entry + e, column);
        }
        for (int k = 0; k < xy.length; k++) {
            Columns.subtract(xy[k], variates, 0, sum.xy()[k], 0, zetas, 0, count);
        }
        Columns.subtract(yy, variates, 0, sum.yy(), 0, sum.yy().length, 0, count);
    }

    /** Adds to the lower triangle of U, from a column on, the outer product of a row of ρ variates with itself. */
    private void addOuterProduct(double[][] row, int at, int rank, int u, int least) {
        for (int d = 0; d < rank; d++) {
            for (int e = d; e < rank; e++, u++) {
                if (d >= least) {
                    addProduct(variates[u], row[at + d], row[at + e], count);
                }
            }
        }
    }

    private void drawLevels(int c, int entry) {
        LevelProducts products = classes.products();
        LevelNoise noise = source.levels()[c];
        int q = products.q();
        int rank = noise.rank();
        for (int i = 0; i < classes.size(c); i++) {
            int at = classes.level(c, i) * q * products.width();
            for (int v = 0; v < rank; v++) {
                lanes.normal(variates[v]);
            }
            for (int a = 0; a < q; a++) {
                double mean = 0;
                for (int k = 0; k < gamma.length; k++) {
                    mean += products.b()[at + a + k * q] * gamma[k];
                }
                Arrays.fill(column, 0, count, mean);
                addRow(column, noise.f(), a, q, rank);
                store(entry++, column);
            }
            for (int k = 0; k < xy.length; k++) {
                for (int v = 0; v < rank; v++) {
                    double sum = 0;
                    for (int a = 0; a < q; a++) {
                        sum += products.b()[at + a + k * q] * noise.n()[a + v * q];
                    }
                    factors[v] = -sum;
                }
                Columns.subtract(xy[k], variates, 0, factors, 0, rank, 0, count);
            }
            for (int a = 0; a < rank; a++) {
                Arrays.fill(column, 0, count, 0);
                addRow(column, noise.l(), a, rank, a + 1);
                addProduct(yy, column, column, count);
            }
        }
    }

    /** Adds row a of a matrix times the variates. */
    private void addRow(double[] target, double[] matrix, int a, int height, int columns) {
        for (int v = 0; v < columns; v++) {
            factors[v] = -matrix[a + v * height];
        }
        Columns.subtract(target, variates, 0, factors, 0, columns, 0, count);
    }

    private void drawOutside() {
        int p = xy.length;
        int rank = p == 0 ? 0 : source.outside().length / p;
        for (int v = 0; v < rank; v++) {
            lanes.normal(variates[v]);
        }
        lanes.chiSquare(source.residual(), chiSquare);
        for (int v = 0; v < rank; v++) {
            addProduct(chiSquare, variates[v], variates[v], count);
        }
        double sigma = source.model().sigma();
        add(yy, chiSquare, sigma * sigma, count);
        for (int k = 0; k < p; k++) {
            addRow(xy[k], source.outside(), k, p, rank);
        }
    }

    /** From the products of the noise to those of the response. */
    private void addFixedPart() {
        int p = xy.length;
        double[] ww = source.model().statistics().ww();
        double square = 0;
        for (int k = 0; k < p; k++) {
            double mean = 0;
            for (int l = 0; l < p; l++) {
                mean += ww[k + l * (p + 1)] * gamma[l];
            }
            square += gamma[k] * mean;
            add(yy, xy[k], 2 * gamma[k], count);
            addConstant(xy[k], mean, count);
            store(layout.xy() + k, xy[k]);
        }
        addConstant(yy, square, count);
        store(layout.yy(), yy);
    }

    private void store(int entry, double[] values) {
        System.arraycopy(values, 0, into[entry], from, count);
    }

    private static void squareRoots(double[] x, double[] root, int count) {
        for (int i = 0; i < count; i++) {
            root[i] = Math.sqrt(x[i]);
        }
    }

    private static void addProduct(double[] sum, double[] x, double[] y, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] += x[i] * y[i];
        }
    }

    private static void add(double[] sum, double[] x, double factor, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] += factor * x[i];
        }
    }

    private static void addConstant(double[] sum, double constant, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] += constant;
        }
    }
}
