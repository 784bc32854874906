// The search for the minimum of one replicate: org.warpmix.backend.lanes.LaneSearch, one team each.
//
// A step of Fisher scoring, then BFGS from the inverse Hessian at the common start with a line search for the strong or the
// approximate Wolfe conditions; at a minimum, variances are put to zero and let in to see whether they should be there. It is a
// state machine that asks for one evaluation at a time, so that the threads of a warp evaluate together whatever each is at.
#pragma once
#include "singular.cuh"

constexpr int X_PACKED = X * (X + 1) / 2;

// With several parameters the state of a search stays in local memory, and the registers are left to the evaluation: of 2 columns
// it takes 96 of them then; inline all 255, and spilled 1634 bytes (nvcc 13.0, 9.0).
#if WM_X > 1
#define APART __device__ __noinline__
#else
#define APART __device__
#endif

/** How a search ends. */
enum Ending { NONE = 0, REGULAR = 1, AT_BOUNDARY = 2 };

enum Phase { IDLE, START, SCORING, SEARCH, TRIM, SETTLE, PROBES, RETURN };

constexpr double TOLERANCE = 1e-15;
constexpr double DOUBTFUL = 1e3;
constexpr double LONGEST_STEP = 4;
constexpr int EVALUATIONS = 300;
constexpr int ESCAPES = 10;
constexpr int PATIENCE = 40;

/** Where all searches begin. */
struct Beginning {
    const double* __restrict__ x;       // X
    const double* __restrict__ inverse; // inverse Hessian, packed
    const double* __restrict__ c;       // X, gradient of log|A| (and log|M_XX|); null: no step of Fisher scoring
    double variance;                    // sigma^2 there
};

/** A line search: org.warpmix.optimize.LineSearch. */
struct LineSearch {
    enum Verdict { ACCEPT, AGAIN, NO_STEP };

    double value;
    double slope;
    double noise;
    double alpha;
    double low;
    double lowValue;
    double lowSlope;
    double high;
    double highValue;
    double highSlope;
    int trials;
    bool last;

    __device__ void begin(double startValue, double startSlope, double first) {
        value = startValue;
        slope = startSlope;
        noise = 1e-13 * fabs(startValue);
        alpha = first;
        low = 0;
        lowValue = startValue;
        lowSlope = startSlope;
        high = __longlong_as_double(0x7ff8000000000000LL);
        highValue = 0;
        highSlope = 0;
        trials = 0;
        last = false;
    }

    __device__ Verdict judge(double trialValue, double trialSlope) {
        const double sufficientDecrease = 1e-4;
        const double slopeReduction = 0.9;
        if (last) {
            return ACCEPT;
        }
        bool finite = isBelowInfinity(trialValue);
        bool decreased = finite && trialValue <= value + sufficientDecrease * alpha * slope;
        bool levelled = finite && trialValue <= value + noise && trialSlope <= (2 * sufficientDecrease - 1) * slope;
        if ((decreased || levelled) && fabs(trialSlope) <= -slopeReduction * slope) {
            return ACCEPT;
        }
        if (!finite) {
            high = alpha;
            highValue = infinity();
            alpha = low + 0.1 * (high - low);
            return again();
        }
        if (!(decreased || levelled) || trialValue > lowValue + noise) {
            high = alpha;
            highValue = trialValue;
            highSlope = trialSlope;
        } else {
            if (trialSlope * (isnan(high) ? 1 : high - low) >= 0) {
                high = low;
                highValue = lowValue;
                highSlope = lowSlope;
            }
            low = alpha;
            lowValue = trialValue;
            lowSlope = trialSlope;
        }
        if (isnan(high)) {
            alpha *= 3; // still going down steeply
        } else {
            alpha = interpolated();
            if (fabs(high - low) <= 1e-12 * fmax(1e-300, fabs(high))) {
                return end();
            }
        }
        return again();
    }

    __device__ Verdict again() { return ++trials < 30 ? AGAIN : end(); }

    /** Where no trial satisfied the conditions: the best one, if any was better than the start. */
    __device__ Verdict end() {
        if (!(low > 0 && lowValue < value)) {
            return NO_STEP;
        }
        alpha = low;
        last = true;
        return AGAIN;
    }

