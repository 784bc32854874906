// How the emulated device runs a kernel: block after block; a block's threads are fibres, which switch only where
// they wait for each other. A thread that never waits leaves its fibre to the next one, so that a kernel without
// barriers runs on a single stack.
#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>

#include <cstring>
#include <string>
#include <vector>

#include "device.hpp"

// The same as in shim.h.
struct uint3 {
    unsigned x, y, z;
};
struct EmulatedThread {
    uint3 thread, block, blockDim, gridDim;
    void *shared;
};
extern "C" EXPORTED __thread EmulatedThread emulatedThread __attribute__((tls_model("initial-exec")));
__thread EmulatedThread emulatedThread;

// Saves this fibre's registers on its stack and its stack pointer in *from, and goes on with the fibre of `to`.
extern "C" void emulatedSwitch(void **from, void *to);
asm(R"(
    .text
    .hidden emulatedSwitch
    .globl emulatedSwitch
    .type emulatedSwitch, @function
emulatedSwitch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size emulatedSwitch, . - emulatedSwitch
)");

namespace emulator {
namespace {

constexpr size_t STACK = 128 << 10;
constexpr size_t GUARD = 4096;

struct Fibre {
    char *stack = nullptr;
    void *pointer = nullptr;

    void prepare();
};

enum Doing { NEW, READY, AT_WARP, AT_BLOCK, ENDED };

struct Thread {
    Doing doing = NEW;
    Fibre *fibre = nullptr;
    // of the shuffle that it waits in
    unsigned mask = 0;
    unsigned source = 0;
    unsigned long long value = 0;
};

// What a host thread runs blocks with; its stacks stay for the next launch.
class Runner {
public:
    Runner();
    ~Runner();
    Runner(const Runner &) = delete;
    void operator=(const Runner &) = delete;

    void run(const Launch &launch);
    void wait(Doing what);
    [[noreturn]] void work();

    Thread &current() { return threads[running]; }

private:
    void runBlock();
    void resume(unsigned thread);
    bool meet(unsigned first, unsigned last);
    void exchange(unsigned first, unsigned mask);
    [[noreturn]] void stuck();

