package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.likelihood.iterative.IterativeError;

/** How far estimates by the iterative solver may be from the exact ones; nothing where the exact solver made them. */
final class IterativeReport {

    private IterativeReport() {}

    static void write(Fit fit, Page page) {
        if (fit.iterativeError().isEmpty()) {
            return;
        }
        IterativeError error = fit.iterativeError().get();
        page.line("");
        page.paragraph("Iterative solver: " + error.options().probes() + " probes, " + error.steps()
                + " steps of conjugate gradients, residual " + Numbers.significant(error.residual(), 2)
                + ". By how much the estimates may miss the exact solver's (four standard errors over the probes):");
        TextTable table = new TextTable(1, "", "Error");
        table.add("criterion", Numbers.significant(error.criterion(), 2));
        table.add("sigma", Numbers.significant(error.sigma(), 2));
        for (int e = 0; e < error.theta().length; e++) {
            table.add("theta " + fit.thetaNames().get(e), Numbers.significant(error.theta()[e], 2));
        }
        FixedEffects fixed = fit.fixedEffects();
        for (int j = 0; j < fixed.size(); j++) {
            table.add("beta " + fixed.name(j), Numbers.significant(error.fixed()[j], 2));
        }
        page.table(table);
    }

    static void write(Fit fit, JsonGenerator json) throws IOException {
        if (fit.iterativeError().isEmpty()) {
            return;
        }
        IterativeError error = fit.iterativeError().get();
        json.writeObjectFieldStart("iterative");
        json.writeNumberField("probes", error.options().probes());
        json.writeNumberField("seed", error.options().seed());
        Json.number(json, "tolerance", error.options().tolerance());
        json.writeNumberField("steps", error.steps());
        Json.number(json, "residual", error.residual());
        Json.number(json, "criterionStandardError", error.criterionStandardError());
        Json.number(json, "criterionError", error.criterion());
        Json.number(json, "sigmaError", error.sigma());
        Json.numbers(json, "thetaErrors", error.theta());
        Json.numbers(json, "fixedErrors", error.fixed());
        json.writeEndObject();
    }
}
