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

// Below this much work a second thread costs more than it brings: with a team standing by, in nanoseconds and as a
// multiple of what it takes to hand over a tile, and without a team, in nanoseconds.
constexpr double min_work_team = 1500;
constexpr double min_handovers_team = 25;
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

double now() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

thread_local bool in_tile = false;

// Of the thread that leads: what it last took to hand over a tile, and how many loops asked for that.
thread_local double handover = 0;
thread_local std::uint64_t asked = 0;

// One job at a time: a function and its tiles, of which every thread has a range of its own. Threads claim tiles from
// the front of their range, and when it is empty from the back of another's. So a thread meets the same part of the
// data in job after job, and keeps it in its cache, while nobody waits for a thread that is not running, but for the
// tiles it is in. A claim is one compare-and-swap; it pins the job, for the leader waits until every tile is done, and
// what is read after it is the job's.
//
// A line of the cache takes 50 ns to the next core and back, and 300 where the two share no cache. So what a thread has
// to know of a job lies beside its range, it looks at no other while it waits, and it tells once how many tiles it ran.
class Team {
 public:
  explicit Team(int threads) : ranges_(static_cast<std::size_t>(threads)) {}

  int threads() const { return static_cast<int>(ranges_.size()); }

  // Whether a loop of so much work is for all threads.
  bool pays(double work) {
    if (threads() == 1 || work < min_work_team) return false;
    worth_any_ = true;
    if (++asked % 256 == 0) handover = measured_handover();
    return work >= min_handovers_team * handover;
  }

  void lead(std::int64_t tiles, detail::TileFunction function, void* context) {
    start(tiles, function, context);
    take_part();
    finish(tiles);
  }

  // The three parts of leading.
  void start(std::int64_t tiles, detail::TileFunction function, void* context) {
    done_.store(0, std::memory_order_relaxed);
    const auto count = static_cast<std::int64_t>(ranges_.size());
    for (std::int64_t t = count - 1; t >= 0; --t) {
      Range& range = ranges_[static_cast<std::size_t>(t)];
      range.function = function, range.context = context;
      range.tiles.store(packed(tiles * t / count, tiles * (t + 1) / count), std::memory_order_release);
    }
  }
  void take_part() { led_ = work(0); }
  void finish(std::int64_t tiles) const {
    for (Backoff backoff; led_ + done_.load(std::memory_order_acquire) != tiles;) backoff.wait();
  }

  // Nanoseconds from the leader's handing a tile to the next thread until it knows that it was run, the least of some
  // trials; 0 if the thread does not come.
  double measured_handover() {
    double least = 0;
    for (int trial = 0; trial < 4; ++trial) {
      done_.store(0, std::memory_order_relaxed);
      ranges_[1].function = [](void*, std::int64_t) {};
      const double begin = now();
      ranges_[1].tiles.store(packed(0, 1), std::memory_order_release);
      double taken = 0;
      while (done_.load(std::memory_order_acquire) != 1) {
        pause_cpu();
        taken = now() - begin;
        if (taken > longest_handover && take(ranges_[1], false)) return 0;
      }
      taken = now() - begin;
      least = trial == 0 ? taken : std::min(least, taken);
    }
    return least;
  }

  void follow(int thread) {
    const auto own = static_cast<std::size_t>(thread);
    for (Backoff backoff; !stopped_.load(std::memory_order_acquire);) {
      if (ranges_[own].empty()) {
        backoff.wait();
        continue;
      }
      if (const std::int64_t count = work(own)) done_.fetch_add(count, std::memory_order_acq_rel);
      backoff = Backoff();
    }
  }

  bool worth_any() const { return worth_any_; }

  void stop() { stopped_.store(true, std::memory_order_release); }

 private:
  static constexpr double longest_handover = 1e3;  // nanoseconds

  // Tiles [begin, end), in the halves of one word, and what is to be run for each.
  struct alignas(64) Range {
    std::atomic<std::uint64_t> tiles{0};
    detail::TileFunction function = nullptr;
    void* context = nullptr;

    bool empty() const {
      const std::uint64_t now = tiles.load(std::memory_order_relaxed);
      return now >> 32 >= (now & 0xffffffff);
    }
  };
  static std::uint64_t packed(std::int64_t begin, std::int64_t end) {
    return static_cast<std::uint64_t>(begin) << 32 | static_cast<std::uint64_t>(end);
  }

  // Runs tiles until none is left unclaimed. Returns how many.
  std::int64_t work(std::size_t thread) {
    std::int64_t ran = 0;
    in_tile = true;
    while (const std::int64_t count = take(ranges_[thread], true)) ran += count;
    for (std::size_t other = 1; other < ranges_.size(); ++other)
      while (const std::int64_t count = take(ranges_[(thread + other) % ranges_.size()], false)) ran += count;
    in_tile = false;
    return ran;
  }

  static std::int64_t take(Range& range, bool own) {
    std::uint64_t tiles = range.tiles.load(std::memory_order_acquire);
    for (;;) {
      const auto begin = static_cast<std::int64_t>(tiles >> 32), end = static_cast<std::int64_t>(tiles & 0xffffffff);
      if (begin >= end) return 0;
      const std::int64_t count = (end - begin + 3) / 4;  // many at a time while there are many
      const std::int64_t first = own ? begin : end - count;
      if (!range.tiles.compare_exchange_weak(tiles, own ? packed(begin + count, end) : packed(begin, first),
                                             std::memory_order_acq_rel, std::memory_order_acquire))
        continue;
      for (std::int64_t i = first; i < first + count; ++i) range.function(range.context, i);
      return count;
    }
  }

  std::vector<Range> ranges_;
  bool worth_any_ = false;
  std::int64_t led_ = 0;                           // tiles that the leader ran of its job
  alignas(64) std::atomic<std::int64_t> done_{0};  // that the others did
  alignas(64) std::atomic<bool> stopped_{false};
};

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
  if (team) return team->pays(work);
  return work >= min_work_fork && num_threads() > 1 && !forks.stalled(work);
}

void run_tiles(std::int64_t tiles, double work, TileFunction function, void* context) {
  if (team) return team->lead(tiles, function, context);
  const double begin = now();
  double busy = 0;
  nnfit::with_team(static_cast<int>(std::min<std::int64_t>(num_threads(), tiles)), [&] {
    team->start(tiles, function, context);
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
  return shared.worth_any();
}

}  // namespace detail

}  // namespace nnfit
