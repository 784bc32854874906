package org.warpmix.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C, or another signal that ends the process, while a run is under way: the run is asked to stop, and the process
 * stays until what is done so far is written and told. It ends with the signal's exit code, 128 and the number of the signal.
 */
final class Interruption implements AutoCloseable {

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::await, "interruption");
    private volatile boolean asked;

    /** Listens from now on. */
    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the run is to stop. */
    boolean asked() {
        return asked;
    }

    /** Tells that all is written: a process that was to end ends now. */
    @Override
    public void close() {
        finished.countDown();
        if (!asked) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                asked = true; // the signal came just now: too late to stop anything
            }
        }
    }

    private void await() {
        asked = true;
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
