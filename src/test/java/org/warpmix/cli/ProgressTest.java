package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The line on the terminal, with a clock of the test's. */
class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private double seconds;

    @Test
    void tellsShareTimeLeftRateAndCounts() {
        Progress progress = progress(80, 10_000_000);
        after(2, progress, 2_500_000);
        assertEquals(" 25%  0:06 left  1,250,000/s  2,500,000 of 10,000,000", line());
    }

    @Test
    void isRedrawnAFewTimesASecond() {
        Progress progress = progress(80, 1_000_000);
        for (int i = 1; i <= 1000; i++) {
            after(0.001, progress, i);
        }
        long redrawn = written().chars().filter(c -> c == '\r').count();
        assertTrue(redrawn >= 5 && redrawn <= 10, redrawn + " times");
    }

    @Test
    void smoothsTheRate() {
        Progress progress = progress(80, 1_000_000);
        after(1, progress, 1000);
        after(1, progress, 1000); // one second in which nothing came
        double rate = 1000 * Math.exp(-1);
        assertTrue(line().contains("  " + Math.round(rate) + "/s  "), line());
        for (int i = 1; i <= 60; i++) {
            after(1, progress, 1000 + 250 * i);
        }
        assertTrue(line().contains("  250/s  "), line());
    }

    @Test
    void staysWithinTheTerminal() {
        Progress progress = progress(24, 100);
        after(10, progress, 99);
        assertEquals(" 99%  0:01 left  9.90/s", line());
        progress.close();
        for (String drawn : written().split("\r")) {
            assertTrue(drawn.stripTrailing().length() <= 23, drawn);
        }
    }

    @Test
    void endsWithTheTimeItTook() {
        Progress progress = progress(80, 10_000_000);
        after(2, progress, 2_500_000);
        after(0.1, progress, 2_600_000);
        progress.close();
        assertEquals("2,600,000 in 2.1 s, 1,238,095/s", line());
        assertTrue(written().endsWith(System.lineSeparator()));
    }

    @Test
    void tellsLongTimesInHours() {
        Progress progress = progress(80, 10_000);
        after(100, progress, 1);
        assertEquals("  0%  277:45:00 left  0.01/s  1 of 10,000", line());
    }

    @Test
    void isSilentWithoutATerminal() {
        Progress progress = progress(0, 100);
        after(10, progress, 50);
        progress.close();
        assertEquals("", written());
    }

    @Test
    void leavesNoTraceOfAShortRun() {
        Progress progress = progress(80, 100);
        after(0.1, progress, 100);
        progress.close();
        assertEquals("", written());
    }

    private Progress progress(int columns, long total) {
        return new Progress(err, columns, total, () -> Math.round(seconds * 1e9));
    }

    private void after(double passed, Progress progress, long done) {
        seconds += passed;
        progress.update(done);
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The line as the terminal shows it last. */
    private String line() {
        return written().substring(written().lastIndexOf('\r') + 1).stripTrailing();
    }
}
