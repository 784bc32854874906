package org.warpmix.inference.effects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** The sandwich against its published formulas, row by row in matrices of order n. */
class ClusterRobustTest {

    private static final double CLOSE = 1e-8;
    private static final int MOST_ROWS = 180;

    /** The first rows of a file, few enough for matrices of their order. */
    private static Table table(String file) {
        Table whole = TableReader.withDefaults().read(Path.of("src/test/resources/data", file));
        Table.Builder table = Table.builder();
        int[] rows = IntStream.range(0, Math.min(MOST_ROWS, whole.rows())).toArray();
        whole.names().forEach(name -> table.column(name, whole.column(name).at(rows)));
        return table.build();
    }

    private static Fit fit(String file, String formula) {
        return LinearMixedModel.of(formula).fit(table(file));
    }

    /** One factor, slopes, several terms on a factor, nested factors, few rows, a factor with a cluster of its own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "sleepstudy.csv; Reaction ~ Days + (1 | Subject); Subject",
                "sleepstudy.csv; Reaction ~ Days + (Days | Subject); Subject",
                "sleepstudy.csv; Reaction ~ poly(Days, 3) + (Days || Subject); Subject",
                "Orthodont.csv; distance ~ age * Sex + (age | Subject); Subject",
                "Pastes.csv; strength ~ 1 + (1 | batch/cask); batch",
                "Oats.csv; yield ~ nitro + Variety + (1 | Block/Variety); Block",
                "Machines.csv; score ~ Machine + (1 | Worker/Machine); Worker",
                "s05_unbalanced.csv; y ~ x + t + (1 | g); g",
                "Milk.csv; protein ~ Time + (Time | Cow); Cow",
            })
    void agreesWithTheDefinition(String file, String formula, String cluster) {
        check(fit(file, formula), cluster);
    }

    @Test
    void weightsOfTheirOwnAndOffset() {
        Table table = table("s09_weights.csv");
        check(LinearMixedModel.of("y ~ x + (x | g)").withWeights("w").fit(table), "g");
    }

    /** Few distinct weights, so that rows of one are rotated together and those of others apart. */
    @Test
    void weightsThatRecur() {
        Table sleep = table("sleepstudy.csv");
        double[] weights = new double[sleep.rows()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 7 < 4 ? 0.5 : 2;
        }
        Table table = Table.builder()
                .column("Reaction", sleep.column("Reaction"))
                .column("Days", sleep.column("Days"))
                .column("Subject", sleep.column("Subject"))
                .numeric("w", weights)
                .build();
        check(
                LinearMixedModel.of("Reaction ~ Days + (1 | Subject)")
                        .withWeights("w")
                        .withOffset("Days")
                        .withMethod(Method.ML)
                        .fit(table),
                "Subject");
    }

    private static void check(Fit fit, String cluster) {
        DenseSandwich dense = DenseSandwich.of(fit, cluster);
        for (ClusterRobust.Type type : ClusterRobust.Type.values()) {
            RobustEffects robust = ClusterRobust.of(fit).withType(type).estimate();
            assertEquals(cluster, robust.cluster());
            double[][] covariance = dense.covariance(type);
            for (int i = 0; i < robust.size(); i++) {
                for (int j = 0; j < robust.size(); j++) {
                    double unit = Math.sqrt(covariance[i][i] * covariance[j][j]);
                    assertEquals(covariance[i][j], robust.covariance(i, j), CLOSE * unit, type + " " + i + " " + j);
                }
                double degrees = type == ClusterRobust.Type.CR2 ? dense.degrees(i) : robust.clusters() - 1;
                assertEquals(degrees, robust.degrees(i), 1e-6 * degrees, "df of " + robust.name(i));
            }
        }
    }

    /** A balanced one-way layout: the variance of the grand mean is that of the groups' means, with J − 1 degrees. */
    @Test
    void balancedMeansByHand() {
        Fit fit = fit("Rail.csv", "travel ~ 1 + (1 | Rail)");
        double[] means = {54, 31 + 2 / 3.0, 84 + 2 / 3.0, 96, 50, 82 + 2 / 3.0};
        double mean = 66.5;
        double squares = 0;
        for (double one : means) {
            squares += (one - mean) * (one - mean);
        }
        RobustEffects robust = ClusterRobust.of(fit).estimate();
        assertEquals(mean, robust.estimate(0), 1e-9);
        assertEquals(Math.sqrt(squares / 5 / 6), robust.standardError(0), 1e-9);
        assertEquals(5, robust.degrees(0), 1e-9);
        FixedEffects model = fit.fixedEffects();
        assertEquals(model.standardError(0), robust.standardError(0), 1e-6);
        assertEquals(robust.estimate(0) / robust.standardError(0), robust.t(0), 1e-12);
        assertEquals(2.570581835636314 * robust.standardError(0), robust.margin(0, 0.95), 1e-9);
    }

