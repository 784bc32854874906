// The front of models with several grouping factors, for many lanes at once: see crossed.cu for names and mathematics.
//
// A front that fits into the shared memory of a block is swept there (front): each sweep of a few columns K
//   M_ij -= M_iK M_KK^-1 M_Kj,   M_iK = M_iK M_KK^-1,   M_KK = -M_KK^-1
// takes them out of the matrix and leaves in their place minus the inverse, so that after the sweeps of all columns but y's
// the inverse, the solution and r^2 lie side by side; the pivots' product is the determinant. That is the work of a
// Cholesky factorisation and an inversion by it, in one loop. A larger front goes to the libraries: scaledFront, Cholesky,
// L X = I, solution, X'X, embedded.
//
// Specialised by WM_SLOTS, the most columns that a level of a dense factor has.
//
// specialisations: -DWM_SLOTS=4; -DWM_SLOTS=1; -DWM_SLOTS=12

#include "crossed.cuh"

#define THREADS 256
#define WARPS (THREADS / 32)
#define PANEL 4

/** Sum over the block, in the same order every time; every thread gets it. */
__device__ inline double blockSum(double value) {
    __shared__ double sums[WARPS];
    value = warpSum(value);
    __syncthreads();
    if (threadIdx.x % 32 == 0) {
        sums[threadIdx.x / 32] = value;
    }
    __syncthreads();
    double sum = 0;
    for (int warp = 0; warp < WARPS; warp++) {
        sum += sums[warp];
    }
    return sum;
}

/** Place of entry (i, j) of a symmetric matrix whose lower triangle is packed by columns. */
__device__ inline int packed(int i, int j, int order) {
    int column = i < j ? i : j;
    int row = i < j ? j : i;
    return column * (2 * order - column - 1) / 2 + row;
}

/**
 * Sweeps columns of a packed symmetric matrix.
 *
 * Arguments
 *   m       (in/out)  the matrix
 *   order   (in)      its order
 *   from    (in)      first column to sweep
 *   to      (in)      the column behind the last
 *   left    (scratch) [PANEL, order] the panel as it was
 *   right   (scratch) [PANEL, order] the panel as it becomes
 *   pivots  (out)     [order] the pivots
 * Returns whether all pivots were positive; every thread gets the same answer, and the matrix means nothing where it is no.
 */
