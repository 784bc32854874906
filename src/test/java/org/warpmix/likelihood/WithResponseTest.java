package org.warpmix.likelihood;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.model.ModelData;

/** Another response on a criterion's plan and work space: the same bits as a criterion made for it. */
class WithResponseTest {

    @Test
    void sameBitsAsOneMadeForTheResponse() {
        for (int seed = 0; seed < 1100; seed += 7) {
            RandomModels.Model model = RandomModels.draw(seed);
            Crossproducts statistics = Crossproducts.of(model.data());
            Crossproducts other = statistics.withResponse(response(Crossproducts.of(anotherResponse(model.data()))));
            ProfiledCriterion criterion = ProfiledCriterion.of(statistics, model.method());
            double[] x = criterion.parameters().fromTheta(model.theta());
            double before = criterion.value(x);
            String name = "seed " + seed + ": " + model;

            assertSame(ProfiledCriterion.of(other, model.method()), criterion.withResponse(other), x, name);
            assertEquals(before, criterion.value(x), name);
            assertSame(ProfiledCriterion.of(statistics, model.method()), criterion, x, name);
        }
    }

    private static void assertSame(ProfiledCriterion expected, ProfiledCriterion actual, double[] x, String name) {
        double[] gradient = new double[x.length];
        double[] again = new double[x.length];
        assertEquals(expected.value(x, gradient), actual.value(x, again), name);
        assertArrayEquals(gradient, again, name);
        assertArrayEquals(expected.solve(x).gamma(), actual.solve(x).gamma(), name);
        assertArrayEquals(expected.solve(x).b(), actual.solve(x).b(), name);
    }

    @Test
    void anotherDesignIsRefused() {
        ProfiledCriterion criterion =
                ProfiledCriterion.of(Crossproducts.of(RandomModels.draw(0).data()), Method.ML);
        Crossproducts foreign = Crossproducts.of(RandomModels.draw(0).data());
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> criterion.withResponse(foreign));
        assertEquals(
                "The statistics are of another design than those of the likelihood;"
                        + " make them by Crossproducts.withResponse from these.",
                refusal.getMessage());
    }

    private static ModelData anotherResponse(ModelData data) {
        Random random = new Random(data.n());
        double[] y = random.doubles(data.n(), -3, 5).toArray();
        return new ModelData(
                "y", y, data.fixedNames(), data.x(), data.terms(), data.weights(), data.offset(), data.rows(), 0);
    }

    /** The part of statistics that the response makes, in {@link ResponseLayout}'s order. */
    private static double[] response(Crossproducts statistics) {
        ResponseLayout layout = ResponseLayout.of(statistics);
        double[] response = new double[layout.size()];
        int width = statistics.p() + 1;
        GroupClasses classes = statistics.classes();
        for (int f = 0; classes == null && f < statistics.factors().size(); f++) {
            LevelProducts products = statistics.factors().get(f);
            for (int level = 0; level < products.levels(); level++) {
                copyLevel(products, level, response, layout.factor(f) + level * products.q());
            }
        }
        for (int c = 0; classes != null && c < classes.classes(); c++) {
            int at = layout.groupClass(c);
            double[] sums = classes.summed(c);
            for (int i = 0; sums == null && i < classes.size(c); i++) {
                int q = classes.products().q();
                copyLevel(classes.products(), classes.level(c, i), response, at + i * q);
            }
            int triangle = width * (width + 1) / 2;
            for (int start = 0; sums != null && start < sums.length; start += triangle) {
                for (int k = 0, end = start + width; k < width; k++, end += width - k) {
                    response[at++] = sums[end - 1]; // the last entry of each column of the triangle
                }
            }
        }
        System.arraycopy(statistics.ww(), (width - 1) * width, response, layout.xy(), width);
        return response;
    }

    private static void copyLevel(LevelProducts products, int level, double[] response, int at) {
        int q = products.q();
        System.arraycopy(products.b(), (level + 1) * q * products.width() - q, response, at, q);
    }
}
