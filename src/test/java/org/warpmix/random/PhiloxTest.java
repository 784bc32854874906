package org.warpmix.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The generator gives the words that its authors publish (Random123, kat_vectors). */
class PhiloxTest {

    @Test
    void knownAnswers() {
        check(0, 0, 0, 0, 0xe169c58d_6627e8d5L, 0x9b00dbd8_bc57ac4cL);
        check(-1, -1, -1, -1, 0x41c83b0e_408f276dL, 0x6d5451fd_a20bc7c6L);
        check( // digits of pi
                0x299f31d0_a4093822L,
                0x243f6a88,
                0x85a308d3,
                0x03707344_13198a2eL,
                0x94fdcceb_d16cfe09L,
                0x24126ea1_5001e420L);
    }

    private static void check(long seed, int block, int stream, long replicate, long first, long second) {
        long[] even = new long[5];
        long[] odd = new long[5];
        Philox.numbers(seed, block, stream, replicate, 1, even, odd);
        assertEquals(Long.toHexString(first), Long.toHexString(even[0]));
        assertEquals(Long.toHexString(second), Long.toHexString(odd[0]));
        Philox.numbers(seed, block, stream, replicate - 3, 5, even, odd);
        assertEquals(first, even[3], "among others");
        assertEquals(second, odd[3], "among others");
    }
}
