package org.warpmix.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseProducts;
import org.warpmix.inference.Estimands;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;

/**
 * What is asked of a model in a condition: its parameters with their true values, and which coefficients are tested how. Immutable.
 *
 * @param model the model
 * @param terms its random terms, without columns and levels
 * @param coefficientNames as R has them, those that are kept
 * @param parameters names: {@code beta.…}, {@code sigma}, {@code sd.…}, {@code cor.…}
 * @param truths of the parameters; NaN where the truth has no such thing
 * @param reported numbers of the parameters that results tell of
 * @param tested numbers of the coefficients that are tested
 * @param methods of the tests
 */
record ModelPlan(
        AnalysisModel model,
        List<RandomTerm> terms,
        List<String> coefficientNames,
        List<String> parameters,
        double[] truths,
        int[] reported,
        int[] tested,
        List<TestMethod> methods) {

    private static final String BETA = "beta.";
    private static final double ROUNDING = 1e-9;

    /**
     * @param wanted names of coefficients or parameters to report; empty for all
     */
    static ModelPlan of(
            AnalysisModel model, Source source, ResponseDrawer truth, List<String> wanted, List<TestMethod> methods) {
        ModelData data = source.data();
        if (source.statistics().p() == 0) {
            throw new IllegalArgumentException(model.text() + " has no fixed effects. Studies are of those.");
        }
        List<String> coefficients = new ArrayList<>();
        for (int j : source.statistics().fixed().kept()) {
            coefficients.add(data.fixedNames()[j]);
        }
        List<String> all = new ArrayList<>();
        coefficients.forEach(name -> all.add(BETA + name));
        for (String name : new Estimands(data.terms(), coefficients).names()) {
            if (!name.startsWith("theta.") && !name.startsWith(BETA)) {
                all.add(name);
            }
        }
        double[] truths = new double[all.size()];
        System.arraycopy(effects(coefficients, source, truth), 0, truths, 0, coefficients.size());
        for (int k = coefficients.size(); k < truths.length; k++) {
            truths[k] = all.get(k).equals("sigma")
                    ? (data.terms().isEmpty() ? Double.NaN : truth.sigma())
                    : variation(all.get(k), truth);
        }
        int[] reported = new int[all.size()];
        int count = 0;
        for (int k = 0; k < reported.length; k++) {
            String name = all.get(k);
            if (wanted.isEmpty()
                    || wanted.contains(name)
                    || name.startsWith(BETA) && wanted.contains(name.substring(BETA.length()))) {
                reported[count++] = k;
            }
        }
        reported = Arrays.copyOf(reported, count);
        int[] tested =
                Arrays.stream(reported).filter(k -> k < coefficients.size()).toArray();
        return new ModelPlan(model, terms(data), coefficients, all, truths, reported, tested, methods);
    }

    private static List<RandomTerm> terms(ModelData data) {
        return data.terms().stream()
                .map(term -> new RandomTerm(
                        new GroupingFactor(term.factor().name(), new String[0], new int[0]),
                        term.names(),
                        new double[0][],
                        term.covariance()))
                .toList();
    }

    /** Number of coefficients p. */
    int coefficients() {
        return coefficientNames.size();
    }

    /** Number of entries of theta. */
    int thetas() {
        return terms.stream().mapToInt(term -> term.covariance().thetaCount()).sum();
    }

    /**
     * The true coefficients: those with which the model's columns give the true means, or, where they cannot, those of the truth by
     * their names, zero where it has none.
     */
    private static double[] effects(List<String> names, Source source, ResponseDrawer truth) {
        double[] effects = new double[names.size()];
        for (int j = 0; j < effects.length; j++) {
            effects[j] = truth.effect(names.get(j));
        }
        double[] means;
        try {
            Crossproducts statistics = source.statistics();
            means = statistics
                    .fixed()
                    .coefficients(ResponseProducts.of(statistics).coordinates(truth.mean()));
        } catch (IllegalArgumentException outside) {
            return effects;
        }
        for (int j = 0; j < effects.length; j++) {
            if (Math.abs(means[j] - effects[j]) > ROUNDING * (1 + Math.abs(effects[j]))) {
                effects[j] = means[j];
            }
        }
        return effects;
    }

    private static double variation(String parameter, ResponseDrawer truth) {
        for (ResponseDrawer.Group group : truth.groups()) {
            for (int i = 0; i < group.names().size(); i++) {
                if (parameter.equals("sd." + group.name() + "." + group.names().get(i))) {
                    return Math.sqrt(group.covariance(i, i));
                }
                for (int j = 0; j < i; j++) {
                    if (parameter.equals("cor." + group.name() + "."
                            + group.names().get(i) + "." + group.names().get(j))) {
                        return group.covariance(i, j) / Math.sqrt(group.covariance(i, i) * group.covariance(j, j));
                    }
                }
            }
        }
        return parameter.startsWith("sd.") ? 0 : Double.NaN;
    }
}
