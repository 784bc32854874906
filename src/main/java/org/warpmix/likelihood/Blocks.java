package org.warpmix.likelihood;

/** Products of small square blocks, column-major. */
final class Blocks {

    private Blocks() {}

    /**
     * {@code Λ'GΛ}, q×q.
     *
     * @param g q×q at {@code at}; not modified
     * @param out overwritten from its start; a further q×q of it are work space
     */
    static void quadratic(double[] g, int at, double[] lambda, int q, double[] out) {
        int work = q * q;
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = j; r < q; r++) {
                    sum += g[at + i + r * q] * lambda[r + j * q];
                }
                out[work + i + j * q] = sum; // GΛ
            }
        }
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = i; r < q; r++) {
                    sum += lambda[r + i * q] * out[work + r + j * q];
                }
                out[i + j * q] = sum;
            }
        }
    }

    /** {@code z'ΛΛ'z}: the variance of a row whose level is not seen. */
    static double unseen(double[] lambda, double[] z, int q) {
        double variance = 0;
        for (int j = 0; j < q; j++) {
            double sum = 0;
            for (int i = j; i < q; i++) {
                sum += lambda[i + j * q] * z[i];
            }
            variance += sum * sum;
        }
        return variance;
    }

    /** {@code A B A} for symmetric A and B, q×q at {@code at}, into {@code out} there. */
    static void sandwich(double[] a, double[] b, int at, int q, double[] out) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = 0; r < q; r++) {
                    double product = 0;
                    for (int s = 0; s < q; s++) {
                        product += b[at + r + s * q] * a[at + s + j * q];
                    }
                    sum += a[at + i + r * q] * product;
                }
                out[at + i + j * q] = sum;
            }
        }
    }

    /**
     * {@code P + (I − PK) B}, q×q.
     *
     * @param p P at {@code at}, as K; symmetric; not modified
     * @param b B at its start, symmetric; overwritten by the result; a further q×q of it are work space
     */
    static void residual(double[] p, double[] k, int at, double[] b, int q) {
        int work = q * q;
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = 0; r < q; r++) {
                    sum += k[at + i + r * q] * b[r + j * q];
                }
                b[work + i + j * q] = sum; // KB
            }
        }
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = p[at + i + j * q] + b[i + j * q];
                for (int r = 0; r < q; r++) {
                    sum -= p[at + i + r * q] * b[work + r + j * q];
                }
                b[i + j * q] = sum;
            }
        }
    }
}