    /** Minimum of the cubic through two points with their slopes, kept away from the ends of the interval. */
    __device__ double interpolated() const {
        double width = high - low;
        if (highValue == infinity()) {
            return low + 0.1 * width;
        }
        double d1 = lowSlope + highSlope - 3 * (highValue - lowValue) / width;
        double square = d1 * d1 - lowSlope * highSlope;
        double middle = low + 0.5 * width;
        if (!(square >= 0)) {
            return middle;
        }
        double d2 = copysign(sqrt(square), width);
        double next = high - width * ((highSlope + d2 - d1) / (highSlope - lowSlope + 2 * d2));
        double near = low + 0.1 * width;
        double far = low + 0.9 * width;
        if (!(next >= fmin(near, far) && next <= fmax(near, far))) {
            return isnan(next) ? middle : fabs(next - near) < fabs(next - far) ? near : far;
        }
        return next;
    }
};

/** The state of a search. */
struct Search {
    double x[X];
    double gradient[X];
    double trial[X]; // where to evaluate next
    double direction[X];
    double h[X_PACKED];
    double value;
    double slope;
    LineSearch line;
    Phase phase;
    Ending ending;
    int evaluations;
    int escapes;
    int trimAt;
    int probe;
    bool fresh;   // H is as it was at the start
    bool settled; // negligible variances were put to zero since the last escape
    bool trimmed; // small ones were, where that lowered the criterion, at a minimum
    bool cut;     // that ever happened
    bool there;   // the last evaluation was at x

    __device__ void begin(const Beginning& from) {
        UNROLLED for (int e = 0; e < X; e++) {
            trial[e] = __ldg(from.x + e);
        }
        phase = START;
        value = infinity();
        evaluations = 0;
        escapes = 0;
        trimAt = PATIENCE;
        fresh = settled = trimmed = cut = there = false;
    }

    __device__ double gradientNorm() const {
        double largest = 0;
        UNROLLED for (int e = 0; e < X; e++) {
            largest = fmax(largest, fabs(gradient[e]));
        }
        return largest;
    }

    /** Takes note of the evaluation at `trial` and sets the next one, or ends: phase IDLE. */
    APART void judge(const Beginning& from, double trialValue, const double (&trialGradient)[X], const Solved& solved) {
        evaluations++;
        there = false;
        bool finite = isBelowInfinity(trialValue);
        bool lower = trialValue < value;
        switch (phase) {
        case START:
            if (!finite) {
                finish(NONE);
                return;
            }
            accept(trialValue, trialGradient);
            reset(from);
            break;
        case SCORING:
            if (lower) {
                accept(trialValue, trialGradient);
            }
            break;
        case SEARCH: {
            double along = 0;
            UNROLLED for (int e = 0; e < X; e++) {
                along += trialGradient[e] * direction[e];
            }
            LineSearch::Verdict verdict = line.judge(trialValue, along);
            if (verdict == LineSearch::AGAIN) {
                step();
                return;
            }
            if (verdict == LineSearch::ACCEPT) {
                update(trialGradient);
                accept(trialValue, trialGradient);
                fresh = false;
            } else if (fresh) {
                finish(NONE);
                return;
            } else {
                reset(from);
            }
            break;
        }
        case TRIM:
            if (lower) {
                accept(trialValue, trialGradient);
                reset(from);
                cut = true;
            }
            break;
        case SETTLE:
            if (!(trialValue <= value + roundingOf(value))) {
                look();
                return;
            }
            accept(trialValue, trialGradient);
            break;
        case PROBES:
            if (!(trialValue < value - roundingOf(value))) {
                probe++;
                propose();
                return;
            }
            if (++escapes > ESCAPES) {
                finish(NONE);
                return;
            }
            accept(trialValue, trialGradient);
            reset(from);
            settled = false;
            trimmed = false;
            break;
        default: // RETURN
            finish(ending);
            return;
        }
        descend();
        next(from, solved);
    }

private:
    __device__ void accept(double trialValue, const double (&trialGradient)[X]) {
        UNROLLED for (int e = 0; e < X; e++) {
            x[e] = trial[e];
            gradient[e] = trialGradient[e];
        }
        value = trialValue;
        there = true;
    }

