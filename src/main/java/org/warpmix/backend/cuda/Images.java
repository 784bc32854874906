package org.warpmix.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Machine code of kernels: compiled where it runs by NVRTC or else nvcc, and kept in the cache; where neither is there,
 * from the jar, into which {@code native/images.sh} may have put code of common models ahead of time.
 */
final class Images {

    /** Stands for the compiler in the keys of what is in the jar. */
    static final String AHEAD_OF_TIME = "ahead of time";

    private static final ImageCache CACHE = new ImageCache(256L << 20);

    private Images() {}

    /**
     * The code of a file of the jar's folder native.
     *
     * @param emulated whether it is for the emulated device, whose code is another
     * @throws LibraryMissing where nothing can compile it
     */
    static byte[] image(String file, Map<String, String> defines, int architecture, boolean emulated) {
        Source source = Source.of(file, defines, architecture);
        Compiler compiler;
        try {
            compiler = new Nvrtc();
        } catch (LibraryMissing e) {
            compiler = Nvcc.on(System.getenv("PATH"));
            if (compiler == null) {
                return aheadOfTime(source, e);
            }
        }
        return cached(source, compiler, emulated);
    }

    static byte[] cached(Source source, Compiler compiler, boolean emulated) {
        String version = (emulated ? "emulated " : "") + compiler.version();
        return CACHE.get(source.key(version), () -> compiler.compile(source));
    }

    private static byte[] aheadOfTime(Source source, LibraryMissing missing) {
        try (InputStream image = Images.class.getResourceAsStream("images/" + source.key(AHEAD_OF_TIME))) {
            if (image == null) {
                throw missing;
            }
            return image.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
