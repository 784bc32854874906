package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A run that is stopped half-way leaves its file whole and says what it has done. */
class CliStoppedTest {

    @TempDir
    Path folder;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
    void tellsWhatIsDone() throws IOException, InterruptedException {
        Path file = folder.resolve("boot.csv");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "bootstrap",
                        SLEEP,
                        SLOPES,
                        "--replicates",
                        "1000000000",
                        "--backend",
                        "cpu",
                        "--threads",
                        "1",
                        "--out",
                        file.toString())
                .start();
        try {
            for (int i = 0; i < 2000 && (!Files.exists(file) || Files.size(file) == 0); i++) {
                Thread.sleep(10);
            }
            process.toHandle().destroy(); // SIGTERM
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            assertEquals(128 + 15, process.exitValue(), err);
            Matcher told = Pattern.compile(
                            "warpmix: stopped after (\\d+) of 1000000000 replicates; the results are theirs.\n")
                    .matcher(err);
            assertTrue(told.matches(), err);
            assertTrue(
                    out.contains("\n" + told.group(1) + " of 1000000000 replicates, stopped early: all converged"),
                    out);
            try (var lines = Files.lines(file)) {
                assertEquals(Long.parseLong(told.group(1)) + 1, lines.count());
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
