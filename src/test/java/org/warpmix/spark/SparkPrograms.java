package org.warpmix.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.warpmix.fit.Condenser;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.BootstrapResult;
import org.warpmix.inference.BootstrapType;
import org.warpmix.inference.Interval;
import org.warpmix.inference.IntervalType;
import org.warpmix.inference.ParameterSummary;
import org.warpmix.inference.Permutation;
import org.warpmix.model.CondensedRows;
import org.warpmix.table.TableReader;

/** What {@link org.warpmix.cli.CliSparkTest} submits: programs that call the library. What is not as it should be ends with a failure. */
public final class SparkPrograms {

    private static final String SLOPES = "Reaction ~ Days + (Days | Subject)";

    private SparkPrograms() {}

    /**
     * Runs them.
     *
     * @param args sleepstudy.csv, then its parts, then a file to say so in when all is well
     */
    public static void main(String[] args) throws IOException {
        String data = args[0];
        try (JavaSparkContext context = new JavaSparkContext(new SparkConf().setAppName("programs"))) {
            replicates(context, data);
            condensed(
                    context,
                    Arrays.stream(args, 1, args.length - 1).map(Path::of).toList());
            refusals(context, data, args[1]);
        }
        Files.writeString(Path.of(args[args.length - 1]), "all is well");
    }

    private static Bootstrap bootstrap(String data) {
        return Bootstrap.of(LinearMixedModel.of(SLOPES)
                        .fit(TableReader.withDefaults().read(data)))
                .withType(BootstrapType.WILD)
                .withReplicates(3000);
    }

    private static Permutation permutation(String data) {
        return Permutation.of(
                        LinearMixedModel.of(SLOPES)
                                .fit(TableReader.withDefaults().read(data)),
                        "Days")
                .withReplicates(500);
    }

    private static void replicates(JavaSparkContext context, String data) {
        BootstrapResult local = bootstrap(data).run();
        BootstrapResult remote = SparkReplicates.run(context, () -> bootstrap(data));
        for (ParameterSummary parameter : local.parameters()) {
            Interval there = remote.interval(parameter.name(), IntervalType.PERCENTILE, 0.95);
            check(there.equals(local.interval(parameter.name(), IntervalType.PERCENTILE, 0.95)), there.toString());
        }
        double p = permutation(data).run().p();
        check(p == SparkReplicates.run(context, () -> permutation(data)).p(), "p");
    }

    private static void condensed(JavaSparkContext context, List<Path> parts) {
        LinearMixedModel model = LinearMixedModel.of(SLOPES);
        CondensedRows local = model.condensedRows();
        parts.forEach(part -> local.merge(Condenser.of(model).read(List.of(part))));
        CondensedRows remote = SparkCondenser.read(context, () -> LinearMixedModel.of(SLOPES), parts);
        check(remote.read() == 180, remote.read() + " rows");
        double[] theta = model.fit(local).theta();
        check(Arrays.equals(theta, model.fit(remote).theta()), "theta of condensed rows");
    }

    private static void refusals(JavaSparkContext context, String data, String part) {
        String driver = ProcessHandle.current().pid() + "";
        refused(
                "data",
                () -> SparkReplicates.run(
                        context, () -> bootstrap((ProcessHandle.current().pid() + "").equals(driver) ? data : part)));
        refused(
                "No file 'nowhere.csv'",
                () -> SparkCondenser.read(context, () -> LinearMixedModel.of(SLOPES), List.of(Path.of("nowhere.csv"))));
    }

    private static void refused(String word, Runnable wrong) {
        try {
            wrong.run();
        } catch (IllegalArgumentException e) {
            check(e.getMessage().contains(word), e.getMessage());
            return;
        }
        throw new AssertionError("no refusal of another " + word);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new UncheckedIOException(new IOException(message));
        }
    }
}
