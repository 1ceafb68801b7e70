// cuBLASLt and the part of cuBLAS that groups products.
#include <cstring>

#include "simulator.h"

using namespace sim;

namespace {

constexpr int kSuccess = 0, kInvalidValue = 7, kExecutionFailed = 13, kNotSupported = 15;
constexpr int kAlgorithms = 5;
// The third one suggested is the fastest: a search that took the first would lose 30 %.
constexpr double kSlowness[kAlgorithms] = {1.3, 1.15, 1.0, 1.6, 2.2};

struct Descriptor {
  std::map<int, std::vector<u8>> values;
  int type = 0;
  long rows = 0, columns = 0, stride = 0;
};

struct Algorithm {
  u64 id, unused[7];
};

struct Heuristic {
  Algorithm algorithm;
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};

std::function<void(long, std::vector<double>&)> rows_of(u64 weights, long k, int type) {
  return [=](long output, std::vector<double>& row) {
    for (long i = 0; i < k; ++i) row[i] = read(weights, output * k + i, type);
  };
}

int set(void* descriptor, int attribute, const void* value, size_t size) {
  if (attribute == 25 && size != 1) return kInvalidValue;
  const u8* bytes = static_cast<const u8*>(value);
  static_cast<Descriptor*>(descriptor)->values[attribute] = {bytes, bytes + size};
  return kSuccess;
}

int get(void* descriptor, int attribute, void* value, size_t size, size_t* written) {
  const auto& bytes = static_cast<Descriptor*>(descriptor)->values[attribute];
  if (bytes.size() != size) return kInvalidValue;
  std::memcpy(value, bytes.data(), size);
  *written = size;
  return kSuccess;
}

int version(int part, int* value) { *value = part == 0 ? 12 : part == 1 ? 8 : 0; return kSuccess; }

int multiply(u64 weights, u64 tokens, u64 result, long m, long n, long k, int type, int result_type, double slowness, const char* call) {
  const Fault fault = fault_of(call, m);
  if (fault == Fault::Refuse) return kNotSupported;
  if (fault == Fault::OutOfMemory) return 3;
  if (fault == Fault::Illegal || broken() != 0) return kExecutionFailed;
  const double bytes = static_cast<double>(n * k + m * k) * size_of(type) + static_cast<double>(m * n) * size_of(result_type);
  Product product{result, m, n, k, tokens, result_type, false, false, fault == Fault::Wrong, rows_of(weights, k, type), type, 0};
  launch_product(std::move(product), slowness * dense_seconds(2.0 * m * n * k, bytes, type), 420, "simulated_gemm_128x128");
  return kSuccess;
}

}  // namespace

SIM_EXPORT int cublasLtCreate(void** handle) { *handle = reinterpret_cast<void*>(1); return broken() != 0; }
SIM_EXPORT int cublasLtDestroy(void*) { return kSuccess; }
SIM_EXPORT int cublasLtGetProperty(int part, int* value) { return version(part, value); }
SIM_EXPORT int cublasLtMatmulDescCreate(void** d, int, int) { *d = new Descriptor; return kSuccess; }
SIM_EXPORT int cublasLtMatmulDescDestroy(void* d) { delete static_cast<Descriptor*>(d); return kSuccess; }
SIM_EXPORT int cublasLtMatmulDescSetAttribute(void* d, int a, const void* v, size_t s) { return set(d, a, v, s); }
SIM_EXPORT int cublasLtMatmulDescGetAttribute(void* d, int a, void* v, size_t s, size_t* w) { return get(d, a, v, s, w); }
SIM_EXPORT int cublasLtMatrixLayoutDestroy(void* d) { delete static_cast<Descriptor*>(d); return kSuccess; }
SIM_EXPORT int cublasLtMatrixLayoutSetAttribute(void* d, int a, const void* v, size_t s) { return set(d, a, v, s); }
SIM_EXPORT int cublasLtMatrixLayoutGetAttribute(void* d, int a, void* v, size_t s, size_t* w) { return get(d, a, v, s, w); }
SIM_EXPORT int cublasLtMatmulPreferenceCreate(void** d) { *d = new Descriptor; return kSuccess; }
SIM_EXPORT int cublasLtMatmulPreferenceDestroy(void* d) { delete static_cast<Descriptor*>(d); return kSuccess; }
SIM_EXPORT int cublasLtMatmulPreferenceSetAttribute(void* d, int a, const void* v, size_t s) { return set(d, a, v, s); }
SIM_EXPORT int cublasLtMatmulPreferenceGetAttribute(void* d, int a, void* v, size_t s, size_t* w) { return get(d, a, v, s, w); }

