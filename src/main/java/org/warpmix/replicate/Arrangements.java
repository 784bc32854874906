package org.warpmix.replicate;

import org.warpmix.random.Variates;

/** The arrangements among which a permutation test draws: numbered, the given one first. */
interface Arrangements {

    /** How many there are; {@link Long#MAX_VALUE} where they are more than a long holds. */
    long count();

    /** Draws one, all equally likely. */
    void draw(Variates random, int[] into);

    /**
     * Writes one.
     *
     * @param number from 0; 0 leaves everything as it is
     */
    void write(long number, int[] into);

    /** Signs of items, each −1 or 1. */
    record Signs(int items) implements Arrangements {
        @Override
        public long count() {
            return items < 63 ? 1L << items : Long.MAX_VALUE;
        }

        @Override
        public void draw(Variates random, int[] into) {
            for (int i = 0; i < items; i++) {
                into[i] = random.sign();
            }
        }

        @Override
        public void write(long number, int[] into) {
            for (int i = 0; i < items; i++) {
                into[i] = (number >>> i & 1) == 0 ? 1 : -1;
            }
        }
    }

    /**
     * Permutations of items within classes: place i takes item {@code into[i]}.
     *
     * @param members the items, class by class
     * @param start of each class in {@code members}, and their end
     */
    record Permutations(int[] members, int[] start) implements Arrangements {

        /** Classes from the number of each item's. */
        static Permutations within(int[] classOf, int classes) {
            int[] start = new int[classes + 1];
            for (int c : classOf) {
                start[c + 1]++;
            }
            for (int c = 0; c < classes; c++) {
                start[c + 1] += start[c];
            }
            int[] next = start.clone();
            int[] members = new int[classOf.length];
            for (int i = 0; i < members.length; i++) {
                members[next[classOf[i]]++] = i;
            }
            return new Permutations(members, start);
        }

        @Override
        public long count() {
            long count = 1;
            for (int c = 0; c + 1 < start.length; c++) {
                for (int size = start[c + 1] - start[c]; size > 1; size--) {
                    if (count > Long.MAX_VALUE / size) {
                        return Long.MAX_VALUE;
                    }
                    count *= size;
                }
            }
            return count;
        }

        /** Fisher and Yates' shuffle of each class. */
        @Override
        public void draw(Variates random, int[] into) {
            for (int c = 0; c + 1 < start.length; c++) {
                for (int i = start[c]; i < start[c + 1]; i++) {
                    int place = members[i];
                    int other = members[start[c] + random.below(i - start[c] + 1)];
                    into[place] = into[other];
                    into[other] = place;
                }
            }
        }

        /** The digits of the number, to the bases 1, 2, …, J of each class, say how a shuffle goes. */
        @Override
        public void write(long number, int[] into) {
            long rest = number;
            for (int c = 0; c + 1 < start.length; c++) {
                for (int i = start[c]; i < start[c + 1]; i++) {
                    int size = i - start[c] + 1;
                    int place = members[i];
                    int other = members[i - (int) (rest % size)];
                    rest /= size;
                    into[place] = into[other];
                    into[other] = place;
                }
            }
        }
    }
}
