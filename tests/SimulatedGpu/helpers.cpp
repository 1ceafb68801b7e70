// The harness's own kernels (HelperKernels.cu) as the host computes them.
#include <cmath>
#include <cstring>
#include <random>

#include "simulator.h"

using namespace sim;

namespace {

constexpr double kLaunch = 1.2e-6;

u64 word(void** arguments, int index) { return *static_cast<u64*>(arguments[index]); }

int type_of(const std::string& name) {
  const std::string suffix = name.substr(name.rfind('_') + 1);
  return suffix == "bf16" ? 14 : suffix == "fp16" ? 2 : suffix == "int8" ? 3 : suffix == "fp8" ? 28 : 0;
}

void fill(u64 target, u64 count, int type, u32 seed, float deviation) {
  memory().overwrite(target, count * size_of(type));
  std::mt19937 bits(seed);
  std::normal_distribution<float> normal(0, deviation);
  for (u64 i = 0; i < count; ++i) {
    const float value = normal(bits);
    write(target, static_cast<long>(i), type, type == 3 ? std::nearbyint(std::fmin(std::fmax(value, -127.f), 127.f)) : value);
  }
}

void prune(u64 target, u64 groups, int group, int size, bool integer) {
  auto magnitude = [&](u64 index) -> u32 {
    u32 bits = 0;
    std::memcpy(&bits, reinterpret_cast<u8*>(target) + index * size, size);
    if (integer) return std::abs(static_cast<int>(static_cast<signed char>(bits)));
    return bits & (0x7fffffffu >> (32 - 8 * size));
  };
  for (u64 g = 0; g < groups; ++g) {
    u32 m[4];
    for (int i = 0; i < group; ++i) m[i] = magnitude(group * g + i);
    for (int i = 0; i < group; ++i) {
      int larger = 0;
      for (int j = 0; j < group; ++j) larger += m[j] > m[i] || (m[j] == m[i] && j < i);
      if (larger >= group / 2) std::memset(reinterpret_cast<u8*>(target) + (group * g + i) * size, 0, size);
    }
  }
}

void reference(void** a) {
  static constexpr int types[] = {0, 14, 2, 3, 28};
  const u64 w = word(a, 0), x = word(a, 1);
  const u32* rows = reinterpret_cast<u32*>(word(a, 2));
  const long count = static_cast<u32>(word(a, 3)), outputs = static_cast<long>(word(a, 4)), k = static_cast<long>(word(a, 5));
  const int type = types[word(a, 6)];
  double* y = reinterpret_cast<double*>(word(a, 7));
  std::vector<double> tokens(count * k), weights(k);
  for (long r = 0; r < count; ++r) {
    memory().settle(x + static_cast<u64>(rows[r] * k) * size_of(type), static_cast<u64>(k) * size_of(type));
    for (long i = 0; i < k; ++i) tokens[r * k + i] = read(x, rows[r] * k + i, type);
  }
  for (long o = 0; o < outputs; ++o) {
    for (long i = 0; i < k; ++i) weights[i] = read(w, o * k + i, type);
    for (long r = 0; r < count; ++r) {
      double sum = 0;
      for (long i = 0; i < k; ++i) sum += tokens[r * k + i] * weights[i];
      y[r * outputs + o] = sum;
    }
  }
}

int row_type(const std::string& name) { return name.ends_with("bf16") ? 14 : name.ends_with("fp16") ? 2 : 0; }

// Rows of `words` 16-byte words; what they are made of is computed when they are read.
Product moved(u64 result, u64 rows, u64 words, std::function<void(long, long)> write_rows) {
  return Product{result, static_cast<long>(rows), static_cast<long>(words * 4), 0, 0, 0, false, false, false, nullptr, 0, 0, std::move(write_rows)};
}

Product gathered(void** a) {
  const u64 tokens = word(a, 0), result = word(a, 2), bytes = word(a, 4) * 16;
  const u32* sources = reinterpret_cast<const u32*>(word(a, 1));
  return moved(result, word(a, 3), word(a, 4), [=](long first, long last) {
    for (long r = first; r < last; ++r) {
      if (sources[r] == ~0u) continue;
      memory().settle(tokens + sources[r] * bytes, bytes);
      std::memcpy(reinterpret_cast<u8*>(result) + r * bytes, reinterpret_cast<const u8*>(tokens) + sources[r] * bytes, bytes);
    }
  });
}

Product combined(const std::string& name, void** a) {
  const u64 results = word(a, 0), y = word(a, 3), choices = word(a, 5), bytes = word(a, 6) * 16;
  const u32* places = reinterpret_cast<const u32*>(word(a, 1));
  const float* gates = reinterpret_cast<const float*>(word(a, 2));
  const int type = row_type(name);
  const long width = static_cast<long>(bytes) / size_of(type);
  return moved(y, word(a, 4), word(a, 6), [=](long first, long last) {
    for (long t = first; t < last; ++t) {
      std::vector<double> sum(width);
      for (u64 j = t * choices; j < (t + 1) * choices; ++j) {
        memory().settle(results + places[j] * bytes, bytes);
        for (long i = 0; i < width; ++i) sum[i] += gates[j] * read(results + places[j] * bytes, i, type);
      }
      for (long i = 0; i < width; ++i) write(y + t * bytes, i, type, sum[i]);
    }
  });
}

// [rows, columns] becomes [columns, rows], of which any part can be computed by itself.
Product transposed(int size, void** a) {
  const u64 source = word(a, 0), target = word(a, 1);
  const long rows = static_cast<long>(word(a, 2)), columns = static_cast<long>(word(a, 3));
  const auto copy = [=](long first_row, long last_row, long first_column, long last_column) {
    for (long r = first_row; r < last_row; ++r)
      for (long c = first_column; c < last_column; ++c)
        std::memcpy(reinterpret_cast<u8*>(target) + (c * rows + r) * size, reinterpret_cast<const u8*>(source) + (r * columns + c) * size, size);
  };
  Product product = moved(target, columns, 0, [=](long first, long last) {
    memory().settle_columns(source, static_cast<u64>(rows * columns * size), first, last);
    copy(0, rows, first, last);
  });
  product.n = rows;
  product.result_type = size == 2 ? 14 : 0;
  product.columns = [=](long first, long last) {
    memory().settle(source + static_cast<u64>(first * columns * size), static_cast<u64>((last - first) * columns * size));
    copy(first, last, 0, columns);
  };
  return product;
}

}  // namespace

