package org.warpmix.benchmarks;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.effects.ContrastTest;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.inference.effects.FixedEffectsInference;
import org.warpmix.many.ColumnEstimates;
import org.warpmix.many.ManyResponses;
import org.warpmix.many.ManyResult;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;
import org.warpmix.table.WideColumns;

/**
 * Times many responses of a random-slopes model: {@code ManyTiming COLUMNS ROWS GROUPS THREADS CHECKED [RUNS]}. The columns, from a
 * seed, come from a NumPy file of 32 bit floats; variances, effects and location differ between them, some variances are zero. So
 * many columns are fitted alone, too, and the largest differences shown.
 */
public final class ManyTiming {

    private ManyTiming() {}

    public static void main(String[] arguments) throws IOException {
        int columns = Integer.parseInt(arguments[0]);
        int rows = Integer.parseInt(arguments[1]);
        int groups = Integer.parseInt(arguments[2]);
        int threads = Integer.parseInt(arguments[3]);
        int checked = Integer.parseInt(arguments[4]);
        int runs = arguments.length > 5 ? Integer.parseInt(arguments[5]) : 2;
        Random random = new Random(1);
        double[] x = random.doubles(rows).toArray();
        int[] codes = new int[rows];
        String[] levels = new String[groups];
        for (int i = 0; i < rows; i++) {
            codes[i] = i % groups;
        }
        for (int j = 0; j < groups; j++) {
            levels[j] = "g" + (10_000 + j);
        }
        Table table = Table.builder().numeric("x", x).factor("g", codes, levels).build();
        Path file = Files.createTempFile("many", ".npy");
        write(file, columns, x, codes, groups, random);
        LinearMixedModel model = ManyResponses.model("~ x + (x | g)");
        for (int run = 0; run < runs; run++) {
            long start = System.nanoTime();
            try (WideColumns responses = WideColumns.ofMatrix(file)) {
                ManyResult result = ManyResponses.of(model, table, responses)
                        .withThreads(threads)
                        .run();
                double seconds = (System.nanoTime() - start) * 1e-9;
                System.out.printf(
                        "%d columns x %d rows, %d groups, %d threads: %.2f s; %d converged, %d not, %d failed, %d singular%n",
                        columns,
                        rows,
                        groups,
                        threads,
                        seconds,
                        result.converged(),
                        result.notConverged(),
                        result.failed(),
                        result.singular());
                if (run == runs - 1 && checked > 0) {
                    check(result, table, responses, columns / checked);
                }
            }
        }
        Files.delete(file);
    }

    private static void write(Path file, int columns, double[] x, int[] codes, int groups, Random random)
            throws IOException {
        String header = "{'descr': '>f4', 'fortran_order': True, 'shape': (" + x.length + ", " + columns + "), }\n";
        try (OutputStream out = Files.newOutputStream(file);
                DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out, 1 << 20))) {
            data.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
            data.write(header.getBytes(StandardCharsets.US_ASCII));
            double[] intercept = new double[groups];
            double[] slope = new double[groups];
            for (int c = 0; c < columns; c++) {
                double location = c % 100 == 7 ? 1e4 : 10 * random.nextGaussian();
                double effect = 0.5 * random.nextGaussian();
                double sd = c % 10 == 3 ? 0 : random.nextDouble();
                double slopeSd = c % 5 == 2 ? 0 : random.nextDouble();
                for (int j = 0; j < groups; j++) {
                    intercept[j] = sd * random.nextGaussian();
                    slope[j] = slopeSd * random.nextGaussian();
                }
                for (int i = 0; i < x.length; i++) {
                    double mean = location + intercept[codes[i]] + (effect + slope[codes[i]]) * x[i];
                    data.writeFloat((float) (mean + random.nextGaussian()));
                }
            }
        }
    }

    private static void check(ManyResult result, Table table, WideColumns responses, int every) {
        double[] worst = new double[6];
        int[] fitted = {0};
        LinearMixedModel alone = LinearMixedModel.of("y ~ x + (x | g)");
        result.forEach(unit -> {
            for (int c = 0; c < unit.count(); c++) {
                if ((unit.first() + c) % every == 0) {
                    double[][] column = new double[1][table.rows()];
                    responses.read(unit.first() + c, column);
                    Table one = Table.builder()
                            .column("y", new NumericColumn(column[0]))
                            .column("x", table.column("x"))
                            .column("g", table.column("g"))
                            .build();
                    compare(alone.fit(one), unit, c, worst);
                    fitted[0]++;
                }
            }
        });
        System.out.printf(
                "%d columns fitted alone; largest differences: estimate %.1e se, se %.1e, sigma %.1e, df %.1e (relative),"
                        + " theta %.1e, criterion %.1e%n",
                fitted[0], worst[0], worst[1], worst[2], worst[3], worst[4], worst[5]);
    }

    private static void compare(Fit fit, ColumnEstimates unit, int c, double[] worst) {
        FixedEffectsInference inference = FixedEffectsInference.of(fit, DegreesOfFreedom.SATTERTHWAITE);
        for (int j = 0; j < inference.size(); j++) {
            ContrastTest test = inference.coefficient(j);
            double error = test.standardError();
            note(worst, 0, (unit.beta()[j][c] - test.estimate()) / error);
            note(worst, 1, unit.standardErrors()[j][c] / error - 1);
            note(worst, 3, unit.degrees()[j][c] / test.degrees() - 1);
        }
        note(worst, 2, unit.sigma()[c] / fit.sigma() - 1);
        for (int e = 0; e < fit.theta().length; e++) {
            note(worst, 4, unit.theta()[e][c] - fit.theta()[e]);
        }
        note(worst, 5, unit.criterion()[c] - fit.criterion());
    }

    private static void note(double[] worst, int of, double difference) {
        worst[of] = Math.max(worst[of], Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.abs(difference));
    }
}
