package org.warpmix.linalg;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas;

/**
 * {@link PackedCholesky} by one-threaded OpenBLAS calls on panels: blocks of columns, each a column-major matrix from its
 * diagonal block down.
 *
 * <p>OpenBLAS's own threads wait for each other by spinning: on a machine with other work two of them were measured to be
 * up to a hundred times slower than one. Here a thread that waits sleeps or takes other pieces.
 *
 * <pre>
 * L:    panel J −= Σ_K panel K · (rows of J of panel K)',  then its diagonal block factored and solved with
 * L⁻¹:  from the last panel to the first, below the diagonal block  B ← −(inverse of what lies right) B L_JJ⁻¹
 * A⁻¹:  S_IJ = Σ_{K≥I} X_KI' X_KJ of X = L⁻¹, from the first panel to the last, from its diagonal down
 * </pre>
 */
final class PanelCholesky implements PackedCholesky {

    private static final int COLUMNS = openblas.CblasColMajor;
    private static final int LEFT = openblas.CblasLeft;
    private static final int RIGHT = openblas.CblasRight;
    private static final int LOWER = openblas.CblasLower;
    private static final int PLAIN = openblas.CblasNoTrans;
    private static final int TRANSPOSED = openblas.CblasTrans;
    private static final int NON_UNIT = openblas.CblasNonUnit;
    /** Rows that one piece of the work on a panel has. */
    private static final int ROWS = 512;
    /** Pieces that the columns of a panel are cut into. */
    private static final int STRIPS = 4;

    private final int n;
    private final int width;
    private final long[] start;
    private final DoublePointer a;

    PanelCholesky(int n) {
        this.n = n;
        this.width = width(n);
        start = new long[panels(n) + 1];
        for (int j = 0; j < panels(n); j++) {
            start[j + 1] = start[j] + (long) (n - j * width) * columns(j, n);
        }
        a = new DoublePointer(Math.max(1, start[panels(n)]));
    }

    static double bytes(int n) {
        return 4.0 * n * n + 4.0 * n * width(n);
    }

    private static int width(int n) {
        return n < 3000 ? 96 : 256;
    }

    private int panels(int m) {
        return (m + width - 1) / width;
    }

    private int columns(int panel, int m) {
        return Math.min(width, m - panel * width);
    }

    private int ld(int panel) {
        return n - panel * width;
    }

    private long at(int i, int j) {
        int panel = j / width;
        int first = panel * width;
        return start[panel] + (i - first) + (long) (j - first) * ld(panel);
    }

    private DoublePointer entry(int i, int j) {
        return a.getPointer(at(i, j));
    }

    @Override
    public int order() {
        return n;
    }

    @Override
    public void put(int j, double[] column, int m) {
        entry(j, j).put(column, j, m - j);
    }

    @Override
    public void get(int j, double[] column, int m) {
        entry(j, j).get(column, j, m - j);
    }

    /** Puts in column j from its diagonal down: entries from {@code first} on of an array. */
    void load(int j, double[] from, int first) {
        entry(j, j).put(from, first, n - j);
    }

    /** Reads column j from its diagonal down. */
    void store(int j, double[] into, int first) {
        entry(j, j).get(into, first, n - j);
    }

    void close() {
        a.close();
    }

    @Override
    public double get(int i, int j) {
        return a.get(at(i, j));
    }

    @Override
    public boolean factor() {
        for (int panel = 0; panel < panels(n); panel++) {
            int j = panel;
            int first = j * width;
            int size = columns(j, n);
            int below = first + size;
            subtractBefore(j, first, below, size);
            int failed =
                    openblas.LAPACKE_dpotrf(openblas.LAPACK_COL_MAJOR, (byte) 'L', size, entry(first, first), ld(j));
            if (failed != 0 || !isFinite(first, below)) {
                return false;
            }
            MatrixWorkers.forEach((n - below + ROWS - 1) / ROWS, chunk -> {
                int from = below + chunk * ROWS;
                int to = Math.min(from + ROWS, n);
                subtractBefore(j, from, to, size);
                openblas.cblas_dtrsm(
                        COLUMNS,
                        RIGHT,
                        LOWER,
                        TRANSPOSED,
                        NON_UNIT,
                        to - from,
                        size,
                        1,
                        entry(first, first),
                        ld(j),
                        entry(from, first),
                        ld(j));
            });
        }
        return true;
    }

