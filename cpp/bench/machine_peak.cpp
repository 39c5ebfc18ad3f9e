#include "machine_peak.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <vector>

#include "core/parallel.h"
#include "kernels/kernels.h"

namespace nnfit {
namespace {

// The least seconds that f takes, of several rounds.
template <class F>
double least_seconds(int rounds, F&& f) {
  using Clock = std::chrono::steady_clock;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < rounds; ++i) {
    const auto start = Clock::now();
    f();
    least = std::min(least, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return least;
}

// `steps` times x = x * y + y in so many independent vectors as fill the pipelines; returns the operations done. The
// empty assembly hides the values, so that nothing is computed ahead or left out.
template <class T, int bytes, int vectors>
__attribute__((always_inline)) inline double multiply_add(long steps) {
  typedef T Vector __attribute__((vector_size(bytes)));
  Vector x[vectors], y = Vector{} + T(0.5);
  asm volatile("" : "+m"(y));
  for (Vector& v : x) v = y;
  for (long i = 0; i < steps; ++i)
#pragma GCC unroll 24
    for (int j = 0; j < vectors; ++j) x[j] = x[j] * y + y;
  for (Vector& v : x) asm volatile("" : : "m"(v));
  return 2.0 * double(steps) * vectors * (bytes / int(sizeof(T)));
}

template <class T>
double multiply_add_baseline(long steps) {
  return multiply_add<T, 16, 12>(steps);
}
#if defined(__x86_64__)
template <class T>
__attribute__((target("avx2,fma"))) double multiply_add_avx2(long steps) {
  return multiply_add<T, 32, 12>(steps);
}
template <class T>
__attribute__((target("avx512f"))) double multiply_add_avx512(long steps) {
  return multiply_add<T, 64, 24>(steps);
}
#endif

template <class T>
double multiply_add_widest(long steps) {
#if defined(__x86_64__)
  const int bytes = available_kernels().back().vector_bytes;
  if (bytes == 64) return multiply_add_avx512<T>(steps);
  if (bytes == 32) return multiply_add_avx2<T>(steps);
#endif
  return multiply_add_baseline<T>(steps);
}

// Runs f with so many threads, and restores the number.
template <class F>
double with_threads(int threads, F&& f) {
  const int before = num_threads();
  set_num_threads(threads);
  const double result = f();
  set_num_threads(before);
  return result;
}

constexpr double kAlwaysShare = 1e12;  // a parallel_for's work that is worth every thread

}  // namespace

template <class T>
double peak_gflops(int threads) {
  static std::map<int, double> known;
  const auto [at, is_new] = known.try_emplace(threads);
  if (is_new)
    at->second = with_threads(threads, [&] {
      std::vector<double> operations(threads);
      const double seconds = least_seconds(20, [&] {
        parallel_for(threads, kAlwaysShare, [&](std::int64_t i) { operations[i] = multiply_add_widest<T>(200'000); });
      });
      return threads * operations[0] / seconds * 1e-9;
    });
  return at->second;
}
template double peak_gflops<float>(int threads);
template double peak_gflops<double>(int threads);

double stream_gbytes(int threads) {
  static std::map<int, double> known;
  const auto [at, is_new] = known.try_emplace(threads);
  if (is_new)
    at->second = with_threads(threads, [&] {
      constexpr std::int64_t size = 1 << 24, tiles = 64;
      std::vector<float> a(size, 1), b(size, 2), c(size);
      const double seconds = least_seconds(5, [&] {
        parallel_for(tiles, kAlwaysShare, [&](std::int64_t tile) {
          for (std::int64_t i = tile * (size / tiles); i < (tile + 1) * (size / tiles); ++i) c[i] = a[i] + 3 * b[i];
        });
      });
      return 3.0 * size * sizeof(float) / seconds * 1e-9;
    });
  return at->second;
}

}  // namespace nnfit
