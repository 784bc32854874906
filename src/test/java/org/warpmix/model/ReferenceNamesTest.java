package org.warpmix.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.formula.Formula;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** Every model of model/reference.tsv: the names, orders and columns that lme4 gives. */
class ReferenceNamesTest {

    private static final Map<String, Table> TABLES = new HashMap<>();

    static Stream<String[]> cases() throws IOException {
        try (InputStream in = ReferenceNamesTest.class.getResourceAsStream("/model/reference.tsv")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).map(line -> line.split("\t", -1));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void matchesLme4(
            String id,
            String file,
            String weights,
            String contrasts,
            String formula,
            int used,
            int dropped,
            String fixed,
            String estimates,
            String fitted,
            String random,
            String theta,
            String groups) {
        DesignOptions options = DesignOptions.defaults();
        options = weights.isEmpty() ? options : options.withWeights(weights);
        for (String contrast : contrasts.split(",")) {
            if (!contrast.isEmpty()) {
                String[] pair = contrast.split("=");
                options = options.withContrast(pair[0], Contrast.of(pair[1]));
            }
        }
        Table table = TABLES.computeIfAbsent(
                file, name -> TableReader.withDefaults().read(Path.of("src/test/resources/data", name)));
        Design design = Design.of(Formula.parse(formula), table, options);
        ModelData data = design.data();

        assertEquals(formula, design.formula().toString());
        assertEquals(used, data.n());
        assertEquals(dropped, data.dropped());
        assertEquals(fixed, String.join("|", data.fixedNames()));
        assertEquals(random, describe(data.terms()));
        assertEquals(theta, thetaNames(data.terms()));
        assertEquals(new TreeSet<>(List.of(groups.split("\\|"))), levelCounts(data.terms()));
        assertFitted(numbers(fitted), numbers(estimates), data.x());
        assertNewRowsAreTheSame(design, table);
    }

    private static void assertFitted(double[] expected, double[] beta, double[][] x) {
        for (int i = 0; i < expected.length; i++) {
            double fit = 0;
            for (int j = 0; j < beta.length; j++) {
                fit += x[j][i] * beta[j];
            }
            assertEquals(expected[i], fit, 1e-9 * Math.abs(expected[i]));
        }
    }

    /** The fit's own table as new data gives the fit's columns and codes. */
    private static void assertNewRowsAreTheSame(Design design, Table table) {
        ModelData data = design.data();
        NewRows rows = design.apply(table, false);
        for (int i = 0; i < data.n(); i++) {
            int row = data.rows()[i];
            for (int j = 0; j < data.x().length; j++) {
                assertEquals(data.x()[j][i], rows.x()[j][row]);
            }
            for (int t = 0; t < data.terms().size(); t++) {
                RandomTerm fit = data.terms().get(t);
                RandomTerm here = rows.terms().get(t);
                assertEquals(fit.factor().codes()[i], here.factor().codes()[row]);
                for (int j = 0; j < fit.z().length; j++) {
                    assertEquals(fit.z()[j][i], here.z()[j][row]);
                }
            }
        }
    }

    private static String describe(List<RandomTerm> terms) {
        List<String> text = new ArrayList<>();
        for (RandomTerm term : terms) {
            text.add(term.factor().name() + "[" + String.join(",", term.names()) + "]");
        }
        return String.join(";", text);
    }

    private static String thetaNames(List<RandomTerm> terms) {
        List<String> names = new ArrayList<>();
        for (RandomTerm term : terms) {
            for (int j = 0; j < term.names().length; j++) {
                for (int i = j; i < term.names().length; i++) {
                    String columns = i == j ? term.names()[j] : term.names()[i] + "." + term.names()[j];
                    names.add(term.factor().name() + "." + columns);
                }
            }
        }
        return String.join("|", names);
    }

    private static Set<String> levelCounts(List<RandomTerm> terms) {
        Set<String> counts = new TreeSet<>();
        Map<String, GroupingFactor> objects = new HashMap<>();
        for (RandomTerm term : terms) {
            counts.add(term.factor().name() + "=" + term.factor().levels().length);
            GroupingFactor first = objects.putIfAbsent(term.factor().name(), term.factor());
            assertSame(first == null ? term.factor() : first, term.factor());
        }
        return counts;
    }

    private static double[] numbers(String joined) {
        return Arrays.stream(joined.split("\\|"))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
