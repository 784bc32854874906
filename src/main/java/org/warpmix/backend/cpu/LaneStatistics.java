package org.warpmix.backend.cpu;

import java.util.Arrays;
import org.warpmix.backend.lanes.Lanes;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.LevelSquares;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.Profile;
import org.warpmix.linalg.SmallCholesky;

/**
 * What {@link GroupLanes} evaluates: the statistics of one grouping factor over lanes, by class. Triangles are packed column by
 * column.
 */
abstract class LaneStatistics {

    final Crossproducts design;
    final GroupClasses classes;
    final int lanes;
    /** Per class S_ab for each pair a ≤ b of columns of Z̃, pairs × triangle; {@code null} where levels are taken singly. */
    final double[][][] sums;
    /** {@code Z̃_j'ỹ} of levels that are taken singly, at their places in {@link ResponseLayout}. */
    final double[][] response;
    /** {@code W'W}. */
    final double[][] ww;
    /** Number of groups in each class. */
    final double[][] size;
    /** ν. */
    final double[] degrees;
    /** What does not depend on Λ in the criterion. */
    final double[] constant;

    final int width;
    final int triangle;
    final int pairs;

    private LaneStatistics(Crossproducts design, int lanes, int responses) {
        this.design = design;
        this.classes = design.classes();
        this.lanes = lanes;
        this.width = design.p() + 1;
        this.triangle = width * (width + 1) / 2;
        int q = classes.products().q();
        this.pairs = q * (q + 1) / 2;
        this.sums = new double[classes.classes()][][];
        this.response = Lanes.of(responses, lanes);
        this.ww = Lanes.of(triangle, lanes);
        this.size = Lanes.of(classes.classes(), lanes);
        this.degrees = new double[lanes];
        this.constant = new double[lanes];
    }

    /** See {@link LaneCriterion#load}. */
    abstract void load(int[] into, int count, double[][] drawn, int first, boolean[] sound);

    /** Whether each class of one level has one group in every lane. */
    abstract boolean fixedSizes();

    /** Bytes that a lane takes for a design, {@link GroupLanes} included. */
    static long bytes(Crossproducts design, boolean copies) {
        GroupClasses classes = design.classes();
        long pairs = classes.products().q() * (classes.products().q() + 1L) / 2;
        long triangle = (design.p() + 1L) * (design.p() + 2) / 2;
        long sums = copies ? classes.classes() * pairs * triangle : 0;
        return 8 * (ResponseLayout.of(design).size() + classes.classes() * (pairs + 1) + sums);
    }

    /** The design stays, the response changes. */
    static LaneStatistics ofResponses(Crossproducts design, Method method, int lanes) {
        return new OfResponses(design, method, lanes);
    }

    /** Levels are taken a number of times each. */
    static LaneStatistics ofCopies(Crossproducts design, Method method, LevelSquares squares, int lanes) {
        return new OfCopies(design, method, squares, lanes);
    }

    private static final class OfResponses extends LaneStatistics {
        private final int yy;

        OfResponses(Crossproducts design, Method method, int lanes) {
            super(design, lanes, ResponseLayout.of(design).yy() + 1);
            ResponseLayout layout = ResponseLayout.of(design);
            yy = layout.yy();
            Profile profile = new Profile(design, method);
            Lanes.fill(degrees, profile.degrees());
            Lanes.fill(constant, profile.constant());
            for (int cl = 0; cl < sums.length; cl++) {
                Lanes.fill(size[cl], classes.size(cl));
                if (classes.summed(cl) != null) {
                    sums[cl] = new double[pairs * triangle][];
                    for (int pair = 0; pair < pairs; pair++) {
                        int from = layout.groupClass(cl) + pair * width;
                        share(classes.summed(cl), pair * triangle, from, sums[cl]);
                    }
                }
            }
            double[] packed = new double[triangle];
            int at = 0;
            for (int j = 0; j < width; j++) {
                for (int i = j; i < width; i++) {
                    packed[at++] = design.ww()[i + j * width];
                }
            }
            share(packed, 0, layout.xy(), ww);
        }

