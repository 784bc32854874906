package org.warpmix.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether runs that are killed and resumed end as if they had not been: {@code Kills KILLS COMMANDS.txt [LAUNCHER]}, from the
 * repository's root. Each command of the file ({@code benchmarks/kills.txt}) runs once in peace; then it runs with a checkpoint and
 * gets {@code kill -9} at a random time up to that of a whole run, again and again; whenever it comes to its end, its standard output
 * and its {@code --out} file are compared with those of the run in peace, and it begins anew. Prints kills, ends, and where a kill found
 * it; the exit code is 1 where anything differs.
 */
public final class Kills {

    private static final long SEED = 1;
    private static final int KILLED = 128 + 9;
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    private final String launcher;
    private final List<String> command;
    private final Path folder;

    private Kills(String launcher, List<String> command, Path folder) {
        this.launcher = launcher;
        this.command = command;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int kills = Integer.parseInt(arguments[0]);
        String launcher = arguments.length > 2 ? arguments[2] : "./warpmix";
        boolean equal = true;
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                Path folder = Files.createTempDirectory("kills");
                System.out.println(line);
                equal &= new Kills(launcher, words(line), folder).survive(kills);
                remove(folder);
            }
        }
        System.exit(equal ? 0 : 1);
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        for (Matcher matcher = WORD.matcher(line); matcher.find(); ) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return words;
    }

    private boolean survive(int kills) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int code = start("whole").waitFor();
        long whole = System.nanoTime() - start;
        if (code != 0) {
            System.out.println("  fails: " + Files.readString(folder.resolve("whole.err")));
            return false;
        }
        Random random = new Random(SEED);
        Path checkpoint = folder.resolve("checkpoint");
        Path out = folder.resolve("resumed.csv");
        int killed = 0;
        int ends = 0;
        int differing = 0;
        StringBuilder found = new StringBuilder();
        while (killed < kills || Files.exists(checkpoint)) {
            Process process = start("resumed", "--checkpoint", checkpoint.toString());
            boolean ended = killed == kills
                    ? process.waitFor(10, TimeUnit.MINUTES)
                    : process.waitFor(random.nextLong(whole), TimeUnit.NANOSECONDS);
            process.destroyForcibly();
            code = process.waitFor();
            if (!ended && code == KILLED) {
                killed++;
                Path units = checkpoint.resolve("units");
                found.append(' ').append(Files.exists(units) ? Files.size(units) / 1000 : 0);
            } else {
                boolean same = code == 0
                        && Files.mismatch(folder.resolve("whole.out"), folder.resolve("resumed.out")) < 0
                        && Files.mismatch(folder.resolve("whole.csv"), out) < 0;
                ends++;
                differing += same ? 0 : 1;
                if (code != 0) {
                    System.out.println("  fails: " + Files.readString(folder.resolve("resumed.err")));
                }
                remove(checkpoint);
                Files.deleteIfExists(out);
            }
        }
        System.out.printf(
                "  %.1f s in peace; %d kills, %d times at its end, %d of these differ%n  checkpoints when killed, kB:%s%n",
                whole * 1e-9, killed, ends, differing, found);
        return differing == 0;
    }

    private Process start(String name, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of(launcher));
        words.addAll(command);
        words.addAll(List.of("--out", folder.resolve(name + ".csv").toString(), "--overwrite"));
        words.addAll(List.of(more));
        return new ProcessBuilder(words)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile())
                .start();
    }

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
