// libcuda.so.1: those calls of the CUDA driver that Warpmix makes, for one emulated device.
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "device.hpp"

using namespace emulator;

#define API extern "C" EXPORTED int

namespace {

struct Event {
    std::mutex lock;
    std::condition_variable changed;
    std::atomic<long> recorded{0};
    std::atomic<long> completed{0};
    std::chrono::steady_clock::time_point time;

    void wait(long ticket) {
        std::unique_lock<std::mutex> hold(lock);
        changed.wait(hold, [&] { return completed >= ticket; });
    }
};

// Never destroyed: streams may still run while the process ends.
struct Driver {
    std::mutex lock;
    std::atomic<bool> initialised{false};
    std::atomic<int> retained{0};  // in all
    std::map<void *, std::shared_ptr<Module>> modules;
    std::map<void *, std::unique_ptr<Kernel>> kernels;
    std::map<void *, std::shared_ptr<Event>> events;
    std::map<void *, void *> owner;  // the context that a stream or a module belongs to
    int contexts[MOST_DEVICES] = {};  // how often each device's is retained; the address is the context's handle

    bool isContext(void *handle) const {
        return handle >= contexts && handle < contexts + devices();
    }
};

Driver &driver() {
    static Driver &it = *new Driver;
    return it;
}

thread_local void *currentContext = nullptr;

// What a call has to return at once, or SUCCESS.
int enter(const char *call) {
    if (int code = injected(call)) {
        return code;
    }
    if (!driver().initialised) {
        return NOT_INITIALIZED;
    }
    return trouble();
}

// As enter, for a call that needs a current context.
int enterContext(const char *call) {
    if (int code = enter(call)) {
        return code;
    }
    return currentContext == nullptr || driver().retained == 0 ? static_cast<int>(INVALID_CONTEXT) : SUCCESS;
}

template <class T>
T *find(std::map<void *, std::unique_ptr<T>> &all, void *handle) {
    std::lock_guard<std::mutex> hold(driver().lock);
    auto found = all.find(handle);
    return found == all.end() ? nullptr : found->second.get();
}

// Whether a stream or a module belongs to the current context; the default stream is everyone's.
bool isOfCurrent(void *handle) {
    std::lock_guard<std::mutex> hold(driver().lock);
    return handle == nullptr || driver().owner[handle] == currentContext;
}

std::shared_ptr<Event> findEvent(void *handle) {
    std::lock_guard<std::mutex> hold(driver().lock);
    auto found = driver().events.find(handle);
    return found == driver().events.end() ? nullptr : found->second;
}

void closeModule(Module *module) {
    dlclose(module->library);
    close(module->file);
    delete module;
}

size_t threadLocalBytes(void *library) {
    link_map *map = nullptr;
    dlinfo(library, RTLD_DI_LINKMAP, &map);
    const auto *header = reinterpret_cast<const ElfW(Ehdr) *>(map->l_addr);
    const auto *segment = reinterpret_cast<const ElfW(Phdr) *>(map->l_addr + header->e_phoff);
    for (int i = 0; i < header->e_phnum; i++) {
        if (segment[i].p_type == PT_TLS) {
            return segment[i].p_memsz;
        }
    }
    return 0;
}

// Copies wait for as long as a test asked for.
void copy(void *to, const void *from, size_t bytes) {
    if (int microseconds = slowness()) {
        std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
    }
    std::memcpy(to, from, bytes);
}

}  // namespace

// --- device and context -----------------------------------------------------------------------------------------

API cuInit(unsigned flags) {
    if (int code = injected("cuInit")) {
        return code;
    }
    driver().initialised = flags == 0;
    return flags == 0 ? SUCCESS : INVALID_VALUE;
}

API cuDriverGetVersion(int *version) {
    *version = 12060;
    return injected("cuDriverGetVersion");
}

API cuDeviceGetCount(int *count) {
    *count = devices();
    return enter("cuDeviceGetCount");
}

API cuDeviceGet(int *device, int ordinal) {
    *device = ordinal;
    int code = enter("cuDeviceGet");
    return code != SUCCESS ? code : isDevice(ordinal) ? SUCCESS : INVALID_DEVICE;
}

API cuDeviceGetName(char *name, int length, int device) {
    int code = enter("cuDeviceGetName");
    if (code != SUCCESS || !isDevice(device)) {
        return code != SUCCESS ? code : static_cast<int>(INVALID_DEVICE);
    }
    std::strncpy(name, "Warpmix emulated device", length);
    name[length - 1] = 0;
    return SUCCESS;
}

