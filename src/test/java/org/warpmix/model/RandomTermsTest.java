package org.warpmix.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.StringJoiner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.formula.Formula;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.Table;

/** Random terms, their order and names. Expected: lFormula of lme4 1.1-31 but for factors under a double bar. */
class RandomTermsTest {

    private static final int N = 60;

    /** 2, 3, 4, 5, 8, 8 and 12 levels in a, b, c, h, g, m and k. */
    private static final Table TABLE = Table.builder()
            .numeric("y", noise(1))
            .numeric("x", noise(2))
            .numeric("z", noise(3))
            .column("a", cycle(2))
            .column("b", cycle(3))
            .column("c", cycle(4))
            .column("h", cycle(5))
            .column("g", cycle(8))
            .column("m", cycle(8))
            .column("k", cycle(12))
            .column("l", new FactorColumn(cycle(2).codes(), new String[] {"FALSE", "TRUE"}, true))
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "(1 | g) + (1 | h) + (0 + x | m) + (1 | k); k[(Intercept)] m[x] g[(Intercept)] h[(Intercept)]",
                "(1 | b) + (1 | a) + (1 | g); g[(Intercept)] b[(Intercept)] a[(Intercept)]",
                "(x || g) + (x || m); g[(Intercept)] g[x] m[(Intercept)] m[x]",
                "(x || a) + (x || b); b[x] b[(Intercept)] a[x] a[(Intercept)]",
                "(x || h) + (1 | c); h[(Intercept)] h[x] c[(Intercept)]",
                "(1 | c) + (x || h); h[x] h[(Intercept)] c[(Intercept)]",
                "(1 | h) + (x + z || c); h[(Intercept)] c[(Intercept)] c[x] c[z]",
                "(1 | h) + (1 | m) + (1 | g); g[(Intercept)] m[(Intercept)] h[(Intercept)]",
                "(1 | m) + (1 | g); m[(Intercept)] g[(Intercept)]",
                "(1 | h:c) + (1 | h) + (1 | c:h); c:h[(Intercept)] h:c[(Intercept)] h[(Intercept)]",
                "(x || b/c); c:b[x] c:b[(Intercept)] b[x] b[(Intercept)]",
                "(x | b/c); c:b[(Intercept) x] b[(Intercept) x]",
                "(1 | a/b/h); h:(b:a)[(Intercept)] b:a[(Intercept)] a[(Intercept)]",
                "(0 + b | g) + (1 | g); g[b0 b1 b2] g[(Intercept)]",
                "(a * x | g); g[(Intercept) a1 x a1:x]",
                "(l | g); g[(Intercept) lTRUE]",
                "(x - 1 | g); g[x]",
                "(poly(x, 2) | g); g[(Intercept) poly(x, 2)1 poly(x, 2)2]",
                "(log(z + 3) || g); g[(Intercept)] g[log(z + 3)]",
                // one column each; lme4 1.1-31 leaves the factor's columns together
                "(b || g); g[(Intercept)] g[b1] g[b2]",
                "(0 + b || g); g[b0] g[b1] g[b2]",
                "(a * x || g); g[(Intercept)] g[a1] g[x] g[a1:x]",
            })
    void areOrderedAndNamedAsInLme4(String random, String expected) {
        // nested groups of all combinations need more rows than levels: h:(b:a) has 30, c:b 12 of 60
        ModelData data = Design.of(Formula.parse("y ~ x + " + random), TABLE).data();
        StringJoiner found = new StringJoiner(" ");
        for (RandomTerm term : data.terms()) {
            found.add(term.factor().name() + "[" + String.join(" ", term.names()) + "]");
            assertEquals(term.names().length, term.z().length);
            assertEquals(term.names().length, term.covariance().columns());
        }
        assertEquals(expected, found.toString());
    }

    private static FactorColumn cycle(int levels) {
        int[] codes = new int[N];
        String[] labels = new String[levels];
        for (int i = 0; i < N; i++) {
            codes[i] = i % levels;
            labels[i % levels] = Integer.toString(i % levels);
        }
        return new FactorColumn(codes, labels);
    }

    private static double[] noise(int seed) {
        return new java.util.SplittableRandom(seed).doubles(N).toArray();
    }
}
