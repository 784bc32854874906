package org.warpmix.benchmarks;

import java.util.Arrays;
import org.warpmix.random.Variates;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

/**
 * Random data of the shape of sets that crossed models are measured on: as many rows and levels, spread as unevenly, every
 * pair of levels once at most.
 *
 * <p>The response is {@code mean + first effect + second effect + error}, normal with the standard deviations given here,
 * then rounded to the scale's steps and cut off at its ends; an intercept for each factor is the model. The same seed gives
 * the same data on every machine.
 */
public enum CrossedShape {
    /** InstEval: students and lecturers, each lecturer in one of 14 departments, which has an effect of sd 0.15, too. */
    INSTEVAL(
            "s",
            "d",
            "y",
            73_421,
            new Degrees(2_972, 1, 22, 92),
            new Degrees(1_128, 10, 31, 792),
            1,
            5,
            1,
            3.2,
            0.33,
            0.5,
            1.18),
    /** MovieLens 1M: users and movies. */
    ML_1M(
            "userId",
            "movieId",
            "rating",
            1_000_209,
            new Degrees(6_040, 20, 96, 2_314),
            new Degrees(3_706, 1, 124, 3_428),
            1,
            5,
            1),
    /** MovieLens 25M, all movies. */
    ML_25M(
            "userId",
            "movieId",
            "rating",
            25_000_095,
            new Degrees(162_541, 20, 71, 32_202),
            new Degrees(59_047, 1, 6, 81_491),
            0.5,
            5,
            0.5),
    /** MovieLens 25M, movies of 50 ratings or more. */
    ML_25M_50(
            "userId",
            "movieId",
            "rating",
            24_945_870,
            new Degrees(162_541, 18, 71, 13_000),
            new Degrees(13_176, 50, 330, 81_491),
            0.5,
            5,
            0.5),
    /** MovieLens 32M. */
    ML_32M(
            "userId",
            "movieId",
            "rating",
            32_000_204,
            new Degrees(200_948, 20, 73, 33_332),
            new Degrees(84_432, 1, 5, 102_929),
            0.5,
            5,
            0.5);

    private static final int DEGREES = 0;
    private static final int PAIRS = 1;
    private static final int FIRST_EFFECTS = 2;
    private static final int SECOND_EFFECTS = 3;
    private static final int DEPARTMENTS = 4;
    private static final int ERRORS = 5;
    private static final int SERVICE = 6;
    private static final int INSTEVAL_DEPARTMENTS = 14;
    private static final double DEPARTMENT_DEVIATION = 0.15;
    private static final double SERVICE_SHARE = 0.43;

    private final String firstName;
    private final String secondName;
    private final String responseName;
    private final int rows;
    private final Degrees first;
    private final Degrees second;
    private final double lowest;
    private final double highest;
    private final double step;
    private final double mean;
    private final double firstDeviation;
    private final double secondDeviation;
    private final double errorDeviation;

    CrossedShape(
            String firstName,
            String secondName,
            String responseName,
            int rows,
            Degrees first,
            Degrees second,
            double lowest,
            double highest,
            double step) {
        this(firstName, secondName, responseName, rows, first, second, lowest, highest, step, 3.5, 0.43, 0.49, 0.86);
    }

    CrossedShape(
            String firstName,
            String secondName,
            String responseName,
            int rows,
            Degrees first,
            Degrees second,
            double lowest,
            double highest,
            double step,
            double mean,
            double firstDeviation,
            double secondDeviation,
            double errorDeviation) {
        this.firstName = firstName;
        this.secondName = secondName;
        this.responseName = responseName;
        this.rows = rows;
        this.first = first;
        this.second = second;
        this.lowest = lowest;
        this.highest = highest;
        this.step = step;
        this.mean = mean;
        this.firstDeviation = firstDeviation;
        this.secondDeviation = secondDeviation;
        this.errorDeviation = errorDeviation;
    }

    /** The model that the data comes from. */
    public String formula() {
        return responseName + " ~ 1 + (1 | " + firstName + ") + (1 | " + secondName + ")";
    }

    public int rows() {
        return rows;
    }

    /** The data, sorted by the first factor and then by the second one; 16 bytes a row. */
    public Table table(long seed) {
        Variates variates = new Variates(seed);
        variates.start(0, DEGREES);
        int[] firstRows = first.draw(rows, variates);
        int[] secondRows = second.draw(rows, variates);
        variates.start(0, PAIRS);
        int[] secondCodes = CrossedPairs.draw(firstRows, secondRows, variates);
        double[] secondEffects = normals(variates, SECOND_EFFECTS, second.levels(), secondDeviation);
        int[] departments = new int[second.levels()];
        if (this == INSTEVAL) {
            double[] effects = new double[INSTEVAL_DEPARTMENTS];
            variates.start(0, DEPARTMENTS);
            Arrays.setAll(effects, i -> DEPARTMENT_DEVIATION * variates.normal());
            for (int k = 0; k < departments.length; k++) {
                departments[k] = variates.below(INSTEVAL_DEPARTMENTS);
                secondEffects[k] += effects[departments[k]];
            }
        }
        double[] firstEffects = normals(variates, FIRST_EFFECTS, first.levels(), firstDeviation);
        int[] firstCodes = new int[rows];
        double[] response = new double[rows];
        int row = 0;
        for (int level = 0; level < firstRows.length; level++) {
            variates.start(level, ERRORS);
            for (int end = row + firstRows[level]; row < end; row++) {
                firstCodes[row] = level;
                double y = mean
                        + firstEffects[level]
                        + secondEffects[secondCodes[row]]
                        + errorDeviation * variates.normal();
                response[row] = Math.min(highest, Math.max(lowest, step * Math.rint(y / step)));
            }
        }
        Table.Builder table = Table.builder()
                .column(firstName, numbered(firstCodes, first.levels()))
                .column(secondName, numbered(secondCodes, second.levels()));
        if (this == INSTEVAL) {
            int[] rowDepartments = new int[rows];
            Arrays.setAll(rowDepartments, i -> departments[secondCodes[i]]);
            variates.start(0, SERVICE);
            int[] service = new int[rows];
            Arrays.setAll(service, i -> variates.uniform() < SERVICE_SHARE ? 1 : 0);
            table.column("service", numbered(service, 2))
                    .column("dept", numbered(rowDepartments, INSTEVAL_DEPARTMENTS));
        }
        return table.column(responseName, new NumericColumn(response)).build();
    }

    private static double[] normals(Variates variates, int stream, int count, double deviation) {
        variates.start(0, stream);
        double[] normals = new double[count];
        Arrays.setAll(normals, i -> deviation * variates.normal());
        return normals;
    }

    /** A factor whose levels are called 1, 2, …. */
    private static FactorColumn numbered(int[] codes, int levels) {
        String[] labels = new String[levels];
        Arrays.setAll(labels, i -> Integer.toString(i + 1));
        return new FactorColumn(codes, labels);
    }
}
