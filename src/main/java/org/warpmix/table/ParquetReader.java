package org.warpmix.table;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBReadableVector;

/**
 * Reads Parquet through DuckDB, which this class, {@link ParquetSession} and {@link ParquetTotals} alone name: they are loaded for Parquet only.
 * <p>The database is in memory, may read the files named and nothing else, and loads no extension. Numbers of all
 * kinds become doubles, booleans logicals; texts, enums, dates and times (UTC) factors by their ISO text.
 */
final class ParquetReader {

    /** What a column holds, and as what it is fetched. */
    enum Kind {
        NUMBER("DOUBLE"),
        LOGICAL("BOOLEAN"),
        TEXT("VARCHAR");

        final String type;

        Kind(String type) {
            this.type = type;
        }
    }

    static final String FROM = " FROM read_parquet(?, hive_partitioning = false)";

    private static final Set<String> NUMBERS = Set.of(
            "TINYINT",
            "SMALLINT",
            "INTEGER",
            "BIGINT",
            "HUGEINT",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT",
            "UHUGEINT",
            "FLOAT",
            "DOUBLE",
            "DECIMAL",
            "\"NULL\"");
    private static final Set<String> TEXTS = Set.of(
            "VARCHAR",
            "ENUM",
            "UUID",
            "DATE",
            "TIME",
            "TIME WITH TIME ZONE",
            "TIMESTAMP",
            "TIMESTAMP_S",
            "TIMESTAMP_MS",
            "TIMESTAMP_NS",
            "TIMESTAMP WITH TIME ZONE");

    private final String source;
    private final List<String> names = new ArrayList<>();
    private final List<Kind> kinds = new ArrayList<>();
    private final List<Boolean> floating = new ArrayList<>();

    ParquetReader(String source) {
        this.source = source;
    }

    /** Names of the columns planned, in the file's order. */
    List<String> names() {
        return names;
    }

    /** Adds a column of a query. */
    void add(String name, Kind kind) {
        names.add(name);
        kinds.add(kind);
        floating.add(false);
    }

    /** Whether a column has a type in which not a number is one of the values. */
    boolean isFloating(int column) {
        return floating.get(column);
    }

    /** What they hold. */
    List<Kind> kinds() {
        return kinds;
    }

    /**
     * Reads a file.
     *
     * @param path absolute
     */
    static void read(Path path, Set<String> wanted, String source, Pieces pieces) {
        try (ParquetSession session = ParquetSession.open(path, source)) {
            session.read(wanted, pieces);
        }
    }

    static TableException unreadable(String source, SQLException e) {
        return new TableException(
                source + ": not a Parquet file that can be read (DuckDB: " + firstLine(e.getMessage()) + ").", e);
    }

    /** DuckDB takes a name for a pattern; a class of one character stands for itself. */
    static String pattern(Path path) {
        return path.toString().replace("[", "[[]").replace("*", "[*]").replace("?", "[?]");
    }

