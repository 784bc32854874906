package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;

/**
 * NIST's Statistical Reference Datasets for one-way analysis of variance. In a balanced layout of r rows a group REML is
 * {@code σ² = MSW}, {@code σ_b² = (MSB − MSW)/r}. Digits are counted as log relative errors; the table goes to
 * target/nist.txt.
 */
class NistTest {

    private static final MathContext EXACT = new MathContext(80);

    /** Digits of a search that ends at an excess of 1e-12: the error of a variance is the root of that. */
    private static final double SEARCHED = 5;
    /** Digits of the statistics, seen at the closed form's theta: what double precision can bear. */
    private static final double AS_READ = 11.5;

    private static final String[][] SI_RSTV = {
        {"196.3052", "196.1240", "196.1890", "196.2569", "196.3403"},
        {"196.3042", "196.3825", "196.1669", "196.3257", "196.0422"},
        {"196.1303", "196.2005", "196.2889", "196.0343", "196.1811"},
        {"196.2795", "196.1748", "196.1494", "196.1485", "195.9885"},
        {"196.2119", "196.1051", "196.1850", "196.0052", "196.2090"}
    };

    /** Mean squares between and within groups, exactly. */
    private record MeanSquares(BigDecimal between, BigDecimal within, BigDecimal mean) {

        static MeanSquares of(String[][] groups, Function<String, BigDecimal> read) {
            int k = groups.length;
            int r = groups[0].length;
            BigDecimal within = BigDecimal.ZERO;
            BigDecimal total = BigDecimal.ZERO;
            List<BigDecimal> means = new ArrayList<>();
            for (String[] group : groups) {
                BigDecimal sum = BigDecimal.ZERO;
                for (String value : group) {
                    sum = sum.add(read.apply(value));
                }
                BigDecimal mean = sum.divide(BigDecimal.valueOf(r), EXACT);
                for (String value : group) {
                    within = within.add(read.apply(value).subtract(mean).pow(2));
                }
                means.add(mean);
                total = total.add(mean);
            }
            BigDecimal grand = total.divide(BigDecimal.valueOf(k), EXACT);
            BigDecimal between = BigDecimal.ZERO;
            for (BigDecimal mean : means) {
                between = between.add(mean.subtract(grand).pow(2));
            }
            return new MeanSquares(
                    between.multiply(BigDecimal.valueOf(r)).divide(BigDecimal.valueOf(k - 1), EXACT),
                    within.divide(BigDecimal.valueOf((long) k * (r - 1)), EXACT),
                    grand);
        }

        double groupVariance(int r) {
            return between.subtract(within).divide(BigDecimal.valueOf(r), EXACT).doubleValue();
        }
    }

    /** SmLs01 to SmLs09: nine treatments; in each the mean, then 0.1 below and above it in turns. */
    private static String[][] simonLesage(String constant, int replicates) {
        String[] tenths = {"0.4", "0.3", "0.5", "0.3", "0.5", "0.3", "0.5", "0.3", "0.5"};
        String[][] groups = new String[tenths.length][replicates];
        for (int k = 0; k < groups.length; k++) {
            BigDecimal mean = new BigDecimal(constant).add(new BigDecimal(tenths[k]));
            for (int i = 0; i < replicates; i++) {
                BigDecimal deviation = new BigDecimal(i == 0 ? "0.0" : i % 2 == 1 ? "-0.1" : "0.1");
                groups[k][i] = mean.add(deviation).toPlainString();
            }
        }
        return groups;
    }

    private static Table table(String[][] groups) {
        int r = groups[0].length;
        double[] y = new double[groups.length * r];
        String[] g = new String[y.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = Double.parseDouble(groups[i / r][i % r]);
            g[i] = "t" + i / r;
        }
        return Table.builder().numeric("y", y).factor("g", g).build();
    }

    /** Log relative error: the number of correct digits, 15 at most. */
    static double digits(double actual, double certified) {
        double error = Math.abs(actual - certified) / Math.abs(certified);
        return error == 0 ? 15 : Math.min(15, -Math.log10(error));
    }

