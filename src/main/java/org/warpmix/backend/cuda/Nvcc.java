package org.warpmix.backend.cuda;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** NVIDIA's compiler as a command of an installed toolkit. */
final class Nvcc implements Compiler {

    private final Path command;
    private final String version;

    private Nvcc(Path command) {
        this.command = command;
        this.version = run(List.of(command.toString(), "--version"), null);
    }

    /**
     * The compiler of {@code PATH}.
     *
     * @param path as the environment has it, or {@code null}
     * @return {@code null} where there is none
     */
    static Nvcc on(String path) {
        Path command = command(path);
        return command == null ? null : new Nvcc(command);
    }

    /** Its file, or {@code null}. */
    static Path command(String path) {
        return path == null
                ? null
                : Arrays.stream(path.split(File.pathSeparator))
                        .filter(entry -> !entry.isEmpty())
                        .map(entry -> Path.of(entry, "nvcc"))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElse(null);
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public byte[] compile(Source source) {
        try {
            Path folder = Files.createTempDirectory("warpmix"); // its owner's alone
            try {
                for (Map.Entry<String, String> text : source.texts().entrySet()) {
                    Files.writeString(folder.resolve(text.getKey()), text.getValue());
                }
                List<String> arguments = new ArrayList<>(List.of(command.toString()));
                arguments.addAll(source.options());
                arguments.addAll(List.of("-cubin", "-arch=sm_" + source.architecture(), "-o", "image", source.file()));
                run(arguments, folder);
                return Files.readAllBytes(folder.resolve("image"));
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new DeviceException(command + " could not compile " + source + ": " + e.getMessage(), e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What it prints. */
    private static String run(List<String> arguments, Path folder) {
        try {
            Process process = new ProcessBuilder(arguments)
                    .directory(folder == null ? null : folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            try {
                process.getOutputStream().close();
                String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                int code = process.waitFor();
                if (code == 0) {
                    return printed;
                }
                throw new DeviceException(
                        String.join(" ", arguments) + " ended with " + code + ": " + printed.replaceAll("\\s+", " "));
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            throw new DeviceException(arguments.get(0) + " does not run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException(arguments.get(0) + " was interrupted.", e);
        }
    }
}
