package org.warpmix.study;

import org.apache.commons.statistics.distribution.PoissonDistribution;
import org.warpmix.random.Variates;

/** How many there are of something in each of those that hold it: levels of a nested factor, rows of a group. Never less than one. */
public sealed interface Sizes {

    /** The size of the one with a number, from 0. */
    int draw(Variates random, int index);

    /** As many everywhere. */
    static Sizes of(int number) {
        return new Given(number);
    }

    /** These, over and over again. */
    static Sizes given(int... numbers) {
        return new Given(numbers);
    }

    /** Poisson; what is drawn as zero counts as one. */
    static Sizes poisson(double mean) {
        return new Poisson(mean);
    }

    /** Each whole number from the least to the most as often. */
    static Sizes uniform(int least, int most) {
        return new Uniform(least, most);
    }

    /** See {@link Sizes#given}. */
    record Given(int... numbers) implements Sizes {
        public Given {
            if (numbers.length == 0) {
                throw new IllegalArgumentException("No sizes are given. Give one at least.");
            }
            for (int number : numbers) {
                atLeastOne(number);
            }
        }

        @Override
        public int draw(Variates random, int index) {
            return numbers[index % numbers.length];
        }
    }

    /** See {@link Sizes#poisson}. */
    record Poisson(double mean) implements Sizes {
        public Poisson {
            if (!(mean > 0 && mean <= 1e6)) {
                throw new IllegalArgumentException(
                        "A Poisson size has the mean " + mean + ". Means are above 0, up to a million.");
            }
        }

        @Override
        public int draw(Variates random, int index) {
            return Math.max(1, PoissonDistribution.of(mean).inverseCumulativeProbability(random.uniform()));
        }
    }

    /** See {@link Sizes#uniform}. */
    record Uniform(int least, int most) implements Sizes {
        public Uniform {
            atLeastOne(least);
            if (most < least) {
                throw new IllegalArgumentException(
                        "Sizes from " + least + " to " + most + ": the second is the larger one.");
            }
        }

        @Override
        public int draw(Variates random, int index) {
            return least + random.below(most - least + 1);
        }
    }

    private static void atLeastOne(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("A size is " + number + ". Sizes are whole numbers from 1.");
        }
    }
}
