package org.warpmix.backend.lanes;

/**
 * BFGS approximations H of the inverse Hessian, one per lane: steps and updates of all lanes at once. Nocedal and Wright,
 * Numerical Optimization (2nd ed.), equation 6.17. H is symmetric, its lower triangle packed column by column.
 */
final class LaneBfgs {

    private final int size;
    private final double[] start;
    private final double[][] h;
    private final double[][] direction;
    private final double[][] step;
    private final double[][] change;
    private final double[][] product;
    private final double[] slope;
    private final double[] curvature;
    private final double[] rho;
    private final double[] factor;

    /**
     * @param size number of parameters
     * @param start H at the start of each search
     */
    LaneBfgs(int size, double[] start, int lanes) {
        this.size = size;
        this.start = start;
        h = Lanes.of(start.length, lanes);
        direction = Lanes.of(size, lanes);
        step = Lanes.of(size, lanes);
        change = Lanes.of(size, lanes);
        product = Lanes.of(size, lanes);
        slope = new double[lanes];
        curvature = new double[lanes];
        rho = new double[lanes];
        factor = new double[lanes];
    }

    /** Puts a lane's H back to where searches begin. */
    void reset(int lane) {
        for (int e = 0; e < start.length; e++) {
            h[e][lane] = start[e];
        }
    }

    /** −H g of every lane, after {@link #descend}. */
    double[][] direction() {
        return direction;
    }

    /** Slope of the criterion along the direction of every lane. */
    double[] slope() {
        return slope;
    }

    /** Euclidean length of a lane's direction. */
    double length(int lane) {
        double sum = 0;
        for (double[] entry : direction) {
            sum += entry[lane] * entry[lane];
        }
        return Math.sqrt(sum);
    }

    /** Computes directions and slopes. */
    void descend(double[][] gradient) {
        Lanes.fill(slope, 0);
        for (int i = 0; i < size; i++) {
            Lanes.fill(direction[i], 0);
            for (int j = 0; j < size; j++) {
                Lanes.subtract(direction[i], h[at(i, j)], gradient[j]);
            }
            Lanes.add(slope, direction[i], gradient[i]);
        }
    }

    /** The same for one lane. */
    void descend(int lane, double[][] gradient) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            double entry = 0;
            for (int j = 0; j < size; j++) {
                entry -= h[at(i, j)][lane] * gradient[j][lane];
            }
            direction[i][lane] = entry;
            sum += entry * gradient[i][lane];
        }
        slope[lane] = sum;
    }

    /** {@code ½ g'Hg} of a lane with H as it is at the start of a search. */
    double startExcess(int lane, double[][] gradient) {
        double sum = 0;
        for (int j = 0; j < size; j++) {
            for (int i = j; i < size; i++) {
                double product = start[at(i, j)] * gradient[i][lane] * gradient[j][lane];
                sum += i == j ? 0.5 * product : product;
            }
        }
        return sum;
    }

    /** Takes note of the step of a lane, for {@link #update}. */
    void stepped(int lane, double[][] from, double[][] gradientFrom, double[][] to, double[][] gradientTo) {
        for (int e = 0; e < size; e++) {
            step[e][lane] = to[e][lane] - from[e][lane];
            change[e][lane] = gradientTo[e][lane] - gradientFrom[e][lane];
        }
    }

    /** H ← (I − ρ s y') H (I − ρ y s') + ρ s s' in the lanes that stepped; the others stay. */
    void update() {
        Lanes.fill(rho, 0);
        Lanes.fill(factor, 0);
        Lanes.fill(curvature, 0);
        for (int i = 0; i < size; i++) {
            Lanes.add(rho, step[i], change[i]);
            Lanes.add(factor, step[i], step[i]);
            Lanes.add(curvature, change[i], change[i]);
        }
        for (int l = 0; l < rho.length; l++) {
            boolean sound = rho[l] > 0 && rho[l] * rho[l] > 1e-28 * factor[l] * curvature[l];
            rho[l] = sound ? 1 / rho[l] : 0;
        }
        Lanes.fill(curvature, 0);
        for (int i = 0; i < size; i++) {
            Lanes.fill(product[i], 0);
            for (int j = 0; j < size; j++) {
                Lanes.add(product[i], h[at(i, j)], change[j]);
            }
            Lanes.add(curvature, product[i], change[i]);
        }
        for (int l = 0; l < rho.length; l++) {
            factor[l] = rho[l] * (1 + rho[l] * curvature[l]);
        }
        for (int j = 0; j < size; j++) {
            for (int i = j; i < size; i++) {
                Lanes.rankTwo(h[at(i, j)], factor, rho, step[i], step[j], product[i], product[j]);
            }
        }
        for (int e = 0; e < size; e++) {
            Lanes.fill(step[e], 0);
            Lanes.fill(change[e], 0);
        }
    }

    private int at(int i, int j) {
        return i >= j ? Lanes.packed(i, j, size) : Lanes.packed(j, i, size);
    }
}
