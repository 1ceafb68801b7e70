#include <cmath>
#include <cstring>

#include <sys/mman.h>

#include "simulator.h"

namespace sim {
namespace {

float from_bf16(u16 bits) {
  const u32 wide = static_cast<u32>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, 4);
  return value;
}

u16 to_bf16(float value) {
  u32 bits;
  std::memcpy(&bits, &value, 4);
  return static_cast<u16>((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
}

double from_e4m3(u8 bits) {
  const int exponent = (bits >> 3) & 15, mantissa = bits & 7;
  const double value = exponent == 0 ? mantissa * 0x1p-9 : (1 + mantissa * 0.125) * std::ldexp(1.0, exponent - 7);
  return bits & 0x80 ? -value : value;
}

void compute(const Product& p, long first, long last) {
  if (p.rows) return p.rows(first, last);
  const u64 token = static_cast<u64>(p.k) * size_of(p.token_type);
  if (p.tokens_by_rows)
    memory().settle_columns(p.tokens, static_cast<u64>(p.m) * token, first, last);
  else
    memory().settle(p.tokens + static_cast<u64>(first) * token, static_cast<u64>(last - first) * token);
  std::vector<double> weights(p.k), inputs(p.k);
  std::vector<double> all((last - first) * p.k);
  for (long t = first; t < last; ++t)
    for (long i = 0; i < p.k; ++i)
      all[(t - first) * p.k + i] = read(p.tokens, p.tokens_by_rows ? i * p.m + t : t * p.k + i, p.token_type);
  for (long o = 0; o < p.n; ++o) {
    p.weights(o, weights);
    for (long t = first; t < last; ++t) {
      double sum = p.bias != 0 ? read(p.bias, o, p.result_type) : 0;
      const double* x = &all[(t - first) * p.k];
      for (long i = 0; i < p.k; ++i) sum += x[i] * weights[i];
      write(p.result, p.result_by_rows ? o * p.m + t : t * p.n + o, p.result_type, p.wrong ? sum + 1 + o : sum);
    }
  }
}

}  // namespace

int size_of(int type) {
  switch (type) {
    case 1: return 8;
    case 0: case 10: return 4;
    case 2: case 14: return 2;
    default: return 1;
  }
}

u8 to_e4m3(float value) {
  const float magnitude = std::fmin(std::fabs(value), 448.f);
  u8 best = 0;
  int exponent;
  std::frexp(magnitude, &exponent);
  if (magnitude >= 0x1p-6f) {
    const int biased = exponent - 1 + 7;
    int mantissa = static_cast<int>(std::nearbyint((std::ldexp(magnitude, 1 - exponent) - 1) * 8));
    best = static_cast<u8>((biased << 3) + mantissa);
  } else {
    best = static_cast<u8>(std::nearbyint(magnitude * 0x1p9f));
  }
  return value < 0 ? best | 0x80 : best;
}

double read(u64 address, long index, int type) {
  const u8* at = reinterpret_cast<const u8*>(address) + index * size_of(type);
  switch (type) {
    case 0: { float v; std::memcpy(&v, at, 4); return v; }
    case 1: { double v; std::memcpy(&v, at, 8); return v; }
    case 2: { _Float16 v; std::memcpy(&v, at, 2); return v; }
    case 3: return static_cast<signed char>(*at);
    case 10: { int v; std::memcpy(&v, at, 4); return v; }
    case 14: { u16 v; std::memcpy(&v, at, 2); return from_bf16(v); }
    default: return from_e4m3(*at);
  }
}

void write(u64 address, long index, int type, double value) {
  u8* at = reinterpret_cast<u8*>(address) + index * size_of(type);
  switch (type) {
    case 0: { const float v = static_cast<float>(value); std::memcpy(at, &v, 4); return; }
    case 1: { std::memcpy(at, &value, 8); return; }
    case 2: { const _Float16 v = static_cast<_Float16>(value); std::memcpy(at, &v, 2); return; }
    case 3: *at = static_cast<u8>(static_cast<signed char>(value)); return;
    case 10: { const int v = static_cast<int>(value); std::memcpy(at, &v, 4); return; }
    case 14: { const u16 v = to_bf16(static_cast<float>(value)); std::memcpy(at, &v, 2); return; }
    default: *at = to_e4m3(static_cast<float>(value));
  }
}

Memory& memory() {
  static Memory instance;
  return instance;
}

u64 Memory::capacity() const { return static_cast<u64>(planted("memory_mib", 256)) << 20; }

u64 Memory::allocate(u64 bytes) {
  if (used_ + bytes > capacity()) return 0;
  void* block = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return 0;
  // What small blocks held before is still there, as on a GPU that has been at work.
  if (bytes <= 4096) std::memset(block, 0xa5, bytes);
  used_ += bytes;
  blocks_[reinterpret_cast<u64>(block)] = bytes;
  return reinterpret_cast<u64>(block);
}

bool Memory::free(u64 address) {
  const auto block = blocks_.find(address);
  if (block == blocks_.end()) return false;
  overwrite(address, block->second);
  used_ -= block->second;
  munmap(reinterpret_cast<void*>(address), block->second);
  blocks_.erase(block);
  return true;
}

bool Memory::owns(u64 address) const {
  const auto after = blocks_.upper_bound(address);
  return after != blocks_.begin() && address < std::prev(after)->first + std::prev(after)->second;
}

// Others read memory that is not ours whenever they like, so there the result is due at once.
void Memory::remember(Product product) {
  if (owns(product.result))
    pending_[product.result] = std::move(product);
  else
    compute(product, 0, product.m);
}

void Memory::settle(u64 address, u64 bytes) {
  for (const auto& [result, product] : pending_) {
    const u64 size = static_cast<u64>(product.m * product.n) * size_of(product.result_type);
    if (result >= address + bytes || address >= result + size) continue;
    const u64 row = static_cast<u64>(product.n) * size_of(product.result_type);
    const u64 from = address > result ? address - result : 0, to = std::min(address + bytes, result + size) - result;
    if (product.result_by_rows)
      compute(product, 0, product.m);
    else
      compute(product, static_cast<long>(from / row), static_cast<long>((to + row - 1) / row));
  }
}

void Memory::settle_columns(u64 result, u64 bytes, long first, long last) {
  const auto pending = pending_.find(result);
  if (pending == pending_.end()) return settle(result, bytes);
  const Product& product = pending->second;
  if (product.columns)
    product.columns(first, last);
  else if (product.result_by_rows)
    compute(product, first, last);
  else
    compute(product, 0, product.m);
}

void Memory::overwrite(u64 address, u64 bytes) {
  for (auto at = pending_.begin(); at != pending_.end();)
    at = at->first >= address && at->first < address + bytes ? pending_.erase(at) : std::next(at);
}

}  // namespace sim
