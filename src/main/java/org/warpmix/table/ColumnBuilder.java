package org.warpmix.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the cells of one column and finds out what it holds.
 * <p>A column is taken for numeric until a cell is not a number. The text of the numbers is kept until then, as the
 * factor that the column becomes has the labels as they were written ({@code 007}).
 */
final class ColumnBuilder {

    private static final char[] TRUE = {'T', 'R', 'U', 'E'};
    private static final char[] FALSE = {'F', 'A', 'L', 'S', 'E'};
    private static final int LARGEST_BLOCK = 1 << 20;
    private static final byte END_OF_CELL = 0;
    private static final byte END_OF_BLOCK = -1;

    private final NumberParser parser = new NumberParser();
    private double[] values = new double[16];
    private List<byte[]> texts = new ArrayList<>();
    private byte[] block = new byte[256];
    private int blockUsed;
    private Dictionary dictionary;
    private int[] codes;
    private boolean labelled;
    private int size;

    ColumnBuilder() {
        texts.add(block);
    }

    /**
     * A builder of a factor, whatever its cells look like.
     *
     * @param labelled whether texts of truth values are labels, too
     */
    static ColumnBuilder ofLabels(boolean labelled) {
        ColumnBuilder builder = new ColumnBuilder();
        builder.labelled = labelled;
        builder.becomeFactor();
        return builder;
    }

    /** Rows so far. */
    int size() {
        return size;
    }

    /** Adds a cell of a text file, which is a number if it looks like one. */
    void add(char[] buffer, int offset, int length) {
        int from = offset;
        int to = offset + length;
        while (from < to && isSpace(buffer[from])) {
            from++;
        }
        while (from < to && isSpace(buffer[to - 1])) {
            to--;
        }
        if (from == to || isNa(buffer, from, to)) {
            addMissing();
        } else if (dictionary == null && parser.parse(buffer, from, to - from)) {
            keepText(buffer, offset, length);
            addValue(parser.value());
        } else {
            becomeFactor();
            addCode(dictionary.code(buffer, offset, length));
        }
    }

    /** Adds a string of a typed format: a label even where it looks like a number. */
    void addLabel(String label) {
        labelled = true;
        if (label.isBlank() || label.equals("NA")) {
            addMissing();
        } else {
            becomeFactor();
            addCode(dictionary.code(label));
        }
    }

    /** Adds a number of a typed format whose columns hold one type; {@code NaN} is missing. */
    void addNumber(double value) {
        addValue(value);
    }

    void addLogical(boolean value) {
        char[] word = value ? TRUE : FALSE;
        add(word, 0, word.length);
    }

    void addMissing() {
        if (dictionary == null) {
            keepText(null, 0, 0);
            addValue(Double.NaN);
        } else {
            addCode(-1);
        }
    }

    /** The column; the builder is of no use afterwards. */
    Column finish() {
        if (dictionary == null) {
            return new NumericColumn(Arrays.copyOf(values, size));
        }
        FactorColumn factor = dictionary.toFactor(Arrays.copyOf(codes, size));
        return labelled ? factor : Logicals.recognise(factor);
    }

    private void addValue(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, grown(size));
        }
        values[size++] = value;
    }

    private void addCode(int code) {
        if (size == codes.length) {
            codes = Arrays.copyOf(codes, grown(size));
        }
        codes[size++] = code;
    }

    private static int grown(int length) {
        int longest = Integer.MAX_VALUE - 8;
        if (length == longest) {
            throw new TableException("More than " + longest + " rows. Split the data, or aggregate them first.");
        }
        return (int) Math.min(longest, length + (long) (length >> 1) + 16);
    }

    /** Keeps the text of a number, which is ASCII; nothing for a missing cell. */
    private void keepText(char[] buffer, int offset, int length) {
        if (blockUsed + length + 2 > block.length) {
            block[blockUsed] = END_OF_BLOCK;
            block = new byte[Math.max(Math.min(2 * block.length, LARGEST_BLOCK), length + 2)];
            texts.add(block);
            blockUsed = 0;
        }
        for (int i = 0; i < length; i++) {
            block[blockUsed++] = (byte) buffer[offset + i];
        }
        block[blockUsed++] = END_OF_CELL;
    }

    private void becomeFactor() {
        if (dictionary != null) {
            return;
        }
        dictionary = new Dictionary();
        codes = new int[Math.max(size, 16)];
        int rows = size;
        size = 0;
        char[] cell = new char[64];
        for (byte[] text : texts) {
            for (int from = 0; size < rows && text[from] != END_OF_BLOCK; from++) {
                int length = 0;
                for (; text[from] != END_OF_CELL; from++) {
                    if (length == cell.length) {
                        cell = Arrays.copyOf(cell, 2 * length);
                    }
                    cell[length++] = (char) text[from];
                }
                addCode(length == 0 ? -1 : dictionary.code(cell, 0, length));
            }
        }
        values = null;
        texts = null;
        block = null;
    }

    private static boolean isNa(char[] buffer, int from, int to) {
        return to - from == 2 && buffer[from] == 'N' && buffer[from + 1] == 'A';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
