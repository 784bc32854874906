package org.warpmix.random;

import java.util.Arrays;

/**
 * The counter-based generator Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405): four 32-bit words as a
 * function of a counter and a key, without a state, so that any part of any sequence can be had anywhere.
 *
 * <p>The key is the seed, its low word first. The counter is {@code (block, stream, low word of the replicate, high word)}:
 * each replicate has 2³² streams, one for each purpose, of 2³² blocks each. The four words of a block are used as two
 * 64-bit numbers, {@code w₀ + 2³² w₁} and {@code w₂ + 2³² w₃}; so number m of a stream is in block {@code m/2}, the first of
 * the two where m is even.
 *
 * <p>One of ten rounds, all arithmetic modulo 2³² but for the two products, whose high and low words are H and L:
 * {@code (H₀,L₀) = 0xD2511F53 c₀, (H₁,L₁) = 0xCD9E8D57 c₂; c ← (H₁⊕c₁⊕k₀, L₁, H₀⊕c₃⊕k₁, L₀)}, after which
 * {@code k ← (k₀ + 0x9E3779B9, k₁ + 0xBB67AE85)}.
 */
public final class Philox {

    private static final long M0 = 0xD2511F53L;
    private static final long M1 = 0xCD9E8D57L;
    private static final int W0 = 0x9E3779B9;
    private static final int W1 = 0xBB67AE85;
    private static final long LOW = 0xFFFFFFFFL;
    private static final int ROUNDS = 10;

    private Philox() {}

    /**
     * The two numbers of a block.
     *
     * @param numbers its first two entries are overwritten
     */
    public static void block(long seed, int block, int stream, long replicate, long[] numbers) {
        long c0 = block & LOW;
        long c1 = stream & LOW;
        long c2 = replicate & LOW;
        long c3 = replicate >>> 32;
        int k0 = (int) seed;
        int k1 = (int) (seed >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = M0 * c0;
            long product1 = M1 * c2;
            c0 = product1 >>> 32 ^ c1 ^ k0 & LOW;
            c1 = product1 & LOW;
            c2 = product0 >>> 32 ^ c3 ^ k1 & LOW;
            c3 = product0 & LOW;
            k0 += W0;
            k1 += W1;
        }
        numbers[0] = c1 << 32 | c0;
        numbers[1] = c3 << 32 | c2;
    }

    /**
     * The numbers of the same block of consecutive replicates.
     *
     * @param first number of the first replicate
     * @param lanes four arrays of {@code count} or more; entry i of the first two is overwritten by the two numbers of
     *     replicate {@code first + i}, the other two are work space
     */
    public static void blocks(long seed, int block, int stream, long first, int count, long[][] lanes) {
        Arrays.fill(lanes[0], 0, count, block & LOW);
        Arrays.fill(lanes[1], 0, count, stream & LOW);
        for (int i = 0; i < count; i++) {
            lanes[2][i] = first + i & LOW;
            lanes[3][i] = first + i >>> 32;
        }
        int k0 = (int) seed;
        int k1 = (int) (seed >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            round(lanes[0], lanes[1], lanes[2], lanes[3], k0 & LOW, k1 & LOW, count);
            k0 += W0;
            k1 += W1;
        }
        join(lanes[0], lanes[1], lanes[2], lanes[3], count);
    }

    /** A round over all lanes, one loop each, which the JIT compiler turns into vector instructions. */
    private static void round(long[] c0, long[] c1, long[] c2, long[] c3, long k0, long k1, int count) {
        for (int i = 0; i < count; i++) {
            long product0 = M0 * c0[i];
            long product1 = M1 * c2[i];
            c0[i] = product1 >>> 32 ^ c1[i] ^ k0;
            c1[i] = product1 & LOW;
            c2[i] = product0 >>> 32 ^ c3[i] ^ k1;
            c3[i] = product0 & LOW;
        }
    }

    private static void join(long[] c0, long[] c1, long[] c2, long[] c3, int count) {
        for (int i = 0; i < count; i++) {
            c0[i] = c1[i] << 32 | c0[i];
            c1[i] = c3[i] << 32 | c2[i];
        }
    }
}