__device__ bool sweep(double* m, int order, int from, int to, double* left, double* right, double* pivots) {
    int warp = threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    for (int first = from; first < to; first += PANEL) {
        int columns = to - first < PANEL ? to - first : PANEL;
        for (int e = threadIdx.x; e < PANEL * order; e += THREADS) {
            int c = e / order;
            left[e] = c < columns ? m[packed(e % order, first + c, order)] : 0;
        }
        __syncthreads();
        double l[PANEL][PANEL]; // M_KK = LL', the diagonal inverted; every thread has its own
        bool positive = true;
#pragma unroll
        for (int j = 0; j < PANEL; j++) {
#pragma unroll
            for (int i = j; i < PANEL; i++) {
                double sum = i < columns ? left[j * order + first + i] : i == j ? 1 : 0;
#pragma unroll
                for (int r = 0; r < j; r++) {
                    sum -= l[i][r] * l[j][r];
                }
                if (i == j) {
                    positive = positive && sum > 0;
                    if (threadIdx.x == 0 && j < columns) {
                        pivots[first + j] = sum;
                    }
                    l[j][j] = 1 / sqrt(sum);
                } else {
                    l[i][j] = sum * l[j][j];
                }
            }
        }
        if (!positive) {
            return false;
        }
        for (int i = threadIdx.x; i < order; i += THREADS) {
            bool inside = i >= first && i < first + columns;
            double x[PANEL]; // row i of the panel times M_KK^-1; in K minus a row of M_KK^-1
#pragma unroll
            for (int c = 0; c < PANEL; c++) {
                x[c] = inside ? (i == first + c ? -1 : 0) : left[c * order + i];
#pragma unroll
                for (int r = 0; r < c; r++) {
                    x[c] -= l[c][r] * x[r];
                }
                x[c] *= l[c][c];
            }
#pragma unroll
            for (int c = PANEL - 1; c >= 0; c--) {
#pragma unroll
                for (int r = c + 1; r < PANEL; r++) {
                    x[c] -= l[r][c] * x[r];
                }
                x[c] *= l[c][c];
                right[c * order + i] = x[c];
            }
        }
        __syncthreads();
        for (int j = 2 * warp; j < order; j += 2 * WARPS) { // two columns at a time
            bool one = j < first || j >= first + columns;
            bool two = j + 1 < order && (j + 1 < first || j + 1 >= first + columns);
            double x[PANEL];
            double y[PANEL];
#pragma unroll
            for (int c = 0; c < PANEL; c++) {
                x[c] = right[c * order + j];
                y[c] = two ? right[c * order + j + 1] : 0;
            }
            double* columnOne = m + packed(j, j, order) - j;
            double* columnTwo = columnOne + order - j - 1;
            for (int i = j + lane; i < order; i += 32) {
                if (i >= first && i < first + columns) {
                    continue;
                }
                double ofOne = 0;
                double ofTwo = 0;
#pragma unroll
                for (int c = 0; c < PANEL; c++) {
                    double value = left[c * order + i];
                    ofOne += value * x[c];
                    ofTwo += value * y[c];
                }
                if (one) {
                    columnOne[i] -= ofOne;
                }
                if (two && i > j) {
                    columnTwo[i] -= ofTwo;
                }
            }
        }
        for (int e = threadIdx.x; e < columns * order; e += THREADS) {
            int i = e % order;
            int c = e / order;
            if (i < first || i >= first + c) {
                m[packed(i, first + c, order)] = right[e];
            }
        }
        __syncthreads();
    }
    return true;
}

/**
 * The criterion from its parts.
 *
 * Arguments
 *   levels     (in) number of levels of the first factor
 *   logs       (in) [levels] log|A_v| of the place
 *   pivots     (in) [order] pivots of H, whose logarithms count
 *   order      (in) how many
 *   degrees    (in) nu
 *   constant   (in) what depends on nothing
 *   rSquared   (in) r^2
 */
__device__ inline double criterion(
        int levels,
        const double* logs,
        const double* pivots,
        int order,
        double degrees,
        double constant,
        double rSquared) {
    double sum = 0;
    for (int level = threadIdx.x; level < levels; level += THREADS) {
        sum += logs[level];
    }
    for (int i = threadIdx.x; i < order; i += THREADS) {
        sum += log(pivots[i]);
    }
    double value = blockSum(sum) + degrees * log(rSquared) + constant;
    double infinity = __longlong_as_double(0x7ff0000000000000LL);
    return rSquared > 0 && value < infinity ? value : infinity;
}

/**
 * The criterion, the estimates and Hbar of a front in shared memory, a block of THREADS for each place. Dynamic shared memory:
 * width (width + 1) / 2 + 9 width doubles.
 *
 * Arguments
 *   m          (in)  number of columns of the dense factors
 *   p          (in)  number of fixed effects; the width of the front is m + p + 1
 *   first      (in)  [width] see Columns; so order and at
 *   lambda     (in)  [count, lambdas] the covariance factors of each place
 *   lambdas    (in)  how many entries these are
 *   reml       (in)  whether the criterion is that of REML
 *   degrees    (in)  nu
 *   constant   (in)  what depends on nothing
 *   levels     (in)  number of levels of the first factor
 *   logs       (in)  [count, levels] log|A_v|
 *   s          (in)  [count, width, width] S, both triangles
 *   hbar       (out) [count, width, width] Hbar
 *   results    (out) [count, stride] d (infinite where there is none), r^2, the derivatives that collect writes
 *                    (lambdas - 1), the fixed effects (p), M_XX^-1 (p^2)
 *   stride     (in)  how many entries of results a place has
 */
