// The criterion of a model with one grouping factor and its gradient, from classes of equal groups.
//
// Formulas and names are those of org.warpmix.likelihood.GroupedLikelihood: A = I + Lambda'G Lambda = LL', V = L^-1 Lambda',
// K = V'V, M = W'W - sum_j B_j'K B_j, N = sum_c [J(G - GKG) - (I - GK) Q (I - KG)], dd/dLambda = 2 N Lambda.
//
// Macros: WM_Q columns of Z, WM_P columns of X, WM_X number of parameters, WM_TERMS number of terms, WM_COLUMNS their
// columns, four bits each from the lowest on, WM_REML, WM_COPIES whether groups are taken a number of times each, WM_TEAM (team.cuh).
#pragma once
#include "team.cuh"

constexpr int Q = WM_Q;
constexpr int P = WM_P;
constexpr int X = WM_X;
constexpr int WIDTH = P + 1;
constexpr int TRIANGLE = WIDTH * (WIDTH + 1) / 2;
constexpr int X_TRIANGLE = P * (P + 1) / 2;
constexpr int PAIRS = Q * (Q + 1) / 2;
constexpr int SOME_P = P > 0 ? P : 1;
constexpr int SOME_TRIANGLE = X_TRIANGLE > 0 ? X_TRIANGLE : 1;
constexpr int CLASS_INTS = 4;
constexpr int DETERMINANTS_PER_LOGARITHM = 8;

/** Number of columns of a term. */
__device__ constexpr int columnsOf(int term) { return (int)((u64)WM_COLUMNS >> 4 * term & 15); }

/** First parameter of a term. */
__device__ constexpr int offsetOf(int term) {
    int offset = 0;
    for (int t = 0; t < term; t++) {
        offset += columnsOf(t) * (columnsOf(t) + 1) / 2;
    }
    return offset;
}

/** Parameter that is entry (i, j), i >= j, of Lambda; -1 where that is zero. */
__device__ constexpr int parameterOf(int i, int j) {
    int first = 0;
    for (int t = 0; t < WM_TERMS; t++) {
        int end = first + columnsOf(t);
        if (j < end) {
            return i < end ? offsetOf(t) + packed(i - first, j - first, columnsOf(t)) : -1;
        }
        first = end;
    }
    return -1;
}

/** The design, common to all replicates. */
struct Design {
    int classes;
    const int* __restrict__ classInts; // per class: summed, first entry of the statistics, number of groups, first level in b
    const double* __restrict__ g;      // Q x Q per class
    const double* __restrict__ sums;   // per class PAIRS x X_TRIANGLE: the part of the sums that no response changes
    const double* __restrict__ b;      // Q x P per level that is taken singly
    const double* __restrict__ xx;     // X'X, packed
    double degrees;                    // nu
    double constant;                   // what does not depend on Lambda
    int xy;                            // entry of X'y; with copies, of the whole of W'W
};

/** The statistics of a replicate. */
struct Response {
    const double* __restrict__ statistics;
    long long stride;

    __device__ double at(int entry) const { return statistics[entry * stride]; }
};

/** What an evaluation leaves behind. */
struct Solved {
    double gamma[SOME_P];
    double l[SOME_TRIANGLE]; // factor of M_XX, its diagonal inverted
    double rSquared;
    double degrees;
};

__device__ inline void lambdaOf(const double (&x)[X], double (&lambda)[Q * Q]) {
    UNROLLED for (int j = 0; j < Q; j++) {
        UNROLLED for (int i = 0; i < Q; i++) {
            int e = i >= j ? parameterOf(i, j) : -1;
            lambda[i + j * Q] = e >= 0 ? x[e] : 0;
        }
    }
}

/**
 * A = LL', V and K of a class; returns |L|.
 *
 * v  out  Q x Q
 * k  out  PAIRS
 */
