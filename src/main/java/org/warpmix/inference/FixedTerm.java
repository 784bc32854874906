package org.warpmix.inference;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.formula.Term;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SmallCholesky;
import org.warpmix.model.ModelData;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;
import org.warpmix.replicate.FittedModel;
import org.warpmix.table.NearestNames;

/**
 * Fixed effects of a fit that are tested together.
 *
 * @param effects their numbers among those estimated, ascending
 */
public record FixedTerm(Fit fit, String name, int[] effects) {

    /**
     * The effects of a term, or a single one.
     *
     * @param name of a term of the formula, e.g. {@code service:dept}, or of a coefficient, e.g. {@code serviceY}
     * @throws IllegalArgumentException when the model has neither, with the nearest names, and when the term's effects
     *     cannot be told from the others'
     */
    public static FixedTerm of(Fit fit, String name) {
        List<String> terms = new ArrayList<>();
        for (Term term : fit.design().formula().fixed().terms()) {
            terms.add(term.name());
        }
        int number = terms.indexOf(name) + 1;
        int[] assign = fit.design().assign();
        int[] kept = fit.profiledCriterion().statistics().fixed().kept();
        String[] columns = fit.design().data().fixedNames();
        List<Integer> effects = new ArrayList<>();
        boolean known = number > 0;
        for (int j = 0; j < columns.length; j++) {
            known |= columns[j].equals(name);
        }
        for (int k = 0; k < kept.length; k++) {
            if (number > 0 ? assign[kept[k]] == number : columns[kept[k]].equals(name)) {
                effects.add(k);
            }
        }
        if (!known) {
            for (String column : columns) {
                if (!terms.contains(column)) {
                    terms.add(column);
                }
            }
            throw new IllegalArgumentException("No fixed-effects term or coefficient " + NearestNames.quote(name) + ". "
                    + NearestNames.hint(name, terms));
        }
        if (effects.isEmpty()) {
            throw new IllegalArgumentException(
                    "The effects of " + NearestNames.quote(name)
                            + " were dropped from the model: they cannot be told from the others', so there is nothing to test.");
        }
        return new FixedTerm(
                fit, name, effects.stream().mapToInt(Integer::intValue).toArray());
    }

    /** The fit's estimates of the effects. */
    public double[] estimates() {
        double[] estimates = new double[effects.length];
        for (int i = 0; i < estimates.length; i++) {
            estimates[i] = fit.fixedEffects().estimate(effects[i]);
        }
        return estimates;
    }

    /** {@code b'V⁻¹b}: Wald's statistic of the hypothesis that the effects are zero. */
    public double wald() {
        FixedEffects all = fit.fixedEffects();
        int k = effects.length;
        double[] l = new double[k * k];
        for (int j = 0; j < k; j++) {
            for (int i = 0; i < k; i++) {
                l[i + j * k] = all.covariance(effects[i], effects[j]);
            }
        }
        double[] z = estimates();
        if (!SmallCholesky.factor(l, 0, k, k)) {
            return Double.NaN;
        }
        SmallCholesky.solveLower(l, 0, k, k, z, 0, 1, k);
        double sum = 0;
        for (double entry : z) {
            sum += entry * entry;
        }
        return sum;
    }

    /** The model without the effects, fitted to the same rows by the same method. */
    public FittedModel reduced() {
        ModelData full = fit.design().data();
        FixedBasis basis = fit.profiledCriterion().statistics().fixed();
        List<String> names = new ArrayList<>();
        List<double[]> x = new ArrayList<>();
        for (int k = 0, next = 0; k < basis.rank(); k++) {
            if (next < effects.length && effects[next] == k) {
                next++;
            } else {
                names.add(full.fixedNames()[basis.kept()[k]]);
                x.add(full.x()[basis.kept()[k]]);
            }
        }
        ModelData data = new ModelData(
                full.response(),
                full.y(),
                names.toArray(new String[0]),
                x.toArray(new double[0][]),
                full.terms(),
                full.weights(),
                full.offset(),
                full.rows(),
                full.dropped());
        ProfiledCriterion criterion =
                ProfiledCriterion.of(Crossproducts.of(data), fit.model().method());
        Optimum optimum =
                CriterionOptimizer.minimize(criterion, criterion.parameters().start());
        return FittedModel.of(data, criterion, fit.model().method(), optimum.x());
    }
}