    /** Groups so large that their rows are rotated in chunks; a column of weights that says nothing changes nothing. */
    @Test
    void largeGroups() {
        int rows = 700;
        int groups = 5;
        double[] y = new double[rows * groups];
        double[] w = new double[y.length];
        String[] g = new String[y.length];
        double[] means = new double[groups];
        for (int i = 0; i < y.length; i++) {
            int group = i / rows;
            y[i] = Math.sin(1.3 * i) + Math.cos(2.0 + group);
            g[i] = "g" + group;
            w[i] = i % 2 == 0 ? 1 : Math.nextUp(1.0);
            means[group] += y[i] / rows;
        }
        double mean = Arrays.stream(means).average().orElseThrow();
        double squares = Arrays.stream(means).map(m -> (m - mean) * (m - mean)).sum();
        Table table =
                Table.builder().numeric("y", y).numeric("w", w).factor("g", g).build();
        LinearMixedModel model = LinearMixedModel.of("y ~ 1 + (1 | g)");
        for (Fit fit : List.of(model.fit(table), model.withWeights("w").fit(table))) {
            RobustEffects robust = ClusterRobust.of(fit).estimate();
            assertEquals(Math.sqrt(squares / groups / (groups - 1)), robust.standardError(0), 1e-9);
            assertEquals(groups - 1, robust.degrees(0), 1e-9);
        }
    }

    /** A direction of X that one cluster alone tells of: its B is singular there, and the pseudo-inverse is needed. */
    @Test
    void effectOfASingleCluster() {
        double[] x = new double[30];
        double[] y = new double[30];
        String[] g = new String[30];
        for (int i = 0; i < 30; i++) {
            int group = i / 5;
            x[i] = group == 2 ? 1 : 0;
            y[i] = Math.sin(3 * i) + group;
            g[i] = "g" + group;
        }
        Table table =
                Table.builder().numeric("y", y).numeric("x", x).factor("g", g).build();
        Fit fit = LinearMixedModel.of("y ~ x + (1 | g)").fit(table);
        check(fit, "g");
        assertEquals(4, ClusterRobust.of(fit).estimate().degrees(0), 1e-9);
    }

    @Test
    void tooManyRandomEffectsInACluster() {
        int n = 6000;
        String[] outer = new String[n];
        String[] inner = new String[n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            int a = i / 3000;
            int b = i / 2;
            outer[i] = "o" + a;
            inner[i] = "i" + b;
            y[i] = Math.sin(i) + Math.sin(0.7 + b) + a;
        }
        Table table = Table.builder()
                .numeric("y", y)
                .factor("a", outer)
                .factor("b", inner)
                .build();
        Fit fit = LinearMixedModel.of("y ~ 1 + (1 | b) + (1 | a)").fit(table);
        assertMessage(
                "CR2 takes the eigenvectors of a matrix of order 1502 for cluster 'o0' of a, which has 3000 rows and 1501"
                        + " random effects; the limit is 1200. Take CR1 (--robust CR1) or a bootstrap.",
                ClusterRobust.of(fit));
        assertTrue(ClusterRobust.of(fit)
                        .withType(ClusterRobust.Type.CR1)
                        .estimate()
                        .standardError(0)
                > 0);
    }

    @Test
    void clusterThatTheModelDoesNotKnow() {
        Table table = table("Pastes.csv");
        Fit fit = LinearMixedModel.of("strength ~ 1 + (1 | sample)").fit(table);
        RobustEffects samples = ClusterRobust.of(fit).estimate();
        assertEquals(30, samples.clusters());
        RobustEffects batches = ClusterRobust.of(fit)
                .withCluster("batch", table.column("batch"))
                .estimate();
        assertEquals(10, batches.clusters());
        assertTrue(batches.standardError(0) != samples.standardError(0));
        DenseSandwich dense = DenseSandwich.of(fit, table.column("batch"));
        assertEquals(dense.covariance(ClusterRobust.Type.CR2)[0][0], batches.covariance(0, 0), 1e-10);
        assertEquals(dense.degrees(0), batches.degrees(0), 1e-8);
    }

    @Test
    void refusals() {
        Fit crossed = fit("Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)");
        assertMessage(
                "Cluster-robust standard errors need independent clusters, but the grouping factors plate and sample are"
                        + " crossed: their levels tie all rows together. Name a column in whose levels they are nested"
                        + " (--cluster), or take a bootstrap.",
                ClusterRobust.of(crossed));
        assertMessage(
                "Clusters by 'plate' are not independent under the model: level 'A' of its grouping factor 'sample' is in"
                        + " several of them. Take clusters that hold whole levels of every grouping factor, or a bootstrap.",
                ClusterRobust.of(crossed).withCluster("plate"));
        assertMessage(
                "The model has no grouping factor 'smaple'. Did you mean 'sample'?",
                ClusterRobust.of(crossed).withCluster("smaple"));
        Table pastes = table("Pastes.csv");
        Fit nested = LinearMixedModel.of("strength ~ 1 + (1 | batch/cask)").fit(pastes);
        String[] one = new String[pastes.rows()];
        Arrays.fill(one, "all");
        assertMessage(
                "Cluster 'all' has one level in the rows used; robust standard errors need several, independent ones.",
                ClusterRobust.of(nested)
                        .withCluster(
                                "all",
                                Table.builder().factor("all", one).build().column("all")));
        one[4] = null;
        assertMessage(
                "Cluster 'all' is missing in row 5, which the model uses. Give every row a cluster, or leave the row out.",
                ClusterRobust.of(nested)
                        .withCluster(
                                "all",
                                Table.builder().factor("all", one).build().column("all")));
    }

    private static void assertMessage(String expected, ClusterRobust robust) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, robust::estimate).getMessage());
    }
}