__device__ inline double factor(const double* __restrict__ g, const double (&lambda)[Q * Q], double (&v)[Q * Q], double (&k)[PAIRS]) {
    double a[Q * Q];
    double inverse[Q];
    UNROLLED for (int j = 0; j < Q; j++) {
        double column[Q]; // of G Lambda
        UNROLLED for (int i = j; i < Q; i++) {
            double sum = 0;
            UNROLLED for (int r = j; r < Q; r++) {
                sum += g[i + r * Q] * lambda[r + j * Q];
            }
            column[i] = sum;
        }
        UNROLLED for (int i = j; i < Q; i++) {
            double sum = i == j ? 1 : 0;
            UNROLLED for (int r = i; r < Q; r++) {
                sum += lambda[r + i * Q] * column[r];
            }
            a[i + j * Q] = sum;
        }
    }
    double determinant = 1;
    UNROLLED for (int j = 0; j < Q; j++) {
        double pivot = sqrt(a[j + j * Q]);
        determinant *= pivot;
        inverse[j] = 1 / pivot;
        UNROLLED for (int i = j + 1; i < Q; i++) {
            a[i + j * Q] *= inverse[j];
        }
        UNROLLED for (int r = j + 1; r < Q; r++) {
            UNROLLED for (int i = r; i < Q; i++) {
                a[i + r * Q] -= a[i + j * Q] * a[r + j * Q];
            }
        }
    }
    UNROLLED for (int j = 0; j < Q; j++) {
        UNROLLED for (int i = 0; i < Q; i++) {
            double entry = i <= j ? lambda[j + i * Q] : 0;
            UNROLLED for (int r = 0; r < i; r++) {
                entry -= a[i + r * Q] * v[r + j * Q];
            }
            v[i + j * Q] = entry * inverse[i];
        }
    }
    UNROLLED for (int i = 0; i < Q; i++) {
        UNROLLED for (int j = i; j < Q; j++) {
            double sum = 0;
            UNROLLED for (int r = 0; r < Q; r++) {
                sum += v[r + i * Q] * v[r + j * Q];
            }
            k[pairOf(i, j, Q)] = sum;
        }
    }
    return determinant;
}

/** Entry of the sums of a class: pair, then row i >= column j of the triangle. */
__device__ inline double sumOf(const Design& design, const Response& response, int cl, int entry, int pair, int i, int j) {
#if WM_COPIES
    return response.at(entry + 1 + pair * TRIANGLE + packed(i, j, WIDTH));
#else
    return i == P ? response.at(entry + pair * WIDTH + j)
                  : __ldg(design.sums + (cl * PAIRS + pair) * X_TRIANGLE + packed(i, j, P));
#endif
}

__device__ inline double sizeOf(const Response& response, int entry, int size) {
#if WM_COPIES
    return response.at(entry);
#else
    return size;
#endif
}

/** M -= (V B_j)'(V B_j) for each level of a class. */
__device__ inline void subtractLevels(const Design& design, const Response& response, int entry, int size, int level,
                                      const double (&v)[Q * Q], double (&m)[TRIANGLE + 1]) {
    for (int s = 0; s < size; s++) {
        const double* b = design.b + (level + s) * Q * P;
        double y[Q * WIDTH];
        UNROLLED for (int k = 0; k < WIDTH; k++) {
            double column[Q];
            UNROLLED for (int a = 0; a < Q; a++) {
                column[a] = k < P ? __ldg(b + a + k * Q) : response.at(entry + s * Q + a);
            }
            UNROLLED for (int r = 0; r < Q; r++) {
                double sum = 0;
                UNROLLED for (int a = 0; a < Q; a++) {
                    sum += column[a] * v[r + a * Q];
                }
                y[r + k * Q] = sum;
            }
        }
        UNROLLED for (int j = 0; j < WIDTH; j++) {
            UNROLLED for (int i = j; i < WIDTH; i++) {
                double sum = m[packed(i, j, WIDTH)];
                UNROLLED for (int r = 0; r < Q; r++) {
                    sum -= y[r + i * Q] * y[r + j * Q];
                }
                m[packed(i, j, WIDTH)] = sum;
            }
        }
    }
}

