package org.warpmix.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.backend.auto.Effort;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;

/**
 * The replicates of a batch as units of a long run: how many each has, and what they are in bytes.
 *
 * <p>A unit has so many replicates that one thread takes up to a second, its bytes are up to {@value #MOST_BYTES}, and there are a
 * thousand units or as many as replicates, so that shards are even. That depends on the batch and the number of replicates alone.
 *
 * <p>The bytes are the columns one after the other ({@link #columns}), as doubles with the little end first, then a byte for each
 * replicate: the number of its status, and 4 more where it is singular.
 */
final class ReplicateUnits {

    private static final double MOST_SECONDS = 1;
    private static final int MOST_BYTES = 1 << 18;
    private static final int FEWEST_UNITS = 1024;
    private static final int MOST_UNITS = 1 << 24;
    private static final int SINGULAR = 4;

    private final Replicates range;
    private final Batch batch;
    private final Backend backend;
    private final int columns;
    private final int size;

    ReplicateUnits(Replicates range, Batch batch) {
        this.range = range;
        this.batch = batch;
        this.backend = range.backend().chosenFor(batch, range.count());
        this.columns = columns(empty(0, 0)).size();
        double fitting = Math.min(MOST_BYTES / (8.0 * columns + 1), MOST_SECONDS / Effort.secondsEach(batch));
        double even = Math.min(fitting, (double) range.count() / FEWEST_UNITS);
        this.size = (int) Math.max(1 + Math.floor((double) range.count() / MOST_UNITS), even);
    }

    int units() {
        return (int) ((range.count() + size - 1) / size);
    }

    /**
     * What the run is.
     *
     * @param asked command and settings beside those of every run of replicates
     */
    RunIdentity identity(RunIdentity asked, Fit fit) {
        LinearMixedModel model = fit.model();
        byte[] start = new byte[Double.BYTES * batch.start().length];
        ByteBuffer.wrap(start).asDoubleBuffer().put(batch.start());
        return new RunIdentity(asked.command(), units(), asked.settings())
                .with("formula", model.formula())
                .with("method", model.method())
                .with("weights", model.options().weights())
                .with("offset", model.options().offset())
                .with(
                        "contrasts",
                        model.options().contrasts().isEmpty()
                                ? null
                                : model.options().contrasts())
                .with("replicates", range.count())
                .with("first", range.first() == 1 ? null : range.first())
                .with("seed", range.seed())
                .with("backend", backend.kind())
                .with("version", ReplicateUnits.class.getPackage().getImplementationVersion())
                .with("data", fit.design().data().digest())
                .with("estimates", HexFormat.of().formatHex(start));
    }

    /**
     * Hands over the replicates of a shard in their order, those that a store has from there; others are fitted and put there.
     *
     * @return whether the sink took them all
     */
    boolean run(UnitStore store, Shard shard, Backend.Sink sink) {
        try {
            int end = shard.to(units());
            for (int unit = shard.from(units()); unit < end; ) {
                int next = unit + 1;
                boolean more;
                if (store.has(unit)) {
                    more = sink.accept(fromBytes(unit, store.read(unit)));
                } else {
                    while (next < end && !store.has(next)) {
                        next++;
                    }
                    more = fit(unit, next, store, sink);
                }
                if (!more) {
                    return false;
                }
                unit = next;
            }
            return true;
        } finally {
            if (backend != range.backend()) {
                backend.close();
            }
        }
    }

    private boolean fit(int unit, int next, UnitStore store, Backend.Sink sink) {
        Filler filler = new Filler(unit, store);
        boolean[] stopped = new boolean[1];
        long count = first(next - 1) + count(next - 1) - first(unit);
        range.withBackend(backend).withRange(first(unit), count).run(batch, block -> {
            filler.add(block);
            stopped[0] = !sink.accept(block);
            return !stopped[0];
        });
        return !stopped[0];
    }

    private long first(int unit) {
        return range.first() + (long) unit * size;
    }

    private int count(int unit) {
        return (int) Math.min(size, range.first() + range.count() - first(unit));
    }

    /** Cuts blocks, however they come, into units. */
    private final class Filler {

        private final UnitStore store;
        private int unit;
        private int filled;
        private byte[] bytes;

        Filler(int unit, UnitStore store) {
            this.store = store;
            this.unit = unit;
        }

        void add(ReplicateBlock block) {
            for (int from = 0; from < block.count(); ) {
                int count = count(unit);
                bytes = filled == 0 ? new byte[count * (Double.BYTES * columns + 1)] : bytes;
                int taken = Math.min(count - filled, block.count() - from);
                DoubleBuffer numbers = numbers(bytes, count);
                int at = filled;
                for (double[] column : columns(block)) {
                    numbers.put(at, column, from, taken);
                    at += count;
                }
                for (int i = 0; i < taken; i++) {
                    int singular = block.singular()[from + i] ? SINGULAR : 0;
                    bytes[Double.BYTES * columns * count + filled + i] =
                            (byte) (block.status()[from + i].code() + singular);
                }
                filled += taken;
                from += taken;
                if (filled == count) {
                    store.write(unit++, bytes);
                    filled = 0;
                }
            }
        }
    }

    private ReplicateBlock fromBytes(int unit, byte[] bytes) {
        int count = count(unit);
        ReplicateBlock block = empty(first(unit), count);
        DoubleBuffer numbers = numbers(bytes, count);
        int at = 0;
        for (double[] column : columns(block)) {
            numbers.get(at, column);
            at += count;
        }
        for (int i = 0; i < count; i++) {
            byte ending = bytes[Double.BYTES * columns * count + i];
            block.status()[i] = ReplicateStatus.ofCode(ending % SINGULAR);
            block.singular()[i] = ending >= SINGULAR;
        }
        return block;
    }

    private DoubleBuffer numbers(byte[] bytes, int count) {
        return ByteBuffer.wrap(bytes, 0, Double.BYTES * columns * count)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer();
    }

    private ReplicateBlock empty(long first, int count) {
        return new ReplicateBlock(
                first, count, batch.start().length, batch.statistics().p(), batch.options());
    }

    /** Criterion, sigma, theta, beta, and where asked for standard errors and Wald's statistic. */
    static List<double[]> columns(ReplicateBlock block) {
        List<double[]> columns = new ArrayList<>();
        columns.add(block.criterion());
        columns.add(block.sigma());
        columns.addAll(List.of(block.theta()));
        columns.addAll(List.of(block.beta()));
        if (block.standardErrors() != null) {
            columns.addAll(List.of(block.standardErrors()));
        }
        if (block.wald() != null) {
            columns.add(block.wald());
        }
        return columns;
    }
}
