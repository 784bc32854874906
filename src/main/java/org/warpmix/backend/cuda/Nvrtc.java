package org.warpmix.backend.cuda;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/** NVIDIA's compiler as a library; it needs no GPU. */
final class Nvrtc implements Compiler {

    private final String version;

    /** @throws LibraryMissing where it is not there */
    Nvrtc() {
        Libraries.nvrtc();
        int[] major = new int[1];
        int[] minor = new int[1];
        check(JNvrtc.nvrtcVersion(major, minor), "nvrtcVersion");
        version = "NVRTC " + major[0] + "." + minor[0];
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public byte[] compile(Source source) {
        List<String> headers = new ArrayList<>(source.texts().keySet());
        headers.remove(source.file());
        String[] names = headers.toArray(String[]::new);
        String[] texts = headers.stream().map(source.texts()::get).toArray(String[]::new);
        nvrtcProgram program = new nvrtcProgram();
        check(
                JNvrtc.nvrtcCreateProgram(
                        program, source.texts().get(source.file()), source.file(), names.length, texts, names),
                "nvrtcCreateProgram");
        try {
            int code = compile(program, source, "sm_" + source.architecture());
            if (code == nvrtcResult.NVRTC_SUCCESS) {
                return machineCode(program);
            }
            if (code == nvrtcResult.NVRTC_ERROR_INVALID_OPTION && newestArchitecture() < source.architecture()) {
                // a card newer than this compiler: its driver makes the rest of the way from PTX
                code = compile(program, source, "compute_" + newestArchitecture());
                if (code == nvrtcResult.NVRTC_SUCCESS) {
                    return intermediateCode(program);
                }
            }
            throw new DeviceException(version + " does not compile " + source + ": " + JNvrtc.nvrtcGetErrorString(code)
                    + ": " + log(program));
        } finally {
            JNvrtc.nvrtcDestroyProgram(program);
        }
    }

    private static int compile(nvrtcProgram program, Source source, String architecture) {
        List<String> options = new ArrayList<>(source.options());
        options.add("--gpu-architecture=" + architecture);
        return JNvrtc.nvrtcCompileProgram(program, options.size(), options.toArray(String[]::new));
    }

    private static byte[] machineCode(nvrtcProgram program) {
        long[] size = new long[1];
        check(JNvrtc.nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize");
        byte[] code = new byte[Math.toIntExact(size[0])];
        check(JNvrtc.nvrtcGetCUBIN(program, code), "nvrtcGetCUBIN");
        return code;
    }

    /** PTX, which is text; the driver wants a zero byte at its end. */
    private static byte[] intermediateCode(nvrtcProgram program) {
        String[] text = new String[1];
        check(JNvrtc.nvrtcGetPTX(program, text), "nvrtcGetPTX");
        return (text[0] + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private static int newestArchitecture() {
        int[] count = new int[1];
        check(JNvrtc.nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
        int[] architectures = new int[count[0]];
        check(JNvrtc.nvrtcGetSupportedArchs(architectures), "nvrtcGetSupportedArchs");
        return Arrays.stream(architectures).max().orElse(0);
    }

    private static String log(nvrtcProgram program) {
        String[] log = new String[1];
        return JNvrtc.nvrtcGetProgramLog(program, log) == nvrtcResult.NVRTC_SUCCESS && log[0] != null
                ? log[0].strip().replaceAll("\\s+", " ")
                : "no log";
    }

    private static void check(int code, String call) {
        if (code != nvrtcResult.NVRTC_SUCCESS) {
            throw new DeviceException(call + " failed: " + JNvrtc.nvrtcGetErrorString(code) + " (" + code + ").");
        }
    }
}
