package org.warpmix.inference;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.model.TermCoding;

/**
 * Analysis of variance of the fixed effects of a fit: an F test per term. Immutable; each {@code with…} gives another.
 *
 * <pre>
 * AnovaTable table = AnovaTable.of(fit).withType(HypothesisType.II).withDegrees(DegreesOfFreedom.KENWARD_ROGER);
 * </pre>
 */
public final class AnovaTable {

    /**
     * The test of a term.
     *
     * @param term as in the formula
     * @param meanSquare the unscaled F times σ², as lmerTest states it
     * @param test of all its contrasts
     */
    public record Row(String term, double meanSquare, FTest test) {

        /** {@code numerator × meanSquare}. */
        public double sumOfSquares() {
            return test.numerator() * meanSquare;
        }
    }

    private final Fit fit;
    private final HypothesisType type;
    private final DegreesOfFreedom degrees;

    private AnovaTable(Fit fit, HypothesisType type, DegreesOfFreedom degrees) {
        this.fit = fit;
        this.type = type;
        this.degrees = degrees;
    }

    /** The table of a fit by default: type III with Satterthwaite's degrees of freedom. */
    public static AnovaTable of(Fit fit) {
        return new AnovaTable(fit, HypothesisType.III, DegreesOfFreedom.SATTERTHWAITE);
    }

    /** Chooses what the rows test. */
    public AnovaTable withType(HypothesisType chosen) {
        return new AnovaTable(fit, chosen, degrees);
    }

    /** Chooses the denominator degrees of freedom. */
    public AnovaTable withDegrees(DegreesOfFreedom chosen) {
        return new AnovaTable(fit, type, chosen);
    }

    /** What the rows test. */
    public HypothesisType type() {
        return type;
    }

    /** The denominator degrees of freedom. */
    public DegreesOfFreedom degrees() {
        return degrees;
    }

    /** Reckons the tests. */
    public Result test() {
        FixedEffectsInference inference = FixedEffectsInference.of(fit, degrees);
        Fit tested = inference.fit();
        List<TermCoding> terms = tested.design().codings();
        List<double[][]> hypotheses = new Hypotheses(tested).of(type);
        List<String> notes = new ArrayList<>(inference.notes());
        List<Row> rows = new ArrayList<>();
        for (int t = 0; t < terms.size(); t++) {
            double[][] contrasts = hypotheses.get(t);
            FTest test = contrasts.length == 0 ? FTest.EMPTY : inference.test(contrasts);
            if (contrasts.length < terms.get(t).count()) {
                notes.add(
                        "The term " + terms.get(t).name() + " has " + contrasts.length + " of its "
                                + terms.get(t).count() + " degrees of freedom: X lost columns, so "
                                + (contrasts.length == 0
                                        ? "there is nothing to test."
                                        : "its row tests what the data can tell of it, which depends on which cells are empty."));
            }
            double meanSquare = test.f() / test.scaling() * tested.sigma() * tested.sigma();
            rows.add(new Row(terms.get(t).name(), meanSquare, test));
        }
        return new Result(tested, type, degrees, List.copyOf(rows), List.copyOf(notes));
    }

    /**
     * What came out.
     *
     * @param fit the fit whose effects were tested, see {@link FixedEffectsInference#fit}
     * @param type what the rows test
     * @param degrees the denominator degrees of freedom
     * @param rows one per term, in the order of the formula
     * @param notes what a reader should know, in plain words
     */
    public record Result(Fit fit, HypothesisType type, DegreesOfFreedom degrees, List<Row> rows, List<String> notes) {}
}
