package org.warpmix.table;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipException;

/**
 * The text of a UTF-8 stream, without a byte order mark.
 * <p>Other than {@link java.io.InputStreamReader} it knows the line of a bad byte, shows its first characters before
 * they are read, and throws a {@link TableException} that says what is wrong with the stream.
 */
final class Utf8Reader extends Reader {

    private final InputStream in;
    private final String source;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
    private final char[] text = new char[1 << 16];
    private int position;
    private int limit;
    private boolean ended;
    private long line = 1;

    /** Reads ahead; {@link #head} then holds the first 64K characters or all there are. */
    Utf8Reader(InputStream in, String source) {
        this.in = in;
        this.source = source;
        decode();
        if (limit > 0 && text[0] == '\uFEFF') {
            position = 1;
        }
    }

    /** What was read ahead; valid until the first read. */
    CharBuffer head() {
        return CharBuffer.wrap(text, position, limit - position);
    }

    /** Whether the stream ended within what was read ahead. */
    boolean complete() {
        return ended;
    }

    static TableException badGzip(String source, IOException cause) {
        return new TableException(
                source + ": the gzip data is cut short or damaged (" + cause.getMessage() + "). Fetch the file again.",
                cause);
    }

    @Override
    public int read(char[] out, int offset, int length) {
        if (position == limit && !decode()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(text, position, out, offset, count);
        position += count;
        return count;
    }

    /** Leaves the stream open, which belongs to the caller and may be standard input. */
    @Override
    public void close() {}

    /** Fills the text anew, as far as the stream goes; false at its end. */
    private boolean decode() {
        CharBuffer chars = CharBuffer.wrap(text);
        while (true) {
            boolean bad = decoder.decode(bytes, chars, ended).isError();
            if (bad && chars.position() == 0) {
                int value = bytes.get(bytes.position()) & 0xFF;
                throw new TableException(source + ", line " + line + ": byte 0x" + Integer.toHexString(value)
                        + " is not UTF-8. If the file is text, save it as UTF-8, for example with"
                        + " iconv -f WINDOWS-1252 -t UTF-8.");
            }
            // A surrogate pair may leave one place free.
            if (bad || ended || chars.remaining() <= 1) {
                position = 0;
                limit = chars.position();
                countLines();
                return limit > 0;
            }
            fill();
        }
    }

    private void fill() {
        bytes.compact();
        try {
            int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
            ended = count < 0;
            bytes.position(bytes.position() + Math.max(count, 0));
        } catch (EOFException | ZipException e) {
            throw badGzip(source, e);
        } catch (IOException e) {
            throw new TableException(source + ": reading failed (" + e.getMessage() + ").", e);
        }
        bytes.flip();
    }

    private void countLines() {
        for (int i = 0; i < limit; i++) {
            if (text[i] <= '\n') {
                if (text[i] == 0) {
                    throw new TableException(
                            source + ", line " + line
                                    + ": a zero byte, so this is not text. CSV, TSV, JSON lines (also gzipped) or Parquet can be read.");
                }
                line += text[i] == '\n' ? 1 : 0;
            }
        }
    }
}
