// libcublas.so.12: those calls of cuBLAS that Warpmix makes, by plain loops. Matrices are column-major.
#include <cstdint>

#include "device.hpp"

#define API extern "C" EXPORTED int

namespace {

enum Status : int { OK = 0, NO_HANDLE = 1, INVALID = 7, EXECUTION_FAILED = 13, UNSUPPORTED = 15 };
enum { NO_TRANSPOSE = 0, TRANSPOSE = 1 };
enum { LEFT = 0, RIGHT = 1, LOWER = 0, NON_UNIT = 0, POINTERS_ON_HOST = 0 };

struct Handle {
    void *stream = nullptr;
};

int enter(const char *call, const void *handle) {
    if (int code = emulator::injected(call)) {
        return code;
    }
    return emulator::trouble() ? EXECUTION_FAILED : handle == nullptr ? NO_HANDLE : OK;
}

// y += a x, n entries
void add(int n, double a, const double *x, double *y) {
    for (int i = 0; i < n; i++) {
        y[i] += a * x[i];
    }
}

// C = alpha op(A) op(B) + beta C; C is not read where beta is 0
void multiply(bool transA, bool transB, int m, int n, int k, double alpha, const double *a, int lda, const double *b,
              int ldb, double beta, double *c, int ldc) {
    for (int j = 0; j < n; j++) {
        double *column = c + size_t(j) * ldc;
        for (int i = 0; i < m; i++) {
            column[i] = beta == 0 ? 0 : beta * column[i];
        }
        for (int l = 0; l < k && !transA; l++) {
            add(m, alpha * (transB ? b[j + size_t(l) * ldb] : b[l + size_t(j) * ldb]), a + size_t(l) * lda, column);
        }
        for (int i = 0; i < m && transA; i++) {
            double sum = 0;
            for (int l = 0; l < k; l++) {
                sum += a[l + size_t(i) * lda] * (transB ? b[j + size_t(l) * ldb] : b[l + size_t(j) * ldb]);
            }
            column[i] += alpha * sum;
        }
    }
}

// B = alpha B L'^-1
void solveRight(int m, int n, double alpha, const double *l, int lda, double *b, int ldb) {
    for (int j = 0; j < n; j++) {
        double *x = b + size_t(j) * ldb;
        for (int i = 0; i < m; i++) {
            x[i] *= alpha;
        }
        for (int k = 0; k < j; k++) {
            add(m, -l[j + size_t(k) * lda], b + size_t(k) * ldb, x);
        }
        for (int i = 0; i < m; i++) {
            x[i] /= l[j + size_t(j) * lda];
        }
    }
}

// B = alpha op(L)^-1 B
void solve(bool transposed, int m, int n, double alpha, const double *l, int lda, double *b, int ldb) {
    for (int j = 0; j < n; j++) {
        double *x = b + size_t(j) * ldb;
        for (int i = 0; i < m; i++) {
            x[i] *= alpha;
        }
        for (int i = 0; i < m && !transposed; i++) {
            x[i] /= l[i + size_t(i) * lda];
            add(m - i - 1, -x[i], l + i + 1 + size_t(i) * lda, x + i + 1);
        }
        for (int i = m - 1; i >= 0 && transposed; i--) {
            for (int k = i + 1; k < m; k++) {
                x[i] -= l[k + size_t(i) * lda] * x[k];
            }
            x[i] /= l[i + size_t(i) * lda];
        }
    }
}

int submit(const void *handle, const char *what, std::function<void()> work) {
    auto stream = emulator::stream(static_cast<const Handle *>(handle)->stream);
    if (!stream) {
        return EXECUTION_FAILED;
    }
    emulator::submit(stream, what, std::move(work));
    return OK;
}

}  // namespace

API cublasCreate_v2(void **handle) {
    if (int code = emulator::injected("cublasCreate")) {
        return code;
    }
    if (emulator::trouble()) {
        return NO_HANDLE;
    }
    *handle = new Handle;
    return OK;
}

API cublasDestroy_v2(void *handle) {
    if (int code = enter("cublasDestroy", handle)) {
        return code;
    }
    delete static_cast<Handle *>(handle);
    return OK;
}

API cublasSetStream_v2(void *handle, void *stream) {
    if (int code = enter("cublasSetStream", handle)) {
        return code;
    }
    static_cast<Handle *>(handle)->stream = stream;
    return OK;
}

API cublasGetVersion_v2(void *, int *version) {
    *version = 120600;
    return OK;
}

API cublasGetProperty(int type, int *value) {
    const int version[] = {12, 6, 0};
    *value = type >= 0 && type < 3 ? version[type] : 0;
    return type >= 0 && type < 3 ? OK : INVALID;
}

API cublasGetPointerMode_v2(void *handle, int *mode) {
    *mode = POINTERS_ON_HOST;
    return handle == nullptr ? NO_HANDLE : OK;
}

API cublasSetPointerMode_v2(void *handle, int mode) {
    return handle == nullptr ? NO_HANDLE : mode == POINTERS_ON_HOST ? OK : UNSUPPORTED;
}

