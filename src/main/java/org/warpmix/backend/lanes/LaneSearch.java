package org.warpmix.backend.lanes;

import org.warpmix.backend.lanes.Lane.Phase;
import org.warpmix.optimize.LineSearch;
import org.warpmix.optimize.SingularDirections;

/**
 * Minimises the criteria of many replicates, several lanes in lock-step: a step of Fisher scoring, then BFGS from the Hessian at
 * the common start, with the line search of a single fit. Each round evaluates all lanes once; a replicate that has reached its
 * minimum leaves its lane to the next.
 *
 * <p>Evaluations per replicate measured: sleepstudy slopes 2.3, without the scoring step 9.0, a single fit from its own start
 * 10.9 and its Newton steps; 1,000 groups 5.9; crossed Penicillin 2.0 instead of 7.9.
 *
 * <p>A minimum where a covariance matrix is singular is settled and probed as in a single fit: negligible directions are put to
 * zero, and a variance is let in along each singular one; where the criterion then falls, the search goes on from there. A
 * variance that creeps towards zero is put there after a while, where that lowers the criterion.
 */
final class LaneSearch {

    /** Takes the replicates as they end. */
    interface Taker {
        /**
         * The minimum of a replicate was found, and the last evaluation of its lane was there.
         *
         * @param singular whether a covariance matrix is singular there
         */
        void minimum(int replicate, int lane, boolean singular);

        /** A replicate has no minimum that this search can vouch for. */
        void none(int replicate);
    }

    /** How much larger the excess may be that the Hessian of the start predicts. */
    private static final double DOUBTFUL = 1e3;

    private static final double LONGEST_STEP = 4;
    private static final int EVALUATIONS = 300;
    private static final int ESCAPES = 10;
    private final LaneCriterion criterion;
    private final SingularDirections directions;
    private final LaneBfgs bfgs;
    private final ScoringStep scoring;
    private final double tolerance;
    private final double[] start;
    private final int size;
    private final int lanes;
    private final double[][] x;
    private final double[][] gradient;
    private final double[][] trial;
    private final double[][] trialGradient;
    private final double[] value;
    private final double[] trialValue;
    private final double[] alpha;
    private final Lane[] lane;
    private final int together;
    private final int[] idle;
    private final int[] occupied;
    private final boolean[] sound;
    private final double[] here;
    private int next;
    private int active;

    /** @param scoring the first step, or {@code null} where there is nothing to begin with but a descent */
    LaneSearch(LaneCriterion criterion, SingularDirections directions, WarmStart warm, ScoringStep scoring) {
        this.criterion = criterion;
        this.directions = directions;
        this.scoring = scoring;
        tolerance = criterion.tolerance();
        start = warm.x();
        size = start.length;
        lanes = criterion.lanes();
        bfgs = new LaneBfgs(size, warm.inverse(), lanes);
        x = Lanes.of(size, lanes);
        gradient = Lanes.of(size, lanes);
        trial = Lanes.of(size, lanes);
        trialGradient = Lanes.of(size, lanes);
        value = new double[lanes];
        trialValue = new double[lanes];
        alpha = new double[lanes];
        lane = new Lane[lanes];
        together = Math.max(1, lanes / 8);
        idle = new int[lanes];
        occupied = new int[lanes];
        sound = new boolean[lanes];
        here = new double[size];
        for (int l = 0; l < lanes; l++) {
            lane[l] = new Lane(size);
        }
    }

    /** Evaluations that the replicate of a lane took. */
    int evaluations(int l) {
        return lane[l].evaluations;
    }

    /** The point of a lane. */
    double x(int entry, int l) {
        return x[entry][l];
    }

    /** The criterion there. */
    double value(int l) {
        return value[l];
    }

    /** Largest absolute entry of the gradient there. */
    double gradientNorm(int l) {
        double largest = 0;
        for (double[] entry : gradient) {
            largest = Math.max(largest, Math.abs(entry[l]));
        }
        return largest;
    }

