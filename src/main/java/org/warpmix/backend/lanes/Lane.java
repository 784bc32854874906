package org.warpmix.backend.lanes;

import java.util.List;
import org.warpmix.optimize.LineSearch;

/** What one lane of a {@link LaneSearch} is at. */
final class Lane {

    /** What the lane is evaluated for. */
    enum Phase {
        /** Nothing: it holds no replicate. */
        IDLE,
        /** The point where every search begins. */
        START,
        /** The point that Fisher scoring leads to. */
        SCORING,
        /** A trial of a line search. */
        SEARCH,
        /** Small variances put to zero on the way. */
        TRIM,
        /** Negligible variances put to zero at a minimum. */
        SETTLE,
        /** A variance let in at a singular minimum. */
        PROBE,
        /** The minimum again, to read the estimates there. */
        RETURN
    }

    /** Evaluations after which small variances are put to zero, and again after as many. */
    static final int PATIENCE = 40;

    final LineSearch line = new LineSearch();
    Phase phase = Phase.IDLE;
    int replicate;
    int evaluations;
    /** How often the search went on from a point that a probe found. */
    int escapes;
    /** Whether H is as it was at the start. */
    boolean fresh;
    /** Whether the lane has a new point, and no direction from there yet. */
    boolean moved;
    /** Whether negligible variances were put to zero since the last escape. */
    boolean settled;
    /** Whether small ones were, where that lowered the criterion, at a minimum. */
    boolean trimmed;
    /** Whether that ever happened. */
    boolean cut;
    /** Whether the last evaluation was at the lane's point. */
    boolean there;
    /** Whether the minimum to go back to is singular. */
    boolean singular;
    /** The number of evaluations after which that is tried on the way. */
    int trimAt;
    /** Where to evaluate in all phases but {@link Phase#SEARCH}. */
    double[] point;

    final double[] scored;
    List<double[]> probes;
    int probe;

    /** @param size number of parameters */
    Lane(int size) {
        scored = new double[size];
    }

    /** Takes a replicate in. */
    void begin(int number, double[] start) {
        phase = Phase.START;
        replicate = number;
        evaluations = 0;
        escapes = 0;
        settled = false;
        trimmed = false;
        cut = false;
        trimAt = PATIENCE;
        point = start;
    }

    /** Lets the replicate go. */
    void clear() {
        phase = Phase.IDLE;
        moved = false;
    }
}