SIM_EXPORT int cublasLtMatrixLayoutCreate(void** d, int type, u64 rows, u64 columns, int64_t stride) {
  *d = new Descriptor{{}, type, static_cast<long>(rows), static_cast<long>(columns), static_cast<long>(stride)};
  return kSuccess;
}

SIM_EXPORT int cublasLtMatmulAlgoGetHeuristic(void*, void*, void*, void*, void*, void*, void* preference, int wanted, Heuristic* results, int* found) {
  // Without a workspace only slow algorithms remain.
  const bool workspace = static_cast<Descriptor*>(preference)->values.count(1) != 0;
  *found = 0;
  for (u64 id = 0; id < kAlgorithms && *found < wanted; ++id) {
    if (!workspace && kSlowness[id] < 1.2) continue;
    results[*found] = Heuristic{};
    results[*found].algorithm.id = id;
    results[*found].workspace = 4096;
    results[(*found)++].waves = 1;
  }
  return kSuccess;
}

SIM_EXPORT int cublasLtMatmulAlgoConfigGetAttribute(const Algorithm* algorithm, int attribute, void* value, size_t size, size_t* written) {
  const int number = attribute == 0 ? static_cast<int>(algorithm->id) : attribute == 2 ? 1 : 0;
  std::memcpy(value, &number, size);
  *written = size;
  return kSuccess;
}

SIM_EXPORT int cublasLtMatmul(void*, void*, const void*, u64 a, void* layout_a, u64 b, void* layout_b, const void*, u64, void*, u64 d, void* layout_d,
                              const Algorithm* algorithm, u64, size_t, void*) {
  const auto *w = static_cast<Descriptor*>(layout_a), *x = static_cast<Descriptor*>(layout_b), *y = static_cast<Descriptor*>(layout_d);
  return multiply(a, b, d, x->columns, w->columns, w->rows, w->type, y->type, kSlowness[algorithm->id], "cublasLtMatmul");
}

SIM_EXPORT int cublasGetProperty(int part, int* value) { return version(part, value); }
SIM_EXPORT int cublasCreate_v2(void** handle) { *handle = reinterpret_cast<void*>(1); return kSuccess; }
SIM_EXPORT int cublasDestroy_v2(void*) { return kSuccess; }
SIM_EXPORT int cublasSetStream_v2(void*, void*) { return kSuccess; }
SIM_EXPORT int cublasSetWorkspace_v2(void*, u64, size_t) { return kSuccess; }

SIM_EXPORT int cublasGemmGroupedBatchedEx(void*, const int*, const int*, const int* m, const int* n, const int* k, const void*, u64 a, int type, const int*, u64 b,
                                          int, const int*, const void*, u64 c, int result_type, const int*, int groups, const int*, int) {
  const u64 *weights = reinterpret_cast<u64*>(a), *tokens = reinterpret_cast<u64*>(b), *results = reinterpret_cast<u64*>(c);
  for (int g = 0; g < groups; ++g) {
    const int status = multiply(weights[g], tokens[g], results[g], n[g], m[g], k[g], type, result_type, 1.0, "cublasGemmGroupedBatchedEx");
    if (status != kSuccess) return status;
  }
  return kSuccess;
}
