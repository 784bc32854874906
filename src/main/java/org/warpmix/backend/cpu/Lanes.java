package org.warpmix.backend.cpu;

/**
 * Arithmetic on lanes: each operand an array of its own, all read at the same index, which is the form that the JIT compiler
 * turns into vector instructions.
 */
final class Lanes {

    private Lanes() {}

    /** count×L zeros. */
    static double[][] of(int count, int lanes) {
        double[][] all = new double[count][];
        for (int e = 0; e < count; e++) {
            all[e] = new double[lanes];
        }
        return all;
    }

    /** {@code t = value}. */
    static void fill(double[] t, double value) {
        for (int l = 0; l < t.length; l++) {
            t[l] = value;
        }
    }

    /** {@code t = a}. */
    static void copy(double[] t, double[] a) {
        System.arraycopy(a, 0, t, 0, t.length);
    }

    /** {@code t = f a}. */
    static void scale(double[] t, double f, double[] a) {
        for (int l = 0; l < t.length; l++) {
            t[l] = f * a[l];
        }
    }

    /** {@code t += f a}. */
    static void addScaled(double[] t, double f, double[] a) {
        for (int l = 0; l < t.length; l++) {
            t[l] += f * a[l];
        }
    }

    /** {@code t = a b}. */
    static void multiply(double[] t, double[] a, double[] b) {
        for (int l = 0; l < t.length; l++) {
            t[l] = a[l] * b[l];
        }
    }

    /** {@code t += a b}. */
    static void add(double[] t, double[] a, double[] b) {
        for (int l = 0; l < t.length; l++) {
            t[l] += a[l] * b[l];
        }
    }

    /** {@code t −= a b}. */
    static void subtract(double[] t, double[] a, double[] b) {
        for (int l = 0; l < t.length; l++) {
            t[l] -= a[l] * b[l];
        }
    }

    /** {@code t −= a b + c d + e f}. */
    static void subtract(double[] t, double[] a, double[] b, double[] c, double[] d, double[] e, double[] f) {
        for (int l = 0; l < t.length; l++) {
            t[l] -= a[l] * b[l] + c[l] * d[l] + e[l] * f[l];
        }
    }

    /** {@code t += f si sj − r (pi sj + si pj)}. */
    static void rankTwo(double[] t, double[] f, double[] r, double[] si, double[] sj, double[] pi, double[] pj) {
        for (int l = 0; l < t.length; l++) {
            t[l] += f[l] * si[l] * sj[l] - r[l] * (pi[l] * sj[l] + si[l] * pj[l]);
        }
    }

    /** {@code t = x + a d}. */
    static void step(double[] t, double[] x, double[] a, double[] d) {
        for (int l = 0; l < t.length; l++) {
            t[l] = x[l] + a[l] * d[l];
        }
    }

    /** {@code t = a / b}. */
    static void divide(double[] t, double[] a, double[] b) {
        for (int l = 0; l < t.length; l++) {
            t[l] = a[l] / b[l];
        }
    }

    /** {@code t += f log a}. */
    static void addLog(double[] t, double f, double[] a) {
        for (int l = 0; l < t.length; l++) {
            t[l] += f * Math.log(a[l]);
        }
    }

    /** {@code t += f s log a}. */
    static void addLog(double[] t, double f, double[] s, double[] a) {
        for (int l = 0; l < t.length; l++) {
            t[l] += f * s[l] * Math.log(a[l]);
        }
    }

    /** {@code root = √t, inverse = 1/√t}; a negative t gives NaN. */
    static void root(double[] t, double[] root, double[] inverse) {
        for (int l = 0; l < t.length; l++) {
            root[l] = Math.sqrt(t[l]);
        }
        for (int l = 0; l < t.length; l++) {
            inverse[l] = 1 / root[l];
        }
    }
}
