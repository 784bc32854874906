package org.warpmix.inference.variation;

import java.util.Arrays;
import java.util.List;
import org.warpmix.fit.Fit;

/** What {@link Pooling} found: for each group and coefficient three estimates. */
public final class PooledGroups {

    private final Fit fit;
    private final String factor;
    private final String[] levels;
    private final int[] rows;
    private final List<String> names;
    private final double[] complete;
    private final double[] completeErrors;
    private final LeastSquares leastSquares;

    // per level the coefficients, filled by Pooling
    final double[] separate;
    final double[] separateErrors;
    final double[] partial;
    final double[] partialErrors;
    final double[] shrinkage;
    double separateSigma;

    PooledGroups(
            Fit fit,
            String factor,
            String[] levels,
            int[] rows,
            List<String> names,
            double[] complete,
            double[] completeErrors,
            LeastSquares leastSquares) {
        this.fit = fit;
        this.factor = factor;
        this.levels = levels;
        this.rows = rows;
        this.names = List.copyOf(names);
        this.complete = complete;
        this.completeErrors = completeErrors;
        this.leastSquares = leastSquares;
        int size = levels.length * names.size();
        this.separate = new double[size];
        this.separateErrors = new double[size];
        this.partial = new double[size];
        this.partialErrors = new double[size];
        this.shrinkage = new double[size];
        Arrays.fill(separate, Double.NaN);
    }

    /** The model. */
    public Fit fit() {
        return fit;
    }

    /** Name of the grouping factor. */
    public String factor() {
        return factor;
    }

    /** Number of groups. */
    public int size() {
        return levels.length;
    }

    /** Label of a group. */
    public String level(int group) {
        return levels[group];
    }

    /** Number of rows of a group. */
    public int rows(int group) {
        return rows[group];
    }

    /** Names of the coefficients that vary between groups. */
    public List<String> names() {
        return names;
    }

    /** Estimate of least squares on all rows; zero where the coefficient is no fixed effect of the model. */
    public double complete(int coefficient) {
        return complete[coefficient];
    }

    /** Its standard error as least squares states it; NaN where the coefficient is no fixed effect. */
    public double completeError(int coefficient) {
        return completeErrors[coefficient];
    }

    /** Least squares on the group's own rows; NaN where they do not tell all its coefficients apart. */
    public double separate(int group, int coefficient) {
        return separate[group * names.size() + coefficient];
    }

    /** Its standard error; NaN where there is no estimate, or no residual degree of freedom in any group. */
    public double separateError(int group, int coefficient) {
        return separateErrors[group * names.size() + coefficient];
    }

    /** Fixed effect plus conditional mode. */
    public double partial(int group, int coefficient) {
        return partial[group * names.size() + coefficient];
    }

    /** Its standard error, as a prediction of the group's coefficient. */
    public double partialError(int group, int coefficient) {
        return partialErrors[group * names.size() + coefficient];
    }

    /**
     * How far the group's own information is overruled: conditional over unconditional variance of the random effect. 0 leaves
     * the group to itself, 1 takes it all the way to the fixed effect. With a random intercept alone
     * {@code 1/(1 + n_j σ_b²/σ²)}, the part of the way from no pooling to the fixed effect.
     */
    public double shrinkage(int group, int coefficient) {
        return shrinkage[group * names.size() + coefficient];
    }

    /** Number of groups whose own rows do not tell their coefficients apart. */
    public int withoutSeparate() {
        int count = 0;
        for (int group = 0; group < levels.length; group++) {
            count += Double.isNaN(separate(group, 0)) ? 1 : 0;
        }
        return count;
    }

    /** Residual standard deviation under no pooling; NaN where no group has a row to spare. */
    public double separateSigma() {
        return separateSigma;
    }

    /**
     * How much of the variation of a coefficient's predictor is between groups: 1 where it is constant within them, as the
     * intercept's is. It tells why least squares is off.
     *
     * @param j number of the coefficient in {@link #leastSquares}
     */
    public double betweenShare(int j) {
        int column = fit.profiledCriterion().statistics().fixed().kept()[j];
        return WithinBetween.betweenShare(fit, column, WithinBetween.groups(fit, factor));
    }

    /** Least squares on all rows, with what its standard errors should be. */
    public LeastSquares leastSquares() {
        return leastSquares;
    }
}
