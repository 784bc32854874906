package org.warpmix.table;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;

/** A Parquet file that is open, to be read more than once. */
record ParquetSession(DuckDBConnection connection, String pattern, String source, Map<String, String> types)
        implements AutoCloseable {

    /** @param path absolute */
    static ParquetSession open(Path path, String source) {
        String pattern = ParquetReader.pattern(path);
        try {
            DuckDBConnection connection = ParquetReader.connect(path.toString(), pattern);
            try {
                return new ParquetSession(connection, pattern, source, ParquetReader.describe(connection, pattern));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw ParquetReader.unreadable(source, e);
        }
    }

    /** Names of the columns in their order. */
    List<String> names() {
        return List.copyOf(types.keySet());
    }

    /** Number of rows. */
    int rows() {
        try (PreparedStatement count = connection.prepareStatement("SELECT count(*)" + ParquetReader.FROM)) {
            count.setString(1, pattern);
            try (ResultSet result = count.executeQuery()) {
                result.next();
                return Math.toIntExact(result.getLong(1));
            }
        } catch (SQLException e) {
            throw ParquetReader.unreadable(source, e);
        }
    }

    /** @param wanted names of the columns to read, or {@code null} for all */
    void read(Set<String> wanted, Pieces pieces) {
        ParquetReader reader = new ParquetReader(source);
        String query = reader.plan(types, wanted);
        try (DuckDBPreparedStatement statement = connection.prepare(query)) {
            statement.setString(1, pattern);
            reader.fetch(statement, pieces);
        } catch (SQLException e) {
            throw ParquetReader.unreadable(source, e);
        }
    }

    /** @param wanted names of the columns to read */
    Table read(Set<String> wanted) {
        List<Table> whole = new ArrayList<>(1);
        read(wanted, Pieces.whole(whole::add));
        return whole.get(0);
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