API cublasDgemmStridedBatched(void *handle, int transA, int transB, int m, int n, int k, const double *alpha,
                              const double *a, int lda, long long strideA, const double *b, int ldb,
                              long long strideB, const double *beta, double *c, int ldc, long long strideC,
                              int count) {
    if (int code = enter("cublasDgemmStridedBatched", handle)) {
        return code;
    }
    auto atLeast = [](int x) { return x > 1 ? x : 1; };
    bool operations = (transA == NO_TRANSPOSE || transA == TRANSPOSE) && (transB == NO_TRANSPOSE || transB == TRANSPOSE);
    // matrices of C that overlap would be written by several at once
    bool apart = count <= 1 || strideC >= static_cast<long long>(ldc) * (n - 1) + m;
    if (!operations || m < 0 || n < 0 || k < 0 || count < 0 || lda < atLeast(transA ? k : m)
        || ldb < atLeast(transB ? n : k) || ldc < atLeast(m) || strideA < 0 || strideB < 0 || !apart
        || alpha == nullptr || beta == nullptr) {
        return INVALID;
    }
    if (m == 0 || n == 0 || count == 0) {
        return OK;
    }
    return submit(handle, "cublasDgemmStridedBatched", [=, alpha = *alpha, beta = *beta] {
        for (int batch = 0; batch < count; batch++) {
            multiply(transA, transB, m, n, k, alpha, a + batch * strideA, lda, b + batch * strideB, ldb, beta,
                     c + batch * strideC, ldc);
        }
    });
}

API cublasDtrsmBatched(void *handle, int side, int fill, int transposed, int diagonal, int m, int n,
                       const double *alpha, const double *const *a, int lda, double *const *b, int ldb, int count) {
    if (int code = enter("cublasDtrsmBatched", handle)) {
        return code;
    }
    if (side != LEFT || fill != LOWER || diagonal != NON_UNIT) {
        emulator::complain("cublasDtrsmBatched: only left, lower, non-unit");
        return UNSUPPORTED;
    }
    if (m < 0 || n < 0 || count < 0 || lda < (m > 1 ? m : 1) || ldb < (m > 1 ? m : 1) || alpha == nullptr
        || (transposed != NO_TRANSPOSE && transposed != TRANSPOSE)) {
        return INVALID;
    }
    if (m == 0 || n == 0 || count == 0) {
        return OK;
    }
    return submit(handle, "cublasDtrsmBatched", [=, alpha = *alpha] {
        for (int batch = 0; batch < count; batch++) {
            solve(transposed, m, n, alpha, a[batch], lda, b[batch], ldb);
        }
    });
}

API cublasDtrsv_v2_64(void *handle, int fill, int transposed, int diagonal, int64_t n, const double *l, int64_t lda, double *x,
                      int64_t step) {
    if (int code = enter("cublasDtrsv", handle)) {
        return code;
    }
    if (fill != LOWER || diagonal != NON_UNIT || step != 1) {
        emulator::complain("cublasDtrsv: only lower, non-unit, without gaps");
        return UNSUPPORTED;
    }
    if (n < 0 || lda < (n > 1 ? n : 1) || (transposed != NO_TRANSPOSE && transposed != TRANSPOSE)) {
        return INVALID;
    }
    if (n == 0) {
        return OK;
    }
    return submit(handle, "cublasDtrsv", [=] {
        solve(transposed, static_cast<int>(n), 1, 1, l, static_cast<int>(lda), x, static_cast<int>(n));
    });
}

API cublasDgemm_v2_64(void *handle, int transA, int transB, int64_t m, int64_t n, int64_t k, const double *alpha,
                      const double *a, int64_t lda, const double *b, int64_t ldb, const double *beta, double *c,
                      int64_t ldc) {
    if (int code = enter("cublasDgemm", handle)) {
        return code;
    }
    auto atLeast = [](int64_t x) { return x > 1 ? x : 1; };
    bool operations = (transA == NO_TRANSPOSE || transA == TRANSPOSE) && (transB == NO_TRANSPOSE || transB == TRANSPOSE);
    if (!operations || m < 0 || n < 0 || k < 0 || lda < atLeast(transA ? k : m) || ldb < atLeast(transB ? n : k)
        || ldc < atLeast(m) || alpha == nullptr || beta == nullptr) {
        return INVALID;
    }
    if (m == 0 || n == 0) {
        return OK;
    }
    return submit(handle, "cublasDgemm", [=, alpha = *alpha, beta = *beta] {
        multiply(transA, transB, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), alpha, a,
                 static_cast<int>(lda), b, static_cast<int>(ldb), beta, c, static_cast<int>(ldc));
    });
}

API cublasDtrsm_v2_64(void *handle, int side, int fill, int transposed, int diagonal, int64_t m, int64_t n,
                      const double *alpha, const double *l, int64_t lda, double *b, int64_t ldb) {
    if (int code = enter("cublasDtrsm", handle)) {
        return code;
    }
    if (fill != LOWER || diagonal != NON_UNIT || side != (transposed == TRANSPOSE ? RIGHT : LEFT)) {
        emulator::complain("cublasDtrsm: only lower, non-unit, from the left as it is or from the right transposed");
        return UNSUPPORTED;
    }
    int64_t order = side == LEFT ? m : n;
    if (m < 0 || n < 0 || lda < (order > 1 ? order : 1) || ldb < (m > 1 ? m : 1) || alpha == nullptr) {
        return INVALID;
    }
    if (m == 0 || n == 0) {
        return OK;
    }
    return submit(handle, "cublasDtrsm", [=, alpha = *alpha] {
        if (side == LEFT) {
            solve(false, static_cast<int>(m), static_cast<int>(n), alpha, l, static_cast<int>(lda), b, static_cast<int>(ldb));
        } else {
            solveRight(static_cast<int>(m), static_cast<int>(n), alpha, l, static_cast<int>(lda), b, static_cast<int>(ldb));
        }
    });
}
