// The criterion of models with several grouping factors and its gradient, for many lanes at once: what the levels of the
// factor with most columns contribute. A lane is one replicate: a response and a point x of its own, the design is common.
//
// With P the cross-products of [Z1 | Zf X y], Z1 the columns of that factor, Zf those of all others ("the front"):
//   A_v = I + Lambda1' P_vv Lambda1 = LL',  V_v = L^-1 Lambda1',  K_v = V_v'V_v             (levels)
//   S   = P_ff - sum_v P_vf' K_v P_vf                                                       (schur)
//   H   = D'SD + diag(I_m, 0),  D = blockdiag(Lambda_f, I)                                   (front.cu)
//   d   = sum_v log|A_v| + log|H_mm| (REML: of the order m + p) + nu log r^2 + constant
//   Hbar = H_mm^-1 embedded (REML: of the order m + p) + nu/r^2 ss',  s = (-solution, 1)
//   d d / d Lambda_f = 2 sum_v (S D Hbar)_vv,   Sbar = D Hbar D'                             (front.cu)
//   Q_v = P_vf Sbar P_vf'                                                                   (quadratic)
//   N = sum_v R (P_vv - Q_v R'),  R = I - P_vv K_v                                          (residuals)
//   d d / d Lambda1 = 2 N Lambda1                                                            (collect)
//
// Both large products take only one triangle of the symmetric matrix, S in the first and Sbar in the second: half the
// operations of general ones. Neither K P nor P Sbar is ever stored: tiles of them live in registers and shared memory, so
// that what is read again and again is P alone, which all lanes share and the L2 cache holds.
//
// Specialised by WM_Q, columns of a level of the first factor, and WM_T, a sixteenth of the edge of a tile. "Place" is the
// number of a lane among those evaluated; work space goes by places, responses by lanes.
//
// specialisations: -DWM_Q=4 -DWM_T=3; -DWM_Q=1 -DWM_T=4; -DWM_Q=1 -DWM_T=6; -DWM_Q=2 -DWM_T=1; -DWM_Q=12 -DWM_T=5

#include "crossed.cuh"

#define THREADS 256
#define EDGE (16 * WM_T)
#define DEPTH (WM_Q < 16 ? 16 / WM_Q * WM_Q : WM_Q)
#define LEVELS (WM_Q < 64 ? 64 / WM_Q : 1)
#define ROWS (LEVELS * WM_Q)
#define ROWS_OF_THREAD ((ROWS + 15) / 16)

/** Larger matrices of a thread would not stay in its registers. */
constexpr int unrolled = WM_Q <= 4 ? WM_Q : 1;

/** Entry of [Zf X y] in a row of P: y is the lane's own. */
__device__ inline double entry(
        const double* products, const double* response, int rows, int width, int row, int column) {
    if (row >= rows || column >= width) {
        return 0;
    }
    return column == width - 1 ? response[row] : products[(long long) row * (width - 1) + column];
}

/**
 * A_v = LL', K_v and log|A_v|, a thread for each level of each place.
 *
 * Arguments
 *   count    (in)  number of places
 *   levels   (in)  number of levels of the first factor
 *   pivots   (in)  [WM_Q * WM_Q, levels] entry (i, j) of every P_vv at (i + j WM_Q) levels, level by level
 *   lambda   (in)  [count, lambdas] the covariance factors of each place, Lambda1 first, by columns
 *   lambdas  (in)  how many entries these are
 *   k        (out) [count, WM_Q * WM_Q, levels] K_v, laid out as pivots
 *   logs     (out) [count, levels] log|A_v|
 */
