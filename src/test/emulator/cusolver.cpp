// libcusolver.so.11: those calls of cuSOLVER that Warpmix makes, by plain loops. Matrices are column-major.
#include <cmath>
#include <cstdint>

#include "device.hpp"

#define API extern "C" EXPORTED int

namespace {

enum Status : int { OK = 0, NOT_INITIALISED = 1, INVALID = 3, EXECUTION_FAILED = 6, UNSUPPORTED = 9 };
enum { LOWER = 0 };

enum { NON_UNIT = 0, REAL_DOUBLE = 1 };

struct Handle {
    void *stream = nullptr;
};

// what the 64-bit calls ask for beside the matrix: too little is found out, none is used
constexpr size_t HOST_BYTES = 16;

size_t deviceBytes(int64_t n) {
    return 8 * static_cast<size_t>(n);
}

int enter(const char *call, const void *handle) {
    if (int code = emulator::injected(call)) {
        return code;
    }
    return emulator::trouble() ? EXECUTION_FAILED : handle == nullptr ? NOT_INITIALISED : OK;
}

// A = L L', L over the lower triangle of A; the order of the first leading minor that is not positive, or 0
int factorise(int64_t n, double *a, int64_t lda) {
    for (int64_t j = 0; j < n; j++) {
        double *column = a + size_t(j) * lda;
        for (int64_t k = 0; k < j; k++) {
            const double *left = a + size_t(k) * lda;
            for (int64_t i = j; i < n; i++) {
                column[i] -= left[i] * left[j];
            }
        }
        if (!(column[j] > 0)) {
            return static_cast<int>(j + 1);
        }
        double pivot = std::sqrt(column[j]);
        column[j] = pivot;
        for (int64_t i = j + 1; i < n; i++) {
            column[i] /= pivot;
        }
    }
    return 0;
}

// L^-1 in place of L; the upper triangle is left alone
void invert(int64_t n, double *l, int64_t lda) {
    for (int64_t j = n - 1; j >= 0; j--) {
        double *column = l + size_t(j) * lda;
        double inverse = 1 / column[j];
        for (int64_t i = n - 1; i > j; i--) {
            double sum = 0;
            for (int64_t k = j + 1; k <= i; k++) {
                sum += l[i + size_t(k) * lda] * column[k];
            }
            column[i] = -sum * inverse;
        }
        column[j] = inverse;
    }
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

API cusolverDnCreateParams(void **params) {
    if (int code = emulator::injected("cusolverDnCreateParams")) {
        return code;
    }
    *params = new char;
    return OK;
}

API cusolverDnDestroyParams(void *params) {
    delete static_cast<char *>(params);
    return OK;
}

API cusolverDnXpotrf_bufferSize(void *handle, void *params, int fill, int64_t n, int type, const void *, int64_t lda,
                                int computeType, size_t *onDevice, size_t *onHost) {
    if (int code = enter("cusolverDnXpotrf_bufferSize", handle)) {
        return code;
    }
    if (params == nullptr || fill != LOWER || n < 0 || lda < (n > 1 ? n : 1) || type != REAL_DOUBLE || computeType != type) {
        return INVALID;
    }
    *onDevice = deviceBytes(n);
    *onHost = HOST_BYTES;
    return OK;
}

API cusolverDnXpotrf(void *handle, void *params, int fill, int64_t n, int type, void *a, int64_t lda, int computeType,
                     void *bufferOnDevice, size_t onDevice, void *bufferOnHost, size_t onHost, int *info) {
    if (int code = enter("cusolverDnXpotrf", handle)) {
        return code;
    }
    if (params == nullptr || fill != LOWER || n < 0 || lda < (n > 1 ? n : 1) || type != REAL_DOUBLE || computeType != type
        || onDevice < deviceBytes(n) || !emulator::contains(bufferOnDevice, onDevice, emulator::DEVICE)
        || bufferOnHost == nullptr || onHost < HOST_BYTES) {
        return INVALID;
    }
    auto stream = emulator::stream(static_cast<Handle *>(handle)->stream);
    if (!stream) {
        return EXECUTION_FAILED;
    }
    emulator::submit(stream, "cusolverDnXpotrf", [=] { *info = factorise(n, static_cast<double *>(a), lda); });
    return OK;
}

API cusolverDnXtrtri_bufferSize(void *handle, int fill, int diagonal, int64_t n, int type, const void *, int64_t lda,
                                size_t *onDevice, size_t *onHost) {
    if (int code = enter("cusolverDnXtrtri_bufferSize", handle)) {
        return code;
    }
    if (fill != LOWER || diagonal != NON_UNIT || n < 0 || lda < (n > 1 ? n : 1) || type != REAL_DOUBLE) {
        return INVALID;
    }
    *onDevice = deviceBytes(n);
    *onHost = HOST_BYTES;
    return OK;
}

API cusolverDnXtrtri(void *handle, int fill, int diagonal, int64_t n, int type, void *a, int64_t lda, void *bufferOnDevice,
                     size_t onDevice, void *bufferOnHost, size_t onHost, int *info) {
    if (int code = enter("cusolverDnXtrtri", handle)) {
        return code;
    }
    if (fill != LOWER || diagonal != NON_UNIT || n < 0 || lda < (n > 1 ? n : 1) || type != REAL_DOUBLE
        || onDevice < deviceBytes(n) || !emulator::contains(bufferOnDevice, onDevice, emulator::DEVICE)
        || bufferOnHost == nullptr || onHost < HOST_BYTES) {
        return INVALID;
    }
    auto stream = emulator::stream(static_cast<Handle *>(handle)->stream);
    if (!stream) {
        return EXECUTION_FAILED;
    }
    emulator::submit(stream, "cusolverDnXtrtri", [=] {
        invert(n, static_cast<double *>(a), lda);
        *info = 0;
    });
    return OK;
}