    __device__ void reset(const Beginning& from) {
        UNROLLED for (int e = 0; e < X_PACKED; e++) {
            h[e] = __ldg(from.inverse + e);
        }
        fresh = true;
    }

    __device__ void finish(Ending how) {
        ending = how;
        phase = IDLE;
    }

    /** Ends at x; the estimates are those of the last evaluation, so that has to be there. */
    __device__ void succeed(Ending how) {
        if (there) {
            finish(how);
            return;
        }
        ending = how;
        phase = RETURN;
        UNROLLED for (int e = 0; e < X; e++) {
            trial[e] = x[e];
        }
    }

    /** direction = -H g and the slope along it. */
    __device__ void descend() {
        slope = 0;
        UNROLLED for (int i = 0; i < X; i++) {
            double sum = 0;
            UNROLLED for (int j = 0; j < X; j++) {
                sum -= h[i >= j ? packed(i, j, X) : packed(j, i, X)] * gradient[j];
            }
            direction[i] = sum;
            slope += sum * gradient[i];
        }
    }

    /** H <- (I - rho s y') H (I - rho y s') + rho s s' for the step from x to the trial. */
    __device__ void update(const double (&trialGradient)[X]) {
        double product[X]; // H y
        double sy = 0;
        double ss = 0;
        double yy = 0;
        double curvature = 0;
        UNROLLED for (int i = 0; i < X; i++) {
            double s = trial[i] - x[i];
            double y = trialGradient[i] - gradient[i];
            sy += s * y;
            ss += s * s;
            yy += y * y;
            double sum = 0;
            UNROLLED for (int j = 0; j < X; j++) {
                sum += h[i >= j ? packed(i, j, X) : packed(j, i, X)] * (trialGradient[j] - gradient[j]);
            }
            product[i] = sum;
            curvature += sum * y;
        }
        if (!(sy > 0 && sy * sy > 1e-28 * ss * yy)) {
            return;
        }
        double rho = 1 / sy;
        double factor = rho * (1 + rho * curvature);
        UNROLLED for (int j = 0; j < X; j++) {
            double sj = trial[j] - x[j];
            UNROLLED for (int i = j; i < X; i++) {
                double si = trial[i] - x[i];
                h[packed(i, j, X)] += factor * si * sj - rho * (product[i] * sj + si * product[j]);
            }
        }
    }

    /** 1/2 g'Hg with H as it is at the start. */
    __device__ double startExcess(const Beginning& from) const {
        double sum = 0;
        UNROLLED for (int j = 0; j < X; j++) {
            UNROLLED for (int i = j; i < X; i++) {
                double product = __ldg(from.inverse + packed(i, j, X)) * gradient[i] * gradient[j];
                sum += i == j ? 0.5 * product : product;
            }
        }
        return sum;
    }

    __device__ void step() {
        UNROLLED for (int e = 0; e < X; e++) {
            trial[e] = x[e] + line.alpha * direction[e];
        }
    }

    /** Begins a line search from x, unless that is a minimum. */
    __device__ void next(const Beginning& from, const Solved& solved) {
        if (slope > 2 * TOLERANCE) { // rounding has cost H its definiteness
            reset(from);
            descend();
        }
        if (!(slope <= 2 * TOLERANCE)) {
            finish(NONE);
            return;
        }
        if (-0.5 * slope <= TOLERANCE && !fresh && startExcess(from) > DOUBTFUL * TOLERANCE) {
            reset(from); // an approximation that is content where the gradient is large is a bad one
            descend();
        }
        if (-0.5 * slope <= TOLERANCE) {
            minimum();
            return;
        }
        if (evaluations >= EVALUATIONS) {
            finish(NONE);
            return;
        }
        if (evaluations >= trimAt) { // a variance that creeps towards zero would take long
            trimAt += PATIENCE;
            if (trim()) {
                return;
            }
        }
        if (phase == START && from.c != nullptr) {
            score(from, solved);
            phase = SCORING;
            return;
        }
        double square = 0;
        double length = 0;
        UNROLLED for (int e = 0; e < X; e++) {
            square += x[e] * x[e];
            length += direction[e] * direction[e];
        }
        double longest = LONGEST_STEP * fmax(1.0, sqrt(square));
        length = sqrt(length);
        line.begin(value, slope, length > longest ? longest / length : 1);
        phase = SEARCH;
        step();
    }

