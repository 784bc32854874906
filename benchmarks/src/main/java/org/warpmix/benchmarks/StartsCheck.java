package org.warpmix.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.Design;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;
import org.warpmix.table.TableReader;

/**
 * Fits one model by ML from the default start and from random ones: {@code StartsCheck FILE FORMULA STARTS}. Prints the
 * criterion, the evaluations and the time of each, and what they range over.
 */
public final class StartsCheck {

    private StartsCheck() {}

    public static void main(String[] arguments) {
        LinearMixedModel model = LinearMixedModel.of(arguments[1]).withMethod(Method.ML);
        int starts = Integer.parseInt(arguments[2]);
        Design design = Design.of(model.formula(), TableReader.withDefaults().read(Path.of(arguments[0])));
        ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(design.data()), Method.ML);
        for (int i = 0; i < 20; i++) {
            CriterionOptimizer.minimize(criterion, criterion.parameters().start()); // warm up the compiler
        }
        Random random = new Random(1);
        double[] milliseconds = new double[starts + 1];
        double highest = Double.NEGATIVE_INFINITY;
        double lowest = Double.POSITIVE_INFINITY;
        int most = 0;
        for (int i = 0; i <= starts; i++) {
            double[] x = criterion.parameters().start();
            for (int k = 0; i > 0 && k < x.length; k++) {
                x[k] = random.nextGaussian();
            }
            long before = System.nanoTime();
            Optimum optimum = CriterionOptimizer.minimize(criterion, x);
            milliseconds[i] = (System.nanoTime() - before) / 1e6;
            highest = Math.max(highest, optimum.criterion());
            lowest = Math.min(lowest, optimum.criterion());
            most = Math.max(most, optimum.evaluations());
            System.out.printf(
                    "%s start: %.8f, %d evaluations, %.0f ms, gradient %.1e, curvature %.3g, boundary %.3g%n",
                    i == 0 ? "default" : "random",
                    optimum.criterion(),
                    optimum.evaluations(),
                    milliseconds[i],
                    optimum.gradientNorm(),
                    optimum.curvature(),
                    optimum.boundaryCurvature());
        }
        Arrays.sort(milliseconds);
        System.out.printf(
                "criteria from %.8f to %.8f; at most %d evaluations; median %.0f ms, longest %.0f ms%n",
                lowest, highest, most, milliseconds[starts / 2], milliseconds[starts]);
    }
}
