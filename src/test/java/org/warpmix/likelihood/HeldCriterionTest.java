package org.warpmix.likelihood;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.model.ModelData;

/** −2 log-likelihood with a parameter held, on models of every structure: its values and its gradient. */
class HeldCriterionTest {

    private static List<RandomModels.Model> models() {
        List<RandomModels.Model> models = new ArrayList<>();
        for (int seed = 0; seed < 44; seed++) {
            models.add(RandomModels.draw(seed));
        }
        return models;
    }

    private static List<HeldCriterion> all(ProfiledCriterion criterion) {
        List<HeldCriterion> all = new ArrayList<>();
        for (int j = 0; j < criterion.statistics().p(); j++) {
            all.add(HeldCriterion.fixedEffect(criterion, j));
        }
        all.add(HeldCriterion.sigma(criterion));
        List<RandomBlock> blocks = criterion.blocks();
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                int q = blocks.get(f).terms().get(t).names().length;
                for (int i = 0; i < q; i++) {
                    all.add(HeldCriterion.deviation(criterion, f, t, i));
                    for (int j = 0; j < i; j++) {
                        all.add(HeldCriterion.correlation(criterion, f, t, i, j));
                    }
                }
            }
        }
        return all;
    }

    /** Held at its own estimate, nothing is held; and the deviance at any sigma is that of the normal density. */
    @ParameterizedTest
    @MethodSource("models")
    void isTheCriterionWhereTheEstimateIsHeld(RandomModels.Model model) {
        ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(model.data()), Method.ML);
        double[] x = criterion.parameters().fromTheta(model.theta());
        double expected = criterion.value(x);
        int n = criterion.statistics().n();
        Likelihood.Solution solution = criterion.solve(x);
        double sigma = 1.3 * Math.sqrt(solution.rSquared() / n);
        double wide = expected + n * (2 * Math.log(1.3) + 1 / (1.3 * 1.3) - 1);
        double tolerance = 1e-9 * Math.max(1, Math.abs(expected));
        for (HeldCriterion held : all(criterion)) {
            double[] gradient = new double[x.length + 1];
            HeldCriterion.Place place = held.estimate(x);
            assertEquals(
                    expected,
                    held.value(place.held(), place.free(), gradient),
                    tolerance,
                    held.getClass().getSimpleName());
            if (held instanceof HeldTerm.Deviation
                    || held == all(criterion).get(criterion.statistics().p())) {
                place = held.place(x, solution.gamma(), sigma);
                assertEquals(wide, held.value(place.held(), place.free(), gradient), tolerance);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void gradientIsThatOfTheValue(RandomModels.Model model) {
        ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(model.data()), Method.ML);
        double[] x = criterion.parameters().fromTheta(model.theta());
        Random random = new Random(3);
        for (HeldCriterion held : all(criterion)) {
            HeldCriterion.Place place = held.estimate(x);
            double[] at = new double[x.length + 1];
            for (int i = 0; i < x.length; i++) {
                at[i] = place.free()[i] + 0.1 * random.nextGaussian();
            }
            at[x.length] = place.held() + 0.05 + 0.1 * random.nextDouble();
            double[] gradient = new double[at.length];
            value(held, at, gradient);
            double size = 1;
            for (double entry : gradient) {
                size = Math.max(size, Math.abs(entry));
            }
            for (int i = 0; i < at.length; i++) {
                double h = 1e-5;
                double[] up = at.clone();
                double[] down = at.clone();
                up[i] += h;
                down[i] -= h;
                double[] ignored = new double[at.length];
                double slope = (value(held, up, ignored) - value(held, down, ignored)) / (2 * h);
                assertEquals(slope, gradient[i], 2e-6 * size, held.getClass().getSimpleName() + " " + i);
            }
        }
    }

    /** A fixed effect held at b is the model without its column, fitted to y − bx. */
    @ParameterizedTest
    @MethodSource("models")
    void heldFixedEffectIsAnOffset(RandomModels.Model model) {
        ModelData data = model.data();
        int[] kept = model.kept();
        if (kept.length < 2 || kept.length < data.x().length) {
            return;
        }
        int j = kept.length - 1;
        ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(data), Method.ML);
        double[] x = criterion.parameters().fromTheta(model.theta());
        HeldCriterion held = HeldCriterion.fixedEffect(criterion, j);
        double at = held.estimate(x).held() + 0.2;
        double[] offset =
                data.offset() == null ? new double[data.n()] : data.offset().clone();
        for (int i = 0; i < offset.length; i++) {
            offset[i] += held.parameter(at) * data.x()[j][i];
        }
        double[][] others = Arrays.copyOf(data.x(), j);
        ModelData reduced = new ModelData(
                data.response(),
                data.y(),
                Arrays.copyOf(data.fixedNames(), j),
                others,
                data.terms(),
                data.weights(),
                offset,
                data.rows(),
                data.dropped());
        ProfiledCriterion direct = ProfiledCriterion.of(Crossproducts.of(reduced), Method.ML);
        double expected = direct.value(direct.parameters().fromTheta(model.theta()));
        assertEquals(expected, held.value(at, x, new double[x.length + 1]), 1e-8 * Math.max(1, Math.abs(expected)));
    }

    private static double value(HeldCriterion held, double[] at, double[] gradient) {
        return held.value(at[at.length - 1], Arrays.copyOf(at, at.length - 1), gradient);
    }
}
