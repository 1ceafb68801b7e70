#include <time.h>

#include <algorithm>
#include <cmath>

#include "simulator.h"

namespace sim {
namespace {

constexpr double kIdleWatts = 70, kWarmSeconds = 0.005, kGap = 0.002;

double monotonic() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

void sleep_until(double time) {
  for (double left = time - now(); left > 0; left = time - now()) {
    timespec t{static_cast<time_t>(left), static_cast<long>((left - std::floor(left)) * 1e9)};
    nanosleep(&t, nullptr);
  }
}

double uniform(u64& state) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (state >> 11) * 0x1p-53;
}

}  // namespace

double now() {
  static const double start = monotonic();
  return monotonic() - start;
}

Timeline& timeline() {
  static Timeline instance;
  return instance;
}

void Timeline::enqueue(Operation op) {
  if (capturing_)
    captured_.push_back(std::move(op));
  else
    queue_.push_back(std::move(op));
}

void Timeline::begin_capture() {
  captured_.clear();
  capturing_ = true;
}

std::vector<Operation> Timeline::end_capture() {
  capturing_ = false;
  return std::move(captured_);
}

void Timeline::synchronize() {
  std::vector<Operation> queue = std::move(queue_);
  queue_.clear();
  end_ = std::max(end_, now());
  for (const Operation& op : queue) end_ = advance(op, end_);
  sleep_until(end_);
}

double Timeline::advance(const Operation& op, double start) {
  if (op.hold != nullptr) {
    const double limit = now() + op.hold_limit;
    while (*op.hold == 0 && now() < limit) sleep_until(std::min(limit, now() + 0.0005));
    if (*op.hold == 0) *op.gave_up = 1;
    return std::max(start, now());
  }
  if (op.time != nullptr) *op.time = start;
  if (op.stamp != nullptr) {
    op.stamp[0] = static_cast<u64>(start * 1e9);
    op.stamp[1] = static_cast<u64>(cycles(start));
  }
  if (op.effect) op.effect();
  if (op.seconds <= 0) return start;

  const double limit = planted("power_limit_w", 300);
  std::lock_guard lock(gate_);
  if (stretches_.empty() || start - stretches_.back().to > kGap) loaded_since_ = start;
  const bool capped = op.watts > limit && start - loaded_since_ > kWarmSeconds;
  const double hertz = capped ? kMaxHertz * limit / op.watts : kMaxHertz;
  const double noise = 1 + planted("noise", 0.002) * (uniform(noise_) + uniform(noise_) - 1);
  const double end = start + op.seconds * noise * kMaxHertz / hertz;
  append(start, end, capped ? limit : std::max(op.watts, kIdleWatts), hertz, capped);
  return end;
}

void Timeline::append(double from, double to, double watts, double hertz, bool capped) {
  if (!stretches_.empty()) {
    Stretch& last = stretches_.back();
    if (last.watts == watts && last.hertz == hertz && from - last.to < 1e-7) {
      last.to = to;
      return;
    }
    const double length = last.to - last.from;
    stretches_.push_back({from, to, watts, hertz, last.energy + (last.watts - kIdleWatts) * length,
                          last.cycles + (last.hertz - kIdleHertz) * length,
                          last.capped + (last.capped_by_power ? length : 0), capped});
    return;
  }
  stretches_.push_back({from, to, watts, hertz, 0, 0, 0, capped});
}

const Timeline::Stretch* Timeline::last_before(double time) {
  auto after = std::upper_bound(stretches_.begin(), stretches_.end(), time, [](double t, const Stretch& s) { return t < s.from; });
  return after == stretches_.begin() ? nullptr : &*(after - 1);
}

double Timeline::energy(double time) {
  std::lock_guard lock(gate_);
  const Stretch* s = last_before(time);
  const double above = s == nullptr ? 0 : s->energy + (s->watts - kIdleWatts) * (std::min(time, s->to) - s->from);
  return 1000 + kIdleWatts * time + above;
}

double Timeline::cycles(double time) {
  std::lock_guard lock(gate_);
  const Stretch* s = last_before(time);
  const double above = s == nullptr ? 0 : s->cycles + (s->hertz - kIdleHertz) * (std::min(time, s->to) - s->from);
  return kIdleHertz * time + above;
}

double Timeline::capped_ns(double time) {
  std::lock_guard lock(gate_);
  const Stretch* s = last_before(time);
  return s == nullptr ? 0 : 1e9 * (s->capped + (s->capped_by_power ? std::min(time, s->to) - s->from : 0));
}

bool Timeline::busy(double time, double* hertz, bool* capped) {
  std::lock_guard lock(gate_);
  const Stretch* s = last_before(time);
  const bool is = s != nullptr && time - s->to < 0.02;
  *hertz = is ? s->hertz : kIdleHertz;
  *capped = is && s->capped_by_power;
  return is;
}

}  // namespace sim
