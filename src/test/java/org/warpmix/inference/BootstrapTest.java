package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.warpmix.backend.Backend;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.fit.VarianceComponent;
import org.warpmix.model.ModelData;
import org.warpmix.replicate.LeaveOneGroupOut;
import org.warpmix.replicate.ReplicateSource;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** What becomes of replicates, whatever fits them. */
class BootstrapTest {

    private static final Path DATA = Path.of("src/test/resources/data");
    private static final Fit FIT = fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)");

    @TempDir
    private Path folder;

    private static Fit fit(String file, String formula) {
        return LinearMixedModel.of(formula).fit(TableReader.withDefaults().read(DATA.resolve(file)));
    }

    private static Bootstrap bootstrap(int blockSize) {
        return Bootstrap.of(FIT).withBackend(new DrawnEstimates(FIT, blockSize)).withReplicates(3000);
    }

    @Test
    void parametersAreThoseReported() {
        BootstrapResult result = bootstrap(100).run();
        assertEquals(
                List.of(
                        "sigma",
                        "theta.1",
                        "theta.2",
                        "theta.3",
                        "beta.(Intercept)",
                        "beta.Days",
                        "sd.Subject.(Intercept)",
                        "sd.Subject.Days",
                        "cor.Subject.Days.(Intercept)"),
                result.parameters().stream().map(ParameterSummary::name).toList());
        VarianceComponent subject = FIT.randomEffects().get(0);
        assertEquals(
                subject.standardDeviation(0),
                result.parameter("sd.Subject.(Intercept)").estimate(),
                1e-10);
        assertEquals(
                subject.standardDeviation(1),
                result.parameter("sd.Subject.Days").estimate(),
                1e-10);
        assertEquals(
                subject.correlation(1, 0),
                result.parameter("cor.Subject.Days.(Intercept)").estimate(),
                1e-10);
    }

    /** Standard deviations and correlations are those of each replicate, not of the mean theta. */
    @Test
    void derivedParametersFollowEachReplicate() {
        List<Double> deviations = new ArrayList<>();
        List<Double> correlations = new ArrayList<>();
        BootstrapResult result = bootstrap(100).run(block -> {
            for (int i = 0; i < block.count(); i++) {
                double slope = Math.hypot(block.theta()[1][i], block.theta()[2][i]);
                if (block.status()[i] != ReplicateStatus.FAILED) {
                    deviations.add(block.sigma()[i] * slope);
                    if (slope > 0) {
                        correlations.add(block.theta()[1][i] / slope);
                    }
                }
            }
            return true;
        });
        ParameterSummary deviation = result.parameter("sd.Subject.Days");
        assertEquals(2900, deviation.count());
        assertEquals(mean(deviations), deviation.mean(), 1e-10);
        ParameterSummary correlation = result.parameter("cor.Subject.Days.(Intercept)");
        assertEquals(2800, correlation.count()); // no variance, no correlation: the singular hundred
        assertEquals(mean(correlations), correlation.mean(), 1e-10);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElseThrow();
    }

    @Test
    void everyEndingIsCounted() {
        BootstrapResult result = bootstrap(64).run();
        assertEquals(3000, result.replicates());
        assertEquals(100, result.failed());
        assertEquals(100, result.notConverged());
        assertEquals(2800, result.converged());
        assertEquals(100, result.singular());
        assertEquals(2900, result.parameter("sigma").count()); // those that did not converge included
        assertFalse(result.stopped());
    }

    @Test
    void blocksOfAnySizeGiveTheSameBits() {
        BootstrapResult one = bootstrap(1).withStandardErrors(true).run();
        for (int size : new int[] {7, 1000, 4096}) {
            BootstrapResult other = bootstrap(size).withStandardErrors(true).run();
            for (ParameterSummary expected : one.parameters()) {
                ParameterSummary actual = other.parameter(expected.name());
                assertEquals(expected.mean(), actual.mean());
                assertEquals(expected.standardDeviation(), actual.standardDeviation());
                assertEquals(expected.standardDeviationError(), actual.standardDeviationError());
                assertEquals(expected.quantile(0.1), actual.quantile(0.1));
            }
            assertEquals(
                    one.interval("beta.Days", IntervalType.STUDENTISED, 0.95),
                    other.interval("beta.Days", IntervalType.STUDENTISED, 0.95));
        }
    }

    /** More than is held: quantiles come from histograms, everything else as before. */
    @Test
    void aLongRunIsSummedUpAsAShortOne() {
        Summarizer held = new Summarizer(new Estimands(FIT, false));
        Summarizer streamed = new Summarizer(new Estimands(FIT, false), 0);
        bootstrap(1000).withReplicates(60_000).run(block -> {
            held.add(block);
            streamed.add(block);
            return true;
        });
        List<ParameterSummary> exact = held.finish();
        List<ParameterSummary> histogram = streamed.finish();
        for (int c = 0; c < exact.size(); c++) {
            assertEquals(exact.get(c).mean(), histogram.get(c).mean());
            Interval one = exact.get(c).interval(IntervalType.PERCENTILE, 0.95, 0);
            Interval other = histogram.get(c).interval(IntervalType.PERCENTILE, 0.95, 0);
            assertEquals(
                    one.lower(),
                    other.lower(),
                    0.05 * one.lowerError() + 1e-5,
                    exact.get(c).name());
            assertEquals(
                    one.upper(),
                    other.upper(),
                    0.05 * one.upperError() + 1e-5,
                    exact.get(c).name());
        }
    }

    @Test
    void aListenerSeesBlocksInOrderAndStopsTheRun() {
        List<Long> firsts = new ArrayList<>();
        BootstrapResult result = bootstrap(100).withRange(501, 1000).run(block -> {
            firsts.add(block.first());
            return block.first() < 701;
        });
        assertEquals(List.of(501L, 601L, 701L), firsts);
        assertEquals(300, result.replicates());
        assertTrue(result.stopped());
    }

    @Test
    void whatAListenerThrowsComesOut() {
        UncheckedIOException full = new UncheckedIOException(new IOException("full"));
        List<ReplicateBlock> seen = new ArrayList<>();
        UncheckedIOException thrown = assertThrows(
                UncheckedIOException.class,
                () -> bootstrap(100).run(block -> {
                    seen.add(block);
                    throw full;
                }));
        assertEquals(full, thrown);
        assertEquals(1, seen.size());
    }

    @Test
    void oneReplicateAlone() {
        List<ReplicateBlock> blocks = new ArrayList<>();
        Bootstrap bootstrap = bootstrap(3000).withSeed(-5).withStandardErrors(true);
        bootstrap.run(blocks::add);
        ReplicateFit one = bootstrap.replicate(123);
        ReplicateBlock block = blocks.get(0);
        assertEquals(123, one.number());
        assertEquals(-5, one.seed());
        assertEquals(block.criterion()[122], one.criterion());
        assertArrayEquals(new double[] {block.beta()[0][122], block.beta()[1][122]}, one.beta());
        assertEquals(block.standardErrors()[1][122], one.standardErrors()[1]);
        assertEquals(List.of("(Intercept)", "Days"), one.fixedNames());
        assertEquals(FIT.thetaNames(), one.thetaNames());
        assertEquals(ReplicateStatus.NOT_CONVERGED, bootstrap.replicate(11).status());
        ReplicateFit failed = bootstrap.withStandardErrors(false).replicate(7);
        assertEquals(ReplicateStatus.FAILED, failed.status());
        assertTrue(Double.isNaN(failed.sigma()));
        assertNull(failed.standardErrors());
    }

    /** Dyestuff's jackknife by hand: six batches, the mean of all but one. */
    @Test
    void accelerationIsThatOfTheJackknife() {
        Fit dyestuff = fit("Dyestuff.csv", "Yield ~ 1 + (1 | Batch)");
        double[] without = {1532, 1527.6, 1521.2, 1531, 1515, 1538.4};
        Backend jackknife = new Backend() {
            @Override
            public String name() {
                return "jackknife";
            }

            @Override
            public void run(org.warpmix.backend.Batch batch, long first, long count, Sink sink) {
                assertTrue(batch.source() instanceof ReplicateSource.Multiplicities);
                assertEquals(6, count);
                for (int i = 0; i < 6; i++) {
                    ReplicateBlock block = new ReplicateBlock(i + 1, 1, 1, 1, batch.options());
                    block.beta()[0][0] = without[i];
                    block.sigma()[0] = i == 2 ? Double.NaN : 5;
                    block.theta()[0][0] = 1;
                    sink.accept(block);
                }
            }
        };
        double[] accelerations = Bootstrap.of(dyestuff).withBackend(jackknife).accelerations();
        double mean = (1532 + 1527.6 + 1521.2 + 1531 + 1515 + 1538.4) / 6;
        double squares = 0;
        double cubes = 0;
        for (double value : without) {
            squares += Math.pow(mean - value, 2);
            cubes += Math.pow(mean - value, 3);
        }
        assertEquals(cubes / (6 * Math.pow(squares, 1.5)), accelerations[2], 1e-12);
        assertEquals(0, accelerations[0]); // sigma: five equal ones and one that failed
    }

    @Test
    void leavingOneGroupOut() {
        Fit dyestuff = fit("Dyestuff.csv", "Yield ~ 1 + (1 | Batch)");
        LeaveOneGroupOut jackknife = LeaveOneGroupOut.of(
                dyestuff.design().data(), dyestuff.profiledCriterion().statistics());
        double[][] into = new double[6][3];
        ((ReplicateSource.Multiplicities) jackknife.source()).drawer().draw(2, 3, into);
        assertArrayEquals(new double[][] {{1, 1, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, 0}, {1, 1, 1}, {1, 1, 1}}, into);
        Fit pastes = fit("Pastes.csv", "strength ~ 1 + (1 | batch/cask)");
        LeaveOneGroupOut nested = LeaveOneGroupOut.of(
                pastes.design().data(), pastes.profiledCriterion().statistics());
        assertEquals(10, nested.groups());
        ModelData data = ((ReplicateSource.Designs) nested.source()).design(3);
        assertEquals(54, data.n()); // without the six rows of batch C
        for (int i = 0; i < data.n(); i++) {
            assertEquals(pastes.design().data().y()[i < 12 ? i : i + 6], data.y()[i]);
        }
        assertEquals(27, data.terms().get(0).factor().levels().length); // casks within batches
    }

    @Test
    void rowsReadBackInBothFormats() throws IOException {
        for (String ending : List.of(".csv", ".parquet")) {
            Path file = folder.resolve("rows" + ending);
            Bootstrap bootstrap = bootstrap(70).withRange(5, 500).withStandardErrors(true);
            List<ReplicateFit> expected = new ArrayList<>();
            try (ReplicateRows rows = ReplicateRows.create(file, bootstrap, false)) {
                bootstrap.run(block -> {
                    expected.add(ReplicateFit.of(FIT, 1, block, 0));
                    return rows.accept(block);
                });
            }
            Table table = TableReader.withDefaults().read(file);
            assertEquals(
                    List.of(
                            "replicate",
                            "converged",
                            "singular",
                            "criterion",
                            "sigma",
                            "theta.1",
                            "theta.2",
                            "theta.3",
                            "beta.(Intercept)",
                            "beta.Days",
                            "se.(Intercept)",
                            "se.Days"),
                    table.names());
            assertEquals(500, table.rows());
            for (ReplicateFit one : expected) {
                int row = (int) one.number() - 5;
                assertEquals((double) one.number(), number(table, "replicate", row));
                assertEquals(one.theta()[2], number(table, "theta.3", row));
                assertEquals(one.standardErrors()[1], number(table, "se.Days", row));
                FactorColumn converged = (FactorColumn) table.column("converged");
                assertEquals(
                        one.status() == ReplicateStatus.CONVERGED ? 1 : 0,
                        converged.codes()[row]);
            }
            assertTrue(table.column("sigma").isMissing(37 - 5));
        }
    }

    private static double number(Table table, String column, int row) {
        return ((NumericColumn) table.column(column)).values()[row];
    }

    @Test
    void wrongRequests() {
        Bootstrap bootstrap = bootstrap(100);
        assertMessage("Replicates: 0 were asked for. Ask for one at least.", () -> bootstrap.withReplicates(0));
        assertMessage(
                "The first replicate was to be number 0. Replicates are numbered from 1.",
                () -> bootstrap.withRange(0, 5));
        assertMessage("Threads: 0 were asked for. Ask for one at least.", () -> bootstrap.withThreads(0));
        BootstrapResult result = bootstrap.run();
        assertMessage(
                "No parameter 'beta.days'. Did you mean 'beta.Days'?",
                () -> result.interval("beta.days", IntervalType.BASIC, 0.9));
        assertMessage(
                "The level of an interval was 95.0. Levels are between 0 and 1, e.g. 0.95.",
                () -> result.interval("sigma", IntervalType.BASIC, 95));
        assertMessage(
                "No studentised interval of beta.Days: it takes a fixed effect, and a bootstrap with standard errors.",
                () -> result.interval("beta.Days", IntervalType.STUDENTISED, 0.95));
        Fit crossed = fit("Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)");
        BootstrapResult several = Bootstrap.of(crossed)
                .withBackend(new DrawnEstimates(crossed, 50))
                .withReplicates(50)
                .run();
        assertMessage(
                "BCa intervals leave out each of the independent groups in turn, but plate and sample are crossed: their"
                        + " levels tie the groups together. Take intervals of another type.",
                () -> several.interval("sigma", IntervalType.BCA, 0.95));
    }

    private static void assertMessage(String message, org.junit.jupiter.api.function.Executable request) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, request).getMessage());
    }
}
