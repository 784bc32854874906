package org.warpmix.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.warpmix.table.RowWriter;
import org.warpmix.table.RowWriter.Column;
import org.warpmix.table.RowWriter.Kind;

/** Writes points of power, one a row: {@code groups, rows, effect, power, error, lower, upper, singular, replicates}. */
public final class PowerRows {

    private final List<PowerPoint> points;
    private final List<Column> columns = new ArrayList<>();
    private final List<double[]> values = new ArrayList<>();

    private PowerRows(List<PowerPoint> points) {
        this.points = points;
        add("groups", Kind.NUMBER, point -> point.groups() == 0 ? Double.NaN : point.groups());
        add("rows", Kind.NUMBER, point -> point.rows() == 0 ? Double.NaN : point.rows());
        add("effect", Kind.NUMBER, PowerPoint::effect);
        add("power", Kind.NUMBER, point -> point.power().value());
        add("error", Kind.NUMBER, point -> point.power().error());
        add("lower", Kind.NUMBER, PowerPoint::lower);
        add("upper", Kind.NUMBER, PowerPoint::upper);
        add("singular", Kind.NUMBER, PowerPoint::singular);
        add("replicates", Kind.WHOLE, point -> point.power().count());
    }

    private void add(String name, Kind kind, ToDoubleFunction<PowerPoint> value) {
        columns.add(new Column(name, kind));
        values.add(points.stream().mapToDouble(value).toArray());
    }

    /**
     * Writes a file.
     *
     * @param file CSV or Parquet by its ending
     * @param overwrite whether a file that exists is replaced
     * @throws IllegalArgumentException for another ending, and for a file that exists unless it is to be replaced
     * @throws IOException when it cannot be written
     */
    public static void write(List<PowerPoint> points, Path file, boolean overwrite) throws IOException {
        PowerRows table = new PowerRows(points);
        try (RowWriter writer = RowWriter.create(file, table.columns, overwrite)) {
            writer.write(table.values.toArray(new double[0][]), points.size());
        }
    }
}
