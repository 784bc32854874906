package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;
import static org.warpmix.cli.JsonValues.at;
import static org.warpmix.cli.JsonValues.number;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code warpmix fit}: JSON as promised, text, and where they go. */
class CliFitTest {

    static final List<String> FIELDS = List.of(
            "formula",
            "method",
            "backend",
            "nobs",
            "dropped",
            "groups",
            "criterion",
            "logLik",
            "df",
            "aic",
            "bic",
            "sigma",
            "theta",
            "converged",
            "singular",
            "evaluations",
            "gradientNorm",
            "fixed",
            "vcov",
            "random");

    static final List<String> FIXED = List.of("term", "estimate", "se", "df", "t", "p", "ciLow", "ciHigh");

    @TempDir
    Path folder;

    @Test
    void jsonOfTheInterface() throws IOException {
        Cli.Result result = Cli.run("fit", SLEEP, SLOPES, "--json", "-", "--ranef", "--fitted");
        assertEquals(0, result.code(), result.err());
        assertEquals("", result.err());
        Object json = result.json();

        List<String> expected = new ArrayList<>(FIELDS);
        expected.addAll(List.of("ranef", "fitted", "warnings"));
        assertEquals(expected, names(json).subList(0, expected.size()));
        assertEquals(FIXED, names(at(json, "fixed", 0)));
        assertEquals(List.of("group", "terms", "sd", "corr"), names(at(json, "random", 0)));

        assertEquals(SLOPES, at(json, "formula"));
        assertEquals("REML", at(json, "method"));
        assertEquals("cpu", at(json, "backend"));
        assertEquals(180, number(json, "nobs"));
        assertEquals(Map.of("Subject", 18), at(json, "groups"));
        // lme4 1.1-31 with a tight tolerance, see src/test/resources/reference-expected.json
        assertEquals(1743.62827195979, number(json, "criterion"), 1e-7);
        assertEquals(-0.5 * number(json, "criterion"), number(json, "logLik"), 0);
        assertEquals(6, number(json, "df"));
        assertEquals(1755.6282719598, number(json, "aic"), 1e-7);
        assertEquals(25.5918, number(json, "sigma"), 1e-3);
        assertEquals(3, ((List<?>) at(json, "theta")).size());
        assertEquals(true, at(json, "converged"));
        assertEquals(false, at(json, "singular"));
        assertEquals("Days", at(json, "fixed", 1, "term"));
        assertEquals(10.467285959596, number(json, "fixed", 1, "estimate"), 1e-8);
        assertEquals(17, number(json, "fixed", 1, "df"), 1e-3); // lmerTest 3.1-3
        double margin = number(json, "fixed", 1, "ciHigh") - number(json, "fixed", 1, "estimate");
        assertEquals(2.10981557783, margin / number(json, "fixed", 1, "se"), 1e-5); // R: qt(0.975, 17)
        double se = number(json, "fixed", 0, "se");
        assertEquals(se * se, number(json, "vcov", 0, 0), 1e-12 * se * se);
        assertEquals(List.of("(Intercept)", "Days"), at(json, "random", 0, "terms"));
        assertEquals(24.7404, number(json, "random", 0, "sd", 0), 1e-2);
        assertEquals(0.0655, number(json, "random", 0, "corr", 1, 0), 1e-3);
        assertEquals(1, number(json, "random", 0, "corr", 1, 1));
        assertEquals(2.2585, number(json, "ranef", "Subject", "308", "(Intercept)", 0), 1e-2);
        assertEquals(9.1990, number(json, "ranef", "Subject", "308", "Days", 0), 1e-2);
        assertEquals(253.6637, number(json, "fitted", 0), 1e-2);
        assertEquals(180, ((List<?>) at(json, "fitted")).size());
        assertEquals(List.of(), at(json, "warnings"));
        assertEquals(
                List.of("Subject.(Intercept)", "Subject.Days.(Intercept)", "Subject.Days"), at(json, "thetaNames"));
        assertEquals(178, number(json, "dfResidual"));
        assertNull(at(json, "icc"));
    }

