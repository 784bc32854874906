package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;
import static org.warpmix.cli.JsonValues.at;
import static org.warpmix.cli.JsonValues.number;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.inference.BootstrapType;
import org.warpmix.report.Words;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** {@code warpmix bootstrap}: what it prints, writes and repeats. */
class CliBootstrapTest {

    @TempDir
    Path folder;

    @Test
    void printsBiasSpreadAndIntervals() {
        Cli.Result result = bootstrap("--replicates", "400", "--seed", "7", "--interval", "basic,normal");
        assertEquals(0, result.code(), result.err());
        assertEquals("", result.err());
        List<String> lines = result.out().lines().toList();
        assertEquals("Parametric bootstrap of a linear mixed model fit by REML", lines.get(0));
        assertTrue(lines.get(4).matches(" +Estimate +Bias +MC.err +Std.Dev. +MC.err"), lines.get(4));
        assertTrue(result.out().contains("\nIntervals, basic:\n"), result.out());
        assertTrue(result.out().contains("\nIntervals, normal:\n"), result.out());
        assertTrue(result.out().matches("(?s).*\n400 replicates: all converged; \\d+ (is|are) singular.\n.*"));
        assertTrue(result.out().contains("\nSeed 7; --replicate NUMBER "), result.out());
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80), result.out());
    }

    @Test
    void jsonHasWhatTheTextRounds() throws IOException {
        Object json = bootstrap("--replicates", "500", "--level", "0.9", "--interval", "percentile,bca", "--json", "-")
                .json();
        assertEquals("parametric", at(json, "type"));
        assertEquals(500, number(json, "replicates"));
        assertEquals(500, number(json, "done"));
        assertEquals(500, number(json, "converged") + number(json, "notConverged") + number(json, "failed"));
        assertEquals(0.9, number(json, "level"));
        Object days = parameter(json, "beta.Days");
        assertEquals(10.467285959596, number(days, "estimate"), 1e-9);
        assertEquals(number(days, "mean") - number(days, "estimate"), number(days, "bias"), 1e-12);
        assertEquals(1.546, number(days, "sd"), 5 * number(days, "sdError"));
        assertEquals(number(days, "sd") / Math.sqrt(500), number(days, "biasError"), 1e-12);
        double half = 1.645 * 1.546;
        assertEquals(10.467 - half, number(days, "percentile", "lower"), 5 * number(days, "percentile", "lowerError"));
        assertEquals(10.467 + half, number(days, "percentile", "upper"), 5 * number(days, "percentile", "upperError"));
        assertTrue(number(days, "bca", "lower") < number(days, "bca", "upper"));
        assertEquals(1, number(parameter(json, "theta.1"), "estimate"), 0.1);
    }

    @Test
    void saysWhatATypeDoesNotTell() throws IOException {
        Cli.Result text = bootstrap("--replicates", "50", "--type", "wild");
        assertTrue(text.out().contains("\nSigns alone are drawn,"), text.out());
        Object json = bootstrap("--replicates", "50", "--type", "cases-of-rows", "--json", "-")
                .json();
        assertTrue(at(json, "warnings").toString().contains("Groups stay as they are"));
        assertEquals(
                "[]",
                at(bootstrap("--replicates", "50", "--json", "-").json(), "warnings")
                        .toString());
    }

    @Test
    void studentisedIntervalsAreForFixedEffects() throws IOException {
        Object json = bootstrap("--replicates", "300", "--interval", "studentized", "--json", "-")
                .json();
        assertTrue(number(parameter(json, "beta.Days"), "studentised", "lower") < 10);
        assertEquals(null, at(parameter(json, "sigma"), "studentised"));
    }

    @Test
    void threadsAndBackendsAgree() throws IOException {
        String one = bootstrap("--replicates", "300", "--threads", "1", "--json", "-")
                .out();
        assertEquals(
                one,
                bootstrap("--replicates", "300", "--threads", "3", "--json", "-")
                        .out());
        System.clearProperty("org.warpmix.threads");
        Object reference = bootstrap("--replicates", "300", "--backend", "reference", "--json", "-")
                .json();
        assertEquals("reference", at(reference, "backend"));
        Object cpu = JsonValues.parse(one);
        for (String name : List.of("beta.Days", "sigma", "sd.Subject.Days")) {
            assertEquals(number(parameter(reference, name), "sd"), number(parameter(cpu, name), "sd"), 1e-5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".csv", ".parquet"})
    void writesARowPerReplicateThatReplicateRepeats(String ending) throws IOException {
        String file = folder.resolve("boot" + ending).toString();
        Cli.Result result = bootstrap("--replicates", "60", "--seed", "5", "--out", file, "--quiet");
        assertEquals("", result.out() + result.err());
        Table rows = TableReader.withDefaults().read(file);
        assertEquals(
                List.of(
                        "replicate",
                        "converged",
                        "singular",
                        "criterion",
                        "sigma",
                        "theta.1",
                        "theta.2",
                        "theta.3",
                        "beta.(Intercept)",
                        "beta.Days"),
                rows.names());
        assertEquals(60, rows.rows());
        Object one =
                bootstrap("--seed", "5", "--replicate", "43", "--json", "-").json();
        assertEquals(43, number(one, "replicate"));
        assertEquals("converged", at(one, "status"));
        assertEquals(43, value(rows, "replicate", 42));
        assertEquals(value(rows, "criterion", 42), number(one, "criterion"));
        for (String name : List.of("sigma", "theta.2", "beta.Days")) {
            assertEquals(value(rows, name, 42), number(one, "parameters", name), name);
        }
        String text = bootstrap("--seed", "5", "--replicate", "43").out();
        assertTrue(text.contains("\nReplicate 43 of the parametric bootstrap with seed 5\n"), text);
        assertTrue(text.matches("(?s).*\nConverged after \\d+ evaluations; largest gradient \\S+\\.\n"), text);
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeIsToBeHad(BootstrapType type) throws IOException {
        Cli.Result result = bootstrap("--replicates", "50", "--type", Words.of(type), "--json", "-");
        assertEquals(0, result.code(), result.err());
        assertEquals(Words.of(type), at(result.json(), "type"));
        assertEquals(50, number(result.json(), "converged"));
    }

    @Test
    void overwriteReplaces() throws IOException {
        String file = Cli.file(folder, "old.csv", "kept");
        assertEquals(2, bootstrap("--replicates", "2", "--out", file).code());
        assertEquals("kept\n", Files.readString(Path.of(file)));
        assertEquals(
                0, bootstrap("--replicates", "2", "--out", file, "--overwrite").code());
        assertFalse(Files.readString(Path.of(file)).contains("kept"));
    }

    @Test
    void fitIsWarnedOf() throws IOException {
        String file = Cli.file(folder, "d.csv", "y,x,g", "1,1,a", "2,2,a", "2,3,b", "1,4,b", "1,5,c", "2,6,c");
        Cli.Result result = Cli.run("bootstrap", file, "y ~ x + (1 | g)", "--replicates", "50");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("Note: Term (1 | g): the variance is estimated as zero"), result.out());
    }

    static Cli.Result bootstrap(String... options) {
        List<String> arguments = new ArrayList<>(List.of("bootstrap", SLEEP, SLOPES));
        arguments.addAll(List.of(options));
        return Cli.run(arguments.toArray(new String[0]));
    }

    static Object parameter(Object json, String name) {
        for (Object parameter : (List<?>) at(json, "parameters")) {
            if (at(parameter, "name").equals(name)) {
                return parameter;
            }
        }
        throw new AssertionError("no parameter " + name);
    }

    static double[] values(Table table, String column) {
        return ((NumericColumn) table.column(column)).values();
    }

    private static double value(Table table, String column, int row) {
        return values(table, column)[row];
    }
}
