package org.warpmix.likelihood;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.table.Table;

/** Every way to eliminate crossed factors comes to the same: dense or level by level, in part or whole, stored or packed. */
class EliminationTest {

    private static final double SAME = 1e-10;
    private static final SparseLimits ALL_SPARSE = new SparseLimits(0, 1e9, 2, 0);
    private static final SparseLimits IN_PART = new SparseLimits(0, 1e9, 0.6, 3);
    private static final FrontMaker STORED = (statistics, plan, products) -> new StoredFront(plan, products);
    private static final FrontMaker PACKED = (statistics, plan, products) -> new PackedFront(plan, products);

    @Test
    void everyWayIsTheSame() {
        int partly = 0;
        int compared = 0;
        for (int seed = 0; seed < 700; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            Crossproducts statistics = Crossproducts.of(model.data());
            if (statistics.factors().size() == 1) {
                continue;
            }
            compared++;
            String name = "seed " + seed + ": " + model;
            Likelihood plain = new BlockLikelihood(statistics, model.method(), STORED, SparseLimits.DEFAULTS);
            for (SparseLimits limits : List.of(SparseLimits.DEFAULTS, IN_PART, ALL_SPARSE)) {
                EliminationPlan plan = EliminationPlan.of(statistics, limits);
                partly += plan.sparseNodes > plan.leading && plan.frontSize > 0 ? 1 : 0;
                assertTrue(!limits.equals(ALL_SPARSE) || plan.frontSize == 0, name);
                for (FrontMaker front : List.of(STORED, PACKED)) {
                    Likelihood other = new BlockLikelihood(statistics, model.method(), front, limits);
                    assertSame(
                            plain, other, model, name + " " + limits + (front.equals(PACKED) ? " packed" : " stored"));
                }
            }
        }
        assertTrue(compared > 300, compared + " models with several factors");
        assertTrue(partly > 30, partly + " eliminated in part");
    }

    private static void assertSame(Likelihood expected, Likelihood actual, RandomModels.Model model, String name) {
        Parameters parameters = new Parameters(expected.blocks());
        double[][] lambda = parameters.lambda(parameters.fromTheta(model.theta()));
        double[][] one = new double[lambda.length][];
        double[][] other = new double[lambda.length][];
        for (int f = 0; f < lambda.length; f++) {
            one[f] = new double[lambda[f].length];
            other[f] = new double[lambda[f].length];
        }
        double d = expected.criterion(lambda, one);
        assertEquals(d, actual.criterion(lambda, other), SAME * (Math.abs(d) + 1), name);
        Likelihood.Solution first = expected.solve(lambda);
        Likelihood.Solution second = actual.solve(lambda);
        assertClose(first.gamma(), second.gamma(), name);
        assertClose(first.mInverse(), second.mInverse(), name);
        double[][] before = expected.conditionalCovariances(lambda);
        double[][] after = actual.conditionalCovariances(lambda);
        for (int f = 0; f < lambda.length; f++) {
            assertClose(one[f], other[f], name);
            assertClose(first.b()[f], second.b()[f], name);
            assertClose(before[f], after[f], name);
        }
        int[] levels = new int[lambda.length];
        double[][] z = new double[lambda.length][];
        for (int f = 0; f < levels.length; f++) {
            levels[f] = expected.blocks().get(f).levels() - 1 - f % 2; // −1, not seen, where there is one level only
            z[f] = new double[expected.blocks().get(f).columns()];
            Arrays.fill(z[f], 0.7);
        }
        double[] x = new double[first.gamma().length];
        Arrays.fill(x, 0.1);
        double variance = expected.errors(lambda).variance(x, levels, z, null);
        assertEquals(variance, actual.errors(lambda).variance(x, levels, z, null), 1e-8 * variance, name);
    }

    private static void assertClose(double[] expected, double[] actual, String name) {
        double size = 1;
        for (double value : expected) {
            size = Math.max(size, Math.abs(value));
        }
        assertArrayEquals(expected, actual, 1e3 * SAME * size, name);
    }

