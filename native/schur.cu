// The dense remainder of one crossed model, kept in a device's memory: the front of DenseFront and FrontPattern, which say what the
// arrays hold. Its matrix is full, order x order, column-major, so that the libraries take it; all indices into it have 64 bits.
//
//   F = D'(P_data - sum_v P_vN' K_v P_vN) D + blockdiag(I, 0),   D = blockdiag(Lambda, I),   F = LL'
//
// base, subtract and scaledBlocks make F in place; LargeCholesky factors it, the row of y last, so that this becomes (L^-1 y)'. For a
// gradient the factor becomes the inverse in place, and images and quadratics read it on the pattern.
// Each entry of F is summed by one block, node by node in one order, and each sum of a block in one order: no atomics, and the same
// bits every time.
//
// Specialised by WM_Q, columns of a node that is eliminated, and WM_SLOTS, the most columns of a block of the front.
//
// specialisations: -DWM_Q=1 -DWM_SLOTS=1; -DWM_Q=2 -DWM_SLOTS=2; -DWM_Q=4 -DWM_SLOTS=3; -DWM_Q=12 -DWM_SLOTS=12 -DWM_LARGE

#include "warpmix.cuh"
#include "crossed.cuh"

#define THREADS 256
#define WARPS (THREADS / 32)
#define EACH(i, n) \
    UNROLLED for (int i = 0; i < WM_SLOTS; i++) if (i < (n))

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

