package org.warpmix.backend.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Machine code on disk, a file for each key: the code and then its SHA-256. What is damaged is made again, and where
 * nothing can be kept each process compiles for itself.
 */
final class ImageCache {

    private static final String FOLDER = "kernels";
    private static final int CHECKSUM = 64;

    private final long most;

    /** @param most bytes that are kept; beyond, those not used for longest go */
    ImageCache(long most) {
        this.most = most;
    }

    byte[] get(String key, Supplier<byte[]> compile) {
        byte[] kept = read(key);
        if (kept != null) {
            return kept;
        }
        byte[] image = compile.get();
        keep(key, image);
        return image;
    }

    /** The code, or {@code null} where there is none or it is not what was written. */
    private static byte[] read(String key) {
        try {
            Path file = Cache.folder(FOLDER).resolve(key);
            byte[] content = Files.readAllBytes(file);
            int length = content.length - CHECKSUM;
            byte[] image = Arrays.copyOf(content, Math.max(0, length));
            if (length <= 0 || !Arrays.equals(checksum(image), Arrays.copyOfRange(content, length, content.length))) {
                return null;
            }
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return image;
        } catch (IOException e) {
            return null;
        }
    }

    private void keep(String key, byte[] image) {
        byte[] content = Arrays.copyOf(image, image.length + CHECKSUM);
        System.arraycopy(checksum(image), 0, content, image.length, CHECKSUM);
        try {
            Path folder = Cache.folder(FOLDER);
            Cache.write(folder.resolve(key), content);
            removeOldest(folder);
        } catch (IOException e) {
            // a disk that is full or not ours costs the time of compiling, no more
        }
    }

    private record Entry(Path file, long bytes, FileTime used) {}

    private void removeOldest(Path folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                entries.add(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
            }
        }
        entries.sort(Comparator.comparing(Entry::used).reversed());
        long kept = 0;
        for (Entry entry : entries) {
            kept += entry.bytes();
            if (kept > most) {
                Files.deleteIfExists(entry.file());
            }
        }
    }

    private static byte[] checksum(byte[] image) {
        return Source.sha256(image).getBytes(StandardCharsets.US_ASCII);
    }
}
