package org.warpmix.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.RowWriter;
import org.warpmix.table.RowWriter.Kind;
import org.warpmix.table.Table;

/**
 * Writes data to measure on, as CSV or Parquet: {@code Generate SHAPE FILE [SEED]}, the shape a {@link CrossedShape}, or
 * {@code Generate HIERARCHY FILE SEED ROWS}, a {@link HierarchyShape}. Overwrites the file; prints the model and the time.
 */
public final class Generate {

    private static final int BLOCK = 1 << 16;

    private Generate() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[1]);
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        long before = System.nanoTime();
        String formula;
        if (arguments[0].equals("HIERARCHY")) {
            formula = HierarchyShape.FORMULA;
            writeHierarchy(Long.parseLong(arguments[3]), seed, file);
        } else {
            CrossedShape shape = CrossedShape.valueOf(arguments[0]);
            formula = shape.formula();
            write(shape.table(seed), file);
        }
        System.out.printf(Locale.ROOT, "%s  %.1f s%n", formula, (System.nanoTime() - before) / 1e9);
    }

    private static void writeHierarchy(long rows, long seed, Path file) throws IOException {
        List<RowWriter.Column> columns = new ArrayList<>();
        for (String name : HierarchyShape.NAMES) {
            columns.add(new RowWriter.Column(name, columns.size() < 2 ? Kind.WHOLE : Kind.NUMBER));
        }
        try (RowWriter writer = RowWriter.create(file, columns, true)) {
            HierarchyShape.draw(rows, seed, writer::write);
        }
    }

    /** Factors are written as the numbers that their levels are. */
    private static void write(Table table, Path file) throws IOException {
        List<RowWriter.Column> columns = new ArrayList<>();
        double[][] levels = new double[table.names().size()][];
        for (String name : table.names()) {
            boolean factor = table.column(name) instanceof FactorColumn;
            if (table.column(name) instanceof FactorColumn column) {
                levels[columns.size()] = Arrays.stream(column.levels())
                        .mapToDouble(Double::parseDouble)
                        .toArray();
            }
            columns.add(new RowWriter.Column(name, factor ? Kind.WHOLE : Kind.NUMBER));
        }
        double[][] block = new double[levels.length][BLOCK];
        try (RowWriter writer = RowWriter.create(file, columns, true)) {
            for (int from = 0; from < table.rows(); from += BLOCK) {
                int rows = Math.min(BLOCK, table.rows() - from);
                for (int c = 0; c < levels.length; c++) {
                    if (table.column(columns.get(c).name()) instanceof FactorColumn column) {
                        for (int i = 0; i < rows; i++) {
                            block[c][i] = levels[c][column.codes()[from + i]];
                        }
                    } else {
                        double[] values =
                                ((NumericColumn) table.column(columns.get(c).name())).values();
                        System.arraycopy(values, from, block[c], 0, rows);
                    }
                }
                writer.write(block, rows);
            }
        }
    }
}
