package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;
import static org.warpmix.cli.JsonValues.at;
import static org.warpmix.cli.JsonValues.number;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several files at once, and {@code --stream}: what was read once and not kept. */
class CliStreamTest {

    private static final String NOTE = "\nRows:    read once, piece by piece, and not kept\n";

    @TempDir
    Path folder;

    private String parts;

    @BeforeEach
    void split() throws IOException {
        List<String> lines = Files.readAllLines(Path.of(SLEEP));
        for (int part = 0; part < 3; part++) {
            String text = lines.get(0) + "\n" + String.join("\n", lines.subList(1 + 60 * part, 61 + 60 * part)) + "\n";
            Files.writeString(folder.resolve("part-" + part + ".csv"), text);
        }
        parts = folder + "/part-*.csv";
    }

    @Test
    void aPattern() throws IOException {
        Cli.Result text = Cli.run("fit", parts, SLOPES, "--ranef");
        assertEquals(0, text.code(), text.err());
        assertTrue(text.out().contains(NOTE), text.out());
        assertFalse(text.out().contains("Scaled residuals"), text.out());
        assertTrue(text.out().contains("\nObservations: 180; groups: Subject 18\n"), text.out());
        String[] options = {"--df", "kenward-roger", "--json", "-"};
        Object expected = Cli.run(words("fit", SLEEP, options)).json();
        Object actual = Cli.run(words("fit", parts, options)).json();
        assertEquals(false, at(actual, "rowsKept"));
        assertEquals(true, at(expected, "rowsKept"));
        assertEquals(number(expected, "criterion"), number(actual, "criterion"), 1e-7);
        for (String field : List.of("estimate", "se", "df", "p")) {
            double value = number(expected, "fixed", 1, field);
            assertEquals(value, number(actual, "fixed", 1, field), 1e-6 * value, field);
        }
    }

    @Test
    void theOtherCommands() throws IOException {
        for (String[] options : List.<String[]>of(
                new String[] {"confint", "--parm", "sd.Subject.Days"},
                new String[] {"confint", "--method", "wald"},
                new String[] {"anova"},
                new String[] {"icc", "--replicates", "0"})) {
            String[] rest = List.of(options).subList(1, options.length).toArray(new String[0]);
            Cli.Result memory = Cli.run(words(options[0], SLEEP, rest));
            Cli.Result stream = Cli.run(words(options[0], parts, rest));
            assertEquals(0, stream.code(), stream.err());
            String told = stream.out().replace(NOTE.substring(1), "").replace(parts, SLEEP);
            String numbers = memory.out().replaceAll("(?s)\nCorrelation of two rows.*", "");
            assertEquals(numbers.strip(), told.strip(), options[0]);
        }
    }

    @Test
    void parametricBootstrap() {
        Cli.Result stream = Cli.run(words("bootstrap", parts, "--replicates", "20"));
        assertEquals(0, stream.code(), stream.err());
        assertTrue(stream.out().contains("\n20 replicates: all converged"), stream.out());
    }

    @Test
    void predictsNewRows() throws IOException {
        String[] options = {"--newdata", SLEEP, "--json", "-"};
        Object memory = Cli.run(words("predict", SLEEP, options)).json();
        Object stream = Cli.run(words("predict", parts, options)).json();
        assertEquals(number(memory, "fitted", 179), number(stream, "fitted", 179), 1e-6);
    }

    @Test
    void whatNeedsTheRows() {
        assertRefused(
                "--fitted lists rows, and these data are read once and not kept. Name one file, in memory."
                        + " Try 'warpmix fit --help'.",
                "fit",
                parts,
                "--fitted");
        assertRefused(
                "This needs the rows of the table, and those of several files are read once and not kept. Name one file.",
                "pooling",
                parts);
        assertRefused(
                "This needs the rows of the table, and those of a table read with --stream are read once and not kept. Name one"
                        + " file, without --stream.",
                "pooling",
                SLEEP,
                "--stream");
        assertRefused(
                "A diagnosis cannot be had from a table that was read piece by piece: its rows were not kept. Fit one file, or a"
                        + " part of the data, in memory.",
                "diagnose",
                parts);
        assertRefused(
                "A bootstrap other than the parametric one cannot be had from a table that was read piece by piece: its rows were"
                        + " not kept. Fit one file, or a part of the data, in memory.",
                "bootstrap",
                parts,
                "--replicates",
                "10",
                "--type",
                "cases");
        assertRefused(
                "No file matches '" + folder + "/x*.csv'. The folder " + folder + " has none of that form.",
                "fit",
                folder + "/x*.csv");
    }

    private static void assertRefused(String message, String command, String data, String... options) {
        Cli.Result result = Cli.run(words(command, data, options));
        assertEquals(2, result.code());
        assertEquals("warpmix: " + message + "\n", result.err());
    }

    private static String[] words(String command, String data, String... options) {
        String[] words = new String[3 + options.length];
        words[0] = command;
        words[1] = data;
        words[2] = SLOPES;
        System.arraycopy(options, 0, words, 3, options.length);
        return words;
    }
}
