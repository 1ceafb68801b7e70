// A GPU that does not exist, for tests: the entry points of NVIDIA's libraries that the profiler binds, with device memory
// on the host, products computed when they are read, and times, clocks and power from a plain model. Its name says what it
// is, so that nothing measured on it can be taken for a measurement.
//
// SIMULATED_GPU plants its properties (name=value, separated by commas), SIMULATED_GPU_FAULTS its faults
// (call:tokens:fault, separated by semicolons; tokens 0 is any).
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#define SIM_EXPORT extern "C" __attribute__((visibility("default")))

namespace sim {

using u8 = unsigned char;
using u16 = uint16_t;
using u32 = uint32_t;
using u64 = uint64_t;

constexpr int kMultiprocessors = 8;
constexpr double kMaxHertz = 1.98e9, kIdleHertz = 0.345e9, kMemoryBandwidth = 4e11;
constexpr const char* kName = "Simulated GPU (for tests; not a measurement)";

double planted(const char* name, double otherwise);

// Seconds since the process started.
double now();

// What an operation takes and draws, and what it does when its turn comes.
struct Operation {
  double seconds = 0;
  double watts = 0;  // 0: the multiprocessors are idle
  std::string kernel;
  std::function<void()> effect;
  volatile u32* hold = nullptr;  // the stream waits until this word is set
  volatile u32* gave_up = nullptr;
  double hold_limit = 0;
  double* time = nullptr;  // an event: where its moment goes
  u64* stamp = nullptr;    // nanoseconds and cycles
};

// The one stream: operations queue up and run when somebody waits for them. The timeline is exact; waiting is real.
class Timeline {
 public:
  void enqueue(Operation op);
  void synchronize();
  void begin_capture();
  std::vector<Operation> end_capture();
  bool capturing() const { return capturing_; }
  // Joules that the board has drawn since the process started, cycles of SM 0, nanoseconds under the power cap.
  double energy(double time);
  double cycles(double time);
  double capped_ns(double time);
  bool busy(double time, double* hertz, bool* capped);

 private:
  struct Stretch {
    double from, to, watts, hertz;
    double energy, cycles, capped;  // accumulated above idle until `from`
    bool capped_by_power;
  };
  double advance(const Operation& op, double start);
  const Stretch* last_before(double time);
  void append(double from, double to, double watts, double hertz, bool capped);

  std::mutex gate_;
  std::vector<Stretch> stretches_;
  std::vector<Operation> queue_, captured_;
  bool capturing_ = false;
  double end_ = 0, loaded_since_ = 0;
  u64 noise_ = 1;
};
Timeline& timeline();

// Products and what moves rows are remembered when they run and computed row by row when their result is read.
struct Product {
  u64 result;
  long m, n, k;  // tokens, outputs, inputs
  u64 tokens;
  int result_type;
  bool result_by_rows, tokens_by_rows;  // by rows: [outputs, tokens] and [inputs, tokens] with tokens contiguous
  bool wrong = false;
  std::function<void(long output, std::vector<double>& weights)> weights;
  int token_type;
  u64 bias = 0;  // one number an output, of the result's type
  std::function<void(long first, long last)> rows = nullptr;     // in place of a product: writes these rows of the result
  std::function<void(long first, long last)> columns = nullptr;  // where that can be done too: these columns
};

class Memory {
 public:
  u64 allocate(u64 bytes);
  bool free(u64 address);
  u64 used() const { return used_; }
  bool owns(u64 address) const;
  u64 capacity() const;
  void remember(Product product);
  // Computes what is pending within the range.
  void settle(u64 address, u64 bytes);
  // Computes what is pending of a whole result, these columns of it at least.
  void settle_columns(u64 result, u64 bytes, long first, long last);
  // Forgets products whose results are overwritten.
  void overwrite(u64 address, u64 bytes);

 private:
  std::map<u64, u64> blocks_;
  std::map<u64, Product> pending_;
  u64 used_ = 0;
};
Memory& memory();

double read(u64 address, long index, int type);
void write(u64 address, long index, int type, double value);
int size_of(int type);
u8 to_e4m3(float value);

// What a fault does to this call: crash, hang, wait and lost happen here; the rest is for the caller.
enum class Fault { None, Refuse, Illegal, OutOfMemory, Wrong };
Fault fault_of(const char* call, long tokens);
// The driver's status while the context is broken or the GPU is gone; 0 while all is well.
int broken();

double dense_seconds(double flops, double bytes, int type);
void launch_product(Product product, double seconds, double watts, const char* kernel);

}  // namespace sim
