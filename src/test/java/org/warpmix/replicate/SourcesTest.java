package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.warpmix.crossprod.ResponseLayout;

/** What all sources have in common. */
class SourcesTest {

    private static List<ReplicateSource.Responses> responses(FittedModel fit, long seed) {
        List<ReplicateSource.Responses> sources = new ArrayList<>();
        sources.add(ParametricRows.of(fit, seed));
        sources.add(ResidualBootstrap.of(fit, seed));
        for (WildBootstrap.Multiplier multiplier : WildBootstrap.Multiplier.values()) {
            sources.add(WildBootstrap.of(fit, multiplier, seed));
        }
        for (PermutationScheme scheme : PermutationScheme.values()) {
            if (scheme != PermutationScheme.WITHIN_GROUPS) { // weights differ
                sources.add(PermutedResponses.of(scheme, fit.model().statistics(), fit, null, seed));
            }
        }
        return sources;
    }

    @Test
    void anyPieceIsTheSameBits() {
        FittedModel fit = Examples.nested(40);
        int entries = ResponseLayout.of(fit.model().statistics()).size();
        for (ReplicateSource.Responses source : responses(fit, 5)) {
            double[][] whole = Examples.draw(source.drawer(), entries, 200);
            double[][] pieces = Examples.draw(source.drawer(), entries, 1, 70, 64, 65);
            for (int r = 0; r < 200; r++) {
                assertArrayEquals(whole[r], pieces[r], 0, source.getClass().getSimpleName());
                assertFalse(Double.isNaN(whole[r][0]));
            }
        }
        ReplicateSource.Multiplicities groups =
                CaseBootstrap.groups(Examples.oneFactor(30).model().statistics(), 5);
        assertArrayEquals(Examples.draw(groups.drawer(), 30, 50), Examples.draw(groups.drawer(), 30, 7, 40, 3));
    }

    @Test
    void seedsAndReplicatesDiffer() {
        FittedModel fit = Examples.nested(20);
        int entries = ResponseLayout.of(fit.model().statistics()).size();
        List<ReplicateSource.Responses> one = responses(fit, 5);
        List<ReplicateSource.Responses> other = responses(fit, 6);
        for (int s = 0; s < one.size(); s++) {
            double[][] drawn = Examples.draw(one.get(s).drawer(), entries, 40);
            double[][] others = Examples.draw(other.get(s).drawer(), entries, 40);
            assertFalse(Arrays.deepEquals(drawn, others));
            assertEquals(
                    40, Arrays.stream(drawn).map(Arrays::toString).distinct().count());
        }
    }
}
