package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.warpmix.fit.ReferenceCase.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.ReferenceCase;

/** Degrees of freedom and p-values of lmerTest 3.1-3 and pbkrtest 0.5.2 (R 4.2.2), stored in reference-tests.json. */
class TestsReferenceTest {

    private static final double TOLERANCE = 1e-3;
    private static final JsonNode EXPECTED = read();
    private static final List<ReferenceCase> CASES = cases();
    private static final Map<String, Fit> FITS = new HashMap<>();
    /** From so many rows on a fit is taken at the reference's theta: others test the search. */
    private static final int LARGE = 50_000;

    static Stream<ReferenceCase> satterthwaite() {
        return with("lmerTest");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("satterthwaite")
    void coefficientsBySatterthwaite(ReferenceCase expected) {
        FixedEffectsInference inference = FixedEffectsInference.of(fit(expected), DegreesOfFreedom.SATTERTHWAITE);
        JsonNode table = table(expected, "lmerTest");
        List<String> off = new ArrayList<>();
        for (int j = 0; j < inference.size(); j++) {
            compare(off, "df " + j, table.get("df").get(j).asDouble(), inference.coefficient(j).degrees());
            compare(off, "p " + j, table.get("p").get(j).asDouble(), inference.coefficient(j).p());
        }
        assertEquals(List.of(), off);
    }

    static Stream<ReferenceCase> kenwardRoger() {
        return with("kenward_roger");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kenwardRoger")
    void coefficientsByKenwardRoger(ReferenceCase expected) {
        FixedEffectsInference inference = FixedEffectsInference.of(fit(expected), DegreesOfFreedom.KENWARD_ROGER);
        JsonNode table = table(expected, "kenward_roger");
        List<String> off = new ArrayList<>();
        for (int j = 0; j < inference.size(); j++) {
            ContrastTest test = inference.coefficient(j);
            compare(off, "df " + j, table.get("df").get(j).asDouble(), test.degrees());
            compare(off, "se " + j, table.get("se").get(j).asDouble(), test.standardError());
            compare(off, "p " + j, table.get("p").get(j).asDouble(), test.p());
        }
        assertEquals(List.of(), off);
    }

    static Stream<Arguments> tables() {
        return Stream.of("anova_I", "anova_II", "anova_III", "anova_III_KR")
                .flatMap(table -> with(table).map(one -> Arguments.of(one, table)));
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("tables")
    void analysisOfVariance(ReferenceCase expected, String name) {
        boolean kenwardRoger = name.endsWith("_KR");
        AnovaTable.Result result = AnovaTable.of(fit(expected))
                .withType(HypothesisType.valueOf(name.substring(6).replace("_KR", "")))
                .withDegrees(kenwardRoger ? DegreesOfFreedom.KENWARD_ROGER : DegreesOfFreedom.SATTERTHWAITE)
                .test();
        JsonNode table = table(expected, name);
        List<String> off = new ArrayList<>();
        assertEquals(table.get("term").size(), result.rows().size());
        for (int t = 0; t < result.rows().size(); t++) {
            AnovaTable.Row row = result.rows().get(t);
            assertEquals(table.get("term").get(t).asText(), row.term());
            assertEquals(table.get("NumDF").get(t).asInt(), row.test().numerator());
            compare(off, "MS " + row.term(), table.get("MS").get(t).asDouble(), row.meanSquare());
            compare(off, "DenDF " + row.term(), table.get("DenDF").get(t).asDouble(), row.test().denominator());
            compare(off, "F " + row.term(), table.get("F").get(t).asDouble(), row.test().f());
            compare(off, "p " + row.term(), table.get("p").get(t).asDouble(), row.test().p());
        }
        assertEquals(List.of(), off);
    }

    private static Stream<ReferenceCase> with(String table) {
        return CASES.stream().filter(one -> table(one, table) != null);
    }

    private static JsonNode table(ReferenceCase one, String table) {
        return EXPECTED.get("cases").get(one.id()).get(table);
    }

    private static List<ReferenceCase> cases() {
        try {
            return ReferenceCase.all();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read() {
        try (InputStream in = TestsReferenceTest.class.getResourceAsStream("/reference-tests.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Fit fit(ReferenceCase expected) {
        return FITS.computeIfAbsent(
                expected.id(),
                id -> expected.number("nobs") > LARGE
                        ? expected.model().at(expected.table(), expected.theta())
                        : expected.model().fit(expected.table()));
    }

    static void compare(List<String> off, String what, double expected, double actual) {
        if (!(Math.abs(expected - actual) <= TOLERANCE * Math.abs(expected))) {
            off.add(String.format("%s: %.9g, not %.9g", what, actual, expected));
        }
    }
}
