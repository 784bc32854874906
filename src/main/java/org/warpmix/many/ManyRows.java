package org.warpmix.many;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.table.RowWriter;
import org.warpmix.table.RowWriter.Column;
import org.warpmix.table.RowWriter.Kind;

/**
 * Writes the results of many columns to a file, one row per column and coefficient: {@code column, term, estimate, se, df, t, p, q},
 * then what is the column's, {@code rows, converged, singular, criterion, sigma, theta.1…, icc.GROUP…}; then, where clusters were
 * tested, {@code cluster.p} in the rows of the term tested.
 */
public final class ManyRows implements Closeable {

    private static final int OF_COLUMN = 8;

    private final RowWriter writer;

    private ManyRows(RowWriter writer) {
        this.writer = writer;
    }

    /**
     * Writes a file.
     *
     * @param file CSV or Parquet by its ending
     * @param clusters the permutation test, or {@code null}
     * @param overwrite whether a file that exists is replaced
     * @throws IllegalArgumentException for another ending, and for a file that exists unless it is to be replaced
     * @throws IOException when it cannot be written, in one line
     */
    public static void write(
            Path file, ManyResult result, FalseDiscovery discovery, ClusterResult clusters, boolean overwrite)
            throws IOException {
        ManyResponses many = result.many();
        List<String> terms = many.coefficients();
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("column", Kind.LABEL, many.responses().names()));
        columns.add(new Column("term", Kind.LABEL, terms));
        for (String name : List.of("estimate", "se", "df", "t", "p", "q")) {
            columns.add(new Column(name, Kind.NUMBER));
        }
        columns.add(new Column("rows", Kind.WHOLE));
        columns.add(new Column("converged", Kind.LOGICAL));
        columns.add(new Column("singular", Kind.LOGICAL));
        columns.add(new Column("criterion", Kind.NUMBER));
        columns.add(new Column("sigma", Kind.NUMBER));
        for (int k = 1; k <= many.thetaNames().size(); k++) {
            columns.add(new Column("theta." + k, Kind.NUMBER));
        }
        many.groups().keySet().forEach(group -> columns.add(new Column("icc." + group, Kind.NUMBER)));
        if (clusters != null) {
            columns.add(new Column("cluster.p", Kind.NUMBER));
        }
        double[][] q = new double[terms.size()][];
        for (int j = 0; j < q.length; j++) {
            q[j] = discovery.adjust(result.p(j));
        }
        try (ManyRows rows = new ManyRows(RowWriter.create(file, columns, overwrite))) {
            result.forEach(unit -> rows.add(unit, result, q, clusters, columns.size()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void add(ColumnEstimates unit, ManyResult result, double[][] q, ClusterResult clusters, int width) {
        int terms = q.length;
        double[][] rows = new double[width][unit.count() * terms];
        for (int c = 0; c < unit.count(); c++) {
            int column = unit.first() + c;
            for (int j = 0; j < terms; j++) {
                int i = c * terms + j;
                int next = OF_COLUMN;
                rows[0][i] = column;
                rows[1][i] = j;
                rows[2][i] = unit.beta()[j][c];
                rows[3][i] = unit.standardErrors()[j][c];
                rows[4][i] = unit.degrees()[j][c];
                rows[5][i] = result.t(j)[column];
                rows[6][i] = result.p(j)[column];
                rows[7][i] = q[j][column];
                rows[next++][i] = unit.rows()[c];
                rows[next++][i] = unit.status()[c] == ReplicateStatus.CONVERGED ? 1 : 0;
                rows[next++][i] = unit.singular()[c] ? 1 : 0;
                rows[next++][i] = unit.criterion()[c];
                rows[next++][i] = unit.sigma()[c];
                for (double[] theta : unit.theta()) {
                    rows[next++][i] = theta[c];
                }
                for (double[] icc : unit.icc()) {
                    rows[next++][i] = icc[c];
                }
                if (clusters != null) {
                    rows[next][i] = clusters.tests(j) ? clusters.p()[column] : Double.NaN;
                }
            }
        }
        try {
            writer.write(rows, rows[0].length);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
