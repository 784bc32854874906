package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.inference.effects.FixedEffectsInference;
import org.warpmix.inference.profile.ProfileLikelihood;
import org.warpmix.report.BootstrapSummary;
import org.warpmix.report.ProfileIntervals;
import org.warpmix.report.WaldIntervals;
import org.warpmix.table.NearestNames;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix confint}: fits a model and gives confidence intervals of its parameters. */
final class ConfintCommand {

    static final String NAME = "confint";

    private static final long REPLICATES = 2000;
    private static final List<String> OF_BOOTSTRAP = List.of(
            "--replicates",
            "--seed",
            "--type",
            "--factor",
            "--interval",
            "--out",
            "--overwrite",
            LongRun.CHECKPOINT,
            LongRun.SHARD);
    private static final String PARAMETERS = "--parm";

    private static final Map<String, Method> METHODS = methods();

    private ConfintCommand() {}

    /** What gives intervals by one method. */
    private interface Run {
        void run(ParseResult request, LongRun run, OutputStream out, PrintStream err) throws IOException;
    }

    /**
     * A method.
     *
     * @param description for {@code --help}
     * @param options that it alone takes, or shares with some
     */
    private record Method(String description, List<String> options, Run run) {}

    /** All methods by their names, the first by default: a further one is an entry here. */
    private static Map<String, Method> methods() {
        Map<String, Method> methods = new LinkedHashMap<>();
        methods.put("profile", new Method("all parameters", List.of(PARAMETERS), ConfintCommand::profile));
        methods.put("wald", new Method("fixed effects only", List.of("--df"), ConfintCommand::wald));
        methods.put("bootstrap", new Method("all parameters, by refits", OF_BOOTSTRAP, ConfintCommand::bootstrap));
        methods.put(
                RobustIntervals.METHOD,
                new Method("fixed effects only", RobustIntervals.OPTIONS, ConfintCommand::clusterRobust));
        return methods;
    }

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix confint DATA FORMULA [--method METHOD] [OPTION …]",
                "Fits a linear mixed model and gives confidence intervals of its parameters.",
                "warpmix confint examples/sleepstudy.csv \\",
                "    \"Reaction ~ Days + (Days | Subject)\" --method profile");
        ModelRequest.addTo(spec, String.join(", ", ReplicateRequest.BACKENDS) + ".");
        List<String> descriptions = new ArrayList<>();
        METHODS.forEach((name, method) -> descriptions.add(name + ": " + method.description()));
        spec.addOption(Usage.value("--method", "METHOD", String.join("; ", descriptions) + "; by default the first."));
        spec.addOption(Usage.value(
                PARAMETERS, "NAME,…", "Profile these only, e.g. sd.Subject.Days,sigma; names as in the table."));
        spec.addOption(
                Usage.value("--df", "METHOD", "Of wald: degrees of freedom: " + Usage.list(AnovaCommand.DEGREES)));
        ReplicateRequest.addTo(spec, "How many replicates a bootstrap takes; by default " + REPLICATES + ".");
        BootstrapRequest.addTo(spec);
        ReplicateRequest.addOutputTo(spec);
        RobustIntervals.addTo(spec);
        return spec;
    }

    static void run(ParseResult request, LongRun run, OutputStream out, PrintStream err) throws IOException {
        String name = Usage.text(request, "--method");
        name = name == null ? METHODS.keySet().iterator().next() : name;
        Method method = METHODS.get(name);
        if (method == null) {
            throw Usage.wrong(
                    request,
                    "--method: unknown method " + NearestNames.quote(name) + ". "
                            + NearestNames.hint(name, METHODS.keySet()));
        }
        METHODS.forEach((other, its) -> {
            for (String option : its.options()) {
                if (Usage.has(request, option) && !method.options().contains(option)) {
                    throw Usage.wrong(request, option + " is for --method " + other + ".");
                }
            }
        });
        method.run().run(request, run, out, err);
    }

    private static void profile(ParseResult request, LongRun run, OutputStream out, PrintStream err)
            throws IOException {
        double level = Usage.level(request, BootstrapRequest.LEVEL);
        ModelRequest model = ModelRequest.of(request);
        ProfileLikelihood profile = ProfileLikelihood.of(model.fit());
        String asked = Usage.text(request, PARAMETERS);
        List<String> names = asked == null ? profile.names() : names(request, asked, profile.names());
        model.report(
                out,
                writer -> ProfileIntervals.write(profile, names, level, writer),
                () -> ProfileIntervals.of(profile, model.source(), names, level));
    }

    /** Splits at commas that are not part of a name, such as that of {@code beta.poly(x, 2)1}. */
    private static List<String> names(ParseResult request, String asked, List<String> known) {
        List<String> names = new ArrayList<>();
        String name = "";
        for (String part : asked.split(",", -1)) {
            name = name.isEmpty() ? part.strip() : name + "," + part;
            if (known.contains(name.strip())) {
                names.add(name.strip());
                name = "";
            }
        }
        if (!name.isEmpty()) {
            throw Usage.wrong(
                    request,
                    PARAMETERS + ": no parameter " + NearestNames.quote(name) + ". " + NearestNames.hint(name, known));
        }
        return names;
    }

    private static void wald(ParseResult request, LongRun run, OutputStream out, PrintStream err) throws IOException {
        double level = Usage.level(request, BootstrapRequest.LEVEL);
        ModelRequest model = ModelRequest.of(request);
        DegreesOfFreedom degrees = Usage.choice(request, "--df", AnovaCommand.DEGREES);
        FixedEffectsInference inference = FixedEffectsInference.of(model.fit(), degrees);
        model.report(
                out,
                writer -> WaldIntervals.write(inference, level, writer),
                () -> WaldIntervals.of(inference, model.source(), level));
    }

    private static void clusterRobust(ParseResult request, LongRun run, OutputStream out, PrintStream err)
            throws IOException {
        RobustIntervals.run(request, ModelRequest.of(request), Usage.level(request, BootstrapRequest.LEVEL), out);
    }

    private static void bootstrap(ParseResult request, LongRun run, OutputStream out, PrintStream err)
            throws IOException {
        BootstrapRequest asked = BootstrapRequest.of(request, REPLICATES, err);
        String source = asked.model().source();
        asked.run(
                asked.bootstrap(run),
                run,
                result -> BootstrapSummary.intervals(result, source, asked.intervals(), asked.level()),
                out,
                err);
    }
}
