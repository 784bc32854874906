package org.warpmix.backend.cuda;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Parameters;

/**
 * The cross-products of a design with several grouping factors as {@code native/crossed.cu} takes them: the factor with most
 * columns apart, level by level, the columns of all others, of X̃ and of ỹ as one dense front. The columns of ỹ are left out:
 * each replicate has its own.
 */
final class CrossedProducts {

    private final List<LevelProducts> factors;
    /** Number of the factor apart. */
    private final int base;
    /** Columns of a level of that factor, and how many levels it has. */
    final int q;

    final int levels;
    /** Columns of the dense factors. */
    final int m;

    final int p;
    /** First column of each factor in the front; of the one apart nothing. */
    private final int[] start;
    /** Where the entries of each factor's Λ begin, that of the one apart at 0. */
    private final int[] at;
    /** Entries of all Λ, and the number 1 that stands for Λ of a fixed effect. */
    final int lambdas;

    private final ResponseLayout layout;

    CrossedProducts(Crossproducts design) {
        factors = design.factors();
        layout = ResponseLayout.of(design);
        p = design.p();
        int most = 0;
        for (int f = 1; f < factors.size(); f++) {
            if (columns(f) > columns(most)) {
                most = f;
            }
        }
        base = most;
        q = factors.get(base).q();
        levels = factors.get(base).levels();
        start = new int[factors.size()];
        at = new int[factors.size()];
        int column = 0;
        int entry = q * q;
        for (int f = 0; f < factors.size(); f++) {
            if (f != base) {
                start[f] = column;
                at[f] = entry;
                column += Math.toIntExact(columns(f));
                entry += factors.get(f).q() * factors.get(f).q();
            }
        }
        m = column;
        lambdas = entry + 1;
    }

    private long columns(int f) {
        return (long) factors.get(f).levels() * factors.get(f).q();
    }

    /** Order of the front with the column of ỹ. */
    int width() {
        return m + p + 1;
    }

    /** Rows of the products of the factor apart. */
    int rows() {
        return levels * q;
    }

    /** Most columns that a level of a dense factor has. */
    int slots() {
        int most = 0;
        for (int f = 0; f < factors.size(); f++) {
            most = f == base ? most : Math.max(most, factors.get(f).q());
        }
        return most;
    }

    /** Bytes of what all lanes share on a device. */
    long bytes() {
        long dense = (long) width() - 1;
        return Double.BYTES * ((long) rows() * q + rows() * dense + dense * dense)
                + Integer.BYTES * (3L * width() + 4L * (factors.size() - 1));
    }

    /** {@code P_vv}: entry (i, j) of every level at {@code (i + j*q)*levels}, level by level. */
    double[] pivots() {
        double[] g = factors.get(base).g();
        double[] pivots = new double[g.length];
        for (int level = 0; level < levels; level++) {
            for (int e = 0; e < q * q; e++) {
                pivots[e * levels + level] = g[level * q * q + e];
            }
        }
        return pivots;
    }

    /** {@code Z̃₁'[Z̃_f X̃]} by rows. */
    double[] products(Crossproducts design) {
        int width = m + p;
        double[] products = new double[Math.multiplyExact(rows(), width)];
        for (PairProducts pair : design.pairs()) {
            if (pair.first() == base) {
                scatter(pair, products, width, 0, start[pair.second()], false);
            } else if (pair.second() == base) {
                scatter(pair, products, width, start[pair.first()], 0, true);
            }
        }
        double[] b = factors.get(base).b();
        for (int level = 0; level < levels; level++) {
            for (int i = 0; i < q; i++) {
                for (int j = 0; j < p; j++) {
                    products[(level * q + i) * width + m + j] = b[(level * (p + 1) + j) * q + i];
                }
            }
        }
        return products;
    }

