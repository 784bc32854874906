package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;
import static org.warpmix.cli.JsonValues.at;
import static org.warpmix.cli.JsonValues.number;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code warpmix icc}, {@code warpmix pooling} and {@code confint --method cluster-robust}. */
class CliVariationTest {

    private static final String PASTES = "examples/Pastes.csv";
    private static final String NESTED = "strength ~ 1 + (1 | batch/cask)";
    private static final String PENICILLIN = "examples/Penicillin.csv";
    private static final String CROSSED = "diameter ~ 1 + (1 | plate) + (1 | sample)";

    @TempDir
    Path folder;

    @Test
    void icc() throws IOException {
        Cli.Result text = Cli.run("icc", SLEEP, SLOPES, "--replicates", "200");
        assertEquals(0, text.code(), text.err());
        assertTrue(text.out().contains("\nFixed effects     909.0  0.279\n"), text.out());
        assertTrue(text.out().contains("\nMarginal     0.279  "), text.out());
        assertTrue(text.out().contains("\nCorrelation of two rows of one Subject, by Days:\nDays      0 "), text.out());
        assertTrue(
                text.out().contains("\nIntervals: percentile, parametric bootstrap; 200 replicates: all converged;"),
                text.out());
        assertTrue(text.out().lines().allMatch(line -> line.length() <= 80), text.out());
        Object json = Cli.run(
                        "icc", SLEEP, SLOPES, "--replicates", "200", "--seed", "7", "--level", "0.8", "--json", "-")
                .json();
        double estimate = number(json, "icc", "Subject", "adjusted", "estimate");
        assertEquals(0.7217, estimate, 1e-4);
        assertEquals(number(json, "all", "adjusted", "lower"), number(json, "icc", "Subject", "adjusted", "lower"));
        assertTrue(number(json, "icc", "Subject", "adjusted", "lower") < estimate);
        assertTrue(number(json, "icc", "Subject", "adjusted", "upper") > estimate);
        assertEquals(0.7992, number(json, "r2", "conditional", "estimate"), 1e-4);
        assertEquals(0.29994, number(json, "correlations", 0, "correlation", 0, 4), 1e-4);
        assertEquals(7, number(json, "seed"));
    }

    @Test
    void iccWithoutIntervals() throws IOException {
        String text = Cli.run("icc", PASTES, NESTED, "--replicates", "0").out();
        assertTrue(text.contains("\nAll            0.937        0.937\n"), text);
        assertTrue(text.contains("\nFixed effects    0.0000  0.000\n"), text);
        assertFalse(text.contains("bootstrap"), text);
        Object json = Cli.run("icc", PASTES, NESTED, "--replicates", "0", "--json", "-")
                .json();
        assertEquals(0.937041363696693, number(json, "all", "adjusted", "estimate"), 1e-6);
        assertFalse(((Map<?, ?>) at(json, "all", "adjusted")).containsKey("lower"));
    }

    @Test
    void clusterRobust() throws IOException {
        Cli.Result text = Cli.run("confint", SLEEP, SLOPES, "--method", "cluster-robust", "--level", "0.9");
        assertTrue(text.out().contains("\nDays           10.467      1.546     1.546   6.771  17.0  "), text.out());
        assertTrue(
                text.out().contains("\nCR2 over 18 clusters, the levels of Subject; df: Satterthwaite's"), text.out());
        Object cr2 = Cli.run("confint", SLEEP, SLOPES, "--method", "cluster-robust", "--json", "-")
                .json();
        Object cr0 = Cli.run(
                        "confint",
                        SLEEP,
                        SLOPES,
                        "--method",
                        "cluster-robust",
                        "--robust",
                        "cr0",
                        "--cluster",
                        "Subject",
                        "--json",
                        "-")
                .json();
        double se = number(cr2, "parameters", 1, "se");
        assertEquals(Math.sqrt(17 / 18.0), number(cr0, "parameters", 1, "se") / se, 1e-6);
        assertEquals(se * se, number(cr2, "vcov", 1, 1), 1e-12);
        assertEquals(
                number(cr2, "parameters", 1, "estimate") - 2.109815577833317 * se,
                number(cr2, "parameters", 1, "cluster-robust", "lower"),
                1e-6);
        assertEquals("CR0", at(cr0, "type"));
    }

