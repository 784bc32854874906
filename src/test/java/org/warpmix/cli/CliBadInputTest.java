package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
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

/** What a wrong request is told: one line that names the culprit, and exit code 2. */
class CliBadInputTest {

    @TempDir
    Path folder;

    @Test
    void unknownColumnWithTheNearest() {
        assertWrong("No column 'Dayz'. Did you mean 'Days'?", SLEEP, "Reaction ~ Dayz + (1 | Subject)");
        assertWrong("No column 'subjects'. Did you mean 'Subject'?", SLEEP, "Reaction ~ Days + (1 | subjects)");
        assertWrong("No column 'wt'. Known names: 'Reaction', 'Days', 'Subject'.", SLEEP, SLOPES, "--weights", "wt");
        assertWrong("No column 'days'. Did you mean 'Days'?", SLEEP, SLOPES, "--offset", "days");
    }

    @Test
    void formulaWithACaret() {
        Cli.Result result = Cli.run("fit", SLEEP, "Reaction ~ Days + (Days | Subject");
        assertEquals(2, result.code());
        assertEquals(
                List.of(
                        "warpmix: The formula ends here, expected an operator or the ')' for the '(' at character 19.",
                        "  Reaction ~ Days + (Days | Subject",
                        "                                   ^"),
                result.err().lines().toList());
        assertEquals("", result.out());
    }

    @Test
    void formulaWithoutARandomTerm() {
        Cli.Result result = Cli.run("fit", SLEEP, "Reaction ~ Days");
        assertEquals(2, result.code());
        assertTrue(result.err().startsWith("warpmix: The formula has no random term, such as (1 | group)."));
    }

    @Test
    void response() throws IOException {
        String data = Cli.file(folder, "r.csv", "y,k,x,g", "a,1,1,u", "b,1,2,u", "c,1,4,v", "a,1,3,v", "b,1,7,w");
        assertWrong(
                "The response 'y' is a factor (levels 'a', 'b', 'c'); a linear mixed model needs numbers.",
                data,
                "y ~ x + (1 | g)");
        assertWrong("The response k is 1 in all 5 rows used. There is nothing to model.", data, "k ~ x + (1 | g)");
        String commas = Cli.file(folder, "commas.csv", "y;x;g", "1,5;1;u", "2,5;2;u", "2,75;4;v", "3,5;3;v", "0,5;7;w");
        assertWrong(
                "The response 'y' is a factor (levels '0,5', '1,5', '2,5', '2,75', …); a linear mixed model needs numbers."
                        + " Write decimal points, not commas.",
                commas,
                "y ~ x + (1 | g)");
    }

    @Test
    void responseThatTheFixedEffectsReproduce() throws IOException {
        String data = Cli.file(folder, "e.csv", "y,x,g", "2,1,u", "4,2,u", "8,4,v", "6,3,v", "14,7,w");
        assertWrong(
                "The fixed effects reproduce the response y to its last digit: nothing is left for random effects and"
                        + " residual. Is a predictor a copy of it?",
                data,
                "y ~ x + (1 | g)");
    }

    @Test
    void groupingFactor() throws IOException {
        String data = Cli.file(folder, "g.csv", "y,one,each", "2,a,1", "4.1,a,2", "8,a,3", "6,a,4");
        assertWrong(
                "Grouping factor 'one' has one level, 'a', in the 4 rows used; a random term needs at least two.",
                data,
                "y ~ 1 + (1 | one)");
        assertWrong(
                "Grouping factor 'each' has 4 levels for 4 observations, so its variance and sigma cannot be told"
                        + " apart. Group by a column whose levels have several rows.",
                data,
                "y ~ 1 + (1 | each)");
    }

    @Test
    void missingThroughout() throws IOException {
        String data = Cli.file(folder, "m.csv", "y,x,g", "2,NA,a", "NA,1,a", "3,,b", "NA,2,b");
        assertWrong(
                "Each of the 4 rows has a missing value in something that the model uses: y in 2, x in 2.",
                data,
                "y ~ x + (1 | g)");
    }

    @Test
    void infiniteValue() throws IOException {
        String data = Cli.file(folder, "i.csv", "y,x,g", "2,1,a", "4,Inf,a", "3,2,b", "5,0,b");
        assertWrong("x is infinite in row 2. Finite numbers are expected.", data, "y ~ x + (1 | g)");
        assertWrong(
                "log(x) is minus infinity in row 4, where x is 0. Finite numbers are expected.",
                Cli.file(folder, "z.csv", "y,x,g", "2,1,a", "4,3,a", "3,2,b", "5,0,b"),
                "y ~ log(x) + (1 | g)");
    }

    @Test
    void negativeWeight() throws IOException {
        String data = Cli.file(folder, "w.csv", "y,w,g", "2,1,a", "4,-1,a", "3,2,b", "5,1,b");
        assertWrong(
                "The weight in row 2 is -1 (column 'w'). Weights are positive and finite; a row of weight zero is left"
                        + " out.",
                data,
                "y ~ 1 + (1 | g)",
                "--weights",
                "w");
    }

    @Test
    void files() throws IOException {
        assertWrong(
                "No file 'examples/sleepstudi.csv'. Did you mean 'sleepstudy.csv'?", "examples/sleepstudi.csv", SLOPES);
        assertWrong("examples is a folder. Name a file in it.", "examples", SLOPES);
        Path empty = Files.createFile(folder.resolve("empty.csv"));
        assertWrong(empty + " is empty. Expected a header line and rows.", empty.toString(), SLOPES);
        String header = Cli.file(folder, "header.csv", "Reaction,Days,Subject");
        assertWrong(header + " has a header but no rows.", header, SLOPES);
    }

