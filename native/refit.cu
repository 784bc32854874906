// Refits of a model with one grouping factor: each team of threads searches the minimum of one replicate after the other.
//
// Macros: those of singular.cuh and team.cuh, WM_STANDARD_ERRORS whether to give those of the fixed effects, WM_TESTED of how many fixed
// effects a Wald statistic is asked for.
//
// specialisations: -DWM_Q=1 -DWM_P=1 -DWM_X=1 -DWM_TERMS=1 -DWM_WIDEST=1 -DWM_COLUMNS=1 -DWM_REML=1 -DWM_COPIES=0 -DWM_TEAM=1 -DWM_STANDARD_ERRORS=0 -DWM_TESTED=0;
// specialisations: -DWM_Q=2 -DWM_P=2 -DWM_X=3 -DWM_TERMS=1 -DWM_WIDEST=2 -DWM_COLUMNS=2 -DWM_REML=1 -DWM_COPIES=0 -DWM_TEAM=1 -DWM_STANDARD_ERRORS=0 -DWM_TESTED=0;
// specialisations: -DWM_Q=2 -DWM_P=2 -DWM_X=2 -DWM_TERMS=2 -DWM_WIDEST=1 -DWM_COLUMNS=0x11 -DWM_REML=0 -DWM_COPIES=1 -DWM_TEAM=1 -DWM_STANDARD_ERRORS=1 -DWM_TESTED=1;
// specialisations: -DWM_Q=2 -DWM_P=2 -DWM_X=3 -DWM_TERMS=1 -DWM_WIDEST=2 -DWM_COLUMNS=2 -DWM_REML=1 -DWM_COPIES=0 -DWM_TEAM=128 -DWM_STANDARD_ERRORS=1 -DWM_TESTED=0;
// specialisations: -DWM_Q=4 -DWM_P=8 -DWM_X=10 -DWM_TERMS=1 -DWM_WIDEST=4 -DWM_COLUMNS=4 -DWM_REML=1 -DWM_COPIES=0 -DWM_TEAM=32 -DWM_STANDARD_ERRORS=1 -DWM_TESTED=8 -DWM_LARGE
#include "search.cuh"

constexpr int TESTED = WM_TESTED;
constexpr int SOME_TESTED = TESTED > 0 ? TESTED : 1;

/** From the solver's coordinates to those of the user. */
struct Coordinates {
    const double* __restrict__ bases;  // per term its columns x columns part of T, upper triangular
    const double* __restrict__ r;      // P x P, upper triangular
    const double* __restrict__ origin; // P coefficients of least squares, then the scale s
    const int* __restrict__ tested;    // TESTED numbers of fixed effects
    const double* __restrict__ centre; // TESTED
};

/**
 * The columns of the estimates of one replicate: its Ending + 4 times the number of evaluations; then, unless that is NONE, criterion,
 * sigma, gradient norm, X of theta, P of beta, P standard errors and a Wald statistic where asked for.
 */
struct Columns {
    double* next;
    long long stride;

    __device__ void write(double value) {
        *next = value;
        next += stride;
    }
};

/** b <- R^-1 b. */
__device__ inline void solveUpper(const double* __restrict__ r, double (&b)[SOME_P]) {
    UNROLLED for (int j = P - 1; j >= 0; j--) {
        UNROLLED for (int k = j + 1; k < P; k++) {
            b[j] -= __ldg(r + j + k * P) * b[k];
        }
        b[j] /= __ldg(r + j + j * P);
    }
}

/** Theta in lme4's order and scale. */
__device__ __noinline__ void writeTheta(const Coordinates& to, const double (&x)[X], Columns& columns) {
    const double* basis = to.bases;
    double theta[X];
    for (int t = 0; t < TERMS; t++) {
        int q = columnsOf(t);
        double lambda[SQUARE];
        int at = offsetOf(t);
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                lambda[i + j * q] = i >= j ? x[at++] : 0;
            }
        }
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = i; r < q; r++) {
                    sum += basis[i + r * q] * lambda[r + j * q];
                }
                lambda[i + j * q] = sum;
            }
        }
        setFactor(theta, t, lambda);
        basis += q * q;
    }
    for (int e = 0; e < X; e++) {
        columns.write(theta[e]);
    }
}