    @Test
    void whatWasNotAskedForIsAbsent() throws IOException {
        Object json = Cli.run("fit", SLEEP, SLOPES, "--json", "-", "--df", "none", "--ml")
                .json();
        assertEquals("ML", at(json, "method"));
        assertEquals(List.of("term", "estimate", "se", "t"), names(at(json, "fixed", 0)));
        assertFalse(names(json).contains("ranef"));
        assertFalse(names(json).contains("fitted"));
        assertEquals(FIELDS, names(json).subList(0, FIELDS.size()));
        assertEquals("warnings", names(json).get(FIELDS.size()));
    }

    @Test
    void singularFit() throws IOException {
        String data = "src/test/resources/data/Dyestuff2.csv";
        Cli.Result result = Cli.run("fit", data, "Yield ~ 1 + (1 | Batch)", "--json", "-");
        assertEquals(0, result.code());
        assertEquals(true, at(result.json(), "singular"));
        assertEquals(0, number(result.json(), "random", 0, "sd", 0));
        assertEquals(0, number(result.json(), "icc", "Batch"));
        assertTrue(at(result.json(), "warnings", 0).toString().contains("(1 | Batch)"));
        String text = Cli.run("fit", data, "Yield ~ 1 + (1 | Batch)").out();
        assertTrue(text.contains("singular fit"), text);
    }

    @Test
    void undefinedCorrelationIsNull() throws IOException {
        String data = "src/test/resources/data/Dyestuff2.csv";
        Object json =
                Cli.run("fit", data, "Yield ~ 1 + (1 | Batch)", "--json", "-").json();
        assertEquals(1, number(json, "random", 0, "corr", 0, 0));
        Object slopes =
                Cli.run("fit", SLEEP, SLOPES, "--theta", "1,0,0", "--json", "-").json();
        assertNull(at(slopes, "random", 0, "corr", 0, 1));
        assertTrue(Cli.run("fit", SLEEP, SLOPES, "--theta", "1,0,0").out().contains("NaN"));
    }

    @Test
    void independentTermsComeOneByOne() throws IOException {
        Object json = Cli.run("fit", SLEEP, "Reaction ~ Days + (Days || Subject)", "--json", "-", "--ranef")
                .json();
        assertEquals(List.of("(Intercept)"), at(json, "random", 0, "terms"));
        assertEquals(List.of("Days"), at(json, "random", 1, "terms"));
        assertEquals(Set.of("(Intercept)", "Days"), ((Map<?, ?>) at(json, "ranef", "Subject", "308")).keySet());
    }

    @Test
    void thetaIsEvaluatedWithoutASearch() throws IOException {
        Cli.Result result = Cli.run("fit", SLEEP, SLOPES, "--ml", "--theta", "1,0,1", "--json", "-");
        Object json = result.json();
        assertEquals(1, number(json, "evaluations"));
        assertEquals(false, at(json, "converged"));
        assertEquals(1, number(json, "theta", 2), 1e-14);
        // lme4 1.1-31: lmer(..., REML = FALSE, devFunOnly = TRUE)(c(1, 0, 1))
        assertEquals(1784.6422961924, number(json, "criterion"), 1e-6);
        String text = Cli.run("fit", SLEEP, SLOPES, "--ml", "--theta", "1,0,1").out();
        assertTrue(text.contains("Evaluated at the given theta"), text);
    }

    @Test
    void startLeadsToTheSameFit() throws IOException {
        Object json = Cli.run("fit", SLEEP, SLOPES, "--start", "-2,1,0.5", "--json", "-")
                .json();
        assertEquals(1743.62827195979, number(json, "criterion"), 1e-7);
    }

