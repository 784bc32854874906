package org.warpmix.likelihood;

/** Products of small column-major blocks with lower triangular Λ. */
final class Blocks {

    private Blocks() {}

    /**
     * {@code Λ'GΛ}, q×q.
     *
     * @param g q×q at {@code at}; not modified
     * @param out overwritten from its start; a further q×q of it are work space
     */
    static void quadratic(double[] g, int at, double[] lambda, int q, double[] out) {
        product(g, at, lambda, q, lambda, q, out);
    }

    /**
     * {@code Λ₁'CΛ₂}, q1×q2.
     *
     * @param c q1×q2 at {@code at}; not modified
     * @param out overwritten from its start; a further q1·q2 of it are work space
     */
    static void product(double[] c, int at, double[] lambda1, int q1, double[] lambda2, int q2, double[] out) {
        if (q1 == 1 && q2 == 1) {
            out[0] = lambda1[0] * c[at] * lambda2[0];
            return;
        }
        int work = q1 * q2;
        timesLambda(c, at, q1, lambda2, q2, out, work);
        for (int j = 0; j < q2; j++) {
            for (int i = 0; i < q1; i++) {
                double sum = 0;
                for (int r = i; r < q1; r++) {
                    sum += lambda1[r + i * q1] * out[work + r + j * q1];
                }
                out[i + j * q1] = sum;
            }
        }
    }

    /** {@code C Λ}, rows×q, for rows×q C at {@code at} into {@code out} at {@code atOut}. */
    static void timesLambda(double[] c, int at, int rows, double[] lambda, int q, double[] out, int atOut) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < rows; i++) {
                double sum = 0;
                for (int r = j; r < q; r++) {
                    sum += c[at + i + r * rows] * lambda[r + j * q];
                }
                out[atOut + i + j * rows] = sum;
            }
        }
    }

    /** {@code C' Λ}, columns×q, for q×columns C at {@code at} into {@code out} at {@code atOut}. */
    static void transposedTimesLambda(
            double[] c, int at, int columns, double[] lambda, int q, double[] out, int atOut) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < columns; i++) {
                double sum = 0;
                for (int r = j; r < q; r++) {
                    sum += c[at + r + i * q] * lambda[r + j * q];
                }
                out[atOut + i + j * columns] = sum;
            }
        }
    }

    /** Adds {@code A B} for A rows×inner and B inner×rows to {@code out}, rows×rows. */
    static void addProduct(double[] a, double[] b, int rows, int inner, double[] out) {
        for (int j = 0; j < rows; j++) {
            for (int i = 0; i < rows; i++) {
                double sum = 0;
                for (int r = 0; r < inner; r++) {
                    sum += a[i + r * rows] * b[r + j * inner];
                }
                out[i + j * rows] += sum;
            }
        }
    }

    /** {@code C Λ'}, q×q, for q×q C. */
    static void timesTransposed(double[] c, double[] lambda, int q, double[] out) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = 0; r <= j; r++) {
                    sum += c[i + r * q] * lambda[j + r * q];
                }
                out[i + j * q] = sum;
            }
        }
    }
}
