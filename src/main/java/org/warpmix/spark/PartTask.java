package org.warpmix.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceInformation;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** Computes the units of a part on an executor, by a run that was made there before where one has nothing to do. */
final class PartTask extends AbstractFunction1<Iterator<Integer>, SparkUnits.Part> implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final String THREADS = "org.warpmix.threads";

    /** Runs of this process that have nothing to do, by the request and the GPUs that they are of. */
    private static final Map<Kind, Deque<UnitSource>> IDLE = new HashMap<>();

    private record Kind(long request, List<Integer> gpus) {}

    private final Broadcast<SparkUnits.Request> request;

    PartTask(Broadcast<SparkUnits.Request> request) {
        this.request = request;
    }

    @Override
    public SparkUnits.Part apply(Iterator<Integer> parts) {
        TaskContext task = TaskContext.get();
        if (System.getProperty(THREADS) == null) {
            System.setProperty(THREADS, Integer.toString(task.cpus()));
        }
        try {
            Kind kind = new Kind(request.id(), gpus(task));
            UnitSource source = take(kind);
            if (source == null) {
                source = request.value().recipe().open(kind.gpus());
            }
            SparkUnits.Part part = compute(source, parts.next());
            give(kind, source);
            return part;
        } catch (IllegalArgumentException e) { // it would be the same again, here and elsewhere
            return new SparkUnits.Part(host(), e.getMessage(), null, null, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private SparkUnits.Part compute(UnitSource source, int number) {
        SparkUnits.Request asked = request.value();
        int units = asked.units();
        if (source.identity().units() != units) {
            return new SparkUnits.Part(host(), null, source.identity(), new int[0], new byte[0][]);
        }
        Shard part = new Shard(number, asked.parts());
        BitSet missing = asked.missing().get(0, part.to(units));
        missing.clear(0, part.from(units));
        int[] wanted = missing.stream().toArray();
        byte[][] results = new byte[wanted.length][];
        try (UnitStore store = UnitStore.inMemory()) {
            if (wanted.length == part.to(units) - part.from(units)) {
                source.fill(store, part);
            } else {
                for (int unit : wanted) {
                    source.fill(store, new Shard(unit + 1, units));
                }
            }
            for (int i = 0; i < wanted.length; i++) {
                results[i] = store.read(wanted[i]);
            }
        }
        return new SparkUnits.Part(host(), null, source.identity(), wanted, results);
    }

    private static String host() {
        return org.apache.spark.SparkEnv.get().blockManager().blockManagerId().host();
    }

    /** Ordinals of the GPUs that Spark gives the task. */
    private static List<Integer> gpus(TaskContext task) {
        ResourceInformation found = task.resourcesJMap().get("gpu");
        List<Integer> ordinals = new ArrayList<>();
        for (String address : found == null ? new String[0] : found.addresses()) {
            try {
                ordinals.add(Integer.parseInt(address.strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "Spark calls a GPU '" + address + "'. Let the discovery script print ordinals: 0, 1, …", e);
            }
        }
        return ordinals;
    }

    /** A run that has nothing to do, or {@code null}; those of earlier requests end. */
    private static synchronized UnitSource take(Kind kind) {
        IDLE.entrySet().removeIf(entry -> {
            boolean old = entry.getKey().request() < kind.request();
            if (old) {
                entry.getValue().forEach(UnitSource::close);
            }
            return old;
        });
        Deque<UnitSource> idle = IDLE.get(kind);
        return idle == null ? null : idle.poll();
    }

    private static synchronized void give(Kind kind, UnitSource source) {
        IDLE.computeIfAbsent(kind, fresh -> new ArrayDeque<>()).push(source);
    }
}
