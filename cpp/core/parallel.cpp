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

// One job at a time, published by the leader in `ticket`: the job's number above, the tiles not yet claimed below. A
// successful claim pins the job, for the leader waits until every tile is done; so what is read after it is the job's.
class Team {
 public:
  explicit Team(int threads) : threads_(threads) {}

  int threads() const { return threads_; }

  void lead(std::int64_t tiles, detail::TileFunction function, void* context) {
    function_ = function;
    context_ = context;
    tiles_ = tiles;
    done_.store(0, std::memory_order_relaxed);
    job_ = (job_ + 1) & 0x7fffffff;
    ticket_.store(job_ << 32 | static_cast<std::uint64_t>(tiles), std::memory_order_release);
    work_on(job_);
    for (Backoff backoff; done_.load(std::memory_order_acquire) != tiles;) backoff.wait();
  }

  void follow() {
    std::uint64_t finished = 0;
    for (Backoff backoff; !stopped_.load(std::memory_order_acquire);) {
      const std::uint64_t job = ticket_.load(std::memory_order_acquire) >> 32;
      if (job == finished) {
        backoff.wait();
        continue;
      }
      work_on(job);
      finished = job;
      backoff = Backoff();
    }
  }

  void stop() { stopped_.store(true, std::memory_order_release); }

 private:
  void work_on(std::uint64_t job) {
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
    while (ticket >> 32 == job && (ticket & 0xffffffff) != 0) {
      if (!ticket_.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel)) continue;
      function_(context_, tiles_ - static_cast<std::int64_t>(ticket & 0xffffffff));
      done_.fetch_add(1, std::memory_order_acq_rel);
      ticket = ticket_.load(std::memory_order_acquire);
    }
  }

  const int threads_;
  std::uint64_t job_ = 0;
  detail::TileFunction function_ = nullptr;
  void* context_ = nullptr;
  std::int64_t tiles_ = 0;
  alignas(64) std::atomic<std::uint64_t> ticket_{0};
  alignas(64) std::atomic<std::int64_t> done_{0};
  alignas(64) std::atomic<bool> stopped_{false};
};

double now() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Whether forks of single ops pay: on a loaded machine one waits milliseconds for a thread that is not running. After
// such a stall ops stay on one thread for a while, the longer the more often it happens. (Plans measure themselves.)
class ForkGauge {
 public:
  bool stalled() const { return now() < serial_until_; }

  void report(double elapsed, double work) {
    if (elapsed < 4 * work + 100e3) {
      rest_ = std::max(shortest_rest, rest_ / 2);
      return;
    }
    serial_until_ = now() + rest_;
    rest_ = std::min(longest_rest, 4 * rest_);
  }

 private:
  static constexpr double shortest_rest = 2e6, longest_rest = 500e6;  // nanoseconds
  double serial_until_ = 0;
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
  return work >= min_work_fork && num_threads() > 1 && !forks.stalled();
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
  nnfit::with_team(static_cast<int>(std::min<std::int64_t>(num_threads(), tiles)),
                   [&] { team->lead(tiles, guarded, &task); });
  forks.report(now() - begin, work);
}

void with_team_of(int threads, void (*body)(void*), void* context) {
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
    return;
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
      shared.follow();
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace detail

}  // namespace nnfit
