package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.backend.cuda.Discovery.Card;
import org.warpmix.backend.cuda.Discovery.Status;

/** Whatever there is or is not, one line says it, with the way out. */
class DiscoveryTest {

    private static final long GIB = 1L << 30;
    private static final Card H200 = new Card(0, "NVIDIA H200", 90, 140 * GIB, 139 * GIB, false, null);

    /** A machine where all is well but what a test changes. */
    private static final class Machine implements Discovery.Probe {
        private final Map<String, String> environment = new HashMap<>();
        private LibraryMissing missing;
        private int code;
        private int version = 12_080;
        private List<Card> cards = List.of(H200);
        private Set<String> absent = Set.of();
        private String other;
        private boolean nvcc;

        @Override
        public String environment(String variable) {
            return environment.get(variable);
        }

        @Override
        public void load() {
            if (missing != null) {
                throw missing;
            }
        }

        @Override
        public int initialize() {
            return code;
        }

        @Override
        public String describe(int code) {
            return "CUDA_ERROR (" + code + ")";
        }

        @Override
        public int driverVersion() {
            return version;
        }

        @Override
        public int count() {
            return cards.size();
        }

        @Override
        public Card card(int ordinal) {
            return cards.get(ordinal);
        }

        @Override
        public String find(String library) {
            return absent.contains(library) ? null : "/cuda/" + library;
        }

        @Override
        public String findOther(String library) {
            return other;
        }

        @Override
        public boolean nvcc() {
            return nvcc;
        }
    }

    private final Machine machine = new Machine();

    private Discovery found(Status status) {
        Discovery found = Discovery.cuda(machine);
        assertEquals(status, found.status(), found.message());
        assertEquals(status == Status.AVAILABLE ? 0 : 1, found.message().lines().count());
        return found;
    }

    @Test
    void isAvailable() {
        Discovery found = found(Status.AVAILABLE);
        assertEquals("12.8", found.driver());
        assertEquals(List.of(H200), found.cards());
        assertEquals("9.0", H200.capability());
        assertTrue(found.automatic());
        assertTrue(found.libraries().stream().allMatch(library -> library.problem() == null));
    }

    @Test
    void theEmulatedDeviceIsNotForUseUnasked() {
        machine.cards = List.of(new Card(0, "Warpmix emulated device", 80, GIB, GIB, true, null));
        assertFalse(found(Status.AVAILABLE).automatic());
    }

    @Test
    void noDriver() {
        machine.missing = new LibraryMissing(Libraries.DRIVER, "No driver.", null);
        assertEquals("No driver.", found(Status.NO_DRIVER).message());
    }

    @Test
    void noJCuda() {
        machine.missing = new LibraryMissing("jcuda", "No JCuda.", null);
        assertEquals("No JCuda.", found(Status.NO_LIBRARY).message());
    }

    @ParameterizedTest
    @CsvSource({
        "34, the toolkit's stub",
        "36, Update the driver",
        "803, restart after an update",
        "304, /dev/nvidia*",
        "802, nvidia-fabricmanager",
        "999, See what nvidia-smi says",
    })
    void theDriverDoesNotStart(int code, String advice) {
        machine.code = code;
        String message = found(Status.NO_DRIVER).message();
        assertTrue(message.startsWith("The NVIDIA driver does not start: CUDA_ERROR (" + code + "). "), message);
        assertTrue(message.contains(advice), message);
    }

    @Test
    void theDriverIsTooOld() {
        machine.version = 11_040;
        assertEquals(
                "The NVIDIA driver is for CUDA 11.4, the kernels need CUDA 12.0. Update the driver to 525 or later.",
                found(Status.NO_DRIVER).message());
    }

