package org.warpmix.inference.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;

/** Why fits are singular, in words. */
class SingularityTest {

    private static List<Singularity> of(String data, String formula) {
        return Diagnostics.of(LinearMixedModel.of(formula).fit(RowDiagnosticsTest.read(data)))
                .singularities();
    }

    private static List<Singularity> at(String data, String formula, double... theta) {
        Fit fit = LinearMixedModel.of(formula).at(RowDiagnosticsTest.read(data), theta);
        return Diagnostics.of(fit).singularities();
    }

    @Test
    void aVarianceOfZero() {
        Singularity only = of("Dyestuff2", "Yield ~ 1 + (1 | Batch)").get(0);
        assertEquals(
                "In (1 | Batch) the intercept does not vary: its variance between the levels of Batch is estimated as"
                        + " zero.",
                only.explanation());
        assertEquals("Drop the term: the other estimates are those of the model without it.", only.advice());
    }

    @Test
    void aCorrelationOfOne() {
        Singularity only = at("sleepstudy", "Reaction ~ Days + (Days | Subject)", 1, -0.25, 0)
                .get(0);
        assertEquals(
                "In (1 + Days | Subject) the slope of Days has no variance left once the intercept is known"
                        + " (correlation -1).",
                only.explanation());
        assertEquals(
                "The data do not support so many effects per Subject: use (1 + Days || Subject) for independent ones, or"
                        + " (1 | Subject).",
                only.advice());
        assertEquals(List.of("(Intercept)"), only.others());
        assertEquals(-0.25, only.coefficients()[0], 1e-9);
    }

    @Test
    void oneEffectOfATermDoesNotVary() {
        Singularity slope =
                at("sleepstudy", "Reaction ~ Days + (Days | Subject)", 1, 0, 0).get(0);
        assertEquals("Leave it out: (1 | Subject).", slope.advice());
        Singularity intercept =
                at("sleepstudy", "Reaction ~ Days + (Days | Subject)", 0, 0, 1).get(0);
        assertTrue(intercept.explanation().contains("the intercept does not vary"), intercept.explanation());
        assertEquals("Leave it out: (0 + Days | Subject).", intercept.advice());
        Singularity nothing =
                at("sleepstudy", "Reaction ~ Days + (Days | Subject)", 0, 0, 0).get(0);
        assertEquals(
                "In (1 + Days | Subject) nothing varies: all variances between the levels of Subject are estimated as"
                        + " zero.",
                nothing.explanation());
    }

    @Test
    void aCombinationOfThree() {
        List<Singularity> found = at("Machines", "score ~ Machine + (Machine | Worker)", 1, 0.5, 0.5, 2, -1, 0);
        assertEquals(1, found.size());
        Singularity only = found.get(0);
        assertEquals("MachineC", only.effect());
        assertEquals(List.of("(Intercept)", "MachineB"), only.others());
        // rows of Λ: (1, 0), (0.5, 2), (0.5, −1): the third is 0.75 times the first less half the second
        assertEquals(0.75, only.coefficients()[0], 1e-9);
        assertEquals(-0.5, only.coefficients()[1], 1e-9);
        assertEquals(
                "In (1 + MachineB + MachineC | Worker) the slope of MachineC has no variance left once the other effects,"
                        + " (Intercept), MachineB, are known (it is 0.750 (Intercept) - 0.500 MachineB).",
                only.explanation());
        assertTrue(only.advice().endsWith("merge levels of the factor that varies, or use (1 | Worker)."));
    }

    @Test
    void regularFitsHaveNone() {
        assertTrue(of("sleepstudy", "Reaction ~ Days + (Days | Subject)").isEmpty());
    }
}
