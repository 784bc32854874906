package org.warpmix.linalg;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.IntConsumer;

/**
 * The threads that share the work on one large matrix: as many as {@link org.warpmix.unit.Workers#threads} says.
 *
 * <p>How work is cut must not depend on their number: then results are the same bits for any. A thread that waits takes other
 * pieces meanwhile, so calls may be nested and made from several threads.
 */
public final class MatrixWorkers {

    private MatrixWorkers() {}

    /** Calls a task with 0 to count − 1, in any order and on any thread, and returns when all are done. */
    public static void forEach(int count, IntConsumer task) {
        if (Holder.POOL == null || count <= 1) {
            for (int i = 0; i < count; i++) {
                task.accept(i);
            }
            return;
        }
        List<ForkJoinTask<?>> tasks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            tasks.add(ForkJoinTask.adapt(() -> task.accept(number)));
        }
        if (ForkJoinTask.inForkJoinPool()) {
            ForkJoinTask.invokeAll(tasks);
        } else {
            Holder.POOL.invoke(ForkJoinTask.adapt(() -> {
                ForkJoinTask.invokeAll(tasks);
            }));
        }
    }

    private static final class Holder {
        static final ForkJoinPool POOL = pool();

        private static ForkJoinPool pool() {
            int threads = org.warpmix.unit.Workers.threads();
            return threads > 1 ? new ForkJoinPool(threads) : null;
        }
    }
}
