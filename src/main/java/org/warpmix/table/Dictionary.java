package org.warpmix.table;

import java.util.Arrays;

/**
 * Distinct texts, numbered in the order in which they came: a hash table with open addressing.
 * <p>A text is looked up in the reader's buffer, so that a million rows of ten labels make ten strings.
 */
final class Dictionary {

    private String[] labels = new String[16];
    private int[] slots = emptySlots(64);
    private int size;
    private int previous;

    int size() {
        return size;
    }

    String label(int code) {
        return labels[code];
    }

    /** All texts by their codes. */
    String[] labels() {
        return Arrays.copyOf(labels, size);
    }

    /** The code of a text; a new text gets the next one. */
    int code(char[] buffer, int offset, int length) {
        // Rows of one group tend to follow each other.
        if (size > 0 && same(labels[previous], buffer, offset, length)) {
            return previous;
        }
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + buffer[i];
        }
        int slot = firstSlot(hash);
        while (slots[slot] >= 0 && !same(labels[slots[slot]], buffer, offset, length)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        previous = slots[slot] >= 0 ? slots[slot] : insert(slot, new String(buffer, offset, length));
        return previous;
    }

    /** The code of a text; a new text gets the next one. */
    int code(String text) {
        int slot = firstSlot(text.hashCode());
        while (slots[slot] >= 0 && !labels[slots[slot]].equals(text)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slots[slot] >= 0 ? slots[slot] : insert(slot, text);
    }

    /**
     * The factor of rows coded here, its levels sorted by code point.
     *
     * @param codes one per row, −1 is missing; renumbered in place and kept
     */
    FactorColumn toFactor(int[] codes) {
        String[] levels = Arrays.copyOf(labels, size);
        Arrays.sort(levels, CodePointOrder.INSTANCE);
        int[] rank = new int[size];
        for (int level = 0; level < size; level++) {
            rank[code(levels[level])] = level;
        }
        for (int row = 0; row < codes.length; row++) {
            if (codes[row] >= 0) {
                codes[row] = rank[codes[row]];
            }
        }
        return new FactorColumn(codes, levels);
    }

    private static boolean same(String label, char[] buffer, int offset, int length) {
        if (label.length() != length) {
            return false;
        }
        // From the end, where labels such as id00771 differ.
        for (int i = length - 1; i >= 0; i--) {
            if (label.charAt(i) != buffer[offset + i]) {
                return false;
            }
        }
        return true;
    }

    private int insert(int slot, String text) {
        if (size == labels.length) {
            labels = Arrays.copyOf(labels, 2 * size);
        }
        labels[size] = text;
        slots[slot] = size++;
        if (2 * size > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = emptySlots(2 * slots.length);
        for (int code = 0; code < size; code++) {
            int slot = firstSlot(labels[code].hashCode());
            while (slots[slot] >= 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = code;
        }
    }

    /** Spreads the hash (Fibonacci hashing), as numbered labels differ in its low bits only. */
    private int firstSlot(int hash) {
        return (hash * 0x9E3779B9) >>> (Integer.numberOfLeadingZeros(slots.length) + 1);
    }

    private static int[] emptySlots(int count) {
        int[] slots = new int[count];
        Arrays.fill(slots, -1);
        return slots;
    }
}
