// How far the threads are from each other: the time that a line of the cache takes to another processor and back, and
// what it costs to write lines that another has read. Where virtual processors share no last-level cache, both are
// several times as much, and some products on two threads a tenth slower; hosts move them together and apart.
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "core/parallel.h"
#include "core/storage.h"

namespace nnfit {
namespace {

void round_trip(benchmark::State& state) {
  alignas(64) std::atomic<std::int64_t> line{0};  // even: for us; odd: for the other; negative: the end
  std::thread other([&] {
    for (;;) {
      const std::int64_t now = line.load(std::memory_order_acquire);
      if (now < 0) return;
      if (now & 1) line.store(now + 1, std::memory_order_release);
    }
  });
  std::int64_t now = 0;
  for (auto _ : state) {
    line.store(now + 1, std::memory_order_release);
    while (line.load(std::memory_order_acquire) != now + 2) {
    }
    now += 2;
  }
  line.store(-1, std::memory_order_release);
  other.join();
}

// Two threads write a half each of what both have read: `lines` a second of one thread.
void write_lines_read_by_both(benchmark::State& state) {
  constexpr std::int64_t floats = 1 << 18;  // 1 MB
  const auto storage = Storage::allocate(floats * sizeof(float));
  auto* const data = reinterpret_cast<float*>(storage->data());
  double sums[2];
  with_team(2, [&] {
    for (auto _ : state) {
      parallel_for(2, 1e9, [&](std::int64_t half) {
        double sum = 0;
        for (std::int64_t i = 0; i < floats; i += 16) sum += data[i];
        sums[half] = sum;
      });
      const auto begin = std::chrono::steady_clock::now();
      parallel_for(2, 1e9, [&](std::int64_t half) {
        for (std::int64_t i = half * floats / 2; i < (half + 1) * floats / 2; i += 16) data[i] = float(i);
      });
      state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
  });
  benchmark::DoNotOptimize(sums);
  state.SetItemsProcessed(state.iterations() * floats / 32);
}

BENCHMARK(round_trip)->UseRealTime();
BENCHMARK(write_lines_read_by_both)->UseManualTime();

}  // namespace
}  // namespace nnfit
