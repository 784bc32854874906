package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.fit.FixedEffects;
import org.warpmix.inference.variation.ContextualEffect;
import org.warpmix.inference.variation.LeastSquares;
import org.warpmix.inference.variation.PooledGroups;
import org.warpmix.inference.variation.WithinBetween;

/** Complete, no and partial pooling side by side, and effects within and between groups, as text and as JSON. */
public final class PoolingReport {

    private static final int DIGITS = 4;
    private static final int MOST_GROUPS = 60;

    private final PooledGroups groups;
    private final WithinBetween levels;

    public PoolingReport(PooledGroups groups, WithinBetween levels) {
        this.groups = groups;
        this.levels = levels;
    }

    /** What readers of one coefficient for both levels have to be told, in plain words. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        String factor = levels.factor();
        for (ContextualEffect effect : levels.effects()) {
            if (effect.opposed()) {
                warnings.add("Within one " + factor + ", " + response() + (effect.within() > 0 ? " rises" : " falls")
                        + " with " + effect.predictor() + "; from " + factor + " to " + factor + " it "
                        + (effect.between() > 0 ? "rises" : "falls") + " with the mean of " + effect.predictor()
                        + ". What holds for the " + factor + " means does not hold for the rows within (the ecological"
                        + " fallacy)"
                        + (Double.isNaN(effect.pooled())
                                ? "."
                                : ", and the model's single coefficient mixes the two. Write within("
                                        + effect.predictor()
                                        + ", " + factor + ") + between(" + effect.predictor() + ", " + factor
                                        + ") for it.")
                        + (effect.p() < 0.05
                                ? ""
                                : " The difference may be chance, though (p = " + Numbers.p(effect.p()) + ")."));
            }
        }
        return warnings;
    }

    private String response() {
        return groups.fit().design().data().response();
    }

    /**
     * A page.
     *
     * @param source what to call the data, e.g. the file's name
     * @param all whether to list the groups however many they are
     */
    public String text(String source, boolean all) {
        Page page = new Page();
        page.head("Linear mixed model", groups.fit(), source);
        leastSquares(page);
        for (int c = 0; c < groups.names().size(); c++) {
            coefficient(page, c, all);
        }
        notes(page);
        withinBetween(page);
        for (String warning : warnings()) {
            page.line("");
            page.paragraph("Warning: " + warning);
        }
        page.notes(groups.fit());
        return page.toString();
    }

    private void leastSquares(Page page) {
        LeastSquares squares = groups.leastSquares();
        FixedEffects effects = groups.fit().fixedEffects();
        TextTable table = new TextTable(1, "", "OLS", "stated.SE", "right.SE", "Deff", "Between", "Mixed", "SE");
        for (int j = 0; j < squares.size(); j++) {
            double error = effects.standardError(j);
            Numbers.Scale scale = Numbers.Scale.of(DIGITS, error);
            table.add(
                    effects.name(j),
                    scale.text(squares.estimate(j), error),
                    scale.text(squares.statedError(j), error),
                    scale.text(squares.rightError(j), error),
                    Numbers.fixed(squares.designEffect(j), 2),
                    Numbers.fixed(groups.betweenShare(j), 2),
                    scale.text(effects.estimate(j), error),
                    scale.text(error, error));
        }
        page.line("");
        page.line("Complete pooling (OLS on all rows) beside the mixed model:");
        page.table(table);
        page.paragraph(
                "right.SE: that of the OLS estimate if the mixed model holds. Deff: the design effect, (right/stated)^2. OLS takes"
                        + " the rows of one " + groups.factor()
                        + " for independent: it states too little for what varies between the"
                        + " levels of " + groups.factor()
                        + " (Between: that part of a predictor's variation) and for slopes that do,"
                        + " too much for the rest.");
    }

    private void coefficient(Page page, int c, boolean all) {
        int shown = shown(all);
        double[] errors = new double[groups.size()];
        for (int g = 0; g < errors.length; g++) {
            errors[g] = groups.partialError(g, c);
        }
        Numbers.Scale scale = Numbers.Scale.of(DIGITS, errors);
        TextTable table = new TextTable(1, groups.factor(), "n", "No pooling", "SE", "Partial", "SE", "Shrinkage");
        for (int g = 0; g < shown; g++) {
            table.add(
                    groups.level(g),
                    Integer.toString(groups.rows(g)),
                    orDash(scale, groups.separate(g, c), errors[g]),
                    orDash(scale, groups.separateError(g, c), errors[g]),
                    scale.text(groups.partial(g, c), errors[g]),
                    scale.text(errors[g], errors[g]),
                    Numbers.fixed(groups.shrinkage(g, c), 3));
        }
        page.line("");
        page.line(groups.names().get(c) + " by " + groups.factor() + ", complete pooling "
                + (Double.isNaN(groups.completeError(c))
                        ? "0 (no fixed effect):"
                        : scale.text(groups.complete(c), groups.completeError(c)) + " for all:"));
        page.table(table);
        if (shown < groups.size()) {
            page.line("... " + (groups.size() - shown) + " more; --all lists them, --json has them.");
        }
    }

    private int shown(boolean all) {
        return all ? groups.size() : Math.min(MOST_GROUPS, groups.size());
    }