/** First of the entries from .. to-1, ascending, that is not below a bound; to where all are. */
__device__ inline int notBelow(const int* entries, int from, int to, int bound) {
    while (from < to) {
        int middle = (from + to) / 2;
        if (entries[middle] < bound) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

/**
 * Puts the data's cross-products into the columns of a block, from its first row down. A block of threads for each block of columns.
 *
 * Arguments
 *   order      (in)   order of the front
 *   first      (in)   [blocks + 1] first column of each block
 *   baseStart  (in)   [blocks + 1] where its entries begin
 *   baseRow    (in)   [entries] their rows
 *   baseValue  (in)   [entries, WM_SLOTS] one for each column of the block
 *   front      (out)  [order, order]
 */
extern "C" __global__ void __launch_bounds__(THREADS)
base(int order, const int* __restrict__ first, const int* __restrict__ baseStart, const int* __restrict__ baseRow,
     const double* __restrict__ baseValue, double* __restrict__ front) {
    int from = first[blockIdx.x];
    int width = first[blockIdx.x + 1] - from;
    double* columns = front + (long long)from * order;
    for (int j = 0; j < width; j++) {
        for (int i = from + threadIdx.x; i < order; i += THREADS) {
            columns[(long long)j * order + i] = 0;
        }
    }
    __syncthreads();
    for (int e = baseStart[blockIdx.x] + threadIdx.x; e < baseStart[blockIdx.x + 1]; e += THREADS) {
        for (int j = 0; j < width; j++) {
            columns[(long long)j * order + baseRow[e]] = baseValue[(long long)e * WM_SLOTS + j];
        }
    }
}

/**
 * Subtracts P_vN' K_v P_vN for the nodes v that meet a block, in the columns of that block.
 *
 * Arguments
 *   order        (in)      order of the front
 *   sequence     (in)      [blocks] the blocks, those with most work first
 *   first        (in)      [blocks + 1] first column of each block
 *   touchStart   (in)      [blocks + 1] where the nodes that meet it begin
 *   touchNode    (in)      the nodes, ascending
 *   touchColumn  (in)      where the block begins among the node's columns
 *   start        (in)      [nodes + 1] first column of each node among all nodes'
 *   position     (in)      place in the front of each column, ascending within a node
 *   values       (in)      P_vN, WM_Q rows of a node one after the other
 *   k            (in)      [nodes, WM_Q, WM_Q] K_v
 *   front        (in/out)  [order, order]
 */
extern "C" __global__ void __launch_bounds__(THREADS)
subtract(int order, const int* __restrict__ sequence, const int* __restrict__ first, const int* __restrict__ touchStart,
         const int* __restrict__ touchNode, const int* __restrict__ touchColumn, const int* __restrict__ start,
         const int* __restrict__ position, const double* __restrict__ values, const double* __restrict__ k, double* front) {
    __shared__ int nodes[THREADS]; // of the next ones, so that no node waits for where its row lies
    __shared__ int columns[THREADS];
    __shared__ int begins[THREADS];
    __shared__ int counts[THREADS];
    int block = sequence[blockIdx.x];
    int from = first[block];
    int width = first[block + 1] - from;
    double* corner = front + (long long)from * order;
    int next = touchStart[block];
    int end = touchStart[block + 1];
    while (next < end) {
        int some = end - next < THREADS ? end - next : THREADS;
        if (threadIdx.x < some) {
            int node = touchNode[next + threadIdx.x];
            nodes[threadIdx.x] = node;
            columns[threadIdx.x] = touchColumn[next + threadIdx.x];
            begins[threadIdx.x] = start[node];
            counts[threadIdx.x] = start[node + 1] - start[node];
        }
        __syncthreads();
        for (int e = 0; e < some; e++) {
            int column = columns[e];
            int count = counts[e];
            const int* places = position + begins[e];
            const double* row = values + (long long)WM_Q * begins[e];
            const double* weight = k + (long long)WM_Q * WM_Q * nodes[e];
            double kp[WM_Q * WM_SLOTS];
            EACH(j, width) {
                UNROLLED for (int r = 0; r < WM_Q; r++) {
                    double sum = 0;
                    UNROLLED for (int s = 0; s < WM_Q; s++) {
                        sum += weight[r + s * WM_Q] * row[(long long)s * count + column + j];
                    }
                    kp[r + j * WM_Q] = sum;
                }
            }
            for (int i = column + threadIdx.x; i < count; i += THREADS) {
                double* target = corner + places[i];
                double entry[WM_Q];
                UNROLLED for (int r = 0; r < WM_Q; r++) {
                    entry[r] = row[(long long)r * count + i];
                }
                EACH(j, width) {
                    double sum = 0;
                    UNROLLED for (int r = 0; r < WM_Q; r++) {
                        sum += entry[r] * kp[r + j * WM_Q];
                    }
                    target[(long long)j * order] -= sum;
                }
            }
            __syncthreads(); // another thread may have the entry of the next node
        }
        next += some;
    }
}

/**
 * D'PD + blockdiag(I, 0) in place of P, from the diagonal blocks down.
 *
 * Arguments
 *   order     (in)      order of the front
 *   blocks    (in)      number of its blocks
 *   first     (in)      [blocks + 1] first column of each block
 *   lambdaAt  (in)      [blocks] where its factor's Lambda begins; -1 for columns of X and y
 *   lambda    (in)      the factors' Lambda, column-major
 *   front     (in/out)  [order, order]
 */
extern "C" __global__ void __launch_bounds__(THREADS)
scaledBlocks(int order, int blocks, const int* __restrict__ first, const int* __restrict__ lambdaAt,
       const double* __restrict__ lambda, double* front) {
    int from = first[blockIdx.x];
    int width = first[blockIdx.x + 1] - from;
    bool random = lambdaAt[blockIdx.x] >= 0;
    const double* right = lambda + lambdaAt[blockIdx.x];
    for (int other = blockIdx.x + threadIdx.x; other < blocks; other += THREADS) {
        int rows = first[other + 1] - first[other];
        const double* left = lambda + lambdaAt[other];
        double* corner = front + (long long)from * order + first[other];
        double m[WM_SLOTS * WM_SLOTS];
        EACH(j, width) {
            EACH(i, rows) {
                m[i + j * WM_SLOTS] = corner[(long long)j * order + i];
            }
        }
        EACH(j, width) {
            EACH(i, rows) {
                double sum = 0;
                EACH(b, width) {
                    sum += b >= j && random ? m[i + b * WM_SLOTS] * right[b + j * width] : 0;
                }
                m[i + j * WM_SLOTS] = random ? sum : m[i + j * WM_SLOTS];
            }
        }
        EACH(j, width) {
            EACH(i, rows) {
                double sum = 0;
                EACH(a, rows) {
                    sum += a >= i && lambdaAt[other] >= 0 ? left[a + i * rows] * m[a + j * WM_SLOTS] : 0;
                }
                m[i + j * WM_SLOTS] = lambdaAt[other] >= 0 ? sum : m[i + j * WM_SLOTS];
                double one = random && other == blockIdx.x && i == j ? 1 : 0;
                corner[(long long)j * order + i] = m[i + j * WM_SLOTS] + one;
            }
        }
    }
}

/**
 * Reads the diagonal and the last row.
 *
 * Arguments
 *   order  (in)   order of the front
 *   front  (in)   [order, order]
 *   out    (out)  [2, order] the diagonal, then the last row
 */
extern "C" __global__ void __launch_bounds__(THREADS)
pivots(int order, const double* __restrict__ front, double* __restrict__ out) {
    int i = blockIdx.x * THREADS + threadIdx.x;
    if (i < order) {
        out[i] = front[(long long)i * order + i];
        out[order + i] = front[(long long)i * order + order - 1];
    }
}

/**
 * Sets the strict upper triangle of the leading columns to zero. A block for each column.
 *
 * Arguments
 *   order  (in)      order of the front
 *   front  (in/out)  [order, order]
 */
extern "C" __global__ void __launch_bounds__(THREADS) cleared(int order, double* __restrict__ front) {
    for (int i = threadIdx.x; i < blockIdx.x; i += THREADS) {
        front[(long long)blockIdx.x * order + i] = 0;
    }
}

/**
 * An identity matrix. A block for each column.
 *
 * Arguments
 *   order  (in)   its order
 *   out    (out)  [order, order]
 */
extern "C" __global__ void __launch_bounds__(THREADS) identity(int order, double* __restrict__ out) {
    for (int i = threadIdx.x; i < order; i += THREADS) {
        out[(long long)blockIdx.x * order + i] = i == blockIdx.x ? 1 : 0;
    }
}

/**
 * Puts a strip of rows back. A block for each column.
 *
 * Arguments
 *   order  (in)   order of the front
 *   from   (in)   first row of the strip
 *   rows   (in)   number of its rows
 *   strip  (in)   [columns, rows]
 *   front  (out)  [order, order]
 */
extern "C" __global__ void __launch_bounds__(THREADS)
restored(int order, int from, int rows, const double* __restrict__ strip, double* __restrict__ front) {
    for (int i = threadIdx.x; i < rows; i += THREADS) {
        front[(long long)blockIdx.x * order + from + i] = strip[(long long)blockIdx.x * rows + i];
    }
}

/**
 * Copies the lower triangle of the leading columns over the upper one. A block for each column.
 *
 * Arguments
 *   order    (in)      order of the front
 *   columns  (in)      number of columns
 *   front    (in/out)  [order, order]
 */
extern "C" __global__ void __launch_bounds__(THREADS) mirrored(int order, int columns, double* front) {
    for (int i = blockIdx.x + 1 + threadIdx.x; i < columns; i += THREADS) {
        front[(long long)i * order + blockIdx.x] = front[(long long)blockIdx.x * order + i];
    }
}

/**
 * Reads the inverse where the data's cross-products have entries. A block of threads for each block of columns.
 *
 * Arguments
 *   order      (in)   order of the front
 *   columns    (in)   how many columns were inverted
 *   first      (in)   [blocks + 1] first column of each block
 *   baseStart  (in)   [blocks + 1] where its entries begin
 *   baseRow    (in)   [entries] their rows
 *   front      (in)   [order, order]
 *   out        (out)  [entries, WM_SLOTS] zero where nothing was inverted
 */
extern "C" __global__ void __launch_bounds__(THREADS)
gathered(int order, int columns, const int* __restrict__ first, const int* __restrict__ baseStart,
         const int* __restrict__ baseRow, const double* __restrict__ front, double* __restrict__ out) {
    int from = first[blockIdx.x];
    for (int e = baseStart[blockIdx.x] + threadIdx.x; e < baseStart[blockIdx.x + 1]; e += THREADS) {
        for (int j = 0; j < WM_SLOTS; j++) {
            bool inside = from + j < first[blockIdx.x + 1] && from < columns && baseRow[e] < columns;
            out[(long long)e * WM_SLOTS + j] = inside ? front[(long long)(from + j) * order + baseRow[e]] : 0;
        }
    }
}

/**
 * P_vN D. A block of threads for each node.
 *
 * Arguments
 *   first     (in)   [blocks + 1] first column of each block
 *   blockOf   (in)   [order] the block of each column
 *   lambdaAt  (in)   [blocks] where its factor's Lambda begins; -1 for columns of X and y
 *   lambda    (in)   the factors' Lambda, column-major
 *   start     (in)   [nodes + 1] first column of each node among all nodes'
 *   position  (in)   place in the front of each column
 *   values    (in)   P_vN, WM_Q rows of a node one after the other
 *   out       (out)  laid out as the values
 */
extern "C" __global__ void __launch_bounds__(THREADS)
scaledRows(const int* __restrict__ first, const int* __restrict__ blockOf, const int* __restrict__ lambdaAt,
           const double* __restrict__ lambda, const int* __restrict__ start, const int* __restrict__ position,
           const double* __restrict__ values, double* __restrict__ out) {
    int begin = start[blockIdx.x];
    int count = start[blockIdx.x + 1] - begin;
    const double* row = values + (long long)WM_Q * begin;
    double* target = out + (long long)WM_Q * begin;
    for (int i = threadIdx.x; i < count; i += THREADS) {
        int block = blockOf[position[begin + i]];
        int width = first[block + 1] - first[block];
        int a = position[begin + i] - first[block];
        for (int r = 0; r < WM_Q; r++) {
            double sum = lambdaAt[block] < 0 ? row[(long long)r * count + i] : 0;
            for (int b = a; b < width && lambdaAt[block] >= 0; b++) {
                sum += lambda[lambdaAt[block] + b + a * width] * row[(long long)r * count + i - a + b];
            }
            target[(long long)r * count + i] = sum;
        }
    }
}

/**
 * Y_v = P_vN D (F^-1)_NN, F^-1 with both its triangles. A block of threads for each node, a warp for each column.
 *
 * Arguments
 *   order     (in)   order of the front
 *   dropped   (in)   how many columns at the end of each node were not inverted
 *   sequence  (in)   [nodes] the nodes, those with most columns first
 *   start     (in)   [nodes + 1] first column of each node among all nodes'
 *   position  (in)   place in the front of each column
 *   rows      (in)   P_vN D, WM_Q rows of a node one after the other
 *   front     (in)   [order, order]
 *   out       (out)  laid out as the rows; columns that are dropped stay as they are
 */
extern "C" __global__ void __launch_bounds__(THREADS)
images(int order, int dropped, const int* __restrict__ sequence, const int* __restrict__ start,
       const int* __restrict__ position, const double* __restrict__ rows, const double* __restrict__ front,
       double* __restrict__ out) {
    int node = sequence[blockIdx.x];
    int begin = start[node];
    int count = start[node + 1] - begin;
    const double* row = rows + (long long)WM_Q * begin;
    double* target = out + (long long)WM_Q * begin;
    for (int i = threadIdx.x / 32; i < count - dropped; i += WARPS) {
        const double* column = front + (long long)position[begin + i] * order;
        double sums[WM_Q];
        UNROLLED for (int r = 0; r < WM_Q; r++) {
            sums[r] = 0;
        }
        for (int c = threadIdx.x % 32; c < count - dropped; c += 32) {
            double value = column[position[begin + c]];
            UNROLLED for (int r = 0; r < WM_Q; r++) {
                sums[r] += value * row[(long long)r * count + c];
            }
        }
        UNROLLED for (int r = 0; r < WM_Q; r++) {
            double sum = warpSum(sums[r]);
            if (threadIdx.x % 32 == 0) {
                target[(long long)r * count + i] = sum;
            }
        }
    }
}

/**
 * What the gradient needs of the inverse, node by node: P_vN S_NN P_Nv, and for each factor of the front the sum over its levels j
 * that the node meets of P_jv K_v [P_vN D F^-1]_j. A block of threads for each node.
 *
 * Arguments
 *   dropped   (in)   how many columns at the end of each node were not inverted
 *   factors   (in)   number of factors in the front
 *   factor    (in)   [factors, 3] first position, the position behind the last, columns of a level
 *   start     (in)   [nodes + 1] first column of each node among all nodes'
 *   position  (in)   place in the front of each column, ascending within a node
 *   values    (in)   P_vN, WM_Q rows of a node one after the other
 *   rows      (in)   P_vN D, the same
 *   image     (in)   Y_v, the same
 *   k         (in)   [nodes, WM_Q, WM_Q] K_v
 *   stride    (in)   numbers of a node
 *   out       (out)  [nodes, stride] the WM_Q x WM_Q form, then of each factor a matrix of its order, column-major
 */
extern "C" __global__ void __launch_bounds__(THREADS)
quadratics(int dropped, int factors, const int* __restrict__ factor, const int* __restrict__ start,
           const int* __restrict__ position, const double* __restrict__ values, const double* __restrict__ rows,
           const double* __restrict__ image, const double* __restrict__ k, int stride, double* __restrict__ out) {
    int begin = start[blockIdx.x];
    int count = start[blockIdx.x + 1] - begin;
    const double* p = values + (long long)WM_Q * begin;
    const double* pd = rows + (long long)WM_Q * begin;
    const double* y = image + (long long)WM_Q * begin;
    const double* weight = k + (long long)WM_Q * WM_Q * blockIdx.x;
    double* target = out + (long long)stride * blockIdx.x;
    for (int s = 0; s < WM_Q; s++) {
        for (int r = 0; r < WM_Q; r++) {
            double sum = 0;
            for (int i = threadIdx.x; i < count - dropped; i += THREADS) {
                sum += pd[(long long)r * count + i] * y[(long long)s * count + i];
            }
            sum = blockSum(sum);
            if (threadIdx.x == 0) {
                target[r + s * WM_Q] = sum;
            }
        }
    }
    target += WM_Q * WM_Q;
    for (int f = 0; f < factors; f++) {
        int width = factor[3 * f + 2];
        int from = notBelow(position, begin, begin + count, factor[3 * f]) - begin;
        int to = notBelow(position, begin, begin + count, factor[3 * f + 1]) - begin;
        for (int b = 0; b < width; b++) {
            for (int a = 0; a < width; a++) {
                double sum = 0;
                for (int i = from + width * threadIdx.x; i < to; i += width * THREADS) {
                    for (int s = 0; s < WM_Q; s++) {
                        double inner = 0;
                        for (int r = 0; r < WM_Q; r++) {
                            inner += p[(long long)r * count + i + a] * weight[r + s * WM_Q];
                        }
                        sum += inner * y[(long long)s * count + i + b];
                    }
                }
                sum = blockSum(sum);
                if (threadIdx.x == 0) {
                    target[a + b * width] = sum;
                }
            }
        }
        target += width * width;
    }
}
