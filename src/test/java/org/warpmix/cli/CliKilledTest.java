package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed, and those that come after them. The benchmarks' {@code Kills} has fifty kills of each command. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
class CliKilledTest {

    private static final int REPLICATES = 400_000;

    @TempDir
    Path folder;

    private static List<String> command(long replicates, String... more) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "bootstrap",
                SLEEP,
                SLOPES,
                "--replicates",
                "" + replicates));
        words.addAll(List.of(more));
        return words;
    }

    private Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    /** Waits until a checkpoint has grown by so many bytes. */
    private static void awaitGrowth(Path units, long bytes, Process process) throws IOException, InterruptedException {
        long before = Files.exists(units) ? Files.size(units) : 0;
        while (process.isAlive() && (!Files.exists(units) || Files.size(units) < before + bytes)) {
            Thread.sleep(1);
        }
    }

    @Test
    void resumedRunsAreAsIfNeverKilled() throws IOException, InterruptedException {
        Path whole = folder.resolve("whole.csv");
        Cli.Result expected = Cli.run(
                "bootstrap", SLEEP, SLOPES, "--replicates", "" + REPLICATES, "--out", whole.toString(), "--quiet");
        assertEquals(0, expected.code(), expected.err());

        Path kept = folder.resolve("kept");
        Path rows = folder.resolve("rows.csv");
        List<String> command =
                command(REPLICATES, "--checkpoint", kept.toString(), "--out", rows.toString(), "--quiet");
        Random random = new Random(11);
        for (int kill = 0; kill < 4; kill++) {
            Process process = start(command);
            awaitGrowth(kept.resolve("units"), random.nextInt(4_000_000), process);
            process.destroyForcibly(); // SIGKILL
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            assertEquals(128 + 9, process.exitValue(), err());
            assertTrue(Files.notExists(rows), "not before it is whole");
        }
        Process last = start(command);
        assertTrue(last.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, last.exitValue(), err());
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(rows));
    }

    @Test
    void theSecondProcessIsRefused() throws IOException, InterruptedException {
        Path kept = folder.resolve("kept");
        Process first = start(command(100_000_000, "--checkpoint", kept.toString()));
        try {
            awaitGrowth(kept.resolve("units"), 1000, first);
            Cli.Result second =
                    Cli.run("bootstrap", SLEEP, SLOPES, "--replicates", "100000000", "--checkpoint", kept.toString());
            assertEquals(2, second.code());
            assertTrue(
                    second.err()
                            .matches("warpmix: " + kept + " is in use by process " + first.pid()
                                    + " on .+\\. Wait until that has ended, or name another folder\\.\n"),
                    second.err());
            first.toHandle().destroy(); // SIGTERM
            assertTrue(first.waitFor(20, TimeUnit.SECONDS));
            assertEquals(128 + 15, first.exitValue());
            assertEquals("warpmix: stopped; the same request goes on from " + kept + ".\n", err());
            assertEquals("", Files.readString(folder.resolve("out")));
        } finally {
            first.destroyForcibly();
        }
    }

    /** A file may not grow any more: what a full disk is to a process. */
    @Test
    void diskFull() throws IOException, InterruptedException {
        Path kept = folder.resolve("kept");
        List<String> limited = new ArrayList<>(List.of("bash", "-c", "ulimit -f 1000; exec \"$0\" \"$@\""));
        limited.addAll(command(REPLICATES, "--checkpoint", kept.toString()));
        Process process = start(limited);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(1, process.exitValue(), err());
        assertTrue(
                err().matches("warpmix: " + kept
                        + ": writing failed \\(File too large\\)\\. \\d+ of \\d+ units are kept;"
                        + " make room and call again\\.\n"),
                err());
        Cli.Result again =
                Cli.run("bootstrap", SLEEP, SLOPES, "--replicates", "" + REPLICATES, "--checkpoint", kept.toString());
        assertEquals(0, again.code(), again.err());
        assertTrue(
                again.err().matches("warpmix: " + kept + " has \\d+ of \\d+ units; going on from there\\.\n"),
                again.err());
    }
}
