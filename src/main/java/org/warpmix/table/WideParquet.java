package org.warpmix.table;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Columns of numbers of a Parquet file, a block of them at a time: Parquet stores columns, so a block costs its own bytes. */
final class WideParquet implements WideColumns {

    private final ParquetSession session;
    private final List<String> names;
    private final int rows;

    private WideParquet(ParquetSession session, List<String> names, int rows) {
        this.session = session;
        this.names = names;
        this.rows = rows;
    }

    /** @param path absolute */
    static WideColumns open(Path path, UnaryOperator<List<String>> choose, String source) {
        ParquetSession session = ParquetSession.open(path, source);
        boolean done = false;
        try {
            List<String> chosen = choose.apply(session.names());
            int rows = session.rows();
            if (rows == 0) {
                throw TableReader.noRows(source);
            }
            WideColumns columns = new WideParquet(session, chosen, rows);
            done = true;
            return columns;
        } finally {
            if (!done) {
                session.close();
            }
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public void read(int first, double[][] into) {
        List<String> block = names.subList(first, first + into.length);
        Set<String> wanted = new LinkedHashSet<>(block);
        Table table = session.read(wanted);
        WideColumns columns = WideColumns.of(table, all -> block, session.source());
        columns.read(0, into);
    }

    @Override
    public void close() {
        session.close();
    }
}
