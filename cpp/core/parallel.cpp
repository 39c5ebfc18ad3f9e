#include "core/parallel.h"

#include <omp.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"

namespace nnfit {

namespace {

// Below this many nanoseconds of work a second thread costs more than it brings: with a team standing by, and without.
constexpr double min_work_team = 1500;
constexpr double min_work_fork = 8000;

inline void pause_cpu() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Waits by spinning first, then by yielding, at last by sleeping, so that an idle wait never starves whoever has work.
class Backoff {
 public:
  void wait() {
    if (++rounds_ < 4000) {
      pause_cpu();
    } else if (rounds_ < 8000) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  }

 private:
  int rounds_ = 0;
};

// One job at a time: a function and its tiles, of which every thread has a range of its own. Threads claim tiles from
// the front of their range, and when it is empty from the back of another's. So a thread meets the same part of the
// data in job after job, and keeps it in its cache, while nobody waits for a thread that is not running, but for the
// tiles it is in. A claim is one compare-and-swap; it pins the job, for the leader waits until every tile is done, and
// what is read after it is the job's.
class Team {
 public:
  explicit Team(int threads) : ranges_(static_cast<std::size_t>(threads)) {}

  int threads() const { return static_cast<int>(ranges_.size()); }

  void lead(std::int64_t tiles, detail::TileFunction function, void* context) {
    start(tiles, function, context);
    take_part();
    finish(tiles);
  }

  // The three parts of leading.
  void start(std::int64_t tiles, detail::TileFunction function, void* context) {
    led_any_ = true;
    function_ = function;
    context_ = context;
    done_.store(0, std::memory_order_relaxed);
    const auto count = static_cast<std::int64_t>(ranges_.size());
    for (std::int64_t t = count - 1; t >= 0; --t)
      ranges_[static_cast<std::size_t>(t)].tiles.store(packed(tiles * t / count, tiles * (t + 1) / count),
                                                       std::memory_order_release);
  }
  void take_part() { work(0); }
  void finish(std::int64_t tiles) const {
    for (Backoff backoff; done_.load(std::memory_order_acquire) != tiles;) backoff.wait();
  }

  void follow(int thread) {
    for (Backoff backoff; !stopped_.load(std::memory_order_acquire);) {
      if (work(static_cast<std::size_t>(thread)))
        backoff = Backoff();
      else
        backoff.wait();
    }
  }

  bool led_any() const { return led_any_; }

  void stop() { stopped_.store(true, std::memory_order_release); }

 private:
  // Tiles [begin, end), in the halves of one word.
  struct alignas(64) Range {
    std::atomic<std::uint64_t> tiles{0};
  };
  static std::uint64_t packed(std::int64_t begin, std::int64_t end) {
    return static_cast<std::uint64_t>(begin) << 32 | static_cast<std::uint64_t>(end);
  }

  // Runs tiles until none is left unclaimed. Returns whether there were any.
  bool work(std::size_t thread) {
    bool any = false;
    while (take(ranges_[thread], true)) any = true;
    for (std::size_t other = 1; other < ranges_.size(); ++other)
      while (take(ranges_[(thread + other) % ranges_.size()], false)) any = true;
    return any;
  }

  bool take(Range& range, bool own) {
    std::uint64_t tiles = range.tiles.load(std::memory_order_acquire);
    for (;;) {
      const auto begin = static_cast<std::int64_t>(tiles >> 32), end = static_cast<std::int64_t>(tiles & 0xffffffff);
      if (begin >= end) return false;
      const std::int64_t count = (end - begin + 3) / 4;  // many at a time while there are many
      const std::int64_t first = own ? begin : end - count;
      if (!range.tiles.compare_exchange_weak(tiles, own ? packed(begin + count, end) : packed(begin, first),
                                             std::memory_order_acq_rel, std::memory_order_acquire))
        continue;
      for (std::int64_t i = first; i < first + count; ++i) function_(context_, i);
      done_.fetch_add(count, std::memory_order_acq_rel);
      return true;
    }
  }

  std::vector<Range> ranges_;
  detail::TileFunction function_ = nullptr;
  void* context_ = nullptr;
  bool led_any_ = false;
  alignas(64) std::atomic<std::int64_t> done_{0};
  alignas(64) std::atomic<bool> stopped_{false};
};

double now() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Whether forks of single ops pay: on a loaded machine one waits milliseconds for a thread that is not running. After
// such a stall ops stay on one thread for a while, the longer the more often it happens, but in proportion to what was
// lost, and not those that would win more than another stall could lose. (Plans measure themselves.) A stall is what
// the leader waits beyond its own share, and beyond what the op was thought to take.
class ForkGauge {
 public:
  // For an op of `work` nanoseconds.
  bool stalled(double work) const { return work < 4 * lost_ && now() < serial_until_; }

