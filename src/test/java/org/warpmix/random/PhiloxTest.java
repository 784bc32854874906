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
        long[] numbers = new long[2];
        Philox.block(seed, block, stream, replicate, numbers);
        assertEquals(Long.toHexString(first), Long.toHexString(numbers[0]));
        assertEquals(Long.toHexString(second), Long.toHexString(numbers[1]));
        long[][] lanes = new long[4][5];
        Philox.blocks(seed, block, stream, replicate - 3, 5, lanes);
        assertEquals(first, lanes[0][3], "among others");
        assertEquals(second, lanes[1][3], "among others");
    }
}
