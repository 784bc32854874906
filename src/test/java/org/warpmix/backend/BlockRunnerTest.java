package org.warpmix.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.warpmix.likelihood.Method;
import org.warpmix.replicate.ParametricStatistics;

/** What a runner made it closes, however the run ends. */
class BlockRunnerTest {

    private static final Batch BATCH =
            Batches.withOptions(batch(), BatchOptions.defaults().withThreads(3));

    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    private static Batch batch() {
        var fit = Batches.fit("sleepstudy.csv", "Reaction ~ Days + (1 | Subject)", Method.REML);
        return Batches.batch(fit, ParametricStatistics.of(Batches.fitted(fit).model(), Batches.SEED));
    }

    private BlockFitter fitter(long bad) {
        made.incrementAndGet();
        return new BlockFitter() {
            @Override
            public void fit(ReplicateBlock block) {
                if (block.first() == bad) {
                    throw new IllegalStateException("bad");
                }
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }

    @Test
    void atTheEndOfTheRange() {
        BlockRunner.run(BATCH, 1, 40, 2, () -> fitter(-1), block -> true);
        assertTrue(made.get() >= 1 && made.get() <= 3);
        assertEquals(made.get(), closed.get());
    }

    @Test
    void whereTheSinkWantsNoMore() {
        BlockRunner.run(BATCH, 1, 40, 2, () -> fitter(-1), block -> block.first() < 9);
        assertEquals(made.get(), closed.get());
    }

    @Test
    void whereAFitterThrows() {
        assertThrows(
                IllegalStateException.class, () -> BlockRunner.run(BATCH, 1, 40, 2, () -> fitter(7), block -> true));
        assertEquals(made.get(), closed.get());
    }

    @Test
    void whereTheSinkThrows() {
        assertThrows(
                IllegalStateException.class,
                () -> BlockRunner.run(BATCH, 1, 40, 2, () -> fitter(-1), block -> {
                    throw new IllegalStateException("full");
                }));
        assertEquals(made.get(), closed.get());
    }
}