/** Q = sum over levels of B_j C B_j', lower triangle. */
__device__ inline void weighLevels(const Design& design, const Response& response, int entry, int size, int level,
                                   const double (&c)[TRIANGLE], double (&quadratic)[Q * Q]) {
    for (int s = 0; s < size; s++) {
        const double* b = design.b + (level + s) * Q * P;
        double whole[Q * WIDTH];
        UNROLLED for (int k = 0; k < WIDTH; k++) {
            UNROLLED for (int a = 0; a < Q; a++) {
                whole[a + k * Q] = k < P ? __ldg(b + a + k * Q) : response.at(entry + s * Q + a);
            }
        }
        UNROLLED for (int k = 0; k < WIDTH; k++) {
            double column[Q]; // of BC
            UNROLLED for (int a = 0; a < Q; a++) {
                double sum = 0;
                UNROLLED for (int r = 0; r < WIDTH; r++) {
                    double weight = c[r >= k ? packed(r, k, WIDTH) : packed(k, r, WIDTH)];
                    sum += whole[a + r * Q] * (r == k ? weight : 0.5 * weight);
                }
                column[a] = sum;
            }
            UNROLLED for (int j = 0; j < Q; j++) {
                UNROLLED for (int i = j; i < Q; i++) {
                    quadratic[i + j * Q] += whole[i + k * Q] * column[j];
                }
            }
        }
    }
}

/**
 * Factors M_XX and solves; leaves r^2 and gamma. A pivot that is not positive makes them NaN.
 *
 * m  in  packed triangle of M
 * returns log|M_XX|
 */
__device__ inline double solve(const double (&m)[TRIANGLE + 1], Solved& solved) {
    double logDet = 0;
    double scale = 1;
    solved.rSquared = m[TRIANGLE - 1];
    UNROLLED for (int j = 0; j < P; j++) {
        UNROLLED for (int i = j; i < P; i++) {
            solved.l[packed(i, j, P)] = m[packed(i, j, WIDTH)];
        }
        solved.gamma[j] = m[packed(P, j, WIDTH)];
    }
    UNROLLED for (int j = 0; j < P; j++) {
        double pivot = sqrt(solved.l[packed(j, j, P)]);
        double inverse = 1 / pivot;
        solved.l[packed(j, j, P)] = inverse;
        scale *= pivot;
        if (WM_REML && (j % DETERMINANTS_PER_LOGARITHM == DETERMINANTS_PER_LOGARITHM - 1 || j == P - 1)) {
            logDet += 2 * log(scale);
            scale = 1;
        }
        solved.gamma[j] *= inverse;
        solved.rSquared -= solved.gamma[j] * solved.gamma[j];
        UNROLLED for (int i = j + 1; i < P; i++) {
            solved.l[packed(i, j, P)] *= inverse;
        }
        UNROLLED for (int k = j + 1; k < P; k++) {
            UNROLLED for (int i = k; i < P; i++) {
                solved.l[packed(i, k, P)] -= solved.l[packed(i, j, P)] * solved.l[packed(k, j, P)];
            }
            solved.gamma[k] -= solved.l[packed(k, j, P)] * solved.gamma[j];
        }
    }
    UNROLLED for (int j = P - 1; j >= 0; j--) {
        UNROLLED for (int i = j + 1; i < P; i++) {
            solved.gamma[j] -= solved.l[packed(i, j, P)] * solved.gamma[i];
        }
        solved.gamma[j] *= solved.l[packed(j, j, P)];
    }
    return logDet;
}

