package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.warpmix.spark.SparkPrograms;

/**
 * A standalone cluster of Spark: a master, two workers and their executors, each a process. Spark is that of {@code SPARK_HOME}, or
 * what {@code src/test/spark} fetches.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class CliSparkTest {

    /** What Spark needs of JDK 17: that of its own scripts. */
    private static final List<String> OPENED = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "jdk.internal.ref",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar");

    @TempDir
    static Path folder;

    private static final List<Process> WORKERS = new ArrayList<>();
    private static Path home;
    private static String url;
    private static Process master;
    private static Path jar;
    private static String libraries;

    @BeforeAll
    static void start() throws IOException, InterruptedException, URISyntaxException {
        String named = System.getenv("SPARK_HOME");
        home = Path.of(named == null ? "target/spark" : named).toAbsolutePath();
        assumeTrue(
                Files.isDirectory(home.resolve("jars")),
                "no Spark here: ./mvnw -f src/test/spark package fetches it, or SPARK_HOME names it");
        jar = folder.resolve("warpmix.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            add(Main.class, "", out);
            add(SparkPrograms.class, "org/warpmix/spark/SparkPrograms", out);
        }
        libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.matches(".*/(picocli|fastcsv|jackson-core|snakeyaml|commons-)[^/]*\\.jar"))
                .collect(Collectors.joining(","));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        url = "spark://127.0.0.1:" + port;
        master = spark("master", "org.apache.spark.deploy.master.Master", "--port", "" + port);
        for (int w = 1; w <= 2; w++) {
            WORKERS.add(spark(
                    "worker-" + w,
                    "org.apache.spark.deploy.worker.Worker",
                    "--cores",
                    "1",
                    "--memory",
                    "600M",
                    "--work-dir",
                    folder.resolve("work-" + w).toString(),
                    url));
        }
        while (log("master").split("Registering worker", -1).length < 3) {
            assertTrue(master.isAlive(), log("master"));
            Thread.sleep(50);
        }
    }

    @AfterAll
    static void end() {
        WORKERS.forEach(CliSparkTest::kill);
        if (master != null) {
            kill(master);
        }
    }

    /** The classes beside one, those whose names begin so. */
    private static void add(Class<?> beside, String prefix, JarOutputStream out)
            throws IOException, URISyntaxException {
        Path root = Path.of(
                beside.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString();
                if (name.startsWith(prefix)) {
                    out.putNextEntry(new JarEntry(name));
                    Files.copy(file, (OutputStream) out);
                }
            }
        }
    }

    /** Starts a class of Spark. */
    private static Process spark(String log, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
        command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", home.resolve("jars") + "/*", main));
        if (!log.startsWith("submit")) {
            command.addAll(List.of("--host", "127.0.0.1", "--webui-port", "0"));
        }
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(log + ".out").toFile())
                .redirectError(folder.resolve(log + ".log").toFile());
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13"); // else the workers look for a build
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        return builder.start();
    }

    /** As {@code spark-submit} does. */
    private static Process submit(Class<?> main, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("--master", url, "--class", main.getName(), "--jars", libraries));
        for (String setting : List.of(
                "spark.driver.host=127.0.0.1",
                "spark.ui.enabled=false",
                "spark.executor.memory=512m",
                "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1")) {
            words.addAll(List.of("--conf", setting));
        }
        words.add(jar.toString());
        words.addAll(List.of(arguments));
        return spark("submit", "org.apache.spark.deploy.SparkSubmit", words.toArray(String[]::new));
    }

    private static String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }

    /** SIGKILL, for a worker and its executors. */
    private static void kill(Process process) {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private static void ended(Process process) throws IOException, InterruptedException {
        assertTrue(process.waitFor(200, TimeUnit.SECONDS), log("submit"));
        assertEquals(0, process.exitValue(), log("submit"));
    }

    private static String local(List<String> command) {
        Cli.Result result = Cli.run(command.toArray(String[]::new));
        assertEquals(0, result.code(), result.err());
        return result.out();
    }

    private static Process onSpark(List<String> command, String... more) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(more));
        words.add("--spark");
        return submit(Main.class, words.toArray(String[]::new));
    }

    @Test
    void aLostWorkerCostsItsParts() throws IOException, InterruptedException {
        List<String> command = List.of("bootstrap", SLEEP, SLOPES, "--replicates", "600000");
        Path whole = folder.resolve("whole.csv");
        Path rows = folder.resolve("rows.csv");
        Path units = folder.resolve("kept").resolve("units");
        Process process = onSpark(command, "--checkpoint", units.getParent().toString(), "--out", rows.toString());
        while (process.isAlive() && (Files.notExists(units) || Files.size(units) < 8_000_000)) { // of 34 MB
            Thread.sleep(5);
        }
        kill(WORKERS.get(1));
        assertTrue(Files.size(units) < 25_000_000, "killed too late: " + Files.size(units));
        ended(process);
        assertTrue(log("submit").contains("Lost executor"), log("submit"));
        List<String> asked = new ArrayList<>(command);
        asked.addAll(List.of("--out", whole.toString()));
        assertEquals(local(asked), Files.readString(folder.resolve("submit.out")));
        assertEquals(-1, Files.mismatch(whole, rows));
    }

    @Test
    void otherCommandsAreTheSameToTheBit() throws IOException, InterruptedException {
        for (List<String> command : List.of(
                List.of(
                        "many",
                        "examples/erp.csv",
                        "~ condition + (1 | subject)",
                        "--responses",
                        "t*",
                        "--permute",
                        "99",
                        "--term",
                        "condition",
                        "--json",
                        "-"),
                List.of("simulate", "examples/study.yaml", "--replicates", "20", "--json", "-"))) {
            String expected = local(command);
            ended(onSpark(command));
            assertArrayEquals(
                    expected.lines().toArray(),
                    Files.readString(folder.resolve("submit.out")).lines().toArray());
        }
    }

    @Test
    void programs() throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        arguments.add(Path.of(SLEEP).toAbsolutePath().toString());
        List<String> lines = Files.readAllLines(Path.of(SLEEP));
        for (int part = 0; part < 3; part++) {
            List<String> some = new ArrayList<>(List.of(lines.get(0)));
            some.addAll(lines.subList(1 + 60 * part, 61 + 60 * part));
            Path file = folder.resolve("part-" + part + ".csv");
            arguments.add(Files.write(file, some).toString());
        }
        Path well = folder.resolve("well");
        arguments.add(well.toString());
        ended(submit(SparkPrograms.class, arguments.toArray(String[]::new)));
        assertTrue(Files.exists(well), log("submit"));
    }

    @Test
    void withoutACluster() {
        Cli.Result result = Cli.run("bootstrap", SLEEP, SLOPES, "--replicates", "10", "--spark");
        assertEquals(2, result.code());
        assertTrue(result.err().startsWith("warpmix: --spark: Spark is not here ("), result.err());
    }
}