    /**
     * Fits the replicates of a drawn block.
     *
     * @param drawn entry e of replicate i at {@code drawn[e][i]}
     */
    void run(double[][] drawn, int count, Taker taker) {
        next = 0;
        for (int l = 0; l < lanes; l++) {
            lane[l].clear();
        }
        active = 0;
        load(drawn, count, taker);
        propose();
        while (active > 0) {
            criterion.evaluate(trial, occupied, active, trialValue, trialGradient);
            int evaluated = active; // those judged may leave
            for (int i = 0; i < evaluated; i++) {
                judge(occupied[i], taker);
            }
            bfgs.update();
            bfgs.descend(gradient);
            for (int l = 0; l < lanes; l++) {
                if (lane[l].moved) {
                    begin(l, taker);
                }
            }
            if (next < count && (lanes - active >= together || active == 0)) {
                load(drawn, count, taker);
            }
            propose();
        }
    }

    /** Fills idle lanes with the next replicates that can be fitted. */
    private void load(double[][] drawn, int count, Taker taker) {
        while (active < lanes && next < count) {
            int vacant = 0;
            for (int l = 0; l < lanes && vacant < count - next; l++) {
                if (lane[l].phase == Phase.IDLE) {
                    idle[vacant++] = l;
                }
            }
            criterion.load(idle, vacant, drawn, next, sound);
            for (int i = 0; i < vacant; i++) {
                if (sound[i]) {
                    lane[idle[i]].begin(next + i, start);
                    active++;
                } else {
                    taker.none(next + i);
                }
            }
            next += vacant;
        }
    }

    /** A lane's replicate is done with. */
    private void leave(int l) {
        lane[l].clear();
        active--;
    }

    /** Takes note of a lane's evaluation. */
    private void judge(int l, Taker taker) {
        Lane state = lane[l];
        state.evaluations++;
        state.there = false;
        boolean finite = trialValue[l] < Double.POSITIVE_INFINITY;
        switch (state.phase) {
            case START -> {
                if (!finite) {
                    fail(l, taker);
                    return;
                }
                accept(l);
                bfgs.reset(l);
                state.fresh = true;
                state.moved = true;
            }
            case SCORING -> {
                if (trialValue[l] < value[l]) {
                    accept(l);
                }
                state.moved = true;
            }
            case SEARCH -> {
                double slope = 0;
                for (int e = 0; e < size; e++) {
                    slope += trialGradient[e][l] * bfgs.direction()[e][l];
                }
                LineSearch.Verdict verdict = state.line.judge(trialValue[l], slope);
                if (verdict == LineSearch.Verdict.ACCEPT) {
                    bfgs.stepped(l, x, gradient, trial, trialGradient);
                    accept(l);
                    state.fresh = false;
                    state.moved = true;
                } else if (verdict == LineSearch.Verdict.NONE) {
                    if (state.fresh) {
                        fail(l, taker);
                        return;
                    }
                    bfgs.reset(l);
                    state.fresh = true;
                    state.moved = true;
                }
            }
            case TRIM -> {
                state.moved = true;
                if (trialValue[l] < value[l]) {
                    accept(l);
                    bfgs.reset(l);
                    state.fresh = true;
                    state.cut = true;
                }
            }
            case SETTLE -> {
                if (trialValue[l] <= value[l] + SingularDirections.rounding(value[l])) {
                    accept(l);
                    state.moved = true; // on from there, should the gradient ask for it
                } else {
                    look(l);
                }
            }
            case PROBE -> {
                if (trialValue[l] < value[l] - SingularDirections.rounding(value[l])) {
                    if (++state.escapes > ESCAPES) {
                        fail(l, taker);
                        return;
                    }
                    accept(l);
                    bfgs.reset(l);
                    state.fresh = true;
                    state.moved = true;
                    state.settled = false;
                    state.trimmed = false;
                } else if (++state.probe < state.probes.size()) {
                    state.point = state.probes.get(state.probe);
                } else {
                    state.phase = Phase.RETURN;
                    state.point = copy(l);
                }
            }
            case RETURN -> {
                state.there = true;
                succeed(l, state.singular, taker);
            }
            default -> throw new IllegalStateException("An idle lane is not judged.");
        }
    }