    /** {@code [Z̃_f X̃]'[Z̃_f X̃]}, both triangles. */
    double[] front(Crossproducts design) {
        int width = m + p;
        double[] front = new double[Math.multiplyExact(width, width)];
        for (PairProducts pair : design.pairs()) {
            if (pair.first() != base && pair.second() != base) {
                scatter(pair, front, width, start[pair.first()], start[pair.second()], false);
                scatter(pair, front, width, start[pair.first()], start[pair.second()], true);
            }
        }
        for (int f = 0; f < factors.size(); f++) {
            if (f == base) {
                continue;
            }
            LevelProducts factor = factors.get(f);
            int order = factor.q();
            for (int level = 0; level < factor.levels(); level++) {
                int first = start[f] + level * order;
                for (int i = 0; i < order; i++) {
                    for (int j = 0; j < order; j++) {
                        front[(first + i) * width + first + j] = factor.g()[(level * order + j) * order + i];
                    }
                    for (int j = 0; j < p; j++) {
                        double value = factor.b()[(level * (p + 1) + j) * order + i];
                        front[(first + i) * width + m + j] = value;
                        front[(m + j) * width + first + i] = value;
                    }
                }
            }
        }
        for (int i = 0; i < p; i++) {
            for (int j = 0; j < p; j++) {
                front[(m + i) * width + m + j] = design.ww()[i + j * (p + 1)];
            }
        }
        return front;
    }

    /** The products of a pair of factors, or their transposes, into a matrix by rows. */
    private void scatter(PairProducts pair, double[] into, int width, int first, int second, boolean transposed) {
        int q1 = factors.get(pair.first()).q();
        int q2 = factors.get(pair.second()).q();
        for (int level = 0; level + 1 < pair.start().length; level++) {
            for (int e = pair.start()[level]; e < pair.start()[level + 1]; e++) {
                for (int i = 0; i < q1; i++) {
                    int row = first + level * q1 + i;
                    for (int j = 0; j < q2; j++) {
                        int column = second + pair.partner()[e] * q2 + j;
                        double value = pair.products()[(e * q2 + j) * q1 + i];
                        into[transposed ? column * width + row : row * width + column] = value;
                    }
                }
            }
        }
    }

    /** Per column of the front the first column of its level, then of each its order, then of each where its Λ begins. */
    int[] columns() {
        int width = width();
        int[] columns = new int[3 * width];
        for (int f = 0; f < factors.size(); f++) {
            int order = factors.get(f).q();
            for (int c = 0; f != base && c < columns(f); c++) {
                columns[start[f] + c] = start[f] + c / order * order;
                columns[width + start[f] + c] = order;
                columns[2 * width + start[f] + c] = at[f];
            }
        }
        for (int c = m; c < width; c++) {
            columns[c] = c;
            columns[width + c] = 1;
            columns[2 * width + c] = lambdas - 1;
        }
        return columns;
    }

    /** Per dense factor the columns of a level, its levels, its first column and where its Λ begins. */
    int[] denseFactors() {
        int[] dense = new int[4 * (factors.size() - 1)];
        int next = 0;
        for (int f = 0; f < factors.size(); f++) {
            if (f != base) {
                dense[next++] = factors.get(f).q();
                dense[next++] = factors.get(f).levels();
                dense[next++] = start[f];
                dense[next++] = at[f];
            }
        }
        return dense;
    }

    /** The entry of x that is each entry of the Λ; −1 where there is none. */
    int[] entriesOfX(Parameters parameters) {
        int[] entries = new int[lambdas - 1];
        Arrays.fill(entries, -1);
        for (int f = 0; f < factors.size(); f++) {
            RandomBlock block = factors.get(f).block();
            for (int t = 0; t < block.terms().size(); t++) {
                int next = parameters.offset(f, t);
                for (int j = block.firstColumn(t); j < block.firstColumn(t + 1); j++) {
                    for (int i = j; i < block.firstColumn(t + 1); i++) {
                        entries[at[f] + i + j * block.columns()] = next++;
                    }
                }
            }
        }
        return entries;
    }

    /**
     * Where the statistics of a response go among the {@code rows() + width()} of a lane, those of the factor apart first, the
     * front's behind: entry e of the {@link ResponseLayout} at {@code places[e]}.
     */
    int[] responsePlaces() {
        int[] places = new int[layout.yy() + 1];
        for (int f = 0; f < factors.size(); f++) {
            int first = f == base ? 0 : rows() + start[f];
            for (int c = 0; c < columns(f); c++) {
                places[layout.factor(f) + c] = first + c;
            }
        }
        for (int j = 0; j <= p; j++) { // y'y lies behind X'y
            places[layout.xy() + j] = rows() + m + j;
        }
        return places;
    }
}
