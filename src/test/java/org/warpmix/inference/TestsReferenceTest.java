package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.warpmix.fit.ReferenceCase.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.ReferenceCase;

/** Degrees of freedom and p-values of lmerTest 3.1-3 and pbkrtest 0.5.2 (R 4.2.2), stored in reference-tests.json. */
class TestsReferenceTest {

    private static final double TOLERANCE = 1e-3;
    private static final JsonNode EXPECTED = read();

    static Stream<ReferenceCase> satterthwaite() throws IOException {
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

    static Stream<ReferenceCase> kenwardRoger() throws IOException {
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

    private static Stream<ReferenceCase> with(String table) throws IOException {
        return ReferenceCase.all().stream().filter(one -> table(one, table) != null);
    }

    private static JsonNode table(ReferenceCase one, String table) {
        return EXPECTED.get("cases").get(one.id()).get(table);
    }

    private static JsonNode read() {
        try (InputStream in = TestsReferenceTest.class.getResourceAsStream("/reference-tests.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Fit fit(ReferenceCase expected) {
        return expected.model().fit(expected.table());
    }

    static void compare(List<String> off, String what, double expected, double actual) {
        if (!(Math.abs(expected - actual) <= TOLERANCE * Math.abs(expected))) {
            off.add(String.format("%s: %.9g, not %.9g", what, actual, expected));
        }
    }
}
