package org.warpmix.many;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.effects.ContrastTest;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.inference.effects.FixedEffectsInference;
import org.warpmix.inference.variation.IntraclassCorrelation;
import org.warpmix.likelihood.Method;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

/** Every column has the estimates of a fit to it alone. */
class ManyResponsesTest {

    private static final double CLOSE = 1e-6;
    /** For what hangs on theta where the criterion is nearly flat. */
    private static final double FLAT = 1e-4;
    /** Gradient at the end of a fit that is not quite at its least criterion: it is begun again from where the column's ended. */
    private static final double SLANTED = 1e-6;

    private final Table table = Columns.predictors();

    @ParameterizedTest
    @EnumSource(DegreesOfFreedom.class)
    void agreeWithFitsAlone(DegreesOfFreedom degrees) {
        double[][] columns = Columns.responses(table, 40, 1);
        check(Columns.many(Columns.SLOPES, table, columns).withDegrees(degrees), columns);
    }

    @ParameterizedTest
    @CsvSource({"~ x + (1 | g), w, ", "~ f + (x || g), , o", "~ x + (1 | g) + (1 | f), w, o", "~ 1 + (1 | g), ,"})
    void agreeInOtherModels(String formula, String weights, String offset) {
        double[][] columns = Columns.responses(table, 12, 2);
        LinearMixedModel model = ManyResponses.model(formula).withMethod(Method.ML);
        model = weights == null ? model : model.withWeights(weights);
        model = offset == null ? model : model.withOffset(offset);
        check(ManyResponses.of(model, table, Columns.wide(columns)), columns);
    }

    @Test
    void agreeWhereRowsAreMissing() {
        double[][] columns = Columns.responses(table, 330, 3);
        for (int c = 0; c < columns.length; c++) {
            if (c % 10 == 4) {
                columns[c][c % 60] = Double.NaN; // patterns of several columns, not next to each other
                columns[c][7] = Double.NaN;
            }
        }
        Arrays.fill(columns[5], 0, 55, Double.NaN);
        for (int i = 2; i < 60; i += 3) {
            columns[6][i] = Double.NaN; // no row of f = c is left
        }
        ManyResult result = check(Columns.many(Columns.SLOPES, table, columns), columns, 5, 6);
        assertEquals(33, result.incomplete());
        assertEquals(2, result.failed());
    }

    @Test
    void agreeWherePredictorsAreMissing() {
        double[] x = ((NumericColumn) table.column("x")).values().clone();
        x[10] = Double.NaN;
        x[33] = Double.NaN;
        Table some = Table.builder()
                .numeric("x", x)
                .column("f", table.column("f"))
                .column("g", table.column("g"))
                .build();
        double[][] columns = Columns.responses(table, 20, 4);
        columns[3][10] = Double.NaN; // in a row that is left out anyhow
        columns[4][11] = Double.NaN;
        ManyResult result = check(Columns.many(Columns.SLOPES, some, columns), columns);
        assertEquals(58, result.many().rows());
        assertEquals(1, result.incomplete());
    }

    @Test
    void columnsThatCannotBeFittedDoNotStopTheOthers() {
        double[][] columns = Columns.responses(table, 20, 5);
        Arrays.fill(columns[0], 4.2);
        columns[9] = ((NumericColumn) table.column("x")).values().clone();
        columns[12][3] = Double.POSITIVE_INFINITY;
        Arrays.fill(columns[19], Double.NaN);
        ManyResult result = check(Columns.many(Columns.SLOPES, table, columns), columns, 0, 9, 12, 19);
        assertEquals(4, result.failed());
        assertTrue(Double.isNaN(result.p(1)[9]));
    }

    @Test
    void noColumnNeedsToBeFitted() {
        double[][] columns = new double[3][60];
        ManyResult result = Columns.many(Columns.SLOPES, table, columns).run();
        assertEquals(3, result.failed());
    }

