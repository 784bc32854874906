package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;
import static org.warpmix.cli.JsonValues.at;
import static org.warpmix.cli.JsonValues.number;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** {@code warpmix simulate} and {@code warpmix power}. */
class CliStudyTest {

    private static final String STUDY = "examples/study.yaml";

    @TempDir
    Path folder;

    private static String[] simulate(String... more) {
        List<String> words = new ArrayList<>(List.of("simulate", STUDY, "--replicates", "200"));
        words.addAll(Arrays.asList(more));
        return words.toArray(String[]::new);
    }

    private static String[] power(String... more) {
        List<String> words = new ArrayList<>(List.of("power", SLEEP, SLOPES, "--term", "Days", "--replicates", "150"));
        words.addAll(Arrays.asList(more));
        return words.toArray(String[]::new);
    }

    @Test
    void textTableAndJsonTellTheSame() throws IOException {
        Path csv = folder.resolve("study.csv");
        Path parquet = folder.resolve("study.parquet");
        Cli.Result text = Cli.run(simulate("--out", csv.toString()));
        assertEquals(0, text.code(), text.err());
        assertTrue(text.out().startsWith("Simulation study: Few schools\nStudy:   examples/study.yaml\n"), text.out());
        assertTrue(text.out().contains("6 conditions, 200 replicates each; seed 1."), text.out());
        assertTrue(text.out().contains("beta.treat:\nschool  treat  Model"), text.out());
        Object json =
                Cli.run(simulate("--json", "-", "--out", parquet.toString())).json();
        assertEquals("12", at(json, "conditions", 3, "condition", "school"));
        double bias = number(json, "conditions", 3, "models", 1, "parameters", 0, "bias", "value");
        Table rows = TableReader.withDefaults().read(csv);
        Table same = TableReader.withDefaults().read(parquet);
        assertEquals(rows.names(), same.names());
        int found = 0;
        for (int i = 0; i < rows.rows(); i++) {
            assertEquals(label(rows, "measure", i), label(same, "measure", i));
            assertEquals(value(rows, "value", i), value(same, "value", i));
            if (value(rows, "condition", i) == 4
                    && "intercepts".equals(label(rows, "model", i))
                    && "beta.treat".equals(label(rows, "parameter", i))
                    && "bias".equals(label(rows, "measure", i))) {
                assertEquals(bias, value(rows, "value", i));
                assertEquals(12, value(rows, "school", i));
                found++;
            }
        }
        assertEquals(1, found);
    }

    private static String label(Table table, String name, int row) {
        FactorColumn column = (FactorColumn) table.column(name);
        return column.codes()[row] < 0 ? null : column.levels()[column.codes()[row]];
    }

    private static double value(Table table, String name, int row) {
        return ((NumericColumn) table.column(name)).values()[row];
    }

    @Test
    void shardsMergeToTheWhole() throws IOException {
        String[] parts = new String[4];
        parts[0] = "merge";
        for (int part = 1; part <= 3; part++) {
            parts[part] = folder.resolve("part-" + part + ".shard").toString();
            Cli.Result shard = Cli.run(simulate("--shard", part + "/3", "--out", parts[part]));
            assertEquals(0, shard.code(), shard.err());
            assertEquals("", shard.out());
        }
        assertEquals(Cli.run(simulate("--threads", "1")).out(), Cli.run(parts).out());
    }

    @Test
    void checkpointsGoOn() throws IOException {
        String checkpoint = folder.resolve("kept").toString();
        String whole = Cli.run(power("--effect", "5", "--groups", "6,12")).out();
        String[] kept = power("--effect", "5", "--groups", "6,12", "--checkpoint", checkpoint);
        assertEquals(whole, Cli.run(kept).out());
        Cli.Result again = Cli.run(kept);
        assertEquals(whole, again.out());
        assertTrue(again.err().contains("going on from there"), again.err());
        Cli.Result other = Cli.run(power("--effect", "6", "--groups", "6,12", "--checkpoint", checkpoint));
        assertEquals(2, other.code());
        assertTrue(other.err().contains("effect: "), other.err());
    }

    @Test
    void oneReplicateIsShownAgain() throws IOException {
        Cli.Result one = Cli.run(simulate("--condition", "3", "--replicate", "17"));
        assertEquals(0, one.code(), one.err());
        assertTrue(one.out().contains("Condition 3 (school=12, treat=0), replicate 17; seed 1."), one.out());
        Object json = Cli.run(simulate("--condition", "3", "--replicate", "17", "--json", "-"))
                .json();
        assertEquals("slopes", at(json, "models", 0, "model"));
        assertTrue(number(json, "models", 0, "parameters", 0, "satterthwaite", "p") < 1);
    }

    @Test
    void powerGrowsWithGroupsAndEffects() throws IOException {
        Object json = Cli.run(power("--effect", "2,8", "--groups", "6,24", "--json", "-"))
                .json();
        double[] power = new double[4];
        Arrays.setAll(power, k -> number(json, "points", k, "power"));
        assertTrue(
                power[0] < power[1] && power[0] < power[2] && power[2] < power[3] && power[3] > 0.9,
                Arrays.toString(power));
        Cli.Result search = Cli.run(power("--effect", "8", "--target", "0.8"));
        assertEquals(0, search.code(), search.err());
        assertTrue(search.out().matches("(?s).*Effect 8: \\d+ levels of Subject reach 80% power.*"), search.out());
        assertTrue(search.out().lines().allMatch(line -> line.length() <= 80), search.out());
    }

    @Test
    void powerFromStatedValues() throws IOException {
        String stated = Files.readString(Path.of(STUDY));
        Path file = Files.writeString(folder.resolve("stated.yaml"), stated.substring(0, stated.indexOf("grid:")));
        Cli.Result result = Cli.run(
                "power",
                file.toString(),
                "--term",
                "treat",
                "--effect",
                "4",
                "--groups",
                "12,24",
                "--rows",
                "5",
                "--replicates",
                "200");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().matches("(?s).*\nschool +Rows +Effect +Power%.*\n +24 +5 +4 .*"), result.out());
    }

    @Test
    void wrongRequestsGetOneLine() throws IOException {
        refused("there is no such file", "simulate", "nothing.yaml");
        refused("line 1: unknown key 'desing'", "simulate", Cli.file(folder, "wrong.yaml", "desing: 1"));
        refused("--condition: expected a whole number from 1 to 6", simulate("--condition", "7", "--replicate", "1"));
        refused("--condition is for one replicate", simulate("--condition", "2"));
        refused("which term is to be tested", "power", SLEEP, SLOPES);
        refused("There is no coefficient 'Dayz'", "power", SLEEP, SLOPES, "--term", "Dayz");
        refused("which formula", "power", SLEEP, "--term", "Days");
        refused("--groups is what --target looks for", power("--target", "0.8", "--groups", "3"));
        refused("neither in shards nor from a checkpoint", power("--target", "0.8", "--checkpoint", folder.toString()));
        refused("A wanted power of 2.0", power("--target", "2"));
        refused("Groups: 1 were asked for", power("--groups", "1"));
        refused("has a grid, missing responses or redraw", "power", STUDY, "--term", "treat");
        refused("--search is for a search", power("--search", "rows"));
        refused("Kenward and Roger's method needs REML", power("--ml", "--test", "kenward-roger"));
    }

    private static void refused(String part, String... arguments) {
        Cli.Result result = Cli.run(arguments);
        assertEquals(2, result.code(), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains(part), result.err());
    }
}
