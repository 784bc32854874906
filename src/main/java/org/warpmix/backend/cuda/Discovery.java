package org.warpmix.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What there is of CUDA on this machine, and where it is not all that it takes, why, and the way out. Looking never
 * fails; it needs nothing of JCuda to be there.
 *
 * @param status whether kernels can be run
 * @param message one line: what was seen, what follows, the way out; empty where nothing is to be told
 * @param driver the newest CUDA version that the driver knows, such as {@code 12.8}, or {@code null}
 * @param cards the GPUs that the driver shows
 * @param libraries those used beside the driver
 */
public record Discovery(Status status, String message, String driver, List<Card> cards, List<Library> libraries) {

    /** Whether kernels can be run, or what is missing first. */
    public enum Status {
        AVAILABLE,
        NO_DEVICE,
        NO_DRIVER,
        NO_LIBRARY
    }

    /**
     * One GPU.
     *
     * @param architecture ten times its compute capability
     * @param freeBytes of its memory
     * @param emulated whether it is the host itself, for tests
     * @param problem why it cannot be used, or {@code null}
     */
    public record Card(
            int ordinal,
            String name,
            int architecture,
            long totalBytes,
            long freeBytes,
            boolean emulated,
            String problem) {

        /** Its compute capability, such as {@code 9.0}. */
        public String capability() {
            return architecture / 10 + "." + architecture % 10;
        }
    }

    /**
     * A library of CUDA.
     *
     * @param path of its file, or {@code null} where it was not found
     * @param problem what follows where it was not found, and the way out; else {@code null}
     */
    public record Library(String name, String path, String problem) {}

    /** What discovery asks the machine. */
    interface Probe {

        String environment(String variable);

        /**
         * Loads the driver.
         *
         * @throws LibraryMissing where it or the binding to it is not there
         */
        void load();

        /** The code of {@code cuInit}. */
        int initialize();

        String describe(int code);

        /** 1000 times the major version, 10 times the minor. */
        int driverVersion();

        int count();

        Card card(int ordinal);

        /** The file of a library, or {@code null}. */
        String find(String library);

        /** A file of the same library but another version, or {@code null}. */
        String findOther(String library);

        boolean nvcc();
    }

    /** The least version of the driver: cubins of CUDA 12 run on it. */
    private static final int LEAST_DRIVER = 12_000;
    /** What a context, the kernels and one replicate take in any case. */
    private static final long LEAST_MEMORY = 64L << 20;

    private static final int NO_DEVICE = 100;
    private static final int STUB = 34;

    private static final String FETCH = "fetch it with 'warpmix devices --fetch', or install the CUDA 12 toolkit.";

    /** Looks. */
    public static Discovery cuda() {
        try {
            return cuda(new DriverProbe());
        } catch (LinkageError e) {
            return none(
                    Status.NO_LIBRARY,
                    "JCuda is not on the class path (" + e.getMessage() + "): add org.jcuda's"
                            + " jcuda, jcublas and jcusolver with their natives, or use the warpmix command.");
        }
    }

    static Discovery cuda(Probe probe) {
        int code;
        try {
            probe.load();
            code = probe.initialize();
        } catch (LibraryMissing e) {
            boolean driver = e.library().equals(Libraries.DRIVER);
            return none(driver ? Status.NO_DRIVER : Status.NO_LIBRARY, e.getMessage());
        }
        int version = probe.driverVersion();
        String driver = version == 0 ? null : version / 1000 + "." + version % 1000 / 10;
        if (code == NO_DEVICE) {
            return new Discovery(Status.NO_DEVICE, noDevice(probe), driver, List.of(), List.of());
        }
        if (code != 0) {
            return new Discovery(Status.NO_DRIVER, noDriver(probe, code), driver, List.of(), List.of());
        }
        if (version < LEAST_DRIVER) {
            return new Discovery(
                    Status.NO_DRIVER,
                    "The NVIDIA driver is for CUDA " + driver + ", the kernels need CUDA 12.0. Update the driver to 525"
                            + " or later.",
                    driver,
                    List.of(),
                    List.of());
        }
        return cards(probe, driver);
    }