    /** Enough columns for several units of a long table. */
    @Test
    void resultsDoNotDependOnThreads() {
        double[][] columns = Columns.responses(table, 600, 6);
        columns[7][3] = Double.NaN;
        columns[8][4] = Double.NaN;
        ManyResponses many = Columns.many(Columns.SLOPES, table, columns);
        assertArrayEquals(many.withThreads(1).unit(0), many.withThreads(3).unit(0));
    }

    @Test
    void saysWhatIsWrong() {
        LinearMixedModel model = ManyResponses.model("y ~ x + (1 | g)");
        assertEquals(". ~ x + (1 | g)", model.formula().toString());
        assertEquals(
                "The left side of the formula, log(y), is more than a name; the response columns are taken as they are. Write"
                        + " \"~ x + (1 | g)\", and transform the columns beforehand.",
                assertThrows(IllegalArgumentException.class, () -> ManyResponses.model("log(y) ~ x + (1 | g)"))
                        .getMessage());
        assertEquals(
                "The responses have 2 rows, the data 60. Row i of the responses belongs to row i of the data.",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ManyResponses.of(model, table, Columns.wide(new double[1][2])))
                        .getMessage());
        ManyResponses ml =
                ManyResponses.of(model.withMethod(Method.ML), table, Columns.wide(Columns.responses(table, 1, 1)));
        assertThrows(IllegalArgumentException.class, () -> ml.withDegrees(DegreesOfFreedom.KENWARD_ROGER));
    }

    private ManyResult check(ManyResponses many, double[][] columns, int... failed) {
        ManyResult result = many.run();
        ColumnEstimates unit = result.unitOf(0);
        Table predictors = many.table();
        for (int c = 0; c < columns.length; c++) {
            if (Arrays.binarySearch(failed, c) >= 0) {
                assertEquals(ReplicateStatus.FAILED, unit.status()[c]);
                continue;
            }
            Fit fit = Columns.alone(many.model(), predictors, columns[c]);
            ReplicateStatus ended =
                    fit.convergence().converged() ? ReplicateStatus.CONVERGED : ReplicateStatus.NOT_CONVERGED;
            assertEquals(ended, unit.status()[c]);
            assertEquals(fit.nobs(), unit.rows()[c]);
            if (fit.convergence().gradientNorm() > SLANTED) {
                double[] theta = new double[fit.theta().length];
                for (int e = 0; e < theta.length; e++) {
                    theta[e] = unit.theta()[e][c];
                }
                assertTrue(unit.criterion()[c] < fit.criterion());
                fit = Columns.alone(many.model().withStart(theta), predictors, columns[c]);
            }
            assertEquals(fit.criterion(), unit.criterion()[c], 1e-8 * (1 + Math.abs(fit.criterion())));
            assertEquals(fit.sigma(), unit.sigma()[c], CLOSE * fit.sigma());
            for (int e = 0; e < fit.theta().length; e++) {
                assertEquals(fit.theta()[e], unit.theta()[e][c], FLAT * (1 + Math.abs(fit.theta()[e])));
            }
            IntraclassCorrelation icc = IntraclassCorrelation.of(fit);
            List<String> groups = icc.groups();
            for (int g = 0; g < groups.size(); g++) {
                assertEquals(icc.adjusted(groups.get(g)), unit.icc()[g][c], FLAT);
            }
            FixedEffectsInference inference = FixedEffectsInference.of(fit, many.degrees());
            for (int j = 0; j < inference.size(); j++) {
                ContrastTest test = inference.coefficient(j);
                double error = test.standardError();
                assertEquals(test.estimate(), unit.beta()[j][c], CLOSE * error + 4 * Math.ulp(test.estimate()));
                assertEquals(error, unit.standardErrors()[j][c], CLOSE * error);
                assertEquals(test.degrees(), unit.degrees()[j][c], FLAT * test.degrees());
                assertEquals(test.p(), result.p(j)[c], 1e-5);
            }
        }
        return result;
    }
}
