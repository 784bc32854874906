package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;
import static org.warpmix.cli.JsonValues.at;
import static org.warpmix.cli.JsonValues.number;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** {@code warpmix permute}: the statistic, its p-value and the replicates. */
class CliPermuteTest {

    private static final int GROUPS = 6;

    @TempDir
    Path folder;

    @Test
    void printsPAndHowItCameAbout() {
        Cli.Result result = permute("--term", "Days", "--replicates", "199", "--seed", "2");
        assertEquals(0, result.code(), result.err());
        List<String> lines = result.out().lines().toList();
        assertEquals("Permutation test of a linear mixed model fit by REML", lines.get(0));
        assertTrue(lines.get(4).matches("Term +Scheme +Wald +As extreme +p +MC.err"), lines.get(4));
        assertTrue(lines.get(5).matches("Days +freedman-lane +45.853 +0 +0.00500 +0.0050"), lines.get(5));
        assertTrue(result.out().contains("\np = (1 + 0)/(1 + 199)"), result.out());
        assertTrue(result.out().matches("(?s).*\n199 replicates: all converged; \\d+ (is|are) singular.\n.*"));
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80), result.out());
    }

    @Test
    void walksThroughAllSignsOfFewGroups() throws IOException {
        Object json = Cli.run(
                        "permute",
                        groups(),
                        "y ~ x + (1 | g)",
                        "--term",
                        "x",
                        "--scheme",
                        "sign-flip",
                        "--replicates",
                        "1000",
                        "--json",
                        "-")
                .json();
        assertEquals(true, at(json, "exact"));
        assertEquals(1 << GROUPS, number(json, "done"));
        assertEquals(number(json, "asExtreme") / (1 << GROUPS), number(json, "p"));
        assertEquals(0, number(json, "pError"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"freedman-lane", "ter-braak", "sign-flip", "within-groups"})
    void schemes(String scheme) throws IOException {
        Object json = permute("--term", "Days", "--scheme", scheme, "--replicates", "99", "--json", "-")
                .json();
        assertEquals(scheme, at(json, "scheme"));
        assertEquals(0.01, number(json, "p"), 0.03);
    }

    @Test
    void rowsHaveTheStatistic() throws IOException {
        String file = folder.resolve("p.csv").toString();
        Object json = permute("--term", "Days", "--replicates", "99", "--out", file, "--json", "-")
                .json();
        Table rows = TableReader.withDefaults().read(file);
        assertEquals(99, rows.rows());
        assertEquals("wald", rows.names().get(rows.names().size() - 1));
        double[] wald = CliBootstrapTest.values(rows, "wald");
        int extreme = 0;
        for (double statistic : wald) {
            extreme += statistic >= number(json, "wald") ? 1 : 0;
        }
        assertEquals(number(json, "asExtreme"), extreme);
        Object one =
                permute("--term", "Days", "--replicate", "17", "--json", "-").json();
        assertEquals(CliBootstrapTest.values(rows, "sigma")[16], number(one, "parameters", "sigma"));
    }

    private String groups() throws IOException {
        Random random = new Random(5);
        List<String> lines = new ArrayList<>(List.of("y,x,g"));
        for (int g = 0; g < GROUPS; g++) {
            double level = random.nextGaussian();
            for (int i = 0; i < 5; i++) {
                double x = random.nextGaussian();
                lines.add((level + 0.3 * x + random.nextGaussian()) + "," + x + ",g" + g);
            }
        }
        return Cli.file(folder, "groups.csv", lines.toArray(new String[0]));
    }

    private static Cli.Result permute(String... options) {
        List<String> arguments = new ArrayList<>(List.of("permute", SLEEP, SLOPES));
        arguments.addAll(List.of(options));
        return Cli.run(arguments.toArray(new String[0]));
    }
}
