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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code warpmix diagnose}. */
class CliDiagnoseTest {

    private static final String DATA = "src/test/resources/data/";

    @TempDir
    Path folder;

    @Test
    void whatStandsOutComesFirst() {
        Cli.Result result = Cli.run("diagnose", SLEEP, SLOPES);
        assertEquals(0, result.code(), result.err());
        String text = result.out();
        assertTrue(
                text.contains("309        10   0.149  (Intercept)  +0.40  +2.6%  Subject.(Intercept)   -8.7%"), text);
        assertTrue(text.contains("\nNone moves a fixed effect by a standard error"), text);
        assertTrue(text.contains("\n60      -4.57     0.293   0.0464 "), text);
        assertTrue(text.contains("\n! The residuals are not normal (skewness -0.01, excess kurtosis 7.57)"), text);
        assertFalse(text.contains("NaN"), text);
        assertTrue(text.contains("The conclusions at 5% hold."), text);
        assertTrue(text.indexOf("Most influential levels of Subject:") < text.indexOf("Rows that stand out:"), text);
        assertFalse(Cli.run("diagnose", SLEEP, SLOPES, "--by", "group").out().contains("Rows that stand out"));
        assertFalse(Cli.run("diagnose", SLEEP, SLOPES, "--by", "row").out().contains("Most influential levels"));
    }

    @Test
    void aSingularFitIsExplainedFirst() {
        String text = Cli.run("diagnose", DATA + "Dyestuff2.csv", "Yield ~ 1 + (1 | Batch)", "--by", "row")
                .out();
        assertTrue(
                text.lines().toList().get(4).startsWith("Singular: In (1 | Batch) the intercept does not vary"), text);
    }

    @Test
    void aGroupThatCarriesTheConclusion() throws IOException {
        StringBuilder rows = new StringBuilder("y,x,g");
        double[] noise = {0.3, -0.2, 0.1, -0.4, 0.25, -0.05, 0.15, -0.15};
        for (int g = 0; g < 8; g++) {
            for (int i = 0; i < 8; i++) {
                double y = noise[(3 * g + i) % 8] + 0.2 * g % 1 + (g == 7 ? 1.5 * (i - 3.5) : 0);
                rows.append('\n')
                        .append(y)
                        .append(',')
                        .append(i - 3.5)
                        .append(",g")
                        .append(g);
            }
        }
        String data = Cli.file(folder, "one.csv", rows.toString());
        String text =
                Cli.run("diagnose", data, "y ~ x + (1 | g)", "--by", "group").out();
        assertTrue(text.contains("\n! Without g g7 x changes whether it is significant at 5%.\n"), text);
        assertTrue(text.contains("Check these data against their source"), text);
        assertTrue(text.contains("x is significant at 5% by one standard error and not by the other"), text);
    }

    @Test
    void jsonHasTheData() throws IOException {
        Object groups = Cli.run("diagnose", SLEEP, SLOPES, "--by", "group", "--json", "-")
                .json();
        assertEquals("309", at(groups, "groups", "without", 1, "label"));
        assertEquals(0.14852, number(groups, "groups", "without", 1, "cook"), 1e-4);
        assertEquals(254.1316, number(groups, "groups", "without", 1, "estimates", "beta.(Intercept)"), 1e-3);
        assertEquals(25.5918, number(groups, "groups", "estimates", "sigma"), 1e-3);
        assertEquals("CR2", at(groups, "robust", "type"));
        assertEquals(true, at(groups, "robust", "fixed", 1, "agrees"));
        assertEquals(2.52525, number(groups, "residuals", "normality", "andersonDarling"), 1e-4);
        assertEquals(4.51096, number(groups, "residuals", "variance", 0, "chisq"), 1e-4);
        assertEquals(180, ((List<?>) at(groups, "residuals", "quantiles", "sample")).size());
        assertEquals("Days", at(groups, "randomEffects", 1, "term"));
        Object rows =
                Cli.run("diagnose", SLEEP, SLOPES, "--by", "row", "--json", "-").json();
        assertEquals(0.229304, number(rows, "rows", "leverage", 0), 1e-5);
        assertEquals(180, ((List<?>) at(rows, "rows", "dfbetas", "Days")).size());
        assertEquals("60", at(rows, "refittedRows", "without", 0, "label"));
    }

    @Test
    void rowsAsAFile() throws IOException {
        String out = folder.resolve("rows.csv").toString();
        assertEquals(
                0,
                Cli.run("diagnose", SLEEP, SLOPES, "--by", "row", "--quiet", "--out", out)
                        .code());
        List<String> lines = Files.readAllLines(Path.of(out));
        assertEquals(
                "row,fitted,residual,pearson,scaled,standardised,marginal,marginalStandardised,leverage,cook,"
                        + "dfbetas.(Intercept),dfbetas.Days",
                lines.get(0));
        assertEquals(181, lines.size());
        assertTrue(lines.get(60).startsWith("60,"), lines.get(60));
        Cli.Result again = Cli.run("diagnose", SLEEP, SLOPES, "--out", out);
        assertEquals(2, again.code());
        assertEquals(
                "warpmix: --out: " + out + " exists. Let --overwrite replace it. Try 'warpmix diagnose --help'.\n",
                again.err());
    }

    @Test
    void wrongRequests() {
        String help = " Try 'warpmix diagnose --help'.\n";
        assertEquals(
                "warpmix: --by: there is no 'groups'. Did you mean 'group'?" + help,
                Cli.run("diagnose", SLEEP, SLOPES, "--by", "groups").err());
        assertEquals(
                "warpmix: --factor is for groups, and --by row looks at rows only." + help,
                Cli.run("diagnose", SLEEP, SLOPES, "--by", "row", "--factor", "Subject")
                        .err());
        assertEquals(
                "warpmix: The model has no grouping factor Sbject, only Subject.\n",
                Cli.run("diagnose", SLEEP, SLOPES, "--factor", "Sbject").err());
        assertEquals(
                "warpmix: rows.txt: rows are written as CSV or Parquet. End the file's name in .csv or .parquet.\n",
                Cli.run("diagnose", SLEEP, SLOPES, "--out", "rows.txt").err());
    }

    @Test
    void crossedFactorsHaveNoIndependentLevels() {
        String text = Cli.run(
                        "diagnose",
                        DATA + "Penicillin.csv",
                        "diameter ~ 1 + (1 | plate) + (1 | sample)",
                        "--by",
                        "group",
                        "--factor",
                        "plate")
                .out();
        assertTrue(text.contains("Most influential levels of plate:"), text);
        assertTrue(text.contains("No robust standard errors: the grouping factors are crossed"), text);
    }
}
