// cuSPARSELt: objects are the caller's memory, compressed operands remember what they were made from.
#include <cstring>

#include "simulator.h"

using namespace sim;

namespace {

constexpr int kSuccess = 0, kInvalidValue = 3, kExecutionFailed = 6, kNotSupported = 10;
constexpr int kAlgorithms = 4;
constexpr double kSlowness[kAlgorithms] = {1.5, 1.2, 1.0, 1.9};

struct Matrix {
  long rows, columns;
  int type;
};

struct Matmul {
  Matrix weights, tokens, result;
  u64 bias;
};

struct Selection {
  int id, split;
};

struct Plan {
  Matmul matmul;
  Selection selection;
};

std::map<u64, std::vector<u8>>& sources() {
  static std::map<u64, std::vector<u8>> of_compressed;
  return of_compressed;
}

}  // namespace

SIM_EXPORT int cusparseLtGetProperty(int part, int* value) {
  const int version = static_cast<int>(planted("cusparselt", 801));
  *value = part == 0 ? version / 1000 : part == 1 ? version % 1000 / 100 : version % 100;
  return kSuccess;
}

SIM_EXPORT int cusparseLtInit(void*) { return broken() != 0; }
SIM_EXPORT int cusparseLtDestroy(void*) { return kSuccess; }

SIM_EXPORT int cusparseLtDenseDescriptorInit(void*, Matrix* m, int64_t rows, int64_t columns, int64_t, u32, int type, int) {
  *m = {rows, columns, type};
  return kSuccess;
}

SIM_EXPORT int cusparseLtStructuredDescriptorInit(void*, Matrix* m, int64_t rows, int64_t columns, int64_t, u32, int type, int, int) {
  *m = {rows, columns, type};
  return kSuccess;
}

SIM_EXPORT int cusparseLtMatDescriptorDestroy(Matrix*) { return kSuccess; }

SIM_EXPORT int cusparseLtMatmulDescriptorInit(void*, Matmul* matmul, int, int, Matrix* a, Matrix* b, Matrix*, Matrix* d, int) {
  *matmul = {*a, *b, *d, 0};
  return kSuccess;
}

SIM_EXPORT int cusparseLtMatmulDescSetAttribute(void*, Matmul* matmul, int attribute, const u64* value, size_t size) {
  if (attribute != 8 || size != sizeof(u64)) return kInvalidValue;
  matmul->bias = *value;
  return kSuccess;
}

SIM_EXPORT int cusparseLtMatmulAlgSelectionInit(void*, Selection* selection, Matmul*, int) { *selection = {0, 1}; return kSuccess; }
SIM_EXPORT int cusparseLtMatmulAlgSelectionDestroy(Selection*) { return kSuccess; }

SIM_EXPORT int cusparseLtMatmulAlgSetAttribute(void*, Selection* selection, int attribute, const int* value, size_t) {
  if (attribute == 0) selection->id = *value;
  if (attribute == 3) selection->split = *value;
  return kSuccess;
}

SIM_EXPORT int cusparseLtMatmulAlgGetAttribute(void*, Selection* selection, int attribute, int* value, size_t) {
  *value = attribute == 1 ? kAlgorithms : attribute == 0 ? selection->id : selection->split;
  return kSuccess;
}

SIM_EXPORT int cusparseLtMatmulPlanInit(void*, Plan* plan, Matmul* matmul, Selection* selection) {
  *plan = {*matmul, *selection};
  return selection->split > 4 ? kNotSupported : kSuccess;
}

SIM_EXPORT int cusparseLtMatmulPlanDestroy(Plan*) { return kSuccess; }
SIM_EXPORT int cusparseLtMatmulGetWorkspace(void*, Plan*, size_t* bytes) { *bytes = 8192; return kSuccess; }

SIM_EXPORT int cusparseLtSpMMACompressedSize(void*, Plan* plan, size_t* compressed, size_t* scratch) {
  const Matrix& w = plan->matmul.weights;
  *compressed = static_cast<size_t>(w.rows * w.columns * size_of(w.type)) * 9 / 16;
  *scratch = 4096;
  return kSuccess;
}

static bool is_zero(u64 address, long index, int size) {
  u32 bits = 0;
  std::memcpy(&bits, reinterpret_cast<const u8*>(address) + index * size, size);
  return bits == 0;
}

SIM_EXPORT int cusparseLtSpMMAPruneCheck(void*, Matmul* matmul, u64 operand, int* verdict, void*) {
  const Matrix& w = matmul->weights;
  Operation op;
  op.seconds = 5e-6;
  op.effect = [=] {
    // Like the library, it says nothing where all is well, and takes -0 for a weight.
    // 32-bit operands are kept 1:2.
    const int group = size_of(w.type) == 4 ? 2 : 4;
    for (long g = 0; g < w.rows * w.columns / group; ++g) {
      int kept = 0;
      for (int i = 0; i < group; ++i) kept += !is_zero(operand, group * g + i, size_of(w.type));
      if (kept > group / 2) *verdict = 1;
    }
  };
  timeline().enqueue(std::move(op));
  return kSuccess;
}

SIM_EXPORT int cusparseLtSpMMACompress(void*, Plan* plan, u64 dense, u64 compressed, u64, void*) {
  Operation op;
  op.seconds = 2e-5;
  const Matrix& w = plan->matmul.weights;
  op.effect = [=, bytes = w.rows * w.columns * size_of(w.type)] {
    const u8* from = reinterpret_cast<const u8*>(dense);
    sources()[compressed].assign(from, from + bytes);
  };
  timeline().enqueue(std::move(op));
  return kSuccess;
}

SIM_EXPORT int cusparseLtMatmul(void*, Plan* plan, const void*, u64 compressed, u64 b, const void*, u64, u64 d, u64, void**, int) {
  const Matmul& mm = plan->matmul;
  const long m = mm.tokens.columns, n = mm.weights.columns, k = mm.weights.rows;
  const int type = mm.weights.type;
  if (plan->selection.split < 0) fault_of("cusparseLtMatmul.segments", m);
  const Fault fault = fault_of(type == 2 ? "cusparseLtMatmul.fp16" : "cusparseLtMatmul", m);
  if (fault == Fault::Refuse) return kNotSupported;
  if (fault == Fault::OutOfMemory) return 2;
  if (fault == Fault::Illegal || broken() != 0) return kExecutionFailed;
  const double bytes = static_cast<double>(n * k) * size_of(type) * 9 / 16 + static_cast<double>(m * k) * size_of(type) + static_cast<double>(m * n) * size_of(mm.result.type);
  // 1.6 times as fast as dense, for less power.
  const double seconds = kSlowness[plan->selection.id] * dense_seconds(2.0 * m * n * k / 1.6, bytes, type) * (plan->selection.split > 1 ? 1.1 : 1.0);
  Product product{d, m, n, k, b, mm.result.type, false, false, fault == Fault::Wrong, nullptr, type, mm.bias};
  product.weights = [=](long output, std::vector<double>& row) {
    const u64 dense = reinterpret_cast<u64>(sources()[compressed].data());
    for (long i = 0; i < k; ++i) row[i] = read(dense, output * k + i, type);
  };
  launch_product(std::move(product), seconds, 380, "simulated_sparse_gemm_128x128");
  return kSuccess;
}