    /** A database of its own that may read these files. */
    static DuckDBConnection connect(String... readable) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
        StringBuilder paths = new StringBuilder();
        for (String path : readable) {
            paths.append(paths.isEmpty() ? "'" : ", '")
                    .append(path.replace("'", "''"))
                    .append('\'');
        }
        DuckDBConnection connection =
                new DuckDBDriver().connect("jdbc:duckdb:", settings).unwrap(DuckDBConnection.class);
        try (Statement statement = connection.createStatement()) {
            // Else a time's label depends on where the machine stands.
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("SET parquet_metadata_cache = true");
            statement.execute("SET allowed_paths = [" + paths + "]");
            statement.execute("SET enable_external_access = false");
        }
        return connection;
    }

    /** The types of the columns by their names, in the file's order. */
    static Map<String, String> describe(DuckDBConnection connection, String pattern) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        try (PreparedStatement describe = connection.prepareStatement("DESCRIBE SELECT *" + FROM)) {
            describe.setString(1, pattern);
            try (ResultSet columns = describe.executeQuery()) {
                while (columns.next()) {
                    types.put(columns.getString(1), columns.getString(2));
                }
            }
        }
        return types;
    }

    /** Writes the query of the columns wanted, {@code null} for all. */
    String plan(Map<String, String> types, Set<String> wanted) {
        TableReader.requireKnown(wanted, types.keySet());
        types.forEach((name, type) -> {
            if (wanted == null || wanted.contains(name)) {
                names.add(name);
                kinds.add(kind(type, name));
                floating.add(type.equals("DOUBLE") || type.equals("FLOAT"));
            }
        });
        return "SELECT " + selection() + FROM;
    }

    /** The columns planned, as they are fetched. */
    String selection() {
        StringBuilder selection = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            selection
                    .append(i == 0 ? "CAST(" : ", CAST(")
                    .append(quoted(names.get(i)))
                    .append(" AS ")
                    .append(kinds.get(i).type)
                    .append(')');
        }
        return selection.toString();
    }

    private Kind kind(String type, String name) {
        int arguments = type.indexOf('(');
        String base = arguments < 0 ? type : type.substring(0, arguments);
        if (NUMBERS.contains(base)) {
            return Kind.NUMBER;
        }
        if (base.equals("BOOLEAN")) {
            return Kind.LOGICAL;
        }
        // Not the base alone: a list of DECIMAL(9,2) is DECIMAL(9,2)[].
        if (TEXTS.contains(base) && !type.endsWith("]")) {
            return Kind.TEXT;
        }
        throw new TableException(source + ": column " + NearestNames.quote(name) + " is of type " + type
                + ", which is neither number, logical, text, date nor time. Read only the columns that you need.");
    }

    /** Runs a query of the columns planned. */
    void fetch(DuckDBPreparedStatement statement, Pieces pieces) throws SQLException {
        boolean whole = pieces.most() == Integer.MAX_VALUE;
        List<ColumnBuilder> builders = builders(whole);
        boolean any = false;
        try (DuckDBChunkedResult result = statement.query()) {
            while (result.nextChunk()) {
                for (int i = 0; i < builders.size(); i++) {
                    append(result.chunk().vector(i), kinds.get(i), builders.get(i));
                }
                if (builders.get(0).size() >= pieces.most()) {
                    pieces.accept(table(builders));
                    builders = builders(whole);
                    any = true;
                }
            }
        }
        if (builders.get(0).size() > 0) {
            pieces.accept(table(builders));
        } else if (!any) {
            pieces.none(source);
        }
    }

    /** A piece without a value keeps the kind of its column; a table without one is numbers. */
    private List<ColumnBuilder> builders(boolean whole) {
        List<ColumnBuilder> builders = new ArrayList<>();
        for (Kind kind : kinds) {
            boolean open = whole || kind == Kind.NUMBER;
            builders.add(open ? new ColumnBuilder() : ColumnBuilder.ofLabels(kind == Kind.TEXT));
        }
        return builders;
    }

    private Table table(List<ColumnBuilder> builders) {
        Table.Builder table = Table.builder();
        for (int i = 0; i < builders.size(); i++) {
            table.column(names.get(i), builders.get(i).finish());
            builders.set(i, null);
        }
        return table.build();
    }

    /** A name in a query. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static void append(DuckDBReadableVector cells, Kind kind, ColumnBuilder builder) {
        long rows = cells.rowCount();
        for (long row = 0; row < rows; row++) {
            if (kind == Kind.NUMBER) {
                builder.addNumber(cells.getDouble(row, Double.NaN));
            } else if (cells.isNull(row)) {
                builder.addMissing();
            } else if (kind == Kind.LOGICAL) {
                builder.addLogical(cells.getBoolean(row));
            } else {
                builder.addLabel(cells.getString(row));
            }
        }
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
