// The parametric bootstrap drawn in the statistics, one thread per replicate: org.warpmix.replicate.ParametricStatistics.
//
// Macros: WM_Q columns of Z, WM_P columns of X, WM_VARIATES at least as many as the variates of any class.
//
// specialisations: -DWM_Q=1 -DWM_P=1 -DWM_VARIATES=2; -DWM_Q=2 -DWM_P=2 -DWM_VARIATES=16; -DWM_Q=4 -DWM_P=8 -DWM_VARIATES=256 -DWM_LARGE
#include "random.cuh"

constexpr int Q = WM_Q;
constexpr int P = WM_P;
constexpr int PAIRS = Q * (Q + 1) / 2;
constexpr int VARIATES = WM_VARIATES;
constexpr int CLASS_INTS = 7;

/** What a class of groups is, as `classes` holds it. */
struct DrawnClass {
    int summed;  // whether its statistics are sums over its groups
    int entry;   // where they begin
    int rank;    // of Z'Z
    int rows;    // r of its sums, see SummedNoise
    int wishart; // J - r
    int size;    // number of groups J
    int table;   // where its numbers begin
};

/** The statistics of one replicate, entry by entry. */
struct Target {
    double* statistics;
    long long stride;

    __device__ void store(int entry, double value) const { statistics[entry * stride] = value; }
};

/** Adds the outer product of a row of `rank` variates with itself to the lower triangle u, from column `least` on. */
__device__ inline void addOuterProduct(const double* row, int rank, int least, double* u) {
    for (int d = 0; d < rank; d++) {
        for (int e = d; e < rank; e++, u++) {
            if (d >= least) {
                *u += row[d] * row[e];
            }
        }
    }
}

/** The sum of negated coefficients times variates, taken off `start`. */
__device__ inline double combined(double start, const double* negated, const double* variates, int count) {
    for (int v = 0; v < count; v++) {
        start -= negated[v] * variates[v];
    }
    return start;
}

__device__ inline void drawSum(const DrawnClass& c, const double* table, Variates& next, const Target& target,
                               double (&xy)[P > 0 ? P : 1], double& yy) {
    double variates[VARIATES];
    double bartlett[Q];
    int zetas = c.rows * c.rank;
    int count = zetas + c.rank * (c.rank + 1) / 2;
    for (int v = 0; v < zetas; v++) {
        variates[v] = next.normal();
    }
    for (int v = zetas; v < count; v++) {
        variates[v] = 0;
    }
    for (int m = 0; m < c.rows; m++) {
        addOuterProduct(variates + m * c.rank, c.rank, 0, variates + zetas);
    }
    for (int j = 0; j < c.rank && j < c.wishart; j++) {
        bartlett[j] = sqrt(next.chiSquare(c.wishart - j));
        for (int a = j + 1; a < c.rank; a++) {
            bartlett[a] = next.normal();
        }
        addOuterProduct(bartlett, c.rank, j, variates + zetas);
    }
    const double* constants = table;
    const double* negated = table + PAIRS * (P + 1);
    for (int pair = 0; pair < PAIRS; pair++) {
        for (int k = 0; k <= P; k++) {
            int e = pair * (P + 1) + k;
            int terms = k < P ? zetas : count;
            target.store(c.entry + e, combined(constants[e], negated, variates, terms));
            negated += terms;
        }
    }
    for (int k = 0; k < P; k++) {
        xy[k] = combined(xy[k], negated, variates, zetas);
        negated += zetas;
    }
    yy = combined(yy, negated, variates, count);
}

__device__ inline void drawLevels(const DrawnClass& c, const double* table, Variates& next, const Target& target,
                                  double (&xy)[P > 0 ? P : 1], double& yy) {
    double variates[Q];
    const double* f = table;                // F, Q x rank
    const double* l = f + Q * c.rank;       // sigma L, rank x rank
    const double* level = l + c.rank * c.rank;
    for (int i = 0; i < c.size; i++) {
        for (int v = 0; v < c.rank; v++) {
            variates[v] = next.normal();
        }
        for (int a = 0; a < Q; a++) {
            double entry = level[a];
            for (int v = 0; v < c.rank; v++) {
                entry += f[a + v * Q] * variates[v];
            }
            target.store(c.entry + i * Q + a, entry);
        }
        level += Q;
        for (int k = 0; k < P; k++) {
            xy[k] = combined(xy[k], level, variates, c.rank);
            level += c.rank;
        }
        for (int a = 0; a < c.rank; a++) {
            double entry = 0;
            for (int v = 0; v <= a; v++) {
                entry += l[a + v * c.rank] * variates[v];
            }
            yy += entry * entry;
        }
    }
}

/**
 * Draws the statistics of consecutive replicates.
 *
 * statistics       out  entry e of replicate first + i at e * entryStride + i * replicateStride; X'y and y'y are the last P + 1
 * entryStride      in
 * replicateStride  in
 * classes          in   CLASS_INTS numbers per class, see DrawnClass
 * classCount       in
 * tables           in   the numbers of the classes; for a summed one its constants, the negated coefficients of each entry, of X'y
 *                       and of y'y; for another F and sigma L, then for each group the Q means of Z'y and P x rank negated
 *                       coefficients of X'y
 * fixed            in   P x free, sigma K'; then the P means of X'y, P coefficients gamma, and (X gamma)'(X gamma)
 * free             in   how many columns of X reach beyond the span of Z, at most P
 * residual         in   degrees of freedom outside the span of X and Z
 * variance         in   sigma^2
 * xyEntry          in   where X'y is
 * seed, first      in   what the replicates are drawn from
 * count            in   how many
 */
extern "C" __global__ void drawParametric(double* __restrict__ statistics, long long entryStride, long long replicateStride,
                                          const int* __restrict__ classes, int classCount, const double* __restrict__ tables,
                                          const double* __restrict__ fixed, int free, int residual, double variance, int xyEntry, long long seed,
                                          long long first, int count) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count) {
        return;
    }
    Variates next((u64)seed, (u64)(first + i));
    Target target{statistics + i * replicateStride, entryStride};
    double xy[P > 0 ? P : 1];
    double yy = 0;
    for (int k = 0; k < P; k++) {
        xy[k] = 0;
    }
    for (int cl = 0; cl < classCount; cl++) {
        const int* row = classes + cl * CLASS_INTS;
        DrawnClass c{row[0], row[1], row[2], row[3], row[4], row[5], row[6]};
        if (c.summed) {
            drawSum(c, tables + c.table, next, target, xy, yy);
        } else {
            drawLevels(c, tables + c.table, next, target, xy, yy);
        }
    }
    double omega[P > 0 ? P : 1];
    for (int v = 0; v < free; v++) {
        omega[v] = next.normal();
    }
    double square = next.chiSquare(residual);
    for (int v = 0; v < free; v++) {
        square += omega[v] * omega[v];
    }
    yy += variance * square;
    const double* mean = fixed + P * free;
    const double* gamma = mean + P;
    for (int k = 0; k < P; k++) {
        for (int v = 0; v < free; v++) {
            xy[k] += fixed[k + v * P] * omega[v];
        }
        yy += 2 * gamma[k] * xy[k];
        target.store(xyEntry + k, xy[k] + mean[k]);
    }
    target.store(xyEntry + P, yy + gamma[P]);
}