extern "C" __global__ void levels(
        int count, int levels, const double* pivots, const double* lambda, int lambdas, double* k, double* logs) {
    long long number = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    int place = (int) (number / levels);
    int level = (int) (number % levels);
    if (place >= count) {
        return;
    }
    const double* factor = lambda + (long long) place * lambdas;
    double a[WM_Q * WM_Q];
    double v[WM_Q * WM_Q];
#pragma unroll unrolled
    for (int j = 0; j < WM_Q; j++) {
        double column[WM_Q]; // of P_vv Lambda1
#pragma unroll unrolled
        for (int i = 0; i < WM_Q; i++) {
            column[i] = 0;
#pragma unroll unrolled
            for (int r = j; r < WM_Q; r++) {
                column[i] += pivots[(long long) (i + r * WM_Q) * levels + level] * factor[r + j * WM_Q];
            }
        }
#pragma unroll unrolled
        for (int i = j; i < WM_Q; i++) {
            double sum = i == j ? 1 : 0;
#pragma unroll unrolled
            for (int r = i; r < WM_Q; r++) {
                sum += factor[r + i * WM_Q] * column[r];
            }
            a[i + j * WM_Q] = sum;
        }
    }
    double logDet = 0;
#pragma unroll unrolled
    for (int j = 0; j < WM_Q; j++) {
        double pivot = a[j + j * WM_Q];
        logDet += log(pivot);
        double inverse = 1 / sqrt(pivot);
        a[j + j * WM_Q] = inverse;
#pragma unroll unrolled
        for (int i = j + 1; i < WM_Q; i++) {
            a[i + j * WM_Q] *= inverse;
        }
#pragma unroll unrolled
        for (int r = j + 1; r < WM_Q; r++) {
#pragma unroll unrolled
            for (int i = r; i < WM_Q; i++) {
                a[i + r * WM_Q] -= a[i + j * WM_Q] * a[r + j * WM_Q];
            }
        }
    }
#pragma unroll unrolled
    for (int j = 0; j < WM_Q; j++) { // V, by columns
#pragma unroll unrolled
        for (int i = 0; i < WM_Q; i++) {
            double sum = i <= j ? factor[j + i * WM_Q] : 0;
#pragma unroll unrolled
            for (int r = 0; r < i; r++) {
                sum -= a[i + r * WM_Q] * v[r + j * WM_Q];
            }
            v[i + j * WM_Q] = sum * a[i + i * WM_Q];
        }
    }
    double* target = k + (long long) place * WM_Q * WM_Q * levels + level;
#pragma unroll unrolled
    for (int j = 0; j < WM_Q; j++) {
#pragma unroll unrolled
        for (int i = j; i < WM_Q; i++) {
            double sum = 0;
#pragma unroll unrolled
            for (int r = 0; r < WM_Q; r++) {
                sum += v[r + i * WM_Q] * v[r + j * WM_Q];
            }
            target[(long long) (i + j * WM_Q) * levels] = sum;
            target[(long long) (j + i * WM_Q) * levels] = sum;
        }
    }
    logs[(long long) place * levels + level] = logDet;
}

/**
 * S = P_ff - sum_v P_vf' K_v P_vf, a block of THREADS for each tile of the lower triangle of each place, tiles of a place
 * one after the other.
 *
 * Arguments
 *   levels     (in)  number of levels of the first factor
 *   width      (in)  order of S
 *   products   (in)  [levels * WM_Q, width - 1] Z1'[Zf X] by rows
 *   front      (in)  [width - 1, width - 1] [Zf X]'[Zf X]
 *   responses  (in)  [lanes, levels * WM_Q + width] Z1'y, then [Zf X y]'y of every lane
 *   lane       (in)  [count] the lane of each place
 *   k          (in)  [count, WM_Q * WM_Q, levels] from levels
 *   s          (out) [count, width, width] S, both triangles
 */