    /** Goes where small variances are zero, if there are any. */
    __device__ bool trim() {
        double point[X];
        UNROLLED for (int e = 0; e < X; e++) {
            point[e] = x[e];
        }
        if (!removeBelow(point, PROBE)) {
            return false;
        }
        UNROLLED for (int e = 0; e < X; e++) {
            trial[e] = point[e];
        }
        phase = TRIM;
        return true;
    }

    /** The gradient vanishes at x. */
    __device__ void minimum() {
        if (!trimmed) { // the end of a valley may lie at a variance of zero, unseen from here
            trimmed = true;
            if (trim()) {
                return;
            }
        }
        double point[X];
        UNROLLED for (int e = 0; e < X; e++) {
            point[e] = x[e];
        }
        if (!isSingular(point)) {
            succeed(REGULAR);
            return;
        }
        bool before = settled;
        settled = true;
        if (before || !removeBelow(point, NEGLIGIBLE)) {
            look();
            return;
        }
        UNROLLED for (int e = 0; e < X; e++) {
            trial[e] = point[e];
        }
        phase = SETTLE;
    }

    /** Goes on to let variances in. */
    __device__ void look() {
        probe = 0;
        propose();
    }

    /** The next point with a variance let in, or back to the minimum. */
    __device__ void propose() {
        double point[X];
        UNROLLED for (int e = 0; e < X; e++) {
            point[e] = x[e];
        }
        bool any = letIn(point, probe, cut);
        UNROLLED for (int e = 0; e < X; e++) {
            trial[e] = point[e];
        }
        phase = any ? PROBES : RETURN;
        ending = AT_BOUNDARY;
    }

    /** The point that a step of Fisher scoring leads to: org.warpmix.backend.lanes.ScoringStep. */
    __device__ void score(const Beginning& from, const Solved& solved) {
        const double leastVariance = 0.1 * 0.1;
        double rho = solved.rSquared / (solved.degrees * from.variance);
        double omega = rho - 1;
        UNROLLED for (int e = 0; e < X; e++) {
            omega -= __ldg(from.c + e) * rho * direction[e] / solved.degrees;
        }
        double share = rho / fmax(1 + omega, 0.2);
        UNROLLED for (int t = 0; t < TERMS; t++) {
            const int q = columnsOf(t);
            const int at = offsetOf(t);
            double phi[SQUARE]; // lower triangle
            UNROLLED for (int j = 0; j < q; j++) {
                UNROLLED for (int i = j; i < q; i++) {
                    double sum = 0;
                    UNROLLED for (int r = 0; r <= j; r++) {
                        double li = x[at + packed(i, r, q)];
                        double lj = x[at + packed(j, r, q)];
                        double di = direction[at + packed(i, r, q)];
                        double dj = direction[at + packed(j, r, q)];
                        sum += li * lj + share * (li * dj + di * lj);
                    }
                    phi[i + j * q] = sum;
                }
            }
            UNROLLED for (int j = 0; j < q; j++) {
                double root = sqrt(fmax(phi[j + j * q], leastVariance));
                trial[at + packed(j, j, q)] = root;
                UNROLLED for (int i = j + 1; i < q; i++) {
                    double most = sqrt(fmax(phi[i + i * q], leastVariance));
                    double entry = fmax(-most, fmin(most, phi[i + j * q] / root));
                    phi[i + j * q] = entry;
                    trial[at + packed(i, j, q)] = entry;
                }
                UNROLLED for (int k = j + 1; k < q; k++) {
                    UNROLLED for (int i = k; i < q; i++) {
                        phi[i + k * q] -= phi[i + j * q] * phi[k + j * q];
                    }
                }
            }
        }
    }
};
