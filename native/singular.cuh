// Directions in which a covariance matrix is singular or nearly so: org.warpmix.optimize.SingularDirections.
//
// Macros: those of grouped.cuh, and WM_WIDEST most columns of a term.
#pragma once
#include "grouped.cuh"

constexpr int TERMS = WM_TERMS;
constexpr int WIDEST = WM_WIDEST;
constexpr int SQUARE = WIDEST * WIDEST;

/** Standard deviation relative to sigma under which a covariance counts as singular. */
constexpr double SINGULAR = 1e-4;
/** What a direction gets to see whether it should have a variance. */
constexpr double PROBE = 1e-2;
/** The same for one that was put to zero. */
constexpr double FINE_PROBE = 1e-3;
constexpr double NEGLIGIBLE = 1e-5;

/** How far two evaluations of one criterion may differ by rounding alone. */
__device__ inline double roundingOf(double value) { return 1e-11 * fmax(1.0, fabs(value)); }

/** Whether all directions of a term are clearly above a bound, by |Lambda| / |Lambda|_F^(q-1), a bound of the least singular value. */
__device__ inline bool isClearly(double least, const double (&x)[X], int term) {
    int q = columnsOf(term);
    int at = offsetOf(term);
    double determinant = 1;
    double square = 0;
    for (int j = 0; j < q; j++) {
        determinant *= x[at];
        for (int i = j; i < q; i++, at++) {
            square += x[at] * x[at];
        }
    }
    double bound = 2 * least;
    double length = sqrt(square);
    for (int i = 1; i < q; i++) {
        bound *= length;
    }
    return fabs(determinant) > bound;
}

/** Eigenvalues, ascending, and vectors of the relative covariance matrix of a term. */
struct Spectrum {
    double values[WIDEST];
    double vectors[SQUARE];

    __device__ Spectrum(const double (&x)[X], int term) {
        int q = columnsOf(term);
        double lambda[SQUARE];
        int at = offsetOf(term);
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                lambda[i + j * q] = i >= j ? x[at++] : 0;
            }
        }
        double phi[SQUARE];
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = 0; r < q; r++) {
                    sum += lambda[i + r * q] * lambda[j + r * q];
                }
                phi[i + j * q] = sum;
            }
        }
        symmetricEigen<WIDEST>(phi, vectors, values, q);
    }
};

/** Writes into x the term whose covariance is FF'; F is overwritten. */
__device__ inline void setFactor(double (&x)[X], int term, double (&f)[SQUARE]) {
    int q = columnsOf(term);
    fold<WIDEST>(f, q);
    int at = offsetOf(term);
    for (int j = 0; j < q; j++) {
        for (int i = j; i < q; i++) {
            x[at++] = f[i + j * q];
        }
    }
}

/** Whether any covariance matrix at x is singular. */
__device__ __noinline__ bool isSingular(const double (&x)[X]) {
    for (int t = 0; t < TERMS; t++) {
        if (!isClearly(SINGULAR, x, t) && Spectrum(x, t).values[0] < SINGULAR * SINGULAR) {
            return true;
        }
    }
    return false;
}

/** Puts directions of x to zero whose standard deviation is below `least`; returns whether there were any. */
__device__ __noinline__ bool removeBelow(double (&x)[X], double least) {
    bool any = false;
    for (int t = 0; t < TERMS; t++) {
        if (isClearly(least, x, t)) {
            continue;
        }
        int q = columnsOf(t);
        bool zero = true;
        for (int e = 0; e < q * (q + 1) / 2; e++) {
            zero &= x[offsetOf(t) + e] == 0;
        }
        if (zero) {
            continue;
        }
        Spectrum spectrum(x, t);
        if (spectrum.values[0] >= least * least) {
            continue;
        }
        for (int j = 0; j < q; j++) {
            double length = spectrum.values[j] < least * least ? 0 : sqrt(spectrum.values[j]);
            for (int i = 0; i < q; i++) {
                spectrum.vectors[i + j * q] *= length;
            }
        }
        setFactor(x, t, spectrum.vectors);
        any = true;
    }
    return any;
}

/**
 * Goes to the point where the singular direction number `probe`, counted over all terms, has a standard deviation.
 *
 * x      in/out
 * fine   in      whether a second round with FINE_PROBE follows that with PROBE
 * returns whether there is such a direction; else x stays
 */
__device__ __noinline__ bool letIn(double (&x)[X], int probe, bool fine) {
    double deviation = PROBE;
    for (int round = 0; round < (fine ? 2 : 1); round++) {
        for (int t = 0; t < TERMS; t++) {
            if (isClearly(SINGULAR, x, t)) {
                continue;
            }
            int q = columnsOf(t);
            Spectrum spectrum(x, t);
            for (int d = 0; d < q && spectrum.values[d] < SINGULAR * SINGULAR; d++) {
                if (probe-- > 0) {
                    continue;
                }
                for (int j = 0; j < q; j++) {
                    double length = j == d ? deviation : sqrt(fmax(spectrum.values[j], 0.0));
                    for (int r = 0; r < q; r++) {
                        spectrum.vectors[r + j * q] *= length;
                    }
                }
                setFactor(x, t, spectrum.vectors);
                return true;
            }
        }
        deviation = FINE_PROBE;
    }
    return false;
}
