package org.warpmix.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.warpmix.table.NearestNames;
import picocli.CommandLine.ParseResult;

/** Where results go: files, or standard output, which is called {@code -}. Text is UTF-8 whatever the locale. */
final class Output {

    static final String STANDARD = "-";

    private Output() {}

    /** What is to be written. */
    @FunctionalInterface
    interface Content {
        void writeTo(Writer writer) throws IOException;
    }

    /** Writes text to standard output. */
    static void text(OutputStream standard, String text) throws IOException {
        write(STANDARD, standard, writer -> writer.write(text));
    }

    /** Writes to the target of an option. */
    static void write(String target, OutputStream standard, Content content) throws IOException {
        boolean toStandard = target.equals(STANDARD);
        OutputStream out = toStandard ? standard : open(target);
        try {
            Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
            content.writeTo(writer);
            writer.flush();
        } catch (IOException e) {
            throw toStandard && isClosedPipe(e) ? e : failure(toStandard ? "standard output" : target, e);
        } finally {
            if (!toStandard) {
                out.close();
            }
        }
    }

    /**
     * Sees to it, before the work is done, that a target can be written.
     *
     * @param target of an option, or {@code null}
     * @throws IllegalArgumentException telling what is in the way
     */
    static void check(String target) {
        if (target == null || target.equals(STANDARD)) {
            return;
        }
        Path folder = Path.of(target).toAbsolutePath().getParent();
        if (Files.isDirectory(Path.of(target))) {
            throw new IllegalArgumentException(NearestNames.quote(target) + " is a folder. Name a file to write.");
        }
        if (folder != null && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(target + " cannot be written: there is no folder " + folder + ".");
        }
    }

    /** As {@link #check}, for {@code --out}: a file that exists is kept unless {@code --overwrite} is there. */
    static void checkNew(String target, ParseResult request) {
        check(target);
        if (target != null && !Usage.has(request, "--overwrite") && Files.exists(Path.of(target))) {
            throw Usage.wrong(request, "--out: " + target + " exists. Let --overwrite replace it.");
        }
    }

    /** Whether writing failed because nobody reads any more. */
    static boolean isClosedPipe(IOException e) {
        return "Broken pipe".equals(e.getMessage());
    }

    private static OutputStream open(String target) throws IOException {
        try {
            return Files.newOutputStream(Path.of(target));
        } catch (AccessDeniedException e) {
            throw new IOException(target + ": no permission to write it.", e);
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    private static IOException failure(String target, IOException e) {
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new IOException(target + ": writing failed (" + reason + ").", e);
    }
}
