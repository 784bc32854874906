package org.warpmix.study.file;

import java.util.List;
import java.util.Map;
import org.warpmix.study.DrawnDesign;
import org.warpmix.study.Predictor;
import org.warpmix.study.Sizes;

/** Reads {@code design}: groups, rows and predictors. */
final class DesignReader {

    private DesignReader() {}

    static DrawnDesign read(Entry design) {
        Map<String, Entry> parts = design.entries("groups", "rows", "predictors", "redraw");
        if (!parts.containsKey("groups") || !parts.containsKey("rows")) {
            throw design.wrong("design needs groups and rows, e.g. {groups: {school: 30}, rows: 20}.");
        }
        DrawnDesign read = DrawnDesign.withRows(sizes(parts.get("rows")));
        for (Map.Entry<String, Entry> group : parts.get("groups").entries().entrySet()) {
            DrawnDesign before = read;
            read = group.getValue().here(() -> withGroup(before, group.getKey(), group.getValue()));
        }
        if (parts.containsKey("predictors")) {
            for (Map.Entry<String, Entry> predictor :
                    parts.get("predictors").entries().entrySet()) {
                DrawnDesign before = read;
                read = predictor
                        .getValue()
                        .here(() -> before.withPredictor(predictor(predictor.getKey(), predictor.getValue())));
            }
        }
        return read;
    }

    private static DrawnDesign withGroup(DrawnDesign design, String name, Entry group) {
        if (!group.isMap()
                || group.entries().containsKey("poisson")
                || group.entries().containsKey("uniform")) {
            return design.withFactor(name, sizes(group));
        }
        Map<String, Entry> parts = group.entries("number", "within");
        if (!parts.containsKey("number")) {
            throw group.wrong(group.what() + " needs a number, e.g. {number: 3, within: school}.");
        }
        Sizes number = sizes(parts.get("number"));
        return parts.containsKey("within")
                ? design.withNested(name, parts.get("within").text(), number)
                : design.withFactor(name, number);
    }

    /** A number, a list, or a distribution. */
    static Sizes sizes(Entry entry) {
        if (!entry.isMap()) {
            return entry.here(() -> Sizes.given(
                    entry.itemOrItems().stream().mapToInt(Entry::whole).toArray()));
        }
        Map<String, Entry> parts = entry.entries("poisson", "uniform");
        if (parts.size() != 1) {
            throw entry.wrong(entry.what()
                    + ": expected a number, a list, {poisson: mean} or {uniform: [least, most]}, found " + entry + ".");
        }
        if (parts.containsKey("poisson")) {
            return entry.here(() -> Sizes.poisson(parts.get("poisson").number()));
        }
        double[] range = pair(parts.get("uniform"));
        return entry.here(() -> Sizes.uniform((int) range[0], (int) range[1]));
    }

    private static double[] pair(Entry entry) {
        double[] numbers = entry.numbers();
        if (numbers.length != 2) {
            throw entry.wrong(entry.what() + ": expected two numbers, found " + entry + ".");
        }
        return numbers;
    }

    private static Predictor predictor(String name, Entry entry) {
        Map<String, Entry> parts = entry.entries("normal", "uniform", "binary", "values", "at", "between", "icc");
        Predictor.Draw draw = null;
        for (Map.Entry<String, Entry> part : parts.entrySet()) {
            if (!List.of("at", "between", "icc").contains(part.getKey())) {
                if (draw != null) {
                    throw entry.wrong(entry.what() + ": one of normal, uniform, binary and values, not several.");
                }
                draw = draw(part.getKey(), part.getValue());
            }
        }
        if (draw == null) {
            throw entry.wrong(entry.what() + ": say what is drawn: normal, uniform, binary or values.");
        }
        String at = parts.containsKey("at") ? parts.get("at").text() : null;
        String between = parts.containsKey("between") ? parts.get("between").text() : null;
        if (parts.containsKey("icc") != (between != null)) {
            throw entry.wrong(entry.what() + ": between, the group, and icc, the share between groups, go together.");
        }
        double icc = between == null ? 0 : parts.get("icc").number();
        return new Predictor(name, at, draw, between, icc);
    }

    private static Predictor.Draw draw(String kind, Entry entry) {
        switch (kind) {
            case "normal" -> {
                double[] pair = pair(entry);
                return new Predictor.Normal(pair[0], pair[1]);
            }
            case "uniform" -> {
                double[] pair = pair(entry);
                return new Predictor.Uniform(pair[0], pair[1]);
            }
            case "binary" -> {
                return new Predictor.Binary(entry.number());
            }
            default -> {
                if (entry.items().stream().allMatch(Entry::isNumber)) {
                    return new Predictor.Values(
                            entry.items().stream().map(Entry::number).toList());
                }
                return new Predictor.Labels(
                        entry.items().stream().map(Entry::text).toList());
            }
        }
    }
}