extern "C" __global__ void front(
        int m,
        int p,
        const int* first,
        const int* order,
        const int* at,
        const double* lambda,
        int lambdas,
        int reml,
        double degrees,
        double constant,
        int levels,
        const double* logs,
        const double* s,
        double* hbar,
        double* results,
        int stride) {
    extern __shared__ double shared[];
    int width = m + p + 1;
    int last = width - 1;
    double* h = shared;
    double* left = h + width * (width + 1) / 2;
    double* right = left + PANEL * width;
    double* pivots = right + PANEL * width;
    Columns columns = {m, width, first, order, at};
    int place = blockIdx.x;
    int warp = threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    const double* lambdaOfPlace = lambda + (long long) place * lambdas;
    const double* sOfPlace = s + (long long) place * width * width;
    double* target = hbar + (long long) place * width * width;
    double* result = results + (long long) place * stride;
    for (int j = warp; j < width; j += WARPS) {
        for (int i = j + lane; i < width; i += 32) {
            h[packed(i, j, width)] = scaled(columns, lambdaOfPlace, sOfPlace, i, j);
        }
    }
    __syncthreads();
    bool positive = sweep(h, width, 0, m, left, right, pivots);
    if (positive && !reml) { // before the fixed effects change it
        for (int j = warp; j < m; j += WARPS) {
            for (int i = lane; i < m; i += 32) {
                target[(long long) j * width + i] = -h[packed(i, j, width)];
            }
        }
        __syncthreads();
    }
    positive = positive && sweep(h, width, m, last, left, right, pivots);
    double rSquared = positive ? h[packed(last, last, width)] : 0;
    double value = criterion(
            levels, logs + (long long) place * levels, pivots, reml ? last : m, degrees, constant, rSquared);
    if (threadIdx.x == 0) {
        result[0] = value;
        result[1] = rSquared;
    }
    if (!(rSquared > 0)) {
        return;
    }
    double scaleOfS = degrees / rSquared;
    int inverted = reml ? last : m;
    for (int j = warp; j < width; j += WARPS) {
        double sj = j < last ? -h[packed(last, j, width)] : 1;
        for (int i = lane; i < width; i += 32) {
            double si = i < last ? -h[packed(last, i, width)] : 1;
            double entry = scaleOfS * si * sj;
            if (i < inverted && j < inverted) {
                entry += reml ? -h[packed(i, j, width)] : target[(long long) j * width + i];
            }
            target[(long long) j * width + i] = entry;
        }
    }
    double* gamma = result + lambdas + 1;
    for (int e = threadIdx.x; e < p; e += THREADS) {
        gamma[e] = h[packed(last, m + e, width)];
    }
    for (int e = threadIdx.x; e < p * p; e += THREADS) {
        gamma[p + e] = -h[packed(m + e % p, m + e / p, width)];
    }
}

/**
 * H and the right-hand sides I, for the libraries, a warp for each column of each place.
 *
 * Arguments
 *   count    (in)  number of places
 *   m        (in)  see front; so p, first, order, at, lambda, lambdas and s
 *   h        (out) [count, width, width] H by columns, lower triangle
 *   x        (out) [count, width, width] I of the order m + p, by columns
 */
extern "C" __global__ void scaledFront(
        int count,
        int m,
        int p,
        const int* first,
        const int* order,
        const int* at,
        const double* lambda,
        int lambdas,
        const double* s,
        double* h,
        double* x) {
    int width = m + p + 1;
    Columns columns = {m, width, first, order, at};
    long long number = (long long) blockIdx.x * WARPS + threadIdx.x / 32;
    int place = (int) (number / width);
    int j = (int) (number % width);
    if (place >= count) {
        return;
    }
    long long from = (long long) place * width * width;
    for (int i = threadIdx.x % 32; i < width; i += 32) {
        x[from + (long long) j * width + i] = i == j ? 1 : 0;
        if (i >= j) {
            h[from + (long long) j * width + i] =
                    scaled(columns, lambda + (long long) place * lambdas, s + from, i, j);
        }
    }
}