/** L^-1 of the factor that solve() leaves, packed. */
__device__ inline void invertFactor(const Solved& solved, double (&inverse)[SOME_TRIANGLE]) {
    UNROLLED for (int j = 0; j < P; j++) {
        inverse[packed(j, j, P)] = solved.l[packed(j, j, P)];
        UNROLLED for (int i = j + 1; i < P; i++) {
            double entry = 0;
            UNROLLED for (int r = j; r < i; r++) {
                entry -= solved.l[packed(i, r, P)] * inverse[packed(r, j, P)];
            }
            inverse[packed(i, j, P)] = entry * solved.l[packed(i, i, P)];
        }
    }
}

/** The weights of the gradient, (nu/r^2) ss', s = (-gamma, 1), plus M_XX^-1 under REML: C on the diagonal and 2C below it. */
__device__ inline void weights(const Solved& solved, double (&c)[TRIANGLE]) {
    double inverse[SOME_TRIANGLE];
    if (WM_REML) {
        invertFactor(solved, inverse);
    }
    double scale = solved.degrees / solved.rSquared;
    UNROLLED for (int j = 0; j < P; j++) {
        UNROLLED for (int i = j; i < P; i++) {
            double entry = scale * solved.gamma[j] * solved.gamma[i];
            if (WM_REML) {
                UNROLLED for (int r = i; r < P; r++) {
                    entry += inverse[packed(r, i, P)] * inverse[packed(r, j, P)];
                }
            }
            c[packed(i, j, WIDTH)] = i > j ? 2 * entry : entry;
        }
        c[packed(P, j, WIDTH)] = -2 * scale * solved.gamma[j];
    }
    c[TRIANGLE - 1] = scale;
}

/**
 * The criterion at x, +infinity where there is none.
 *
 * design    in
 * response  in   statistics of the replicate
 * x         in   X
 * gradient  out  X
 * solved    out
 * turn      in/out  see teamSum
 */
