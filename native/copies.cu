// Statistics of samples of whole groups, each taken a number of times: sums over the groups, weighted by their copies.
//
// Macros: WM_Q columns of Z, WM_P columns of X, WM_REML.
//
// specialisations: -DWM_Q=1 -DWM_P=1 -DWM_REML=1; -DWM_Q=2 -DWM_P=2 -DWM_REML=0; -DWM_Q=4 -DWM_P=8 -DWM_REML=1 -DWM_LARGE
#include "warpmix.cuh"

constexpr int Q = WM_Q;
constexpr int P = WM_P;
constexpr int WIDTH = P + 1;
constexpr int TRIANGLE = WIDTH * (WIDTH + 1) / 2;
constexpr int PAIRS = Q * (Q + 1) / 2;
constexpr int SOME_P = P > 0 ? P : 1;

/** Squared relative pivot under which X has lost rank, as lme4 would drop a column. */
constexpr double RANK_TOLERANCE = 1e-13;

/** Whether X'X, the leading part of a packed triangle of order P + 1, is clearly positive definite. */
__device__ inline bool hasFullRank(const double (&ww)[TRIANGLE]) {
    double l[SOME_P * SOME_P];
    for (int j = 0; j < P; j++) {
        for (int i = j; i < P; i++) {
            double sum = ww[packed(i, j, WIDTH)];
            for (int r = 0; r < j; r++) {
                sum -= l[i + r * P] * l[j + r * P];
            }
            if (i == j && !(sum > RANK_TOLERANCE * ww[packed(j, j, WIDTH)])) {
                return false;
            }
            l[i + j * P] = i == j ? sqrt(sum) : sum / l[j + j * P];
        }
    }
    return true;
}

/**
 * One thread per replicate and class, and one more per replicate for what belongs to no class.
 *
 * statistics       out  entry e of replicate i at e * entryStride + i * replicateStride: per class the number of groups, then PAIRS x
 *                       TRIANGLE sums of B_a B_b'; from wwEntry on W'W, nu and the constant of the criterion. y'y is 0 where the
 *                       sample cannot be fitted: too few rows, or X without its rank
 * entryStride, replicateStride  in
 * copies           in   of level l by replicate i at l * count + i
 * count            in   how many replicates
 * starts           in   classes + 1 numbers: where the levels of each class begin in `levels`
 * levels           in   numbers of the levels, class by class
 * classes          in
 * b                in   B = Z'W of each level, Q x WIDTH
 * ww               in   packed W'W of each level
 * rows, logWeights in   number of rows and sum of the logarithms of their weights, per level
 * levelCount       in
 * wwEntry          in   where W'W is to be written
 * unit             in   log of the square of the unit of the response in the solver's coordinates
 * fixedLogDet      in   what REML adds for the basis of X
 */
extern "C" __global__ void sumCopies(double* __restrict__ statistics, long long entryStride, long long replicateStride,
                                     const double* __restrict__ copies, int count, const int* __restrict__ starts,
                                     const int* __restrict__ levels, int classes, const double* __restrict__ b,
                                     const double* __restrict__ ww, const double* __restrict__ rows,
                                     const double* __restrict__ logWeights, int levelCount, int wwEntry, double unit,
                                     double fixedLogDet) {
    long long thread = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    int i = (int)(thread % count);
    long long part = thread / count;
    double* into = statistics + i * replicateStride;
    if (part < classes) {
        double sums[PAIRS * TRIANGLE];
        double groups = 0;
        UNROLLED for (int e = 0; e < PAIRS * TRIANGLE; e++) {
            sums[e] = 0;
        }
        for (int at = starts[part]; at < starts[part + 1]; at++) {
            double times = copies[(long long)levels[at] * count + i];
            if (!(times > 0)) {
                continue;
            }
            groups += times;
            const double* level = b + (long long)levels[at] * Q * WIDTH;
            UNROLLED for (int s = 0; s < Q; s++) {
                UNROLLED for (int t = s; t < Q; t++) {
                    UNROLLED for (int c = 0; c < WIDTH; c++) {
                        UNROLLED for (int r = c; r < WIDTH; r++) {
                            double product = level[s + r * Q] * level[t + c * Q];
                            if (s != t) {
                                product += level[t + r * Q] * level[s + c * Q];
                            }
                            sums[pairOf(s, t, Q) * TRIANGLE + packed(r, c, WIDTH)] += times * product;
                        }
                    }
                }
            }
        }
        long long entry = part * (1 + PAIRS * TRIANGLE);
        into[entry * entryStride] = groups;
        UNROLLED for (int e = 0; e < PAIRS * TRIANGLE; e++) {
            into[(entry + 1 + e) * entryStride] = sums[e];
        }
    } else if (part == classes) {
        double sums[TRIANGLE];
        double n = 0;
        double weights = 0;
        UNROLLED for (int e = 0; e < TRIANGLE; e++) {
            sums[e] = 0;
        }
        for (int l = 0; l < levelCount; l++) {
            double times = copies[(long long)l * count + i];
            if (times > 0) {
                n += times * rows[l];
                weights += times * logWeights[l];
                UNROLLED for (int e = 0; e < TRIANGLE; e++) {
                    sums[e] += times * ww[(long long)l * TRIANGLE + e];
                }
            }
        }
        double degrees = WM_REML ? n - P : n;
        if (!(n > P && hasFullRank(sums))) {
            sums[TRIANGLE - 1] = 0;
        }
        UNROLLED for (int e = 0; e < TRIANGLE; e++) {
            into[(wwEntry + e) * entryStride] = sums[e];
        }
        const double twoPi = 6.283185307179586;
        double constant = degrees * (1 + log(twoPi / degrees) + unit) - weights + (WM_REML ? fixedLogDet : 0);
        into[(wwEntry + TRIANGLE) * entryStride] = degrees;
        into[(wwEntry + TRIANGLE + 1) * entryStride] = constant;
    }
}
