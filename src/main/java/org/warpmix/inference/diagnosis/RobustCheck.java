package org.warpmix.inference.diagnosis;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.inference.effects.ClusterRobust;
import org.warpmix.inference.effects.ContrastTest;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.inference.effects.FixedEffectsInference;
import org.warpmix.inference.effects.RobustEffects;

/**
 * Whether the conclusions on the fixed effects hold under standard errors that do not trust the model's covariances.
 *
 * @param type of the robust standard errors: CR2, or CR1 where its matrices are too large
 * @param cluster name of the grouping factor whose levels are independent
 * @param clusters how many they are
 * @param effects one per fixed effect
 */
public record RobustCheck(ClusterRobust.Type type, String cluster, int clusters, List<Effect> effects) {

    private static final double SIGNIFICANT = 0.05;
    private static final double FAR = 1.5;

    /**
     * One fixed effect.
     *
     * @param modelError standard error by the model
     * @param modelP its p-value, with Satterthwaite's degrees of freedom
     * @param robustError cluster-robust standard error
     * @param robustDegrees its degrees of freedom
     * @param robustP its p-value
     */
    public record Effect(
            String name,
            double estimate,
            double modelError,
            double modelP,
            double robustError,
            double robustDegrees,
            double robustP) {

        /** Whether significance at 5% is the same by both. */
        public boolean agrees() {
            return modelP < SIGNIFICANT == robustP < SIGNIFICANT;
        }

        /** Whether one standard error is more than one and a half times the other. */
        public boolean far() {
            return robustError > FAR * modelError || modelError > FAR * robustError;
        }
    }

    /** @param cluster a factor whose levels are independent */
    static RobustCheck of(Fit fit, String cluster) {
        ClusterRobust asked = ClusterRobust.of(fit).withCluster(cluster);
        RobustEffects robust;
        try {
            robust = asked.estimate();
        } catch (IllegalArgumentException tooLarge) {
            robust = asked.withType(ClusterRobust.Type.CR1).estimate();
        }
        FixedEffectsInference model = FixedEffectsInference.of(fit, DegreesOfFreedom.SATTERTHWAITE);
        List<Effect> checked = new ArrayList<>();
        for (int j = 0; j < robust.size(); j++) {
            ContrastTest test = model.coefficient(j);
            checked.add(new Effect(
                    robust.name(j),
                    test.estimate(),
                    test.standardError(),
                    test.p(),
                    robust.standardError(j),
                    robust.degrees(j),
                    robust.p(j)));
        }
        return new RobustCheck(robust.type(), cluster, robust.clusters(), List.copyOf(checked));
    }
}
