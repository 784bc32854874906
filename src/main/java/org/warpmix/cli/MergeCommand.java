package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.table.NearestNames;
import org.warpmix.unit.Shards;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code warpmix merge}: joins the shards of one run and gives the results that the whole run would have given, to the bit. The
 * shards say which command they are of; that command runs again, with all units there.
 */
final class MergeCommand {

    static final String NAME = "merge";

    private static final List<String> FLAGS = List.of("--overwrite", "--quiet");
    private static final List<String> VALUES = List.of("--out", "--json", "--threads");

    private MergeCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix merge FILE … [OPTION …]",
                "Joins the shards of one run: what the command would have given without --shard. Run it in the same"
                        + " folder.",
                "for i in 1 2 3; do warpmix bootstrap examples/sleepstudy.csv \\",
                "    \"Reaction ~ Days + (Days | Subject)\" --replicates 30000 \\",
                "    --shard $i/3 --out part-$i.shard; done",
                "warpmix merge part-*.shard");
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .paramLabel("FILE")
                .description("All shards, each once, in any order.")
                .type(String[].class)
                .arity("1..*")
                .required(true)
                .build());
        spec.addOption(Usage.value("--out", "FILE", "Write there what the command's --out would have."));
        spec.addOption(Usage.flag("--overwrite", "Let --out replace a file."));
        spec.addOption(Usage.value("--json", "FILE", "Write JSON, - for standard output (then nothing else)."));
        spec.addOption(Usage.flag("--quiet", "Print nothing that is meant for people."));
        spec.addOption(Usage.value("--threads", "N", "How many threads work."));
        return spec;
    }

    static void run(ParseResult request, OutputStream out, PrintStream err) throws IOException {
        String[] files = request.matchedPositionals().get(0).getValue();
        Shards shards = Shards.join(Arrays.stream(files).map(Path::of).toList());
        try (LongRun run = LongRun.of(shards, err)) {
            List<String> arguments = new ArrayList<>(shards.header().arguments());
            LongCommand command = arguments.isEmpty() ? null : LongCommand.ALL.get(arguments.get(0));
            if (command == null) {
                throw new IllegalArgumentException(NearestNames.quote(files[0])
                        + " is not of a run that this version of warpmix can finish. Shards are made by --shard.");
            }
            FLAGS.stream().filter(option -> Usage.has(request, option)).forEach(arguments::add);
            for (String option : VALUES) {
                if (Usage.has(request, option)) {
                    arguments.add(option + "=" + Usage.text(request, option));
                }
            }
            String[] whole = arguments.toArray(new String[0]);
            ParseResult asked;
            try {
                asked = Usage.parser(whole).parseArgs(whole).subcommand();
            } catch (ParameterException e) {
                throw Usage.wrong(request, "of the shards' command " + arguments.get(0) + ": " + Usage.message(e));
            }
            command.run(asked, run, out, err);
        }
    }
}
