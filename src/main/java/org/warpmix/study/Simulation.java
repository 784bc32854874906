package org.warpmix.study;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.warpmix.table.NearestNames;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitRun;
import org.warpmix.unit.UnitStore;

/**
 * A study that is ready to run, cut into units: unit {@code c B + k} is block k of the B blocks of replicates of condition c, and its
 * result what was counted in it. Results depend on the study alone, not on threads, shards or the order of work. Thread-safe.
 */
public final class Simulation {

    /** Conditions that are kept ready at a time, beside one for each thread. */
    private static final int READY = 2;

    private final Study study;
    private final int blocks;
    private final List<List<ModelPlan>> plans = new ArrayList<>();
    private final Map<Integer, Prepared> ready;

    Simulation(Study study) {
        this.study = study;
        this.blocks = (study.replicates() + study.block() - 1) / study.block();
        int most = study.threads() + READY;
        this.ready = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Prepared> eldest) {
                return size() > most;
            }
        };
        if ((long) blocks * study.conditions().size() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("The study has too many blocks of replicates. Take larger ones.");
        }
        for (int c = 0; c < study.conditions().size(); c++) {
            plans.add(prepared(c).plans());
        }
        checkParameters();
    }

    private void checkParameters() {
        for (String name : study.parameters()) {
            List<String> known = new ArrayList<>();
            plans.forEach(condition -> condition.forEach(plan -> known.addAll(plan.parameters())));
            plans.forEach(condition -> condition.forEach(plan -> known.addAll(plan.coefficientNames())));
            if (!known.contains(name)) {
                throw new IllegalArgumentException("No model has a parameter "
                        + NearestNames.quote(name) + ". "
                        + NearestNames.hint(name, known.stream().distinct().toList()));
            }
        }
    }

    private synchronized Prepared prepared(int condition) {
        Prepared found = ready.get(condition);
        if (found == null) {
            found = Prepared.of(study, condition);
            ready.put(condition, found);
        }
        return found;
    }

    /** The study. */
    public Study study() {
        return study;
    }

    /** Number of units. */
    public int units() {
        return blocks * study.conditions().size();
    }

    /**
     * Computes those units of a shard that a store lacks. Of conditions that have come to their {@link StopRule} no more is computed,
     * as far as the store tells.
     *
     * @param goesOn told how many units of the shard are there; {@code false} ends the run
     * @return whether all units of the shard are there
     */
    public boolean run(UnitStore store, Shard shard, IntPredicate goesOn) {
        Progression[] progressions = new Progression[study.conditions().size()];
        for (int c = 0; c < progressions.length; c++) {
            progressions[c] = new Progression(c);
        }
        return UnitRun.of(units(), store)
                .withShard(shard)
                .withThreads(study.threads())
                .run(
                        unit -> study.stop().any() && progressions[unit / blocks].stopped(store)
                                ? new byte[0]
                                : compute(unit),
                        goesOn);
    }

    /** The result of a unit. */
    private byte[] compute(int unit) {
        int block = unit % blocks;
        long first = 1 + (long) block * study.block();
        int count = (int) Math.min(study.block(), 1 + study.replicates() - first);
        List<double[]> states = new ArrayList<>();
        int size = 0;
        for (Runner runner : prepared(unit / blocks).runners()) {
            Tally tally = new Tally(runner.plan(), study.level());
            tally.add(runner.run(first, count, study.backend()));
            states.add(tally.state());
            size += tally.size();
        }
        ByteBuffer bytes = ByteBuffer.allocate(size * Double.BYTES);
        states.forEach(state -> {
            for (double value : state) {
                bytes.putDouble(value);
            }
        });
        return bytes.array();
    }

    /**
     * What all units say: they are taken in their order.
     *
     * @param store with the first units of each condition, up to those after which it stops, or those that were computed until a run
     *     was ended
     */
    public StudyResult result(UnitStore store) {
        List<StudyResult.Point> points = new ArrayList<>();
        for (int c = 0; c < study.conditions().size(); c++) {
            Progression progression = new Progression(c);
            boolean stopped = progression.stopped(store);
            points.add(new StudyResult.Point(study.conditions().get(c), progression.tallies, stopped));
        }
        return new StudyResult(study, points);
    }

    /**
     * Draws, fits and tests one replicate again.
     *
     * @param condition its number, from 0
     * @param replicate its number, from 1
     */
    public StudyReplicate replicate(int condition, long replicate) {
        List<Sheet> sheets = new ArrayList<>();
        for (Runner runner : prepared(condition).runners()) {
            sheets.add(runner.run(replicate, 1, study.backend()));
        }
        return new StudyReplicate(study, condition, replicate, sheets);
    }

    /** The blocks of a condition one after the other, up to where it stops. */
    private final class Progression {
        private final int condition;
        private final List<Tally> tallies = new ArrayList<>();
        private int next;
        private boolean stopped;

        Progression(int condition) {
            this.condition = condition;
            plans.get(condition).forEach(plan -> tallies.add(new Tally(plan, study.level())));
        }

        /** Whether the blocks that are there, from the first one on, reach what was wanted before the last. */
        synchronized boolean stopped(UnitStore store) {
            while (!stopped && next < blocks && store.has(condition * blocks + next)) {
                byte[] result = store.read(condition * blocks + next);
                next++;
                if (result.length > 0) {
                    merge(result);
                }
                stopped =
                        next < blocks && study.stop().any() && tallies.stream().allMatch(study.stop()::reached);
            }
            return stopped;
        }

        private void merge(byte[] result) {
            double[] state = new double[result.length / Double.BYTES];
            ByteBuffer.wrap(result).asDoubleBuffer().get(state);
            int at = 0;
            for (Tally tally : tallies) {
                tally.merge(state, at);
                at += tally.size();
            }
        }
    }
}
