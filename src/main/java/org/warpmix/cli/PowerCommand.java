package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.report.PowerSummary;
import org.warpmix.study.AnalysisModel;
import org.warpmix.study.Condition;
import org.warpmix.study.DrawnDesign;
import org.warpmix.study.Power;
import org.warpmix.study.PowerDesign;
import org.warpmix.study.PowerPoint;
import org.warpmix.study.PowerRows;
import org.warpmix.study.PowerSearch;
import org.warpmix.study.Simulation;
import org.warpmix.study.TestMethod;
import org.warpmix.study.file.StudyFile;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.UnitStore;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix power}: the power of a test, from a pilot or from what a study file states. */
final class PowerCommand {

    static final String NAME = "power";

    private static final TestMethod[] TESTS = {
        TestMethod.SATTERTHWAITE,
        TestMethod.KENWARD_ROGER,
        TestMethod.LRT,
        TestMethod.PERMUTATION,
        TestMethod.RESIDUAL,
        TestMethod.Z
    };
    private static final long MOST = 10_000;
    private static final long REPLICATES = 1000;

    private PowerCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix power DATA FORMULA --term TERM [OPTION …]",
                "Power of the test of a coefficient, by simulation, over numbers of groups, rows of each and effect sizes. DATA and"
                        + " FORMULA are a pilot, whose estimates are taken for true and whose groups and rows are repeated"
                        + " in turn; or DATA is a study file (.yaml) that states design and truth, and FORMULA, which"
                        + " may be left out, what analyses.",
                "warpmix power examples/sleepstudy.csv \\",
                "    \"Reaction ~ Days + (Days | Subject)\" --term Days \\",
                "    --effect 5,10 --groups 6,12,18 --replicates 1000");
        spec.addPositional(ModelRequest.argument("0", "DATA", "The pilot's data, or a study file (.yaml)."));
        spec.addPositional(PositionalParamSpec.builder()
                .index("1")
                .paramLabel("FORMULA")
                .description("As in lme4; by default, with a study file, its first model.")
                .type(String.class)
                .arity("0..1")
                .build());
        spec.addOption(Usage.value("--term", "TERM", "The coefficient that is tested."));
        spec.addOption(Usage.value("--effect", "E,…", "Its true values; by default the pilot's or the file's."));
        spec.addOption(Usage.value("--groups", "N,…", "Numbers of groups; by default as many as there are."));
        spec.addOption(Usage.value("--rows", "N,…", "Numbers of rows of each group; by default as they are."));
        spec.addOption(
                Usage.value("--factor", "NAME", "The grouping factor that --groups is about, where it is not plain."));
        spec.addOption(Usage.value("--test", "METHOD", "The test: " + Usage.list(TESTS)));
        spec.addOption(Usage.value("--alpha", "A", "Level of the test; by default 0.05."));
        spec.addOption(Usage.value("--permutations", "N", "Permutations of a permutation test; by default 999."));
        spec.addOption(Usage.value("--target", "P", "Look for the smallest design that has this power, e.g. 0.8."));
        spec.addOption(Usage.value("--search", "WHAT", "What --target changes: " + Usage.list(Power.Size.values())));
        spec.addOption(Usage.value("--most", "N", "The largest that --target looks at; by default " + MOST + "."));
        spec.addOption(Usage.flag("--ml", "Analyse by maximum likelihood instead of REML."));
        ReplicateRequest.addTo(spec, "Replicates of each point; by default " + REPLICATES + ".");
        spec.addOption(
                Usage.value("--out", "FILE", "Write the points there, one a row: FILE ends in .csv or .parquet."));
        spec.addOption(Usage.flag("--overwrite", "Let --out replace a file."));
        StudyOptions.addTo(spec);
        LongRun.addTo(spec);
        return spec;
    }

    /** What is known, and a digest of it. */
    private record Given(PowerDesign design, AnalysisModel model, String digest) {}

    static void run(ParseResult request, LongRun run, OutputStream out, PrintStream err) throws IOException {
        StudyOptions options = StudyOptions.of(request, err);
        String rows = run.isShard() ? null : Usage.text(request, "--out");
        Output.checkNew(rows, request);
        String term = Usage.text(request, "--term");
        if (term == null) {
            throw Usage.wrong(request, "which term is to be tested? Say --term x, for example.");
        }
        double alpha = Usage.number(request, "--alpha", 0.05);
        if (!(alpha > 0 && alpha < 1)) {
            throw Usage.wrong(request, "--alpha: expected a number between 0 and 1, e.g. 0.05.");
        }
        Given given = given(request);
        Power power = Power.of(given.design(), term)
                .withModel(given.model())
                .withTest(Usage.choice(request, "--test", TESTS))
                .with(study -> study.withReplicates(
                                (int) Usage.whole(request, "--replicates", 1, ReplicateRequest.MOST, REPLICATES))
                        .withSeed(Usage.whole(request, "--seed", Long.MIN_VALUE, Long.MAX_VALUE, ReplicateRequest.SEED))
                        .withLevel(1 - alpha)
                        .withPermutations((int) Usage.whole(request, "--permutations", 1, ReplicateRequest.MOST, 999))
                        .withBackend(run.backend(options.backend())));
        double[] effects = Usage.numbers(request, "--effect");
        power = effects == null ? power : power.withEffects(effects);
        int[] groups = wholes(request, "--groups");
        power = groups == null ? power : power.withGroups(groups);
        int[] counts = wholes(request, "--rows");
        power = counts == null ? power : power.withRows(counts);
        String source = request.matchedPositionals().get(0).getValue();
        Report report =
                new Report(power, source, given.design().factor(), rows, Usage.has(request, "--overwrite"), options);
        if (Usage.has(request, "--target")) {
            search(request, report, run, out);
        } else {
            curve(request, report, given.digest(), run, out, err);
        }
    }

    /** Where results go, and how things are called there. */
    private record Report(
            Power power, String source, String factor, String rows, boolean overwrite, StudyOptions options) {

        void write(List<PowerPoint> points, List<PowerSearch> searches, OutputStream out) throws IOException {
            if (rows != null) {
                PowerRows.write(points, Path.of(rows), overwrite);
            }
            options.report(
                    out,
                    writer -> PowerSummary.write(power, points, searches, writer),
                    () -> searches.isEmpty()
                            ? PowerSummary.of(power, points, source, factor)
                            : PowerSummary.ofSearches(power, searches, source, factor));
        }
    }

    private static void curve(
            ParseResult request, Report report, String digest, LongRun run, OutputStream out, PrintStream err)
            throws IOException {
        for (String option : List.of("--search", "--most")) {
            if (Usage.has(request, option)) {
                throw Usage.wrong(request, option + " is for a search. Say --target 0.8, for example.");
            }
        }
        Power power = report.power();
        Simulation simulation = power.study().simulation();
        RunIdentity identity = RunIdentity.of(NAME, simulation.units())
                .with("data", digest)
                .with("formula", power.model().text())
                .with("method", power.model().method())
                .with("term", power.coefficient())
                .with("test", power.test())
                .with("factor", report.factor())
                .with("groups", Arrays.toString(power.groups()))
                .with("rows", Arrays.toString(power.rows()))
                .with("effect", Arrays.toString(power.effects()))
                .with("alpha", 1 - simulation.study().level())
                .with("permutations", simulation.study().permutations())
                .with("replicates", simulation.study().replicates())
                .with("seed", simulation.study().seed())
                .with("backend", simulation.study().backend().kind())
                .with("version", PowerCommand.class.getPackage().getImplementationVersion());
        long all = (long) simulation.study().replicates()
                * simulation.study().conditions().size();
        try (WatchedRun watch = new WatchedRun(err, all, report.options().quiet())) {
            UnitStore store = run.open(identity);
            boolean whole = run.fill((into, shard) ->
                    simulation.run(into, shard, done -> watch.goesOn(all * done / simulation.units())));
            if (run.ends(whole)) {
                return;
            }
            watch.ended(!whole);
            report.write(power.points(simulation.result(store)), List.of(), out);
        }
    }

    private static void search(ParseResult request, Report report, LongRun run, OutputStream out) throws IOException {
        if (run.keeps()) {
            throw Usage.wrong(
                    request,
                    "--target looks where the last look led it, so it goes neither in shards nor from a checkpoint, nor to Spark."
                            + " Leave them out.");
        }
        Power power = report.power();
        Power.Size size = Usage.choice(request, "--search", Power.Size.values());
        boolean ofGroups = size == Power.Size.GROUPS;
        String fixed = ofGroups ? "--groups" : "--rows";
        if (Usage.has(request, fixed)) {
            throw Usage.wrong(request, fixed + " is what --target looks for. Leave it out.");
        }
        int most = (int) Usage.whole(request, "--most", 4, 1_000_000, MOST);
        double target = Usage.number(request, "--target", 0);
        List<PowerSearch> searches = new ArrayList<>();
        List<PowerPoint> points = new ArrayList<>();
        for (int other : ofGroups ? power.rows() : power.groups()) {
            for (double effect : power.effects()) {
                PowerSearch search = power.search(size, target, most, effect, other);
                searches.add(search);
                points.addAll(search.looked());
            }
        }
        report.write(points, searches, out);
    }

    private static int[] wholes(ParseResult request, String option) {
        double[] numbers = Usage.numbers(request, option);
        if (numbers == null) {
            return null;
        }
        int[] wholes = new int[numbers.length];
        for (int i = 0; i < wholes.length; i++) {
            wholes[i] = (int) numbers[i];
            if (wholes[i] != numbers[i]) {
                throw Usage.wrong(request, option + ": expected whole numbers, e.g. 10,20,40.");
            }
        }
        return wholes;
    }

    private static Given given(ParseResult request) throws IOException {
        String data = request.matchedPositionals().get(0).getValue();
        String formula = request.matchedPositionals().size() > 1
                ? request.matchedPositionals().get(1).getValue()
                : null;
        String factor = Usage.text(request, "--factor");
        String name = data.toLowerCase(Locale.ROOT);
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return stated(request, data, formula, factor);
        }
        if (formula == null) {
            throw Usage.wrong(request, "which formula? A pilot's data are fitted, e.g. \"y ~ x + (x | group)\".");
        }
        LinearMixedModel model = ModelRequest.model(request, formula);
        Table table = TableReader.withDefaults()
                .withColumns(new LinkedHashSet<>(model.formula().variables()))
                .read(data);
        Fit fit = model.fit(table);
        return new Given(
                PowerDesign.ofPilot(fit, table, factor),
                new AnalysisModel(formula, model.formula().toString(), model.method()),
                fit.design().data().digest());
    }

    private static Given stated(ParseResult request, String data, String formula, String factor) throws IOException {
        StudyFile read = StudyFile.read(Path.of(data));
        List<Condition> conditions = read.study().conditions();
        Condition condition = conditions.get(0);
        if (conditions.size() > 1 || condition.missing() != null || condition.redrawn()) {
            throw Usage.wrong(
                    request,
                    "power takes design and truth of a study file, and " + data
                            + " has a grid, missing responses or redraw. warpmix simulate runs it.");
        }
        AnalysisModel model = read.study().models().get(0);
        if (formula != null) {
            model = AnalysisModel.of(formula);
        }
        if (Usage.has(request, "--ml")) {
            model = new AnalysisModel(model.name(), model.text(), Method.ML);
        }
        DrawnDesign design = (DrawnDesign) condition.design();
        return new Given(
                PowerDesign.of(design, condition.truth(), factor),
                model,
                StudyOptions.digest(Files.readAllBytes(Path.of(data))));
    }
}
