package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A signal lets a run tell what it has done; it needs a process of its own. */
class InterruptionTest {

    /** Runs until it is asked to stop, and takes its time to end. */
    static final class Run {

        public static void main(String[] args) throws InterruptedException {
            try (Interruption interruption = new Interruption()) {
                System.out.println("running");
                while (!interruption.asked()) {
                    Thread.sleep(5);
                }
                Thread.sleep(300);
                System.out.println("written");
            }
        }
    }

    /** Ends before any signal. */
    static final class Short {

        public static void main(String[] args) {
            new Interruption().close();
            System.out.println("running");
            System.exit(3);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
    void processStaysUntilResultsAreOut() throws IOException, InterruptedException {
        Process process = start(Run.class);
        try (BufferedReader out = process.inputReader()) {
            assertEquals("running", out.readLine());
            process.toHandle().destroy(); // SIGTERM; the process's own destroy would close the streams, too
            assertEquals("written", out.readLine());
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            assertEquals(128 + 15, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void runThatIsDoneHoldsNothingUp() throws IOException, InterruptedException {
        Process process = start(Short.class);
        try {
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            assertEquals(3, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(Class<?> main) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
