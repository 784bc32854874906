package org.warpmix.unit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes the units of a shard to one file, for {@link Shards} to join. Until {@link #finish} the file has another name,
 * {@code FILE.part}: a file of the name asked for has all units of its shard.
 */
public final class ShardFile implements UnitStore {

    private final Path file;
    private final Path part;
    private final UnitFile units;

    private ShardFile(Path file, Path part, UnitFile units) {
        this.file = file;
        this.part = part;
        this.units = units;
    }

    /**
     * Starts a file.
     *
     * @throws IOException when it cannot be written, in one line
     */
    public static ShardFile create(Path file, RunHeader header) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            return new ShardFile(file, part, UnitFile.create(part, header));
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": there is no folder to write it to.", e);
        } catch (AccessDeniedException e) {
            throw new IOException(file + ": no permission to write it.", e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be written (" + UnitFile.reason(e) + ").", e);
        }
    }

    /** Takes the units of a shard from another store. */
    public void copy(UnitStore from, Shard shard) {
        int count = units.header().identity().units();
        for (int unit = shard.from(count); unit < shard.to(count); unit++) {
            write(unit, from.read(unit));
        }
    }

    /** Gives the file its name, now that all units are in it; one that has the name is replaced. */
    public void finish() throws IOException {
        try {
            units.force();
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException(file + " cannot be written (" + UnitFile.reason(e) + ").", e);
        }
    }

    @Override
    public boolean has(int unit) {
        return units.has(unit);
    }

    @Override
    public byte[] read(int unit) {
        return units.read(unit);
    }

    @Override
    public void write(int unit, byte[] result) {
        try {
            units.write(unit, result);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    file + ": writing failed (" + UnitFile.reason(e)
                            + "). Nothing of it is kept; make room and run the shard" + " again.",
                    e);
        }
    }

    /** Closes it; a file that is not finished is removed. */
    @Override
    public void close() {
        try (units) {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new UncheckedIOException(part + " cannot be removed (" + UnitFile.reason(e) + ").", e);
        }
    }
}
