// libnvrtc.so.12: compiles CUDA C++ with the host's g++ behind shim.h. What it gives as a cubin is a shared library.
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "device.hpp"

#define API extern "C" EXPORTED int

extern char **environ;

namespace {

namespace files = std::filesystem;

enum Result : int {
    OK = 0,
    CREATION_FAILURE = 2,
    INVALID_INPUT = 3,
    INVALID_PROGRAM = 4,
    INVALID_OPTION = 5,
    COMPILATION = 6,
};

constexpr int ARCHITECTURES[] = {75, 80, 86, 87, 89, 90};

struct Program {
    std::string source, name;
    std::map<std::string, std::string> headers;
    std::string log, library;
};

// A directory of our own, gone with this object.
struct Scratch {
    files::path path;

    Scratch() {
        std::string pattern = (files::temp_directory_path() / "warpmix-nvrtc-XXXXXX").string();
        path = mkdtemp(pattern.data()) == nullptr ? files::path() : files::path(pattern);
    }

    ~Scratch() {
        std::error_code ignored;
        files::remove_all(path, ignored);
    }
};

std::string read(const files::path &path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const files::path &path, const std::string &text) {
    files::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

// Where this library lies: shim.h and libcuda.so.1 are beside it.
files::path home() {
    Dl_info info;
    dladdr(reinterpret_cast<void *>(&home), &info);
    return files::path(info.dli_fname).parent_path();
}

// Runs g++; what it says is added to the log.
bool gcc(std::vector<std::string> arguments, const Scratch &scratch, std::string &log) {
    std::vector<char *> argv;
    arguments.insert(arguments.begin(), "g++");
    for (std::string &argument : arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    files::path said = scratch.path / "said";
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t child;
    int status = -1;
    bool started = posix_spawnp(&child, "g++", &actions, nullptr, argv.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    if (!started || waitpid(child, &status, 0) != child) {
        log += "g++ cannot be run\n";
        return false;
    }
    std::string text = read(said), folder = scratch.path.string() + "/";
    for (size_t at; (at = text.find(folder)) != std::string::npos;) {
        text.erase(at, folder.size());  // headers by the names that they were given
    }
    log += text;
    return status == 0;
}

// The program's own text, ready for the host: `extern __shared__ T x[]` points to what the launch asked for, other
// __shared__ variables are one per host thread, which runs one block at a time. Kernels are gathered in a table.
std::string translate(const std::string &preprocessed) {
    static const std::regex dynamicShared(R"(\bextern\s+__shared__\s+([\w\s]+?)\s*\b(\w+)\s*\[\s*\]\s*;)");
    static const std::regex fixedShared(R"((?:\bstatic\s+)?\b__shared__\b)");
    static const std::regex bounds(R"(\b__launch_bounds__\s*\(([^;{}]*?)\)\s*(?=void\b|\w+\s*\())");
    static const std::regex kernel(
        R"(\b__global__\s+(?:__launch_bounds__\s*\(([^;{}]*?)\)\s*void|void\s+__launch_bounds__\s*\(([^;{}]*?)\)|void)\s+(\w+)\s*\()");
    static const std::regex global(R"(\b__global__\b)");

    std::string table;
    for (std::sregex_iterator at(preprocessed.begin(), preprocessed.end(), kernel), end; at != end; ++at) {
        const std::smatch &found = *at;
        std::string limit = found[1].matched ? found[1].str() : found[2].str();
        std::string name = found[3].str();
        table += "{\"" + name + "\", EmulatedKernel<&" + name + ">::call, EmulatedKernel<&" + name
                 + ">::bytes, EmulatedKernel<&" + name + ">::count, emulatedFirst("
                 + (limit.empty() ? std::to_string(emulator::MAX_THREADS) : limit) + ")},\n";
    }
    std::string text = std::regex_replace(
        preprocessed, dynamicShared, "$1 *const $2 = static_cast<$1 *>(emulatedThread.shared);");
    text = std::regex_replace(text, fixedShared, "static __thread");
    text = std::regex_replace(text, bounds, "");
    text = std::regex_replace(text, global, "");
    return text + "\nconstexpr int emulatedFirst(int threads, int = 0) { return threads; }\n"
           + "extern \"C\" __attribute__((visibility(\"default"
           + "\"))) const EmulatedKernelEntry emulatedKernels[] = {\n" + table + "{nullptr, nullptr, nullptr, 0, 0}};\n";
}

// NVRTC's options as g++'s; false where NVRTC would not take one.
bool translateOptions(int count, const char *const *options, std::vector<std::string> &arguments, bool &binary,
                      std::string &log) {
    static const std::regex define(R"((?:-D|--define-macro=)(\w+(?:=.*)?))");
    static const std::regex architecture(R"((?:--gpu-architecture|-arch)=(sm|compute)_(\d+))");
    static const std::regex standard(R"(--?std=(c\+\+(?:14|17|20)))");
    static const std::regex nothing(R"(-default-device|--device-as-default-execution-space|--?fmad=(?:true|false))"
                                    R"(|-lineinfo|--generate-line-info|--maxrregcount=\d+)");
    std::string language = "c++17";
    int number = ARCHITECTURES[0];
    for (int i = 0; i < count; i++) {
        std::string option = options[i];
        std::smatch found;
        if (std::regex_match(option, found, define)) {
            arguments.push_back("-D" + found[1].str());
        } else if (std::regex_match(option, found, architecture)) {
            number = std::stoi(found[2]);
            binary = found[1] == "sm";
        } else if (std::regex_match(option, found, standard)) {
            language = found[1];
        } else if (!std::regex_match(option, nothing)) {
            log += "nvrtc: error: unrecognized option " + option + " found\n";
            return false;
        }
    }
    if (std::count(std::begin(ARCHITECTURES), std::end(ARCHITECTURES), number) == 0) {
        log += "nvrtc: error: invalid value for --gpu-architecture (-arch)\n";
        return false;
    }
    arguments.push_back("-D__CUDA_ARCH__=" + std::to_string(10 * number));
    arguments.push_back("-std=" + language);
    return true;
}

int compile(Program &program, int count, const char *const *options) {
    Scratch scratch;
    std::vector<std::string> preprocess = {"-E", "-nostdinc", "-x", "c++"};
    std::vector<std::string> build = {"-O1", "-ffp-contract=off", "-fPIC", "-shared", "-nostdlib", "-fvisibility=hidden",
                                      "-fno-exceptions", "-fno-rtti", "-fno-asynchronous-unwind-tables", "-pipe"};
    bool binary = false;
    if (!translateOptions(count, options, preprocess, binary, program.log)) {
        return INVALID_OPTION;
    }
    build.push_back(preprocess.back());  // the standard
    for (const auto &header : program.headers) {
        write(scratch.path / header.first, header.second);
    }
    files::path source = scratch.path / "program.cu", text = scratch.path / "program.ii";
    files::path library = scratch.path / "program.so", shim = home() / "shim.h";
    write(source, "#line 1 \"" + program.name + "\"\n" + program.source);
    for (const std::string &argument :
         {std::string("-include"), shim.string(), "-I" + scratch.path.string(), source.string(), std::string("-o"),
          text.string()}) {
        preprocess.push_back(argument);
    }
    if (!gcc(preprocess, scratch, program.log)) {
        return COMPILATION;
    }
    write(text, translate(read(text)));
    for (const std::string &argument : {text.string(), (home() / "libcuda.so.1").string(), std::string("-lm"),
                                        std::string("-lc"), std::string("-o"), library.string()}) {
        build.push_back(argument);
    }
    if (!gcc(build, scratch, program.log)) {
        return COMPILATION;
    }
    program.library = binary ? read(library) : "";
    return OK;
}

Program *known(void *handle) {
    return static_cast<Program *>(handle);
}

}  // namespace

API nvrtcVersion(int *major, int *minor) {
    *major = 12;
    *minor = 6;
    return OK;
}

API nvrtcGetNumSupportedArchs(int *count) {
    *count = std::size(ARCHITECTURES);
    return OK;
}

API nvrtcGetSupportedArchs(int *architectures) {
    std::copy(std::begin(ARCHITECTURES), std::end(ARCHITECTURES), architectures);
    return OK;
}

API nvrtcCreateProgram(void **handle, const char *source, const char *name, int headers, const char *const *texts,
                       const char *const *names) {
    if (int code = emulator::injected("nvrtcCreateProgram")) {
        return code;
    }
    if (source == nullptr || headers < 0 || (headers > 0 && (texts == nullptr || names == nullptr))) {
        return INVALID_INPUT;
    }
    auto *program = new Program{source, name == nullptr ? "default_program" : name, {}, "", ""};
    for (int i = 0; i < headers; i++) {
        program->headers[names[i]] = texts[i];
    }
    *handle = program;
    return OK;
}

API nvrtcDestroyProgram(void **handle) {
    if (handle == nullptr || *handle == nullptr) {
        return INVALID_PROGRAM;
    }
    delete known(*handle);
    *handle = nullptr;
    return OK;
}

API nvrtcCompileProgram(void *handle, int count, const char *const *options) {
    if (int code = emulator::injected("nvrtcCompileProgram")) {
        return code;
    }
    if (handle == nullptr) {
        return INVALID_PROGRAM;
    }
    known(handle)->log.clear();
    known(handle)->library.clear();
    try {
        return compile(*known(handle), count, options);
    } catch (const std::exception &error) {
        known(handle)->log += error.what();
        return CREATION_FAILURE;
    }
}

API nvrtcGetProgramLogSize(void *handle, size_t *bytes) {
    if (handle == nullptr) {
        return INVALID_PROGRAM;
    }
    *bytes = known(handle)->log.size() + 1;
    return OK;
}

API nvrtcGetProgramLog(void *handle, char *log) {
    if (handle == nullptr) {
        return INVALID_PROGRAM;
    }
    known(handle)->log.copy(log, std::string::npos);
    log[known(handle)->log.size()] = 0;
    return OK;
}

API nvrtcGetCUBINSize(void *handle, size_t *bytes) {
    if (handle == nullptr) {
        return INVALID_PROGRAM;
    }
    *bytes = known(handle)->library.size();
    return OK;
}

API nvrtcGetCUBIN(void *handle, char *library) {
    if (handle == nullptr) {
        return INVALID_PROGRAM;
    }
    known(handle)->library.copy(library, std::string::npos);
    return OK;
}

extern "C" EXPORTED const char *nvrtcGetErrorString(int code) {
    switch (code) {
        case OK: return "NVRTC_SUCCESS";
        case 1: return "NVRTC_ERROR_OUT_OF_MEMORY";
        case CREATION_FAILURE: return "NVRTC_ERROR_PROGRAM_CREATION_FAILURE";
        case INVALID_INPUT: return "NVRTC_ERROR_INVALID_INPUT";
        case INVALID_PROGRAM: return "NVRTC_ERROR_INVALID_PROGRAM";
        case INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
        case COMPILATION: return "NVRTC_ERROR_COMPILATION";
        case 7: return "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE";
        default: return "NVRTC_ERROR unknown";
    }
}
