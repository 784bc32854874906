__device__ __forceinline__ double warpSum(double x) {
    for (int lanes = 16; lanes > 0; lanes /= 2) {
        x += __shfl_xor_sync(0xffffffffu, x, lanes);
    }
    return x;
}

__device__ __noinline__ double dig(double* out, int depth) {
    volatile double hole[64];
    hole[depth % 64] = out[0];
    return depth == 0 ? 0 : dig(out, depth - 1) + hole[depth % 64];
}
