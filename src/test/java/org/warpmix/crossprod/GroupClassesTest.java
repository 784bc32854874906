package org.warpmix.crossprod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.warpmix.formula.Formula;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.Design;
import org.warpmix.table.Table;

/** Groups of one design are one class, and classes change nothing but the cost. */
class GroupClassesTest {

    private static final int GROUPS = 2000;
    private static final int SIZE = 4;

    /** Groups measured at times 0 to 3. */
    private static Crossproducts statistics(String formula, double perturbation, int missingInGroupZero) {
        Random random = new Random(6);
        Random noise = new Random(7);
        int n = GROUPS * SIZE - missingInGroupZero;
        double[] y = new double[n];
        double[] x = new double[n];
        int[] g = new int[n];
        String[] names = new String[GROUPS];
        int row = 0;
        for (int j = 0; j < GROUPS; j++) {
            names[j] = "g" + j;
            double effect = random.nextGaussian();
            for (int i = 0; i < SIZE; i++) {
                double value = effect + random.nextGaussian() * (1 + 0.1 * i);
                if (j > 0 || i >= missingInGroupZero) {
                    g[row] = j;
                    x[row] = i + perturbation * noise.nextGaussian();
                    y[row++] = value;
                }
            }
        }
        Table table = Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .factor("g", g, names)
                .build();
        return Crossproducts.of(Design.of(Formula.parse(formula), table).data());
    }

    private static GroupClasses classes(Crossproducts statistics) {
        return statistics.classes();
    }

    @Test
    void aBalancedDesignIsOneClass() {
        for (String formula : new String[] {"y ~ x + (1 | g)", "y ~ x + (x | g)", "y ~ x + (x || g)"}) {
            GroupClasses classes = classes(statistics(formula, 0, 0));
            assertEquals(1, classes.classes(), formula);
            assertEquals(GROUPS, classes.size(0), formula);
            assertNotNull(classes.summed(0), "sums pay for 2,000 groups");
        }
    }

    @Test
    void aShorterGroupIsAnother() {
        GroupClasses classes = classes(statistics("y ~ x + (x | g)", 0, 1));
        assertEquals(2, classes.classes());
        assertEquals(1, classes.size(0));
        assertEquals(0, classes.level(0, 0));
        assertEquals(GROUPS - 1, classes.size(1));
    }

    /** A millionth of difference is a difference. */
    @Test
    void classesAreOfEqualProductsOnly() {
        int n = 400;
        double[] y = new Random(8).doubles(n).toArray();
        double[] x = new double[n];
        int[] g = new int[n];
        String[] names = new String[100];
        for (int i = 0; i < n; i++) {
            g[i] = i / 4;
            names[g[i]] = "g" + g[i];
            x[i] = (1 + i % 4) * (g[i] % 2 == 0 ? 1 : 1 + 1e-6);
        }
        Table table = Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .factor("g", g, names)
                .build();
        for (String formula : new String[] {"y ~ x + (0 + x | g)", "y ~ x + (x | g)"}) {
            Crossproducts statistics =
                    Crossproducts.of(Design.of(Formula.parse(formula), table).data());
            assertEquals(2, classes(statistics).classes(), formula);
        }
    }

    @Test
    void everyLevelIsInOneClass() {
        GroupClasses classes = classes(statistics("y ~ x + (x | g)", 1e-13, 2));
        BitSet seen = new BitSet();
        for (int c = 0; c < classes.classes(); c++) {
            for (int i = 0; i < classes.size(c); i++) {
                assertTrue(!seen.get(classes.level(c, i)), "a level in two classes");
                seen.set(classes.level(c, i));
            }
        }
        assertEquals(GROUPS, seen.cardinality());
    }

    /** Times off by 1e-11 make each group its own class; the criterion is the same but for that. */
    @Test
    void classesChangeNothing() {
        for (Method method : Method.values()) {
            ProfiledCriterion balanced = ProfiledCriterion.of(statistics("y ~ x + (x | g)", 0, 0), method);
            ProfiledCriterion perturbed = ProfiledCriterion.of(statistics("y ~ x + (x | g)", 1e-11, 0), method);
            assertTrue(classes(perturbed.statistics()).classes() > GROUPS / 2);
            for (double[] x : new double[][] {{1, 0.2, 0.5}, {0.3, -0.1, 0}, {3, 1, 2}}) {
                double[] one = new double[3];
                double[] other = new double[3];
                assertEquals(balanced.value(x, one), perturbed.value(x, other), 1e-8);
                for (int i = 0; i < 3; i++) {
                    assertEquals(one[i], other[i], 1e-8 * GROUPS);
                }
            }
        }
    }
}
