package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of {@code examples/slurm} do what they say, with commands in Slurm's place. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no bash")
class SlurmExamplesTest {

    private static final Path SCRIPTS = Path.of("examples/slurm").toAbsolutePath();
    private static final String REPLICATES = "30000";

    @TempDir
    Path folder;

    @BeforeEach
    void commands() throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("examples"));
        Files.copy(Path.of(SLEEP), folder.resolve(SLEEP));
        script(
                "warpmix",
                "exec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -XX:TieredStopAtLevel=1 -cp '"
                        + absolute(System.getProperty("java.class.path")) + "' " + Main.class.getName() + " \"$@\"");
        script("srun", "while [ \"${1#--}\" != \"$1\" ]; do shift; done; exec \"$@\"");
        script("scontrol", "echo \"$@\" >>requeued");
        // An array of three, though the script asks for eight: what it is cut into must not matter.
        script(
                "sbatch",
                "script=${*: -1}; echo \"$@\" >>submitted",
                "export SLURM_CPUS_PER_TASK=1 SLURM_JOB_ID=7",
                "if grep -q '^#SBATCH --array' \"$script\"; then for i in 2 3 1; do",
                "  SLURM_ARRAY_TASK_ID=$i SLURM_ARRAY_TASK_COUNT=3 bash \"$script\" >&2; done",
                "else bash \"$script\" >result; fi",
                "echo 42");
    }

    private static String absolute(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private void script(String name, String... lines) throws IOException {
        Path file = Files.writeString(
                folder.resolve("bin").resolve(name), "#!/bin/bash\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String bash(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("timeout", "60", "bash"));
        words.addAll(List.of(command));
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("WARPMIX", folder.resolve("bin/warpmix").toString());
        builder.environment().putIfAbsent("REPLICATES", REPLICATES);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    @Test
    void partsAndTheirMerge() throws IOException, InterruptedException {
        String said = bash(Map.of(), SCRIPTS.resolve("submit.sh").toString());
        assertTrue(said.contains("boot-2.shard has shard 2/3, "), said);
        assertEquals(
                List.of(
                        "--parsable " + SCRIPTS.resolve("array.sbatch"),
                        "--dependency=afterok:42 " + SCRIPTS.resolve("merge.sbatch")),
                Files.readAllLines(folder.resolve("submitted")));
        Path whole = folder.resolve("whole.parquet");
        Cli.Result result = Cli.run(
                "bootstrap", SLEEP, SLOPES, "--replicates", REPLICATES, "--seed", "1", "--out", whole.toString());
        assertEquals(result.out(), Files.readString(folder.resolve("result")));
        assertEquals(-1, Files.mismatch(whole, folder.resolve("boot.parquet")));
        assertTrue(Files.notExists(folder.resolve("boot-1.checkpoint")));
    }

    @Test
    void oneJobThatIsOutOfTimeOnce() throws IOException, InterruptedException {
        Map<String, String> job = Map.of("SLURM_CPUS_PER_TASK", "1", "SLURM_JOB_ID", "7");
        String script = SCRIPTS.resolve("checkpoint.sbatch").toString();
        script(
                "srun",
                "while [ \"${1#--}\" != \"$1\" ]; do shift; done",
                "if [ -e boot.checkpoint ]; then exec \"$@\"; fi",
                "\"$@\" & for i in {1..1000}; do [ -s boot.checkpoint/units ] && break; sleep 0.01; done",
                "kill -TERM $!; wait $!");
        Map<String, String> many = new HashMap<>(job);
        many.put("REPLICATES", "300000");
        String first = bash(many, script);
        assertTrue(first.endsWith("warpmix: stopped; the same request goes on from boot.checkpoint.\n"), first);
        assertEquals(List.of("requeue 7"), Files.readAllLines(folder.resolve("requeued")));
        String second = bash(many, script);
        assertTrue(second.contains(" units; going on from there.\n"), second);
        Cli.Result whole = Cli.run("bootstrap", SLEEP, SLOPES, "--replicates", "300000", "--seed", "1");
        assertTrue(second.endsWith(whole.out()), second);
    }
}
