package org.warpmix.unit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Units in a file: a {@link RunHeader}, then a record for each, in the order in which they were done.
 *
 * <pre>
 * file    "WMUNITS1"  length  checksum  header  record*
 * record  unit  length  checksum  result               (numbers of four bytes, big end first; CRC-32C)
 * </pre>
 *
 * <p>A record is written behind the last whole one and counts when its checksum is right. So of a process that is killed all is
 * kept that was written, and a record that is torn or damaged is as if it had never been. What the operating system
 * still held back goes with a machine that loses power; the checksums tell that, too.
 */
final class UnitFile implements Closeable {

    private static final byte[] MAGIC = "WMUNITS1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = 12;
    private static final int LONGEST_HEADER = 1 << 26;
    private static final long ABSENT = -1;

    private final Path file;
    private final FileChannel channel;
    private final RunHeader header;
    private final long[] at;
    private final int[] length;
    private long end;
    private int found;
    private int damaged;
    private boolean broken;

    private UnitFile(Path file, FileChannel channel, RunHeader header) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.at = new long[header.identity().units()];
        this.length = new int[at.length];
        Arrays.fill(at, ABSENT);
    }

    /** Starts a file, in place of one that is there. */
    static UnitFile create(Path file, RunHeader header) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING));
        UnitFile units = new UnitFile(file, channel, header);
        byte[] bytes = header.toBytes();
        ByteBuffer start = ByteBuffer.allocate(MAGIC.length + 8 + bytes.length);
        start.put(MAGIC).putInt(bytes.length).putInt(checksum(bytes)).put(bytes).flip();
        try {
            units.append(start);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return units;
    }

    /**
     * Opens a file and looks at all of it.
     *
     * @param write whether units are to be added
     * @return {@code null} where it is a file of units whose beginning is damaged
     * @throws IllegalArgumentException where it is something else
     */
    static UnitFile open(Path file, boolean write) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                write ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE) : Set.of(StandardOpenOption.READ));
        try {
            byte[] first = read(channel, 0, MAGIC.length + 8);
            if (first == null || !Arrays.equals(Arrays.copyOf(first, MAGIC.length), MAGIC)) {
                throw new IllegalArgumentException(
                        file + " is not a file of units that --shard or --checkpoint wrote.");
            }
            ByteBuffer start = ByteBuffer.wrap(first).position(MAGIC.length);
            int size = start.getInt();
            byte[] bytes = size < 0 || size > LONGEST_HEADER ? null : read(channel, first.length, size);
            if (bytes == null || checksum(bytes) != start.getInt()) {
                channel.close();
                return null;
            }
            UnitFile units = new UnitFile(file, channel, RunHeader.of(bytes));
            units.scan((long) first.length + size);
            return units;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void scan(long from) throws IOException {
        long size = channel.size();
        long position = from;
        end = from;
        while (position < size) {
            byte[] record = read(channel, position, HEAD);
            ByteBuffer head = record == null ? null : ByteBuffer.wrap(record);
            int unit = head == null ? -1 : head.getInt();
            int bytes = head == null ? -1 : head.getInt();
            byte[] result = bytes < 0 || bytes > size - position - HEAD ? null : read(channel, position + HEAD, bytes);
            if (result == null) {
                damaged++;
                return;
            }
            boolean good = unit >= 0 && unit < at.length && checksum(unit, result) == head.getInt();
            if (good) {
                note(unit, position + HEAD, bytes);
                end = position + HEAD + bytes;
            } else {
                damaged++;
            }
            position += HEAD + bytes;
        }
    }

    private void note(int unit, long position, int bytes) {
        found += at[unit] == ABSENT ? 1 : 0;
        at[unit] = position;
        length[unit] = bytes;
    }

    RunHeader header() {
        return header;
    }

    /** How many units are there. */
    synchronized int found() {
        return found;
    }

    /** How many records were found torn or damaged. */
    int damaged() {
        return damaged;
    }

    synchronized boolean has(int unit) {
        return at[unit] != ABSENT;
    }

    byte[] read(int unit) {
        long position;
        int bytes;
        synchronized (this) {
            position = at[unit];
            bytes = length[unit];
        }
        if (position == ABSENT) {
            throw UnitStore.missing(unit);
        }
        try {
            byte[] result = read(channel, position, bytes);
            if (result == null) {
                throw new IOException("it has become shorter");
            }
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read (" + reason(e) + ").", e);
        }
    }

    /** Adds a unit, unless it is there. */
    synchronized void write(int unit, byte[] result) throws IOException {
        if (has(unit)) {
            return;
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        head.putInt(unit).putInt(result.length).putInt(checksum(unit, result)).flip();
        long position = end + HEAD;
        append(head, ByteBuffer.wrap(result));
        note(unit, position, result.length);
    }

    /** Writes behind the last whole record. A failure is the last thing that happens to a file: the disk is full, say. */
    private void append(ByteBuffer... parts) throws IOException {
        if (broken) {
            throw new IOException("writing failed before");
        }
        try {
            channel.position(end);
            for (long left = Arrays.stream(parts)
                            .mapToLong(ByteBuffer::remaining)
                            .sum();
                    left > 0; ) {
                left -= channel.write(parts);
            }
            end = channel.position();
        } catch (IOException e) {
            broken = true;
            try {
                channel.truncate(end);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** Sees to it that all is on the disk. */
    void force() throws IOException {
        channel.force(true);
    }

    static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Bytes from a position, or {@code null} where there are fewer. */
    private static byte[] read(FileChannel channel, long position, int count) throws IOException {
        byte[] array = new byte[(int) Math.min(count, Math.max(0, channel.size() - position))];
        ByteBuffer bytes = ByteBuffer.wrap(array);
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {}
        return bytes.position() < count ? null : array;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static int checksum(int unit, byte[] result) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putInt(unit).putInt(result.length).flip());
        crc.update(result);
        return (int) crc.getValue();
    }
}
