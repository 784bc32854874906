package org.warpmix.spark;

import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;

/** A run that is ready to compute any of its units. It serves one task at a time. */
public interface UnitSource extends AutoCloseable {

    /** What the run is: the driver refuses units of another one than its own. */
    RunIdentity identity();

    /** Puts the units of a shard into a store. */
    void fill(UnitStore store, Shard shard);

    @Override
    default void close() {}
}