extern "C" __global__ void schur(
        int levels,
        int width,
        const double* products,
        const double* front,
        const double* responses,
        const long long* lane,
        const double* k,
        double* s) {
    __shared__ double left[DEPTH][EDGE];
    __shared__ double right[DEPTH][EDGE];
    int edges = (width + EDGE - 1) / EDGE;
    int tiles = edges * (edges + 1) / 2;
    int place = blockIdx.x / tiles;
    int tile = blockIdx.x % tiles;
    int tileRow = 0;
    while ((tileRow + 1) * (tileRow + 2) / 2 <= tile) {
        tileRow++;
    }
    int firstRow = tileRow * EDGE;
    int firstColumn = (tile - tileRow * (tileRow + 1) / 2) * EDGE;
    int rows = levels * WM_Q;
    const double* response = responses + (long long) lane[place] * (rows + width);
    const double* kOfPlace = k + (long long) place * WM_Q * WM_Q * levels;
    int tx = threadIdx.x % 16;
    int ty = threadIdx.x / 16;
    double sum[WM_T][WM_T];
#pragma unroll
    for (int a = 0; a < WM_T; a++) {
#pragma unroll
        for (int b = 0; b < WM_T; b++) {
            sum[a][b] = 0;
        }
    }
    for (int from = 0; from < rows; from += DEPTH) {
        for (int e = threadIdx.x; e < DEPTH * EDGE; e += THREADS) {
            int r = e / EDGE;
            int c = e % EDGE;
            int row = from + r;
            left[r][c] = entry(products, response, rows, width, row, firstRow + c);
            double value = 0;
            if (row < rows) {
                int level = row / WM_Q;
#pragma unroll
                for (int b = 0; b < WM_Q; b++) {
                    value += kOfPlace[(long long) (row % WM_Q + b * WM_Q) * levels + level]
                            * entry(products, response, rows, width, level * WM_Q + b, firstColumn + c);
                }
            }
            right[r][c] = value;
        }
        __syncthreads();
#pragma unroll 4
        for (int r = 0; r < DEPTH; r++) {
            double own[WM_T];
#pragma unroll
            for (int b = 0; b < WM_T; b++) {
                own[b] = right[r][tx + 16 * b];
            }
#pragma unroll
            for (int a = 0; a < WM_T; a++) {
                double value = left[r][ty + 16 * a];
#pragma unroll
                for (int b = 0; b < WM_T; b++) {
                    sum[a][b] += value * own[b];
                }
            }
        }
        __syncthreads();
    }
    double* target = s + (long long) place * width * width;
#pragma unroll
    for (int a = 0; a < WM_T; a++) {
        int i = firstRow + ty + 16 * a;
#pragma unroll
        for (int b = 0; b < WM_T; b++) {
            int j = firstColumn + tx + 16 * b;
            if (i < width && j <= i) {
                double start = i == width - 1 ? response[rows + j] : front[(long long) i * (width - 1) + j];
                double value = start - sum[a][b];
                target[(long long) i * width + j] = value;
                target[(long long) j * width + i] = value;
            }
        }
    }
}

/**
 * q_v = T_v P_vf' with T = P_1f W, W the lower triangle of Sbar with its diagonal halved, so that Q_v = q_v + q_v'. A block of
 * THREADS for ROWS rows of P of each place, those of a place one after the other.
 *
 * Arguments
 *   levels     (in)  number of levels of the first factor
 *   width      (in)  order of Sbar
 *   products   (in)  [levels * WM_Q, width - 1] see schur
 *   responses  (in)  [lanes, levels * WM_Q + width] see schur
 *   lane       (in)  [count] the lane of each place
 *   weights    (in)  [count, width, width] W, by rows; what lies above the diagonal is not read
 *   q          (out) [count, WM_Q * WM_Q, levels] q_v, laid out as pivots in levels
 */