/**
 * The criterion and the estimates from the Cholesky factor L of H and X = L_11^-1, of the order m + p, a block of THREADS for
 * each place.
 *
 * Arguments
 *   m        (in)     see front; so p, lambdas, reml, degrees, constant, levels, logs, results and stride
 *   info     (in)     [count] 0 where H is positive definite
 *   h        (in)     [count, width, width] L by columns, lower triangle
 *   x        (in)     [count, width, width] X by columns
 *   vectors  (out)    [count, width] s, and nu/r^2 behind it in the entry of y
 *   pivots   (out)    [count, width] squares of the diagonal of L
 */
extern "C" __global__ void solution(
        int m,
        int p,
        int lambdas,
        int reml,
        double degrees,
        double constant,
        int levels,
        const double* logs,
        const int* info,
        const double* h,
        const double* x,
        double* vectors,
        double* pivots,
        double* results,
        int stride) {
    int width = m + p + 1;
    int last = width - 1;
    int place = blockIdx.x;
    int warp = threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    const double* l = h + (long long) place * width * width;
    const double* inverse = x + (long long) place * width * width;
    double* vector = vectors + (long long) place * width;
    double* pivot = pivots + (long long) place * width;
    double* result = results + (long long) place * stride;
    for (int i = threadIdx.x; i < width; i += THREADS) {
        double root = l[(long long) i * width + i];
        pivot[i] = root * root;
    }
    __syncthreads();
    double rSquared = info[place] == 0 ? pivot[last] : 0;
    double value = criterion(
            levels, logs + (long long) place * levels, pivot, reml ? last : m, degrees, constant, rSquared);
    if (threadIdx.x == 0) {
        result[0] = value;
        result[1] = rSquared;
        vector[last] = rSquared > 0 ? degrees / rSquared : 0;
    }
    double* gamma = result + lambdas + 1;
    for (int j = warp; j < last; j += WARPS) {
        double sum = 0;
        for (int i = j + lane; i < last; i += 32) {
            sum += inverse[(long long) j * width + i] * l[(long long) i * width + last];
        }
        sum = warpSum(sum);
        if (lane == 0) {
            vector[j] = -sum;
            if (j >= m) {
                gamma[j - m] = sum;
            }
        }
    }
    for (int e = warp; e < p * p; e += WARPS) {
        int i = m + e % p;
        int j = m + e / p;
        double sum = 0;
        for (int r = (i > j ? i : j) + lane; r < last; r += 32) {
            sum += inverse[(long long) i * width + r] * inverse[(long long) j * width + r];
        }
        sum = warpSum(sum);
        if (lane == 0) {
            gamma[p + e] = sum;
        }
    }
}

/**
 * Hbar from the inverse of H's leading block, a warp for each column of each place.
 *
 * Arguments
 *   count     (in)     number of places
 *   width     (in)     order of the front
 *   inverted  (in)     order of the block inverted
 *   vectors   (in)     [count, width] from solution
 *   hbar      (in/out) [count, width, width] the inverse, anything beyond it; Hbar
 */
extern "C" __global__ void embedded(int count, int width, int inverted, const double* vectors, double* hbar) {
    long long number = (long long) blockIdx.x * WARPS + threadIdx.x / 32;
    int place = (int) (number / width);
    int j = (int) (number % width);
    if (place >= count) {
        return;
    }
    const double* vector = vectors + (long long) place * width;
    double* column = hbar + number * width;
    double sj = j < width - 1 ? vector[j] : 1;
    for (int i = threadIdx.x % 32; i < width; i += 32) {
        double si = i < width - 1 ? vector[i] : 1;
        double entry = i < inverted && j < inverted ? column[i] : 0;
        column[i] = entry + vector[width - 1] * si * sj;
    }
}

