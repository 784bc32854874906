package org.warpmix.likelihood.iterative;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;

/**
 * The columns W = [Z̃_border X̃ ỹ] in products: with the first factor, with the core, and with themselves.
 *
 * @param width number w of columns
 * @param first {@code Z̃_first'W}, a row for each random effect, w entries one after the other
 * @param core the same of the core
 * @param squares {@code W'W}, w×w
 */
record Sides(int width, double[] first, double[] core, double[] squares) {

    static Sides of(Crossproducts statistics, Structure structure) {
        int k = structure.borderColumns();
        int p1 = statistics.p() + 1;
        int w = k + p1;
        double[] first = new double[Math.multiplyExact(structure.firstRows(), w)];
        double[] core = new double[Math.multiplyExact(structure.rows(), w)];
        fill(statistics, structure, structure.first, first, 0, w);
        for (int i = 0; i < structure.core.length; i++) {
            fill(statistics, structure, structure.core[i], core, structure.start[i], w);
        }
        double[] squares = new double[w * w];
        for (int s = 0; s < structure.border.length; s++) {
            double[] rows = new double[(structure.column[s + 1] - structure.column[s]) * w];
            fill(statistics, structure, structure.border[s], rows, 0, w);
            LevelProducts own = structure.factors.get(structure.border[s]);
            int q = own.q();
            for (int r = 0; r < rows.length / w; r++) {
                int row = structure.column[s] + r;
                for (int c = 0; c < w; c++) {
                    squares[row + c * w] = rows[r * w + c];
                    squares[c + row * w] = rows[r * w + c];
                }
            }
            for (int level = 0; level < own.levels(); level++) {
                for (int e = 0; e < q * q; e++) {
                    int row = structure.column[s] + level * q + e % q;
                    squares[row + (structure.column[s] + level * q + e / q) * w] = own.g()[level * q * q + e];
                }
            }
        }
        for (int x = 0; x < p1; x++) {
            System.arraycopy(statistics.ww(), x * p1, squares, k + (k + x) * w, p1);
        }
        return new Sides(w, first, core, squares);
    }

    /** The rows of a factor: products with the other factors of the border, then with X̃ and ỹ. */
    private static void fill(Crossproducts statistics, Structure structure, int f, double[] rows, int from, int w) {
        LevelProducts factor = structure.factors.get(f);
        int q = factor.q();
        for (int s = 0; s < structure.border.length; s++) {
            if (structure.border[s] == f) {
                continue;
            }
            int q2 = structure.factors.get(structure.border[s]).q();
            Meetings meetings = structure.meetings(statistics, f, structure.border[s]);
            for (int level = 0; level + 1 < meetings.start().length; level++) {
                for (int e = meetings.start()[level]; e < meetings.start()[level + 1]; e++) {
                    int column = structure.column[s] + meetings.partner()[e] * q2;
                    for (int i = 0; i < q * q2; i++) {
                        int row = from + level * q + i % q;
                        rows[row * w + column + i / q] = meetings.products()[e * q * q2 + i];
                    }
                }
            }
        }
        int k = structure.borderColumns();
        for (int level = 0; level < factor.levels(); level++) {
            for (int x = k; x < w; x++) {
                for (int a = 0; a < q; a++) {
                    rows[(from + level * q + a) * w + x] = factor.b()[a + (level * (w - k) + x - k) * q];
                }
            }
        }
    }
}
