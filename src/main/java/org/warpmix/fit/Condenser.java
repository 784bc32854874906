package org.warpmix.fit;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleConsumer;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.model.CondensedRows;
import org.warpmix.model.CondensedTotals;
import org.warpmix.table.DataFiles;
import org.warpmix.table.ParquetTotals;
import org.warpmix.table.TableReader;
import org.warpmix.table.TableScan;

/**
 * Condenses the rows of files that may be larger than memory, in one pass: {@code model.fit(Condenser.of(model).read(files))}. Immutable.
 *
 * <p>Parquet is summed by the database that reads it, at about its own speed; where that would lose digits (nearly collinear
 * predictors), where the formula has what a query has not, or a value is not finite, and for all text files, the rows are taken in one by
 * one: {@link CondensedRows}. Sums of the database are those of several threads, added in the order in which these come: their
 * last digits may differ from run to run.
 */
public final class Condenser {

    private final LinearMixedModel model;
    private final int threads;
    private final DoubleConsumer progress;

    private Condenser(LinearMixedModel model, int threads, DoubleConsumer progress) {
        this.model = model;
        this.threads = threads;
        this.progress = progress;
    }

    /** For a model, with one thread per processor or as many as the property {@code org.warpmix.threads} says. */
    public static Condenser of(LinearMixedModel model) {
        int threads =
                Integer.getInteger("org.warpmix.threads", Runtime.getRuntime().availableProcessors());
        return new Condenser(model, threads, share -> {});
    }

    /** Chooses how many threads the database works with. */
    public Condenser withThreads(int number) {
        return new Condenser(model, number, progress);
    }

    /** Lets somebody know which share of the files has been read, from 0 to 1; it may be called by other threads. */
    public Condenser withProgress(DoubleConsumer listener) {
        return new Condenser(model, threads, listener);
    }

    /**
     * Reads files.
     *
     * @param files parts of one table in their order, as {@link DataFiles} finds them
     * @throws IllegalArgumentException where files and model do not go together
     */
    public CondensedRows read(List<Path> files) {
        CondensedRows none = model.condensedRows();
        Set<String> columns = new LinkedHashSet<>(none.columns());
        if (files.stream().allMatch(TableReader::isParquet)) {
            CondensedRows rows = totals(files, columns);
            if (rows != null) {
                return rows;
            }
        }
        double bytes = Math.max(1, DataFiles.bytes(files));
        return TableScan.of(files, columns)
                .withProgress(done -> progress.accept(Math.min(1, done / bytes)))
                .into(model::condensedRows);
    }

    /** The rows as the database sums them, or {@code null} where that is not good enough. */
    private CondensedRows totals(List<Path> files, Set<String> columns) {
        try (ParquetTotals totals = ParquetTotals.open(files, columns, threads)) {
            CondensedTotals sums = CondensedTotals.of(model.formula(), model.options(), totals, progress);
            return sums != null && FixedBasis.isWellConditioned(sums.centred()) ? sums.rows() : null;
        }
    }
}
