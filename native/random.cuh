// Random variates, the same as those of org.warpmix.random: the generator to the bit, variates within rounding.
#pragma once
#include "warpmix.cuh"

/** The two 64-bit numbers of a block of Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405). */
struct Numbers {
    u64 first;
    u64 second;
};

/**
 * A block of random numbers.
 *
 * seed       the key, its low word first
 * block      number of the block within its stream
 * stream     what the numbers are for
 * replicate  whose they are
 */
__device__ inline Numbers philox(u64 seed, u32 block, u32 stream, u64 replicate) {
    u32 c0 = block;
    u32 c1 = stream;
    u32 c2 = (u32)replicate;
    u32 c3 = (u32)(replicate >> 32);
    u32 k0 = (u32)seed;
    u32 k1 = (u32)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        u32 high0 = __umulhi(0xD2511F53u, c0);
        u32 low0 = 0xD2511F53u * c0;
        u32 high1 = __umulhi(0xCD9E8D57u, c2);
        u32 low1 = 0xCD9E8D57u * c2;
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {(u64)c1 << 32 | c0, (u64)c3 << 32 | c2};
}

/** The number in (0, 1) that 64 random bits stand for: an odd multiple of 2^-53. */
__device__ inline double uniformOf(u64 x) { return (double)(x >> 11 | 1) * 0x1p-53; }

/** Logarithm of a normal positive number; the polynomial of org.warpmix.random.Elementary. */
__device__ inline double logarithm(double u) {
    const long long rootHalf = 0x3fe6a09e667f3bcdLL;
    const long long one = 0x3ff0000000000000LL;
    long long bits = __double_as_longlong(u) + (one - rootHalf);
    double e = (double)((bits >> 52) - 1023);
    double f = __longlong_as_double((bits & 0x000fffffffffffffLL) + rootHalf) - 1;
    double s = f / (2 + f);
    double z = s * s;
    double r = 0x1.39fe606542ddep-3 + z * 0x1.2b584aae78a57p-3;
    r = 0x1.c71c62e5800a1p-3 + z * (0x1.7462b4ab2ef6bp-3 + z * r);
    r = 0x1.5555555555558p-1 + z * (0x1.99999999952e2p-2 + z * (0x1.2492492df148dp-2 + z * r));
    return e * 0x1.62e42fefap-1 + (f - (s * (f - z * r) - e * 0x1.cf79abc9e3b3ap-40));
}

/** sin(pi f / 2) for |f| <= 1/2. */
__device__ inline double sineOf(double f) {
    double w = f * f;
    double r = 0x1.50783208843ebp-13 + w * (-0x1.e3027dea82bd7p-19 + w * 0x1.e4a9d9166f052p-25);
    r = -0x1.4abbce625be52p-1 + w * (0x1.466bc6775a476p-4 + w * (-0x1.32d2cce500387p-8 + w * r));
    return f * (1.5707963267948966 + w * r);
}

/** cos(pi f / 2) for |f| <= 1/2. */
__device__ inline double cosineOf(double f) {
    double w = f * f;
    double r = -0x1.a6d1eef479be1p-16 + w * (0x1.f9ce245cada0bp-22 + w * -0x1.b2f3eb054afcdp-28);
    r = 0x1.03c1f081b5ac0p-2 + w * (-0x1.55d3c7e3cb241p-6 + w * (0x1.e1f5068688d5bp-11 + w * r));
    return 1 + w * (-0x1.3bd3cc9be45dep+0 + w * r);
}

/** The variates of one replicate, in the order of org.warpmix.random.VariateLanes. */
struct Variates {
    u64 seed;
    u64 replicate;
    u32 normals;    // how many of stream 0 were taken
    u32 chiSquares; // how many were drawn
    double spare;
    double spareUniform;

    __device__ Variates(u64 seed, u64 replicate)
        : seed(seed), replicate(replicate), normals(0), chiSquares(0), spare(0), spareUniform(0) {}

    /** Box and Muller's pair from block number `block` of a stream. */
    __device__ double pairOfNormals(u32 block, u32 stream, double& second) const {
        return transformed(philox(seed, block, stream, replicate), second);
    }

    __device__ static double transformed(Numbers x, double& second) {
        double radius = sqrt(-2 * logarithm(uniformOf(x.first)));
        double turn = 4 * uniformOf(x.second);
        double quarter = floor(turn);
        double f = turn - quarter - 0.5;
        double c = cosineOf(f);
        double s = sineOf(f);
        double quarterC = fabs(quarter - 2) - 1;
        double quarterS = 1 - fabs(quarter - 1);
        second = radius * (quarterS * c + quarterC * s);
        return radius * (quarterC * c - quarterS * s);
    }

    /** The next standard normal. */
    __device__ double normal() {
        u32 number = normals++;
        return (number & 1) == 0 ? pairOfNormals(number >> 1, 0, spare) : spare;
    }

    /** The next chi-square with df degrees of freedom, a whole number. */
    __device__ double chiSquare(int df) {
        if (df == 0) {
            return 0;
        }
        double z = normal();
        if (df == 1) {
            return z * z;
        }
        double u;
        if ((chiSquares & 1) == 0) {
            Numbers x = philox(seed, chiSquares >> 1, 1, replicate);
            u = uniformOf(x.first);
            spareUniform = uniformOf(x.second);
        } else {
            u = spareUniform;
        }
        u32 number = chiSquares++;
        double d = df / 2.0 - 1.0 / 3;
        double root = 1 + 1 / sqrt(9 * d) * z;
        double v = root * root * root;
        double square = z * z;
        bool quick = u < 1 - 0.0331 * (square * square);
        return quick || (v > 0 && accepted(z, v, u, d)) ? 2 * d * v : chiSquareAgain(df, 2 + number);
    }

    /** Whether Marsaglia and Tsang accept v = (1 + cz)^3 > 0 with a uniform u. */
    __device__ static bool accepted(double z, double v, double u, double d) {
        return logarithm(u) < 0.5 * z * z + d * (1 - v + logarithm(v));
    }

    /** A chi-square, df >= 2, drawn attempt by attempt from a stream of its own: after a first attempt was rejected. */
    __device__ __noinline__ double chiSquareAgain(int df, u32 stream) const {
        double d = df / 2.0 - 1.0 / 3;
        double c = 1 / sqrt(9 * d);
        Sequence next{seed, replicate, stream, 0, {0, 0}};
        double kept = 0;
        for (bool hasKept = false;; hasKept = !hasKept) {
            double z = kept;
            if (!hasKept) {
                Numbers x;
                x.first = next.number();
                x.second = next.number();
                z = transformed(x, kept);
            }
            double root = 1 + c * z;
            double v = root * root * root;
            if (v > 0 && accepted(z, v, uniformOf(next.number()), d)) {
                return 2 * d * v;
            }
        }
    }

private:
    /** The numbers of a stream one after the other. */
    struct Sequence {
        u64 seed;
        u64 replicate;
        u32 stream;
        u32 taken;
        Numbers block;

        __device__ u64 number() {
            if ((taken & 1) == 0) {
                block = philox(seed, taken >> 1, stream, replicate);
            }
            return (taken++ & 1) == 0 ? block.first : block.second;
        }
    };
};
