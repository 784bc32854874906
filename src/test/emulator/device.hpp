// The emulated device: what its libraries share. Device memory is host memory, a stream is a host thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

// Hidden from kernels and other libraries unless marked so.
#define EXPORTED __attribute__((visibility("default")))

namespace emulator {

enum Code : int {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    INVALID_DEVICE = 101,
    INVALID_IMAGE = 200,
    INVALID_CONTEXT = 201,
    NO_BINARY_FOR_GPU = 209,
    INVALID_HANDLE = 400,
    NOT_FOUND = 500,
    NOT_READY = 600,
    ILLEGAL_ADDRESS = 700,
    LAUNCH_FAILED = 719,
    NOT_SUPPORTED = 801,
};

constexpr int MOST_DEVICES = 4;
constexpr int WARP = 32;
constexpr int MAX_THREADS = 1024;
constexpr int MULTIPROCESSORS = 2;
constexpr int THREADS_PER_MULTIPROCESSOR = 2048;
constexpr int BLOCKS_PER_MULTIPROCESSOR = 32;
constexpr int SHARED_DEFAULT = 48 << 10;
constexpr int SHARED_OPT_IN = 99 << 10;
constexpr int SHARED_PER_MULTIPROCESSOR = 100 << 10;
constexpr size_t TOTAL_MEMORY = size_t{1} << 30;

// --- faults -----------------------------------------------------------------------------------------------------

// The code that this use of a call has to return because a test said so, or 0. Every call asks, once.
EXPORTED int injected(const char *call);

// Why the device takes no more work: it is lost, or a kernel failed before; 0 where all is well.
EXPORTED int trouble();

// A kernel or a library's work failed on the device: from now on every call returns the code.
void fail(int code, const std::string &message);

// Says on the standard error what was wrong, and keeps it for EmulatedDevice.lastMessage().
EXPORTED void complain(const std::string &message);

// A fresh context knows nothing of an older one's failures.
void forgive();

// What copies wait for, in microseconds.
int slowness();

// How many devices there are; they share one memory.
int devices();

inline bool isDevice(int ordinal) {
    return ordinal >= 0 && ordinal < devices();
}

// --- memory -----------------------------------------------------------------------------------------------------

enum Kind { DEVICE, HOST };

// Each allocation ends at a page that nobody may touch and is filled with 0xFF, which reads as NaN and -1.
int allocate(size_t bytes, Kind kind, void **pointer);

// INVALID_VALUE where nothing begins at the pointer, ILLEGAL_ADDRESS where the bytes around it were written to.
int release(void *pointer, Kind kind);

void releaseAll();

// Whether all the bytes lie within one allocation of the kind.
EXPORTED bool contains(const void *pointer, size_t bytes, Kind kind);

size_t allocatedBytes();
size_t memoryLimit();

// --- streams ----------------------------------------------------------------------------------------------------

struct Stream;

// The stream of a handle (null: the default stream); null where there is no such stream.
EXPORTED std::shared_ptr<Stream> stream(void *handle);

std::shared_ptr<Stream> openStream(bool blocking);
void closeStream(void *handle);
void closeStreams();

// Work for the device, in order within its stream. It is left out once the device is in trouble. A read or write
// outside of all memory within it is the device's failure, not the process's; `what` names it in the message.
EXPORTED void submit(const std::shared_ptr<Stream> &stream, const std::string &what, std::function<void()> work);

// As submit, but also done in trouble: for what others wait on.
void submitAlways(const std::shared_ptr<Stream> &stream, std::function<void()> work);

void drain(const std::shared_ptr<Stream> &stream);
void drainAll();

// --- kernels ----------------------------------------------------------------------------------------------------

// What a compiled program says of each of its kernels; the same as in shim.h.
struct KernelEntry {
    const char *name;
    void (*call)(void **arguments);
    const unsigned *argumentBytes;
    int arguments;
    int maxThreads;
};

struct Module {
    int file;
    void *library;
    const KernelEntry *kernels;
    size_t sharedBytes;
};

struct Kernel {
    std::shared_ptr<Module> module;
    const KernelEntry *entry;
    int dynamicSharedLimit;
};

struct Launch {
    std::shared_ptr<Module> module;
    const KernelEntry *entry;
    unsigned grid, block, sharedBytes;
    std::unique_ptr<char[]> storage;
    std::unique_ptr<void *[]> arguments;
};

// All blocks, one after the other, in this thread.
void run(const Launch &launch);

// Ends the work that this thread does with the code: for what a device would trap on.
[[noreturn]] void trap(int code, const std::string &message);

}  // namespace emulator
