// Memory and faults of the emulated device, and the controls that tests have over them.
#include "device.hpp"

#include <jni.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>

namespace emulator {
namespace {

struct Fault {
    int after, times, code;
};

struct Allocation {
    size_t bytes;
    Kind kind;
    char *pages;
    size_t pageBytes;
};

// Never destroyed: streams may still run while the process ends.
struct State {
    std::mutex lock;
    std::map<std::string, Fault> faults;
    long callsUntilLost = -1;
    bool lost = false;
    int failure = SUCCESS;
    std::string message;
    int slowness = 0;
    int devices = 1;

    std::map<char *, Allocation> memory;
    size_t used = 0;
    size_t limit = TOTAL_MEMORY;
    char *next = nullptr;
    char *end = nullptr;
    int garbage = -1;
};

State &state() {
    static State &it = *new State;
    return it;
}

constexpr size_t PAGE = 4096;
constexpr size_t ALIGNMENT = 16;
constexpr size_t GARBAGE = size_t{4} << 20;
constexpr size_t ADDRESSES = size_t{1} << 44;

// Addresses are reserved once and never used again after a release, so that a stale pointer is always found out.
bool reserve(State &s) {
    if (s.next != nullptr) {
        return true;
    }
    void *start = mmap(nullptr, ADDRESSES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    s.garbage = memfd_create("garbage", MFD_CLOEXEC);
    std::string ones(GARBAGE, '\xff');
    if (start == MAP_FAILED || write(s.garbage, ones.data(), GARBAGE) != static_cast<ssize_t>(GARBAGE)) {
        return false;
    }
    s.next = static_cast<char *>(start) + PAGE;
    s.end = s.next + ADDRESSES - PAGE;
    return true;
}

bool untouched(const char *from, const char *to) {
    return std::all_of(from, to, [](char c) { return c == '\xff'; });
}

std::map<char *, Allocation>::iterator holding(State &s, const void *pointer) {
    auto after = s.memory.upper_bound(static_cast<char *>(const_cast<void *>(pointer)));
    return after == s.memory.begin() ? s.memory.end() : std::prev(after);
}

void unmap(State &s, const Allocation &allocation) {
    // mapped afresh without access, so that the pages go back and the addresses stay ours
    mmap(allocation.pages, allocation.pageBytes, PROT_NONE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    s.used -= allocation.kind == DEVICE ? allocation.bytes : 0;
}

}  // namespace

int injected(const char *call) {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    if (s.callsUntilLost >= 0 && s.callsUntilLost-- == 0) {
        s.lost = true;
    }
    auto fault = s.faults.find(call);
    if (fault == s.faults.end() || fault->second.after-- > 0) {
        return SUCCESS;
    }
    int code = fault->second.code;
    if (--fault->second.times <= 0) {
        s.faults.erase(fault);
    }
    return code;
}

int trouble() {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    return s.lost ? static_cast<int>(LAUNCH_FAILED) : s.failure;
}

void fail(int code, const std::string &message) {
    complain(message);
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    s.failure = s.failure == SUCCESS ? code : s.failure;
}

void complain(const std::string &message) {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    s.message = message;
    std::fprintf(stderr, "emulated device: %s\n", message.c_str());
}

void forgive() {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    s.failure = SUCCESS;
}

int slowness() {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    return s.slowness;
}

int allocate(size_t bytes, Kind kind, void **pointer) {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    if (pointer == nullptr || bytes == 0) {
        return INVALID_VALUE;
    }
    if (kind == DEVICE && (bytes > s.limit || s.used > s.limit - bytes)) {
        return OUT_OF_MEMORY;
    }
    size_t pageBytes = (bytes + PAGE - 1) / PAGE * PAGE;
    if (!reserve(s) || pageBytes + PAGE > static_cast<size_t>(s.end - s.next)) {
        return OUT_OF_MEMORY;
    }
    for (size_t at = 0; at < pageBytes; at += GARBAGE) {
        if (mmap(s.next + at, std::min(GARBAGE, pageBytes - at), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED,
                 s.garbage, 0) == MAP_FAILED) {
            return OUT_OF_MEMORY;
        }
    }
    char *start = s.next + pageBytes - (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    s.memory[start] = {bytes, kind, s.next, pageBytes};
    s.used += kind == DEVICE ? bytes : 0;
    s.next += pageBytes + PAGE;
    *pointer = start;
    return SUCCESS;
}

int release(void *pointer, Kind kind) {
    State &s = state();
    bool whole;
    {
        std::lock_guard<std::mutex> hold(s.lock);
        auto found = s.memory.find(static_cast<char *>(pointer));
        if (found == s.memory.end() || found->second.kind != kind) {
            return INVALID_VALUE;
        }
        Allocation allocation = found->second;
        whole = untouched(allocation.pages, found->first)
                && untouched(found->first + allocation.bytes, allocation.pages + allocation.pageBytes);
        s.memory.erase(found);
        unmap(s, allocation);
    }
    if (!whole) {
        fail(ILLEGAL_ADDRESS, "bytes just outside of an allocation were written to");
        return ILLEGAL_ADDRESS;
    }
    return SUCCESS;
}

void releaseAll() {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    for (const auto &entry : s.memory) {
        unmap(s, entry.second);
    }
    s.memory.clear();
}

bool contains(const void *pointer, size_t bytes, Kind kind) {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    auto found = holding(s, pointer);
    if (found == s.memory.end() || found->second.kind != kind) {
        return false;
    }
    size_t from = static_cast<const char *>(pointer) - found->first;
    return from <= found->second.bytes && bytes <= found->second.bytes - from;
}

size_t allocatedBytes() {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    return s.used;
}

int devices() {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    return s.devices;
}

size_t memoryLimit() {
    State &s = state();
    std::lock_guard<std::mutex> hold(s.lock);
    return s.limit;
}

}  // namespace emulator

// --- org.warpmix.backend.cuda.EmulatedDevice --------------------------------------------------------------------

#define CONTROL(type, name) extern "C" JNIEXPORT type JNICALL Java_org_warpmix_backend_cuda_EmulatedDevice_##name

using emulator::state;

CONTROL(void, fail)(JNIEnv *env, jclass, jstring call, jint after, jint times, jint code) {
    const char *name = env->GetStringUTFChars(call, nullptr);
    std::lock_guard<std::mutex> hold(state().lock);
    state().faults[name] = {after, times, code};
    env->ReleaseStringUTFChars(call, name);
}

CONTROL(void, lose)(JNIEnv *, jclass, jint afterCalls) {
    std::lock_guard<std::mutex> hold(state().lock);
    state().callsUntilLost = afterCalls;
}

CONTROL(void, limitMemory)(JNIEnv *, jclass, jlong bytes) {
    std::lock_guard<std::mutex> hold(state().lock);
    state().limit = static_cast<size_t>(bytes);
}

CONTROL(jlong, allocatedBytes)(JNIEnv *, jclass) {
    return static_cast<jlong>(emulator::allocatedBytes());
}

CONTROL(void, slowCopies)(JNIEnv *, jclass, jint microseconds) {
    std::lock_guard<std::mutex> hold(state().lock);
    state().slowness = microseconds;
}

CONTROL(void, devices)(JNIEnv *, jclass, jint count) {
    std::lock_guard<std::mutex> hold(state().lock);
    state().devices = count;
}

CONTROL(jstring, lastMessage)(JNIEnv *env, jclass) {
    std::string message;
    {
        std::lock_guard<std::mutex> hold(state().lock);
        message = state().message;
    }
    return env->NewStringUTF(message.c_str());
}

CONTROL(void, reset)(JNIEnv *, jclass) {
    emulator::drainAll();
    std::lock_guard<std::mutex> hold(state().lock);
    state().faults.clear();
    state().callsUntilLost = -1;
    state().lost = false;
    state().failure = emulator::SUCCESS;
    state().message.clear();
    state().slowness = 0;
    state().devices = 1;
    state().limit = emulator::TOTAL_MEMORY;
}
