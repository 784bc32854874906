package org.warpmix.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.warpmix.linalg.CompensatedGram;

/**
 * Cross-products of rows by cell: a cell is the rows that share the levels of all factors. A hash table with open addressing,
 * whose memory grows with the cells that occur and not with the rows.
 */
final class Cells {

    private final int factors;
    private final int width;
    private final int size;
    private int cells;
    private int[] keys;
    private long[] counts;
    private double[] logWeights;
    private double[] sums;
    private int[] slots;
    private int last = -1;

    /**
     * @param factors number of factors k
     * @param width number of columns m of the cross-products
     */
    Cells(int factors, int width) {
        this.factors = factors;
        this.width = width;
        this.size = CompensatedGram.size(width);
        this.keys = new int[16 * factors];
        this.counts = new long[16];
        this.logWeights = new double[16];
        this.sums = new double[16 * size];
        this.slots = emptySlots(64);
    }

    int cells() {
        return cells;
    }

    int width() {
        return width;
    }

    int code(int cell, int factor) {
        return keys[cell * factors + factor];
    }

    long count(int cell) {
        return counts[cell];
    }

    double logWeights(int cell) {
        return logWeights[cell];
    }

    /** Writes rows with the cross-products of a cell, m numbers each, and tells how many. */
    int factor(int cell, double[] rows) {
        return CompensatedGram.factor(
                sums, cell * size, width, CompensatedGram.ROUNDING * Math.sqrt((double) counts[cell]), rows);
    }

    /** Adds a row, weighted already, to a cell. */
    void addRow(int cell, double[] row, double logWeight) {
        counts[cell]++;
        logWeights[cell] += logWeight;
        CompensatedGram.add(sums, cell * size, row, 0, width);
    }

    /** Adds rows that stand for a number of others, m numbers each. */
    void addRows(int cell, long count, double logWeight, double[] rows, int number) {
        counts[cell] += count;
        logWeights[cell] += logWeight;
        for (int r = 0; r < number; r++) {
            CompensatedGram.add(sums, cell * size, rows, r * width, width);
        }
    }

    /** Adds the cross-products of some rows to a cell. */
    void merge(int[] key, long count, double[] gram) {
        int cell = cell(key);
        counts[cell] += count;
        CompensatedGram.merge(sums, cell * size, gram, 0, width);
    }

    /**
     * Takes in the cells of another.
     *
     * @param codes for each factor this table's code of each of the other's
     * @param shift what is to be added to the other's columns, in ones
     */
    void merge(Cells other, int[][] codes, double[] shift) {
        boolean shifted = Arrays.stream(shift).anyMatch(number -> number != 0);
        double[] block = new double[width * width];
        int[] key = new int[factors];
        for (int cell = 0; cell < other.cells; cell++) {
            for (int f = 0; f < factors; f++) {
                key[f] = codes[f][other.code(cell, f)];
            }
            int own = cell(key);
            if (!shifted) {
                counts[own] += other.counts[cell];
                logWeights[own] += other.logWeights[cell];
                CompensatedGram.merge(sums, own * size, other.sums, cell * size, width);
                continue;
            }
            int rank = other.factor(cell, block);
            for (int r = 0; r < rank; r++) {
                for (int k = 1; k < width; k++) {
                    block[r * width + k] += shift[k] * block[r * width];
                }
            }
            addRows(own, other.counts[cell], other.logWeights[cell], block, rank);
        }
    }

    /** Whether a column is zero in all rows. */
    boolean isZero(int column) {
        for (int cell = 0; cell < cells; cell++) {
            if (sums[cell * size + CompensatedGram.entry(column, column)] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The cell of a combination of levels; a new one gets the next number. */
    int cell(int[] key) {
        if (last >= 0 && same(last, key)) { // rows of one group tend to follow each other
            return last;
        }
        int slot = slot(key, 0);
        while (slots[slot] >= 0 && !same(slots[slot], key)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        last = slots[slot] >= 0 ? slots[slot] : insert(slot, key);
        return last;
    }

    private int insert(int slot, int[] key) {
        if (cells == counts.length) {
            grow();
        }
        System.arraycopy(key, 0, keys, cells * factors, factors);
        slots[slot] = cells++;
        if (2 * cells > slots.length) {
            slots = emptySlots(2 * slots.length);
            for (int cell = 0; cell < cells; cell++) {
                int place = slot(keys, cell * factors);
                while (slots[place] >= 0) {
                    place = (place + 1) & (slots.length - 1);
                }
                slots[place] = cell;
            }
        }
        return cells - 1;
    }

    private void grow() {
        long more = Math.min(cells + (cells >> 1), (Integer.MAX_VALUE - 8) / Math.max(size, factors));
        if (more <= cells) {
            throw new DesignException(cells + " combinations of levels occur, with " + width
                    + " columns each: more than 16 GB of cross-products. Leave out a factor.");
        }
        int length = (int) more;
        keys = Arrays.copyOf(keys, length * factors);
        counts = Arrays.copyOf(counts, length);
        logWeights = Arrays.copyOf(logWeights, length);
        sums = Arrays.copyOf(sums, length * size);
    }

    private boolean same(int cell, int[] key) {
        for (int f = 0; f < factors; f++) {
            if (keys[cell * factors + f] != key[f]) {
                return false;
            }
        }
        return true;
    }

    private int slot(int[] key, int at) {
        long hash = 0;
        for (int f = 0; f < factors; f++) {
            hash = (hash ^ key[at + f]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return (int) (hash & (slots.length - 1));
    }

    private static int[] emptySlots(int count) {
        int[] slots = new int[count];
        Arrays.fill(slots, -1);
        return slots;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(factors);
        out.writeInt(width);
        out.writeInt(cells);
        for (int i = 0; i < cells * factors; i++) {
            out.writeInt(keys[i]);
        }
        for (int cell = 0; cell < cells; cell++) {
            out.writeLong(counts[cell]);
            out.writeDouble(logWeights[cell]);
        }
        for (int i = 0; i < cells * size; i++) {
            out.writeDouble(sums[i]);
        }
    }

    static Cells readFrom(DataInput in) throws IOException {
        Cells table = new Cells(in.readInt(), in.readInt());
        int number = in.readInt();
        int[] keys = new int[number * table.factors];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = in.readInt();
        }
        for (int cell = 0; cell < number; cell++) {
            table.cell(Arrays.copyOfRange(keys, cell * table.factors, (cell + 1) * table.factors));
            table.counts[cell] = in.readLong();
            table.logWeights[cell] = in.readDouble();
        }
        for (int i = 0; i < number * table.size; i++) {
            table.sums[i] = in.readDouble();
        }
        return table;
    }
}
