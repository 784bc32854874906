// What all kernels share: how loops are unrolled, packed triangles, and small dense algebra.
//
// A program is compiled for one model: sizes are macros (WM_…), so that matrices live in registers where they are small.
// Triangles are packed column by column unless a comment says otherwise; everything is in double precision.
#pragma once

typedef unsigned long long u64;
typedef unsigned int u32;

// Small sizes are unrolled, so that no array is indexed at run time; large ones would take minutes to compile.
#if defined(__CUDACC__) || defined(__CUDACC_RTC__)
#if defined(WM_LARGE)
#define UNROLLED _Pragma("unroll 1")
#else
#define UNROLLED _Pragma("unroll")
#endif
#else
#define UNROLLED
#endif

/** Place of entry (i, j), i >= j, in the packed lower triangle of order n. */
__device__ constexpr int packed(int i, int j, int n) { return j * (2 * n - j - 1) / 2 + i; }

/** Place of the pair i <= j in the order of the sums of a class: row by row of the upper triangle. */
__device__ constexpr int pairOf(int i, int j, int n) { return i * (2 * n - i - 1) / 2 + j; }

__device__ __forceinline__ double infinity() { return __longlong_as_double(0x7ff0000000000000LL); }

__device__ __forceinline__ bool isBelowInfinity(double x) { return x < infinity(); }

/**
 * Replaces F by the lower triangular L with LL' = FF', its diagonal not negative, by Givens rotations of its columns, so that a
 * singular F keeps its digits.
 *
 * f  in/out  N x N, column-major
 * n  in      its order, at most N
 */
template <int N>
__device__ void fold(double (&f)[N * N], int n) {
    for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j++) {
            double x = f[i + i * n];
            double y = f[i + j * n];
            if (y != 0) {
                double length = hypot(x, y);
                double c = x / length;
                double s = y / length;
                for (int r = 0; r < n; r++) {
                    double a = f[r + i * n];
                    double b = f[r + j * n];
                    f[r + i * n] = c * a + s * b;
                    f[r + j * n] = c * b - s * a;
                }
                f[i + j * n] = 0;
            }
        }
        if (f[i + i * n] < 0) {
            for (int r = i; r < n; r++) {
                f[r + i * n] = -f[r + i * n];
            }
        }
    }
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations.
 *
 * s       in/out  n x n, column-major; its diagonal becomes the eigenvalues, ascending
 * v       out     n x n, the eigenvectors as columns
 * values  out     n
 */
template <int N>
__device__ void symmetricEigen(double (&s)[N * N], double (&v)[N * N], double (&values)[N], int n) {
    for (int e = 0; e < n * n; e++) {
        v[e] = e % (n + 1) == 0 ? 1 : 0;
    }
    for (int sweep = 0; sweep < 60; sweep++) {
        double off = 0;
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < j; i++) {
                off += fabs(s[i + j * n]);
            }
        }
        if (!(off > 0)) {
            break;
        }
        for (int p = 0; p < n; p++) {
            for (int q = p + 1; q < n; q++) {
                double apq = s[p + q * n];
                double app = s[p + p * n];
                double aqq = s[q + q * n];
                if (apq == 0 || fabs(apq) <= 0x1p-54 * sqrt(fabs(app * aqq))) {
                    s[p + q * n] = 0;
                    s[q + p * n] = 0;
                    continue;
                }
                double tau = (aqq - app) / (2 * apq);
                double t = copysign(1.0, tau) / (fabs(tau) + hypot(1.0, tau));
                double c = 1 / hypot(1.0, t);
                double sine = t * c;
                for (int k = 0; k < n; k++) {
                    double skp = s[k + p * n];
                    double skq = s[k + q * n];
                    s[k + p * n] = c * skp - sine * skq;
                    s[k + q * n] = sine * skp + c * skq;
                }
                for (int k = 0; k < n; k++) {
                    double spk = s[p + k * n];
                    double sqk = s[q + k * n];
                    s[p + k * n] = c * spk - sine * sqk;
                    s[q + k * n] = sine * spk + c * sqk;
                    double vkp = v[k + p * n];
                    double vkq = v[k + q * n];
                    v[k + p * n] = c * vkp - sine * vkq;
                    v[k + q * n] = sine * vkp + c * vkq;
                }
                s[p + q * n] = 0;
                s[q + p * n] = 0;
            }
        }
    }
    for (int i = 0; i < n; i++) {
        values[i] = s[i + i * n];
    }
    for (int i = 1; i < n; i++) { // insertion, ascending, vectors along
        for (int k = i; k > 0 && values[k - 1] > values[k]; k--) {
            double value = values[k];
            values[k] = values[k - 1];
            values[k - 1] = value;
            for (int r = 0; r < n; r++) {
                double entry = v[r + k * n];
                v[r + k * n] = v[r + (k - 1) * n];
                v[r + (k - 1) * n] = entry;
            }
        }
    }
}