    private static String orDash(Numbers.Scale scale, double value, double deciding) {
        return Double.isNaN(value) ? "-" : scale.text(value, deciding);
    }

    private void notes(Page page) {
        page.paragraph("No pooling: OLS in each " + groups.factor() + ", one residual SD for all ("
                + (Double.isNaN(groups.separateSigma())
                        ? "there is no row to spare"
                        : Numbers.significant(groups.separateSigma(), DIGITS))
                + "). Partial: fixed effect plus BLUP. Shrinkage: at 0 a level is left to its own rows, at 1 it is taken to the"
                + " fixed effect.");
        if (groups.withoutSeparate() > 0) {
            page.paragraph("- : " + groups.withoutSeparate() + " of " + groups.size() + " levels of " + groups.factor()
                    + " have no estimate of their own: too few rows, or a predictor that is constant in them.");
        }
    }

    private void withinBetween(Page page) {
        if (!levels.effects().isEmpty()) {
            TextTable table = new TextTable(1, "", "Within", "SE", "Between", "SE", "Contextual", "SE", "t", "df", "p");
            for (ContextualEffect effect : levels.effects()) {
                Numbers.Scale scale = Numbers.Scale.of(DIGITS, effect.withinError());
                double unit = effect.withinError();
                table.add(
                        effect.predictor(),
                        scale.text(effect.within(), unit),
                        scale.text(unit, unit),
                        scale.text(effect.between(), unit),
                        scale.text(effect.betweenError(), unit),
                        scale.text(effect.contextual(), unit),
                        scale.text(effect.contextualError(), unit),
                        Numbers.fixed(effect.t(), 2),
                        Numbers.fixed(effect.degrees(), 0),
                        Numbers.p(effect.p()));
            }
            page.line("");
            page.line("Within and between " + levels.factor() + ":");
            page.table(table);
            page.paragraph("Contextual: between - within, tested by t with the levels of " + levels.factor()
                    + " minus the coefficients that are constant in them as df."
                    + (levels.effects().stream().allMatch(effect -> Double.isNaN(effect.pooled()))
                            ? ""
                            : " From the model with between(x, " + levels.factor() + ") added."));
        }
        if (!levels.interacting().isEmpty()) {
            page.paragraph("Not looked at within and between, since in an interaction: "
                    + String.join(", ", levels.interacting()) + ".");
        }
    }

    /**
     * Writes all as one object and a line feed.
     *
     * @param out flushed, not closed
     */
    public void write(Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, groups.fit());
            json.writeStringField("factor", groups.factor());
            fixed(json);
            json.writeArrayFieldStart("coefficients");
            for (int c = 0; c < groups.names().size(); c++) {
                json.writeStartObject();
                json.writeStringField("name", groups.names().get(c));
                Json.number(json, "complete", groups.complete(c));
                Json.number(json, "completeSe", groups.completeError(c));
                json.writeEndObject();
            }
            json.writeEndArray();
            Json.number(json, "separateSigma", groups.separateSigma());
            groups(json);
            contextual(json);
            List<String> all = new ArrayList<>(warnings());
            all.addAll(groups.fit().warnings());
            Json.strings(json, "warnings", all);
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private void fixed(JsonGenerator json) throws IOException {
        LeastSquares squares = groups.leastSquares();
        FixedEffects effects = groups.fit().fixedEffects();
        json.writeArrayFieldStart("fixed");
        for (int j = 0; j < squares.size(); j++) {
            json.writeStartObject();
            json.writeStringField("term", effects.name(j));
            Json.number(json, "ols", squares.estimate(j));
            Json.number(json, "olsStatedSe", squares.statedError(j));
            Json.number(json, "olsRightSe", squares.rightError(j));
            Json.number(json, "designEffect", squares.designEffect(j));
            Json.number(json, "betweenShare", groups.betweenShare(j));
            Json.number(json, "estimate", effects.estimate(j));
            Json.number(json, "se", effects.standardError(j));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void groups(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("groups");
        for (int g = 0; g < groups.size(); g++) {
            json.writeStartObject();
            json.writeStringField("level", groups.level(g));
            json.writeNumberField("rows", groups.rows(g));
            for (int c = 0; c < groups.names().size(); c++) {
                json.writeObjectFieldStart(groups.names().get(c));
                Json.number(json, "separate", groups.separate(g, c));
                Json.number(json, "separateSe", groups.separateError(g, c));
                Json.number(json, "partial", groups.partial(g, c));
                Json.number(json, "partialSe", groups.partialError(g, c));
                Json.number(json, "shrinkage", groups.shrinkage(g, c));
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void contextual(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("withinBetween");
        for (ContextualEffect effect : levels.effects()) {
            json.writeStartObject();
            json.writeStringField("predictor", effect.predictor());
            Json.number(json, "pooled", effect.pooled());
            Json.number(json, "within", effect.within());
            Json.number(json, "withinSe", effect.withinError());
            Json.number(json, "between", effect.between());
            Json.number(json, "betweenSe", effect.betweenError());
            Json.number(json, "contextual", effect.contextual());
            Json.number(json, "contextualSe", effect.contextualError());
            Json.number(json, "t", effect.t());
            Json.number(json, "df", effect.degrees());
            Json.number(json, "p", effect.p());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
