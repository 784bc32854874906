package org.warpmix.backend.cuda;

import java.util.Map;

/** Machine code of kernels: from the cache, or compiled. */
final class Images {

    private Images() {}

    static byte[] image(String file, Map<String, String> defines, int architecture, boolean emulated) {
        return new Nvrtc().compile(Source.of(file, defines, architecture));
    }
}
