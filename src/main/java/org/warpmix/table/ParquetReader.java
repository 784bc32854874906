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
 * Reads Parquet through DuckDB, the one class that names it: it is loaded for a Parquet file only.
 * <p>The database is in memory, may read that one file and nothing else, and loads no extension. Numbers of all
 * kinds become doubles, booleans logicals; texts, enums, dates and times (UTC) factors by their ISO text.
 */
final class ParquetReader {

    private enum Kind {
        NUMBER("DOUBLE"),
        LOGICAL("BOOLEAN"),
        TEXT("VARCHAR");

        private final String type;

        Kind(String type) {
            this.type = type;
        }
    }

    private static final String FROM = " FROM read_parquet(?, hive_partitioning = false)";

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

    private ParquetReader(String source) {
        this.source = source;
    }

    /**
     * Reads a file.
     *
     * @param path absolute
     */
    static Table read(Path path, Set<String> wanted, String source) {
        try (Session session = Session.open(path, source)) {
            return session.read(wanted);
        }
    }

    /** A Parquet file that is open, to be read more than once. */
    record Session(DuckDBConnection connection, String pattern, String source, Map<String, String> types)
            implements AutoCloseable {

        /** @param path absolute */
        static Session open(Path path, String source) {
            String file = path.toString();
            // DuckDB takes a name for a pattern; a class of one character stands for itself.
            String pattern = file.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]");
            try {
                DuckDBConnection connection = connect(file, pattern);
                try {
                    return new Session(connection, pattern, source, describe(connection, pattern));
                } catch (SQLException e) {
                    connection.close();
                    throw e;
                }
            } catch (SQLException e) {
                throw unreadable(source, e);
            }
        }

        /** Names of the columns in their order. */
        List<String> names() {
            return List.copyOf(types.keySet());
        }

        /** Number of rows. */
        int rows() {
            try (PreparedStatement count = connection.prepareStatement("SELECT count(*)" + FROM)) {
                count.setString(1, pattern);
                try (ResultSet result = count.executeQuery()) {
                    result.next();
                    return Math.toIntExact(result.getLong(1));
                }
            } catch (SQLException e) {
                throw unreadable(source, e);
            }
        }

        /** @param wanted names of the columns to read, or {@code null} for all */
        Table read(Set<String> wanted) {
            try {
                ParquetReader reader = new ParquetReader(source);
                String query = reader.plan(types, wanted);
                return reader.fetch(connection, query, pattern);
            } catch (SQLException e) {
                throw unreadable(source, e);
            }
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw unreadable(source, e);
            }
        }
    }

    private static TableException unreadable(String source, SQLException e) {
        return new TableException(
                source + ": not a Parquet file that can be read (DuckDB: " + firstLine(e.getMessage()) + ").", e);
    }

    private static DuckDBConnection connect(String... readable) throws SQLException {
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

    /** The types of the columns by their names. */
    private static Map<String, String> describe(DuckDBConnection connection, String pattern) throws SQLException {
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

    /** The query of the columns wanted. */
    private String plan(Map<String, String> types, Set<String> wanted) {
        TableReader.requireKnown(wanted, types.keySet());
        StringBuilder select = new StringBuilder("SELECT ");
        for (Map.Entry<String, String> column : types.entrySet()) {
            String name = column.getKey();
            if (wanted == null || wanted.contains(name)) {
                Kind kind = kind(column.getValue(), name);
                select.append(names.isEmpty() ? "CAST(\"" : ", CAST(\"")
                        .append(name.replace("\"", "\"\""))
                        .append("\" AS ")
                        .append(kind.type)
                        .append(')');
                names.add(name);
                kinds.add(kind);
            }
        }
        return select.append(FROM).toString();
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

    private Table fetch(DuckDBConnection connection, String query, String pattern) throws SQLException {
        List<ColumnBuilder> builders = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            builders.add(new ColumnBuilder());
        }
        try (DuckDBPreparedStatement statement = connection.prepare(query)) {
            statement.setString(1, pattern);
            try (DuckDBChunkedResult result = statement.query()) {
                while (result.nextChunk()) {
                    for (int i = 0; i < builders.size(); i++) {
                        append(result.chunk().vector(i), kinds.get(i), builders.get(i));
                    }
                }
            }
        }
        if (builders.get(0).size() == 0) {
            throw TableReader.noRows(source);
        }
        Table.Builder table = Table.builder();
        for (int i = 0; i < builders.size(); i++) {
            table.column(names.get(i), builders.get(i).finish());
            builders.set(i, null);
        }
        return table.build();
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