/**
 * Columns of (S D Hbar)_vv, a warp for each column of the dense factors of each place.
 *
 * Arguments
 *   count        (in)  number of places
 *   m            (in)  see front; so p, first, order, at, lambda, lambdas and s
 *   hbar         (in)  [count, width, width] Hbar
 *   derivatives  (out) [count, m, WM_SLOTS] of each column the rows of its level
 */
extern "C" __global__ void derivative(
        int count,
        int m,
        int p,
        const int* first,
        const int* order,
        const int* at,
        const double* lambda,
        int lambdas,
        const double* s,
        const double* hbar,
        double* derivatives) {
    int width = m + p + 1;
    Columns columns = {m, width, first, order, at};
    long long number = (long long) blockIdx.x * WARPS + threadIdx.x / 32;
    int place = (int) (number / m);
    int j = (int) (number % m);
    if (place >= count) {
        return;
    }
    const double* lambdaOfPlace = lambda + (long long) place * lambdas;
    const double* level = s + (long long) place * width * width + (long long) first[j] * width;
    const double* column = hbar + (long long) place * width * width + (long long) j * width;
    double sums[WM_SLOTS];
#pragma unroll
    for (int a = 0; a < WM_SLOTS; a++) {
        sums[a] = 0;
    }
    for (int i = threadIdx.x % 32; i < width; i += 32) {
        double product = 0; // of D Hbar
        for (int r = first[i]; r <= i; r++) {
            product += scale(columns, lambdaOfPlace, i, r) * column[r];
        }
#pragma unroll
        for (int a = 0; a < WM_SLOTS; a++) {
            if (a < order[j]) {
                sums[a] += level[(long long) a * width + i] * product;
            }
        }
    }
#pragma unroll
    for (int a = 0; a < WM_SLOTS; a++) {
        double sum = warpSum(sums[a]);
        if (threadIdx.x % 32 == 0) {
            derivatives[number * WM_SLOTS + a] = sum;
        }
    }
}

/**
 * W, the lower triangle of Sbar = D Hbar D' with its diagonal halved, in the place of S, a warp for each row of each place.
 *
 * Arguments
 *   count    (in)  number of places
 *   m        (in)  see front; so p, first, order, at, lambda and lambdas
 *   hbar     (in)  [count, width, width] Hbar
 *   s        (out) [count, width, width] W by rows; what lies above the diagonal stays
 */
extern "C" __global__ void weights(
        int count,
        int m,
        int p,
        const int* first,
        const int* order,
        const int* at,
        const double* lambda,
        int lambdas,
        const double* hbar,
        double* s) {
    int width = m + p + 1;
    Columns columns = {m, width, first, order, at};
    long long number = (long long) blockIdx.x * WARPS + threadIdx.x / 32;
    int place = (int) (number / width);
    int i = (int) (number % width);
    if (place >= count) {
        return;
    }
    const double* lambdaOfPlace = lambda + (long long) place * lambdas;
    const double* matrix = hbar + (long long) place * width * width;
    for (int j = threadIdx.x % 32; j <= i; j += 32) {
        double sum = 0;
        for (int r = first[i]; r <= i; r++) {
            double inner = 0;
            for (int c = first[j]; c <= j; c++) {
                inner += matrix[(long long) r * width + c] * scale(columns, lambdaOfPlace, j, c);
            }
            sum += scale(columns, lambdaOfPlace, i, r) * inner;
        }
        s[number * width + j] = i == j ? 0.5 * sum : sum;
    }
}

/**
 * Addresses of matrices that lie one behind the other, for the libraries.
 *
 * Arguments
 *   count      (in)  number of matrices
 *   matrices   (in)  the first of them
 *   size       (in)  doubles from one to the next
 *   addresses  (out) [count]
 */
extern "C" __global__ void addresses(int count, double* matrices, long long size, double** addresses) {
    int number = blockIdx.x * blockDim.x + threadIdx.x;
    if (number < count) {
        addresses[number] = matrices + number * size;
    }
}
