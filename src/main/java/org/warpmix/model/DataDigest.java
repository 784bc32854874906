package org.warpmix.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over the numbers, codes and names of a model's data, each array with its length before it. */
final class DataDigest {

    private static final int BUFFER = 1 << 16;
    private static final int SHOWN = 8;

    private final MessageDigest sha;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

    private DataDigest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java has SHA-256.", e);
        }
    }

    /** Sixteen hexadecimal digits. */
    static String of(ModelData data) {
        DataDigest digest = new DataDigest();
        digest.add(data.response());
        digest.add(data.y());
        for (int j = 0; j < data.x().length; j++) {
            digest.add(data.fixedNames()[j]);
            digest.add(data.x()[j]);
        }
        for (RandomTerm term : data.terms()) {
            GroupingFactor factor = term.factor();
            digest.add(factor.name());
            digest.number(factor.levels().length);
            for (String level : factor.levels()) {
                digest.add(level);
            }
            for (int code : factor.codes()) {
                digest.number(code);
            }
            for (int j = 0; j < term.z().length; j++) {
                digest.add(term.names()[j]);
                digest.add(term.z()[j]);
            }
        }
        digest.add(data.weights());
        digest.add(data.offset());
        digest.flush();
        return HexFormat.of().formatHex(digest.sha.digest(), 0, SHOWN);
    }

    private void add(double[] numbers) {
        number(numbers == null ? -1 : numbers.length);
        for (int i = 0; numbers != null && i < numbers.length; i++) {
            number(Double.doubleToLongBits(numbers[i]));
        }
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        flush();
        sha.update(bytes);
    }

    private void number(long number) {
        if (buffer.remaining() < Long.BYTES) {
            flush();
        }
        buffer.putLong(number);
    }

    private void flush() {
        sha.update(buffer.flip());
        buffer.clear();
    }
}
