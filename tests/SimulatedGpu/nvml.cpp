// NVML: a counter that moves in steps and a power that lags, as planted.
#include <cmath>
#include <cstring>

#include "simulator.h"

using namespace sim;

namespace {

constexpr int kSuccess = 0, kNotSupported = 3, kLost = 15;

struct Field {
  u32 id, scope;
  long long timestamp, latency;
  int kind, status;
  union { double real; u32 word; u64 wide; } value;
};

int checked(int status = kSuccess) { return broken() == 999 ? kLost : status; }

double stepped(double time, double period) { return std::floor(time / period) * period; }

// Mean power of a window that ended `delay` ago, held for an update period.
double power(double window) {
  const double period = planted("power_period_s", 0.1);
  const double end = std::fmax(window, stepped(now(), period) - planted("power_delay_s", 0));
  return (timeline().energy(end) - timeline().energy(end - window)) / window;
}

u64 counter() { return static_cast<u64>(1e3 * timeline().energy(stepped(now(), planted("counter_period_s", 0.1)))); }

}  // namespace

SIM_EXPORT int nvmlInit_v2() { return planted("no_nvml", 0) != 0 ? 9 : 0; }
SIM_EXPORT int nvmlShutdown() { return 0; }
SIM_EXPORT const char* nvmlErrorString(int status) { return status == kNotSupported ? "Not Supported" : status == kLost ? "GPU is lost" : status == 9 ? "Driver Not Loaded" : "Unknown Error"; }
SIM_EXPORT int nvmlSystemGetDriverVersion(char* text, unsigned length) { std::strncpy(text, "simulated", length); return 0; }
SIM_EXPORT int nvmlDeviceGetHandleByPciBusId_v2(const char*, void** device) { *device = reinterpret_cast<void*>(1); return checked(); }

SIM_EXPORT int nvmlDeviceGetFieldValues(void*, int count, Field* fields) {
  for (Field* f = fields; f < fields + count; ++f) {
    f->status = kSuccess;
    f->kind = 3;
    f->timestamp = static_cast<long long>(now() * 1e6);
    f->latency = 0;
    const bool refused = planted("no_power", 0) != 0;
    switch (f->id) {
      case 83: f->value.wide = counter(); f->status = refused || planted("no_counter", 0) != 0 ? kNotSupported : kSuccess; break;
      case 185: f->value.wide = static_cast<u64>(1e3 * power(1)); f->status = refused ? kNotSupported : kSuccess; break;
      case 186: f->value.wide = static_cast<u64>(1e3 * power(planted("power_window_s", 0.025))); f->status = refused ? kNotSupported : kSuccess; break;
      case 74: f->value.wide = static_cast<u64>(timeline().capped_ns(now())); break;
      case 75: case 269: case 270: case 271: f->value.wide = planted("hot", 0) != 0 ? static_cast<u64>(now() * 1e9) : 0; break;
      case 82: f->kind = 1; f->value.wide = 55; break;
      default: f->status = kNotSupported;
    }
  }
  return checked();
}

SIM_EXPORT int nvmlDeviceGetTotalEnergyConsumption(void*, u64* energy) {
  *energy = counter();
  return checked(planted("no_counter", 0) != 0 || planted("no_power", 0) != 0 ? kNotSupported : kSuccess);
}

SIM_EXPORT int nvmlDeviceGetPowerUsage(void*, u32* milliwatts) {
  *milliwatts = static_cast<u32>(1e3 * power(1));
  return checked(planted("no_power", 0) != 0 ? kNotSupported : kSuccess);
}

SIM_EXPORT int nvmlDeviceGetClockInfo(void*, int kind, u32* megahertz) {
  double hertz;
  bool capped;
  timeline().busy(now(), &hertz, &capped);
  *megahertz = kind == 2 ? 2619 : static_cast<u32>(hertz / 1e6);
  return checked();
}

SIM_EXPORT int nvmlDeviceGetMaxClockInfo(void*, int kind, u32* megahertz) { *megahertz = kind == 2 ? 2619 : static_cast<u32>(kMaxHertz / 1e6); return checked(); }
SIM_EXPORT int nvmlDeviceGetTemperature(void*, int, u32* degrees) { *degrees = 41; return checked(); }

SIM_EXPORT int nvmlDeviceGetCurrentClocksEventReasons(void*, u64* reasons) {
  double hertz;
  bool capped;
  const bool busy = timeline().busy(now(), &hertz, &capped);
  *reasons = (busy ? 0 : 1) | (capped ? 4 : 0) | (planted("hot", 0) != 0 ? 0x20 : 0);
  return checked();
}

SIM_EXPORT int nvmlDeviceGetEnforcedPowerLimit(void*, u32* milliwatts) { *milliwatts = static_cast<u32>(1e3 * planted("power_limit_w", 300)); return checked(); }
SIM_EXPORT int nvmlDeviceGetPowerManagementDefaultLimit(void*, u32* milliwatts) { *milliwatts = 300000; return checked(); }
SIM_EXPORT int nvmlDeviceGetPowerManagementLimitConstraints(void*, u32* least, u32* most) { *least = 100000, *most = 400000; return checked(); }
SIM_EXPORT int nvmlDeviceGetPersistenceMode(void*, u32* mode) { *mode = 1; return checked(); }
SIM_EXPORT int nvmlDeviceGetVbiosVersion(void*, char* text, unsigned length) { std::strncpy(text, "simulated", length); return checked(); }
SIM_EXPORT int nvmlDeviceGetUtilizationRates(void*, u32* rates) { rates[0] = static_cast<u32>(planted("utilization", 0)), rates[1] = 0; return checked(); }

SIM_EXPORT int nvmlDeviceGetMigMode(void*, u32* current, u32* pending) {
  *current = *pending = planted("mig", 0) != 0;
  return checked();
}

SIM_EXPORT int nvmlDeviceGetComputeRunningProcesses_v3(void*, u32* count, void* processes) {
  *count = static_cast<u32>(planted("other_processes", 0));
  for (u32 i = 0; i < *count; ++i) static_cast<u32*>(processes)[6 * i] = 4000000 + i;
  return checked();
}