    @Test
    void noDevice() {
        machine.code = 100;
        assertTrue(found(Status.NO_DEVICE).message().startsWith("The driver sees no NVIDIA GPU."));
        machine.environment.put("CUDA_VISIBLE_DEVICES", "");
        assertEquals(
                "CUDA_VISIBLE_DEVICES is set and empty, which hides every GPU. Unset it.",
                found(Status.NO_DEVICE).message());
        machine.environment.put("CUDA_VISIBLE_DEVICES", "7");
        assertEquals(
                "CUDA_VISIBLE_DEVICES=7 leaves no GPU. Unset it, or name GPUs that nvidia-smi lists.",
                found(Status.NO_DEVICE).message());
        machine.code = 0;
        machine.cards = List.of();
        found(Status.NO_DEVICE);
    }

    @Test
    void cardsThatCannotBeUsed() {
        Card old = new Card(0, "Tesla V100", 70, 16 * GIB, 16 * GIB, false, null);
        Card full = new Card(1, "NVIDIA A100", 80, 40 * GIB, 3 << 20, false, null);
        machine.cards = List.of(old, full);
        Discovery found = found(Status.NO_DEVICE);
        assertEquals(
                "Tesla V100 has compute capability 7.0, the kernels need 7.5 or later: it is not used. Use the cpu"
                        + " backend.",
                found.message());
        assertTrue(found.cards().get(1).problem().startsWith("NVIDIA A100 has 3 MiB of memory free, too few"));
        machine.cards = List.of(old, full, H200);
        assertTrue(found(Status.AVAILABLE).automatic());
    }

    @Test
    void noCompiler() {
        machine.absent = Set.of(Libraries.NVRTC);
        assertEquals(
                "libnvrtc.so.12 was not found, so nothing compiles the kernels: fetch it with 'warpmix devices --fetch',"
                        + " or install the CUDA 12 toolkit.",
                found(Status.NO_LIBRARY).message());
        machine.nvcc = true;
        assertTrue(found(Status.AVAILABLE).libraries().get(0).problem().contains("nvcc compiles the kernels"));
    }

    @Test
    void aLibraryOfAnotherVersion() {
        machine.absent = Set.of(Libraries.CUBLAS);
        machine.other = "/usr/local/cuda-13/lib64/libcublas.so.13";
        assertEquals(
                "/usr/local/cuda-13/lib64/libcublas.so.13 is of another version than libcublas.so.12, so models with"
                        + " several grouping factors stay on the cpu: fetch it with 'warpmix devices --fetch', or install"
                        + " the CUDA 12 toolkit.",
                found(Status.AVAILABLE).libraries().get(1).problem());
    }

    /** As where a library user has not asked for JCuda. */
    @Test
    void looksWithoutJCudaOnTheClassPath() throws Exception {
        URL classes = Path.of("target/classes").toUri().toURL();
        try (URLClassLoader alone = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            String found = alone.loadClass(Discovery.class.getName())
                    .getMethod("cuda")
                    .invoke(null)
                    .toString();
            assertTrue(found.startsWith("Discovery[status=NO_LIBRARY, message=JCuda is not on the class path"), found);
            assertTrue(found.contains("cards=[]"), found);
        }
    }

    @Test
    void findsTheEmulatedDevice() {
        assumeTrue(EmulatedDevice.available(), "the emulated device takes a g++ on Linux, x86-64");
        EmulatedDevice.use();
        Discovery found = Discovery.cuda();
        assertEquals(Status.AVAILABLE, found.status(), found.message());
        assertFalse(found.automatic());
        Card card = found.cards().get(0);
        assertTrue(card.emulated());
        assertEquals(GIB, card.totalBytes());
        assertTrue(found.libraries()
                .get(0)
                .path()
                .startsWith(EmulatedDevice.libraries().toString()));
        EmulatedDevice.fail("cuInit", 0, 1, 100);
        assertEquals(Status.NO_DEVICE, Discovery.cuda().status());
        EmulatedDevice.fail("cuDevicePrimaryCtxRetain", 0, 1, 46);
        Discovery busy = Discovery.cuda();
        assertEquals(Status.NO_DEVICE, busy.status());
        assertTrue(busy.message().startsWith("cuDevicePrimaryCtxRetain failed on device 0"), busy.message());
        EmulatedDevice.reset();
    }
}
