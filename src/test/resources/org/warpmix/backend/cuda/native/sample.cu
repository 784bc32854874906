// Kernels that the tests of the infrastructure launch.
#include "sample.cuh"

/* y = WM_SCALE * 2 x + shift; n in: length of x and y */
extern "C" __global__ void scaled(int n, long long shift, double factor, const double* __restrict__ x, double* __restrict__ y) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        y[i] = WM_SCALE * factor * TWICE(x[i]) + (double)shift;
    }
}

/* out[b] = number of doubles of shared memory that thread 0 of block b could write and read */
extern "C" __global__ void fills(int doubles, double* out) {
    extern __shared__ double scratch[];
    for (int i = 0; i < doubles; i++) {
        scratch[i] = 1;
    }
    double sum = 0;
    for (int i = 0; i < doubles; i++) {
        sum += scratch[i];
    }
    out[blockIdx.x] = sum;
}

/* to[i] = address of from[i stride], i < count */
extern "C" __global__ void addresses(int count, int stride, double* from, double** to) {
    for (int i = 0; i < count; i++) {
        to[i] = from + i * stride;
    }
}
