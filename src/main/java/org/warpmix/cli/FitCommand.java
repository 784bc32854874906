package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;
import org.warpmix.backend.auto.AutoFronts;
import org.warpmix.backend.cuda.CudaFronts;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.DenseFront;
import org.warpmix.likelihood.iterative.IterativeOptions;
import org.warpmix.report.Degrees;
import org.warpmix.report.FitJson;
import org.warpmix.report.ReportOptions;
import org.warpmix.report.Summary;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix fit}: fits a model and reports it. */
final class FitCommand {

    static final String NAME = "fit";

    private static final List<String> BACKENDS = List.of("auto", "cpu", "cuda");

    private FitCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix fit DATA FORMULA [OPTION …]",
                "Fits a linear mixed model.",
                "warpmix fit examples/sleepstudy.csv \"Reaction ~ Days + (Days | Subject)\"");
        ModelRequest.addTo(spec, String.join(", ", BACKENDS) + ".");
        spec.addOption(Usage.value("--df", "METHOD", "Degrees of freedom: " + Usage.list(Degrees.values())));
        spec.addOption(Usage.value("--solver", "NAME", "For crossed factors: " + Usage.list(Solver.values())));
        spec.addOption(Usage.value(
                "--probes",
                "N",
                "Random vectors of the iterative solver, by default 32; its error goes with 1/sqrt(N)."));
        spec.addOption(Usage.value("--level", "L", "Show confidence intervals of this level, e.g. 0.95."));
        spec.addOption(Usage.flag("--ranef", "List the random effects of each group."));
        spec.addOption(Usage.flag("--fitted", "List the fitted values of the rows used."));
        return spec;
    }

    static void run(ParseResult request, OutputStream out, PrintStream err) throws IOException {
        ReportOptions options = options(request);
        ModelRequest model = ModelRequest.of(request, BACKENDS).with(solver(request));
        if (options.fitted() && model.streams()) {
            throw Usage.wrong(
                    request,
                    "--fitted lists rows, and these data are read once and not kept. Name one file, in memory.");
        }
        Consumer<String> notice = line -> {
            if (!model.quiet()) {
                err.println("warpmix: " + line);
            }
        };
        String backend = Usage.text(request, "--backend");
        try (AutoFronts auto = new AutoFronts(notice);
                CudaFronts cuda = new CudaFronts(notice)) {
            DenseFront.Maker device =
                    "cpu".equals(backend) ? DenseFront.Maker.none(notice) : "cuda".equals(backend) ? cuda : auto;
            Fit fit = model.withDevice(device).fit();
            if (device == cuda && fit.groups().size() < 2) {
                throw Usage.wrong(
                        request,
                        "--backend cuda: a GPU takes the dense part of models with crossed grouping factors, and this one has one factor"
                                + " or none. Leave it out.");
            }
            model.report(
                    out, writer -> FitJson.write(fit, options, writer), () -> Summary.of(fit, model.source(), options));
        }
    }

    /** How the likelihood of crossed factors is reckoned. */
    private enum Solver {
        EXACT,
        ITERATIVE
    }

    private static IterativeOptions solver(ParseResult request) {
        boolean iterative = Usage.choice(request, "--solver", Solver.values()) == Solver.ITERATIVE;
        if (Usage.has(request, "--probes") && !iterative) {
            throw Usage.wrong(request, "--probes are of --solver iterative.");
        }
        if (iterative && "cuda".equals(Usage.text(request, "--backend"))) {
            throw Usage.wrong(request, "--solver iterative runs on the CPU: leave --backend cuda out.");
        }
        IterativeOptions defaults = IterativeOptions.defaults();
        int probes = (int) Usage.whole(request, "--probes", 4, 10_000, defaults.probes());
        return iterative ? defaults.withProbes(probes) : null;
    }

    private static ReportOptions options(ParseResult request) {
        ReportOptions options = ReportOptions.defaults()
                .withDegrees(Usage.choice(request, "--df", Degrees.values()))
                .withRanef(Usage.has(request, "--ranef"))
                .withFitted(Usage.has(request, "--fitted"));
        if (!Usage.has(request, "--level")) {
            return options;
        }
        double level = Usage.level(request, options.level());
        if (options.degrees() == Degrees.NONE) {
            throw Usage.wrong(request, "--level: intervals need degrees of freedom, and --df is none.");
        }
        return options.withIntervals(level);
    }
}