API cuDeviceGetAttribute(int *value, int attribute, int device) {
    static const std::map<int, int> VALUES = {
        {1, MAX_THREADS},           // threads per block
        {2, MAX_THREADS},           // block x
        {5, 0x7fffffff},            // grid x
        {8, SHARED_DEFAULT},        // shared memory per block
        {10, WARP},                 // warp size
        {12, 65536},                // registers per block
        {13, 1000000},              // clock, kHz
        {16, MULTIPROCESSORS},      //
        {39, THREADS_PER_MULTIPROCESSOR},
        {41, 1},                    // unified addressing
        {75, 8},                    // compute capability, major
        {76, 0},                    // and minor
        {81, SHARED_PER_MULTIPROCESSOR},
        {82, 65536},                // registers per multiprocessor
        {97, SHARED_OPT_IN},        //
        {106, BLOCKS_PER_MULTIPROCESSOR},
        {111, 1024},                // shared memory reserved per block
    };
    int code = enter("cuDeviceGetAttribute");
    if (code != SUCCESS || !isDevice(device)) {
        return code != SUCCESS ? code : static_cast<int>(INVALID_DEVICE);
    }
    auto found = VALUES.find(attribute);
    if (found == VALUES.end()) {
        complain("cuDeviceGetAttribute does not know the attribute " + std::to_string(attribute));
        return INVALID_VALUE;
    }
    *value = found->second;
    return SUCCESS;
}

API cuDeviceTotalMem_v2(size_t *bytes, int device) {
    *bytes = std::max(memoryLimit(), TOTAL_MEMORY);
    int code = enter("cuDeviceTotalMem");
    return code != SUCCESS ? code : isDevice(device) ? SUCCESS : INVALID_DEVICE;
}

API cuDevicePrimaryCtxRetain(void **context, int device) {
    int code = enter("cuDevicePrimaryCtxRetain");
    if (code != SUCCESS || !isDevice(device)) {
        return code != SUCCESS ? code : static_cast<int>(INVALID_DEVICE);
    }
    std::lock_guard<std::mutex> hold(driver().lock);
    driver().retained++;
    driver().contexts[device]++;
    *context = &driver().contexts[device];
    return SUCCESS;
}

// The last release takes all that was made in the context with it, and the failure that stopped it.
API cuDevicePrimaryCtxRelease_v2(int device) {
    if (int code = injected("cuDevicePrimaryCtxRelease")) {
        return code;
    }
    Driver &d = driver();
    bool last;
    {
        std::lock_guard<std::mutex> hold(d.lock);
        if (!isDevice(device) || d.contexts[device] == 0) {
            return isDevice(device) ? INVALID_CONTEXT : INVALID_DEVICE;
        }
        d.contexts[device]--;
        last = --d.retained == 0;
    }
    if (last) {
        closeStreams();
        std::lock_guard<std::mutex> hold(d.lock);
        d.owner.clear();
        releaseAll();
        d.kernels.clear();
        d.modules.clear();
        d.events.clear();
        forgive();
    }
    return SUCCESS;
}

API cuCtxSetCurrent(void *context) {
    int code = enter("cuCtxSetCurrent");
    if (code != SUCCESS || (context != nullptr && !driver().isContext(context))) {
        return code != SUCCESS ? code : static_cast<int>(INVALID_CONTEXT);
    }
    currentContext = context;
    return SUCCESS;
}

API cuCtxGetCurrent(void **context) {
    *context = currentContext;
    return enter("cuCtxGetCurrent");
}

API cuCtxSynchronize() {
    if (int code = enterContext("cuCtxSynchronize")) {
        return code;
    }
    drainAll();
    return trouble();
}

// --- memory -----------------------------------------------------------------------------------------------------

API cuMemGetInfo_v2(size_t *free, size_t *total) {
    if (int code = enterContext("cuMemGetInfo")) {
        return code;
    }
    size_t used = allocatedBytes(), limit = memoryLimit();
    *free = limit > used ? limit - used : 0;
    *total = std::max(limit, TOTAL_MEMORY);
    return SUCCESS;
}

API cuMemAlloc_v2(void **pointer, size_t bytes) {
    int code = enterContext("cuMemAlloc");
    return code != SUCCESS ? code : allocate(bytes, DEVICE, pointer);
}

API cuMemAllocHost_v2(void **pointer, size_t bytes) {
    int code = enterContext("cuMemAllocHost");
    return code != SUCCESS ? code : allocate(bytes, HOST, pointer);
}

