package org.warpmix.unit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The units of a run in a folder, from which it goes on after it was killed.
 *
 * <pre>
 * try (Checkpoint checkpoint = Checkpoint.open(Path.of("boot"), identity)) {
 *     UnitRun.of(identity.units(), checkpoint).run(compute, done -&gt; true);
 * }
 * </pre>
 *
 * <p>In the folder are a file {@code units}, in which each unit is whole or absent whenever the process is killed, and a file
 * {@code lock}, locked while a process works here and naming it. Nothing else is written, and nothing elsewhere.
 */
public final class Checkpoint implements UnitStore {

    private static final String UNITS = "units";
    private static final String DRAFT = "units.new";
    private static final String LOCK = "lock";

    /** Locks that this process has. */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    private static final int LONGEST_NAME = 1000;

    private final Path folder;
    private final Path lock;
    private final FileChannel locked;
    private final UnitFile units;
    private final int found;
    private final int damaged;

    private Checkpoint(Path folder, Path lock, FileChannel locked, UnitFile units, int found, int damaged) {
        this.folder = folder;
        this.lock = lock;
        this.locked = locked;
        this.units = units;
        this.found = found;
        this.damaged = damaged;
    }

    /**
     * Opens a folder: a new one, which is made, an empty one, or one with units of the same run.
     *
     * @throws IllegalArgumentException where the folder has units of another run (naming the first setting that differs), has
     *     something else, or is in use by another process, and where it cannot be made
     * @throws IOException when it cannot be read or written, in one line
     */
    public static Checkpoint open(Path folder, RunIdentity identity) throws IOException {
        make(folder);
        Path lock = folder.toRealPath().resolve(LOCK);
        FileChannel locked = lock(folder, lock);
        try {
            return open(folder, identity, lock, locked);
        } catch (AccessDeniedException e) {
            unlock(lock, locked);
            throw new IOException(folder + ": no permission to write there.", e);
        } catch (IOException e) {
            unlock(lock, locked);
            throw new IOException(folder + " cannot be used for a checkpoint (" + UnitFile.reason(e) + ").", e);
        } catch (RuntimeException e) {
            unlock(lock, locked);
            throw e;
        }
    }

    private static Checkpoint open(Path folder, RunIdentity identity, Path lock, FileChannel locked)
            throws IOException {
        Path file = folder.resolve(UNITS);
        UnitFile units = null;
        int damaged = 0;
        if (Files.exists(file)) {
            units = UnitFile.open(file, true);
            damaged = units == null ? 1 : units.damaged();
        }
        if (units == null) {
            // Under a name of its own until its beginning is whole: a kill in between leaves no file without one.
            Path draft = folder.resolve(DRAFT);
            UnitFile.create(draft, new RunHeader(identity, List.of())).close();
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            units = UnitFile.open(file, true);
        }
        String difference = units.header().identity().difference(identity);
        if (difference != null) {
            units.close();
            throw new IllegalArgumentException(folder + " is the checkpoint of another run: " + difference
                    + ". Name another folder, or ask for the same as before.");
        }
        return new Checkpoint(folder, lock, locked, units, units.found(), damaged);
    }

    private static void make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                List<String> names =
                        entries.map(entry -> entry.getFileName().toString()).toList();
                if (!names.isEmpty() && !List.of(UNITS, DRAFT, LOCK).containsAll(names)) {
                    throw new IllegalArgumentException(
                            folder + " has other files. Name a folder of its own for the checkpoint; it is made.");
                }
            } catch (AccessDeniedException e) {
                throw new IOException(folder + ": no permission to read it.", e);
            }
            return;
        }
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) { // else another process made it just now, and the lock tells the two apart
                throw new IllegalArgumentException(
                        folder + " is a file. Name a folder for the checkpoint; it is made.", e);
            }
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(folder + " cannot be made: there is no folder to make it in.", e);
        } catch (AccessDeniedException e) {
            throw new IOException(folder + " cannot be made: no permission to write there.", e);
        } catch (IOException e) {
            throw new IOException(folder + " cannot be made (" + UnitFile.reason(e) + ").", e);
        }
    }

    private static FileChannel lock(Path folder, Path file) throws IOException {
        // Asked first: to close another channel of the file would give up the lock that this process has.
        if (!LOCKED.add(file)) {
            throw inUse(folder, self());
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            if (channel.tryLock() == null) {
                ByteBuffer owner = ByteBuffer.allocate((int) Math.min(LONGEST_NAME, channel.size()));
                channel.read(owner, 0);
                throw inUse(
                        folder,
                        StandardCharsets.UTF_8.decode(owner.flip()).toString().strip());
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(self() + "\n"), 0);
            return channel;
        } catch (AccessDeniedException e) {
            unlock(file, channel);
            throw new IOException(folder + ": no permission to write there.", e);
        } catch (IOException e) {
            unlock(file, channel);
            throw new IOException(folder + " cannot be locked (" + UnitFile.reason(e) + ").", e);
        } catch (RuntimeException e) {
            unlock(file, channel);
            throw e;
        }
    }

    private static void unlock(Path file, FileChannel channel) throws IOException {
        if (channel != null) {
            channel.close();
        }
        LOCKED.remove(file);
    }

    private static IllegalArgumentException inUse(Path folder, String owner) {
        return new IllegalArgumentException(folder + " is in use by " + (owner.isEmpty() ? "another process" : owner)
                + ". Wait until that has ended, or name another folder.");
    }

    private static String self() {
        String host;
        try { // not by InetAddress, which asks a name server and may wait for one
            host = Files.readString(Path.of("/proc/sys/kernel/hostname")).trim();
        } catch (IOException e) {
            host = System.getenv().getOrDefault("HOSTNAME", "this machine"); // elsewhere than on Linux
        }
        return "process " + ProcessHandle.current().pid() + " on " + host;
    }

    /** How many units were there when it was opened. */
    public int found() {
        return found;
    }

    /** How many records were torn or damaged when it was opened: their units are not there, unless written again since. */
    public int damaged() {
        return damaged;
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
            throw failure(e);
        }
    }

    @Override
    public void close() {
        try (units) {
            unlock(lock, locked);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private UncheckedIOException failure(IOException e) {
        return new UncheckedIOException(
                folder + ": writing failed (" + UnitFile.reason(e) + "). " + units.found() + " of "
                        + units.header().identity().units() + " units are kept; make room and call again.",
                e);
    }
}
