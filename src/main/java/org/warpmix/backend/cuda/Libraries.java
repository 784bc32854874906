package org.warpmix.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds and loads CUDA's libraries and JCuda's bindings to them, each when it is first asked for. This class itself
 * needs nothing of JCuda.
 *
 * <p>A library is looked for in the directory of the system property {@value #PROPERTY}, in the cache, in
 * {@code CUDA_HOME} and {@code CUDA_PATH}, in {@code LD_LIBRARY_PATH}, and where toolkits are installed; one that is
 * found is loaded by its path, and the bindings then meet it by its name. What is not found is left to the system's
 * loader.
 */
final class Libraries {

    static final String PROPERTY = "org.warpmix.cuda.libraries";

    /** The folder of the cache that the fetched libraries lie in. */
    static final String FETCHED = "cuda-12.6";

    static final String DRIVER = "libcuda.so.1";
    static final String NVRTC = "libnvrtc.so.12";
    static final String CUBLAS = "libcublas.so.12";
    static final String CUSOLVER = "libcusolver.so.11";

    private static final String JCUDA = "12.6.0";

    /** How the system's loader says that a library is not there. */
    private static final Pattern ABSENT = Pattern.compile("(\\S+): cannot open shared object file");

    private static final Set<String> LOADED = new HashSet<>();

    private Libraries() {}

    /** Loads the driver. */
    static synchronized void driver() {
        bind("JCudaDriver", "jcuda.driver.JCudaDriver", DRIVER);
    }

    /** Loads the compiler of kernels. */
    static synchronized void nvrtc() {
        bind("JNvrtc", "jcuda.nvrtc.JNvrtc", NVRTC, "libnvrtc-builtins.so.12");
    }

    /** Loads cuBLAS and cuSOLVER. */
    static synchronized void blas() {
        bind("JCublas2", "jcuda.jcublas.JCublas2", CUBLAS, "libcublasLt.so.12");
        bind(
                "JCusolver",
                "jcuda.jcusolver.JCusolver",
                CUSOLVER,
                "libnvJitLink.so.12",
                "libcusparse.so.12",
                "libcusolverMg.so.11");
    }

    /** The file that a library would be loaded from, or {@code null} where that is up to the system's loader. */
    static Path find(String library) {
        for (Path directory : directories(library)) {
            if (Files.isRegularFile(directory.resolve(library))) {
                return directory.resolve(library);
            }
        }
        return null;
    }

    /** A file of the same library but another major version, or {@code null}. */
    static Path findOther(String library) {
        String stem = library.substring(0, library.indexOf(".so") + 3) + ".";
        return directories(library).stream()
                .flatMap(directory -> beginning(directory, stem).stream())
                .findFirst()
                .orElse(null);
    }

    private static List<Path> directories(String library) {
        List<Path> directories = new ArrayList<>();
        String property = System.getProperty(PROPERTY);
        if (property != null) {
            directories.add(Path.of(property).toAbsolutePath());
        }
        if (library.equals(DRIVER)) {
            return directories; // it belongs to the system's kernel and is never kept elsewhere
        }
        directories.add(Cache.directory().resolve(FETCHED));
        for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
            String home = System.getenv(variable);
            if (home != null && !home.isEmpty()) {
                directories.add(Path.of(home).toAbsolutePath().resolve("lib64"));
            }
        }
        String path = System.getenv("LD_LIBRARY_PATH");
        if (path != null) {
            Arrays.stream(path.split(":"))
                    .filter(entry -> !entry.isEmpty())
                    .map(entry -> Path.of(entry).toAbsolutePath())
                    .forEach(directories::add);
        }
        directories.addAll(toolkits());
        directories.addAll(configured());
        directories.add(Path.of("/usr/lib64"));
        return directories;
    }

    /** What the system's loader is configured to search. */
    private static List<Path> configured() {
        List<Path> directories = new ArrayList<>();
        for (Path file : beginning(Path.of("/etc/ld.so.conf.d"), "")) {
            try {
                Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("/"))
                        .map(Path::of)
                        .forEach(directories::add);
            } catch (IOException | InvalidPathException e) {
                // what is found otherwise has to do
            }
        }
        return directories;
    }

    /** Library folders of the toolkits in their usual place. */
    private static List<Path> toolkits() {
        return beginning(Path.of("/usr/local"), "cuda").stream()
                .sorted()
                .map(toolkit -> toolkit.resolve("lib64"))
                .toList();
    }

    /**
     * Loads a library, if it is found.
     *
     * @param needed names of those that it needs, perhaps without a minor version: where its folder has them, they are
     *     loaded before it
     */
    private static void preload(String library, String... needed) {
        Path file = find(library);
        if (file == null) {
            return;
        }
        for (String name : needed) {
            Path exact = file.resolveSibling(name);
            List<Path> paths = Files.exists(exact) ? List.of(exact) : beginning(file.getParent(), name + ".");
            paths.forEach(path -> load(path, library));
        }
        load(file, library);
    }

    private static List<Path> beginning(Path directory, String name) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, name + "*")) {
            files.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            // a folder that is not there, or not to be read, has none
        }
        return found;
    }

    /** Loads a library, and then JCuda's binding to it, of which {@code type} is the class. */
    private static void bind(String name, String type, String library, String... needed) {
        if (LOADED.contains(name)) {
            return;
        }
        Path file = unpacked("lib" + name + "-" + JCUDA + "-linux-x86_64.so", library);
        preload(library, needed);
        load(file, library);
        // JCuda's own loader, which the class initialiser calls, knows no path: it takes a file of this name in the
        // temporary directory, and would write it there for anybody to replace. It is told that ours is that directory.
        String temporary = System.getProperty("java.io.tmpdir");
        System.setProperty("java.io.tmpdir", file.getParent().toString());
        try {
            Class.forName(type, true, Libraries.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw new LibraryMissing("jcuda", "JCuda's " + type + " does not load (" + firstLine(e) + ").", e);
        } finally {
            System.setProperty("java.io.tmpdir", temporary);
        }
        LOADED.add(name);
    }

    private static void load(Path file, String library) {
        try {
            System.load(file.toRealPath().toString());
        } catch (UnsatisfiedLinkError | IOException e) {
            throw missing(library, firstLine(e), e);
        }
    }

    private static LibraryMissing missing(String library, String seen, Throwable cause) {
        String remedy = library.equals(DRIVER)
                ? "Install the NVIDIA driver, in a container start it with --gpus all, or use the cpu backend."
                : "Fetch it with 'warpmix devices --fetch', or install the CUDA 12 toolkit.";
        Matcher absent = ABSENT.matcher(seen);
        String what = absent.find() ? absent.group(1) + " was not found" : library + " does not load (" + seen + ")";
        return new LibraryMissing(library, what + ". " + remedy, cause);
    }

    /** JCuda's binding as a file that only we can have written, with the bytes of the jar. */
    private static Path unpacked(String name, String library) {
        try (InputStream resource = Libraries.class.getResourceAsStream("/lib/" + name)) {
            if (resource == null) {
                throw new LibraryMissing(
                        "jcuda",
                        "JCuda is not on the class path, or not for this machine (" + System.getProperty("os.name")
                                + ", " + System.getProperty("os.arch") + "): there is no " + name + ". The cuda backend"
                                + " runs on Linux, x86-64, with org.jcuda's jcuda, jcublas, jcusolver and natives.",
                        null);
            }
            byte[] content = resource.readAllBytes();
            try {
                return unpack(Cache.folder("jcuda-" + JCUDA).resolve(name), content);
            } catch (IOException e) {
                Path folder = Files.createTempDirectory("warpmix");
                folder.toFile().deleteOnExit();
                Path file = unpack(folder.resolve(name), content);
                file.toFile().deleteOnExit();
                return file;
            }
        } catch (IOException e) {
            throw missing(library, name + " cannot be unpacked: " + e.getMessage(), e);
        }
    }

    private static Path unpack(Path file, byte[] content) throws IOException {
        if (!Files.exists(file)
                || Files.size(file) != content.length
                || !Arrays.equals(Files.readAllBytes(file), content)) {
            Cache.write(file, content);
        }
        return file;
    }

    private static String firstLine(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse(message);
    }
}
