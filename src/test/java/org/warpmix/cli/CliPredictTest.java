package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;
import static org.warpmix.cli.JsonValues.at;
import static org.warpmix.cli.JsonValues.number;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code warpmix predict}. */
class CliPredictTest {

    @TempDir
    Path folder;

    @Test
    void rowsOfTheFit() throws IOException {
        List<String> lines = Cli.run("predict", SLEEP, SLOPES).out().lines().toList();
        assertEquals("row,Reaction,Days,Subject,fitted", lines.get(0));
        assertEquals(181, lines.size());
        assertTrue(lines.get(1).startsWith("1,249.56,0,308,253.66"), lines.get(1));
        Object json = Cli.run("predict", SLEEP, SLOPES, "--json", "-").json();
        Object fit = Cli.run("fit", SLEEP, SLOPES, "--fitted", "--json", "-").json();
        assertEquals(at(fit, "fitted"), at(json, "fitted"));
        assertEquals(1, number(json, "rows", 0));
        assertEquals(false, at(json, "population"));
    }

    @Test
    void population() throws IOException {
        Object json =
                Cli.run("predict", SLEEP, SLOPES, "--population", "--json", "-").json();
        assertEquals(251.405104848485, number(json, "fitted", 0), 1e-8);
        assertEquals(251.405104848485 + 9 * 10.467285959596, number(json, "fitted", 179), 1e-8);
    }

    @Test
    void newRows() throws IOException {
        String rows = Cli.file(folder, "new.csv", "Days,extra,Subject", "0,x,308", "NA,y,308", "9,z,999");
        String[] request = {"predict", SLEEP, SLOPES, "--newdata", rows};
        Cli.Result refused = Cli.run(request);
        assertEquals(2, refused.code());
        assertEquals(
                "warpmix: --newdata " + rows + ": Level '999' of the grouping factor 'Subject' (row 3) did not occur in"
                        + " the fit. Allow new levels (--allow-new-levels) to predict with a random effect of zero.\n",
                refused.err());

        List<String> lines = run(rows, "--allow-new-levels").out().lines().toList();
        assertEquals("row,Days,Subject,fitted", lines.get(0));
        assertTrue(lines.get(1).startsWith("1,0,308,253.66"), lines.get(1));
        assertEquals("2,NA,308,NA", lines.get(2));
        assertTrue(lines.get(3).startsWith("3,9,999,345.610678"), lines.get(3));
        Object json = run(rows, "--allow-new-levels", "--json", "-").json();
        assertEquals(null, at(json, "fitted", 1));
    }

    @Test
    void populationNeedsNoGroups() throws IOException {
        String rows = Cli.file(folder, "new.csv", "Days", "0");
        assertTrue(run(rows, "--population").out().startsWith("row,Days,fitted\n1,0,251.405"));
        assertEquals(
                "warpmix: --newdata " + rows + ": No column 'Subject'. Known names: 'Days'.\n",
                run(rows).err());
    }

    @Test
    void intervals() throws IOException {
        String rows = Cli.file(folder, "new.csv", "Days,Subject", "10,308", "NA,308", "10,999");
        Cli.Result csv = run(rows, "--allow-new-levels", "--interval", "confidence", "--level", "0.9");
        List<String> lines = csv.out().lines().toList();
        assertEquals("row,Days,Subject,fitted,se,lower,upper", lines.get(0));
        assertTrue(lines.get(1).startsWith("1,10,308,450.3"), lines.get(1));
        assertEquals("2,NA,308,NA,NA,NA,NA", lines.get(2));
        assertEquals(
                "warpmix: note: limits at level 0.9, t with 178 degrees of freedom; theta is taken as known, so that with"
                        + " few groups they are too narrow.\n",
                csv.err());
        Object json = run(rows, "--allow-new-levels", "--interval", "prediction", "--json", "-")
                .json();
        assertEquals(15.85066, number(json, "se", 0), 1e-4);
        assertEquals(67.5859, number(json, "se", 2), 1e-3);
        assertEquals(null, at(json, "upper", 1));
        assertEquals(0.95, number(json, "level"));
        assertEquals("prediction", at(json, "interval"));
        double margin = number(json, "upper", 2) - number(json, "fitted", 2);
        assertEquals(1.97338 * Math.hypot(67.5859, 25.5918), margin, 1e-2);
        assertEquals(number(json, "fitted", 2) - margin, number(json, "lower", 2), 1e-9);
    }