    /** The structure of each node is what elimination by the book makes it. */
    @Test
    void minimumDegreeFindsTheStructureOfTheBook() {
        Random random = new Random(5);
        for (int draw = 0; draw < 200; draw++) {
            int n = 2 + random.nextInt(40);
            List<Set<Integer>> graph = new ArrayList<>();
            int[][] near = new int[n][];
            int[][] sets = new int[random.nextInt(2 * n)][];
            for (int i = 0; i < n; i++) {
                graph.add(new TreeSet<>());
            }
            for (int edge = random.nextInt(n); edge > 0; edge--) {
                join(graph, random.nextInt(n), random.nextInt(n));
            }
            for (int i = 0; i < n; i++) {
                near[i] = graph.get(i).stream().mapToInt(j -> j).toArray();
            }
            for (int s = 0; s < sets.length; s++) {
                sets[s] = random.ints(2 + random.nextInt(4), 0, n).distinct().toArray();
                for (int i : sets[s]) {
                    for (int j : sets[s]) {
                        join(graph, i, j);
                    }
                }
            }
            MinimumDegree degrees = new MinimumDegree(n, near, sets, ALL_SPARSE);
            assertEquals(n, degrees.order.length);
            for (int at = 0; at < n; at++) {
                int pivot = degrees.order[at];
                int[] met = degrees.structure[at].clone();
                Arrays.sort(met);
                assertArrayEquals(graph.get(pivot).stream().mapToInt(j -> j).toArray(), met);
                for (int i : met) {
                    graph.get(i).remove(pivot);
                    for (int j : met) {
                        join(graph, i, j);
                    }
                }
            }
        }
    }

    private static void join(List<Set<Integer>> graph, int i, int j) {
        if (i != j) {
            graph.get(i).add(j);
            graph.get(j).add(i);
        }
    }

    /** People who move between firms, each few times: 3,000 firms leave a front of less than a tenth. */
    @Test
    void fewMeetingsLeaveASmallFront() {
        Random random = new Random(1);
        int people = 6_000;
        int firms = 3_000;
        int[] person = new int[4 * people];
        int[] firm = new int[person.length];
        double[] y = new double[person.length];
        double[] effect = random.doubles(firms).toArray();
        for (int i = 0; i < person.length; i++) {
            person[i] = i / 4;
            int home = person[i] * firms / people;
            firm[i] = Math.min(firms - 1, home + (random.nextInt(6) == 0 ? random.nextInt(40) : 0));
            y[i] = effect[firm[i]] + (person[i] % 7) * 0.1 + random.nextGaussian();
        }
        Table table = Table.builder()
                .numeric("y", y)
                .factor("person", person, names(people))
                .factor("firm", firm, names(firms))
                .build();
        Fit fit = LinearMixedModel.of("y ~ 1 + (1 | person) + (1 | firm)")
                .withMethod(Method.ML)
                .fit(table);
        assertTrue(fit.convergence().converged());
        Crossproducts statistics = Crossproducts.of(fit.design().data());
        EliminationPlan plan = EliminationPlan.of(statistics, SparseLimits.DEFAULTS);
        assertTrue(plan.frontSize < firms / 10, "front of " + plan.frontSize);
        Likelihood dense = new BlockLikelihood(statistics, Method.ML, PACKED, new SparseLimits(firms, 0, 0, firms));
        Parameters parameters = new Parameters(dense.blocks());
        double d = dense.criterion(parameters.lambda(parameters.fromTheta(fit.theta())), null);
        assertEquals(d, fit.criterion(), 1e-9 * Math.abs(d));
    }

    @Test
    void largeFrontsAreTold() {
        List<String> told = new ArrayList<>();
        DenseFront.Maker none = DenseFront.Maker.none(told::add);
        none.stays(new FrontSize("item (9 levels)", List.of(), 12, 1, 1, 20, 90, 1e3, 40, 9.9e8));
        none.stays(new FrontSize("movie (13,176 levels)", List.of(), 13_178, 1, 1, 20, 90, 1e3, 40, 1.68e9));
        assertEquals(
                List.of(
                        "movie (13,176 levels): the dense block of order 13,178 and the rows that meet it take 1.7 GB of"
                                + " memory."),
                told);
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeItIsTaken() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> FrontMemory.require("movie (2,000,000 levels)", 2_000_001))
                .getMessage();
        assertTrue(
                message.matches(
                        "movie \\(2,000,000 levels\\): the dense block of order 2,000,001 needs [16]\\d{4}\\.\\d GB of memory;"
                                + " (this machine has|the JVM may take) \\d+\\.\\d GB, \\d+\\.\\d of it left\\. Take .*,"
                                + " a GPU \\(--backend cuda\\) or --solver iterative, or leave out rare levels\\."),
                message);
    }

    private static String[] names(int levels) {
        return IntStream.range(0, levels).mapToObj(i -> "n" + i).toArray(String[]::new);
    }
}