    private boolean isFinite(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!(get(i, i) < Double.POSITIVE_INFINITY)) {
                return false;
            }
        }
        return true;
    }

    /** Rows from … to−1 of panel j less what the panels before it have to do with them. */
    private void subtractBefore(int j, int from, int to, int size) {
        for (int k = 0; k < j; k++) {
            gemm(PLAIN, TRANSPOSED, from, k * width, j * width, k * width, from, j * width, to - from, size, width, -1);
        }
    }

    /** C += sign · op(A) op(B), each given by the place of its first entry; C has m rows, c columns, and k is summed over. */
    private void gemm(
            int opA, int opB, int rowA, int colA, int rowB, int colB, int row, int col, int m, int c, int k, int sign) {
        openblas.cblas_dgemm(
                COLUMNS,
                opA,
                opB,
                m,
                c,
                k,
                sign,
                entry(rowA, colA),
                ld(colA / width),
                entry(rowB, colB),
                ld(colB / width),
                1,
                entry(row, col),
                ld(col / width));
    }

    @Override
    public void invert(int m) {
        for (int j = panels(m) - 1; j >= 0; j--) {
            invertFactor(j, m);
        }
        for (int j = 0; j < panels(m); j++) {
            multiply(j, m);
        }
    }

    private void invertFactor(int j, int m) {
        int first = j * width;
        int size = columns(j, m);
        int below = first + size;
        MatrixWorkers.forEach((m - below + ROWS - 1) / ROWS, chunk -> {
            int from = below + chunk * ROWS;
            openblas.cblas_dtrsm(
                    COLUMNS,
                    RIGHT,
                    LOWER,
                    PLAIN,
                    NON_UNIT,
                    Math.min(ROWS, m - from),
                    size,
                    -1,
                    entry(first, first),
                    ld(j),
                    entry(from, first),
                    ld(j));
        });
        openblas.LAPACKE_dtrtri(openblas.LAPACK_COL_MAJOR, (byte) 'L', (byte) 'N', size, entry(first, first), ld(j));
        strips(first, size, (column, count) -> {
            for (int k = panels(m) - 1; k > j; k--) {
                int row = k * width;
                int rows = columns(k, m);
                int under = row + rows;
                if (under < m) {
                    gemm(PLAIN, PLAIN, under, row, row, column, under, column, m - under, count, rows, 1);
                }
                trmm(PLAIN, row, rows, column, count);
            }
        });
    }

    private void multiply(int j, int m) {
        int first = j * width;
        int size = columns(j, m);
        int below = first + size;
        openblas.LAPACKE_dlauum(openblas.LAPACK_COL_MAJOR, (byte) 'L', size, entry(first, first), ld(j));
        if (below == m) {
            return;
        }
        strips(
                first,
                size,
                (column, count) -> gemm(
                        TRANSPOSED,
                        PLAIN,
                        below,
                        column,
                        below,
                        column,
                        column,
                        column,
                        first + size - column,
                        count,
                        m - below,
                        1));
        strips(first, size, (column, count) -> {
            for (int k = j + 1; k < panels(m); k++) {
                int row = k * width;
                int rows = columns(k, m);
                int under = row + rows;
                trmm(TRANSPOSED, row, rows, column, count);
                if (under < m) {
                    gemm(TRANSPOSED, PLAIN, under, row, under, column, row, column, rows, count, m - under, 1);
                }
            }
        });
    }

    /** Rows of some columns times op(the diagonal block of these rows). */
    private void trmm(int op, int row, int rows, int column, int count) {
        openblas.cblas_dtrmm(
                COLUMNS,
                LEFT,
                LOWER,
                op,
                NON_UNIT,
                rows,
                count,
                1,
                entry(row, row),
                ld(row / width),
                entry(row, column),
                ld(column / width));
    }

    private interface Strip {
        void work(int column, int count);
    }

    private void strips(int first, int size, Strip strip) {
        MatrixWorkers.forEach(STRIPS, s -> {
            int from = size * s / STRIPS;
            int to = size * (s + 1) / STRIPS;
            if (from < to) {
                strip.work(first + from, to - from);
            }
        });
    }

    @Override
    public void solveLower(double[] x) {
        try (DoublePointer v = new DoublePointer(Math.max(1, n))) {
            v.put(x, 0, n);
            for (int j = 0; j < panels(n); j++) {
                int first = j * width;
                int below = first + columns(j, n);
                trsv(PLAIN, first, below, v);
                gemv(PLAIN, first, below, v, first, below);
            }
            v.position(0).get(x, 0, n);
        }
    }

    @Override
    public void solveLowerTransposed(double[] x) {
        try (DoublePointer v = new DoublePointer(Math.max(1, n))) {
            v.put(x, 0, n);
            for (int j = panels(n) - 1; j >= 0; j--) {
                int first = j * width;
                int below = first + columns(j, n);
                gemv(TRANSPOSED, first, below, v, below, first);
                trsv(TRANSPOSED, first, below, v);
            }
            v.position(0).get(x, 0, n);
        }
    }

    private void trsv(int op, int first, int below, DoublePointer v) {
        openblas.cblas_dtrsv(
                COLUMNS,
                LOWER,
                op,
                NON_UNIT,
                below - first,
                entry(first, first),
                ld(first / width),
                v.getPointer(first),
                1);
    }

    private void gemv(int op, int first, int below, DoublePointer v, int from, int to) {
        if (below < n) {
            openblas.cblas_dgemv(
                    COLUMNS,
                    op,
                    n - below,
                    below - first,
                    -1,
                    entry(below, first),
                    ld(first / width),
                    v.getPointer(from),
                    1,
                    1,
                    v.getPointer(to),
                    1);
        }
    }
}
