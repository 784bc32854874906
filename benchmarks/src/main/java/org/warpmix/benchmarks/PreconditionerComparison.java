package org.warpmix.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.PairProducts;
import org.warpmix.formula.Formula;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.model.Design;
import org.warpmix.model.DesignOptions;
import org.warpmix.random.Variates;
import org.warpmix.table.Table;

/**
 * Preconditioners of A = I + Λ'Z'ZΛ for two crossed factors with intercepts, by the steps of conjugate gradients to 1e-8 and by the
 * standard deviation, from probe to probe, of the log determinant's estimate: none; the diagonal; SSOR, which for two factors is
 * the Schur complement S scaled by A₂₂; and S scaled by its own diagonal, which is the incomplete Cholesky factor without fill and
 * what the iterative solver takes, without and with its control variate.
 */
public final class PreconditionerComparison {

    private static final int PROBES = 30;
    private static final double TOLERANCE = 1e-8;

    private final int n1;
    private final int n2;
    private final PairProducts pair;
    private final double[] d1;
    private final double[] d2;
    private final double scale;
    private final double[] schurDiagonal;

    private PreconditionerComparison(Crossproducts statistics, double theta1, double theta2) {
        n1 = statistics.factors().get(0).levels();
        n2 = statistics.factors().get(1).levels();
        pair = statistics.pairs().get(0);
        d1 = diagonal(statistics.factors().get(0).g(), theta1);
        d2 = diagonal(statistics.factors().get(1).g(), theta2);
        scale = theta1 * theta2;
        schurDiagonal = d2.clone();
        for (int l = 0; l < n1; l++) {
            for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                double entry = scale * pair.products()[e];
                schurDiagonal[pair.partner()[e]] -= entry * entry / d1[l];
            }
        }
    }

    private static double[] diagonal(double[] g, double theta) {
        return Arrays.stream(g).map(value -> 1 + theta * theta * value).toArray();
    }

    public static void main(String[] arguments) {
        System.out.printf(
                "%-10s %16s %7s  %-14s %-14s %-14s %-14s %s%n",
                "pattern", "levels", "theta", "none", "diagonal", "SSOR", "diagonal of S", "control variate: sd");
        for (String pattern : List.of("uniform", "power law", "chain")) {
            Crossproducts statistics = Crossproducts.of(
                    Design.of(Formula.parse("y ~ 1 + (1 | a) + (1 | b)"), draw(pattern), DesignOptions.defaults())
                            .data());
            for (double theta : new double[] {0.3, 1, 3}) {
                new PreconditionerComparison(statistics, theta, theta).compare(pattern, theta);
            }
        }
    }

    private static Table draw(String pattern) {
        int rows = 40_000;
        int first = 4000;
        int second = 1000;
        Variates variates = new Variates(1);
        int[] a = new int[rows];
        int[] b = new int[rows];
        double[] y = new double[rows];
        double power = pattern.equals("power law") ? 2.5 : 1;
        for (int i = 0; i < rows; i++) {
            a[i] = (int) (first * Math.pow(variates.uniform(), power));
            b[i] = pattern.equals("chain")
                    ? (a[i] * second / first + variates.below(3)) % second
                    : (int) (second * Math.pow(variates.uniform(), power));
            y[i] = variates.normal();
        }
        return Table.builder()
                .factor("a", Arrays.stream(a).mapToObj(Integer::toString).toArray(String[]::new))
                .factor("b", Arrays.stream(b).mapToObj(Integer::toString).toArray(String[]::new))
                .numeric("y", y)
                .build();
    }

    private void compare(String pattern, double theta) {
        double[] both = Arrays.copyOf(d1, n1 + n2);
        System.arraycopy(d2, 0, both, n1, n2);
        double[] ones = new double[n1 + n2];
        Arrays.fill(ones, 1);
        Run ours = run(n2, scaled(this::schur, schurDiagonal));
        System.out.printf(
                Locale.ROOT,
                "%-10s %16s %7.1f  %-14s %-14s %-14s %-14s %.2f%n",
                pattern,
                n1 + " x " + n2,
                theta,
                run(n1 + n2, scaled(this::whole, ones)),
                run(n1 + n2, scaled(this::whole, both)),
                run(n2, scaled(this::schur, d2)),
                ours,
                ours.controlled());
    }

    private static UnaryOperator<double[]> scaled(UnaryOperator<double[]> matrix, double[] diagonal) {
        return x -> {
            double[] y = x.clone();
            for (int i = 0; i < y.length; i++) {
                y[i] /= Math.sqrt(diagonal[i]);
            }
            y = matrix.apply(y);
            for (int i = 0; i < y.length; i++) {
                y[i] /= Math.sqrt(diagonal[i]);
            }
            return y;
        };
    }

    /** A x. */
    private double[] whole(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * (i < n1 ? d1[i] : d2[i - n1]);
        }
        for (int l = 0; l < n1; l++) {
            for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                int other = n1 + pair.partner()[e];
                y[l] += scale * pair.products()[e] * x[other];
                y[other] += scale * pair.products()[e] * x[l];
            }
        }
        return y;
    }

    /** S x. */
    private double[] schur(double[] x) {
        double[] y = new double[n2];
        for (int j = 0; j < n2; j++) {
            y[j] = d2[j] * x[j];
        }
        for (int l = 0; l < n1; l++) {
            double sum = 0;
            for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                sum += scale * pair.products()[e] * x[pair.partner()[e]];
            }
            for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                y[pair.partner()[e]] -= scale * pair.products()[e] * sum / d1[l];
            }
        }
        return y;
    }

    /** Most steps of a probe; standard deviations of the quadratic form of the logarithm, without and with the control variate. */
    private record Run(int steps, double deviation, double controlled) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%d, sd %.2f", steps, deviation);
        }
    }

    private static Run run(int size, UnaryOperator<double[]> matrix) {
        Variates variates = new Variates(2);
        double[] logs = new double[PROBES];
        double[] shifts = new double[PROBES];
        int most = 0;
        for (int probe = 0; probe < PROBES; probe++) {
            double[] z = new double[size];
            for (int i = 0; i < size; i++) {
                z[i] = variates.sign();
            }
            List<double[]> scalars = conjugateGradients(matrix, z);
            most = Math.max(most, scalars.size());
            logs[probe] = logarithm(scalars, size);
            shifts[probe] = size / scalars.get(0)[0];
        }
        double slope = covariance(logs, shifts) / covariance(shifts, shifts);
        double left = covariance(logs, logs) - slope * covariance(logs, shifts);
        return new Run(most, Math.sqrt(covariance(logs, logs)), Math.sqrt(Math.max(left, 0)));
    }

    private static double covariance(double[] a, double[] b) {
        double meanA = Arrays.stream(a).average().orElse(0);
        double meanB = Arrays.stream(b).average().orElse(0);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - meanA) * (b[i] - meanB);
        }
        return sum / (a.length - 1);
    }

    /** α and β of each step. */
    private static List<double[]> conjugateGradients(UnaryOperator<double[]> matrix, double[] z) {
        double[] r = z.clone();
        double[] p = z.clone();
        double start = dot(z, z);
        double square = start;
        List<double[]> scalars = new ArrayList<>();
        while (square > TOLERANCE * TOLERANCE * start && scalars.size() < 1000) {
            double[] image = matrix.apply(p);
            double alpha = square / dot(p, image);
            for (int i = 0; i < r.length; i++) {
                r[i] -= alpha * image[i];
            }
            double beta = dot(r, r) / square;
            square *= beta;
            for (int i = 0; i < r.length; i++) {
                p[i] = r[i] + beta * p[i];
            }
            scalars.add(new double[] {alpha, beta});
        }
        return scalars;
    }

    private static double logarithm(List<double[]> scalars, double square) {
        int k = scalars.size();
        double[] matrix = new double[k * k];
        for (int i = 0; i < k; i++) {
            double alpha = scalars.get(i)[0];
            matrix[i * (k + 1)] = 1 / alpha + (i > 0 ? scalars.get(i - 1)[1] / scalars.get(i - 1)[0] : 0);
            if (i < k - 1) {
                double beside = Math.sqrt(scalars.get(i)[1]) / alpha;
                matrix[i + 1 + i * k] = beside;
                matrix[i + (i + 1) * k] = beside;
            }
        }
        SymmetricEigen spectrum = SymmetricEigen.of(matrix, k);
        double sum = 0;
        for (int a = 0; a < k; a++) {
            double first = spectrum.vectors()[a * k];
            sum += square * first * first * Math.log(spectrum.values()[a]);
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