    /** Digits of a fit. */
    private record Digits(double within, double between, double mean) {
        double fewest() {
            return Math.min(within, Math.min(between, mean));
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "  %5.1f %5.1f %5.1f", within, between, mean);
        }

        static Digits of(Fit fit, MeanSquares exact, int r) {
            return new Digits(
                    digits(fit.sigma() * fit.sigma(), exact.within().doubleValue()),
                    digits(fit.randomEffects().get(0).covariance(0, 0), exact.groupVariance(r)),
                    digits(fit.fixedEffects().estimate(0), exact.mean().doubleValue()));
        }
    }

    private final List<String> lines = new ArrayList<>();

    private void check(String name, String[][] groups, double searched, double certified, double asRead) {
        int r = groups[0].length;
        MeanSquares exact = MeanSquares.of(groups, BigDecimal::new);
        MeanSquares read = MeanSquares.of(groups, v -> new BigDecimal(Double.parseDouble(v)));
        LinearMixedModel model = LinearMixedModel.of("y ~ 1 + (1 | g)").withMethod(Method.REML);
        Fit fit = model.fit(table(groups));
        Fit there = model.at(
                table(groups), Math.sqrt(read.groupVariance(r) / read.within().doubleValue()));
        Digits ofFit = Digits.of(fit, read, r);
        Digits ofText = Digits.of(there, exact, r);
        Digits ofDoubles = Digits.of(there, read, r);
        lines.add(String.format(Locale.ROOT, "%-8s %6d %s %s %s", name, groups.length * r, ofFit, ofText, ofDoubles));
        assertTrue(fit.convergence().converged(), name);
        assertTrue(ofFit.fewest() >= searched, () -> name + ", fit: " + ofFit);
        assertTrue(ofText.fewest() >= certified, () -> name + ", certified: " + ofText);
        assertTrue(ofDoubles.fewest() >= asRead, () -> name + ", of the doubles read: " + ofDoubles);
    }

    @Test
    void digitsOfTheCertifiedValues() throws IOException {
        lines.add(
                "Log relative errors of MSW, s_b2 and mean: of the fit, against the doubles as read; then at the closed");
        lines.add("form's theta, against NIST's text and against the doubles as read");
        check("SiRstv", SI_RSTV, SEARCHED, 11.5, AS_READ);
        int[] replicates = {21, 201, 2001};
        String[] constants = {"1", "1000000", "1000000000000"};
        // 1e12 + 0.4 is read with an error of up to 6e-5, which leaves 4 digits of a variance, 1e6 + 0.4 leaves 10
        double[] certified = {11.5, 9.5, 3.5};
        for (int c = 0; c < constants.length; c++) {
            for (int i = 0; i < replicates.length; i++) {
                String name = "SmLs0" + (3 * c + i + 1);
                check(name, simonLesage(constants[c], replicates[i]), SEARCHED, certified[c], AS_READ);
            }
        }
        Path out = Path.of("target", "nist.txt");
        Files.createDirectories(out.getParent());
        Files.write(out, lines);
    }

    /** The constructions above are NIST's data: their mean squares are the certified ones. */
    @Test
    void constructionsHaveTheCertifiedMeanSquares() {
        MeanSquares instruments = MeanSquares.of(SI_RSTV, BigDecimal::new);
        assertEquals(1.27865654e-02, instruments.between().doubleValue(), 1e-16);
        assertEquals(1.0831828e-02, instruments.within().doubleValue(), 1e-16);
        for (String constant : List.of("1", "1000000", "1000000000000")) {
            for (int r : new int[] {21, 201, 2001}) {
                MeanSquares squares = MeanSquares.of(simonLesage(constant, r), BigDecimal::new);
                assertEquals(0, squares.within().compareTo(new BigDecimal("0.01")));
                assertEquals((double) r / 100, squares.between().doubleValue(), 1e-15 * r);
            }
        }
    }
}