  // Nanoseconds from the fork to the join, those of them in which the leader ran tiles, and the estimate of all work.
  void report(double elapsed, double busy, double work) {
    const double beyond = elapsed - 2 * std::max(busy, work);
    if (beyond < 100e3) {
      rest_ = std::max(shortest_rest, rest_ / 2);
      return;
    }
    lost_ = beyond;
    serial_until_ = now() + std::min(rest_, 32 * lost_);
    rest_ = std::min(longest_rest, 4 * rest_);
  }

 private:
  static constexpr double shortest_rest = 2e6, longest_rest = 500e6;  // nanoseconds
  double serial_until_ = 0, lost_ = 0;                                // until when, and in the last stall
  double rest_ = shortest_rest;
};

thread_local ForkGauge forks;
std::atomic<bool> forked{false};
std::atomic<int> configured_threads{0};
thread_local Team* team = nullptr;
thread_local bool in_tile = false;

int environment_threads(const char* name) {
  const char* text = std::getenv(name);
  const long n = text ? std::strtol(text, nullptr, 10) : 0;
  return n >= 1 && n <= 4096 ? static_cast<int>(n) : 0;
}

// Processors that the cgroup's CPU quota amounts to, or a large number without one.
int cgroup_processors() {
  double quota = -1, period = 0;
  std::string first;
  if (std::ifstream v2("/sys/fs/cgroup/cpu.max"); v2 >> first >> period && first != "max") {
    quota = std::strtod(first.c_str(), nullptr);
  } else if (std::ifstream v1("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"); v1 >> quota) {
    std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_period_us") >> period;
  }
  return quota > 0 && period > 0 ? std::max(1, static_cast<int>(std::ceil(quota / period))) : 1 << 20;
}

int default_threads() {
  if (const int n = environment_threads("NNFIT_NUM_THREADS")) return n;
  if (const int n = environment_threads("OMP_NUM_THREADS")) return n;
  return std::max(1, std::min(omp_get_num_procs(), cgroup_processors()));
}

int configured() {
  int n = configured_threads.load(std::memory_order_relaxed);
  if (n == 0) {
    n = default_threads();
    if (configured_threads.exchange(n) == 0) {
      pthread_atfork(nullptr, nullptr, [] { forked.store(true); });
      omp_set_num_threads(n);
    }
  }
  return n;
}

}  // namespace

int num_threads() {
  const int n = configured();
  return forked.load(std::memory_order_relaxed) ? 1 : std::min(n, omp_get_max_threads());
}

void set_num_threads(int n) {
  if (n < 1) throw ValueError(concat("[set_num_threads] expected at least 1 thread; got ", n, "."));
  configured();
  configured_threads.store(n);
  omp_set_num_threads(n);
}

namespace detail {

bool worth_sharing(std::int64_t tiles, double work) {
  if (tiles < 2 || in_tile) return false;
  if (team) return team->threads() > 1 && work >= min_work_team;
  return work >= min_work_fork && num_threads() > 1 && !forks.stalled(work);
}

void run_tiles(std::int64_t tiles, double work, TileFunction function, void* context) {
  struct Task {
    TileFunction function;
    void* context;
  } task{function, context};
  const TileFunction guarded = [](void* t, std::int64_t tile) {
    in_tile = true;
    static_cast<Task*>(t)->function(static_cast<Task*>(t)->context, tile);
    in_tile = false;
  };
  if (team) return team->lead(tiles, guarded, &task);
  const double begin = now();
  double busy = 0;
  nnfit::with_team(static_cast<int>(std::min<std::int64_t>(num_threads(), tiles)), [&] {
    team->start(tiles, guarded, &task);
    const double started = now();
    team->take_part();
    busy = now() - started;
    team->finish(tiles);
  });
  forks.report(now() - begin, busy, work);
}

bool with_team_of(int threads, void (*body)(void*), void* context) {
  if (threads <= 1 || team || in_tile || forked.load(std::memory_order_relaxed)) {
    // A team of one keeps parallel_for from forking; within a team the outer one serves.
    Team alone(1);
    Team* const outer = team;
    if (!team) team = &alone;
    struct Restore {
      Team* outer;
      ~Restore() { team = outer; }
    } restore{outer};
    body(context);
    return false;
  }
  Team shared(threads);
  std::exception_ptr error;
#pragma omp parallel num_threads(threads)
  {
    if (omp_get_thread_num() == 0) {
      team = &shared;
      try {
        body(context);
      } catch (...) {
        error = std::current_exception();
      }
      team = nullptr;
      shared.stop();
    } else {
      shared.follow(omp_get_thread_num());
    }
  }
  if (error) std::rethrow_exception(error);
  return shared.led_any();
}

}  // namespace detail

}  // namespace nnfit
