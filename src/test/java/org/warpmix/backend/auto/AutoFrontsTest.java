package org.warpmix.backend.auto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.warpmix.backend.cuda.EmulatedDevice;
import org.warpmix.likelihood.FrontSize;

/** When a single fit goes to a GPU. */
class AutoFrontsTest {

    private static final FrontSize SMALL = size(2_000, 1);
    private static final FrontSize LARGE = size(8_000, 1);
    private static final FrontSize NESTED = size(8_000, 2);
    private static final FrontSize HUGE = size(84_434, 1);

    private final List<String> said = new ArrayList<>();

    private static FrontSize size(int order, int eliminated) {
        List<String> names = List.of("user", "group").subList(0, eliminated);
        return new FrontSize("movie (many levels)", names, order, 1, 1, 1000, 100_000, 1e7, 3L * order, 0);
    }

    @BeforeAll
    static void need() {
        assumeTrue(EmulatedDevice.available(), "no g++ on Linux, x86-64: the emulated device cannot be built");
    }

    @BeforeEach
    void use() {
        EmulatedDevice.use();
    }

    @AfterEach
    void heal() {
        EmulatedDevice.reset();
    }

    @Test
    void theEmulatedDeviceIsNeverPicked() {
        try (AutoFronts fronts = new AutoFronts(said::add)) {
            assertFalse(fronts.takes(HUGE));
        }
        assertEquals(List.of(), said);
    }

    @Test
    void smallOnesStayAndLargeOnesGo() {
        try (AutoFronts fronts = new AutoFronts(said::add, 50, true)) {
            assertFalse(fronts.takes(SMALL));
            assertTrue(fronts.takes(LARGE));
        }
        assertEquals(List.of(), said);
    }

    @Test
    void whatDoesNotFitStaysAndIsTold() {
        try (AutoFronts fronts = new AutoFronts(said::add, 50, true)) {
            assertFalse(fronts.takes(HUGE));
            assertFalse(fronts.takes(NESTED));
        }
        assertEquals(1, said.size());
        assertTrue(
                said.get(0)
                        .startsWith(
                                "The GPU is not used: movie (many levels): the dense block of order 84,434 needs 57.4 GB of"),
                said.get(0));
    }
}