    @Test
    void clusterOfAColumn() throws IOException {
        Object json = Cli.run(
                        "confint",
                        PASTES,
                        "strength ~ 1 + (1 | sample)",
                        "--method",
                        "cluster-robust",
                        "--cluster",
                        "batch",
                        "--json",
                        "-")
                .json();
        assertEquals(10, number(json, "clusters"));
        assertEquals("batch", at(json, "cluster"));
    }

    @Test
    void wrongClusters() {
        assertWrong(
                "Cluster-robust standard errors need independent clusters, but the grouping factors plate and sample are"
                        + " crossed: their levels tie all rows together. Name a column in whose levels they are nested"
                        + " (--cluster), or take a bootstrap.",
                "confint",
                PENICILLIN,
                CROSSED,
                "--method",
                "cluster-robust");
        assertWrong(
                "No column 'plat'. Did you mean 'plate'?",
                "confint",
                PENICILLIN,
                CROSSED,
                "--method",
                "cluster-robust",
                "--cluster",
                "plat");
        assertWrong(
                "The model has no grouping factor 'Sample'. Did you mean 'sample'?",
                "pooling",
                PENICILLIN,
                CROSSED,
                "--factor",
                "Sample");
        assertWrong(
                "--replicates: expected a whole number from 1 to 1000000000, not '-1'. Try 'warpmix icc --help'.",
                "icc",
                SLEEP,
                SLOPES,
                "--replicates",
                "-1");
    }

    private static void assertWrong(String message, String... arguments) {
        Cli.Result result = Cli.run(arguments);
        assertEquals("warpmix: " + message + "\n", result.err());
        assertEquals(2, result.code());
    }

    @Test
    void pooling() throws IOException {
        String text = Cli.run("pooling", SLEEP, SLOPES).out();
        assertTrue(text.contains("\nDays          10.467      1.238     1.546  1.56     0.00   10.467  1.546\n"), text);
        assertTrue(text.contains("\n308      10      21.765  2.818   19.666  2.336      0.151\n"), text);
        assertFalse(text.contains("Within and between"), text);
        Object json = Cli.run("pooling", SLEEP, SLOPES, "--json", "-").json();
        assertEquals("308", at(json, "groups", 0, "level"));
        assertEquals(21.7647, number(json, "groups", 0, "Days", "separate"), 1e-4);
        assertEquals(19.6662, number(json, "groups", 0, "Days", "partial"), 1e-4);
        assertEquals(1.2382, number(json, "fixed", 1, "olsStatedSe"), 1e-4);
        assertEquals(List.of(), at(json, "withinBetween"));
    }

    @Test
    void oppositeSignsAreTold() throws IOException {
        List<String> lines = new ArrayList<>(List.of("y,x,school"));
        for (int i = 0; i < 300; i++) {
            int school = i / 4;
            double own = i % 4 - 1.5;
            lines.add(school * 2 - own + 0.3 * Math.sin(7.0 * i) + "," + (school + own) + ",s" + (100 + school));
        }
        lines.add("5,5,alone");
        String data = Cli.file(folder, "schools.csv", lines.toArray(new String[0]));
        String text = Cli.run("pooling", data, "y ~ x + (x | school)").out();
        assertTrue(
                text.contains("\nWarning: Within one school, y falls with x; from school to school it rises with"),
                text);
        assertTrue(text.contains("(the ecological"), text);
        assertTrue(text.contains("\n... 16 more; --all lists them, --json has them.\n"), text);
        assertTrue(text.contains("\n- : 1 of 76 levels of school have no estimate of their own:"), text);
        String all = Cli.run("pooling", data, "y ~ x + (x | school)", "--all").out();
        assertTrue(all.contains("\ns174 ") && !all.contains("... 16 more"), all);
        Object json =
                Cli.run("pooling", data, "y ~ x + (x | school)", "--json", "-").json();
        assertEquals(-1, number(json, "withinBetween", 0, "within"), 0.1);
        assertTrue(number(json, "withinBetween", 0, "between") > 1.9);
        assertTrue(((String) at(json, "warnings", 0)).contains("ecological fallacy"));
        assertNull(at(json, "groups", 0, "x", "separate"));
        assertEquals("alone", at(json, "groups", 0, "level"));
    }
}
