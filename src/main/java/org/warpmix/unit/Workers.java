package org.warpmix.unit;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Several threads at one piece of work: the caller's, and others from an executor. Where the executor has no thread free, the work
 * is done all the same: the caller's never waits for one that has not begun.
 */
public final class Workers {

    private static final String PROPERTY = "org.warpmix.threads";

    /** Starts a thread of our own for each task. */
    public static final Executor OWN = task -> {
        Thread thread = new Thread(task, "warpmix");
        thread.setDaemon(true);
        thread.start();
    };

    private final Runnable work;
    private int working;
    private boolean over;

    private Workers(Runnable work) {
        this.work = work;
    }

    /**
     * How many threads may work: as many as the system property {@value #PROPERTY} says, else as the environment variable
     * {@code SLURM_CPUS_PER_TASK} does, but no more than the JVM sees processors, which it takes from the process's affinity and
     * its control group.
     */
    public static int threads() {
        return threads(
                Integer.getInteger(PROPERTY),
                System.getenv("SLURM_CPUS_PER_TASK"),
                Runtime.getRuntime().availableProcessors());
    }

    static int threads(Integer asked, String slurm, int processors) {
        if (asked != null) {
            return Math.max(1, asked);
        }
        try {
            return slurm == null ? processors : Math.max(1, Math.min(processors, Integer.parseInt(slurm.strip())));
        } catch (NumberFormatException e) {
            return processors; // not what Slurm sets
        }
    }

    /**
     * Has the work done by this thread and up to {@code threads − 1} others, and returns when all that began have ended.
     *
     * @param work ends when nothing is left to do; throws nothing
     */
    public static void run(int threads, Executor executor, Runnable work) {
        Workers workers = new Workers(work);
        try {
            for (int t = 1; t < threads; t++) {
                executor.execute(workers::join);
            }
        } catch (RejectedExecutionException e) {
            // it has no more threads to give
        }
        try {
            work.run();
        } finally {
            workers.await();
        }
    }

    private void join() {
        synchronized (this) {
            if (over) {
                return;
            }
            working++;
        }
        try {
            work.run();
        } finally {
            synchronized (this) {
                working--;
                notifyAll();
            }
        }
    }

    private synchronized void await() {
        over = true;
        boolean interrupted = false;
        while (working > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
