package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept comes back as it was, whatever happened to the disk. */
class ImageCacheTest {

    private static final byte[] IMAGE = {1, 2, 3, 4, 5};

    @TempDir
    private Path folder;

    private final ImageCache cache = new ImageCache(1000);
    private String before;
    private int compiled;

    @BeforeEach
    void keepIn() {
        before = System.setProperty(Cache.PROPERTY, folder.toString());
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(Cache.PROPERTY);
        } else {
            System.setProperty(Cache.PROPERTY, before);
        }
    }

    private byte[] get(String key) {
        return cache.get(key, () -> {
            compiled++;
            return IMAGE.clone();
        });
    }

    @Test
    void compilesOnce() throws IOException {
        assertArrayEquals(IMAGE, get("a"));
        assertArrayEquals(IMAGE, get("a"));
        assertEquals(1, compiled);
        get("b");
        assertEquals(2, compiled);
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("kernels"))));
        try (Stream<Path> files = Files.list(folder.resolve("kernels"))) {
            assertEquals(2, files.count(), "no drafts");
        }
    }

    @Test
    void makesAgainWhatIsDamaged() throws IOException {
        get("a");
        Path file = folder.resolve("kernels/a");
        byte[] whole = Files.readAllBytes(file);
        for (int damaged = 0; damaged < whole.length; damaged++) {
            byte[] content = whole.clone();
            content[damaged] ^= 1;
            Files.write(file, content);
            assertArrayEquals(IMAGE, get("a"));
            assertEquals(2 + damaged, compiled);
        }
        compiled = 0;
        for (int length : List.of(0, 1, 64, whole.length - 1)) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertArrayEquals(IMAGE, get("a"));
        }
        assertEquals(4, compiled);
        assertArrayEquals(whole, Files.readAllBytes(file));
    }

    @Test
    void doesWithoutAFolder() throws IOException {
        Files.writeString(folder.resolve("kernels"), "a file where the folder should be");
        assertArrayEquals(IMAGE, get("a"));
        assertArrayEquals(IMAGE, get("a"));
        assertEquals(2, compiled);
    }

    @Test
    void removesWhatWasNotUsedForLongest() throws IOException {
        int most = 1000 / (IMAGE.length + 64);
        for (int i = 0; i <= most; i++) {
            get("k" + i);
            Files.setLastModifiedTime(
                    folder.resolve("kernels/k" + i), FileTime.from(Instant.ofEpochSecond(1_000_000 + i)));
        }
        compiled = 0;
        get("k1"); // used just now
        get("new");
        get("newer");
        assertEquals(2, compiled);
        get("k1");
        assertEquals(2, compiled);
        get("k2");
        get("k3");
        assertEquals(4, compiled);
    }

    @Test
    void keysTellApartAllThatDecides() {
        Source source = new Source("a.cu", new TreeMap<>(Map.of("a.cu", "x")), new TreeMap<>(Map.of("Q", "2")), 80);
        List<Source> others = List.of(
                new Source("a.cu", new TreeMap<>(Map.of("a.cu", "y")), source.defines(), 80),
                new Source("a.cu", new TreeMap<>(Map.of("a.cu", "x", "b.cuh", "")), source.defines(), 80),
                new Source("a.cu", source.texts(), new TreeMap<>(Map.of("Q", "3")), 80),
                new Source("a.cu", source.texts(), new TreeMap<>(Map.of("Q", "2", "P", "1")), 80),
                new Source("a.cu", source.texts(), source.defines(), 90));
        assertEquals(
                7,
                Stream.concat(
                                Stream.of(source.key("v1"), source.key("v2")),
                                others.stream().map(other -> other.key("v1")))
                        .distinct()
                        .count());
        assertEquals(source.key("v1"), source.key("v1"));
    }
}