void run_helper(const std::string& name, u32 grid, void** a) {
  Operation op;
  op.kernel = name;
  op.seconds = kLaunch;
  if (name == "sp_block") {
    op.hold = reinterpret_cast<volatile u32*>(word(a, 0));
    op.gave_up = reinterpret_cast<volatile u32*>(word(a, 1));
    op.hold_limit = word(a, 2) * 1e-9;
  } else if (name == "sp_burn") {
    op.seconds = word(a, 0) * 1e-9;
    op.watts = grid == 1 ? 95 : 290;
  } else if (name == "sp_stamp") {
    op.seconds = 0;
    op.stamp = reinterpret_cast<u64*>(word(a, 0));
  } else if (name == "sp_flush") {
    op.seconds += word(a, 1) * 16.0 / kMemoryBandwidth;
    op.watts = 150;
  } else if (name.starts_with("sp_fill_")) {
    float deviation;
    const u32 bits = static_cast<u32>(word(a, 3));
    std::memcpy(&deviation, &bits, 4);
    op.effect = [=, target = word(a, 0), count = word(a, 1), seed = static_cast<u32>(word(a, 2))] { fill(target, count, type_of(name), seed, deviation); };
  } else if (name == "sp_prune12_32") {
    op.effect = [=, target = word(a, 0), pairs = word(a, 1)] { prune(target, pairs, 2, 4, false); };
  } else if (name.starts_with("sp_prune24_")) {
    const int size = name == "sp_prune24_32" ? 4 : name == "sp_prune24_16" ? 2 : 1;
    op.effect = [=, target = word(a, 0), quads = word(a, 1)] { prune(target, quads, 4, size, name == "sp_prune24_int8"); };
  } else if (name == "sp_gather" || name.starts_with("sp_combine_")) {
    const bool gathers = name == "sp_gather";
    const u64 rows = word(a, gathers ? 3 : 4), bytes = word(a, gathers ? 4 : 6) * 16, read = gathers ? 1 : word(a, 5);
    op.seconds += static_cast<double>(rows * bytes * (1 + read)) / kMemoryBandwidth;
    op.watts = 150;
    op.effect = [product = gathers ? gathered(a) : combined(name, a)] { memory().remember(product); };
  } else if (name.starts_with("sp_transpose_")) {
    const int size = name == "sp_transpose_32" ? 4 : 2;
    op.seconds += 2.0 * static_cast<double>(word(a, 2) * word(a, 3)) * size / kMemoryBandwidth;
    op.watts = 150;
    op.effect = [product = transposed(size, a)] { memory().remember(product); };
  } else if (name == "sp_reference") {
    u64 words[8];
    for (int i = 0; i < 8; ++i) words[i] = word(a, i);
    op.effect = [=]() mutable {
      void* pointers[8];
      for (int i = 0; i < 8; ++i) pointers[i] = &words[i];
      reference(pointers);
    };
  }
  const bool shared = name.starts_with("sp_transpose_") && !memory().owns(word(a, 1));
  timeline().enqueue(std::move(op));
  if (shared && !timeline().capturing()) timeline().synchronize();
}

// NVRTC: what it "compiles" is known by name alone.
SIM_EXPORT const char* nvrtcGetErrorString(int) { return "NVRTC_ERROR"; }
SIM_EXPORT int nvrtcVersion(int* major, int* minor) { *major = 12, *minor = 8; return 0; }
SIM_EXPORT int nvrtcGetNumSupportedArchs(int* count) { *count = 1; return 0; }
SIM_EXPORT int nvrtcGetSupportedArchs(int* archs) { *archs = 90; return 0; }
SIM_EXPORT int nvrtcCreateProgram(void** program, const char*, const char*, int, const char**, const char**) { *program = reinterpret_cast<void*>(1); return 0; }
SIM_EXPORT int nvrtcDestroyProgram(void**) { return 0; }
SIM_EXPORT int nvrtcCompileProgram(void*, int, const char**) { return 0; }
SIM_EXPORT int nvrtcGetCUBINSize(void*, size_t* size) { *size = 4; return 0; }
SIM_EXPORT int nvrtcGetCUBIN(void*, char* image) { std::memcpy(image, "\x7f" "ELF", 4); return 0; }
SIM_EXPORT int nvrtcGetProgramLogSize(void*, size_t* size) { *size = 1; return 0; }
SIM_EXPORT int nvrtcGetProgramLog(void*, char* log) { *log = 0; return 0; }