        /** A triangle over lanes: the entries of x alike in all, those of y the arrays of the response. */
        private void share(double[] alike, int at, int from, double[][] into) {
            int next = at;
            for (int j = 0; j < width; j++) {
                for (int i = j; i < width - 1; i++) {
                    into[next] = new double[lanes];
                    Lanes.fill(into[next], alike[next]);
                    next++;
                }
                into[next++] = response[from + j];
            }
        }

        @Override
        void load(int[] into, int count, double[][] drawn, int first, boolean[] sound) {
            for (int e = 0; e < response.length; e++) {
                for (int i = 0; i < count; i++) {
                    response[e][into[i]] = drawn[e][first + i];
                }
            }
            for (int i = 0; i < count; i++) {
                sound[i] = drawn[yy][first + i] > 0 && drawn[yy][first + i] < Double.POSITIVE_INFINITY;
            }
        }

        @Override
        boolean fixedSizes() {
            return true;
        }
    }

    private static final class OfCopies extends LaneStatistics {
        /** Squared relative pivot under which X has lost rank, as lme4 would drop a column. */
        private static final double RANK_TOLERANCE = 1e-13;

        private final Method method;
        private final LevelSquares squares;
        private final double[] sum;
        private final double[] factor;

        OfCopies(Crossproducts design, Method method, LevelSquares squares, int lanes) {
            super(design, lanes, 0);
            this.method = method;
            this.squares = squares;
            for (int cl = 0; cl < sums.length; cl++) {
                sums[cl] = Lanes.of(pairs * triangle, lanes);
            }
            this.sum = new double[Math.max(pairs, 1) * triangle];
            this.factor = new double[design.p() * design.p()];
        }

        @Override
        void load(int[] into, int count, double[][] drawn, int first, boolean[] sound) {
            for (int i = 0; i < count; i++) {
                sound[i] = load(into[i], drawn, first + i);
            }
        }

        private boolean load(int lane, double[][] drawn, int i) {
            LevelProducts levels = classes.products();
            double logWeights = 0;
            int n = 0;
            for (int cl = 0; cl < sums.length; cl++) {
                double groups = 0;
                Arrays.fill(sum, 0);
                for (int j = 0; j < classes.size(cl); j++) {
                    int level = classes.level(cl, j);
                    double copies = drawn[level][i];
                    if (copies > 0) {
                        groups += copies;
                        n += (int) Math.round(copies * levels.rows()[level]);
                        logWeights += copies * squares.logWeights()[level];
                        GroupClasses.addLevel(levels, level, copies, sum);
                    }
                }
                size[cl][lane] = groups;
                for (int e = 0; e < sum.length; e++) {
                    sums[cl][e][lane] = sum[e];
                }
            }
            Arrays.fill(sum, 0, triangle, 0);
            for (int level = 0; level < levels.levels(); level++) {
                double copies = drawn[level][i];
                for (int e = 0; e < triangle && copies > 0; e++) {
                    sum[e] += copies * squares.ww()[level * triangle + e];
                }
            }
            for (int e = 0; e < triangle; e++) {
                ww[e][lane] = sum[e];
            }
            Profile profile = new Profile(design, method, n, logWeights);
            degrees[lane] = profile.degrees();
            constant[lane] = profile.constant();
            return n > design.p() && hasFullRank() && sum[triangle - 1] > 0;
        }

        /** Whether X'X of the copies, in {@code sum}, is positive definite. */
        private boolean hasFullRank() {
            int p = width - 1;
            int next = 0;
            for (int j = 0; j < p; j++) {
                for (int i = j; i < p; i++) {
                    factor[i + j * p] = sum[next++];
                }
                next++;
            }
            double[] diagonal = new double[p];
            for (int j = 0; j < p; j++) {
                diagonal[j] = factor[j * (p + 1)];
            }
            if (!SmallCholesky.factor(factor, 0, p, p)) {
                return false;
            }
            for (int j = 0; j < p; j++) {
                double pivot = factor[j * (p + 1)];
                if (!(pivot * pivot > RANK_TOLERANCE * diagonal[j])) {
                    return false;
                }
            }
            return true;
        }

        @Override
        boolean fixedSizes() {
            return false;
        }
    }
}
