package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.study.Power;
import org.warpmix.study.PowerPoint;
import org.warpmix.study.PowerSearch;
import org.warpmix.study.Study;

/** Power in a page of text and as JSON: a line for each point, and what a search found. */
public final class PowerSummary {

    private final Power power;
    private final Study study;
    private final List<PowerPoint> points;

    private PowerSummary(Power power, List<PowerPoint> points) {
        this.power = power;
        this.study = power.study();
        this.points = points;
    }

    /**
     * A curve.
     *
     * @param source what to call the data
     * @param factor what groups are called
     * @return lines that end with a line feed each
     */
    public static String of(Power power, List<PowerPoint> points, String source, String factor) {
        PowerSummary summary = new PowerSummary(power, points);
        Page page = summary.head(source);
        summary.table(page, factor);
        summary.notes(page);
        return page.toString();
    }

    /** Searches, one after the other; else as {@link #of}. */
    public static String ofSearches(Power power, List<PowerSearch> searches, String source, String factor) {
        List<PowerPoint> looked = new ArrayList<>();
        searches.forEach(search -> looked.addAll(search.looked()));
        PowerSummary summary = new PowerSummary(power, looked);
        Page page = summary.head(source);
        summary.table(page, factor);
        page.line("");
        for (PowerSearch search : searches) {
            page.paragraph(sentence(search, factor));
        }
        summary.notes(page);
        return page.toString();
    }

    private static String sentence(PowerSearch search, String factor) {
        PowerPoint point = search.point();
        boolean groups = search.size() == Power.Size.GROUPS;
        String what = groups ? "levels of " + factor : "rows of each group";
        String where = groups ? size(point.rows(), " rows each") : size(point.groups(), " levels of " + factor);
        String effect = "Effect " + Numbers.shortest(point.effect(), 4) + where + ": ";
        String interval = percent(point.power().value()) + "%, interval " + percent(point.lower()) + " to "
                + percent(point.upper()) + ").";
        return search.found() == 0
                ? effect + "even " + search.size(point) + " " + what + " have less than "
                        + Numbers.percent(search.target()) + " power (" + interval
                : effect + search.found() + " " + what + " reach " + Numbers.percent(search.target()) + " power ("
                        + interval;
    }

    private static String size(int number, String unit) {
        return number == 0 ? "" : ", " + number + unit;
    }

    private Page head(String source) {
        Page page = new Page();
        page.line("Power by simulation");
        page.line("Formula: " + power.model().text());
        page.line("Data:    " + source);
        page.line("Test:    " + power.coefficient() + ", by " + power.test() + " at "
                + Numbers.percent(1 - study.level()));
        page.line("");
        return page;
    }

    private void table(Page page, String factor) {
        boolean groups = points.stream().anyMatch(point -> point.groups() > 0);
        boolean rows = points.stream().anyMatch(point -> point.rows() > 0);
        List<String> header = new ArrayList<>();
        if (groups) {
            header.add(factor);
        }
        if (rows) {
            header.add("Rows");
        }
        header.addAll(List.of("Effect", "Power%", "2.5%", "97.5%", "Singular%"));
        TextTable table = new TextTable(0, header.toArray(String[]::new));
        for (PowerPoint point : points) {
            List<String> cells = new ArrayList<>();
            if (groups) {
                cells.add("" + point.groups());
            }
            if (rows) {
                cells.add("" + point.rows());
            }
            cells.add(Numbers.shortest(point.effect(), 4));
            cells.add(percent(point.power().value()));
            cells.add(percent(point.lower()));
            cells.add(percent(point.upper()));
            cells.add(percent(point.singular()));
            table.add(cells.toArray(String[]::new));
        }
        page.table(table);
    }

    private void notes(Page page) {
        page.line("");
        long untested = points.stream().mapToLong(PowerPoint::untested).sum();
        page.paragraph(study.replicates() + " replicates of each; seed " + study.seed()
                + ". 2.5%, 97.5%: Wilson's interval of the power, for the chance in the simulation.");
        if (untested > 0) {
            page.paragraph(untested + (untested == 1 ? " replicate has" : " replicates have")
                    + " no test, since the model could not be fitted; they are left out.");
        }
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "" : Numbers.fixed(100 * share, 1);
    }

    /**
     * Writes everything as one object and a line feed.
     *
     * @param searches those whose points these are; empty for a curve
     * @param out flushed, not closed
     */
    public static void write(Power power, List<PowerPoint> points, List<PowerSearch> searches, Writer out)
            throws IOException {
        Study study = power.study();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringField("formula", power.model().text());
            json.writeStringField("term", power.coefficient());
            json.writeStringField("test", power.test().toString());
            Json.number(json, "alpha", 1 - study.level());
            json.writeNumberField("replicates", study.replicates());
            json.writeNumberField("seed", study.seed());
            json.writeArrayFieldStart("points");
            for (PowerPoint point : points) {
                write(point, json);
            }
            json.writeEndArray();
            if (!searches.isEmpty()) {
                json.writeArrayFieldStart("searches");
                for (PowerSearch search : searches) {
                    json.writeStartObject();
                    json.writeStringField("size", Words.of(search.size()));
                    Json.number(json, "target", search.target());
                    Json.number(json, "effect", search.point().effect());
                    json.writeObjectField("found", search.found() == 0 ? null : search.found());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void write(PowerPoint point, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeObjectField("groups", point.groups() == 0 ? null : point.groups());
        json.writeObjectField("rows", point.rows() == 0 ? null : point.rows());
        Json.number(json, "effect", point.effect());
        Json.number(json, "power", point.power().value());
        Json.number(json, "error", point.power().error());
        Json.number(json, "lower", point.lower());
        Json.number(json, "upper", point.upper());
        Json.number(json, "singular", point.singular());
        json.writeNumberField("untested", point.untested());
        json.writeEndObject();
    }
}
