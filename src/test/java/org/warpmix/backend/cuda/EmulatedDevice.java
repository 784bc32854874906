package org.warpmix.backend.cuda;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A CUDA device on the host, for tests where there is no GPU: libraries of the names and calls of CUDA's, built from
 * {@code src/test/emulator}, which JCuda uses like the real ones, and the faults that a test wants of it.
 *
 * <p>Compute capability 8.0, 2 multiprocessors, 1 GiB of memory. It is stricter than a real device: memory is NaN
 * until it is set, an access outside of all allocations fails the kernel (700), and a barrier that not all threads
 * reach fails it too (719); as with CUDA, every later call then returns that code, until the context is released.
 * {@link #lastMessage} has the details, which also go to the standard error.
 *
 * <p>Threads of a block run in turns, blocks one after the other, streams side by side.
 */
public final class EmulatedDevice {

    private static final Path SOURCES = Path.of("src/test/emulator").toAbsolutePath();
    private static final Path BUILT = Path.of("target/emulated").toAbsolutePath();

    private static Path libraries;

    private EmulatedDevice() {}

    /** Whether it can be built here: Linux, x86-64, with a g++. */
    public static boolean available() {
        boolean platform = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        return platform
                && Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "g++")));
    }

    /** Builds the libraries, unless that is done, has JCuda find them and heals all faults. */
    public static synchronized void use() {
        System.setProperty("org.warpmix.cuda.libraries", libraries().toString());
        System.setProperty("org.warpmix.cache", libraries().resolve("cache").toString());
        System.load(libraries().resolve("libcuda.so.1").toString());
        reset();
    }

    /**
     * The folder of the libraries, which are built when their sources have changed.
     *
     * @throws IllegalStateException with the compiler's log
     */
    static synchronized Path libraries() {
        try {
            if (libraries == null) {
                Path folder = BUILT.resolve(fingerprint());
                if (!Files.exists(folder)) {
                    build(folder);
                }
                libraries = folder;
            }
            return libraries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The call, after {@code after} uses more, fails {@code times} times.
     *
     * @param call its name as documented, without {@code _v2}: {@code cuMemAlloc}, {@code nvrtcCompileProgram}
     * @param code what it returns: a {@code CUresult}, or a status of the call's own library
     */
    public static native void fail(String call, int after, int times, int code);

    /** The device is lost once {@code afterCalls} more calls of any kind were made: all then return 719. */
    public static native void lose(int afterCalls);

    /** Device memory in bytes; what is allocated stays. */
    public static native void limitMemory(long bytes);

    /** Device memory that is allocated, in bytes as they were asked for. */
    public static native long allocatedBytes();

    /** Every copy between host and device takes at least so long. */
    public static native void slowCopies(int microseconds);

    /** How many devices there are, 1 to 4; they share one memory, but streams and kernels are each one's own. */
    public static native void devices(int count);

    /** What was last wrong in a kernel or a call, empty where nothing was. */
    public static native String lastMessage();

    /** Waits for all work, then heals all faults and takes all limits away; memory and handles stay. */
    public static native void reset();

    /** Several processes may build at once: each in a folder of its own, and the first one's is kept. */
    private static void build(Path folder) throws IOException {
        Files.createDirectories(BUILT);
        Path scratch = Files.createTempDirectory(BUILT, "building");
        Path log = scratch.resolve("log");
        Process build = new ProcessBuilder(
                        List.of("bash", SOURCES + "/build.sh", scratch.toString(), System.getProperty("java.home")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (build.waitFor() != 0) {
                throw new IllegalStateException("The emulated device does not build:\n" + Files.readString(log));
            }
            Files.move(scratch, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (InterruptedException e) {
            build.destroy();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The emulated device was not built to the end.", e);
        } catch (IOException e) {
            if (!Files.exists(folder)) {
                throw e;
            }
        } finally {
            delete(scratch);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private static String fingerprint() throws IOException {
        try (Stream<Path> sources = Files.list(SOURCES)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path source : sources.sorted().toList()) {
                digest.update(source.getFileName().toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(source));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