// Freeing waits for all work, as CUDA's does.
static int freeMemory(const char *call, void *pointer, Kind kind) {
    if (int code = enterContext(call)) {
        return code;
    }
    if (pointer == nullptr) {
        return SUCCESS;
    }
    drainAll();
    int code = release(pointer, kind);
    return code != SUCCESS ? code : trouble();
}

API cuMemFree_v2(void *pointer) {
    return freeMemory("cuMemFree", pointer, DEVICE);
}

API cuMemFreeHost(void *pointer) {
    return freeMemory("cuMemFreeHost", pointer, HOST);
}

API cuMemcpyHtoD_v2(void *to, const void *from, size_t bytes) {
    if (int code = enterContext("cuMemcpyHtoD")) {
        return code;
    }
    if (from == nullptr || !contains(to, bytes, DEVICE)) {
        return INVALID_VALUE;
    }
    submit(stream(nullptr), "cuMemcpyHtoD", [=] { copy(to, from, bytes); });
    return trouble();
}

API cuMemcpyDtoH_v2(void *to, const void *from, size_t bytes) {
    if (int code = enterContext("cuMemcpyDtoH")) {
        return code;
    }
    if (to == nullptr || !contains(from, bytes, DEVICE)) {
        return INVALID_VALUE;
    }
    submit(stream(nullptr), "cuMemcpyDtoH", [=] { copy(to, from, bytes); });
    return trouble();
}

// From page-locked memory the copy is made later; any other is read now, as CUDA stages it.
API cuMemcpyHtoDAsync_v2(void *to, const void *from, size_t bytes, void *handle) {
    if (int code = enterContext("cuMemcpyHtoDAsync")) {
        return code;
    }
    auto s = stream(handle);
    if (from == nullptr || !s || !contains(to, bytes, DEVICE)) {
        return s ? INVALID_VALUE : INVALID_HANDLE;
    }
    if (contains(from, bytes, HOST)) {
        submit(s, "cuMemcpyHtoDAsync", [=] { copy(to, from, bytes); });
    } else {
        auto staged = std::make_shared<std::vector<char>>(static_cast<const char *>(from),
                                                          static_cast<const char *>(from) + bytes);
        submit(s, "cuMemcpyHtoDAsync", [=] { copy(to, staged->data(), bytes); });
    }
    return SUCCESS;
}

// Into page-locked memory the copy is made later; into any other before the call returns.
API cuMemcpyDtoHAsync_v2(void *to, const void *from, size_t bytes, void *handle) {
    if (int code = enterContext("cuMemcpyDtoHAsync")) {
        return code;
    }
    auto s = stream(handle);
    if (to == nullptr || !s || !contains(from, bytes, DEVICE)) {
        return s ? INVALID_VALUE : INVALID_HANDLE;
    }
    submit(s, "cuMemcpyDtoHAsync", [=] { copy(to, from, bytes); });
    if (!contains(to, bytes, HOST)) {
        drain(s);
    }
    return SUCCESS;
}

API cuMemcpyDtoDAsync_v2(void *to, const void *from, size_t bytes, void *handle) {
    if (int code = enterContext("cuMemcpyDtoDAsync")) {
        return code;
    }
    auto s = stream(handle);
    if (!s || !contains(to, bytes, DEVICE) || !contains(from, bytes, DEVICE)) {
        return s ? INVALID_VALUE : INVALID_HANDLE;
    }
    submit(s, "cuMemcpyDtoDAsync", [=] { copy(to, from, bytes); });
    return SUCCESS;
}

API cuMemsetD8Async(void *to, unsigned char value, size_t count, void *handle) {
    if (int code = enterContext("cuMemsetD8Async")) {
        return code;
    }
    auto s = stream(handle);
    if (!s || !contains(to, count, DEVICE)) {
        return s ? INVALID_VALUE : INVALID_HANDLE;
    }
    submit(s, "cuMemsetD8Async", [=] { std::memset(to, value, count); });
    return SUCCESS;
}

API cuMemsetD32Async(unsigned *to, unsigned value, size_t count, void *handle) {
    if (int code = enterContext("cuMemsetD32Async")) {
        return code;
    }
    auto s = stream(handle);
    if (!s || !contains(to, 4 * count, DEVICE) || reinterpret_cast<uintptr_t>(to) % 4 != 0) {
        return s ? INVALID_VALUE : INVALID_HANDLE;
    }
    submit(s, "cuMemsetD32Async", [=] { std::fill(to, to + count, value); });
    return SUCCESS;
}

