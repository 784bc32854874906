package org.warpmix.backend.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The directory that keeps what was fetched, unpacked or compiled once: the system property {@value #PROPERTY}, or
 * {@code $XDG_CACHE_HOME/warpmix}, or {@code ~/.cache/warpmix}. Deleting it costs time and nothing else. Machine code is
 * run from it, so only its owner may write there.
 */
final class Cache {

    static final String PROPERTY = "org.warpmix.cache";

    private Cache() {}

    static Path directory() {
        String property = System.getProperty(PROPERTY);
        if (property != null) {
            return Path.of(property).toAbsolutePath();
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path home = xdg != null && Path.of(xdg).isAbsolute()
                ? Path.of(xdg)
                : Path.of(System.getProperty("user.home"), ".cache");
        return home.resolve("warpmix");
    }

    /**
     * One of its folders, made where it is not there.
     *
     * @throws IOException where it cannot be made, or cannot be kept from others
     */
    static Path folder(String name) throws IOException {
        Path folder = directory().resolve(name);
        if (!folder.isAbsolute()) {
            throw new IOException("this user has no home directory"); // Java calls it ?
        }
        Files.createDirectories(folder);
        PosixFileAttributeView view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString("rwx------"));
        }
        return folder;
    }

    /** Writes a file whole: nobody ever sees a part of it. */
    static void write(Path file, byte[] content) throws IOException {
        Path draft = Files.createTempFile(file.getParent(), ".draft", null);
        try {
            Files.write(draft, content);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