    const Launch *launch = nullptr;
    std::vector<Thread> threads;
    unsigned running = 0;
    std::vector<Fibre *> fibres;
    std::vector<Fibre *> idle;
    void *scheduler = nullptr;
    char *shared = nullptr;
};

__thread Runner *active;

void fibreMain() {
    active->work();
}

void Fibre::prepare() {
    void **top = reinterpret_cast<void **>(stack + GUARD + STACK);
    *--top = nullptr;  // returns nowhere, and keeps the stack aligned
    *--top = reinterpret_cast<void *>(&fibreMain);
    for (int registers = 0; registers < 6; registers++) {
        *--top = nullptr;
    }
    pointer = top;
}

Runner::Runner() {
    // page, shared memory, page: an index out of its range is found out
    char *pages = static_cast<char *>(mmap(nullptr, SHARED_OPT_IN + 2 * GUARD, PROT_NONE,
                                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    shared = pages + GUARD;
    mprotect(shared, SHARED_OPT_IN, PROT_READ | PROT_WRITE);
}

Runner::~Runner() {
    munmap(shared - GUARD, SHARED_OPT_IN + 2 * GUARD);
    for (Fibre *fibre : fibres) {
        munmap(fibre->stack, GUARD + STACK);
        delete fibre;
    }
}

// The block's static shared memory: the thread-local variables of the program, in this host thread.
void *staticShared(const Module &module) {
    dlsym(module.library, "emulatedShared");  // makes them, on first use in this thread
    void *start = nullptr;
    dlinfo(module.library, RTLD_DI_TLS_DATA, &start);
    return start;
}

void Runner::run(const Launch &next) {
    launch = &next;
    threads.resize(next.block);
    // a launch that failed has left its fibres in the middle of it
    idle = fibres;
    for (Fibre *fibre : fibres) {
        fibre->prepare();
    }
    unsigned bytes = (next.sharedBytes + 15) / 16 * 16;
    emulatedThread.shared = shared + SHARED_OPT_IN - bytes;
    emulatedThread.gridDim = {next.grid, 1, 1};
    emulatedThread.blockDim = {next.block, 1, 1};
    emulatedThread.thread = emulatedThread.block = {0, 0, 0};
    void *fixed = staticShared(*next.module);
    for (unsigned block = 0; block < next.grid; block++) {
        emulatedThread.block.x = block;
        std::memset(fixed, 0xff, next.module->sharedBytes);
        std::memset(emulatedThread.shared, 0xff, bytes);
        runBlock();
    }
}

void Runner::runBlock() {
    for (Thread &thread : threads) {
        thread = Thread();
    }
    unsigned count = static_cast<unsigned>(threads.size());
    for (;;) {
        unsigned ended = 0, waiting = 0;
        for (unsigned first = 0; first < count; first += WARP) {
            unsigned last = first + WARP < count ? first + WARP : count;
            do {
                for (unsigned i = first; i < last; i++) {
                    if (threads[i].doing == NEW || threads[i].doing == READY) {
                        resume(i);
                    }
                }
            } while (meet(first, last));
            for (unsigned i = first; i < last; i++) {
                ended += threads[i].doing == ENDED;
                waiting += threads[i].doing == AT_BLOCK;
            }
        }
        if (ended == count) {
            return;
        }
        if (waiting != count) {
            stuck();
        }
        for (Thread &thread : threads) {
            thread.doing = READY;
        }
    }
}

void Runner::resume(unsigned index) {
    Thread &thread = threads[index];
    if (thread.doing == NEW) {
        if (idle.empty()) {
            void *stack = mmap(nullptr, GUARD + STACK, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (stack == MAP_FAILED) {
                trap(OUT_OF_MEMORY, "no memory for the stacks of a block's threads");
            }
            mprotect(stack, GUARD, PROT_NONE);
            idle.push_back(new Fibre);
            idle.back()->stack = static_cast<char *>(stack);
            idle.back()->prepare();
            fibres.push_back(idle.back());
        }
        thread.fibre = idle.back();
        idle.pop_back();
    }
    running = index;
    emulatedThread.thread.x = index;
    emulatedSwitch(&scheduler, thread.fibre->pointer);
}

// Runs in a fibre: the thread that is given to it, those after it that nobody has begun, then waits for another.
void Runner::work() {
    for (;;) {
        launch->entry->call(launch->arguments.get());
        Fibre *fibre = current().fibre;
        unsigned next = running + 1;
        if (next < threads.size() && threads[next].doing == NEW) {
            current().doing = ENDED;
            threads[next].fibre = fibre;
            running = emulatedThread.thread.x = next;
        } else {
            idle.push_back(fibre);
            wait(ENDED);
        }
    }
}

void Runner::wait(Doing what) {
    Thread &thread = current();
    thread.doing = what;
    emulatedSwitch(&thread.fibre->pointer, scheduler);
}

// Lets those threads of a warp go on that have met at a shuffle: all that a mask names, but for those that have ended.
bool Runner::meet(unsigned first, unsigned last) {
    bool met = false;
    for (unsigned i = first; i < last; i++) {
        if (threads[i].doing != AT_WARP) {
            continue;
        }
        unsigned mask = threads[i].mask;
        bool complete = true;
        for (unsigned other = first; other < last; other++) {
            const Thread &thread = threads[other];
            bool named = mask >> (other - first) & 1;
            complete &= !named || thread.doing == ENDED || (thread.doing == AT_WARP && thread.mask == mask);
        }
        if (complete) {
            exchange(first, mask);
            met = true;
        }
    }
    return met;
}

void Runner::exchange(unsigned first, unsigned mask) {
    unsigned long long given[WARP];
    for (unsigned lane = 0; lane < WARP; lane++) {
        bool takesPart = mask >> lane & 1 && first + lane < threads.size() && threads[first + lane].doing == AT_WARP;
        given[lane] = takesPart ? threads[first + lane].value : ~0ull;
    }
    for (unsigned lane = 0; lane < WARP && first + lane < threads.size(); lane++) {
        Thread &thread = threads[first + lane];
        if (mask >> lane & 1 && thread.doing == AT_WARP) {
            thread.value = thread.source < WARP ? given[thread.source] : ~0ull;
            thread.doing = READY;
        }
    }
}

void Runner::stuck() {
    unsigned counts[5] = {};
    for (const Thread &thread : threads) {
        counts[thread.doing]++;
    }
    trap(LAUNCH_FAILED, "block " + std::to_string(emulatedThread.block.x) + " waits for ever: of its "
                                + std::to_string(threads.size()) + " threads " + std::to_string(counts[AT_BLOCK])
                                + " are at __syncthreads(), " + std::to_string(counts[AT_WARP])
                                + " at a shuffle or __syncwarp(), " + std::to_string(counts[ENDED]) + " have ended");
}

}  // namespace

void run(const Launch &launch) {
    static thread_local Runner runner;
    active = &runner;
    runner.run(launch);
}

}  // namespace emulator

extern "C" EXPORTED void emulatedBarrier() {
    emulator::active->wait(emulator::AT_BLOCK);
}

extern "C" EXPORTED unsigned long long emulatedShuffle(unsigned mask, unsigned long long value, unsigned source) {
    using namespace emulator;
    Thread &thread = active->current();
    if ((mask >> (emulatedThread.thread.x % WARP) & 1) == 0) {
        trap(LAUNCH_FAILED, "a thread shuffles with a mask that does not name it");
    }
    thread.mask = mask;
    thread.source = source;
    thread.value = value;
    active->wait(AT_WARP);
    return thread.value;
}
