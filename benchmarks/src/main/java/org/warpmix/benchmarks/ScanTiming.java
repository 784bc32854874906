package org.warpmix.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.fit.Condenser;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.model.CondensedRows;

/**
 * A three-level table in Parquet (pupils in classes in schools) reduced to statistics, beside a bare {@code SUM} over the same columns by
 * the same engine with as many threads.
 *
 * <p>Arguments: rows, by default 1e7; a file, made where it is not there; the formula. Prints seconds of each in turn, their ratio and the
 * largest resident memory so far (Linux), then of what is made of them, and of the fit unless the fourth argument is {@code nofit}. Give the
 * virtual machine a fixed {@code -Xmx}.
 */
public final class ScanTiming {

    private static final int ROUNDS = 3;

    private ScanTiming() {}

    public static void main(String[] args) throws Exception {
        long rows = args.length > 0 ? (long) Double.parseDouble(args[0]) : 10_000_000;
        Path file = Path.of(args.length > 1 ? args[1] : "scan-" + rows + ".parquet");
        LinearMixedModel model = LinearMixedModel.of(args.length > 2 ? args[2] : "y ~ x + (1 | school/class)");
        if (!Files.exists(file)) {
            generate(rows, file);
        }
        int threads = Runtime.getRuntime().availableProcessors();
        Condenser condenser = Condenser.of(model).withThreads(threads);
        CondensedRows condensed = null;
        for (int round = 0; round < ROUNDS; round++) {
            double sum = sum(file, model.condensedRows().columns(), threads);
            long from = System.nanoTime();
            condensed = condenser.read(List.of(file));
            double seconds = (System.nanoTime() - from) * 1e-9;
            System.out.printf(
                    Locale.ROOT,
                    "SUM %.3f s  statistics %.3f s  ratio %.2f  cells %,d  peak memory %,d MB%n",
                    sum,
                    seconds,
                    seconds / sum,
                    condensed.cells(),
                    peakMegabytes());
        }
        long from = System.nanoTime();
        Crossproducts.of(condensed.design().data());
        System.out.printf(
                Locale.ROOT, "from statistics by cell to those by level %.3f s%n", (System.nanoTime() - from) * 1e-9);
        if (args.length > 3 && args[3].equals("nofit")) {
            return;
        }
        from = System.nanoTime();
        Fit fit = model.fit(condensed);
        System.out.printf(
                Locale.ROOT,
                "fit %.3f s  n %,d  criterion %.6f  sigma %.6f  theta %s  peak memory %,d MB%n",
                (System.nanoTime() - from) * 1e-9,
                fit.nobs(),
                fit.criterion(),
                fit.sigma(),
                Arrays.toString(fit.theta()),
                peakMegabytes());
    }

    /** Uniform numbers from hashes of the row's, class's and school's number; 1,000 rows a school, 100 a class. */
    private static void generate(long rows, Path file) throws SQLException {
        String x = "4 * " + uniform("hash(i, 2)");
        String y = "2 + 0.5 * " + x + " + 2 * " + uniform("hash(i // 1000, 5)") + " + " + uniform("hash(i // 100, 6)")
                + " + 2 * " + uniform("hash(i, 3)");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET memory_limit = '2GB'");
            statement.execute("SET preserve_insertion_order = false");
            statement.execute(
                    "COPY (SELECT CAST(i // 1000 AS INTEGER) AS school, CAST((i // 100) % 10 AS INTEGER) AS class,"
                            + " CAST(" + x + " AS DOUBLE) AS x, CAST(" + y + " AS DOUBLE) AS y FROM range(" + rows
                            + ") t(i)) TO '" + file.toString().replace("'", "''") + "' (FORMAT parquet)");
        }
    }

    private static String uniform(String hash) {
        return "(" + hash + " % 1000003) / 1000003.0";
    }

    private static double sum(Path file, List<String> columns, int threads) throws SQLException {
        String sums = String.join(
                ", ", columns.stream().map(name -> "sum(\"" + name + "\")").toList());
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = " + threads);
            long from = System.nanoTime();
            statement
                    .executeQuery("SELECT " + sums + " FROM read_parquet('"
                            + file.toString().replace("'", "''") + "')")
                    .close();
            return (System.nanoTime() - from) * 1e-9;
        }
    }

    private static long peakMegabytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return -1;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
            }
        }
        return -1;
    }
}
