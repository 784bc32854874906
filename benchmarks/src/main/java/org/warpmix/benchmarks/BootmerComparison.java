package org.warpmix.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.BootstrapResult;
import org.warpmix.inference.Interval;
import org.warpmix.inference.IntervalType;
import org.warpmix.likelihood.Method;
import org.warpmix.table.TableReader;

/**
 * Our side of {@code peers/bootmer.sh}: {@code BootmerComparison FILE FORMULA ML|REML THEIRS OURS}, with the output of
 * {@code bootmer.R} on standard input. Prints both, and their differences in Monte Carlo standard errors: ours are known, and
 * theirs is ours times {@code √(OURS/THEIRS)}.
 */
public final class BootmerComparison {

    private BootmerComparison() {}

    public static void main(String[] arguments) throws IOException {
        long theirs = Long.parseLong(arguments[3]);
        Bootstrap bootstrap = Bootstrap.of(LinearMixedModel.of(arguments[1])
                        .withMethod(Method.valueOf(arguments[2]))
                        .fit(TableReader.withDefaults().read(Path.of(arguments[0]))))
                .withReplicates(Long.parseLong(arguments[4]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println(in.readLine());
        long start = System.nanoTime();
        BootstrapResult result = bootstrap.run();
        System.out.printf(
                "warpmix: %,d refits in %.2f s in a fresh JVM; %,d converged%n",
                result.replicates(), (System.nanoTime() - start) / 1e9, result.converged());
        System.out.printf(
                "%-34s %26s %28s %28s%n",
                "", "SD: lme4, warpmix, z", "2.5 %: lme4, warpmix, z", "97.5 %: lme4, warpmix, z");
        double inflation = Math.sqrt(1 + (double) bootstrap.count() / theirs);
        double largest = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] cells = line.split("\t");
            Interval interval = result.interval(cells[0], IntervalType.PERCENTILE, 0.95);
            double[] ours = {result.parameter(cells[0]).standardDeviation(), interval.lower(), interval.upper()};
            double[] errors = {
                result.parameter(cells[0]).standardDeviationError(), interval.lowerError(), interval.upperError()
            };
            StringBuilder row = new StringBuilder(String.format("%-34s", cells[0]));
            for (int i = 0; i < 3; i++) {
                double difference = Double.parseDouble(cells[1 + i]) - ours[i];
                double z = difference == 0 ? 0 : difference / (errors[i] * inflation);
                // An end on the boundary, such as a correlation of 1, has no error: both are there within a fit's
                // accuracy.
                z = Math.abs(difference) < 1e-4 ? 0 : z;
                largest = Math.max(largest, Math.abs(z));
                row.append(String.format(" %10.4f %10.4f %6.2f", Double.parseDouble(cells[1 + i]), ours[i], z));
            }
            System.out.println(row);
        }
        System.out.printf("largest |z| %.2f%n", largest);
    }
}
