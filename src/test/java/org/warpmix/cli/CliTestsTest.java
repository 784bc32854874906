package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;
import static org.warpmix.cli.JsonValues.at;
import static org.warpmix.cli.JsonValues.number;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code fit --df}, {@code anova} and {@code emmeans}; lmerTest 3.1-3, pbkrtest 0.5.2 and emmeans 1.8.4-1 have the values. */
class CliTestsTest {

    private static final String OATS = "src/test/resources/data/Oats.csv";
    private static final String NESTED = "yield ~ nitro * Variety + (1 | Block/Variety)";

    @Test
    void fitBySatterthwaite() throws IOException {
        String text = Cli.run("fit", SLEEP, SLOPES, "--df", "satterthwaite").out();
        assertTrue(text.contains("\nDays           10.467      1.546   6.771  17.0  3.26e-06\n"), text);
        assertTrue(text.contains("\ndf: Satterthwaite's.\n"), text);
        Object json = Cli.run("fit", SLEEP, SLOPES, "--df", "satterthwaite", "--json", "-")
                .json();
        assertEquals("satterthwaite", at(json, "dfMethod"));
        assertEquals(17, number(json, "fixed", 1, "df"), 1e-5);
    }

    @Test
    void fitByKenwardRogerRefits() throws IOException {
        String text =
                Cli.run("fit", SLEEP, SLOPES, "--ml", "--df", "kenward-roger").out();
        assertTrue(text.contains("\ndf and standard errors: Kenward and Roger's, for small samples.\nNote: "), text);
        Object json = Cli.run("fit", SLEEP, SLOPES, "--ml", "--df", "kenward-roger", "--json", "-")
                .json();
        assertEquals("ML", at(json, "method"));
        assertEquals(1, ((List<?>) at(json, "warnings")).size());
        assertEquals(1.5458, number(json, "fixed", 1, "se"), 1e-4);
        assertEquals(number(json, "fixed", 1, "se"), Math.sqrt(number(json, "vcov", 1, 1)), 1e-12);
    }

    @Test
    void anova() throws IOException {
        String text = Cli.run("anova", OATS, NESTED, "--df", "kenward-roger").out();
        assertTrue(text.contains("\nVariety          655.5    327.76      2   21.6    1.942     0.168\n"), text);
        Object json =
                Cli.run("anova", OATS, NESTED, "--type", "2", "--json", "-").json();
        assertEquals("II", at(json, "type"));
        assertEquals("satterthwaite", at(json, "dfMethod"));
        assertEquals("nitro", at(json, "terms", 0, "term"));
        assertEquals(2, number(json, "terms", 2, "numDf"));
        assertEquals(51, number(json, "terms", 2, "denDf"), 1e-4);
        assertTrue(Cli.run("anova", SLEEP, "Reaction ~ 1 + (1 | Subject)")
                .out()
                .endsWith("\nThe fixed effects have no terms to test.\n"));
    }

    @Test
    void marginalMeans() throws IOException {
        String text = Cli.run("emmeans", OATS, NESTED, "--factor", "Variety").out();
        assertTrue(text.contains("\nGolden Rain  104.500      7.798  8.9  86.821  122.179\n"), text);
        assertTrue(text.contains("\nGolden Rain - Marvellous      -5.292      7.079  10.0  -0.748  0.742\n"), text);
        assertTrue(
                text.contains("\nMeans: the model's predictions without random effects, nitro at its mean.\n"), text);
        assertTrue(text.contains("\np: Tukey's, for all pairs of 3 means at once.\n"), text);
        Object json = Cli.run("emmeans", OATS, NESTED, "--factor", "Variety", "--adjust", "none", "--json", "-")
                .json();
        assertEquals("none", at(json, "adjust"));
        assertEquals(List.of("Golden Rain"), at(json, "pairs", 0, "first"));
        assertEquals(-0.747526, number(json, "pairs", 0, "t"), 1e-5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "emmeans | --factor Days | The fixed effects have no factor 'Days'. They have none; factor(…) in the formula makes a numeric column one.",
                "emmeans | --adjust holm | which factor? --factor F names a column whose levels to compare. Try 'warpmix emmeans --help'.",
                "emmeans | --factor Days --adjust hom | --adjust: there is no 'hom'. Did you mean 'holm'? Try 'warpmix emmeans --help'.",
                "anova | --type 4 | --type: expected a whole number from 1 to 3, not '4'. Try 'warpmix anova --help'.",
                "anova | --df none | --df: there is no 'none'. Known names: 'satterthwaite', 'kenward-roger', 'residual'. Try 'warpmix anova --help'."
            })
    void wrongRequests(String command, String options, String message) {
        String[] given = options.split(" ");
        String[] arguments = new String[3 + given.length];
        arguments[0] = command;
        arguments[1] = SLEEP;
        arguments[2] = SLOPES;
        System.arraycopy(given, 0, arguments, 3, given.length);
        Cli.Result result = Cli.run(arguments);
        assertEquals(2, result.code());
        assertEquals("warpmix: " + message + "\n", result.err());
    }
}
