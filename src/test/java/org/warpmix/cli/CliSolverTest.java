package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.JsonValues.at;
import static org.warpmix.cli.JsonValues.number;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code warpmix fit --solver}. */
class CliSolverTest {

    private static final String CROSSED = "y ~ 1 + (1 | a) + (1 | b)";

    @TempDir
    Path folder;

    private String data;

    @BeforeEach
    void write() throws IOException {
        String[] lines = new String[301];
        lines[0] = "a,b,y";
        for (int i = 1; i < lines.length; i++) {
            int a = i * 7 % 41;
            int b = i * i % 37;
            lines[i] = "a" + a + ",b" + b + "," + (a % 5 + b % 7 + i * 31 % 17 / 4.0);
        }
        data = Cli.file(folder, "crossed.csv", lines);
    }

    @Test
    void tellsWhatTheIterativeSolverMayMiss() throws IOException {
        Cli.Result result = Cli.run("fit", data, CROSSED, "--solver", "iterative", "--probes", "50", "--ranef");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("Iterative solver: 50 probes, "), result.out());
        assertTrue(result.out().contains("theta a.(Intercept)"), result.out());
        assertTrue(!result.out().contains("cond.SD"), result.out());
    }

    @Test
    void jsonHasTheErrors() throws IOException {
        Object exact = Cli.run("fit", data, CROSSED, "--json", "-").json();
        Object json = Cli.run("fit", data, CROSSED, "--solver", "iterative", "--json", "-")
                .json();
        assertEquals(32, number(json, "iterative", "probes"));
        double error = number(json, "iterative", "criterionError");
        assertEquals(number(exact, "criterion"), number(json, "criterion"), error);
        for (int e = 0; e < 2; e++) {
            assertEquals(
                    number(exact, "theta", e), number(json, "theta", e), number(json, "iterative", "thetaErrors", e));
        }
        assertEquals(
                number(exact, "fixed", 0, "estimate"),
                number(json, "fixed", 0, "estimate"),
                number(json, "iterative", "fixedErrors", 0));
        assertEquals(null, at(exact, "iterative"));
    }

    @Test
    void wrongRequests() {
        assertTrue(Cli.run("fit", data, CROSSED, "--probes", "50").err().contains("--solver iterative"));
        assertTrue(Cli.run("fit", data, CROSSED, "--solver", "iterativ").err().contains("iterative"));
        Cli.Result one = Cli.run("fit", data, "y ~ 1 + (1 | a)", "--solver", "iterative");
        assertEquals(2, one.code());
        assertTrue(one.err().contains("two and more grouping factors"), one.err());
        assertEquals(
                2,
                Cli.run("fit", data, CROSSED, "--solver", "iterative", "--probes", "3")
                        .code());
    }
}
