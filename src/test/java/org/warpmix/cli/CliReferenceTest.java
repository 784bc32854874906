package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.warpmix.cli.JsonValues.at;
import static org.warpmix.cli.JsonValues.number;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON of the models of reference-expected.json at lme4's theta: every field in its place, with lme4's value. */
class CliReferenceTest {

    static List<Named<Object>> cases() throws IOException {
        Object all = JsonValues.parse(Files.readString(Path.of("src/test/resources/reference-expected.json")));
        List<Named<Object>> cases = new ArrayList<>();
        for (Object one : (List<?>) all) {
            cases.add(Named.of(at(one, "id").toString(), one));
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void json(Object expected) throws IOException {
        Cli.Result result = Cli.run(arguments(expected));
        assertEquals(0, result.code(), result.err());
        Object json = result.json();
        Object results = at(expected, "results");
        assertEquals(CliFitTest.FIELDS, CliFitTest.names(json).subList(0, CliFitTest.FIELDS.size()));
        assertEquals(at(results, "nobs"), at(json, "nobs"));
        assertEquals(at(results, "ngroups"), at(json, "groups"));
        assertEquals(at(results, "npar"), at(json, "df"));
        close(at(results, "criterion"), at(json, "criterion"));
        close(at(results, "AIC"), at(json, "aic"));
        close(at(results, "BIC"), at(json, "bic"));
        close(at(results, "sigma"), at(json, "sigma"));
        close(at(results, "theta"), at(json, "theta"));
        assertEquals(at(results, "dropped_columns"), at(json, "droppedColumns"));

        List<?> fixed = (List<?>) at(json, "fixed");
        assertEquals(((List<?>) at(results, "fixef", "names")).size(), fixed.size());
        assertEquals(fixed.size(), ((List<?>) at(json, "vcov")).size());
        for (int j = 0; j < fixed.size(); j++) {
            assertEquals(CliFitTest.FIXED, CliFitTest.names(fixed.get(j)));
            assertEquals(at(results, "fixef", "names", j), at(fixed.get(j), "term"));
            double se = number(fixed.get(j), "se");
            assertEquals(number(results, "fixef", "estimate", j), number(fixed.get(j), "estimate"), 1e-6 * se);
            close(at(results, "fixef", "se", j), se);
            assertEquals(fixed.size(), ((List<?>) at(json, "vcov", j)).size());
            close(se * se, at(json, "vcov", j, j));
        }

        List<?> random = (List<?>) at(json, "random");
        assertEquals(((List<?>) at(results, "random")).size(), random.size());
        for (int t = 0; t < random.size(); t++) {
            assertEquals(at(results, "random", t, "group"), at(random.get(t), "group"));
            assertEquals(at(results, "random", t, "names"), at(random.get(t), "terms"));
            close(at(results, "random", t, "sd"), at(random.get(t), "sd"));
            int q = ((List<?>) at(random.get(t), "terms")).size();
            assertEquals(q, ((List<?>) at(random.get(t), "corr")).size());
            assertEquals(q, ((List<?>) at(random.get(t), "corr", q - 1)).size());
        }
    }

    private static String[] arguments(Object expected) {
        String data = "src/test/resources/" + at(expected, "data");
        List<String> arguments = new ArrayList<>(List.of("fit", data, (String) at(expected, "formula"), "--json", "-"));
        StringBuilder theta = new StringBuilder();
        for (Object entry : (List<?>) at(expected, "results", "theta")) {
            theta.append(theta.length() == 0 ? "" : ",").append(entry);
        }
        arguments.addAll(List.of("--theta", theta.toString()));
        if (at(expected, "REML").equals(false)) {
            arguments.add("--ml");
        }
        for (String option : List.of("weights", "offset")) {
            if (at(expected, option) != null) {
                arguments.addAll(List.of("--" + option, (String) at(expected, option)));
            }
        }
        if (at(expected, "contrasts") instanceof Map<?, ?> contrasts) {
            StringBuilder entries = new StringBuilder();
            contrasts.forEach((column, contrast) -> {
                entries.append(entries.length() == 0 ? "" : ",").append(column);
                entries.append('=').append(contrast);
            });
            arguments.addAll(List.of("--contrasts", entries.toString()));
        }
        return arguments.toArray(new String[0]);
    }

    private static void close(Object expected, Object actual) {
        if (expected instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                close(list.get(i), at(actual, i));
            }
        } else {
            double number = ((Number) expected).doubleValue();
            assertEquals(number, ((Number) actual).doubleValue(), 1e-6 * Math.max(Math.abs(number), 1e-2));
        }
    }
}