// --- modules and kernels ----------------------------------------------------------------------------------------

API cuModuleLoadData(void **module, const void *image) {
    if (int code = enterContext("cuModuleLoadData")) {
        return code;
    }
    const auto *header = static_cast<const ElfW(Ehdr) *>(image);
    if (image == nullptr || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) {
        return INVALID_IMAGE;
    }
    if (header->e_machine != EM_X86_64) {
        return NO_BINARY_FOR_GPU;
    }
    size_t bytes = header->e_shoff + size_t{header->e_shentsize} * header->e_shnum;
    int file = memfd_create("kernels", MFD_CLOEXEC);
    // the descriptor stays open as long as the library: its name must not be another one's
    std::string path = "/proc/self/fd/" + std::to_string(file);
    bool written = write(file, image, bytes) == static_cast<ssize_t>(bytes);
    void *library = written ? dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
    auto *kernels = library == nullptr ? nullptr : static_cast<const KernelEntry *>(dlsym(library, "emulatedKernels"));
    if (kernels == nullptr) {
        const char *reason = dlerror();
        complain(std::string("cuModuleLoadData: ") + (reason == nullptr ? "the image cannot be written" : reason));
        close(file);
        return INVALID_IMAGE;
    }
    std::shared_ptr<Module> loaded(new Module{file, library, kernels, threadLocalBytes(library)}, closeModule);
    std::lock_guard<std::mutex> hold(driver().lock);
    driver().modules[loaded.get()] = loaded;
    driver().owner[loaded.get()] = currentContext;
    *module = loaded.get();
    return SUCCESS;
}

API cuModuleUnload(void *handle) {
    if (int code = enterContext("cuModuleUnload")) {
        return code;
    }
    Driver &d = driver();
    std::lock_guard<std::mutex> hold(d.lock);
    if (d.modules.erase(handle) == 0) {
        return INVALID_HANDLE;
    }
    for (auto at = d.kernels.begin(); at != d.kernels.end();) {
        at = at->second->module.get() == handle ? d.kernels.erase(at) : std::next(at);
    }
    return SUCCESS;
}

API cuModuleGetFunction(void **function, void *handle, const char *name) {
    if (int code = enterContext("cuModuleGetFunction")) {
        return code;
    }
    Driver &d = driver();
    std::lock_guard<std::mutex> hold(d.lock);
    auto found = d.modules.find(handle);
    if (found == d.modules.end()) {
        return INVALID_HANDLE;
    }
    for (const KernelEntry *entry = found->second->kernels; entry->name != nullptr; entry++) {
        if (std::strcmp(entry->name, name) == 0) {
            auto kernel = std::make_unique<Kernel>(Kernel{found->second, entry, SHARED_DEFAULT});
            *function = kernel.get();
            d.kernels[kernel.get()] = std::move(kernel);
            return SUCCESS;
        }
    }
    return NOT_FOUND;
}

// A thread's registers are those of a middling kernel: the host's compiler knows nothing of them.
API cuFuncGetAttribute(int *value, int attribute, void *function) {
    if (int code = enterContext("cuFuncGetAttribute")) {
        return code;
    }
    const Kernel *kernel = find(driver().kernels, function);
    if (kernel == nullptr) {
        return INVALID_HANDLE;
    }
    const int values[] = {kernel->entry->maxThreads,
                          static_cast<int>(kernel->module->sharedBytes),
                          0,  // constant memory
                          0,  // local memory
                          32, // registers
                          80, // PTX version
                          80, // binary version
                          0,  // cache mode
                          kernel->dynamicSharedLimit};
    if (attribute < 0 || attribute > 8) {
        return INVALID_VALUE;
    }
    *value = values[attribute];
    return SUCCESS;
}

API cuFuncSetAttribute(void *function, int attribute, int value) {
    if (int code = enterContext("cuFuncSetAttribute")) {
        return code;
    }
    Kernel *kernel = find(driver().kernels, function);
    if (kernel == nullptr) {
        return INVALID_HANDLE;
    }
    bool preference = attribute == 9;  // how to split the cache: nothing to do
    bool fits = value >= 0 && static_cast<size_t>(value) + kernel->module->sharedBytes <= SHARED_OPT_IN;
    if (attribute == 8 && fits) {
        kernel->dynamicSharedLimit = value;
    }
    return preference || (attribute == 8 && fits) ? SUCCESS : INVALID_VALUE;
}

API cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, void *function, int threads, size_t sharedBytes) {
    if (int code = enterContext("cuOccupancyMaxActiveBlocksPerMultiprocessor")) {
        return code;
    }
    const Kernel *kernel = find(driver().kernels, function);
    if (kernel == nullptr || threads <= 0) {
        return kernel == nullptr ? INVALID_HANDLE : INVALID_VALUE;
    }
    size_t shared = kernel->module->sharedBytes + sharedBytes + 1024;
    int warpThreads = (threads + WARP - 1) / WARP * WARP;
    bool fits = threads <= kernel->entry->maxThreads && shared <= SHARED_PER_MULTIPROCESSOR;
    *blocks = fits ? std::min({BLOCKS_PER_MULTIPROCESSOR, THREADS_PER_MULTIPROCESSOR / warpThreads,
                               static_cast<int>(SHARED_PER_MULTIPROCESSOR / shared)})
                   : 0;
    return SUCCESS;
}

API cuLaunchKernel(void *function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,
                   unsigned blockZ, unsigned sharedBytes, void *handle, void **parameters, void **extra) {
    if (int code = enterContext("cuLaunchKernel")) {
        return code;
    }
    Kernel *kernel = find(driver().kernels, function);
    auto s = stream(handle);
    if (kernel == nullptr || !s || !isOfCurrent(kernel->module.get()) || !isOfCurrent(handle)) {
        return INVALID_HANDLE;
    }
    const KernelEntry &entry = *kernel->entry;
    if (gridX == 0 || gridX > 0x7fffffff || gridY != 1 || gridZ != 1 || blockX == 0
        || blockX > static_cast<unsigned>(entry.maxThreads) || blockY != 1 || blockZ != 1 || extra != nullptr
        || sharedBytes > static_cast<unsigned>(kernel->dynamicSharedLimit)
        || sharedBytes + kernel->module->sharedBytes > static_cast<size_t>(SHARED_OPT_IN)
        || (parameters == nullptr && entry.arguments > 0)) {
        return INVALID_VALUE;
    }
    auto launch = std::make_shared<Launch>();
    launch->module = kernel->module;
    launch->entry = &entry;
    launch->grid = gridX;
    launch->block = blockX;
    launch->sharedBytes = sharedBytes;
    // the arguments are the caller's only until this returns
    size_t bytes = 0;
    for (int i = 0; i < entry.arguments; i++) {
        bytes += (entry.argumentBytes[i] + 15) / 16 * 16;
    }
    launch->storage.reset(new char[bytes + 16]);
    launch->arguments.reset(new void *[entry.arguments + 1]);
    char *next = launch->storage.get();
    for (int i = 0; i < entry.arguments; i++) {
        if (parameters[i] == nullptr) {
            return INVALID_VALUE;
        }
        std::memcpy(next, parameters[i], entry.argumentBytes[i]);
        launch->arguments[i] = next;
        next += (entry.argumentBytes[i] + 15) / 16 * 16;
    }
    submit(s, std::string("kernel ") + entry.name, [launch] { run(*launch); });
    return SUCCESS;
}

// --- streams and events -----------------------------------------------------------------------------------------

API cuStreamCreate(void **handle, unsigned flags) {
    int code = enterContext("cuStreamCreate");
    if (code != SUCCESS || flags > 1) {
        return code != SUCCESS ? code : static_cast<int>(INVALID_VALUE);
    }
    *handle = openStream(flags == 0).get();
    std::lock_guard<std::mutex> hold(driver().lock);
    driver().owner[*handle] = currentContext;
    return SUCCESS;
}

API cuStreamSynchronize(void *handle) {
    if (int code = enterContext("cuStreamSynchronize")) {
        return code;
    }
    auto s = stream(handle);
    if (!s) {
        return INVALID_HANDLE;
    }
    drain(s);
    return trouble();
}

API cuStreamDestroy_v2(void *handle) {
    if (int code = enterContext("cuStreamDestroy")) {
        return code;
    }
    if (handle == nullptr || !stream(handle)) {
        return INVALID_HANDLE;
    }
    closeStream(handle);
    return SUCCESS;
}

API cuEventCreate(void **handle, unsigned) {
    if (int code = enterContext("cuEventCreate")) {
        return code;
    }
    auto event = std::make_shared<Event>();
    std::lock_guard<std::mutex> hold(driver().lock);
    driver().events[event.get()] = event;
    *handle = event.get();
    return SUCCESS;
}

