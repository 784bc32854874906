package org.warpmix.unit;

/**
 * The part of a run that one job does: of {@code count} parts, as even as can be, number {@code index}. A part may be empty.
 *
 * @param index from 1
 */
public record Shard(int index, int count) {

    /** All of it. */
    public static final Shard WHOLE = new Shard(1, 1);

    public Shard {
        if (count < 1 || index < 1 || index > count) {
            throw new IllegalArgumentException("Shard " + index + "/" + count + ": shards are numbered 1/" + count
                    + " to " + count + "/" + count + ".");
        }
    }

    /**
     * Reads {@code I/N}, such as {@code 3/7}.
     *
     * @throws IllegalArgumentException where it is something else
     */
    public static Shard parse(String text) {
        String[] parts = text.strip().split("/", -1);
        int[] numbers = new int[2];
        try {
            if (parts.length != 2) {
                throw new NumberFormatException();
            }
            for (int i = 0; i < 2; i++) {
                numbers[i] = Integer.parseInt(parts[i].strip());
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("A shard is I/N, number I of N, such as 3/7, not '" + text + "'.", e);
        }
        if (numbers[1] < 1) {
            throw new IllegalArgumentException(
                    "A shard is I/N, number I of N, and N is 1 at least, not " + numbers[1] + ".");
        }
        return new Shard(numbers[0], numbers[1]);
    }

    /** Its first unit, of a run of so many, from 0. */
    public int from(int units) {
        return (int) ((long) units * (index - 1) / count);
    }

    /** The unit behind its last one. */
    public int to(int units) {
        return (int) ((long) units * index / count);
    }

    @Override
    public String toString() {
        return index + "/" + count;
    }
}
