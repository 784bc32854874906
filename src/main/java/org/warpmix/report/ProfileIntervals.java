package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.inference.ProfileCurve;
import org.warpmix.inference.ProfileInterval;
import org.warpmix.inference.ProfileInterval.End;
import org.warpmix.inference.ProfileLikelihood;

/** Profile-likelihood intervals as text and as JSON; JSON has the curves, too. */
public final class ProfileIntervals {

    private static final int DIGITS = 4;
    /** Deviance by which a profile has to be lower than the fit to be better. */
    private static final double BETTER = 1e-5;

    private static final String REFITTED =
            "The fit is by REML; what is profiled is the likelihood of its refit by ML, as the estimates are.";

    private ProfileIntervals() {}

    /**
     * A table.
     *
     * @param source what to call the data, e.g. the file's name
     * @param names of the parameters
     */
    public static String of(ProfileLikelihood profile, String source, List<String> names, double level) {
        Page page = new Page();
        page.head("Linear mixed model", profile.fit(), source);
        TextTable table =
                new TextTable(1, "", "Estimate", Numbers.percent((1 - level) / 2), Numbers.percent((1 + level) / 2));
        List<ProfileInterval> intervals =
                names.stream().map(name -> profile.curve(name).interval(level)).toList();
        for (ProfileInterval interval : intervals) {
            double unit = unit(interval);
            Numbers.Scale scale = Numbers.Scale.of(DIGITS, unit);
            table.add(
                    interval.name(),
                    scale.text(interval.estimate(), unit),
                    scale.text(interval.lower(), unit),
                    scale.text(interval.upper(), unit));
        }
        page.line("");
        page.line("Intervals, profile likelihood:");
        page.table(table);
        page.paragraph(
                "By the likelihood ratio: values that chi-squared with one degree of freedom does not reject, all other"
                        + " parameters optimised.");
        if (profile.refitted()) {
            page.paragraph(REFITTED);
        }
        for (ProfileInterval interval : intervals) {
            String note = note(interval);
            if (note != null) {
                page.line("");
                page.paragraph("Note: " + note);
            }
            double shortfall = profile.curve(interval.name()).shortfall();
            if (shortfall > BETTER) {
                page.line("");
                page.paragraph(
                        "Note: " + interval.name() + ": the profile found a deviance lower by "
                                + Numbers.significant(shortfall, 2)
                                + " than the fit's, which is not the maximum of the likelihood. Fit again with another --start.");
            }
        }
        page.notes(profile.fit());
        return page.toString();
    }

    /**
     * Writes them as one object and a line feed, in the form of {@link BootstrapJson}; each parameter has its curve, {@code
     * values} and {@code zeta}.
     *
     * @param out flushed, not closed
     */
    public static void write(ProfileLikelihood profile, List<String> names, double level, Writer out)
            throws IOException {
        Fit fit = profile.fit();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, fit);
            json.writeBooleanField("refitted", profile.refitted());
            Json.number(json, "level", level);
            json.writeArrayFieldStart("parameters");
            for (String name : names) {
                ProfileCurve curve = profile.curve(name);
                ProfileInterval interval = curve.interval(level);
                json.writeStartObject();
                json.writeStringField("name", name);
                Json.number(json, "estimate", curve.estimate());
                json.writeObjectFieldStart("profile");
                Json.number(json, "lower", interval.lower());
                Json.number(json, "upper", interval.upper());
                json.writeStringField("lowerEnd", Words.of(interval.lowerEnd()));
                json.writeStringField("upperEnd", Words.of(interval.upperEnd()));
                json.writeEndObject();
                Json.numbers(json, "values", curve.values());
                Json.numbers(json, "zeta", curve.zeta());
                json.writeEndObject();
            }
            json.writeEndArray();
            Json.strings(json, "warnings", fit.warnings());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    /** What the ends are where the profile does not cross the level at both; or {@code null}. */
    private static String note(ProfileInterval interval) {
        if (Double.isNaN(interval.estimate())) {
            return interval.name()
                    + ": a variance is estimated as zero, so there is no correlation, and all values are as likely.";
        }
        boolean low = interval.lowerEnd() == End.BOUNDARY;
        boolean high = interval.upperEnd() == End.BOUNDARY;
        if (interval.lowerEnd() == End.NOT_FOUND || interval.upperEnd() == End.NOT_FOUND) {
            return interval.name() + ": the profile levels off before it reaches the level, so there is no "
                    + (interval.lowerEnd() == End.NOT_FOUND ? "lower" : "upper") + " limit.";
        }
        if (low && high) {
            return interval.name()
                    + ": the profile does not reach the level within its range: the data say nothing of it.";
        }
        if (!low && !high) {
            return null;
        }
        String edge = Numbers.significant(low ? interval.lower() : interval.upper(), DIGITS);
        return interval.name() + ": the profile reaches the edge of its range, " + edge
                + ", within the level, so that the data do not rule it out. The " + (low ? "upper" : "lower")
                + " limit stands alone: one-sided at " + Numbers.percent((1 + interval.level()) / 2) + ".";
    }

    /** What tells how many decimals are worth showing. */
    private static double unit(ProfileInterval interval) {
        double width = 0.25 * (interval.upper() - interval.lower());
        return Double.isFinite(width) && width > 0 ? width : Math.abs(interval.estimate());
    }
}
