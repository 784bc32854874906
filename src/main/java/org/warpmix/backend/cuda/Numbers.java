package org.warpmix.backend.cuda;

import java.util.Arrays;

/** A growing list of doubles. */
final class Numbers {

    private double[] numbers = new double[64];
    private int size;

    int size() {
        return size;
    }

    void add(double... values) {
        if (size + values.length > numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.max(2 * numbers.length, Math.addExact(size, values.length)));
        }
        System.arraycopy(values, 0, numbers, size, values.length);
        size += values.length;
    }

    double[] toArray() {
        return Arrays.copyOf(numbers, size);
    }
}