extern "C" __global__ void quadratic(
        int levels,
        int width,
        const double* products,
        const double* responses,
        const long long* lane,
        const double* weights,
        double* q) {
    __shared__ double left[16][ROWS_OF_THREAD * 16 + 1]; // rows in other banks
    __shared__ double right[16][EDGE];
    int rows = levels * WM_Q;
    int stretches = (levels + LEVELS - 1) / LEVELS;
    int place = blockIdx.x / stretches;
    int firstRow = blockIdx.x % stretches * ROWS;
    const double* response = responses + (long long) lane[place] * (rows + width);
    const double* w = weights + (long long) place * width * width;
    int tx = threadIdx.x % 16;
    int ty = threadIdx.x / 16;
    double* target = q + (long long) place * WM_Q * WM_Q * levels;
    double sum[ROWS_OF_THREAD][WM_Q];
#pragma unroll
    for (int a = 0; a < ROWS_OF_THREAD; a++) {
#pragma unroll
        for (int b = 0; b < WM_Q; b++) {
            sum[a][b] = 0;
        }
    }
    for (int firstColumn = 0; firstColumn < width; firstColumn += EDGE) {
        double t[ROWS_OF_THREAD][WM_T];
#pragma unroll
        for (int a = 0; a < ROWS_OF_THREAD; a++) {
#pragma unroll
            for (int b = 0; b < WM_T; b++) {
                t[a][b] = 0;
            }
        }
        for (int from = firstColumn; from < width; from += 16) {
#pragma unroll 2 // more of them cost the registers of a second block
            for (int e = threadIdx.x; e < 16 * 16 * ROWS_OF_THREAD; e += THREADS) {
                int row = e / 16 < ROWS ? firstRow + e / 16 : rows;
                left[e % 16][e / 16] = entry(products, response, rows, width, row, from + e % 16);
            }
#pragma unroll 2
            for (int e = threadIdx.x; e < 16 * EDGE; e += THREADS) {
                int i = from + e / EDGE;
                int j = firstColumn + e % EDGE;
                right[e / EDGE][e % EDGE] = i < width && j <= i ? w[(long long) i * width + j] : 0;
            }
            __syncthreads();
#pragma unroll 4
            for (int r = 0; r < 16; r++) {
                double own[WM_T];
#pragma unroll
                for (int b = 0; b < WM_T; b++) {
                    own[b] = right[r][tx + 16 * b];
                }
#pragma unroll
                for (int a = 0; a < ROWS_OF_THREAD; a++) {
                    double value = left[r][ty * ROWS_OF_THREAD + a];
#pragma unroll
                    for (int b = 0; b < WM_T; b++) {
                        t[a][b] += value * own[b];
                    }
                }
            }
            __syncthreads();
        }
#pragma unroll
        for (int a = 0; a < ROWS_OF_THREAD; a++) {
            int row = firstRow + (ty * ROWS_OF_THREAD + a) / WM_Q * WM_Q;
#pragma unroll
            for (int c = 0; c < WM_Q; c++) {
#pragma unroll
                for (int b = 0; b < WM_T; b++) {
                    sum[a][c] += t[a][b] * entry(products, response, rows, width, row + c, firstColumn + tx + 16 * b);
                }
            }
        }
    }
#pragma unroll
    for (int a = 0; a < ROWS_OF_THREAD; a++) {
#pragma unroll
        for (int c = 0; c < WM_Q; c++) {
            double value = sum[a][c];
            for (int thread = 8; thread > 0; thread /= 2) {
                value += __shfl_xor_sync(0xffffffffu, value, thread);
            }
            int row = firstRow + ty * ROWS_OF_THREAD + a;
            if (tx == 0 && ty * ROWS_OF_THREAD + a < ROWS && row < rows) {
                target[(long long) (row % WM_Q + c * WM_Q) * levels + row / WM_Q] = value;
            }
        }
    }
}

/**
 * N_v = R (P_vv - Q_v R'), R = I - P_vv K_v, Q_v = q_v + q_v', a thread for each level of each place.
 *
 * Arguments
 *   count   (in)     number of places
 *   levels  (in)     number of levels of the first factor
 *   pivots  (in)     [WM_Q * WM_Q, levels] see levels
 *   k       (in)     [count, WM_Q * WM_Q, levels] from levels
 *   q       (in/out) [count, WM_Q * WM_Q, levels] q_v from quadratic; N_v, lower triangle
 */
