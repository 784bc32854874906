package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.warpmix.spark.Cluster;
import org.warpmix.spark.RunRecipe;
import org.warpmix.spark.UnitSource;
import org.warpmix.unit.RunHeader;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;

/**
 * A {@link LongCommand} on an executor of Spark: it runs on a thread of its own up to where it would compute its units, and there gives
 * those that it is asked for, until it is asked no more.
 */
final class ServedCommand implements UnitSource {

    /** The largest file that is sent to executors; larger ones they have to find where the driver does. */
    private static final long MOST_SENT = 1L << 30;

    private static final String BACKEND = "backend";

    private final List<Integer> gpus;
    private final CompletableFuture<Ready> ready = new CompletableFuture<>();
    private final CountDownLatch enough = new CountDownLatch(1);

    private record Ready(RunIdentity identity, LongRun.Units units) {}

    private ServedCommand(List<Integer> gpus) {
        this.gpus = gpus;
    }

    /**
     * Has the units of a run that a store lacks computed on the cluster that this process was submitted to.
     *
     * @param header of the run; its arguments are what executors are told
     */
    static void onSpark(RunHeader header, UnitStore store) {
        try (Cluster cluster = Cluster.submitted()) {
            cluster.fill(recipe(header, cluster), header.identity(), store, done -> true);
        } catch (NoClassDefFoundError e) {
            throw new IllegalArgumentException(
                    LongRun.SPARK + ": Spark is not here (" + e.getMessage()
                            + "). spark-submit brings it; examples/spark shows how.",
                    e);
        }
    }

    private static RunRecipe recipe(RunHeader header, Cluster cluster) {
        List<String> arguments = new ArrayList<>();
        for (String argument : header.arguments()) {
            if (!argument.startsWith("--" + BACKEND + "=")) {
                arguments.add(argument);
            }
        }
        // What the driver has settled on, not what each executor would.
        String kind = header.identity().settings().get(BACKEND);
        arguments.add("--" + BACKEND + "=" + (kind.contains(" ") ? kind.substring(0, kind.indexOf(' ')) : kind));
        arguments.add("--quiet");
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            Path file = file(arguments, i);
            sent.add(file == null ? null : file.getFileName().toString());
            if (file != null) {
                cluster.send(file);
            }
        }
        return new Recipe(arguments, sent);
    }

    /** The file that an argument names, the data or a matrix of responses, if it is to be sent. */
    private static Path file(List<String> arguments, int i) {
        String argument = arguments.get(i);
        String responses = "--responses=";
        boolean matrix = argument.startsWith(responses) && argument.endsWith(".npy");
        if (i != 1 && !matrix) {
            return null;
        }
        String name = matrix ? argument.substring(responses.length()) : argument;
        if (name.equals("-")) {
            throw new IllegalArgumentException(
                    LongRun.SPARK + ": executors read the data again, which standard input cannot be. Name a file.");
        }
        try {
            Path file = Path.of(name);
            return Files.isRegularFile(file) && Files.size(file) <= MOST_SENT ? file : null;
        } catch (IOException e) {
            return null; // to read it has said what is wrong
        }
    }

    /**
     * The command as executors are told it.
     *
     * @param sent for each argument the name of the file in it that was sent, or {@code null}
     */
    private record Recipe(List<String> arguments, List<String> sent) implements RunRecipe {

        private static final long serialVersionUID = 1L;

        @Override
        public UnitSource open(List<Integer> gpus) throws IOException {
            String[] words = arguments.toArray(new String[0]);
            for (int i = 0; i < words.length; i++) {
                if (sent.get(i) != null) {
                    int name = words[i].startsWith("--") ? words[i].indexOf('=') + 1 : 0;
                    words[i] = words[i].substring(0, name) + Cluster.sent(sent.get(i));
                }
            }
            ServedCommand command = new ServedCommand(gpus);
            Thread thread = new Thread(() -> command.run(words), "warpmix");
            thread.setDaemon(true);
            thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
            thread.start();
            Runtime.getRuntime().addShutdownHook(new Thread(command::close)); // else it waits for the command's end
            try {
                command.ready.join();
                return command;
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IOException(e.getCause().getMessage(), e.getCause());
            }
        }
    }

    private void run(String[] words) {
        try (LongRun run = LongRun.of(this)) {
            LongCommand.ALL
                    .get(words[0])
                    .run(
                            Usage.parser(words).parseArgs(words).subcommand(),
                            run,
                            OutputStream.nullOutputStream(),
                            new PrintStream(OutputStream.nullOutputStream()));
        } catch (IOException | RuntimeException | Error e) { // handed to the task
            ready.completeExceptionally(e);
        }
        ready.completeExceptionally(new IllegalArgumentException(
                String.join(" ", words) + " has nothing to compute in parts. Leave out " + LongRun.SPARK + "."));
    }

    /** Called by the command: gives its units away for as long as they are wanted. */
    void serve(RunIdentity identity, LongRun.Units units) {
        ready.complete(new Ready(identity, units));
        try {
            enough.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    List<Integer> gpus() {
        return gpus;
    }

    @Override
    public RunIdentity identity() {
        return ready.join().identity();
    }

    @Override
    public void fill(UnitStore store, Shard shard) {
        if (!ready.join().units().fill(store, shard)) {
            throw new UncheckedIOException(new IOException("The executor is ending."));
        }
    }

    @Override
    public void close() {
        enough.countDown();
    }
}
