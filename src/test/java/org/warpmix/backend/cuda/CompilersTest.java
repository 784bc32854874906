package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** nvcc in the place of NVRTC, and code compiled ahead of time; nvcc is a script that prints what it was told. */
class CompilersTest {

    private static final Map<String, String> MACROS = Map.of("WM_SCALE", "3", "WM_SCALE2", "4");

    @TempDir
    private Path folder;

    @BeforeEach
    void makeNvcc() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the script takes bash");
        Path nvcc = folder.resolve("nvcc");
        Files.writeString(nvcc, """
                #!/bin/bash
                if [ "$1" = --version ]; then echo "release 99"; exit; fi
                for a; do [ "$a" = -DWM_SCALE=bad ] && { echo "sample.cu(3): error:"; echo "bad"; exit 2; }; done
                while [ $# -gt 0 ]; do
                    if [ "$1" = -o ]; then out=$2; shift; else told="$told $1"; fi
                    shift
                done
                { echo "$told"; cat sample.cuh; } >"$out"
                """);
        assertTrue(nvcc.toFile().setExecutable(true));
    }

    @Test
    void nvccOfThePathCompiles() {
        assertNull(Nvcc.on(null));
        assertNull(Nvcc.on(folder.resolve("none").toString()));
        Nvcc nvcc = Nvcc.on("/none:" + folder);
        assertEquals("release 99", nvcc.version());
        String image = new String(nvcc.compile(Source.of("sample.cu", MACROS, 86)), StandardCharsets.UTF_8);
        assertTrue(image.startsWith(" --std=c++17 -DWM_SCALE=3 -DWM_SCALE2=4 -cubin -arch=sm_86 sample.cu\n"), image);
        assertTrue(image.contains("#define TWICE"), "the header lies beside it");
    }

    @Test
    void nvccsErrorsAreOneLine() {
        Source source = Source.of("sample.cu", Map.of("WM_SCALE", "bad"), 86);
        String message = assertThrows(
                        DeviceException.class, () -> Nvcc.on(folder.toString()).compile(source))
                .getMessage();
        assertTrue(message.endsWith(" ended with 2: sample.cu(3): error: bad"), message);
    }

    /** The script of the repository and the class agree on the name of an image. */
    @Test
    void imagesAheadOfTimeAreFoundByTheirKey() throws IOException, InterruptedException {
        for (String file : List.of("sample.cu", "sample.cuh")) {
            Files.copy(Path.of("src/test/resources/org/warpmix/backend/cuda/native", file), folder.resolve(file));
        }
        Files.copy(Path.of("native/images.sh"), folder.resolve("images.sh"));
        Files.writeString(folder.resolve("images.txt"), "# comment\n\nsample.cu WM_SCALE2=4 WM_SCALE=3\nsample.cu\n");
        ProcessBuilder script =
                new ProcessBuilder("bash", folder.resolve("images.sh").toString(), "out", "75", "90");
        script.directory(folder.toFile());
        script.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
        Process process = script.redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        try (Stream<Path> images = Files.list(folder.resolve("out"))) {
            assertEquals(
                    Set.of(
                            Source.of("sample.cu", MACROS, 75).key(Images.AHEAD_OF_TIME),
                            Source.of("sample.cu", MACROS, 90).key(Images.AHEAD_OF_TIME),
                            Source.of("sample.cu", Map.of(), 75).key(Images.AHEAD_OF_TIME),
                            Source.of("sample.cu", Map.of(), 90).key(Images.AHEAD_OF_TIME)),
                    Set.copyOf(images.map(path -> path.getFileName().toString()).toList()));
        }
    }
}
