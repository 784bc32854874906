// CUDA C++ for the host's compiler: as much of it as Warpmix's kernels use. It comes before each program that the
// emulated NVRTC compiles; __global__, __shared__ and __launch_bounds__ are seen to there, in the text. No header is
// included, so that a program compiles fast.
#pragma once

#define __CUDACC__ 1
#define __CUDACC_RTC__ 1
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(n) __attribute__((aligned(n)))

using size_t = decltype(sizeof 0);

struct uint3 {
    unsigned x, y, z;
};
using dim3 = uint3;

// One per host thread, kept by libcuda; `threadIdx` is that of the emulated thread that runs just now.
struct EmulatedThread {
    uint3 thread, block, blockDim, gridDim;
    void *shared;
};
extern "C" {
extern __thread EmulatedThread emulatedThread __attribute__((tls_model("initial-exec")));
void emulatedBarrier();
unsigned long long emulatedShuffle(unsigned mask, unsigned long long value, unsigned source);
}
#define threadIdx (emulatedThread.thread)
#define blockIdx (emulatedThread.block)
#define blockDim (emulatedThread.blockDim)
#define gridDim (emulatedThread.gridDim)
constexpr int warpSize = 32;

inline void __syncthreads() {
    emulatedBarrier();
}

inline void __syncwarp(unsigned mask = 0xffffffffu) {
    emulatedShuffle(mask, 0, threadIdx.x % 32);
}

inline double __longlong_as_double(long long bits) {
    double value;
    __builtin_memcpy(&value, &bits, 8);
    return value;
}

inline long long __double_as_longlong(double value) {
    long long bits;
    __builtin_memcpy(&bits, &value, 8);
    return bits;
}

inline double __shfl_xor_sync(unsigned mask, double value, int lanes) {
    return __longlong_as_double(emulatedShuffle(mask, __double_as_longlong(value), threadIdx.x % 32 ^ lanes));
}

inline int __shfl_xor_sync(unsigned mask, int value, int lanes) {
    return static_cast<int>(emulatedShuffle(mask, static_cast<unsigned>(value), threadIdx.x % 32 ^ lanes));
}

inline unsigned __shfl_xor_sync(unsigned mask, unsigned value, int lanes) {
    return static_cast<unsigned>(emulatedShuffle(mask, value, threadIdx.x % 32 ^ lanes));
}

inline int atomicAdd(int *address, int value) {
    return __atomic_fetch_add(address, value, __ATOMIC_RELAXED);
}

inline unsigned atomicAdd(unsigned *address, unsigned value) {
    return __atomic_fetch_add(address, value, __ATOMIC_RELAXED);
}

inline unsigned long long atomicAdd(unsigned long long *address, unsigned long long value) {
    return __atomic_fetch_add(address, value, __ATOMIC_RELAXED);
}

inline unsigned __umulhi(unsigned a, unsigned b) {
    return static_cast<unsigned>(static_cast<unsigned long long>(a) * b >> 32);
}

inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
    return static_cast<unsigned long long>(static_cast<unsigned __int128>(a) * b >> 64);
}

template <class T>
inline T __ldg(const T *address) {
    return *address;
}

extern "C" {
double sqrt(double) noexcept;
double fabs(double) noexcept;
double fmax(double, double) noexcept;
double fmin(double, double) noexcept;
double fma(double, double, double) noexcept;
double fmod(double, double) noexcept;
double floor(double) noexcept;
double ceil(double) noexcept;
double log(double) noexcept;
double log1p(double) noexcept;
double exp(double) noexcept;
double expm1(double) noexcept;
double pow(double, double) noexcept;
double sin(double) noexcept;
double cos(double) noexcept;
double copysign(double, double) noexcept;
double hypot(double, double) noexcept;
}

inline bool isnan(double x) {
    return __builtin_isnan(x);
}

inline bool isinf(double x) {
    return __builtin_isinf(x);
}

inline bool isfinite(double x) {
    return __builtin_isfinite(x);
}

inline double min(double a, double b) {
    return fmin(a, b);
}

inline double max(double a, double b) {
    return fmax(a, b);
}

inline int min(int a, int b) {
    return a < b ? a : b;
}

inline int max(int a, int b) {
    return a > b ? a : b;
}

inline long long min(long long a, long long b) {
    return a < b ? a : b;
}

inline long long max(long long a, long long b) {
    return a > b ? a : b;
}

// How the host calls a kernel: an array of pointers to the arguments, as cuLaunchKernel takes them.
struct EmulatedKernelEntry {
    const char *name;
    void (*call)(void **arguments);
    const unsigned *argumentBytes;
    int arguments;
    int maxThreads;
};

template <int... I>
struct EmulatedIndices {};

template <auto F>
struct EmulatedKernel;

template <class... A, void (*F)(A...)>
struct EmulatedKernel<F> {
    static constexpr int count = sizeof...(A);
    static constexpr unsigned bytes[] = {sizeof(A)..., 0};

    template <int... I>
    static void each(void **arguments, EmulatedIndices<I...>) {
        F(*static_cast<A *>(arguments[I])...);
    }

    static void call(void **arguments) {
        each(arguments, EmulatedIndices<__integer_pack(count)...>());
    }
};

// The only thread-local variables of a program are its __shared__ ones, so their storage is the block's shared
// memory. This one is always there, for libcuda to find the rest by.
extern "C" {
__attribute__((visibility("default"))) __thread long long emulatedShared = 0;
}
