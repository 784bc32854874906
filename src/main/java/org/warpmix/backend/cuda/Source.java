package org.warpmix.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of kernels with all that decides what it compiles to.
 *
 * @param file its name
 * @param texts by name: the file and the headers that it includes
 * @param defines values of macros by name
 * @param architecture ten times the compute capability
 */
record Source(String file, NavigableMap<String, String> texts, NavigableMap<String, String> defines, int architecture) {

    private static final Pattern INCLUDE = Pattern.compile("(?m)^\\s*#\\s*include\\s*\"([^\"]+)\"");

    /** A file of the jar's folder native. */
    static Source of(String file, Map<String, String> defines, int architecture) {
        NavigableMap<String, String> texts = new TreeMap<>();
        collect(file, texts);
        return new Source(file, texts, new TreeMap<>(defines), architecture);
    }

    private static void collect(String name, Map<String, String> texts) {
        if (texts.containsKey(name)) {
            return;
        }
        try (InputStream resource = Source.class.getResourceAsStream("native/" + name)) {
            if (resource == null) {
                throw new IllegalStateException("the jar has no native/" + name);
            }
            texts.put(name, new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Matcher include = INCLUDE.matcher(texts.get(name));
        while (include.find()) {
            collect(include.group(1), texts);
        }
    }

    /** What compilers are told: the language and the macros. */
    List<String> options() {
        List<String> options = new ArrayList<>(List.of("--std=c++17"));
        defines.forEach((name, value) -> options.add("-D" + name + "=" + value));
        return options;
    }

    /**
     * What its machine code is kept under: the SHA-256 of some lines, which {@code native/images.sh} writes, too, namely
     * the compiler, the architecture, the options, and the checksums as {@code sha256sum} prints them.
     */
    String key(String compiler) {
        StringBuilder lines =
                new StringBuilder(compiler).append("\nsm_").append(architecture).append('\n');
        options().forEach(option -> lines.append(option).append('\n'));
        texts.forEach((name, text) -> lines.append(sha256(text.getBytes(StandardCharsets.UTF_8)))
                .append("  ")
                .append(name)
                .append('\n'));
        return sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(digest().digest(content));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    @Override
    public String toString() {
        return file + " " + defines + " for sm_" + architecture;
    }
}
