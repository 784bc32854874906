package org.warpmix.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of kernels with all that decides what it compiles to.
 *
 * @param file its name
 * @param texts by name: the file and the headers that it includes
 * @param defines macros, in order of their names
 * @param architecture ten times the compute capability
 */
record Source(String file, Map<String, String> texts, Map<String, String> defines, int architecture) {

    private static final Pattern INCLUDE = Pattern.compile("(?m)^\\s*#\\s*include\\s*\"([^\"]+)\"");

    /** A file of the jar's folder native. */
    static Source of(String file, Map<String, String> defines, int architecture) {
        Map<String, String> texts = new LinkedHashMap<>();
        collect(file, texts);
        return new Source(file, texts, new TreeMap<>(defines), architecture);
    }

    private static void collect(String name, Map<String, String> texts) {
        if (texts.containsKey(name)) {
            return;
        }
        String text;
        try (InputStream resource = Source.class.getResourceAsStream("native/" + name)) {
            if (resource == null) {
                throw new IllegalStateException("the jar has no native/" + name);
            }
            text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        texts.put(name, text);
        Matcher include = INCLUDE.matcher(text);
        while (include.find()) {
            collect(include.group(1), texts);
        }
    }

    /** Options of a compiler: the standard and the macros. */
    List<String> options() {
        List<String> options = new java.util.ArrayList<>(List.of("--std=c++17"));
        defines.forEach((name, value) -> options.add("-D" + name + "=" + value));
        return options;
    }

    /**
     * SHA-256 of all of it.
     *
     * @param compiler what else decides, such as the compiler's version
     */
    String key(String compiler) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(
                    (compiler + "\0sm_" + architecture + "\0" + options() + "\0").getBytes(StandardCharsets.UTF_8));
            texts.forEach((name, text) -> digest.update((name + "\0" + text + "\0").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    @Override
    public String toString() {
        return file + " " + defines + " for sm_" + architecture;
    }
}
