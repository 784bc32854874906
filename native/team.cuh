// The threads that work on one replicate: one, a warp of 32, or a block of WM_TEAM.
//
// All threads of a team run the same search on the same numbers; what they share out are the groups of an evaluation, whose sums
// teamSum() brings together in one order, so that every thread has the same bits, each time.
#pragma once
#include "warpmix.cuh"

constexpr int TEAM = WM_TEAM;
constexpr int WARP = 32;
constexpr u32 ALL_LANES = 0xffffffffu;

__device__ inline int teamRank() { return TEAM == 1 ? 0 : threadIdx.x % TEAM; }

#if WM_TEAM > 32
/** Sums of the warps, of two reductions in turn so that one barrier each suffices. */
__shared__ double warpSums[2][WM_TEAM / 32];
#endif

/** Replaces each of n numbers by its sum over the team. */
template <int N>
__device__ inline void teamSum(double (&values)[N], int& turn) {
#if WM_TEAM > 1
    UNROLLED for (int e = 0; e < N; e++) {
        double sum = values[e];
        for (int lane = WARP / 2; lane > 0; lane /= 2) {
            sum += __shfl_xor_sync(ALL_LANES, sum, lane);
        }
#if WM_TEAM > 32
        if (threadIdx.x % WARP == 0) {
            warpSums[turn][threadIdx.x / WARP] = sum;
        }
        __syncthreads();
        sum = 0;
        for (int w = 0; w < TEAM / WARP; w++) {
            sum += warpSums[turn][w];
        }
        turn ^= 1;
#endif
        values[e] = sum;
    }
#endif
}

/** The number of the next replicate, the same for the whole team: each is handed out once. */
__device__ inline int nextReplicate(int* counter, int& turn) {
#if WM_TEAM == 1
    return atomicAdd(counter, 1);
#else
    double number[1] = {0};
    if (teamRank() == 0) {
        number[0] = atomicAdd(counter, 1);
    }
    teamSum(number, turn);
    return (int)number[0];
#endif
}
