package org.warpmix.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import org.warpmix.backend.cuda.DeviceException;
import org.warpmix.formula.FormulaException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command {@code warpmix}: reads the request, has it done, and ends with its exit code.
 *
 * <p>A wrong request is one line on standard error (a wrong formula is shown below it with a caret), whatever went
 * wrong elsewhere is one line, too; the environment variable {@code WARPMIX_DEBUG} adds the stack trace.
 */
public final class Main {

    /** The request was carried out; a fit that is singular or did not converge included. */
    static final int DONE = 0;
    /** The request was right, but it could not be carried out. */
    static final int FAILED = 1;
    /** The request is wrong. */
    static final int WRONG = 2;

    private Main() {}

    public static void main(String[] args) {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(run(args, new FileOutputStream(FileDescriptor.out), err));
    }

    /** What {@link #main} does, with streams of the caller's. */
    static int run(String[] args, OutputStream out, PrintStream err) {
        try {
            perform(args, out, err);
            return DONE;
        } catch (ParameterException e) {
            String command = e.getCommandLine().getCommandSpec().qualifiedName();
            return end(WRONG, Usage.message(e) + " Try '" + command + " --help'.", e, err);
        } catch (FormulaException e) {
            debug(e, err);
            err.println("warpmix: " + e.getMessage());
            return WRONG;
        } catch (IllegalArgumentException e) {
            return isRequest(e) ? end(WRONG, e.getMessage(), e, err) : defect(e, err);
        } catch (IOException e) {
            if (Output.isClosedPipe(e)) {
                return DONE; // the reader has seen enough
            }
            return end(FAILED, e.getMessage(), e, err);
        } catch (UncheckedIOException e) {
            return end(FAILED, e.getMessage(), e, err);
        } catch (DeviceException e) {
            return end(FAILED, e.getMessage(), e, err);
        } catch (OutOfMemoryError e) {
            long most = Runtime.getRuntime().maxMemory() >> 20;
            return end(FAILED, "out of memory at " + most + " MB. Allow more with WARPMIX_JAVA_OPTS=-Xmx8g.", e, err);
        } catch (RuntimeException | Error e) {
            return defect(e, err);
        }
    }

    private static void perform(String[] args, OutputStream out, PrintStream err) throws IOException {
        CommandLine parser = Usage.parser(args);
        ParseResult request = parser.parseArgs(args);
        if (request.isVersionHelpRequested()) {
            Output.text(out, version() + "\n");
            return;
        }
        ParseResult command = request.hasSubcommand() ? request.subcommand() : request;
        CommandSpec spec = command.commandSpec();
        if (command.isUsageHelpRequested()) {
            Output.text(out, spec.commandLine().getUsageMessage());
            return;
        }
        LongCommand longCommand = LongCommand.ALL.get(spec.name());
        if (longCommand != null) {
            try (LongRun run = LongRun.of(command, err)) {
                longCommand.run(command, run, out, err);
            }
            return;
        }
        switch (spec.name()) {
            case FitCommand.NAME -> FitCommand.run(command, out, err);
            case EmmeansCommand.NAME -> EmmeansCommand.run(command, out);
            case PredictCommand.NAME -> PredictCommand.run(command, out, err);
            case MergeCommand.NAME -> MergeCommand.run(command, out, err);
            case AnovaCommand.NAME -> AnovaCommand.run(command, out, err);
            case IccCommand.NAME -> IccCommand.run(command, out, err);
            case PoolingCommand.NAME -> PoolingCommand.run(command, out);
            case DiagnoseCommand.NAME -> DiagnoseCommand.run(command, out);
            case DevicesCommand.NAME -> DevicesCommand.run(command, out, err);
            default ->
                throw new ParameterException(
                        parser,
                        "no command given: "
                                + String.join(", ", spec.subcommands().keySet()) + ".");
        }
    }

    /** Whether the exception tells a user of a wrong request; others of the kind come from a defect of ours. */
    private static boolean isRequest(IllegalArgumentException e) {
        Class<?> type = e.getClass();
        return type == IllegalArgumentException.class
                || type == InvalidPathException.class
                || type.getName().startsWith("org.warpmix.");
    }

    private static int defect(Throwable e, PrintStream err) {
        String advice =
                System.getenv("WARPMIX_DEBUG") == null ? " (WARPMIX_DEBUG=1 shows where; please report it)" : "";
        return end(FAILED, "internal error: " + e + advice, e, err);
    }

    private static int end(int code, String message, Throwable cause, PrintStream err) {
        debug(cause, err);
        StringBuilder line = new StringBuilder("warpmix: ").append(message);
        for (int i = 0; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i))) {
                line.setCharAt(i, ' ');
            }
        }
        err.println(line);
        return code;
    }

    private static void debug(Throwable cause, PrintStream err) {
        if (System.getenv("WARPMIX_DEBUG") != null) {
            cause.printStackTrace(err);
        }
    }

    /** The version that the build wrote into the jar. */
    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "warpmix " + (version == null ? "(not from a jar)" : version);
    }
}
