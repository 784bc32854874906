package org.warpmix.study.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.warpmix.table.NearestNames;

/**
 * A value of a study file with its place. Immutable.
 *
 * @param file name of the file
 * @param line from 1
 * @param what what messages call it, e.g. {@code design.rows}; empty for the whole file
 * @param value a {@code String} for a scalar, a {@code List<Entry>} or a {@code Map<String, Entry>}
 */
record Entry(String file, int line, String what, Object value) {

    /** An error at this place. */
    StudyFileException wrong(String message) {
        return new StudyFileException(file + ", line " + line + ": " + message, null);
    }

    private StudyFileException expected(String expected) {
        return wrong((what.isEmpty() ? "the file" : what) + ": expected " + expected + ", found " + this + ".");
    }

    /** Does something whose complaints are about this place. */
    <T> T here(Supplier<T> action) {
        try {
            return action.get();
        } catch (StudyFileException e) {
            throw e; // it has a place already
        } catch (IllegalArgumentException e) {
            String first = e.getMessage().lines().findFirst().orElse("");
            throw new StudyFileException(
                    file + ", line " + line + ": " + (what.isEmpty() ? "" : what + ": ") + first, e);
        }
    }

    boolean isMap() {
        return value instanceof Map;
    }

    boolean isList() {
        return value instanceof List;
    }

    /** The entries of a mapping whose keys are names of the user's. */
    @SuppressWarnings("unchecked")
    Map<String, Entry> entries() {
        if (!isMap()) {
            throw expected("a mapping (key: value)");
        }
        return (Map<String, Entry>) value;
    }

    /**
     * The entries of a mapping.
     *
     * @param known keys there are
     * @throws StudyFileException for another key, with the nearest one
     */
    Map<String, Entry> entries(String... known) {
        Map<String, Entry> entries = entries();
        entries.forEach((key, entry) -> {
            if (!Arrays.asList(known).contains(key)) {
                throw entry.wrong("unknown key " + NearestNames.quote(key) + (what.isEmpty() ? "" : " in " + what)
                        + ". " + NearestNames.hint(key, List.of(known)));
            }
        });
        return entries;
    }

    /** The items of a list. */
    @SuppressWarnings("unchecked")
    List<Entry> items() {
        if (!isList()) {
            throw expected("a list, e.g. [1, 2]");
        }
        return (List<Entry>) value;
    }

    /** The items of a list, or a scalar as the only one. */
    List<Entry> itemOrItems() {
        return isList() ? items() : List.of(this);
    }

    String text() {
        if (isMap() || isList()) {
            throw expected("a word");
        }
        return (String) value;
    }

    /** Whether it is a scalar that reads as a number. */
    boolean isNumber() {
        try {
            return !isMap() && !isList() && Double.isFinite(Double.parseDouble((String) value));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    double number() {
        if (!isNumber()) {
            throw expected("a number");
        }
        return Double.parseDouble((String) value);
    }

    double[] numbers() {
        return itemOrItems().stream().mapToDouble(Entry::number).toArray();
    }

    int whole() {
        double number = isNumber() ? number() : Double.NaN;
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw expected("a whole number");
        }
        return (int) number;
    }

    long wholeLong() {
        try {
            return Long.parseLong(text());
        } catch (NumberFormatException e) {
            throw expected("a whole number");
        }
    }

    boolean flag() {
        if (!"true".equals(value) && !"false".equals(value)) {
            throw expected("true or false");
        }
        return "true".equals(value);
    }

    /**
     * The same with a part exchanged, or added to the mapping that would hold it.
     *
     * @param path keys joined by dots
     * @param part takes the place
     */
    Entry with(String path, Entry part) {
        Map<String, Entry> changed = new LinkedHashMap<>(entries());
        if (!path.contains(".") || changed.containsKey(path)) {
            changed.put(path, part.as(what.isEmpty() ? path : what + "." + path));
            return new Entry(file, line, what, changed);
        }
        List<String> holders = new ArrayList<>();
        for (String key : changed.keySet()) {
            if (path.startsWith(key + ".") && changed.get(key).isMap()) {
                holders.add(key);
            }
        }
        if (holders.isEmpty()) {
            throw part.wrong("grid: there is no mapping " + NearestNames.quote(path.substring(0, path.indexOf('.')))
                    + (what.isEmpty() ? "" : " in " + what) + " to vary " + NearestNames.quote(path) + " in. "
                    + NearestNames.hint(path.substring(0, path.indexOf('.')), changed.keySet()));
        }
        holders.sort((a, b) -> b.length() - a.length());
        String key = holders.get(0);
        changed.put(key, changed.get(key).with(path.substring(key.length() + 1), part));
        return new Entry(file, line, what, changed);
    }

    /** The same value in another place of the tree. */
    private Entry as(String name) {
        if (isMap()) {
            Map<String, Entry> moved = new LinkedHashMap<>();
            entries().forEach((key, entry) -> moved.put(key, entry.as(name + "." + key)));
            return new Entry(file, line, name, moved);
        }
        return new Entry(
                file,
                line,
                name,
                isList() ? items().stream().map(item -> item.as(name)).toList() : value);
    }

    /** The value as YAML in a line. */
    @Override
    public String toString() {
        if (isMap()) {
            return entries().entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + entry.getValue())
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return isList()
                ? items().stream().map(Entry::toString).collect(Collectors.joining(", ", "[", "]"))
                : (String) value;
    }
}
