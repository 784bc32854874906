package org.warpmix.backend.cuda;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the files of a zip archive lie, from its last bytes (PKWARE's APPNOTE, 4.3.12 and 4.3.16). Files are called by
 * their names without folders.
 */
final class ZipDirectory {

    /** Bytes at the end of an archive, enough for the directory of one with a few hundred files. */
    static final int TAIL = 1 << 16;

    /** The least bytes before a file's data. */
    static final int HEADER = 30;

    private static final int END = 0x06054b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int DEFLATED = 8;

    /**
     * A file.
     *
     * @param offset of its header in the archive
     * @param packed bytes of its data
     */
    record Entry(long offset, long packed, boolean deflated) {}

    private final Map<String, Entry> entries = new HashMap<>();

    private ZipDirectory() {}

    /** A file, or {@code null} where there is none of the name. */
    Entry entry(String name) {
        return entries.get(name);
    }

    static ZipDirectory read(byte[] tail) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
        int end = tail.length - 22;
        while (end >= 0 && bytes.getInt(end) != END) {
            end--;
        }
        if (end < 0) {
            throw new IOException("it is no zip archive");
        }
        int count = Short.toUnsignedInt(bytes.getShort(end + 10));
        long size = Integer.toUnsignedLong(bytes.getInt(end + 12));
        if (size > end) {
            throw new IOException("its directory is longer than expected");
        }
        ZipDirectory directory = new ZipDirectory();
        int at = (int) (end - size);
        for (int i = 0; i < count; i++) {
            if (at < 0 || at + 46 > end || bytes.getInt(at) != CENTRAL) {
                throw new IOException("its directory is damaged");
            }
            int name = Short.toUnsignedInt(bytes.getShort(at + 28));
            int more = Short.toUnsignedInt(bytes.getShort(at + 30)) + Short.toUnsignedInt(bytes.getShort(at + 32));
            String path = new String(tail, at + 46, name, StandardCharsets.UTF_8);
            directory.entries.put(
                    path.substring(path.lastIndexOf('/') + 1),
                    new Entry(
                            Integer.toUnsignedLong(bytes.getInt(at + 42)),
                            Integer.toUnsignedLong(bytes.getInt(at + 20)),
                            bytes.getShort(at + 10) == DEFLATED));
            at += 46 + name + more;
        }
        return directory;
    }

    /** Bytes from the beginning of a file's header to its data. */
    static int headerLength(byte[] header) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        if (header.length < HEADER || bytes.getInt(0) != LOCAL) {
            throw new IOException("it is damaged");
        }
        return HEADER + Short.toUnsignedInt(bytes.getShort(26)) + Short.toUnsignedInt(bytes.getShort(28));
    }
}
