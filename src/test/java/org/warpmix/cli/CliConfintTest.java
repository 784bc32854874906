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

/** {@code warpmix confint}: intervals by either method. */
class CliConfintTest {

    @Test
    void waldIsThatOfFit() throws IOException {
        Object fit =
                Cli.run("fit", SLEEP, SLOPES, "--level", "0.9", "--json", "-").json();
        Object wald = Cli.run("confint", SLEEP, SLOPES, "--method", "wald", "--level", "0.9", "--json", "-")
                .json();
        assertEquals(2, ((List<?>) at(wald, "parameters")).size());
        Object days = CliBootstrapTest.parameter(wald, "beta.Days");
        assertEquals(number(fit, "fixed", 1, "ciLow"), number(days, "wald", "lower"), 1e-12);
        assertEquals(number(fit, "fixed", 1, "ciHigh"), number(days, "wald", "upper"), 1e-12);
        String text = Cli.run("confint", SLEEP, SLOPES, "--method", "wald").out();
        assertTrue(text.contains("\nbeta.Days           10.467    7.206   13.729\n"), text);
    }

    @Test
    void profileIsTheDefault() throws IOException {
        String text = Cli.run("confint", SLEEP, SLOPES).out();
        assertTrue(text.contains("\nsd.Subject.Days                  5.717    3.801    8.753\n"), text);
        assertTrue(text.contains("refit by ML"), text);
        assertEquals(
                text, Cli.run("confint", SLEEP, SLOPES, "--method", "profile").out());
        Object json = Cli.run(
                        "confint", SLEEP, SLOPES, "--parm", "sigma,sd.Subject.Days", "--level", "0.9", "--json", "-")
                .json();
        assertEquals(2, ((List<?>) at(json, "parameters")).size());
        Object sigma = CliBootstrapTest.parameter(json, "sigma");
        assertEquals("crossed", at(sigma, "profile", "lowerEnd"));
        List<?> values = (List<?>) at(sigma, "values");
        List<?> zeta = (List<?>) at(sigma, "zeta");
        assertEquals(values.size(), zeta.size());
        assertEquals(0.0, number(sigma, "zeta", values.indexOf(at(sigma, "estimate"))));
    }

    @Test
    void boundaryIsTold() {
        String text = Cli.run("confint", "examples/Pastes.csv", "strength ~ 1 + (1 | batch/cask)", "--ml")
                .out();
        assertTrue(
                text.replace("\n  ", " ")
                        .contains("Note: sd.batch.(Intercept): the profile reaches the edge of its range, 0, within the"
                                + " level, so that the data do not rule it out. The upper limit stands alone: one-sided at"
                                + " 97.5%."),
                text);
    }

    @Test
    void bootstrapIsThatOfBootstrap() throws IOException {
        String[] options = {"--seed", "3", "--replicates", "200", "--json", "-"};
        assertEquals(
                CliBootstrapTest.bootstrap(options).out(),
                Cli.run(
                                "confint",
                                SLEEP,
                                SLOPES,
                                "--method",
                                "bootstrap",
                                "--seed",
                                "3",
                                "--replicates",
                                "200",
                                "--json",
                                "-")
                        .out());
        String text = Cli.run("confint", SLEEP, SLOPES, "--method", "bootstrap").out();
        assertTrue(text.contains("\nIntervals, percentile:\n"), text);
        assertTrue(text.contains("\n2000 replicates: "), text);
        assertTrue(!text.contains("Bias"), text);
    }
}
