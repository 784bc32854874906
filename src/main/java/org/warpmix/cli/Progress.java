package org.warpmix.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A line on the terminal that tells how far a run is: share, time left, rate, counts. It is written over as the run goes
 * and by the time it took at its end; where standard error is no terminal there is none.
 *
 * <p>Java 17 cannot tell whether standard error alone is a terminal, so the launcher does: it sets the property
 * {@value #COLUMNS} to the terminal's width.
 */
final class Progress implements AutoCloseable {

    static final String COLUMNS = "org.warpmix.columns";

    private static final double REDRAWN = 0.15; // seconds
    private static final double MEMORY = 1; // seconds over which the rate is smoothed

    private final PrintStream err;
    private final int width;
    private final long total;
    private final LongSupplier nanos;
    private final long startedAt;
    private long latestDone;
    private long drawnAt;
    private long drawnDone;
    private double rate = Double.NaN;
    private boolean drawn;

    /** Progress on the terminal behind standard error; silent where there is none. */
    static Progress of(PrintStream err, long total, boolean quiet) {
        return new Progress(err, quiet ? 0 : Integer.getInteger(COLUMNS, 0), total, System::nanoTime);
    }

    /**
     * @param columns width of the terminal; 0 for none
     * @param nanos a clock
     */
    Progress(PrintStream err, int columns, long total, LongSupplier nanos) {
        this.err = err;
        this.width = columns - 1; // in the last column some terminals begin a new line
        this.total = total;
        this.nanos = nanos;
        this.startedAt = nanos.getAsLong();
        this.drawnAt = startedAt;
    }

    /** Tells how many are done by now. */
    void update(long done) {
        latestDone = done;
        long now = nanos.getAsLong();
        double seconds = (now - drawnAt) * 1e-9;
        if (width <= 0 || seconds < REDRAWN) {
            return;
        }
        double latest = (done - drawnDone) / seconds;
        rate = Double.isNaN(rate) ? latest : latest + Math.exp(-seconds / MEMORY) * (rate - latest);
        drawnAt = now;
        drawnDone = done;
        draw(String.format(
                Locale.ROOT,
                "%3.0f%%  %s left  %s/s  %,d of %,d",
                Math.floor(100.0 * done / total),
                time((total - done) / rate),
                rate(rate),
                done,
                total));
        drawn = true;
    }

    /** Says how long it took, unless that was too short for a line to be seen. */
    @Override
    public void close() {
        if (drawn) {
            double seconds = (nanos.getAsLong() - startedAt) * 1e-9;
            draw(String.format(Locale.ROOT, "%,d in %.1f s, %s/s", latestDone, seconds, rate(latestDone / seconds)));
            err.println();
            drawn = false;
        }
    }

    /** Over the whole width: where the line before was longer, or the terminal echoed a ^C, that goes. */
    private void draw(String line) {
        String shown = line.substring(0, Math.min(line.length(), width));
        err.print('\r' + shown + " ".repeat(width - shown.length()));
        err.flush();
    }

    private static String rate(double rate) {
        return String.format(Locale.ROOT, rate < 10 ? "%.2f" : "%,.0f", rate);
    }

    private static String time(double seconds) {
        if (!(seconds < 1e9)) {
            return "?";
        }
        long whole = (long) Math.ceil(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }
}
