package org.warpmix.table;

import java.util.Arrays;

/** Distinct numbers, numbered in the order in which they came: what {@link Dictionary} is for texts. */
final class DistinctNumbers {

    private double[] numbers = new double[16];
    private int[] slots = emptySlots(64);
    private int size;

    /** The code of a number, which is not NaN; a new one gets the next. */
    int code(double number) {
        // Minus zero is zero, and must be hashed as such.
        double key = number + 0.0;
        int slot = firstSlot(key);
        while (slots[slot] >= 0 && numbers[slots[slot]] != key) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slots[slot] >= 0 ? slots[slot] : insert(slot, key);
    }

    int size() {
        return size;
    }

    double number(int code) {
        return numbers[code];
    }

    double[] sorted() {
        double[] sorted = Arrays.copyOf(numbers, size);
        Arrays.sort(sorted);
        return sorted;
    }

    private int insert(int slot, double number) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * size);
        }
        numbers[size] = number;
        slots[slot] = size++;
        if (2 * size > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = emptySlots(2 * slots.length);
        for (int code = 0; code < size; code++) {
            int slot = firstSlot(numbers[code]);
            while (slots[slot] >= 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = code;
        }
    }

    /** Fibonacci hashing; the fold first, as the low bits of a short decimal are often zero. */
    private int firstSlot(double number) {
        long bits = Double.doubleToRawLongBits(number);
        long hash = (bits ^ (bits >>> 32)) * 0x9E3779B97F4A7C15L;
        return (int) (hash >>> (Integer.numberOfLeadingZeros(slots.length) + 33));
    }

    private static int[] emptySlots(int count) {
        int[] slots = new int[count];
        Arrays.fill(slots, -1);
        return slots;
    }
}
