// cuSPARSE: CSR, BSR and Blocked-ELL times dense.
#include "simulator.h"

using namespace sim;

namespace {

constexpr int kSuccess = 0, kInvalidValue = 3, kExecutionFailed = 6, kNotSupported = 10;
constexpr int kCsr = 1, kBlockedEll = 5, kBsr = 6, kRowOrder = 2;

struct Sparse {
  int format, type;
  long rows, columns, stored, block, ell_columns;
  const int *offsets, *indices;
  u64 values;
};

struct Dense {
  long rows, columns;
  u64 values;
  int type, order;
};

void row_of(const Sparse& s, long row, std::vector<double>& out) {
  std::fill(out.begin(), out.end(), 0.0);
  if (s.format == kCsr) {
    for (int i = s.offsets[row]; i < s.offsets[row + 1]; ++i) out[s.indices[i]] = read(s.values, i, s.type);
    return;
  }
  const long block_row = row / s.block, within = row % s.block;
  if (s.format == kBsr) {
    for (int b = s.offsets[block_row]; b < s.offsets[block_row + 1]; ++b)
      for (long c = 0; c < s.block; ++c) out[s.indices[b] * s.block + c] = read(s.values, (b * s.block + within) * s.block + c, s.type);
    return;
  }
  const long per_row = s.ell_columns / s.block;
  for (long b = 0; b < per_row; ++b) {
    const int column = s.indices[block_row * per_row + b];
    for (long c = 0; column >= 0 && c < s.block; ++c) out[column * s.block + c] = read(s.values, row * s.ell_columns + b * s.block + c, s.type);
  }
}

// Each nonzero costs far more than on tensor cores, which plants a break-even density.
double seconds_of(const Sparse& s, long tokens) {
  const double dense = dense_seconds(2.0 * s.rows * s.columns * tokens, 0, s.type);
  const double density = static_cast<double>(s.stored) / (static_cast<double>(s.rows) * s.columns);
  return 3e-6 + dense * density / planted(s.format == kCsr ? "csr_break_even" : "block_break_even", s.format == kCsr ? 0.05 : 0.35);
}

}  // namespace

SIM_EXPORT int cusparseGetProperty(int part, int* value) { *value = part == 0 ? 12 : part == 1 ? 5 : 0; return kSuccess; }
SIM_EXPORT int cusparseCreate(void** handle) { *handle = reinterpret_cast<void*>(1); return broken() != 0; }
SIM_EXPORT int cusparseDestroy(void*) { return kSuccess; }
SIM_EXPORT int cusparseSetStream(void*, void*) { return kSuccess; }
SIM_EXPORT int cusparseDestroySpMat(void* matrix) { delete static_cast<Sparse*>(matrix); return kSuccess; }
SIM_EXPORT int cusparseDestroyDnMat(void* matrix) { delete static_cast<Dense*>(matrix); return kSuccess; }

SIM_EXPORT int cusparseCreateCsr(void** m, int64_t rows, int64_t columns, int64_t nonzeros, u64 offsets, u64 indices, u64 values, int, int, int, int type) {
  *m = new Sparse{kCsr, type, rows, columns, nonzeros, 1, 0, reinterpret_cast<int*>(offsets), reinterpret_cast<int*>(indices), values};
  return kSuccess;
}

SIM_EXPORT int cusparseCreateBsr(void** m, int64_t rows, int64_t columns, int64_t blocks, int64_t block, int64_t, u64 offsets, u64 indices, u64 values, int, int,
                                 int, int type, int) {
  *m = new Sparse{kBsr, type, rows * block, columns * block, blocks * block * block, block, 0, reinterpret_cast<int*>(offsets), reinterpret_cast<int*>(indices), values};
  return kSuccess;
}

SIM_EXPORT int cusparseCreateBlockedEll(void** m, int64_t rows, int64_t columns, int64_t block, int64_t ell_columns, u64 indices, u64 values, int, int, int type) {
  if (rows % block != 0) return kInvalidValue;
  *m = new Sparse{kBlockedEll, type, rows, columns, rows * ell_columns, block, ell_columns, nullptr, reinterpret_cast<int*>(indices), values};
  return kSuccess;
}

SIM_EXPORT int cusparseCreateDnMat(void** m, int64_t rows, int64_t columns, int64_t, u64 values, int type, int order) {
  if (order != 1 && order != kRowOrder) return kInvalidValue;
  *m = new Dense{rows, columns, values, type, order};
  return kSuccess;
}

SIM_EXPORT int cusparseSpMM_bufferSize(void*, int, int, const void*, void*, void*, const void*, void*, int, int, size_t* bytes) { *bytes = 1024; return kSuccess; }
SIM_EXPORT int cusparseSpMM_preprocess(void*, int, int, const void*, void*, void*, const void*, void*, int, int, u64) { return kSuccess; }

SIM_EXPORT int cusparseSpMM(void*, int, int, const void*, void* sparse, void* dense, const void*, void* result, int, int algorithm, u64) {
  const Sparse& s = *static_cast<Sparse*>(sparse);
  const Dense &x = *static_cast<Dense*>(dense), &y = *static_cast<Dense*>(result);
  const bool by_rows = x.order == kRowOrder;
  const Fault any = fault_of("cusparseSpMM", x.columns);
  const Fault fault = any != Fault::None ? any : fault_of(by_rows ? "cusparseSpMM_row_order" : "cusparseSpMM_column_order", x.columns);
  if (fault == Fault::Refuse || (s.format == kBsr && planted("no_bsr", 0) != 0)) return kNotSupported;
  if (fault == Fault::OutOfMemory) return 2;
  if (fault == Fault::Illegal || broken() != 0) return kExecutionFailed;
  // The second algorithm is the better one; with tokens contiguous products are faster still, on real ones up to ten times.
  const double factor = (algorithm == 0 ? 1.2 : 1.0) * (by_rows ? planted("row_order", 0.8) : 1.0);
  Product product{y.values, x.columns, s.rows, s.columns, x.values, y.type, y.order == kRowOrder, by_rows, fault == Fault::Wrong,
                  [s](long row, std::vector<double>& out) { row_of(s, row, out); }, x.type, 0};
  launch_product(std::move(product), factor * seconds_of(s, x.columns), 260, "simulated_spmm");
  return kSuccess;
}