extern "C" __global__ void residuals(int count, int levels, const double* pivots, const double* k, double* q) {
    long long number = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    int place = (int) (number / levels);
    int level = (int) (number % levels);
    if (place >= count) {
        return;
    }
    const double* pv = pivots + level;
    const double* kv = k + (long long) place * WM_Q * WM_Q * levels + level;
    double* qv = q + (long long) place * WM_Q * WM_Q * levels + level;
    double residual[WM_Q * WM_Q];
    double product[WM_Q * WM_Q]; // P - QR'
#pragma unroll unrolled
    for (int j = 0; j < WM_Q; j++) {
#pragma unroll unrolled
        for (int i = 0; i < WM_Q; i++) {
            double sum = i == j ? 1 : 0;
#pragma unroll unrolled
            for (int r = 0; r < WM_Q; r++) {
                sum -= pv[(long long) (i + r * WM_Q) * levels] * kv[(long long) (r + j * WM_Q) * levels];
            }
            residual[i + j * WM_Q] = sum;
            product[i + j * WM_Q] = pv[(long long) (i + j * WM_Q) * levels];
        }
    }
#pragma unroll unrolled
    for (int r = 0; r < WM_Q; r++) {
#pragma unroll unrolled
        for (int i = 0; i < WM_Q; i++) {
            double value = qv[(long long) (i + r * WM_Q) * levels] + qv[(long long) (r + i * WM_Q) * levels];
#pragma unroll unrolled
            for (int j = 0; j < WM_Q; j++) {
                product[i + j * WM_Q] -= value * residual[j + r * WM_Q];
            }
        }
    }
#pragma unroll unrolled
    for (int j = 0; j < WM_Q; j++) {
#pragma unroll unrolled
        for (int i = j; i < WM_Q; i++) {
            double sum = 0;
#pragma unroll unrolled
            for (int r = 0; r < WM_Q; r++) {
                sum += residual[i + r * WM_Q] * product[r + j * WM_Q];
            }
            qv[(long long) (i + j * WM_Q) * levels] = sum;
        }
    }
}

/**
 * Derivatives by the covariance factors, a block of THREADS for each place, a warp for each entry.
 *
 * Arguments
 *   levels      (in)  number of levels of the first factor
 *   n           (in)  [count, WM_Q * WM_Q, levels] from residuals
 *   lambda      (in)  [count, lambdas] see levels
 *   lambdas     (in)  how many entries these are
 *   factors     (in)  number of dense factors
 *   factor      (in)  [factors, 4] of each the columns of a level, its levels, its first column, where its Lambda begins
 *   slots       (in)  entries that derivative keeps for a column
 *   m           (in)  number of columns of the dense factors
 *   derivatives (in)  [count, m, slots] from derivative
 *   results     (out) [count, stride] from entry 2: the derivatives, laid out as lambda, lower triangles
 *   stride      (in)  see front
 */
extern "C" __global__ void collect(
        int levels,
        const double* n,
        const double* lambda,
        int lambdas,
        int factors,
        const int* factor,
        int slots,
        int m,
        const double* derivatives,
        double* results,
        int stride) {
    __shared__ double sums[WM_Q * WM_Q];
    int place = blockIdx.x;
    int warp = threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    double* result = results + (long long) place * stride + 2;
    for (int e = warp; e < WM_Q * WM_Q; e += THREADS / 32) {
        int i = e % WM_Q;
        int j = e / WM_Q;
        if (i >= j) {
            double sum = 0;
            for (int l = lane; l < levels; l += 32) {
                sum += n[((long long) place * WM_Q * WM_Q + e) * levels + l];
            }
            sum = warpSum(sum);
            if (lane == 0) {
                sums[i + j * WM_Q] = sum;
                sums[j + i * WM_Q] = sum;
            }
        }
    }
    __syncthreads();
    for (int e = threadIdx.x; e < WM_Q * WM_Q; e += THREADS) {
        int i = e % WM_Q;
        int j = e / WM_Q;
        double sum = 0;
        for (int r = j; r < WM_Q; r++) {
            sum += sums[i + r * WM_Q] * lambda[(long long) place * lambdas + r + j * WM_Q];
        }
        result[e] = 2 * sum;
    }
    const double* derivative = derivatives + (long long) place * m * slots;
    for (int f = 0; f < factors; f++) {
        int order = factor[4 * f];
        int levelsOfFactor = factor[4 * f + 1];
        const double* own = derivative + (long long) factor[4 * f + 2] * slots;
        for (int e = warp; e < order * order; e += THREADS / 32) {
            int i = e % order;
            int j = e / order;
            double sum = 0;
            for (int l = lane; l < levelsOfFactor; l += 32) {
                sum += own[(long long) (l * order + j) * slots + i];
            }
            sum = warpSum(sum);
            if (lane == 0) {
                result[factor[4 * f + 3] + e] = 2 * sum;
            }
        }
    }
}
