// libcusolver.so.11: those calls of cuSOLVER that Warpmix makes, by plain loops. Matrices are column-major.
#include <cmath>

#include "device.hpp"

#define API extern "C" EXPORTED int

namespace {

enum Status : int { OK = 0, NOT_INITIALISED = 1, INVALID = 3, EXECUTION_FAILED = 6, UNSUPPORTED = 9 };
enum { LOWER = 0 };

struct Handle {
    void *stream = nullptr;
};

int enter(const char *call, const void *handle) {
    if (int code = emulator::injected(call)) {
        return code;
    }
    return emulator::trouble() ? EXECUTION_FAILED : handle == nullptr ? NOT_INITIALISED : OK;
}

// A = L L', L over the lower triangle of A; the order of the first leading minor that is not positive, or 0
int factorise(int n, double *a, int lda) {
    for (int j = 0; j < n; j++) {
        double *column = a + size_t(j) * lda;
        for (int k = 0; k < j; k++) {
            const double *left = a + size_t(k) * lda;
            for (int i = j; i < n; i++) {
                column[i] -= left[i] * left[j];
            }
        }
        if (!(column[j] > 0)) {
            return j + 1;
        }
        double pivot = std::sqrt(column[j]);
        column[j] = pivot;
        for (int i = j + 1; i < n; i++) {
            column[i] /= pivot;
        }
    }
    return 0;
}

}  // namespace

API cusolverDnCreate(void **handle) {
    if (int code = emulator::injected("cusolverDnCreate")) {
        return code;
    }
    if (emulator::trouble()) {
        return NOT_INITIALISED;
    }
    *handle = new Handle;
    return OK;
}

API cusolverDnDestroy(void *handle) {
    if (int code = enter("cusolverDnDestroy", handle)) {
        return code;
    }
    delete static_cast<Handle *>(handle);
    return OK;
}

API cusolverDnSetStream(void *handle, void *stream) {
    if (int code = enter("cusolverDnSetStream", handle)) {
        return code;
    }
    static_cast<Handle *>(handle)->stream = stream;
    return OK;
}

API cusolverDnDpotrfBatched(void *handle, int fill, int n, double **a, int lda, int *info, int count) {
    if (int code = enter("cusolverDnDpotrfBatched", handle)) {
        return code;
    }
    if (fill != LOWER) {
        emulator::complain("cusolverDnDpotrfBatched: only the lower triangle");
        return UNSUPPORTED;
    }
    if (n < 0 || lda < (n > 1 ? n : 1) || count < 0) {
        return INVALID;
    }
    auto stream = emulator::stream(static_cast<Handle *>(handle)->stream);
    if (!stream) {
        return EXECUTION_FAILED;
    }
    emulator::submit(stream, "cusolverDnDpotrfBatched", [=] {
        for (int batch = 0; batch < count; batch++) {
            info[batch] = factorise(n, a[batch], lda);
        }
    });
    return OK;
}

API cusolverDnDpotrf_bufferSize(void *handle, int fill, int n, double *, int lda, int *doubles) {
    if (int code = enter("cusolverDnDpotrf_bufferSize", handle)) {
        return code;
    }
    if (fill != LOWER || n < 0 || lda < (n > 1 ? n : 1)) {
        return INVALID;
    }
    *doubles = n; // none is used, but too little is found out
    return OK;
}

API cusolverDnDpotrf(void *handle, int fill, int n, double *a, int lda, double *work, int doubles, int *info) {
    if (int code = enter("cusolverDnDpotrf", handle)) {
        return code;
    }
    if (fill != LOWER || n < 0 || lda < (n > 1 ? n : 1) || doubles < n
        || !emulator::contains(work, 8 * size_t(doubles), emulator::DEVICE)) {
        return INVALID;
    }
    auto stream = emulator::stream(static_cast<Handle *>(handle)->stream);
    if (!stream) {
        return EXECUTION_FAILED;
    }
    emulator::submit(stream, "cusolverDnDpotrf", [=] { *info = factorise(n, a, lda); });
    return OK;
}
