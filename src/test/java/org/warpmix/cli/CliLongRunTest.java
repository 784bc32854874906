package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards and checkpoints from the command line: results are those of the whole run, byte by byte. */
class CliLongRunTest {

    private static final String BOOTSTRAP = "bootstrap --replicates 3001 --seed 7";

    @TempDir
    Path folder;

    /** A command on sleepstudy, then further words. */
    private static Cli.Result run(String command, Object... more) {
        List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
        words.addAll(1, List.of(SLEEP, SLOPES));
        Arrays.stream(more).map(Object::toString).forEach(words::add);
        return Cli.run(words.toArray(new String[0]));
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private List<String> shards(String command, int count) {
        List<String> files = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String file = file(count + "-" + i + ".shard").toString();
            Cli.Result shard = run(command, "--shard", i + "/" + count, "--out", file, "--threads", 1 + i % 2);
            assertEquals(0, shard.code(), shard.err());
            assertEquals("", shard.out());
            assertTrue(
                    shard.err().startsWith("warpmix: " + file + " has shard " + i + "/" + count + ", "), shard.err());
            files.add(0, file);
        }
        return files;
    }

    private static Cli.Result merge(List<String> files, Object... more) {
        List<String> words = new ArrayList<>(List.of("merge"));
        words.addAll(files);
        Arrays.stream(more).map(Object::toString).forEach(words::add);
        return Cli.run(words.toArray(new String[0]));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                BOOTSTRAP,
                "bootstrap --type residual --interval studentised,bca --level 0.9 --replicates 1500 --seed=-4",
                "permute --term Days --replicates 2001",
                "permute --term Days --scheme sign-flip --replicates 300000 --ml",
                "confint --method bootstrap --replicates 1111",
            })
    void sevenUnevenShardsAreTheWhole(String command) throws IOException {
        Cli.Result whole = run(command, "--out", file("whole.csv"), "--json", file("whole.json"));
        assertEquals(0, whole.code(), whole.err());
        Cli.Result merged = merge(shards(command, 7), "--out", file("merged.csv"), "--json", file("merged.json"));
        assertEquals("", merged.err());
        assertEquals(whole.out(), merged.out());
        assertSame("whole.csv", "merged.csv");
        assertSame("whole.json", "merged.json");
    }

    private void assertSame(String one, String other) throws IOException {
        assertArrayEquals(Files.readAllBytes(file(one)), Files.readAllBytes(file(other)), other);
    }

    @Test
    void parquetToo() throws IOException {
        run(BOOTSTRAP, "--out", file("whole.parquet"));
        merge(shards(BOOTSTRAP, 2), "--out", file("merged.parquet"), "--quiet");
        assertSame("whole.parquet", "merged.parquet");
    }

    @Test
    void aShardGoesOnFromItsCheckpoint() throws IOException {
        List<String> plain = shards(BOOTSTRAP, 2);
        byte[] first = Files.readAllBytes(Path.of(plain.get(0)));
        for (int time = 0; time < 2; time++) {
            Cli.Result shard = run(
                    BOOTSTRAP, "--shard", "2/2", "--out", plain.get(0), "--overwrite", "--checkpoint", file("kept"));
            assertEquals(0, shard.code(), shard.err());
            assertEquals(time == 1, shard.err().contains(" has 751 of 1501 units; going on from there."), shard.err());
            assertArrayEquals(first, Files.readAllBytes(Path.of(plain.get(0))));
        }
    }

    @Test
    void wrongShards() throws IOException {
        List<String> files = shards(BOOTSTRAP, 3);
        assertTold(
                2,
                merge(files.subList(0, 2)),
                "500 of 1501 units are in none of the files, unit 1 the first of them. Give"
                        + " all shards of the run.");
        assertTold(
                2,
                merge(List.of(files.get(0), files.get(0), files.get(1))),
                files.get(0) + " has units that " + files.get(0) + " has, too. Give each shard once.");
        assertTold(
                2,
                merge(List.of(files.get(0), SLEEP)),
                SLEEP + " is not a file of units that --shard or --checkpoint wrote.");
    }

    @Test
    void dataThatHaveChanged() throws IOException {
        Path data = Files.copy(Path.of(SLEEP), file("data.csv"));
        String out = file("1.shard").toString();
        String[] command = {"bootstrap", data.toString(), SLOPES, "--replicates", "50", "--shard", "1/1", "--out", out};
        assertEquals(0, Cli.run(command).code());
        Files.writeString(data, Files.readString(data).replace("249.56", "249.57"));
        Cli.Result merged = merge(List.of(out));
        assertEquals(2, merged.code());
        assertTrue(
                merged.err()
                        .matches(
                                "warpmix: The shards are of another run than their command would be here: data: [0-9a-f]{16}"
                                        + " → [0-9a-f]{16}\\. Merge in the folder where they were made, with the same data and"
                                        + " version\\.\n"),
                merged.err());
    }

    @Test
    void checkpointKeepsAndGoesOn() throws IOException {
        Cli.Result whole = run(BOOTSTRAP, "--out", file("whole.csv"));
        Path kept = file("kept");
        Cli.Result first = run(BOOTSTRAP, "--checkpoint", kept, "--out", file("first.csv"));
        assertEquals(whole, first);
        assertSame("whole.csv", "first.csv");
        byte[] units = Files.readAllBytes(kept.resolve("units"));

        Files.write(kept.resolve("units"), Arrays.copyOf(units, units.length / 2));
        Cli.Result second = run(BOOTSTRAP, "--checkpoint", kept, "--level", "0.95", "--out", file("second.csv"));
        assertEquals(whole.out(), second.out());
        assertEquals(
                "warpmix: " + kept + ": 1 unit was torn or damaged, and computed anew.\nwarpmix: " + kept
                        + " has 749 of 1501 units; going on from there.\n",
                second.err());
        assertSame("whole.csv", "second.csv");
        assertEquals(units.length, Files.size(kept.resolve("units")));

        Cli.Result quiet = run(BOOTSTRAP, "--checkpoint", kept, "--quiet");
        assertEquals(new Cli.Result(0, "", ""), quiet);
        try (var files = Files.list(folder)) {
            assertEquals(
                    "[first.csv, kept, second.csv, whole.csv]",
                    new TreeSet<>(files.map(path -> path.getFileName().toString())
                                    .toList())
                            .toString());
        }
    }

    @Test
    void anotherRunInACheckpoint() throws IOException {
        Path kept = file("kept");
        run(BOOTSTRAP, "--checkpoint", kept);
        String refused =
                kept + " is the checkpoint of another run: %s. Name another folder, or ask for the same as before.";
        assertTold(
                2, run("bootstrap --replicates 3001 --seed 8", "--checkpoint", kept), refused.formatted("seed: 7 → 8"));
        assertTold(
                2,
                run(BOOTSTRAP, "--type", "wild", "--checkpoint", kept),
                refused.formatted("type: parametric → wild"));
        assertTold(
                2,
                run("permute --replicates 3001 --seed 7 --term Days", "--checkpoint", kept),
                refused.formatted("command: bootstrap → permute"));
        assertEquals(
                0,
                run(BOOTSTRAP, "--level", "0.5", "--interval", "basic", "--checkpoint", kept)
                        .code());
        assertEquals(
                0,
                run("confint --method bootstrap --replicates 3001 --seed 7", "--checkpoint", kept)
                        .code());
    }

    @Test
    void wrongRequests() throws IOException {
        String help = " Try 'warpmix bootstrap --help'.";
        assertTold(
                2,
                run(BOOTSTRAP, "--shard", "1/2"),
                "--shard: which file is it to go to? Say --out part-1.shard, for" + " example." + help);
        assertTold(
                2, run(BOOTSTRAP, "--shard", "3/2", "--out", file("x")), "Shard 3/2: shards are numbered 1/2 to 2/2.");
        assertTold(
                2,
                run(BOOTSTRAP, "--shard", "half", "--out", file("x")),
                "A shard is I/N, number I of N, such as 3/7, not" + " 'half'.");
        assertTold(
                2,
                run(BOOTSTRAP, "--shard", "1/2", "--out", file("x.csv")),
                "--out: with --shard it is not for rows,"
                        + " which merge writes. End the file's name in .shard, for example." + help);
        assertTold(
                2,
                run(BOOTSTRAP, "--shard", "1/2", "--out", file("x"), "--json", "-"),
                "--json is for results, and a" + " shard has none yet. Leave it out." + help);
        assertTold(
                2,
                run("bootstrap --replicate 3", "--checkpoint", file("x")),
                "--checkpoint is for a whole run," + " --replicate fits one of it. Leave out either." + help);
        assertTold(
                2,
                Cli.run("bootstrap", "-", SLOPES, "--replicates", "9", "--shard", "1/2", "--out", file("x") + ""),
                "--shard: merge reads the data again, which standard input cannot be. Name a file." + help);
        assertTold(
                2,
                run("confint", "--checkpoint", file("x")),
                "--checkpoint is for --method bootstrap. Try 'warpmix" + " confint --help'.");
        assertTold(
                2,
                run(BOOTSTRAP, "--checkpoint", file("no/x")),
                file("no/x") + " cannot be made: there is no folder to" + " make it in.");
        Path text = Files.writeString(file("text"), "");
        assertTold(
                2,
                run(BOOTSTRAP, "--checkpoint", text),
                text + " is a file. Name a folder for the checkpoint; it is made.");
        assertTold(2, Cli.run("merge", file("none").toString()), file("none") + ": there is no such file.");
        assertFalse(Files.exists(file("x")));
    }

    private static void assertTold(int code, Cli.Result result, String message) {
        assertEquals("warpmix: " + message + "\n", result.err());
        assertEquals(code, result.code());
        assertEquals("", result.out());
    }
}
