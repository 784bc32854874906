package org.warpmix.inference;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.backend.Backend;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.table.RowWriter;
import org.warpmix.table.RowWriter.Column;
import org.warpmix.table.RowWriter.Kind;

/**
 * Writes replicates to a file as they come, one row each: {@code replicate, converged, singular, criterion, sigma, theta.1…,
 * beta.TERM…}, then {@code se.TERM…} where standard errors were asked for and {@code wald} where effects are tested. A
 * replicate that failed has not converged and no numbers.
 *
 * <pre>
 * try (ReplicateRows rows = ReplicateRows.create(Path.of("boot.parquet"), bootstrap, false)) {
 *     bootstrap.run(rows);
 * }
 * </pre>
 */
public final class ReplicateRows implements Backend.Sink, Closeable {

    private static final int LEADING = 3;

    private final RowWriter writer;
    private double[][] leading = new double[LEADING][0];

    private ReplicateRows(RowWriter writer) {
        this.writer = writer;
    }

    /**
     * Starts a file for the replicates of a bootstrap.
     *
     * @param file CSV or Parquet by its ending
     * @param overwrite whether a file that exists is replaced
     * @throws IllegalArgumentException for another ending, and for a file that exists unless it is to be replaced
     * @throws IOException when it cannot be written
     */
    public static ReplicateRows create(Path file, Bootstrap bootstrap, boolean overwrite) throws IOException {
        List<Column> columns = columns(bootstrap.fit());
        if (bootstrap.standardErrors()) {
            ReplicateFit.fixedNames(bootstrap.fit())
                    .forEach(name -> columns.add(new Column("se." + name, Kind.NUMBER)));
        }
        return new ReplicateRows(RowWriter.create(file, columns, overwrite));
    }

    /** Starts a file for the replicates of a permutation test; in all else as for a bootstrap. */
    public static ReplicateRows create(Path file, Permutation permutation, boolean overwrite) throws IOException {
        List<Column> columns = columns(permutation.fit());
        columns.add(new Column("wald", Kind.NUMBER));
        return new ReplicateRows(RowWriter.create(file, columns, overwrite));
    }

    private static List<Column> columns(Fit fit) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("replicate", Kind.WHOLE));
        columns.add(new Column("converged", Kind.LOGICAL));
        columns.add(new Column("singular", Kind.LOGICAL));
        columns.add(new Column("criterion", Kind.NUMBER));
        columns.add(new Column("sigma", Kind.NUMBER));
        for (int k = 1; k <= fit.theta().length; k++) {
            columns.add(new Column("theta." + k, Kind.NUMBER));
        }
        ReplicateFit.fixedNames(fit).forEach(name -> columns.add(new Column("beta." + name, Kind.NUMBER)));
        return columns;
    }

    /**
     * Writes a block.
     *
     * @throws UncheckedIOException when writing fails; the file keeps what it has
     */
    @Override
    public boolean accept(ReplicateBlock block) {
        int count = block.count();
        if (leading[0].length < count) {
            leading = new double[LEADING][count];
        }
        for (int i = 0; i < count; i++) {
            leading[0][i] = block.first() + i;
            leading[1][i] = block.status()[i] == ReplicateStatus.CONVERGED ? 1 : 0;
            leading[2][i] = block.singular()[i] ? 1 : 0;
        }
        List<double[]> columns = new ArrayList<>(List.of(leading));
        columns.addAll(ReplicateUnits.columns(block));
        try {
            writer.write(columns.toArray(new double[0][]), count);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
