package org.warpmix.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.warpmix.table.RowWriter;
import org.warpmix.table.RowWriter.Column;
import org.warpmix.table.RowWriter.Kind;

/**
 * Writes the tidy table of a study, one measure a row: {@code condition}, what sets it apart, {@code model, method, parameter, truth,
 * measure, value, error, replicates}. What there is not is empty or missing.
 */
public final class StudyRows {

    private final List<StudyResult.Row> rows;
    private final List<Column> columns = new ArrayList<>();
    private final List<double[]> values = new ArrayList<>();

    private StudyRows(StudyResult result) {
        rows = result.rows();
        numbers("condition", Kind.WHOLE, row -> row.condition() + 1);
        Set<String> labels = new LinkedHashSet<>();
        result.points()
                .forEach(point -> labels.addAll(point.condition().labels().keySet()));
        for (String label : labels) {
            Function<StudyResult.Row, String> text = row ->
                    result.points().get(row.condition()).condition().labels().getOrDefault(label, "");
            if (rows.stream().map(text).allMatch(StudyRows::isNumber)) {
                numbers(label, Kind.NUMBER, row -> Double.parseDouble(text.apply(row)));
            } else {
                labels(label, text);
            }
        }
        labels("model", StudyResult.Row::model);
        labels("method", StudyResult.Row::method);
        labels("parameter", StudyResult.Row::parameter);
        numbers("truth", Kind.NUMBER, StudyResult.Row::truth);
        labels("measure", StudyResult.Row::name);
        numbers("value", Kind.NUMBER, row -> row.measure().value());
        numbers("error", Kind.NUMBER, row -> row.measure().error());
        numbers("replicates", Kind.WHOLE, row -> row.measure().count());
    }

    private static boolean isNumber(String text) {
        try {
            return Double.isFinite(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void numbers(String name, Kind kind, ToDoubleFunction<StudyResult.Row> value) {
        columns.add(new Column(name, kind));
        values.add(rows.stream().mapToDouble(value).toArray());
    }

    private void labels(String name, Function<StudyResult.Row, String> text) {
        List<String> distinct = rows.stream().map(text).distinct().toList();
        columns.add(new Column(name, Kind.LABEL, distinct));
        values.add(rows.stream()
                .mapToDouble(row -> distinct.indexOf(text.apply(row)))
                .toArray());
    }

    /**
     * Writes a file.
     *
     * @param file CSV or Parquet by its ending
     * @param overwrite whether a file that exists is replaced
     * @throws IllegalArgumentException for another ending, and for a file that exists unless it is to be replaced
     * @throws IOException when it cannot be written
     */
    public static void write(StudyResult result, Path file, boolean overwrite) throws IOException {
        StudyRows table = new StudyRows(result);
        try (RowWriter writer = RowWriter.create(file, table.columns, overwrite)) {
            writer.write(table.values.toArray(new double[0][]), table.rows.size());
        }
    }
}
