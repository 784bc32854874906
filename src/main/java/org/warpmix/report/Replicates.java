package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** What reports of many replicates say of them. */
final class Replicates {

    private Replicates() {}

    /** How they ended, in a sentence that leaves none out. */
    static String ended(long done, long asked, long notConverged, long failed, long singular) {
        StringBuilder text = new StringBuilder().append(done);
        text.append(done < asked ? " of " + asked + " replicates, stopped early: " : " replicates: ");
        text.append(notConverged + failed == 0 ? "all" : done - notConverged - failed)
                .append(" converged");
        if (notConverged > 0) {
            text.append(", ").append(notConverged).append(" did not (their best estimates count)");
        }
        if (failed > 0) {
            text.append(", ").append(failed).append(" failed (they have no estimates and are left out)");
        }
        return text.append("; ")
                .append(singular)
                .append(singular == 1 ? " is" : " are")
                .append(" singular.")
                .toString();
    }

    /** How to have one of them again. */
    static String drawn(long seed) {
        return "Seed " + seed + "; --replicate NUMBER shows the fit of any one of them.";
    }

    static void json(
            JsonGenerator json, long seed, long asked, long converged, long notConverged, long failed, long singular)
            throws IOException {
        json.writeNumberField("seed", seed);
        json.writeNumberField("replicates", asked);
        json.writeNumberField("done", converged + notConverged + failed);
        json.writeNumberField("converged", converged);
        json.writeNumberField("notConverged", notConverged);
        json.writeNumberField("failed", failed);
        json.writeNumberField("singular", singular);
    }
}
