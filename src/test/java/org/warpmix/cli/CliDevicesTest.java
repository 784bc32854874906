package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backends as {@code warpmix devices} shows them, whatever this machine has. */
class CliDevicesTest {

    private static final List<String> STATUSES = List.of("AVAILABLE", "NO_DEVICE", "NO_DRIVER", "NO_LIBRARY");

    @Test
    void showsBothBackends() {
        Cli.Result result = Cli.run("devices");
        assertEquals(0, result.code());
        assertEquals("", result.err());
        List<String> lines = result.out().lines().toList();
        assertEquals("Backend  Status", lines.get(0));
        int processors = Runtime.getRuntime().availableProcessors();
        assertTrue(lines.get(1).matches("cpu      AVAILABLE   ?" + processors + " processors?"), lines.get(1));
        assertTrue(STATUSES.contains(lines.get(2).split(" +")[1]), lines.get(2));
        assertTrue(lines.get(2).contains("AVAILABLE") || result.out().contains("\nNote: "), result.out());
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80 || line.contains("/")), result.out());
    }

    @Test
    void writesJson(@TempDir Path folder) throws IOException {
        Map<?, ?> cuda =
                (Map<?, ?>) ((Map<?, ?>) Cli.run("devices", "--json", "-").json()).get("cuda");
        assertTrue(STATUSES.contains(cuda.get("status")));
        assertEquals("AVAILABLE".equals(cuda.get("status")), cuda.get("message") == null);
        Path file = folder.resolve("devices.json");
        assertTrue(Cli.run("devices", "--json", file.toString()).out().startsWith("Backend"));
        assertTrue(Files.readString(file).contains("\"processors\""));
    }

    @Test
    void refusesAWrongRequest() {
        assertRefused("--repository is for --fetch.", "devices", "--repository", "https://example.org");
        assertRefused(
                "--repository: 'example.org' is no address that begins with https:// or http://.",
                "devices",
                "--fetch",
                "--repository",
                "example.org");
        assertRefused("one argument too many", "devices", "all");
    }

    private static void assertRefused(String message, String... arguments) {
        Cli.Result result = Cli.run(arguments);
        assertEquals(2, result.code());
        assertTrue(result.err().contains(message), result.err());
        assertEquals(1, result.err().lines().count());
    }
}
