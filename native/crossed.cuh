// What the programs of models with several grouping factors share. See crossed.cu for the mathematics.

/** Sum over the 32 threads of a warp, in the same order every time; all of them get it. */
__device__ inline double warpSum(double value) {
    for (int lane = 16; lane > 0; lane /= 2) {
        value += __shfl_xor_sync(0xffffffffu, value, lane);
    }
    return value;
}

/**
 * Columns of the front: those of the dense factors, level by level, then X, then y.
 *
 * Arguments
 *   m       number of columns of the dense factors
 *   width   order of the front, m + p + 1
 *   first   [width] first column of the level that a column belongs to; a column of X or y is a level of its own
 *   order   [width] how many columns that level has
 *   at      [width] where the factor's Lambda begins among a lane's; that of X and y is the number 1
 */
struct Columns {
    int m;
    int width;
    const int* first;
    const int* order;
    const int* at;
};

/** Entry (i, j) of D = blockdiag(Lambda, I), for i and j of one level. */
__device__ inline double scale(const Columns& columns, const double* lambda, int i, int j) {
    int first = columns.first[j];
    return lambda[columns.at[j] + i - first + (j - first) * columns.order[j]];
}

/** Entry (i, j) of H = D'SD + diag(I_m, 0); S has both its triangles. */
__device__ inline double scaled(const Columns& columns, const double* lambda, const double* s, int i, int j) {
    int endOfI = columns.first[i] + columns.order[i];
    int endOfJ = columns.first[j] + columns.order[j];
    double sum = i == j && i < columns.m ? 1 : 0;
    for (int b = j; b < endOfJ; b++) {
        double inner = 0;
        for (int a = i; a < endOfI; a++) {
            inner += scale(columns, lambda, a, i) * s[(long long) b * columns.width + a];
        }
        sum += inner * scale(columns, lambda, b, j);
    }
    return sum;
}
