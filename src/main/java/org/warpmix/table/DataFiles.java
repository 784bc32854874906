package org.warpmix.table;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that a name stands for: one file, several parted by commas, or a pattern such as {@code data/part-*.parquet}.
 *
 * <p>In a pattern {@code *} stands for any characters of a name, {@code **} for those of folders, too, {@code ?} for one,
 * {@code [abc]} for one of these, <code>{csv,tsv}</code> for one of these words. A file whose name is the text as it stands
 * comes first.
 */
public final class DataFiles {

    /** What stands for standard input. */
    public static final Path STANDARD_INPUT = Path.of("-");

    private static final String WILD = "*?[{";

    private DataFiles() {}

    /**
     * The files, those of a pattern in the order of their names.
     *
     * @throws TableException for a pattern that no file has
     */
    public static List<Path> of(String data) {
        List<Path> files = new ArrayList<>();
        for (String part : parts(data)) {
            if (isPattern(part)) {
                addMatches(part, files);
            } else {
                files.add(Path.of(part));
            }
        }
        return files;
    }

    /** Whether the name is not simply one file's: several, or a pattern. */
    public static boolean isSeveral(String data) {
        return parts(data).size() > 1 || isPattern(data);
    }

    /** Number of bytes of the files; 0 for standard input and for what is not there. */
    public static long bytes(List<Path> files) {
        return files.stream().mapToLong(DataFiles::bytes).sum();
    }

    private static long bytes(Path file) {
        try {
            return file.equals(STANDARD_INPUT) ? 0 : Files.size(file);
        } catch (IOException e) {
            return 0; // reading it will say what is wrong
        }
    }

    /** Splits at commas outside braces. */
    private static List<String> parts(String data) {
        if (data.indexOf(',') < 0 || Files.exists(Path.of(data))) {
            return List.of(data);
        }
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= data.length(); i++) {
            char c = i == data.length() ? ',' : data.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == ',' && (depth <= 0 || i == data.length())) {
                if (!data.substring(from, i).isBlank()) {
                    parts.add(data.substring(from, i).strip());
                }
                from = i + 1;
            }
        }
        return parts;
    }

    private static boolean isPattern(String part) {
        return part.chars().anyMatch(c -> WILD.indexOf(c) >= 0) && !Files.exists(Path.of(part));
    }

    private static void addMatches(String pattern, List<Path> files) {
        int wild = 0;
        while (WILD.indexOf(pattern.charAt(wild)) < 0) {
            wild++;
        }
        int slash = pattern.lastIndexOf('/', wild);
        Path folder = Path.of(slash < 0 ? "." : slash == 0 ? "/" : pattern.substring(0, slash));
        String rest = pattern.substring(slash + 1);
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + rest);
        int depth = rest.contains("**")
                ? Integer.MAX_VALUE
                : 1 + (int) rest.chars().filter(c -> c == '/').count();
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> walk = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
                walk.filter(path -> matcher.matches(folder.relativize(path)) && Files.isRegularFile(path))
                        .forEach(path -> found.add(slash < 0 ? folder.relativize(path) : path));
            } catch (IOException | java.io.UncheckedIOException e) {
                throw new TableException(pattern + ": the folder cannot be read (" + e.getMessage() + ").", e);
            }
        }
        if (found.isEmpty()) {
            throw new TableException("No file matches " + NearestNames.quote(pattern) + ". "
                    + (Files.isDirectory(folder)
                            ? "The folder " + folder + " has none of that form."
                            : "The folder " + folder + " is not there."));
        }
        found.sort(null);
        files.addAll(found);
    }
}
