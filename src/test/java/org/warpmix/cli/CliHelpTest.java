package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Help: within 80 columns, and its example works. */
class CliHelpTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fit",
                "anova",
                "emmeans",
                "predict",
                "bootstrap",
                "permute",
                "confint",
                "simulate",
                "power",
                "many",
                "icc",
                "pooling",
                "diagnose",
                "devices"
            })
    void endsWithAnExampleThatWorks(String command) {
        Cli.Result help = command.isEmpty() ? Cli.run("--help") : Cli.run(command, "--help");
        assertEquals(0, help.code());
        assertEquals("", help.err());
        assertTrue(help.out().lines().allMatch(line -> line.length() <= 80), help.out());
        String example = help.out().substring(help.out().indexOf("Example:") + "Example:".length());
        List<String> words = Cli.words(example);
        assertEquals("warpmix", words.get(0));
        Cli.Result result = Cli.run(words.subList(1, words.size()).toArray(new String[0]));
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().length() > 0);
    }

    /** Its example is a loop of the shell, which {@code CliLongRunTest} does. */
    @Test
    void ofMerge() {
        Cli.Result help = Cli.run("merge", "--help");
        assertEquals(0, help.code());
        assertTrue(help.out().lines().allMatch(line -> line.length() <= 80), help.out());
        assertTrue(help.out().contains("warpmix merge part-*.shard"), help.out());
    }
}
