package org.warpmix.replicate;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseProducts;
import org.warpmix.random.Variates;

/** Responses that are drawn row by row and then reduced, a block at a time. */
abstract class RowResponses implements ReplicateSource.Responses {

    /** Draws one response; an instance may hold work space and serves one thread. */
    @FunctionalInterface
    interface Rows {
        /**
         * Draws a response.
         *
         * @param random at the start of the replicate's stream
         * @param y n numbers in the unit of the response, deviations from the means where there are any; overwritten
         */
        void draw(Variates random, long replicate, double[] y);
    }

    private final ResponseProducts products;
    private final int n;
    private final int degrees; // outside of the span of condensed rows
    private final double[] mean;
    private final long seed;

    /**
     * @param mean coordinates of the means that are added to what is drawn, see {@link ResponseProducts#coordinates}, or
     *     {@code null} where it is the response as it is
     */
    RowResponses(Crossproducts statistics, ResponseProducts products, double[] mean, long seed) {
        this.products = products;
        this.n = statistics.fixed().length();
        this.degrees = statistics.n() - n;
        this.mean = mean;
        this.seed = seed;
    }

    /** For one thread. */
    abstract Rows rows();

    /** Variance of the errors, where rows were condensed: only what is drawn from a normal distribution can do without them. */
    double variance() {
        throw new IllegalStateException("Rows that were condensed.");
    }

    @Override
    public final Drawer drawer() {
        ResponseProducts.Reducer reducer = mean == null ? products.responses() : products.deviations(mean);
        Variates random = new Variates(seed);
        Rows rows = rows();
        double[] y = new double[n];
        return (first, count, into) -> {
            for (int from = 0; from < count; from += reducer.lanes()) {
                int lanes = Math.min(reducer.lanes(), count - from);
                for (int lane = 0; lane < lanes; lane++) {
                    long replicate = first + from + lane;
                    random.start(replicate, 0);
                    rows.draw(random, replicate, y);
                    reducer.put(lane, y);
                    if (degrees > 0) {
                        reducer.putOutside(lane, variance() * random.chiSquare(degrees));
                    }
                }
                reducer.reduce(lanes, into, from);
            }
        };
    }
}
