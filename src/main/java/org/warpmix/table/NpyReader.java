package org.warpmix.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the header of a NumPy file; its format is NEP 1 of NumPy, versions 1 to 3. */
final class NpyReader {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST_HEADER = 1 << 20;
    private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']*)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order':\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([^)]*)\\)");

    private NpyReader() {}

    static WideColumns open(Path file) {
        String source = file.toString();
        if (!Files.isRegularFile(file)) {
            throw new TableException("No file " + NearestNames.quote(source) + ".");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            FloatMatrix.Layout layout = layout(channel, source);
            List<String> names = new ArrayList<>(layout.columns());
            for (int c = 1; c <= layout.columns(); c++) {
                names.add("V" + c);
            }
            FloatMatrix matrix = new FloatMatrix(channel, layout, names, source);
            channel = null;
            return matrix;
        } catch (IOException e) {
            throw new TableException(source + ": reading failed (" + e.getMessage() + ").", e);
        } finally {
            close(channel);
        }
    }

    private static void close(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new TableException("Closing a file failed (" + e.getMessage() + ").", e);
        }
    }

    private static FloatMatrix.Layout layout(FileChannel channel, String source) throws IOException {
        ByteBuffer start = read(channel, 0, 12);
        boolean known = start.remaining() == 12;
        for (int i = 0; i < MAGIC.length && known; i++) {
            known = start.get(i) == MAGIC[i];
        }
        if (!known) {
            throw new TableException(
                    source + ": not a NumPy file, as it does not begin with \\x93NUMPY. Save the matrix"
                            + " with numpy.save.");
        }
        boolean first = start.get(6) == 1;
        int from = first ? 10 : 12;
        int length = first ? start.getShort(8) & 0xFFFF : start.getInt(8);
        if (length < 0 || length > LONGEST_HEADER) {
            throw new TableException(source + ": the header of the NumPy file is damaged.");
        }
        String header =
                StandardCharsets.UTF_8.decode(read(channel, from, length)).toString();
        String type = find(TYPE, header, source);
        if (!type.matches("[<>]f[48]")) {
            throw new TableException(
                    source + ": numbers of type " + NearestNames.quote(type)
                            + "; 32 and 64 bit floats can be read. Save the matrix by numpy.save(file, matrix.astype('float32')).");
        }
        boolean fortran = find(FORTRAN, header, source).equals("True");
        List<Long> shape = new ArrayList<>();
        for (String size : find(SHAPE, header, source).split(",", -1)) {
            if (!size.isBlank()) {
                shape.add(Long.parseLong(size.strip()));
            }
        }
        if (shape.size() < 2 || fortran && shape.size() > 2) {
            throw new TableException(source + ": an array of shape " + shape + (fortran ? " in Fortran's order" : "")
                    + "; expected rows and columns. Save matrix.reshape(rows, -1).");
        }
        long columns = 1;
        for (long size : shape.subList(1, shape.size())) {
            columns = Math.multiplyExact(columns, size);
        }
        int bytes = type.charAt(2) - '0';
        long at = (long) from + length;
        if (shape.get(0) < 1 || columns < 1 || shape.get(0) > Integer.MAX_VALUE || columns > Integer.MAX_VALUE) {
            throw new TableException(source + ": an array of shape " + shape + " has no rows or columns to read.");
        }
        long expected = at + Math.multiplyExact(Math.multiplyExact(shape.get(0), columns), (long) bytes);
        if (channel.size() < expected) {
            throw new TableException(source + ": the file has " + channel.size() + " bytes, an array of shape " + shape
                    + " takes " + expected + ". It is cut short: fetch it again.");
        }
        return new FloatMatrix.Layout(
                (int) (long) shape.get(0),
                (int) columns,
                at,
                bytes,
                type.charAt(0) == '<' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN,
                fortran);
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = channel.read(bytes, at + bytes.position());
        }
        return bytes.flip();
    }

    private static String find(Pattern pattern, String header, String source) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new TableException(source
                    + ": the header of the NumPy file is damaged, or of an array of records, which is no matrix.");
        }
        return matcher.group(1);
    }
}
