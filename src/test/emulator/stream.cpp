// Streams of the emulated device: each is a host thread that works through a queue.
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "device.hpp"

namespace emulator {

struct Stream {
    explicit Stream(bool blocking) : blocking(blocking) {}

    const bool blocking;
    std::mutex lock;
    std::condition_variable changed;
    std::deque<std::function<void()>> queue;
    size_t unfinished = 0;
    bool closing = false;
    std::thread worker;
};

namespace {

// Where a thread's work goes on when what it runs for the device cannot.
struct Rescue {
    sigjmp_buf point;
    int code;
    std::string message;
};

// In the handler of a signal this must not be made on first use, hence `initial-exec`.
__thread Rescue *rescue __attribute__((tls_model("initial-exec")));

struct Registry {
    std::mutex lock;
    std::map<void *, std::shared_ptr<Stream>> streams;
    std::shared_ptr<Stream> standard;
};

Registry &registry() {
    static Registry &it = *new Registry;
    return it;
}

constexpr int SIGNALS[] = {SIGSEGV, SIGBUS, SIGFPE};
struct sigaction before[NSIG];

// The JVM uses these signals too: what does not come from the device's work is passed on to it.
void onSignal(int signal, siginfo_t *info, void *context) {
    if (rescue != nullptr) {
        char text[120];
        std::snprintf(text, sizeof text,
                      signal == SIGFPE ? "an integer was divided by zero (at %p)"
                                       : "the address %p is outside of all memory, or the stack ran over",
                      info->si_addr);
        trap(ILLEGAL_ADDRESS, text);
    }
    const struct sigaction &old = before[signal];
    if (old.sa_flags & SA_SIGINFO) {
        old.sa_sigaction(signal, info, context);
    } else if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) {
        old.sa_handler(signal);
    } else {
        ::signal(signal, SIG_DFL);
    }
}

void takeSignals() {
    // Not std::call_once: it asks for thread-local data of libstdc++ at a fixed place, which this library does not have
    // where another, such as DuckDB, was the first to load it.
    [[maybe_unused]] static const bool taken = [] {
        for (int signal : SIGNALS) {
            sigaction(signal, nullptr, &before[signal]);
            struct sigaction ours = before[signal];
            ours.sa_flags |= SA_SIGINFO | SA_ONSTACK;
            ours.sa_sigaction = onSignal;
            sigaction(signal, &ours, nullptr);
        }
        return true;
    }();
}

void runGuarded(const std::string &what, const std::function<void()> &work) {
    Rescue here;
    here.code = SUCCESS;
    if (sigsetjmp(here.point, 1) == 0) {
        rescue = &here;
        work();
    }
    rescue = nullptr;
    if (here.code != SUCCESS) {
        fail(here.code, what + ": " + here.message);
    }
}

void serve(const std::shared_ptr<Stream> &stream) {
    sigset_t all;
    sigfillset(&all);
    for (int signal : SIGNALS) {
        sigdelset(&all, signal);
    }
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    std::vector<char> handlerStack(64 << 10);
    stack_t alternative = {};
    alternative.ss_sp = handlerStack.data();
    alternative.ss_size = handlerStack.size();
    sigaltstack(&alternative, nullptr);

    std::unique_lock<std::mutex> hold(stream->lock);
    for (;;) {
        stream->changed.wait(hold, [&] { return !stream->queue.empty() || stream->closing; });
        if (stream->queue.empty()) {
            break;
        }
        {
            std::function<void()> work = std::move(stream->queue.front());
            stream->queue.pop_front();
            hold.unlock();
            work();
        }
        hold.lock();
        stream->unfinished--;
        stream->changed.notify_all();
    }
    alternative.ss_flags = SS_DISABLE;
    sigaltstack(&alternative, nullptr);
}

std::vector<std::shared_ptr<Stream>> openStreams(bool onlyBlocking) {
    std::lock_guard<std::mutex> hold(registry().lock);
    std::vector<std::shared_ptr<Stream>> found;
    for (const auto &entry : registry().streams) {
        if (entry.second->blocking || !onlyBlocking) {
            found.push_back(entry.second);
        }
    }
    return found;
}

}  // namespace

std::shared_ptr<Stream> stream(void *handle) {
    if (handle == nullptr) {
        std::lock_guard<std::mutex> hold(registry().lock);
        std::shared_ptr<Stream> &standard = registry().standard;
        if (!standard) {
            standard = std::make_shared<Stream>(false);
            takeSignals();
            standard->worker = std::thread(serve, standard);
        }
        return standard;
    }
    std::lock_guard<std::mutex> hold(registry().lock);
    auto found = registry().streams.find(handle);
    return found == registry().streams.end() ? nullptr : found->second;
}

std::shared_ptr<Stream> openStream(bool blocking) {
    takeSignals();
    auto opened = std::make_shared<Stream>(blocking);
    opened->worker = std::thread(serve, opened);
    std::lock_guard<std::mutex> hold(registry().lock);
    registry().streams[opened.get()] = opened;
    return opened;
}

void closeStream(void *handle) {
    std::shared_ptr<Stream> closed = stream(handle);
    {
        std::lock_guard<std::mutex> hold(registry().lock);
        registry().streams.erase(handle);
    }
    {
        std::lock_guard<std::mutex> hold(closed->lock);
        closed->closing = true;
    }
    closed->changed.notify_all();
    closed->worker.join();
}

void closeStreams() {
    for (const auto &open : openStreams(false)) {
        closeStream(open.get());
    }
    drain(stream(nullptr));
}

void submitAlways(const std::shared_ptr<Stream> &stream, std::function<void()> work) {
    // the default stream takes turns with the blocking ones, as CUDA's does; here it also waits for its own work
    bool standard = stream == emulator::stream(nullptr);
    if (standard) {
        for (const auto &other : openStreams(true)) {
            drain(other);
        }
    }
    {
        std::lock_guard<std::mutex> hold(stream->lock);
        stream->queue.push_back(std::move(work));
        stream->unfinished++;
    }
    stream->changed.notify_all();
    if (standard) {
        drain(stream);
    }
}

void submit(const std::shared_ptr<Stream> &stream, const std::string &what, std::function<void()> work) {
    submitAlways(stream, [what, work = std::move(work)] {
        if (trouble() == SUCCESS) {
            runGuarded(what, work);
        }
    });
}

void drain(const std::shared_ptr<Stream> &stream) {
    std::unique_lock<std::mutex> hold(stream->lock);
    stream->changed.wait(hold, [&] { return stream->unfinished == 0; });
}

void drainAll() {
    for (const auto &open : openStreams(false)) {
        drain(open);
    }
    drain(stream(nullptr));
}

void trap(int code, const std::string &message) {
    if (rescue == nullptr) {
        std::fprintf(stderr, "emulated device: outside of the device's work: %s\n", message.c_str());
        std::abort();
    }
    rescue->code = code;
    rescue->message = message;
    siglongjmp(rescue->point, 1);
}

}  // namespace emulator
