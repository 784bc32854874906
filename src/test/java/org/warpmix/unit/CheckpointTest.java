package org.warpmix.unit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

    private static final RunIdentity RUN =
            RunIdentity.of("bootstrap", 5).with("seed", 1).with("formula", "y ~ x");

    @TempDir
    Path temp;

    private static byte[] result(int unit) {
        return ("result of unit " + unit).getBytes(StandardCharsets.UTF_8);
    }

    /** A closed checkpoint with units 0 to 3. */
    private Path fourUnits() throws IOException {
        Path folder = temp.resolve("run");
        try (Checkpoint checkpoint = Checkpoint.open(folder, RUN)) {
            for (int unit = 0; unit < 4; unit++) {
                checkpoint.write(unit, result(unit));
            }
        }
        return folder;
    }

    @Test
    void goesOnFromWhatIsThere() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(fourUnits(), RUN)) {
            assertEquals(4, checkpoint.found());
            assertEquals(0, checkpoint.damaged());
            assertFalse(checkpoint.has(4));
            assertThrows(IllegalStateException.class, () -> checkpoint.read(4));
            checkpoint.write(4, result(4));
            for (int unit = 0; unit < 5; unit++) {
                assertArrayEquals(result(unit), checkpoint.read(unit));
            }
        }
        try (var files = Files.list(temp.resolve("run"))) {
            assertEquals(
                    "[lock, units]",
                    new TreeSet<>(files.map(file -> file.getFileName().toString())
                                    .toList())
                            .toString());
        }
    }

    @Test
    void resultsOfNoBytes() throws IOException {
        Path folder = temp.resolve("empty");
        try (Checkpoint checkpoint = Checkpoint.open(folder, RUN)) {
            checkpoint.write(2, new byte[0]);
        }
        try (Checkpoint checkpoint = Checkpoint.open(folder, RUN)) {
            assertTrue(checkpoint.has(2));
            assertEquals(0, checkpoint.read(2).length);
        }
    }

    /** Wherever a kill cuts the file off, whole units are there and nothing else is. */
    @Test
    void cutOffAnywhere() throws IOException {
        Path folder = fourUnits();
        Path units = folder.resolve("units");
        byte[] whole = Files.readAllBytes(units);
        int record = 12 + result(0).length;
        for (int size = whole.length; size >= whole.length - 4 * record; size--) {
            Files.write(units, java.util.Arrays.copyOf(whole, size));
            int kept = 4 - (whole.length - size + record - 1) / record;
            try (Checkpoint checkpoint = Checkpoint.open(folder, RUN)) {
                assertEquals(kept, checkpoint.found());
                assertEquals((whole.length - size) % record == 0 ? 0 : 1, checkpoint.damaged());
                checkpoint.write(4, result(4));
            }
            try (Checkpoint checkpoint = Checkpoint.open(folder, RUN)) {
                assertEquals(kept + 1, checkpoint.found());
                assertEquals(0, checkpoint.damaged(), "what was torn is written over");
                assertArrayEquals(result(4), checkpoint.read(4));
            }
        }
    }

    /** Whichever byte is damaged, no unit has another result than its own. */
    @Test
    void damagedAnywhere() throws IOException {
        Path folder = fourUnits();
        Path units = folder.resolve("units");
        byte[] whole = Files.readAllBytes(units);
        for (int at = 8; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            Files.write(units, damaged);
            try (Checkpoint checkpoint = Checkpoint.open(folder, RUN)) {
                assertTrue(checkpoint.damaged() > 0, "byte " + at);
                assertTrue(checkpoint.found() < 4);
                for (int unit = 0; unit < 5; unit++) {
                    checkpoint.write(unit, result(unit));
                }
            }
            try (Checkpoint checkpoint = Checkpoint.open(folder, RUN)) {
                for (int unit = 0; unit < 5; unit++) {
                    assertArrayEquals(result(unit), checkpoint.read(unit));
                }
            }
        }
    }

    @Test
    void anotherRunIsRefused() throws IOException {
        Path folder = fourUnits();
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Checkpoint.open(folder, RUN.with("seed", 2)));
        assertEquals(
                folder + " is the checkpoint of another run: seed: 1 → 2. Name another folder, or ask for the same as"
                        + " before.",
                e.getMessage());
        assertEquals(4, Checkpoint.open(folder, RUN).found());
    }

    @Test
    void oneProcessAtATime() throws IOException {
        Path folder = fourUnits();
        try (Checkpoint first = Checkpoint.open(folder, RUN)) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> Checkpoint.open(folder, RUN));
            assertTrue(e.getMessage()
                    .startsWith(folder + " is in use by process "
                            + ProcessHandle.current().pid() + " on "));
            assertTrue(first.has(0));
        }
        Checkpoint.open(folder, RUN).close();
    }

    @Test
    void foldersThatCannotBe() throws IOException {
        Path nowhere = temp.resolve("no/such");
        assertEquals(
                nowhere + " cannot be made: there is no folder to make it in.",
                assertThrows(IllegalArgumentException.class, () -> Checkpoint.open(nowhere, RUN))
                        .getMessage());
        Files.writeString(temp.resolve("diary.txt"), "");
        assertEquals(
                temp + " has other files. Name a folder of its own for the checkpoint; it is made.",
                assertThrows(IllegalArgumentException.class, () -> Checkpoint.open(temp, RUN))
                        .getMessage());
        Path file = temp.resolve("diary.txt");
        assertThrows(IllegalArgumentException.class, () -> Checkpoint.open(file, RUN));
        Path other = Files.createDirectory(temp.resolve("other"));
        Files.writeString(other.resolve("units"), "not ours, and longer than a magic number");
        assertEquals(
                other.resolve("units") + " is not a file of units that --shard or --checkpoint wrote.",
                assertThrows(IllegalArgumentException.class, () -> Checkpoint.open(other, RUN))
                        .getMessage());
    }
}
