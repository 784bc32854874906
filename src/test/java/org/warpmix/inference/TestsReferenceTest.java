package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.ReferenceCase;
import org.warpmix.report.Words;

/** Tests of lmerTest 3.1-3, pbkrtest 0.5.2 and emmeans 1.8.4-1 (R 4.2.2), stored in reference-tests.json. */
class TestsReferenceTest {

    private static final double TOLERANCE = 1e-3;
    /** R's ptukey is exact to some 1e-14 absolute. */
    private static final double PTUKEY = 1e-10;

    private static final JsonNode EXPECTED = read();
    private static final List<ReferenceCase> CASES = cases();
    private static final Map<String, Fit> FITS = new HashMap<>();
    /** Of five models of 73,421 rows the two whose evaluations take longest. */
    private static final Set<String> SLOW = Set.of("insteval_slopes_ml", "insteval_inter_ml");
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
            compare(
                    off,
                    "df " + j,
                    table.get("df").get(j).asDouble(),
                    inference.coefficient(j).degrees());
            compare(
                    off,
                    "p " + j,
                    table.get("p").get(j).asDouble(),
                    inference.coefficient(j).p());
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
            compare(
                    off,
                    "DenDF " + row.term(),
                    table.get("DenDF").get(t).asDouble(),
                    row.test().denominator());
            compare(
                    off,
                    "F " + row.term(),
                    table.get("F").get(t).asDouble(),
                    row.test().f());
            compare(
                    off,
                    "p " + row.term(),
                    table.get("p").get(t).asDouble(),
                    row.test().p());
        }
        assertEquals(List.of(), off);
    }

    static Stream<ReferenceCase> means() {
        return with("emmeans");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("means")
    void marginalMeans(ReferenceCase expected) {
        List<String> off = new ArrayList<>();
        for (JsonNode table : table(expected, "emmeans")) {
            String factor = table.get("spec").asText();
            for (DegreesOfFreedom degrees : List.of(DegreesOfFreedom.SATTERTHWAITE, DegreesOfFreedom.KENWARD_ROGER)) {
                JsonNode values = table.get(Words.of(degrees).replace('-', '_'));
                MarginalMeans.Result result = MarginalMeans.of(fit(expected), factor)
                        .withDegrees(degrees)
                        .test();
                assertEquals(values.get("emm").size(), result.means().size());
                for (int i = 0; i < result.means().size(); i++) {
                    JsonNode row = values.get("emm").get(i);
                    MarginalMeans.Mean mean = result.means().get(i);
                    String what = degrees + " " + factor + " " + mean.label() + " ";
                    assertEquals(row.get(factor).asText(), mean.label());
                    compare(
                            off,
                            what + "mean",
                            row.get("emmean").asDouble(),
                            mean.test().estimate());
                    compare(
                            off,
                            what + "SE",
                            row.get("SE").asDouble(),
                            mean.test().standardError());
                    compare(
                            off,
                            what + "df",
                            row.get("df").asDouble(),
                            mean.test().degrees());
                    double lower = mean.test().estimate() - mean.test().margin(0.95);
                    compare(off, what + "lower", row.get("lower.CL").asDouble(), lower);
                }
                assertEquals(values.get("pairs").size(), result.pairs().size());
                for (int i = 0; i < result.pairs().size(); i++) {
                    JsonNode row = values.get("pairs").get(i);
                    MarginalMeans.Pair pair = result.pairs().get(i);
                    String what = degrees + " " + pair.label() + " ";
                    assertEquals(row.get("contrast").asText().replace("(", "").replace(")", ""), pair.label());
                    compare(
                            off,
                            what + "estimate",
                            row.get("estimate").asDouble(),
                            pair.test().estimate());
                    compare(
                            off,
                            what + "SE",
                            row.get("SE").asDouble(),
                            pair.test().standardError());
                    compare(
                            off,
                            what + "df",
                            row.get("df").asDouble(),
                            pair.test().degrees());
                    compare(
                            off,
                            what + "t",
                            row.get("t.ratio").asDouble(),
                            pair.test().t());
                    if (row.get("p.value").asDouble() > PTUKEY) {
                        compare(off, what + "p", row.get("p.value").asDouble(), pair.p());
                    }
                }
            }
        }
        assertEquals(List.of(), off);
    }

    private static Stream<ReferenceCase> with(String table) {
        return CASES.stream().filter(one -> table(one, table) != null && !SLOW.contains(one.id()));
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
