// What EmulatedDeviceTest runs. THREADS: those of a block of `total`.
#include "sums.cuh"

// sums over each warp by shuffles, over the block through shared memory: one sum per block
extern "C" __global__ void __launch_bounds__(THREADS) total(int n, const double* __restrict__ x, double* sums) {
    __shared__ double warps[THREADS / 32];
    extern __shared__ double scratch[];
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    scratch[threadIdx.x] = i < n ? x[i] : 0;
    __syncthreads();
    // from the other end, so that a thread reads what another one wrote
    double sum = warpSum(scratch[blockDim.x - 1 - threadIdx.x]);
    if (threadIdx.x % 32 == 0) {
        warps[threadIdx.x / 32] = sum;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        double all = 0;
        #pragma unroll
        for (int w = 0; w < THREADS / 32; w++) {
            all += warps[w];
        }
        sums[blockIdx.x] = all;
    }
}

extern "C" __global__ void count(int* hits, unsigned long long* steps) {
    atomicAdd(hits, 1);
    atomicAdd(steps, (unsigned long long) threadIdx.x);
}

extern "C" __global__ void groups(int* out) {
    // the groups of 8 shuffle on their own, one of them once more
    unsigned mask = 0xffu << (threadIdx.x / 8 * 8);
    int value = __shfl_xor_sync(mask, (int) threadIdx.x, 3);
    if (threadIdx.x / 8 == 1) {
        value += 100 * __shfl_xor_sync(mask, (int) threadIdx.x, 1);
    }
    out[threadIdx.x] = value;
}

extern "C" __global__ void arithmetic(double* out) {
    out[0] = __umulhi(0xdeadbeefu, 0xcafef00du);
    out[1] = (double) __umul64hi(0x123456789abcdef0ull, 0xfedcba9876543210ull);
    out[2] = __longlong_as_double(__double_as_longlong(-1.5));
    out[3] = hypot(3.0, 4.0) + copysign(sqrt(2.0), -1.0) + exp(log(7.0)) + floor(-0.5);
    out[4] = isnan(out[5]) && isfinite(out[3]) ? fmax(out[3], __ldg(out + 5)) : 0;
}

extern "C" __global__ void unset(double* out) {
    __shared__ double fixed[40];
    extern __shared__ double asked[];
    out[0] = isnan(fixed[threadIdx.x]) && isnan(asked[threadIdx.x]);
    fixed[threadIdx.x] = asked[threadIdx.x] = 1;
}

extern "C" __global__ void outside(double* x, int at) {
    x[at] = 1;
}

extern "C" __global__ void stuck(int* x) {
    if (threadIdx.x < 7) {
        return;
    }
    __syncthreads();
    x[0] = 1;
}

extern "C" __global__ void split(int* x) {
    if (threadIdx.x == 0) {
        __syncthreads();
    } else {
        x[0] = __shfl_xor_sync(0xffffffffu, 1, 1);
        __syncthreads();
    }
}

extern "C" __global__ void deep(double* out, int depth) {
    out[0] = dig(out, depth);
}
