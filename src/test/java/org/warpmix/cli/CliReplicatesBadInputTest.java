package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What wrong requests of {@code bootstrap}, {@code permute} and {@code confint} are told, in one line each. */
class CliReplicatesBadInputTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "--seed 1; how many replicates? Say --replicates 10000, for example.",
                "--replicates 0; --replicates: expected a whole number from 1 to 1000000000, not '0'.",
                "--replicates 1e4; --replicates: expected a whole number from 1 to 1000000000, not '1e4'.",
                "--replicates 9 --seed 9223372036854775808; --seed: expected a whole number from"
                        + " -9223372036854775808 to 9223372036854775807, not '9223372036854775808'.",
                "--replicates 9 --seed x; --seed: expected a whole number from -9223372036854775808 to"
                        + " 9223372036854775807, not 'x'.",
                "--replicate 0; --replicate: expected a whole number from 1 to 1000000000, not '0'.",
                "--replicate 3 --out x.csv; --out is for a whole run, --replicate fits one of it. Leave out either.",
                "--replicates 9 --level 95; --level: expected a number between 0 and 1, e.g. 0.95.",
                "--replicates 9 --type residul; --type: there is no 'residul'. Did you mean 'residual'?",
                "--replicates 9 --interval bca,norml; --interval: there is no 'norml'. Did you mean 'normal'?",
                "--replicates 9 --backend referenc; --backend: unknown backend 'referenc'. Did you mean 'reference'?",
            })
    void bootstrap(String options, String message) {
        assertWrong(message + " Try 'warpmix bootstrap --help'.", "bootstrap", options);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "--replicates 9; which term is to be tested? Say --term x, for example. Try 'warpmix permute --help'.",
                "--replicates 9 --term Days --scheme signflip; --scheme: there is no 'signflip'. Did you mean"
                        + " 'sign-flip'? Try 'warpmix permute --help'.",
                "--replicates 9 --term Days --scheme whole-groups; Permuting by whole-groups cannot test Days: it is the"
                        + " same in all that is exchanged, so every replicate has the statistic observed. Permute by"
                        + " sign-flip.",
                "--replicates 9 --term (Intercept); Permuting by freedman-lane cannot test (Intercept): it is the same"
                        + " in all that is exchanged, so every replicate has the statistic observed. Permute by"
                        + " sign-flip.",
                "--replicates 9 --term (Intercept) --scheme within-groups; Permuting by within-groups cannot test"
                        + " (Intercept): it is the same in all that is exchanged, so every replicate has the statistic"
                        + " observed. Permute by sign-flip.",
                "--replicates 9 --term days; No fixed-effects term or coefficient 'days'. Did you mean 'Days'?",
            })
    void permute(String options, String message) {
        assertWrong(message, "permute", options);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "--seed 1; --seed is for --method bootstrap.",
                "--method profil; --method: unknown method 'profil'. Did you mean 'profile'?",
                "--method wald --parm sigma; --parm is for --method profile.",
                "--parm sigma,bta.Days; --parm: no parameter 'bta.Days'. Did you mean 'beta.Days'?",
                "--level 2; --level: expected a number between 0 and 1, e.g. 0.95.",
                "--theta 1,0,1; The criterion was evaluated at a theta that was given",
                "--method wald --robust CR1; --robust is for --method cluster-robust.",
                "--method bootstrap --cluster Subject; --cluster is for --method cluster-robust.",
                "--method cluster-robust --seed 1; --seed is for --method bootstrap.",
                "--method cluster-robust --robust CR3; --robust: there is no 'CR3'. Did you mean 'CR2', 'CR1' or 'CR0'?",
                "--method bootstrp; --method: unknown method 'bootstrp'. Did you mean 'bootstrap'?",
                "--method wald --replicates 9; --replicates is for --method bootstrap.",
                "--method wald --out x.csv; --out is for --method bootstrap.",
            })
    void confint(String options, String message) {
        Cli.Result result = run("confint", options);
        assertEquals(2, result.code());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().startsWith("warpmix: " + message), result.err());
    }

    @Test
    void outputFiles() throws IOException {
        String file = Cli.file(folder, "old.csv", "kept");
        String help = " Try 'warpmix bootstrap --help'.";
        assertWrong(
                "--out: " + file + " exists. Let --overwrite replace it." + help,
                "bootstrap",
                "--replicates 9 --out " + file);
        assertWrong(
                folder + "/no/x.csv cannot be written: there is no folder " + folder + "/no.",
                "bootstrap",
                "--replicates 9 --out " + folder + "/no/x.csv");
        assertWrong(
                "'" + folder + "' is a folder. Name a file to write.", "bootstrap", "--replicates 9 --out " + folder);
        assertWrong(
                folder + "/x.json: rows are written as CSV or Parquet. End the file's name in .csv or .parquet.",
                "bootstrap",
                "--replicates 9 --out " + folder + "/x.json");
    }

    @Test
    void fullDisk() throws IOException {
        Path device = Path.of("/dev/full");
        assumeTrue(Files.exists(device), "there is no device that is full");
        Path file = Files.createSymbolicLink(folder.resolve("full.csv"), device);
        Cli.Result result = run("bootstrap", "--replicates 9 --overwrite --out " + file);
        assertEquals(1, result.code());
        assertEquals(
                "warpmix: " + file + ": writing failed (No space left on device). The file has the first 0 rows; what"
                        + " came after is lost.",
                result.err().strip());
        assertEquals("", result.out());
        Files.delete(file);
    }

    @Test
    void intervalsThatTheDesignDoesNotAllow() throws IOException {
        Path file = folder.resolve("none.csv");
        Cli.Result result = Cli.run(
                "bootstrap",
                "examples/Penicillin.csv",
                "diameter ~ 1 + (1 | plate) + (1 | sample)",
                "--interval",
                "percentile,bca",
                "--replicates",
                "9",
                "--out",
                file.toString());
        assertEquals(2, result.code(), result.out());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains("plate and sample"), result.err());
        assertTrue(!Files.exists(file), "told after the run");
    }

    @Test
    void schemeThatTheDesignDoesNotAllow() {
        Cli.Result result = Cli.run(
                "permute",
                "examples/Penicillin.csv",
                "diameter ~ 1 + (1 | plate) + (1 | sample)",
                "--term",
                "(Intercept)",
                "--scheme",
                "sign-flip",
                "--replicates",
                "9");
        assertEquals(2, result.code(), result.out());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains("plate and sample are crossed"), result.err());
    }

    private static Cli.Result run(String command, String options) {
        List<String> arguments = new ArrayList<>(List.of(command, SLEEP, SLOPES));
        arguments.addAll(Arrays.asList(options.split(" ")));
        return Cli.run(arguments.toArray(new String[0]));
    }

    private static void assertWrong(String message, String command, String options) {
        Cli.Result result = run(command, options);
        assertEquals("warpmix: " + message, result.err().strip());
        assertEquals(2, result.code());
        assertEquals("", result.out());
    }
}