__device__ inline double evaluate(const Design& design, const Response& response, const double (&x)[X], double (&gradient)[X],
                                  Solved& solved, int& turn) {
    double lambda[Q * Q];
    double v[Q * Q];
    double k[PAIRS];
    lambdaOf(x, lambda);

    double m[TRIANGLE + 1]; // and log|A|
    UNROLLED for (int j = 0; j < WIDTH; j++) {
        UNROLLED for (int i = j; i < WIDTH; i++) {
#if WM_COPIES
            double entry = response.at(design.xy + packed(i, j, WIDTH));
#else
            double entry = i == P ? response.at(design.xy + j) : __ldg(design.xx + packed(i, j, P));
#endif
            m[packed(i, j, WIDTH)] = teamRank() == 0 ? entry : 0;
        }
    }
    double logDet = 0;
    double determinant = 1;
    int pending = 0;
    for (int cl = teamRank(); cl < design.classes; cl += TEAM) {
        const int* row = design.classInts + cl * CLASS_INTS;
        int entry = row[1];
        double pivots = factor(design.g + cl * Q * Q, lambda, v, k);
        if (!WM_COPIES && row[2] == 1) {
            determinant *= pivots;
            if (++pending == DETERMINANTS_PER_LOGARITHM) {
                logDet += 2 * log(determinant);
                determinant = 1;
                pending = 0;
            }
        } else {
            logDet += 2 * sizeOf(response, entry, row[2]) * log(pivots);
        }
        if (row[0]) {
            UNROLLED for (int j = 0; j < WIDTH; j++) {
                UNROLLED for (int i = j; i < WIDTH; i++) {
                    double sum = m[packed(i, j, WIDTH)];
                    UNROLLED for (int pair = 0; pair < PAIRS; pair++) {
                        sum -= k[pair] * sumOf(design, response, cl, entry, pair, i, j);
                    }
                    m[packed(i, j, WIDTH)] = sum;
                }
            }
        } else {
            subtractLevels(design, response, entry, row[2], row[3], v, m);
        }
    }
    m[TRIANGLE] = pending > 0 ? logDet + 2 * log(determinant) : logDet;
    teamSum(m, turn);

#if WM_COPIES
    solved.degrees = response.at(design.xy + TRIANGLE);
    double constant = response.at(design.xy + TRIANGLE + 1);
#else
    solved.degrees = design.degrees;
    double constant = design.constant;
#endif
    double value = m[TRIANGLE] + solve(m, solved) + constant;
    double c[TRIANGLE];
    weights(solved, c);

    double n[PAIRS];
    UNROLLED for (int e = 0; e < PAIRS; e++) {
        n[e] = 0;
    }
    for (int cl = teamRank(); cl < design.classes; cl += TEAM) {
        const int* row = design.classInts + cl * CLASS_INTS;
        const double* g = design.g + cl * Q * Q;
        int entry = row[1];
        factor(g, lambda, v, k); // again: keeping K of every class costs more than these few operations
        double quadratic[Q * Q];
        UNROLLED for (int e = 0; e < Q * Q; e++) {
            quadratic[e] = 0;
        }
        if (row[0]) {
            UNROLLED for (int i = 0; i < Q; i++) {
                UNROLLED for (int j = i; j < Q; j++) {
                    double sum = 0;
                    UNROLLED for (int s = 0; s < WIDTH; s++) {
                        UNROLLED for (int r = s; r < WIDTH; r++) {
                            sum += sumOf(design, response, cl, entry, pairOf(i, j, Q), r, s) * c[packed(r, s, WIDTH)];
                        }
                    }
                    quadratic[j + i * Q] = i == j ? sum : 0.5 * sum;
                }
            }
        } else {
            weighLevels(design, response, entry, row[2], row[3], c, quadratic);
        }
        UNROLLED for (int j = 0; j < Q; j++) {
            UNROLLED for (int i = j + 1; i < Q; i++) {
                quadratic[j + i * Q] = quadratic[i + j * Q];
            }
        }
        double residual[Q * Q]; // I - GK
        double inner[Q * Q];    // JG - Q(I - KG)
        UNROLLED for (int j = 0; j < Q; j++) {
            UNROLLED for (int i = 0; i < Q; i++) {
                double sum = i == j ? 1 : 0;
                UNROLLED for (int r = 0; r < Q; r++) {
                    sum -= g[i + r * Q] * k[r < j ? pairOf(r, j, Q) : pairOf(j, r, Q)];
                }
                residual[i + j * Q] = sum;
            }
        }
        double size = sizeOf(response, entry, row[2]);
        UNROLLED for (int j = 0; j < Q; j++) {
            UNROLLED for (int i = 0; i < Q; i++) {
                double sum = size * g[i + j * Q];
                UNROLLED for (int r = 0; r < Q; r++) {
                    sum -= quadratic[i + r * Q] * residual[j + r * Q];
                }
                inner[i + j * Q] = sum;
            }
        }
        UNROLLED for (int i = 0; i < Q; i++) {
            UNROLLED for (int j = i; j < Q; j++) {
                double sum = n[pairOf(i, j, Q)];
                UNROLLED for (int r = 0; r < Q; r++) {
                    sum += residual[i + r * Q] * inner[r + j * Q];
                }
                n[pairOf(i, j, Q)] = sum;
            }
        }
    }
    teamSum(n, turn);
    UNROLLED for (int j = 0; j < Q; j++) {
        UNROLLED for (int i = j; i < Q; i++) {
            int e = parameterOf(i, j);
            if (e >= 0) {
                double sum = 0;
                UNROLLED for (int r = j; r < Q; r++) {
                    sum += n[i < r ? pairOf(i, r, Q) : pairOf(r, i, Q)] * lambda[r + j * Q];
                }
                gradient[e] = 2 * sum;
            }
        }
    }
    value += solved.degrees * log(solved.rSquared);
    return solved.rSquared > 0 && isBelowInfinity(value) ? value : infinity();
}
