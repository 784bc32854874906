package org.warpmix.study;

import org.warpmix.random.Variates;

/** The shape of a distribution with mean zero and variance one. */
public sealed interface Shape {

    /** Fills a vector of uncorrelated numbers, each of mean zero and variance one. */
    void draw(Variates random, double[] into);

    /** The normal distribution. */
    Shape NORMAL = new Normal();

    /** Student's t, of variance one; numbers of a vector have one χ² in common. */
    static Shape t(double degrees) {
        return new T(degrees);
    }

    /** Gamma, shifted and, for a negative skewness, reflected; numbers of a vector are independent. */
    static Shape skewed(double skewness) {
        return new Skewed(skewness);
    }

    /**
     * Normal, but some vectors are wider than the others (Tukey's contaminated normal).
     *
     * @param share of those that are
     * @param factor by which they are
     */
    static Shape contaminated(double share, double factor) {
        return new Contaminated(share, factor);
    }

    /** See {@link Shape#NORMAL}. */
    record Normal() implements Shape {
        @Override
        public void draw(Variates random, double[] into) {
            for (int i = 0; i < into.length; i++) {
                into[i] = random.normal();
            }
        }
    }

    /** See {@link Shape#t}. */
    record T(double degrees) implements Shape {
        public T {
            if (!(degrees > 2 && degrees < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "A t distribution has " + degrees + " degrees of freedom. Its variance exists from above 2.");
            }
        }

        @Override
        public void draw(Variates random, double[] into) {
            NORMAL.draw(random, into);
            double scale = Math.sqrt((degrees - 2) / random.chiSquare(degrees));
            for (int i = 0; i < into.length; i++) {
                into[i] *= scale;
            }
        }
    }

    /** See {@link Shape#skewed}. */
    record Skewed(double skewness) implements Shape {
        public Skewed {
            if (!(Math.abs(skewness) > 0 && Math.abs(skewness) <= 100)) {
                throw new IllegalArgumentException("A skewness of " + skewness
                        + ". It is not 0 and at most 100 either way; without any, take normal.");
            }
        }

        @Override
        public void draw(Variates random, double[] into) {
            double shape = 4 / (skewness * skewness);
            for (int i = 0; i < into.length; i++) {
                double centred = (0.5 * random.chiSquare(2 * shape) - shape) / Math.sqrt(shape);
                into[i] = skewness > 0 ? centred : -centred;
            }
        }
    }

    /** See {@link Shape#contaminated}. */
    record Contaminated(double share, double factor) implements Shape {
        public Contaminated {
            if (!(share > 0 && share < 1 && factor > 0 && factor < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("Contaminated: a share of " + share + " with a factor of " + factor
                        + ". The share is between 0 and 1, the factor above 0.");
            }
        }

        @Override
        public void draw(Variates random, double[] into) {
            double wide = random.uniform() < share ? factor : 1;
            NORMAL.draw(random, into);
            double scale = wide / Math.sqrt(1 - share + share * factor * factor);
            for (int i = 0; i < into.length; i++) {
                into[i] *= scale;
            }
        }
    }
}
