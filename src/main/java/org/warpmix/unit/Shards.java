package org.warpmix.unit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The shards of one run, joined: a store that has every unit, each from one file, and takes no more. */
public final class Shards implements UnitStore {

    private final List<UnitFile> files;
    private final UnitFile[] owners;

    private Shards(List<UnitFile> files, UnitFile[] owners) {
        this.files = files;
        this.owners = owners;
    }

    /**
     * Opens files that {@link ShardFile} wrote, in any order.
     *
     * @throws IllegalArgumentException where they are not of one run, or a unit is in two of them, in none, or damaged
     * @throws IOException when one cannot be read, in one line
     */
    public static Shards join(List<Path> paths) throws IOException {
        List<UnitFile> files = new ArrayList<>();
        try {
            for (Path path : paths) {
                files.add(open(path));
            }
            return new Shards(List.copyOf(files), owners(paths, files));
        } catch (IOException | RuntimeException e) {
            close(files);
            throw e;
        }
    }

    private static UnitFile open(Path path) throws IOException {
        UnitFile file;
        try {
            file = UnitFile.open(path, false);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(path + ": there is no such file.", e);
        } catch (AccessDeniedException e) {
            throw new IOException(path + ": no permission to read it.", e);
        } catch (IOException e) {
            throw new IOException(path + " cannot be read (" + UnitFile.reason(e) + ").", e);
        }
        if (file == null || file.damaged() > 0) {
            if (file != null) {
                file.close();
            }
            throw new IllegalArgumentException(path + " is damaged. Run its shard again.");
        }
        return file;
    }

    private static UnitFile[] owners(List<Path> paths, List<UnitFile> files) {
        RunIdentity identity = files.get(0).header().identity();
        UnitFile[] owners = new UnitFile[identity.units()];
        for (int f = 0; f < files.size(); f++) {
            UnitFile file = files.get(f);
            String difference = identity.difference(file.header().identity());
            if (difference != null) {
                throw new IllegalArgumentException(paths.get(f) + " is of another run than " + paths.get(0) + ": "
                        + difference + ". Join the shards of one run.");
            }
            for (int unit = 0; unit < owners.length; unit++) {
                if (!file.has(unit)) {
                    continue;
                }
                if (owners[unit] != null) {
                    throw new IllegalArgumentException(paths.get(f) + " has units that "
                            + paths.get(files.indexOf(owners[unit])) + " has, too. Give each shard once.");
                }
                owners[unit] = file;
            }
        }
        int missing = 0;
        int first = -1;
        for (int unit = owners.length - 1; unit >= 0; unit--) {
            if (owners[unit] == null) {
                missing++;
                first = unit;
            }
        }
        if (missing > 0) {
            throw new IllegalArgumentException(
                    missing + " of " + owners.length + " units are in none of the files, unit " + (first + 1)
                            + " the first of them. Give all shards of the run.");
        }
        return owners;
    }

    /** The run that they are of. */
    public RunHeader header() {
        return files.get(0).header();
    }

    @Override
    public boolean has(int unit) {
        return true;
    }

    @Override
    public byte[] read(int unit) {
        return owners[unit].read(unit);
    }

    @Override
    public void write(int unit, byte[] result) {
        throw new IllegalStateException("All units are there, and unit " + unit + " was computed again.");
    }

    @Override
    public void close() {
        try {
            close(files);
        } catch (IOException e) {
            throw new UncheckedIOException("The shards cannot be closed (" + UnitFile.reason(e) + ").", e);
        }
    }

    private static void close(List<UnitFile> files) throws IOException {
        for (UnitFile file : files) {
            file.close();
        }
    }
}
