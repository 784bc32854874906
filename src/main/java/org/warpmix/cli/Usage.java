package org.warpmix.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.warpmix.report.Words;
import org.warpmix.table.NearestNames;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** How the commands state their options and read them, and what a wrong one is told. */
final class Usage {

    private static final int WIDTH = 80;

    private Usage() {}

    /** The commands, in the order of the help, and what each takes. */
    private static Map<String, Supplier<CommandSpec>> commands() {
        Map<String, Supplier<CommandSpec>> commands = new LinkedHashMap<>();
        commands.put(FitCommand.NAME, FitCommand::spec);
        commands.put(AnovaCommand.NAME, AnovaCommand::spec);
        commands.put(EmmeansCommand.NAME, EmmeansCommand::spec);
        commands.put(PredictCommand.NAME, PredictCommand::spec);
        commands.put(BootstrapCommand.NAME, BootstrapCommand::spec);
        commands.put(PermuteCommand.NAME, PermuteCommand::spec);
        commands.put(ConfintCommand.NAME, ConfintCommand::spec);
        commands.put(SimulateCommand.NAME, SimulateCommand::spec);
        commands.put(PowerCommand.NAME, PowerCommand::spec);
        commands.put(ManyCommand.NAME, ManyCommand::spec);
        commands.put(MergeCommand.NAME, MergeCommand::spec);
        commands.put(IccCommand.NAME, IccCommand::spec);
        commands.put(PoolingCommand.NAME, PoolingCommand::spec);
        commands.put(DiagnoseCommand.NAME, DiagnoseCommand::spec);
        commands.put(DevicesCommand.NAME, DevicesCommand::spec);
        return commands;
    }

    /**
     * The parser of {@code warpmix}, with all commands or, where the first argument is one, with that alone: making them all takes
     * a tenth of the time of a small fit.
     */
    static CommandLine parser(String[] args) {
        CommandSpec warpmix = command(
                "warpmix",
                "warpmix COMMAND [OPTION …]",
                "Linear mixed-effects models for those whom one fit is not enough.",
                "warpmix fit examples/sleepstudy.csv \"Reaction ~ Days + (Days | Subject)\"");
        warpmix.addOption(OptionSpec.builder("--version")
                .description("Print the version.")
                .versionHelp(true)
                .build());
        Map<String, Supplier<CommandSpec>> commands = commands();
        if (args.length > 0 && commands.containsKey(args[0])) {
            commands.keySet().retainAll(Set.of(args[0]));
        }
        commands.forEach((name, spec) -> warpmix.addSubcommand(name, spec.get()));
        return new CommandLine(warpmix).setExpandAtFiles(false);
    }

    /**
     * A command with {@code --help}, which ends with an example.
     *
     * @param synopsis the command with its arguments
     * @param example lines of a working command; all but the last end with a backslash
     */
    static CommandSpec command(String name, String synopsis, String description, String... example) {
        CommandSpec spec = CommandSpec.create().name(name);
        List<String> footer = new ArrayList<>(List.of("", "Example:"));
        for (String line : example) {
            footer.add("  " + line);
        }
        spec.usageMessage()
                .width(WIDTH)
                .customSynopsis(synopsis)
                .description(description)
                .sortOptions(false)
                .footer(footer.toArray(new String[0]));
        spec.addOption(OptionSpec.builder("--help")
                .description("Print this.")
                .usageHelp(true)
                .order(1)
                .build());
        return spec;
    }

    /** An option that is there or not. */
    static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .description(description)
                .build();
    }

    /** An option with a value. */
    static OptionSpec value(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** The value of an option, or {@code null}. */
    static String text(ParseResult request, String option) {
        return request.matchedOptionValue(option, null);
    }

    static boolean has(ParseResult request, String option) {
        return request.hasMatchedOption(option);
    }

    /** The number of an option, or a default. */
    static double number(ParseResult request, String option, double otherwise) {
        String text = text(request, option);
        return text == null ? otherwise : number(request, option, text);
    }

    /** The numbers of an option, separated by commas, or {@code null}. */
    static double[] numbers(ParseResult request, String option) {
        String text = text(request, option);
        if (text == null) {
            return null;
        }
        String[] parts = text.split(",", -1);
        double[] numbers = new double[parts.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(request, option, parts[i]);
        }
        return numbers;
    }

    /**
     * The whole number of an option, or a default.
     *
     * @throws ParameterException naming the range, where it is another
     */
    static long whole(ParseResult request, String option, long least, long most, long otherwise) {
        String text = text(request, option);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told as any other that is out of range
        }
        throw wrong(
                request,
                option + ": expected a whole number from " + least + " to " + most + ", not " + NearestNames.quote(text)
                        + ".");
    }

    /** The level of intervals, or a default. */
    static double level(ParseResult request, double otherwise) {
        double level = number(request, "--level", otherwise);
        if (!(level > 0 && level < 1)) {
            throw wrong(request, "--level: expected a number between 0 and 1, e.g. 0.95.");
        }
        return level;
    }

    /** What an option chooses; by default the first. */
    static <E extends Enum<E>> E choice(ParseResult request, String option, E[] choices) {
        String text = text(request, option);
        return text == null ? choices[0] : choice(request, option, text, choices);
    }

    /** What an option chooses, several separated by commas; by default the first. */
    static <E extends Enum<E>> List<E> choices(ParseResult request, String option, E[] choices) {
        String text = text(request, option);
        if (text == null) {
            return List.of(choices[0]);
        }
        return Arrays.stream(text.split(",", -1))
                .map(word -> choice(request, option, word.strip(), choices))
                .distinct()
                .toList();
    }

    private static <E extends Enum<E>> E choice(ParseResult request, String option, String text, E[] choices) {
        List<String> words = new ArrayList<>();
        for (E choice : choices) {
            words.add(Words.of(choice));
        }
        int index = words.indexOf(text.replace("studentized", "studentised"));
        if (index < 0) {
            throw wrong(
                    request,
                    option + ": there is no " + NearestNames.quote(text) + ". " + NearestNames.hint(text, words));
        }
        return choices[index];
    }

    /** Names to choose from, for the description of an option. */
    static String list(Enum<?>... choices) {
        return Arrays.stream(choices).map(Words::of).collect(Collectors.joining(", ")) + "; by default the first.";
    }

    private static double number(ParseResult request, String option, String text) {
        double number;
        try {
            number = Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            number = Double.NaN;
        }
        if (!Double.isFinite(number)) {
            throw wrong(request, option + ": " + NearestNames.quote(text) + " is not a finite number.");
        }
        return number;
    }

    /** A request that cannot be met. */
    static ParameterException wrong(ParseResult request, String message) {
        return new ParameterException(request.commandSpec().commandLine(), message);
    }

    /** What is wrong with the arguments, in one sentence. */
    static String message(ParameterException e) {
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            String message = e.getMessage();
            return message.endsWith(".") || message.endsWith("?") ? message : message + ".";
        }
        String argument = unmatched.getUnmatched().get(0);
        if (!spec.subcommands().isEmpty() && !argument.startsWith("-")) {
            return "no command " + NearestNames.quote(argument) + ". "
                    + NearestNames.hint(argument, spec.subcommands().keySet());
        }
        if (!argument.startsWith("-")) {
            return "one argument too many, " + NearestNames.quote(argument)
                    + ". Formulas need quotes around them: \"y ~ x + (1 | g)\".";
        }
        List<String> options = new ArrayList<>(spec.optionsMap().keySet());
        String name = argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
        return "no option " + NearestNames.quote(name) + ". " + NearestNames.hint(name, options);
    }
}