    @Test
    void raggedLine() throws IOException {
        String data = Cli.file(folder, "ragged.csv", "y,x,g", "2,1,a", "4,3", "3,2,b");
        Cli.Result result = assertWrong(null, data, "y ~ x + (1 | g)");
        assertTrue(result.err().contains("line 3"), result.err());
    }

    @Test
    void unreadableFile() throws IOException {
        Path secret = Files.createFile(folder.resolve("secret.csv"));
        assumeFalse(!secret.toFile().setReadable(false) || Files.isReadable(secret), "the superuser reads everything");
        assertWrong(secret + ": no permission to read it.", secret.toString(), SLOPES);
    }

    @Test
    void namesThatNeedBackticks() throws IOException {
        String name = "my \"x\"; DROP TABLE t --'";
        String quoted = '"' + name.replace("\"", "\"\"") + '"';
        String data = Cli.file(folder, "n.csv", "y," + quoted + ",g", "2,1,a", "4,3,a", "3,2,b", "5,1,b", "1,4,b");
        assertEquals(0, Cli.run("fit", data, "y ~ `" + name + "` + (1 | g)").code());
        assertWrong(
                "No column 'my \"x\"; DROP TABLE t'. Did you mean 'my \"x\"; DROP TABLE t --''?",
                data,
                "y ~ `my \"x\"; DROP TABLE t` + (1 | g)");
        assertEquals(2, Cli.run("fit", data, "y ~ " + name + " + (1 | g)").code());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--wieghts w; no option '--wieghts'. Did you mean '--weights'?",
                "--dfs=none; no option '--dfs'. Did you mean '--df'?",
                "--df residal; --df: there is no 'residal'. Did you mean 'residual'?",
                "--backend cuda; --backend cuda: a GPU takes the dense part of models with crossed grouping factors, and this"
                        + " one has one factor or none. Leave it out.",
                "--backend cup; --backend: unknown backend 'cup'. Did you mean 'cpu'?",
                "--threads 0; --threads: expected a whole number from 1 to 1024.",
                "--threads many; --threads: 'many' is not a finite number.",
                "--level 95; --level: expected a number between 0 and 1, e.g. 0.95.",
                "--level 0.9 --df none; --level: intervals need degrees of freedom, and --df is none.",
                "--theta 1,x,0; --theta: 'x' is not a finite number.",
                "--theta 1,0,1 --start 1,0,1; --start is where a search begins, and with --theta there is none.",
                "--contrasts Days; --contrasts: 'Days' is not of the form COL=NAME, e.g. f=sum.",
                "--weights; Missing required parameter for option '--weights' (COL).",
                "--ml --ml; option '--ml' should be specified only once.",
                "more; one argument too many, 'more'. Formulas need quotes around them: \"y ~ x + (1 | g)\".",
            })
    void options(String options, String message) {
        List<String> arguments = new ArrayList<>(List.of(SLEEP, SLOPES));
        arguments.addAll(Arrays.asList(options.split(" ")));
        assertWrong(message + " Try 'warpmix fit --help'.", arguments.toArray(new String[0]));
    }

    @Test
    void thetaOfTheWrongLength() {
        String message = "Theta has 2 entries, the model has 3: Subject.(Intercept), Subject.Days.(Intercept),"
                + " Subject.Days.";
        assertWrong(message, SLEEP, SLOPES, "--theta", "1,0");
        assertWrong(message, SLEEP, SLOPES, "--start", "1,0");
    }

    @Test
    void thetaOutOfReach() {
        assertWrong(
                "The criterion cannot be evaluated at theta [1.0E300, 0.0, 1.0E300]. Theta is relative to sigma: take"
                        + " entries of ordinary size.",
                SLEEP,
                SLOPES,
                "--theta",
                "1e300,0,1e300");
    }

    @Test
    void contrasts() {
        assertWrong("Unknown contrast 'sums'. Did you mean 'sum'?", SLEEP, SLOPES, "--contrasts", "Subject=sums");
        assertWrong(
                "Contrasts for 'Days', which is no factor of the model's terms. Write factor(Days) in the formula to"
                        + " make it one.",
                SLEEP,
                SLOPES,
                "--contrasts",
                "Days=sum");
    }

    @Test
    void commands() {
        assertLine(
                "no command given: fit, anova, emmeans, predict, bootstrap, permute, confint, simulate, power, many, merge, icc,"
                        + " pooling, diagnose, devices. Try 'warpmix --help'.",
                Cli.run());
        assertLine("no command 'fti'. Did you mean 'fit'? Try 'warpmix --help'.", Cli.run("fti"));
        assertLine("no option '--verison'. Did you mean '--version'? Try 'warpmix --help'.", Cli.run("--verison"));
        assertLine("Missing required parameters: 'DATA', 'FORMULA'. Try 'warpmix fit --help'.", Cli.run("fit"));
    }

    @Test
    void targets() {
        assertWrong(
                folder + "/no/fit.json cannot be written: there is no folder " + folder + "/no.",
                SLEEP,
                SLOPES,
                "--json",
                folder + "/no/fit.json");
        assertWrong("'" + folder + "' is a folder. Name a file to write.", SLEEP, SLOPES, "--json", folder.toString());
    }

    private static Cli.Result assertWrong(String message, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "fit";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return assertLine(message, Cli.run(all));
    }

    private static Cli.Result assertLine(String message, Cli.Result result) {
        List<String> lines = result.err().lines().toList();
        assertEquals(1, lines.size(), result.err());
        assertTrue(lines.get(0).startsWith("warpmix: "), result.err());
        if (message != null) {
            assertEquals("warpmix: " + message, lines.get(0));
        }
        assertEquals(2, result.code());
        assertEquals("", result.out());
        return result;
    }
}
