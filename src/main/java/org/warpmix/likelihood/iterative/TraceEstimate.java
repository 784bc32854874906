package org.warpmix.likelihood.iterative;

import java.util.Arrays;

/**
 * {@code tr log Ŝ} from quadratic forms of the {@link Probes}, and its derivative.
 *
 * <p>Ŝ has a unit diagonal, so {@code tr(Ŝ − I) = 0} is known, and {@code c_i = z_i'(Ŝ − I)z_i}, which costs nothing, serves as a
 * control variate of {@code l_i = z_i'log(Ŝ)z_i}: the estimate is {@code mean l − b (mean c − μ)}, μ the mean that c must have, b the
 * slope of l on c over the probes. What is left scatters as the part of the logarithm off the diagonal that is not linear in Ŝ.
 */
final class TraceEstimate {

    /** Variance of c, relative to the square of its size, under which it says nothing. */
    private static final double NOTHING = 1e-20;

    private final int fixed;
    private final int random;
    private final double[] logs;
    private final double[] shifts;
    /** Per factor q×q entries of the derivative for each vector. */
    private final double[][] logSlopes;

    private final double[][] shiftSlopes;
    private double meanLog;
    private double meanShift;
    private double excess;
    private double variance;
    private double slope;

    /** @param lambda per factor q×q, or {@code null} where no derivative is wanted */
    TraceEstimate(Probes probes, double[][] lambda) {
        fixed = probes.fixed();
        random = probes.count() - fixed;
        logs = new double[fixed + random];
        shifts = new double[fixed + random];
        logSlopes = slopes(lambda);
        shiftSlopes = slopes(lambda);
    }

    private double[][] slopes(double[][] lambda) {
        double[][] slopes = new double[lambda == null ? 0 : lambda.length][];
        for (int f = 0; f < slopes.length; f++) {
            slopes[f] = new double[lambda[f].length * (fixed + random)];
        }
        return slopes;
    }

    /** Takes a vector's forms. */
    void put(int number, LanczosQuadrature quadrature) {
        logs[number] = quadrature.logarithm();
        shifts[number] = quadrature.shift();
    }

    /** Takes the derivatives of the forms of some vectors, from a number on. */
    void putSlopes(int from, int count, double[][] ofLog, double[][] ofShift) {
        for (int f = 0; f < logSlopes.length; f++) {
            for (int e = 0; e * count < ofLog[f].length; e++) {
                System.arraycopy(ofLog[f], e * count, logSlopes[f], e * logs.length + from, count);
                System.arraycopy(ofShift[f], e * count, shiftSlopes[f], e * logs.length + from, count);
            }
        }
    }

    /** Reckons; NaN entries give a value of NaN. */
    double value() {
        meanLog = mean(logs, 0);
        meanShift = mean(shifts, 0);
        excess = meanShift + sum(shifts, 0);
        double covariance = 0;
        variance = 0;
        for (int c = fixed; c < logs.length; c++) {
            covariance += (logs[c] - meanLog) * (shifts[c] - meanShift);
            variance += (shifts[c] - meanShift) * (shifts[c] - meanShift);
        }
        boolean tells = variance > NOTHING * logs.length * logs.length;
        slope = tells ? covariance / variance : 1;
        variance = tells ? variance : Double.POSITIVE_INFINITY;
        return meanLog + sum(logs, 0) - slope * excess;
    }

    private double sum(double[] entries, int from) {
        double sum = 0;
        for (int c = 0; c < fixed; c++) {
            sum += entries[from + c];
        }
        return sum;
    }

    private double mean(double[] entries, int from) {
        double sum = 0;
        for (int c = fixed; c < logs.length; c++) {
            sum += entries[from + c];
        }
        return sum / random;
    }

    /** What the random vectors' forms leave unexplained, about zero: they scatter, and with them the estimate. */
    double[] scatter() {
        double[] scatter = new double[random];
        for (int c = 0; c < random; c++) {
            scatter[c] = logs[fixed + c] - meanLog - slope * (shifts[fixed + c] - meanShift);
        }
        return scatter;
    }

    /** Adds the derivative of the value. */
    void addDerivative(double[][] dLambda) {
        for (int f = 0; f < dLambda.length; f++) {
            for (int e = 0; e < dLambda[f].length; e++) {
                int at = e * logs.length;
                double dExcess = mean(shiftSlopes[f], at) + sum(shiftSlopes[f], at);
                dLambda[f][e] += mean(logSlopes[f], at)
                        + sum(logSlopes[f], at)
                        - slope * dExcess
                        - slopeDerivative(f, at) * excess;
            }
        }
    }

    private double slopeDerivative(int f, int at) {
        double sum = 0;
        for (int c = fixed; c < logs.length; c++) {
            double left = logs[c] - meanLog - slope * (shifts[c] - meanShift);
            sum += (logSlopes[f][at + c] - slope * shiftSlopes[f][at + c]) * (shifts[c] - meanShift)
                    + left * shiftSlopes[f][at + c];
        }
        return sum / variance;
    }

    /** The derivative of what a random vector adds to the scatter. */
    double[][] scatterSlope(int number) {
        double[][] slopes = new double[logSlopes.length][];
        int c = fixed + number;
        for (int f = 0; f < slopes.length; f++) {
            slopes[f] = new double[logSlopes[f].length / logs.length];
            for (int e = 0; e < slopes[f].length; e++) {
                int at = e * logs.length;
                slopes[f][e] = logSlopes[f][at + c]
                        - slope * shiftSlopes[f][at + c]
                        - slopeDerivative(f, at) * (shifts[c] - meanShift);
            }
        }
        return slopes;
    }

    /** Standard error of a mean of values that two parameters were fitted to. */
    static double standardError(double[] scatter) {
        double mean = Arrays.stream(scatter).sum() / scatter.length;
        double squares = 0;
        for (double value : scatter) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (scatter.length - 2) / scatter.length);
    }
}
