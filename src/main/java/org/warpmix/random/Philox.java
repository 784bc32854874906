package org.warpmix.random;

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
     * The two numbers of a block, for consecutive replicates.
     *
     * @param first number of the first replicate
     * @param even overwritten: entry i by the first number of replicate {@code first + i}, for {@code i < count}
     * @param odd overwritten likewise by the second numbers
     */
    public static void numbers(long seed, int block, int stream, long first, int count, long[] even, long[] odd) {
        for (int i = 0; i < count; i++) {
            long replicate = first + i;
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
            even[i] = c1 << 32 | c0;
            odd[i] = c3 << 32 | c2;
        }
    }
}
