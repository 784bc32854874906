package org.warpmix.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** Our side of {@code peers/compare.sh}: {@code PeerTiming FILE FORMULA ML|REML RUNS} prints the median of warm fits. */
public final class PeerTiming {

    private static final long WARM_UP = 3_000_000_000L;

    private PeerTiming() {}

    public static void main(String[] arguments) {
        Table table = TableReader.withDefaults().read(Path.of(arguments[0]));
        LinearMixedModel model = LinearMixedModel.of(arguments[1]).withMethod(Method.valueOf(arguments[2]));
        int runs = Integer.parseInt(arguments[3]);
        long start = System.nanoTime();
        double first = 0;
        Fit fit = null;
        while (System.nanoTime() - start < WARM_UP) {
            fit = model.fit(table);
            first = first == 0 ? (System.nanoTime() - start) / 1e6 : first;
        }
        double[] milliseconds = new double[runs];
        for (int i = 0; i < runs; i++) {
            long before = System.nanoTime();
            fit = model.fit(table);
            milliseconds[i] = (System.nanoTime() - before) / 1e6;
        }
        Arrays.sort(milliseconds);
        System.out.printf(
                "warpmix  %10.3f ms (first fit in a fresh JVM %.0f ms)  criterion %.8f%n",
                milliseconds[runs / 2], first, fit.criterion());
    }
}
