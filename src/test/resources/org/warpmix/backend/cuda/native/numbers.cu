// Random numbers and variates as they are, for tests.
#include "random.cuh"

/**
 * One thread per replicate.
 *
 * numbers   out  the two numbers of a block, at 2i
 * variates  out  `rounds` times a normal and chi-squares of 1, 2, 3 and 40 degrees of freedom, at (5 round + k) count + i
 */
extern "C" __global__ void variates(u64* numbers, double* variates, int rounds, long long seed, int block, int stream,
                                    long long first, int count) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count) {
        return;
    }
    Numbers two = philox((u64)seed, (u32)block, (u32)stream, (u64)(first + i));
    numbers[2 * i] = two.first;
    numbers[2 * i + 1] = two.second;
    Variates next((u64)seed, (u64)(first + i));
    const int freedom[] = {1, 2, 3, 40};
    for (int round = 0; round < rounds; round++) {
        variates[5 * round * count + i] = next.normal();
        for (int k = 0; k < 4; k++) {
            variates[(5 * round + 1 + k) * count + i] = next.chiSquare(freedom[k]);
        }
    }
}
