package org.warpmix.study;

import java.util.ArrayList;
import java.util.List;

/** What came out of a study. Immutable. */
public final class StudyResult {

    /**
     * A condition.
     *
     * @param tallies by model
     * @param stopped whether it ended before its last replicate because the Monte Carlo errors wanted were reached
     */
    public record Point(Condition condition, List<Tally> tallies, boolean stopped) {
        public Point {
            tallies = List.copyOf(tallies);
        }
    }

    /**
     * A line of the tidy table: one measure.
     *
     * @param condition its number, from 0
     * @param method a test's, or empty
     * @param parameter or empty
     * @param truth the true value of the parameter; NaN where there is none
     */
    public record Row(
            int condition, String model, String method, String parameter, double truth, String name, Measure measure) {}

    private final Study study;
    private final List<Point> points;

    StudyResult(Study study, List<Point> points) {
        this.study = study;
        this.points = List.copyOf(points);
    }

    /** The study. */
    public Study study() {
        return study;
    }

    /** The conditions, in their order. */
    public List<Point> points() {
        return points;
    }

    /** What was counted of a model in a condition, numbers from 0. */
    public Tally tally(int condition, int model) {
        return points.get(condition).tallies().get(model);
    }

    /** All measures, one a row. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int c = 0; c < points.size(); c++) {
            for (Tally tally : points.get(c).tallies()) {
                addModel(c, tally, rows);
            }
        }
        return rows;
    }

    private static void addModel(int c, Tally tally, List<Row> rows) {
        Builder model = new Builder(c, tally.model(), "", "", Double.NaN, rows);
        model.add("converged", tally.converged());
        model.add("singular", tally.singular());
        model.add("failed", tally.failed());
        for (String parameter : tally.parameters()) {
            double truth = tally.truth(parameter);
            Builder estimate = new Builder(c, tally.model(), "", parameter, truth, rows);
            estimate.add("mean", tally.mean(parameter));
            estimate.add("bias", tally.bias(parameter));
            estimate.add("empirical_se", tally.empiricalError(parameter));
            estimate.add("rmse", tally.rootMeanSquare(parameter));
            for (TestMethod method : tally.isTested(parameter) ? tally.methods() : List.<TestMethod>of()) {
                Builder test = new Builder(c, tally.model(), method.toString(), parameter, truth, rows);
                if (method.hasInterval()) {
                    test.add("model_se", tally.modelError(parameter, method));
                    test.add("relative_error", tally.relativeError(parameter, method));
                    test.add("coverage", tally.coverage(parameter, method));
                }
                test.add("rejection", tally.rejection(parameter, method));
            }
        }
    }

    /** What the rows of a group have in common. */
    private record Builder(int c, String model, String method, String parameter, double truth, List<Row> rows) {
        void add(String name, Measure measure) {
            rows.add(new Row(c, model, method, parameter, truth, name, measure));
        }
    }
}
