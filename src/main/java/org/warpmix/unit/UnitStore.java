package org.warpmix.unit;

import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The results of units, kept. Safe for several threads. */
public interface UnitStore extends AutoCloseable {

    /** Whether a unit's result is there, whole. */
    boolean has(int unit);

    /**
     * A unit's result.
     *
     * @throws IllegalStateException where it is not there
     * @throws UncheckedIOException when it cannot be read, in one line
     */
    byte[] read(int unit);

    /**
     * Keeps a unit's result; one that is there stays as it is.
     *
     * @throws UncheckedIOException when it cannot be written, in one line that tells what is kept and the way out
     */
    void write(int unit, byte[] result);

    /** Gives back what it holds open. */
    @Override
    void close();

    /** A store in memory, which ends with the process. */
    static UnitStore inMemory() {
        Map<Integer, byte[]> results = new ConcurrentHashMap<>();
        return new UnitStore() {
            @Override
            public boolean has(int unit) {
                return results.containsKey(unit);
            }

            @Override
            public byte[] read(int unit) {
                byte[] result = results.get(unit);
                if (result == null) {
                    throw missing(unit);
                }
                return result;
            }

            @Override
            public void write(int unit, byte[] result) {
                results.putIfAbsent(unit, result);
            }

            @Override
            public void close() {}
        };
    }

    /** What {@link #read} throws where there is nothing. */
    static IllegalStateException missing(int unit) {
        return new IllegalStateException("Unit " + unit + " was asked for and is not there.");
    }
}
