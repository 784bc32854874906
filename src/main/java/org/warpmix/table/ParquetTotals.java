package org.warpmix.table;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;

/**
 * Sums of products by group over Parquet files, which DuckDB computes with all its threads while it reads them: no row comes to
 * Java. Names and paths are quoted, never taken as part of a query. To be closed after use.
 */
public final class ParquetTotals implements AutoCloseable {

    private static final int PIECE = 1 << 12;
    private static final long LEAST_MEMORY = 512L << 20;

    private final DuckDBConnection connection;
    private final ParquetReader plan;
    private final String from;
    private final String source;

    private ParquetTotals(DuckDBConnection connection, ParquetReader plan, String from, String source) {
        this.connection = connection;
        this.plan = plan;
        this.from = from;
        this.source = source;
    }

    /**
     * Opens files that have the same columns, of the same types.
     *
     * @param columns those that will be used
     * @param threads that DuckDB works with
     * @throws TableException where a file cannot be read, or lacks a column
     */
    public static ParquetTotals open(List<Path> files, Collection<String> columns, int threads) {
        String source = files.size() == 1 ? files.get(0).toString() : files.size() + " files";
        return TableReader.withDuckDb(source, () -> connect(files, columns, threads, source));
    }

    private static ParquetTotals connect(List<Path> files, Collection<String> columns, int threads, String source) {
        Set<String> wanted = new LinkedHashSet<>(columns);
        Set<String> readable = new LinkedHashSet<>();
        StringBuilder list = new StringBuilder();
        for (Path file : files) {
            String pattern = ParquetReader.pattern(file.toAbsolutePath());
            readable.add(file.toAbsolutePath().toString());
            readable.add(pattern);
            list.append(list.isEmpty() ? "'" : ", '")
                    .append(pattern.replace("'", "''"))
                    .append('\'');
        }
        try {
            DuckDBConnection connection = ParquetReader.connect(readable.toArray(new String[0]));
            long memory = Math.max(LEAST_MEMORY, Runtime.getRuntime().maxMemory());
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET threads = " + threads);
                statement.execute("SET memory_limit = '" + (memory >> 20) + "MiB'");
                statement.execute("SET preserve_insertion_order = false");
            }
            ParquetReader plan = null;
            for (Path file : files) {
                plan = same(plan, plan(connection, file, wanted), file);
            }
            String from = " FROM read_parquet([" + list + "], union_by_name = true, hive_partitioning = false)";
            return new ParquetTotals(connection, plan, from, source);
        } catch (SQLException e) {
            throw ParquetReader.unreadable(source, e);
        }
    }

    private static ParquetReader plan(DuckDBConnection connection, Path file, Set<String> wanted) {
        ParquetReader plan = new ParquetReader(file.toString());
        try {
            plan.plan(ParquetReader.describe(connection, ParquetReader.pattern(file.toAbsolutePath())), wanted);
        } catch (UnknownColumnException e) {
            throw new TableException(file + ": " + e.getMessage(), e);
        } catch (SQLException e) {
            throw ParquetReader.unreadable(file.toString(), e);
        }
        return plan;
    }

    private static ParquetReader same(ParquetReader first, ParquetReader plan, Path file) {
        for (int i = 0; first != null && i < plan.names().size(); i++) {
            String name = plan.names().get(i);
            if (plan.kinds().get(i) != first.kinds().get(first.names().indexOf(name))) {
                throw new TableException(file + ": the column " + NearestNames.quote(name)
                        + " is of another type than in the files before it. Give it one type in all files.");
            }
        }
        return first == null ? plan : first;
    }

    /** The number of rows, missing values or not: what the files' footers say. */
    public long rows() {
        try (Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*)" + from)) {
            count.next();
            return count.getLong(1);
        } catch (SQLException e) {
            throw ParquetReader.unreadable(source, e);
        }
    }

    /** Some of the rows in which no column is missing, or {@code null} where there is none. */
    public Table first() {
        List<Table> first = new ArrayList<>(1);
        String query = "SELECT " + plan.selection() + from + condition(null) + " LIMIT " + PIECE;
        try (DuckDBPreparedStatement statement = connection.prepare(query)) {
            plan.fetch(statement, Pieces.of(PIECE, Set.of(), first::add));
        } catch (SQLException e) {
            throw ParquetReader.unreadable(source, e);
        }
        return first.isEmpty() ? null : first.get(0);
    }

    /** A column as a number in a query, or {@code null} where it is text. */
    public String number(String column) {
        String quoted = ParquetReader.quoted(column);
        return switch (kind(column)) {
            case NUMBER -> "CAST(" + quoted + " AS DOUBLE)";
            case LOGICAL -> "CAST(CAST(" + quoted + " AS TINYINT) AS DOUBLE)";
            case TEXT -> null;
        };
    }

    private ParquetReader.Kind kind(String column) {
        return plan.kinds().get(plan.names().indexOf(column));
    }

    /**
     * Sums {@code w}, {@code w u_j} and {@code w u_i u_j}, i ≤ j, over the rows of each combination of keys in which no column is missing and
     * the weight is not zero.
     *
     * @param keys columns
     * @param numbers expressions u of {@link #number}s
     * @param weight expression w, or {@code null} for 1
     * @param result takes tables of some groups each. Their columns: the keys, {@code key 0} and so on; {@code count}; {@code log}, the sum of
     *     {@code log w}; and the sums, {@code sum 0} and so on, those of the products with u_0 = 1 first: (0,0), (0,1), (1,1), (0,2), …
     * @param progress takes shares of the rows, from 0 to 1
     * @return whether DuckDB could do it; else the rows have to be looked at one by one
     */
    public boolean read(
            List<String> keys, List<String> numbers, String weight, Consumer<Table> result, DoubleConsumer progress) {
        ParquetReader columns = new ParquetReader(source);
        String query = query(keys, numbers, weight, columns);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "warpmix-progress");
            thread.setDaemon(true);
            return thread;
        });
        try (DuckDBPreparedStatement statement = connection.prepare(query)) {
            Future<?> telling =
                    clock.scheduleAtFixedRate(() -> tell(statement, progress), 200, 200, TimeUnit.MILLISECONDS);
            columns.fetch(statement, Pieces.of(PIECE, Set.of(), result));
            telling.cancel(false);
            return true;
        } catch (SQLException e) {
            return false;
        } finally {
            clock.shutdownNow();
        }
    }

    private static void tell(DuckDBPreparedStatement statement, DoubleConsumer progress) {
        try {
            progress.accept(Math.max(0, Math.min(1, statement.getQueryProgress().getPercentage() / 100)));
        } catch (SQLException e) {
            return; // not begun yet, or over
        }
    }

    private String query(List<String> keys, List<String> numbers, String weight, ParquetReader columns) {
        StringBuilder inner = new StringBuilder();
        StringBuilder outer = new StringBuilder();
        StringBuilder groups = new StringBuilder();
        for (int k = 0; k < keys.size(); k++) {
            inner.append(ParquetReader.quoted(keys.get(k)))
                    .append(" AS k")
                    .append(k)
                    .append(", ");
            ParquetReader.Kind kind = kind(keys.get(k));
            outer.append("CAST(k").append(k).append(" AS ").append(kind.type).append("), ");
            groups.append(k == 0 ? "k" : ", k").append(k);
            columns.add("key " + k, kind);
        }
        for (int u = 0; u < numbers.size(); u++) {
            inner.append(numbers.get(u)).append(" AS u").append(u + 1).append(", ");
        }
        inner.append(weight == null ? "1" : weight).append(" AS w");
        outer.append("CAST(count(*) AS DOUBLE), ").append(weight == null ? "CAST(0 AS DOUBLE)" : "sum(ln(w))");
        columns.add("count", ParquetReader.Kind.NUMBER);
        columns.add("log", ParquetReader.Kind.NUMBER);
        int sum = 0;
        for (int j = 0; j <= numbers.size(); j++) {
            for (int i = 0; i <= j; i++) {
                outer.append(", ").append(product(i, j, weight != null));
                columns.add("sum " + sum++, ParquetReader.Kind.NUMBER);
            }
        }
        return "SELECT " + outer + " FROM (SELECT " + inner + from + condition(weight) + ")"
                + (keys.isEmpty() ? "" : " GROUP BY " + groups);
    }

    private static String product(int i, int j, boolean weighted) {
        List<String> factors = new ArrayList<>(3);
        if (weighted) {
            factors.add("w");
        }
        if (i > 0) {
            factors.add("u" + i);
        }
        if (j > 0) {
            factors.add("u" + j);
        }
        return factors.isEmpty() ? "CAST(count(*) AS DOUBLE)" : "sum(" + String.join(" * ", factors) + ")";
    }

    private String condition(String weight) {
        StringBuilder condition = new StringBuilder();
        for (int i = 0; i < plan.names().size(); i++) {
            String name = ParquetReader.quoted(plan.names().get(i));
            condition.append(i == 0 ? " WHERE " : " AND ").append(name).append(" IS NOT NULL");
            if (plan.isFloating(i)) {
                condition.append(" AND NOT isnan(").append(name).append(')');
            }
        }
        return condition + (weight == null ? "" : " AND " + weight + " <> 0");
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw ParquetReader.unreadable(source, e);
        }
    }
}
