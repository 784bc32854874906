package org.warpmix.study;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One point of a study's grid: what is drawn. Immutable; each {@code with…} gives another one.
 *
 * @param labels what sets it apart from the others, e.g. {@code groups → 30}, in the order of the columns of results
 * @param design groups and predictors
 * @param redrawn whether each replicate draws groups and predictors anew; else all have those of replicate 0
 * @param truth what responses are drawn from
 * @param missing which of them are missing, or {@code null} for none
 */
public record Condition(Map<String, String> labels, StudyDesign design, boolean redrawn, Truth truth, Missing missing) {

    public Condition {
        labels = new LinkedHashMap<>(labels);
    }

    /** A condition without missing responses, on groups and predictors that are drawn once. */
    public static Condition of(StudyDesign design, Truth truth) {
        return new Condition(Map.of(), design, false, truth, null);
    }

    /** Says what sets it apart. */
    public Condition withLabel(String name, Object value) {
        Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(name, value.toString());
        return new Condition(more, design, redrawn, truth, missing);
    }

    /** Draws groups and predictors anew in each replicate. */
    public Condition withRedraw(boolean asked) {
        return new Condition(labels, design, asked, truth, missing);
    }

    /** Lets responses be missing. */
    public Condition withMissing(Missing some) {
        return new Condition(labels, design, redrawn, truth, some);
    }

    /** Its labels in a line, e.g. {@code school=30, treat=0}. */
    public String name() {
        return labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(", "));
    }
}
