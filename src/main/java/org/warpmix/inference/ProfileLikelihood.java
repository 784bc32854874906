package org.warpmix.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.likelihood.HeldCriterion;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.RandomTerm;
import org.warpmix.table.NearestNames;

/**
 * The likelihood profiles of the parameters of a fit: for a value of one parameter, −2 log-likelihood with all others optimised.
 *
 * <pre>
 * ProfileInterval slopes = ProfileLikelihood.of(fit).curve("sd.Subject.Days").interval(0.95);
 * </pre>
 *
 * <p>Parameters are sigma, the fixed effects, and the standard deviations and correlations of the random effects, named as those of
 * a bootstrap. What is profiled is the full likelihood: a fit by REML is first refitted by ML, as lme4's {@code profile} does. Curves
 * are computed when they are asked for. An instance, and its curves, serve one thread.
 */
public final class ProfileLikelihood {

    private final Fit fit;
    private final boolean refitted;
    private final Map<String, Supplier<HeldCriterion>> parameters = new LinkedHashMap<>();
    private final Map<String, ProfileCurve> curves = new LinkedHashMap<>();

    private ProfileLikelihood(Fit given) {
        if (!given.convergence().searched()) {
            throw new IllegalArgumentException(
                    "The criterion was evaluated at a theta that was given: there is no maximum to"
                            + " profile around. Fit the model.");
        }
        fit = given.refit(Method.ML);
        refitted = fit != given;
        ProfiledCriterion criterion = fit.profiledCriterion();
        parameters.put("sigma", () -> HeldCriterion.sigma(criterion));
        FixedEffects effects = fit.fixedEffects();
        for (int j = 0; j < effects.size(); j++) {
            int effect = j;
            parameters.put("beta." + effects.name(j), () -> HeldCriterion.fixedEffect(criterion, effect));
        }
        List<RandomTerm> terms = fit.design().data().terms();
        for (int number = 0; number < terms.size(); number++) {
            addTerm(terms.get(number), number, criterion);
        }
    }

    private void addTerm(RandomTerm term, int number, ProfiledCriterion criterion) {
        String group = term.factor().name() + ".";
        String[] effects = term.names();
        List<RandomBlock> blocks = criterion.blocks();
        for (int block = 0; block < blocks.size(); block++) {
            int f = block;
            for (int place = 0; place < blocks.get(f).terms().size(); place++) {
                int t = place;
                if (blocks.get(f).termNumber(t) != number) {
                    continue;
                }
                for (int effect = 0; effect < effects.length; effect++) {
                    int i = effect;
                    parameters.put("sd." + group + effects[i], () -> HeldCriterion.deviation(criterion, f, t, i));
                }
                for (int one = 0; one < effects.length; one++) {
                    for (int other = one + 1; other < effects.length; other++) {
                        int j = one;
                        int i = other;
                        parameters.put(
                                "cor." + group + effects[i] + "." + effects[j],
                                () -> HeldCriterion.correlation(criterion, f, t, i, j));
                    }
                }
            }
        }
    }

    /**
     * The profiles of a fit.
     *
     * @throws IllegalArgumentException for a fit at a theta that was given
     */
    public static ProfileLikelihood of(Fit fit) {
        return new ProfileLikelihood(fit);
    }

    /** The fit by ML whose likelihood is profiled. */
    public Fit fit() {
        return fit;
    }

    /** Whether that is another than the fit given, which was by REML. */
    public boolean refitted() {
        return refitted;
    }

    /** Names of the parameters: {@code sigma}, {@code beta.Days}, {@code sd.Subject.Days}, {@code cor.Subject.Days.(Intercept)}. */
    public List<String> names() {
        return List.copyOf(parameters.keySet());
    }

    /**
     * The profile of one parameter.
     *
     * @throws IllegalArgumentException for an unknown name, with the nearest known
     */
    public ProfileCurve curve(String name) {
        Supplier<HeldCriterion> parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("No parameter " + NearestNames.quote(name) + ". "
                    + NearestNames.hint(name, new ArrayList<>(parameters.keySet())));
        }
        return curves.computeIfAbsent(
                name, any -> ProfileCurve.of(name, parameter.get(), fit.optimum(), fit.criterion()));
    }
}
