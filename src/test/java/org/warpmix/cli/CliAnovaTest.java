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

/** {@code warpmix anova} of several models: tables, notices, JSON and wrong requests. */
class CliAnovaTest {

    private static final String INTERCEPTS = "Reaction ~ Days + (1 | Subject)";
    private static final String NOTHING = "Reaction ~ 1 + (1 | Subject)";

    @Test
    void tables() {
        String text = Cli.run("anova", SLEEP, SLOPES, INTERCEPTS, "--ml").out();
        assertTrue(text.contains("fit by maximum likelihood\n"), text);
        assertTrue(text.contains("\n1         4  1802.079  1802.307  1814.850  -897.0393  1794.079\n"), text);
        assertTrue(text.contains("\n2         6  1763.939  1764.425  1783.097  -875.9697  1751.939\n"), text);
        assertTrue(text.contains("\n2 vs 1  42.139   2  7.07e-10    3.96e-10\n"), text);
        assertTrue(text.contains("half\n  chi-squared with 1, half with 2"), text);
    }

    @Test
    void refitIsTold() {
        String text = Cli.run("anova", SLEEP, NOTHING, INTERCEPTS).out();
        assertTrue(text.contains("\nRefitted by ML (instead of REML): "), text);
        assertTrue(!text.contains("mixture"), text);
        text = Cli.run("anova", SLEEP, SLOPES, INTERCEPTS).out();
        assertTrue(text.contains("\nCompared by REML, which is right as the fixed effects are the same;"), text);
    }

    @Test
    void bootstrapInJson() throws IOException {
        String[] command = {
            "anova",
            SLEEP,
            NOTHING,
            INTERCEPTS,
            SLOPES,
            "--boot",
            "300",
            "--seed",
            "4",
            "--backend",
            "cpu",
            "--json",
            "-"
        };
        Object json = Cli.run(command).json();
        assertEquals(true, at(json, "refitted"));
        assertEquals(3, ((List<?>) at(json, "models")).size());
        assertEquals(1763.9393444632, number(json, "models", 2, "aic"), 1e-6);
        assertEquals(42.139298542028, number(json, "tests", 1, "chisq"), 1e-6);
        assertEquals(0, number(json, "tests", 0, "variancesTested"));
        assertEquals(1, number(json, "tests", 1, "variancesTested"));
        assertEquals(1.0 / 301, number(json, "tests", 1, "bootstrap", "p"), 1e-15);
        assertEquals(300, number(json, "tests", 0, "bootstrap", "converged"));
        String text = Cli.run("anova", SLEEP, NOTHING, INTERCEPTS, "--boot", "50", "--threads", "1")
                .out();
        assertTrue(text.contains("\nParametric bootstrap     "), text);
        assertTrue(text.contains("\n50 replicates: all converged. Seed 1.\n"), text);
    }

    @Test
    void exactRestricted() throws IOException {
        String[] command = {"anova", "examples/Pastes.csv", "strength ~ 1 + (1 | batch)", "--rlrt"};
        String text = Cli.run(command).out();
        assertTrue(text.contains("\nbatch.(Intercept)  8.5837  0.0"), text);
        Object json = Cli.run(
                        "anova",
                        "examples/Pastes.csv",
                        "strength ~ 1 + (1 | batch)",
                        "--rlrt",
                        "--boot",
                        "200",
                        "--json",
                        "-")
                .json();
        assertEquals(8.5837, number(json, "rlrt"), 1e-4); // RLRsim 3.1-8
        assertEquals(200, number(json, "replicates"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Reaction ~ Days + (1 | Subject) --rlrt; --rlrt tests the one variance of one model.",
                "Reaction ~ Days + (1 | Subject) --theta 1,0,1; --theta is for one model; models that are compared are",
                "Reaction ~ Dys + (1 | Subject); No column 'Dys'. Did you mean 'Days'?",
                "log(Reaction) ~ Days + (1 | Subject); The models have different responses",
                "Reaction ~ Days + (1 | Subject) --boot 0; --boot: expected a whole number from 1",
            })
    void wrong(String further, String message) {
        int option = further.indexOf(" --");
        String formula = option < 0 ? further : further.substring(0, option);
        String[] options =
                option < 0 ? new String[0] : further.substring(option + 1).split(" ");
        String[] command = new String[4 + options.length];
        System.arraycopy(new String[] {"anova", SLEEP, SLOPES, formula}, 0, command, 0, 4);
        System.arraycopy(options, 0, command, 4, options.length);
        Cli.Result result = Cli.run(command);
        assertEquals(2, result.code());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains(message), result.err());
    }
}