    @Test
    void randomNoneIsThePopulation() throws IOException {
        String rows = Cli.file(folder, "new.csv", "Days", "10");
        String population =
                run(rows, "--population", "--interval", "prediction").out();
        assertEquals(
                population,
                run(rows, "--random", "none", "--interval", "prediction").out());
        assertTrue(population.startsWith("row,Days,fitted,se,lower,upper\n1,10,356.07"), population);
        assertEquals(
                Cli.run("predict", SLEEP, SLOPES).out(),
                Cli.run("predict", SLEEP, SLOPES, "--random", "all").out());
    }

    @Test
    void wrongIntervals() {
        String help = " Try 'warpmix predict --help'.\n";
        assertEquals(
                "warpmix: --level is for --interval confidence or prediction." + help,
                Cli.run("predict", SLEEP, SLOPES, "--level", "0.9").err());
        assertEquals(
                "warpmix: --interval: there is no 'predicton'. Did you mean 'prediction'?" + help,
                Cli.run("predict", SLEEP, SLOPES, "--interval", "predicton").err());
        assertEquals(
                "warpmix: --population leaves the random effects out, and --random all takes them in." + help,
                Cli.run("predict", SLEEP, SLOPES, "--population", "--random", "all")
                        .err());
    }

    @Test
    void fieldsAreQuotedAndNamesStayApart() throws IOException {
        String data = Cli.file(
                folder, "q.csv", "fitted,row,g", "1,2,\"a, b\"", "2.5,1,\"a, b\"", "2,3,c", "4,7,\"say \"\"c\"\"\"");
        List<String> lines = Cli.run("predict", data, "fitted ~ row + (1 | g)", "--theta", "0")
                .out()
                .lines()
                .toList();
        assertEquals(".row,fitted,row,g,.fitted", lines.get(0));
        assertTrue(lines.get(1).startsWith("1,1,2,\"a, b\","), lines.get(1));
        assertTrue(lines.get(4).startsWith("4,4,7,\"say \"\"c\"\"\","), lines.get(4));
    }

    @Test
    void outDoesNotReplaceUnasked() throws IOException {
        String out = folder.resolve("out.csv").toString();
        assertEquals(new Cli.Result(0, "", ""), Cli.run("predict", SLEEP, SLOPES, "--out", out));
        String written = Files.readString(Path.of(out));
        assertEquals(Cli.run("predict", SLEEP, SLOPES).out(), written);
        Cli.Result again = Cli.run("predict", SLEEP, SLOPES, "--population", "--out", out);
        assertEquals(2, again.code());
        assertEquals(
                "warpmix: --out: " + out + " exists. Let --overwrite replace it. Try 'warpmix predict --help'.\n",
                again.err());
        assertEquals(written, Files.readString(Path.of(out)));
        assertEquals(
                0,
                Cli.run("predict", SLEEP, SLOPES, "--population", "--out", out, "--overwrite")
                        .code());
        assertTrue(Files.readString(Path.of(out)).contains("251.405"));
    }

    @Test
    void notesGoToStandardErrorUnlessQuiet() {
        String data = "src/test/resources/data/Dyestuff2.csv";
        assertTrue(Cli.run("predict", data, "Yield ~ 1 + (1 | Batch)")
                .err()
                .startsWith("warpmix: note: Term (1 | Batch)"));
        assertEquals(
                "",
                Cli.run("predict", data, "Yield ~ 1 + (1 | Batch)", "--quiet").err());
    }

    @Test
    void oneStandardInputForTwoTables() {
        Cli.Result result = Cli.run("predict", "-", SLOPES, "--newdata", "-");
        assertEquals(2, result.code());
        assertEquals(
                "warpmix: --newdata: only one of the two tables can come from standard input."
                        + " Try 'warpmix predict --help'.\n",
                result.err());
    }

    private static Cli.Result run(String rows, String... more) {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(new String[] {"predict", SLEEP, SLOPES, "--newdata", rows}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return Cli.run(arguments);
    }
}
