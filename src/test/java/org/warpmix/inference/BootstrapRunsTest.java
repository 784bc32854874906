package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** Bootstraps from the fit to the interval. */
class BootstrapRunsTest {

    private static final Path DATA = Path.of("src/test/resources/data");
    private static final LinearMixedModel MODEL = LinearMixedModel.of("Reaction ~ Days + (Days | Subject)");
    private static final Table SLEEP = read("sleepstudy.csv");
    private static final Fit FIT = MODEL.fit(SLEEP);

    private static Table read(String file) {
        return TableReader.withDefaults().read(DATA.resolve(file));
    }

    @Test
    void parametricSpreadIsTheStandardError() {
        BootstrapResult result = Bootstrap.of(FIT).withReplicates(4000).run();
        assertEquals(4000, result.converged());
        for (int j = 0; j < 2; j++) {
            ParameterSummary beta =
                    result.parameter("beta." + FIT.fixedEffects().name(j));
            double error = FIT.fixedEffects().standardError(j);
            assertEquals(error, beta.standardDeviation(), 4 * beta.standardDeviationError());
            assertEquals(0, beta.bias(), 4 * beta.meanError());
        }
    }

    /**
     * Mean, standard deviation and quantiles 0.025 and 0.975 of 2,000 replicates by R 4.2.2, lme4 1.1-31:
     * {@code bootMer(lmer(Reaction ~ Days + (Days|Subject), sleepstudy), …, nsim=2000, seed=1)}.
     */
    @Test
    void agreesWithBootMer() {
        double[][] expected = {
            {25.559134986, 1.473304859, 22.727932928, 28.526710747},
            {0.9477897388, 0.2426317005, 0.4528098683, 1.4254911186},
            {0.02100955417, 0.07745427979, -0.12965639251, 0.18032121288},
            {0.21027193422, 0.06257179649, 0.07415977973, 0.32096258693},
            {251.147611237, 6.859554964, 237.696828986, 264.414625478},
            {10.478266869, 1.571102475, 7.304447615, 13.456487342},
            {24.121712615, 5.942787816, 11.766095050, 35.657089979},
            {5.790243833, 1.287352309, 3.195344959, 8.299774601},
            {0.11527064870, 0.35090342854, -0.50425541303, 0.89549641466}
        };
        BootstrapResult result = Bootstrap.of(FIT).withReplicates(20_000).run();
        double errors = 4 * Math.sqrt(1 + 20_000 / 2000.0); // ours and theirs
        for (int c = 0; c < expected.length; c++) {
            ParameterSummary parameter = result.parameters().get(c);
            Interval ends = result.interval(parameter.name(), IntervalType.PERCENTILE, 0.95);
            String name = parameter.name();
            assertEquals(expected[c][0], parameter.mean(), errors * parameter.meanError(), name);
            assertEquals(
                    expected[c][1], parameter.standardDeviation(), errors * parameter.standardDeviationError(), name);
            assertEquals(expected[c][2], ends.lower(), errors * ends.lowerError(), name);
            assertEquals(expected[c][3], ends.upper(), errors * ends.upperError(), name);
        }
    }

    @Test
    void everyTypeOfBootstrapHasEveryInterval() {
        for (BootstrapType type : BootstrapType.values()) {
            BootstrapResult result = Bootstrap.of(FIT)
                    .withType(type)
                    .withReplicates(200)
                    .withStandardErrors(true)
                    .run();
            assertEquals(0, result.failed(), type.name());
            for (IntervalType kind : IntervalType.values()) {
                Interval days = result.interval("beta.Days", kind, 0.95);
                String seen = type + " " + days;
                assertTrue(days.lower() > 4 && days.lower() < 10.4, seen);
                assertTrue(days.upper() > 10.6 && days.upper() < 17, seen);
            }
        }
    }

    @Test
    void aReplicateIsTheSameAloneAndInAnyRange() {
        Bootstrap bootstrap = Bootstrap.of(FIT).withSeed(9).withReplicates(300);
        List<Double> sigmas = new ArrayList<>();
        bootstrap.withThreads(1).run(block -> {
            Arrays.stream(block.sigma()).forEach(sigmas::add);
            return true;
        });
        List<Double> part = new ArrayList<>();
        bootstrap.withThreads(2).withRange(101, 50).run(block -> {
            Arrays.stream(block.sigma()).forEach(part::add);
            return true;
        });
        assertEquals(sigmas.subList(100, 150), part);
        assertEquals(sigmas.get(122), bootstrap.replicate(123).sigma());
    }

    /** The backend's jackknife against fits of the rows without each subject. */
    @Test
    void jackknifeIsThatOfTheRows() {
        double[] subjects = ((NumericColumn) SLEEP.column("Subject")).values();
        double[] levels = Arrays.stream(subjects).distinct().toArray();
        double[] slopes = new double[levels.length];
        for (int l = 0; l < levels.length; l++) {
            double without = levels[l];
            int[] rows = IntStream.range(0, subjects.length)
                    .filter(i -> subjects[i] != without)
                    .toArray();
            Table.Builder table = Table.builder();
            SLEEP.names().forEach(name -> table.column(name, SLEEP.column(name).at(rows)));
            slopes[l] = MODEL.fit(table.build()).fixedEffects().estimate("Days");
        }
        double mean = Arrays.stream(slopes).average().orElseThrow();
        double squares = 0;
        double cubes = 0;
        for (double slope : slopes) {
            squares += Math.pow(mean - slope, 2);
            cubes += Math.pow(mean - slope, 3);
        }
        double[] accelerations = Bootstrap.of(FIT).accelerations();
        assertEquals(cubes / (6 * Math.pow(squares, 1.5)), accelerations[5], 1e-6);
        assertEquals(9, accelerations.length);
    }

    @Test
    void nestedFactorsHaveBcaIntervals() {
        Fit pastes = LinearMixedModel.of("strength ~ 1 + (1 | batch/cask)").fit(read("Pastes.csv"));
        Interval interval =
                Bootstrap.of(pastes).withReplicates(200).run().interval("beta.(Intercept)", IntervalType.BCA, 0.95);
        double error = pastes.fixedEffects().standardError(0);
        assertEquals(60.0533 - 1.96 * error, interval.lower(), 4 * interval.lowerError());
        assertEquals(60.0533 + 1.96 * error, interval.upper(), 4 * interval.upperError());
    }
}