    @Test
    void standardInput() throws IOException {
        InputStream before = System.in;
        try (InputStream data = new FileInputStream(SLEEP)) {
            System.setIn(data);
            Cli.Result result = Cli.run("fit", "-", SLOPES);
            assertTrue(result.out().contains("Data:    standard input\n"), result.err());
            assertTrue(result.out().contains("1743.63"), result.out());
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void jsonInAFileBesidesTheText() throws IOException {
        Path file = folder.resolve("fit.json");
        Cli.Result result = Cli.run("fit", SLEEP, SLOPES, "--json", file.toString());
        assertEquals(Cli.run("fit", SLEEP, SLOPES).out(), result.out());
        String json = Files.readString(file);
        assertEquals(Cli.run("fit", SLEEP, SLOPES, "--json", "-").out(), json);
        assertTrue(json.endsWith("}\n"));
        Cli.Result quiet = Cli.run("fit", SLEEP, SLOPES, "--quiet", "--json", file.toString());
        assertEquals(new Cli.Result(0, "", ""), quiet);
        assertEquals(json, Files.readString(file));
    }

    @Test
    void intervalsWhenALevelIsGiven() {
        String text = Cli.run("fit", SLEEP, SLOPES, "--level", "0.9").out();
        assertTrue(text.contains("5%      95%\n"), text);
        assertTrue(text.contains("  7.778   13.156\n"), text);
        assertFalse(Cli.run("fit", SLEEP, SLOPES).out().contains("95%"));
    }

    @Test
    void textWithWeightsOffsetContrastsAndDroppedRows() throws IOException {
        List<String> lines = new ArrayList<>(List.of("y,x,f,g,w,o"));
        for (int i = 0; i < 40; i++) {
            double y = Math.sin(i * 1.7) + (i % 5) * 0.3;
            lines.add(
                    y + "," + i % 7 + "," + "abc".charAt(i % 3) + "," + i % 5 + "," + (i == 3 ? 0 : 1 + i % 2) + ",1");
        }
        lines.add("NA,1,a,1,1,1");
        String data = Cli.file(folder, "all.csv", lines.toArray(new String[0]));
        String formula = "y ~ x + I(2 * x) + f + (1 | g)";
        String[] options = {"fit", data, formula, "--weights", "w", "--offset", "o", "--contrasts", "f=sum", "--ml"};
        String text = Cli.run(options).out();
        assertTrue(text.startsWith("Linear mixed model fit by maximum likelihood\n"), text);
        assertTrue(text.contains("\nWeights: w\nOffset:  o\n"), text);
        assertTrue(text.contains("Observations: 39 (2 more left out: weight zero or something missing)"), text);
        assertTrue(text.contains("\nf1 "), text);
        assertTrue(text.contains("Note: The fixed effects are linearly dependent: dropped I(2 * x)"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    }

    @Test
    void lists() {
        String text = Cli.run("fit", SLEEP, SLOPES, "--ranef", "--fitted").out();
        assertTrue(text.contains("Random effects by Subject:\nSubject  (Intercept)  cond.SD"), text);
        assertTrue(text.contains("\n372"), text);
        assertTrue(text.contains("Fitted values:\nrow  fitted\n  1  253.66\n"), text);
    }

    @Test
    void readersThatLeaveAreNoError() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        PrintStream err = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        assertEquals(0, Main.run(new String[] {"fit", SLEEP, SLOPES}, closed, err));
    }

    @Test
    void outputThatFailsIsOne() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();
        PrintStream print = new PrintStream(err, true, StandardCharsets.UTF_8);
        assertEquals(1, Main.run(new String[] {"fit", SLEEP, SLOPES}, full, print));
        assertEquals(
                "warpmix: standard output: writing failed (No space left on device).\n",
                err.toString(StandardCharsets.UTF_8).replace("\r", ""));
    }

    static List<String> names(Object json) {
        List<String> names = new ArrayList<>();
        ((Map<?, ?>) json).keySet().forEach(name -> names.add((String) name));
        return names;
    }
}