/** Standard errors and the Wald statistic (b - c)'V^-1(b - c), V = sigma^2 R^-1 M_XX^-1 R^-T. */
__device__ __noinline__ void writeErrors(const Coordinates& to, const Solved& solved, double sigma, const double (&beta)[SOME_P],
                                         Columns& columns) {
    double inverse[SOME_TRIANGLE];
    invertFactor(solved, inverse);
    double u[SOME_P * SOME_P]; // R^-1 L^-T: V = sigma^2 UU'
    for (int j = 0; j < P; j++) {
        double column[SOME_P]; // column j of L^-T is row j of L^-1
        for (int i = 0; i < P; i++) {
            column[i] = i <= j ? inverse[packed(j, i, P)] : 0;
        }
        solveUpper(to.r, column);
        for (int i = 0; i < P; i++) {
            u[i + j * P] = sigma * column[i];
        }
    }
    for (int i = 0; i < P && WM_STANDARD_ERRORS; i++) {
        double sum = 0;
        for (int j = 0; j < P; j++) {
            sum += u[i + j * P] * u[i + j * P];
        }
        columns.write(sqrt(sum));
    }
    if (TESTED == 0) {
        return;
    }
    double v[SOME_TESTED * SOME_TESTED];
    double b[SOME_TESTED];
    double wald = 0;
    for (int c = 0; c < TESTED; c++) { // row c of the factor of V, then of the solution
        int row = to.tested[c];
        b[c] = beta[row] - to.centre[c];
        for (int d = 0; d <= c; d++) {
            double sum = 0;
            for (int j = 0; j < P; j++) {
                sum += u[row + j * P] * u[to.tested[d] + j * P];
            }
            for (int e = 0; e < d; e++) {
                sum -= v[c + e * TESTED] * v[d + e * TESTED];
            }
            v[c + d * TESTED] = c == d ? sqrt(sum) : sum / v[d + d * TESTED];
        }
        for (int e = 0; e < c; e++) {
            b[c] -= v[c + e * TESTED] * b[e];
        }
        b[c] /= v[c + c * TESTED];
        wald += b[c] * b[c];
    }
    columns.write(wald);
}

/** Writes the estimates at the minimum that a search has found. */
__device__ inline void writeEstimates(const Coordinates& to, const Search& search, const Solved& solved, const Response& response,
                                      int shiftEntry, Columns columns) {
    double unit = shiftEntry >= 0 ? response.at(shiftEntry + P) : 1;
    double scale = to.origin[P];
    double sigma = unit * scale * sqrt(solved.rSquared / solved.degrees);
    columns.write(search.value + (unit == 1 ? 0 : 2 * solved.degrees * log(unit)));
    columns.write(sigma);
    columns.write(search.gradientNorm());
    double x[X];
    UNROLLED for (int e = 0; e < X; e++) {
        x[e] = search.x[e];
    }
    writeTheta(to, x, columns);
    double beta[SOME_P];
    UNROLLED for (int j = 0; j < P; j++) {
        beta[j] = unit * solved.gamma[j] + (shiftEntry >= 0 ? response.at(shiftEntry + j) : 0);
    }
    solveUpper(to.r, beta);
    UNROLLED for (int j = 0; j < P; j++) {
        beta[j] = to.origin[j] + scale * beta[j];
        columns.write(beta[j]);
    }
    if (WM_STANDARD_ERRORS || TESTED > 0) {
        writeErrors(to, solved, sigma, beta, columns);
    }
}

/**
 * Fits replicates until none is left.
 *
 * estimates        out     columns, see Columns; entry i of each is replicate i's
 * columnStride     in      length of a column
 * counter          in/out  one number, 0 at first: how many replicates were handed out
 * statistics       in      entry e of replicate i at e * entryStride + i * replicateStride
 * count            in      how many replicates
 * classInts, g, sums, b, xx, classes, degrees, constant, xyEntry   in  the design, see Design
 * yyEntry          in      entry of y'y, which is positive and finite where there is something to fit
 * shiftEntry       in      first entry of the shift of the response, that of its unit P further on; -1 where there are none
 * start, inverse, scoring, variance   in  where searches begin, see Beginning; hasScoring whether there is a step of scoring
 * bases, r, origin, tested, centre    in  see Coordinates
 */
extern "C" __global__ void refit(double* __restrict__ estimates, long long columnStride, int* __restrict__ counter, const double* __restrict__ statistics, long long entryStride,
                                 long long replicateStride, int count, const int* __restrict__ classInts,
                                 const double* __restrict__ g, const double* __restrict__ sums, const double* __restrict__ b,
                                 const double* __restrict__ xx, int classes, double degrees, double constant, int xyEntry, int yyEntry, int shiftEntry,
                                 const double* __restrict__ start, const double* __restrict__ inverse,
                                 const double* __restrict__ scoring, int hasScoring, double variance,
                                 const double* __restrict__ bases, const double* __restrict__ r, const double* __restrict__ origin,
                                 const int* __restrict__ tested, const double* __restrict__ centre) {
    const Design design{classes, classInts, g, sums, b, xx, degrees, constant, xyEntry};
    const Beginning from{start, inverse, hasScoring ? scoring : nullptr, variance};
    const Coordinates to{bases, r, origin, tested, centre};
    Search search;
    Response response{statistics, entryStride};
    int turn = 0;
    int replicate = -1;
    search.phase = IDLE;
    while (true) {
        if (search.phase == IDLE) {
            replicate = nextReplicate(counter, turn);
            if (replicate >= count) {
                break;
            }
            response.statistics = statistics + replicate * replicateStride;
            double yy = response.at(yyEntry);
            if (!(yy > 0 && isBelowInfinity(yy))) {
                estimates[replicate] = NONE;
                continue;
            }
            search.begin(from);
        }
        double gradient[X];
        Solved solved;
        double value = evaluate(design, response, search.trial, gradient, solved, turn);
        search.judge(from, value, gradient, solved);
        if (search.phase == IDLE && teamRank() == 0) {
            Columns columns{estimates + replicate, columnStride};
            columns.write(search.ending + 4 * search.evaluations);
            if (search.ending != NONE) {
                writeEstimates(to, search, solved, response, shiftEntry, columns);
            }
        }
    }
}
