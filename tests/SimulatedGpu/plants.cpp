#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include <unistd.h>

#include "simulator.h"

namespace sim {
namespace {

constexpr int kIllegalInstruction = 715, kUnknown = 999;

int g_broken = 0;

// Exists once the GPU was lost: processes that start later miss it too.
const char* lost_file() { return std::getenv("SIMULATED_GPU_LOST"); }

bool is_lost() { return lost_file() != nullptr && access(lost_file(), F_OK) == 0; }

}  // namespace

double planted(const char* name, double otherwise) {
  static std::map<std::string, double> values = [] {
    std::map<std::string, double> found;
    const char* text = std::getenv("SIMULATED_GPU");
    std::stringstream pairs(text == nullptr ? "" : text);
    for (std::string pair; std::getline(pairs, pair, ',');) {
      const size_t equals = pair.find('=');
      if (equals != std::string::npos) found[pair.substr(0, equals)] = std::strtod(pair.c_str() + equals + 1, nullptr);
    }
    return found;
  }();
  const auto value = values.find(name);
  return value == values.end() ? otherwise : value->second;
}

int broken() { return is_lost() ? kUnknown : g_broken; }

Fault fault_of(const char* call, long tokens) {
  const char* text = std::getenv("SIMULATED_GPU_FAULTS");
  std::stringstream faults(text == nullptr ? "" : text);
  for (std::string fault; std::getline(faults, fault, ';');) {
    std::stringstream parts(fault);
    std::string where, when, what;
    std::getline(parts, where, ':'), std::getline(parts, when, ':'), std::getline(parts, what, ':');
    if (where != call || (std::atol(when.c_str()) != tokens && std::atol(when.c_str()) != 0)) continue;
    if (what == "crash") std::raise(SIGSEGV);
    if (what == "hang") std::this_thread::sleep_for(std::chrono::hours(1));
    // A call that waits for the GPU cannot be captured.
    if (what == "wait" && timeline().capturing()) return Fault::Refuse;
    if (what == "wait") timeline().synchronize();
    if (what == "refuse") return Fault::Refuse;
    if (what == "oom") return Fault::OutOfMemory;
    if (what == "wrong") return Fault::Wrong;
    if (what == "illegal") g_broken = kIllegalInstruction;
    if (what == "lost" && lost_file() != nullptr) std::ofstream(lost_file()).put('x');
    if (what == "illegal" || what == "lost") return Fault::Illegal;
  }
  return Fault::None;
}

// 80 % of the tensor cores' rate, or of the memory's; plus what starting a kernel takes.
double dense_seconds(double flops, double bytes, int type) {
  const double per_clock = type == 3 || type == 28 ? 8192 : type == 0 ? 256 : 4096;
  const double compute = flops / (0.8 * per_clock * kMultiprocessors * kMaxHertz), traffic = bytes / (0.8 * kMemoryBandwidth);
  return 1.5e-6 + (compute > traffic ? compute : traffic);
}

void launch_product(Product product, double seconds, double watts, const char* kernel) {
  Operation op;
  op.seconds = seconds;
  op.watts = watts;
  op.kernel = kernel;
  op.effect = [product] { memory().remember(product); };
  timeline().enqueue(std::move(op));
  // Whoever owns the result knows nothing of the stream and may read it as soon as the call returns.
  if (!memory().owns(product.result) && !timeline().capturing()) timeline().synchronize();
}

}  // namespace sim
