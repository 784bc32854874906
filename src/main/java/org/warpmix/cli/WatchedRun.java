package org.warpmix.cli;

import java.io.PrintStream;
import org.warpmix.backend.ReplicateBlock;

/**
 * A run of replicates as its user sees it: progress on a terminal, and an end by Ctrl-C after which what is done is told. It
 * is closed when the results are out.
 */
final class WatchedRun implements AutoCloseable {

    private final PrintStream err;
    private final long asked;
    private final Progress progress;
    private final Interruption interruption = new Interruption();
    private long done;

    WatchedRun(PrintStream err, long asked, boolean quiet) {
        this.err = err;
        this.asked = asked;
        this.progress = Progress.of(err, asked, quiet);
    }

    /** Looks at the next block. */
    boolean goesOn(ReplicateBlock block) {
        return goesOn(done + block.count());
    }

    /** Looks at how many are done by now. */
    boolean goesOn(long now) {
        done = now;
        progress.update(done);
        return !interruption.asked();
    }

    /** Tells how the run ended. */
    void ended(boolean stopped) {
        progress.close();
        if (stopped) {
            err.println("warpmix: stopped after " + done + " of " + asked + " replicates; the results are theirs.");
        }
    }

    @Override
    public void close() {
        progress.close();
        interruption.close();
    }
}