    private static Discovery cards(Probe probe, String driver) {
        List<Card> cards = new ArrayList<>();
        int count = probe.count();
        for (int i = 0; i < count; i++) {
            cards.add(withProblem(probe.card(i)));
        }
        List<Library> libraries = List.of(
                library(
                        probe,
                        Libraries.NVRTC,
                        probe.nvcc() ? "nvcc compiles the kernels in its place" : "nothing compiles the kernels"),
                library(probe, Libraries.CUBLAS, "models with several grouping factors stay on the cpu"),
                library(probe, Libraries.CUSOLVER, "models with several grouping factors stay on the cpu"));
        if (cards.isEmpty()) {
            return new Discovery(Status.NO_DEVICE, noDevice(probe), driver, cards, libraries);
        }
        if (cards.stream().allMatch(card -> card.problem() != null)) {
            return new Discovery(Status.NO_DEVICE, cards.get(0).problem(), driver, cards, libraries);
        }
        Library compiler = libraries.get(0);
        if (compiler.path() == null && !probe.nvcc()) {
            return new Discovery(Status.NO_LIBRARY, compiler.problem(), driver, cards, libraries);
        }
        return new Discovery(Status.AVAILABLE, "", driver, List.copyOf(cards), libraries);
    }

    /** Whether there is a GPU to use unasked: a real one. */
    public boolean automatic() {
        return status == Status.AVAILABLE
                && cards.stream().anyMatch(card -> card.problem() == null && !card.emulated());
    }

    private static Card withProblem(Card card) {
        String problem = card.problem();
        if (problem == null && card.architecture() < Device.OLDEST_ARCHITECTURE) {
            problem = card.name() + " has compute capability " + card.capability()
                    + ", the kernels need 7.5 or later: it is not used. Use the cpu backend.";
        } else if (problem == null && card.freeBytes() < LEAST_MEMORY) {
            problem = String.format(
                    Locale.ROOT,
                    "%s has %,d MiB of memory free, too few for the kernels and their data: it is not used. End what"
                            + " else runs on it (nvidia-smi tells), or use the cpu backend.",
                    card.name(),
                    card.freeBytes() >> 20);
        }
        return new Card(
                card.ordinal(),
                card.name(),
                card.architecture(),
                card.totalBytes(),
                card.freeBytes(),
                card.emulated(),
                problem);
    }

    private static Library library(Probe probe, String name, String consequence) {
        String path = probe.find(name);
        if (path != null) {
            return new Library(name, path, null);
        }
        String other = probe.findOther(name);
        String seen = other == null ? name + " was not found" : other + " is of another version than " + name;
        return new Library(name, null, seen + ", so " + consequence + ": " + FETCH);
    }

    private static String noDevice(Probe probe) {
        String visible = probe.environment("CUDA_VISIBLE_DEVICES");
        if (visible == null) {
            return "The driver sees no NVIDIA GPU. In a container, start it with --gpus all; else use the cpu backend.";
        }
        return visible.isBlank()
                ? "CUDA_VISIBLE_DEVICES is set and empty, which hides every GPU. Unset it."
                : "CUDA_VISIBLE_DEVICES=" + visible + " leaves no GPU. Unset it, or name GPUs that nvidia-smi lists.";
    }

    private static String noDriver(Probe probe, int code) {
        String seen = "The NVIDIA driver does not start: " + probe.describe(code) + ". ";
        return seen
                + switch (code) {
                    case STUB ->
                        "It is the toolkit's stub, found before the driver's libcuda.so.1. Take the folder 'stubs' out of"
                                + " LD_LIBRARY_PATH.";
                    case 35, 36, 803, 804 ->
                        "Its parts are of different versions, or it is too old. Update the driver, or restart after an"
                                + " update.";
                    case 304, 800 ->
                        "Most often the files /dev/nvidia* may not be opened. Ask for the permission, or start the"
                                + " container with --gpus all.";
                    case 802 -> "Its services still start. Try again, or start nvidia-fabricmanager.";
                    default -> "See what nvidia-smi says, or use the cpu backend.";
                };
    }

    private static Discovery none(Status status, String message) {
        return new Discovery(status, message, null, List.of(), List.of());
    }
}
