package org.warpmix.inference.diagnosis;

import java.util.stream.IntStream;
import org.warpmix.fit.Fit;
import org.warpmix.fit.Residual;
import org.warpmix.model.GroupingFactor;

/**
 * How far each level of a grouping factor moves the fixed effects, to first order and at the estimated theta:
 * {@code Δ_j = Σ w_i c_i (y_i − x_i'β̂)} over its rows, c_i as in {@link RowDiagnostics}, in the coordinates of the solver.
 */
final class GroupScores {

    private final RowErrors errors;
    private final double[][] changes;

    private GroupScores(RowErrors errors, double[][] changes) {
        this.errors = errors;
        this.changes = changes;
    }

    static GroupScores of(Fit fit, GroupingFactor factor) {
        int p = fit.fixedEffects().size();
        double[][] changes = new double[factor.levels().length][p];
        RowErrors errors = RowErrors.of(fit);
        double[] residuals = fit.residuals(Residual.MARGINAL);
        RowDiagnostics.visit(fit, errors, (i, weight, shift, rest, row) -> {
            double[] change = changes[factor.codes()[i]];
            for (int j = 0; j < p; j++) {
                change[j] += weight * residuals[i] * row.withFixed()[j];
            }
        });
        return new GroupScores(errors, changes);
    }

    /** The levels that move the estimates most, ascending. */
    int[] largest(int most) {
        double[] squares = new double[changes.length];
        for (int l = 0; l < squares.length; l++) {
            squares[l] = errors.square(changes[l]);
        }
        return IntStream.range(0, squares.length)
                .boxed()
                .sorted((a, b) -> Double.compare(squares[b], squares[a]))
                .limit(most)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }
}