API cuEventRecord(void *handle, void *streamHandle) {
    if (int code = enterContext("cuEventRecord")) {
        return code;
    }
    auto event = findEvent(handle);
    auto s = stream(streamHandle);
    if (!event || !s) {
        return INVALID_HANDLE;
    }
    long ticket;
    {
        std::lock_guard<std::mutex> hold(event->lock);
        ticket = ++event->recorded;
    }
    submitAlways(s, [event, ticket] {
        std::lock_guard<std::mutex> hold(event->lock);
        event->completed = std::max(event->completed.load(), ticket);
        event->time = std::chrono::steady_clock::now();
        event->changed.notify_all();
    });
    return SUCCESS;
}

API cuEventSynchronize(void *handle) {
    if (int code = enterContext("cuEventSynchronize")) {
        return code;
    }
    auto event = findEvent(handle);
    if (!event) {
        return INVALID_HANDLE;
    }
    event->wait(event->recorded);
    return trouble();
}

API cuStreamWaitEvent(void *streamHandle, void *handle, unsigned) {
    if (int code = enterContext("cuStreamWaitEvent")) {
        return code;
    }
    auto event = findEvent(handle);
    auto s = stream(streamHandle);
    if (!event || !s) {
        return INVALID_HANDLE;
    }
    submitAlways(s, [event, ticket = event->recorded.load()] { event->wait(ticket); });
    return SUCCESS;
}

API cuEventElapsedTime(float *milliseconds, void *from, void *to) {
    if (int code = enterContext("cuEventElapsedTime")) {
        return code;
    }
    auto start = findEvent(from), end = findEvent(to);
    if (!start || !end || start->recorded == 0 || end->recorded == 0) {
        return INVALID_HANDLE;
    }
    if (start->completed < start->recorded || end->completed < end->recorded) {
        return NOT_READY;
    }
    *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
    return SUCCESS;
}

API cuEventDestroy_v2(void *handle) {
    if (int code = enterContext("cuEventDestroy")) {
        return code;
    }
    std::lock_guard<std::mutex> hold(driver().lock);
    return driver().events.erase(handle) == 1 ? SUCCESS : INVALID_HANDLE;
}

// --- errors -----------------------------------------------------------------------------------------------------

namespace {

struct ErrorText {
    const char *name, *text;
};

const std::map<int, ErrorText> ERRORS = {
    {SUCCESS, {"CUDA_SUCCESS", "no error"}},
    {INVALID_VALUE, {"CUDA_ERROR_INVALID_VALUE", "invalid argument"}},
    {OUT_OF_MEMORY, {"CUDA_ERROR_OUT_OF_MEMORY", "out of memory"}},
    {NOT_INITIALIZED, {"CUDA_ERROR_NOT_INITIALIZED", "initialization error"}},
    {46, {"CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"}},
    {100, {"CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"}},
    {INVALID_DEVICE, {"CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"}},
    {INVALID_IMAGE, {"CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"}},
    {INVALID_CONTEXT, {"CUDA_ERROR_INVALID_CONTEXT", "invalid device context"}},
    {NO_BINARY_FOR_GPU, {"CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"}},
    {214, {"CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"}},
    {INVALID_HANDLE, {"CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"}},
    {NOT_FOUND, {"CUDA_ERROR_NOT_FOUND", "named symbol not found"}},
    {NOT_READY, {"CUDA_ERROR_NOT_READY", "device not ready"}},
    {ILLEGAL_ADDRESS, {"CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"}},
    {701, {"CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch"}},
    {702, {"CUDA_ERROR_LAUNCH_TIMEOUT", "the launch timed out and was terminated"}},
    {LAUNCH_FAILED, {"CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"}},
    {NOT_SUPPORTED, {"CUDA_ERROR_NOT_SUPPORTED", "operation not supported"}},
    {999, {"CUDA_ERROR_UNKNOWN", "unknown error"}},
};

}  // namespace

API cuGetErrorName(int code, const char **name) {
    auto found = ERRORS.find(code);
    *name = found == ERRORS.end() ? nullptr : found->second.name;
    return found == ERRORS.end() ? INVALID_VALUE : SUCCESS;
}

API cuGetErrorString(int code, const char **text) {
    auto found = ERRORS.find(code);
    *text = found == ERRORS.end() ? nullptr : found->second.text;
    return found == ERRORS.end() ? INVALID_VALUE : SUCCESS;
}
