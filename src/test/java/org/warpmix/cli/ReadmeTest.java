package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.ReadmeExample;

/** The README shows what is the case. */
class ReadmeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fit examples/sleepstudy.csv \"Reaction ~ Days + (Days | Subject)\"",
                "anova examples/sleepstudy.csv \"Reaction ~ Days + (Days | Subject)\" --df kenward-roger",
                "bootstrap examples/sleepstudy.csv \"Reaction ~ Days + (Days | Subject)\" --replicates 100000 --seed 1",
                "permute examples/sleepstudy.csv \"Reaction ~ Days + (Days | Subject)\" --term Days --replicates 9999"
                        + " --seed 1",
                "power examples/sleepstudy.csv \"Reaction ~ Days + (Days | Subject)\" --term Days --effect 5,10"
                        + " --groups 6,12,18 --replicates 10000",
                "many examples/erp.csv \"~ condition + (1 | subject) + (1 | item)\" --responses \"t*\" --permute 999 --term condition",
            })
    void showsWhatTheCommandPrints(String command) throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        int start = readme.indexOf("$ ./warpmix " + command + "\n");
        assertTrue(start > 0, "README.md does not show " + command);
        String shown = readme.substring(readme.indexOf('\n', start) + 1, readme.indexOf("\n```", start) + 1);
        Cli.Result result = Cli.run(Cli.words(command).toArray(new String[0]));
        assertEquals(withoutCounts(result.out()), withoutCounts(shown));
    }

    /** How the search went may change with each improvement of it; what it found may not. */
    private static String withoutCounts(String output) {
        return output.replaceAll("after \\d+ evaluations; largest gradient [0-9.e-]+", "after …");
    }

    @Test
    void showsTheJavaThatCompiles() throws IOException {
        String source = Files.readString(Path.of("src/test/java/org/warpmix/ReadmeExample.java"));
        String shown = source.substring(source.indexOf("// README: begin\n") + "// README: begin\n".length());
        assertTrue(Files.readString(Path.of("README.md")).contains("```java\n" + shown + "```"));
    }

    @Test
    void showsJavaThatRuns() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            ReadmeExample.main(new String[0]);
        } finally {
            System.setOut(before);
        }
        List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("10.467", lines.get(0).substring(0, 6));
        assertEquals("5.922", lines.get(1).substring(0, 5));
        assertEquals("true []", lines.get(2));
        assertTrue(lines.get(3).matches("7\\.42975\\d* to 13\\.51292\\d*"), lines.get(3));
    }
}