    /** Begins a line search from a lane's point, unless that is a minimum. */
    private void begin(int l, Taker taker) {
        Lane state = lane[l];
        state.moved = false;
        if (bfgs.slope()[l] > 2 * tolerance) { // rounding has cost H its definiteness
            bfgs.reset(l);
            bfgs.descend(l, gradient);
            state.fresh = true;
        }
        double slope = bfgs.slope()[l];
        if (!(slope <= 2 * tolerance)) {
            fail(l, taker);
            return;
        }
        if (-0.5 * slope <= tolerance && !state.fresh && bfgs.startExcess(l, gradient) > DOUBTFUL * tolerance) {
            bfgs.reset(l); // an approximation that is content where the gradient is large is a bad one
            bfgs.descend(l, gradient);
            state.fresh = true;
            slope = bfgs.slope()[l];
        }
        if (-0.5 * slope <= tolerance) {
            for (int e = 0; e < size; e++) {
                here[e] = x[e][l];
            }
            if (!state.trimmed) { // the end of a valley may lie at a variance of zero, unseen from here
                state.trimmed = true;
                double[] trimmed = directions.withoutBelow(here, SingularDirections.PROBE);
                if (trimmed != null) {
                    state.point = trimmed;
                    state.phase = Phase.TRIM;
                    return;
                }
            }
            if (!directions.any(here)) {
                succeed(l, false, taker);
                return;
            }
            state.point = state.settled ? null : directions.settled(here);
            state.settled = true;
            state.phase = Phase.SETTLE;
            if (state.point == null) {
                look(l);
            }
            return;
        }
        if (state.evaluations >= EVALUATIONS) {
            fail(l, taker);
            return;
        }
        if (state.evaluations >= state.trimAt) { // a variance that creeps towards zero would take long
            state.trimAt += Lane.PATIENCE;
            state.point = directions.withoutBelow(copy(l), SingularDirections.PROBE);
            if (state.point != null) {
                state.phase = Phase.TRIM;
                return;
            }
        }
        if (state.phase == Phase.START && scoring != null) {
            scoring.from(bfgs.direction(), l, criterion.rSquared(l), criterion.degrees(l), state.scored);
            state.point = state.scored;
            state.phase = Phase.SCORING;
            return;
        }
        double norm = 0;
        for (double[] entry : x) {
            norm += entry[l] * entry[l];
        }
        double longest = LONGEST_STEP * Math.max(1, Math.sqrt(norm));
        double length = bfgs.length(l);
        state.line.begin(value[l], slope, length > longest ? longest / length : 1);
        state.phase = Phase.SEARCH;
    }

    /** Ends at a lane's point; the estimates are those of the last evaluation, so that has to be there. */
    private void succeed(int l, boolean singular, Taker taker) {
        if (!lane[l].there) {
            lane[l].singular = singular;
            lane[l].point = copy(l);
            lane[l].phase = Phase.RETURN;
            return;
        }
        taker.minimum(lane[l].replicate, l, singular);
        leave(l);
    }

    private void fail(int l, Taker taker) {
        taker.none(lane[l].replicate);
        leave(l);
    }

    /** Goes on to let variances in. */
    private void look(int l) {
        Lane state = lane[l];
        state.probes = directions.letIn(copy(l), SingularDirections.PROBE);
        if (state.cut) {
            state.probes.addAll(directions.letIn(copy(l), SingularDirections.FINE_PROBE));
        }
        state.probe = 0;
        boolean any = !state.probes.isEmpty();
        state.singular = true;
        state.phase = any ? Phase.PROBE : Phase.RETURN;
        state.point = any ? state.probes.get(0) : copy(l);
    }

    /** Which lanes are to be evaluated next, and where. */
    private void propose() {
        int count = 0;
        for (int l = 0; l < lanes; l++) {
            if (lane[l].phase != Phase.IDLE) {
                occupied[count++] = l;
            }
            alpha[l] = lane[l].phase == Phase.SEARCH ? lane[l].line.alpha() : 0;
        }
        for (int e = 0; e < size; e++) {
            Lanes.step(trial[e], x[e], alpha, bfgs.direction()[e]);
        }
        for (int i = 0; i < count; i++) {
            int l = occupied[i];
            if (lane[l].phase != Phase.SEARCH) {
                for (int e = 0; e < size; e++) {
                    trial[e][l] = lane[l].point[e];
                }
            }
        }
    }

    private void accept(int l) {
        for (int e = 0; e < size; e++) {
            x[e][l] = trial[e][l];
            gradient[e][l] = trialGradient[e][l];
        }
        value[l] = trialValue[l];
        lane[l].there = true;
    }

    private double[] copy(int l) {
        double[] point = new double[size];
        for (int e = 0; e < size; e++) {
            point[e] = x[e][l];
        }
        return point;
    }
}
