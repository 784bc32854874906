package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.model.CondensedRows;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** Parametric replicates of rows that were not kept have the distribution of those of rows. */
class CondensedBootstrapTest {

    private static final int REPLICATES = 400;

    @Test
    void crossedFactors() {
        // Cells of (f, s) have a dozen rows: most of what is drawn lies outside of the condensed ones.
        Table.Builder table = Table.builder();
        int n = 720;
        double[] y = new double[n];
        double[] x = new double[n];
        double[] f = new double[n];
        double[] s = new double[n];
        java.util.Random random = new java.util.Random(3);
        double[] effects = random.doubles(20, -1, 1).toArray();
        for (int i = 0; i < n; i++) {
            f[i] = i % 10;
            s[i] = i / 10 % 6;
            x[i] = random.nextGaussian();
            y[i] = 100 + x[i] + effects[(int) f[i]] + effects[10 + (int) s[i]] + 0.5 * random.nextGaussian();
        }
        Table rows = table.numeric("y", y)
                .numeric("x", x)
                .numeric("f", f)
                .numeric("s", s)
                .build();
        LinearMixedModel model = LinearMixedModel.of("y ~ x + (1 | f) + (1 | s)");
        CondensedRows condensed = model.condensedRows();
        condensed.accept(rows);
        assertEquals(60, condensed.cells());
        assertMoments(model.fit(rows), model.fit(condensed));
    }

    @Test
    void oneFactor() {
        Table rows = TableReader.withDefaults().read(Path.of("src/test/resources/data/sleepstudy.csv"));
        LinearMixedModel model = LinearMixedModel.of("Reaction ~ Days + (Days | Subject)");
        CondensedRows condensed = model.condensedRows();
        condensed.accept(rows);
        assertMoments(model.fit(rows), model.fit(condensed));
    }

    private static void assertMoments(Fit expected, Fit actual) {
        BootstrapResult memory =
                Bootstrap.of(expected).withReplicates(REPLICATES).withSeed(1).run();
        BootstrapResult stream =
                Bootstrap.of(actual).withReplicates(REPLICATES).withSeed(2).run();
        for (int k = 0; k < memory.parameters().size(); k++) {
            ParameterSummary one = memory.parameters().get(k);
            ParameterSummary other = stream.parameters().get(k);
            double error = 4 * one.standardDeviation() / Math.sqrt(REPLICATES / 2.0);
            assertEquals(one.bias(), other.bias(), error, one.name());
            assertEquals(one.standardDeviation(), other.standardDeviation(), error, one.name());
        }
    }
}
