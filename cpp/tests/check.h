// The few helpers that the kernel tests share: checks that count failures, distances, inputs, guarded buffers.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace nnfit::test {

inline int failures = 0;
inline long checks = 0;

// Counts a check; prints the first failures with their place and what was checked.
inline bool check(bool ok, const std::string& what, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {  // clang 14 has no std::source_location
  ++checks;
  if (!ok && ++failures <= 40) std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
  return ok;
}

// The same, saying what was checked in parts that are put together only if it fails.
template <class... Parts>
bool expect(bool ok, const Parts&... parts) {
  if (ok) {
    ++checks;
    return true;
  }
  std::ostringstream what;
  what.precision(17);
  (what << ... << parts);
  return check(false, what.str());
}

// The exit code of main: fails as well when nothing was checked.
inline int finish() {
  std::printf("%ld checks, %d failures\n", checks, failures);
  return failures || !checks ? 1 : 0;
}

// The distance of `got` from `want` in units of the last place of T at `want`; 0 for equal infinities and for two NaNs,
// infinity where only one is NaN or infinite (an overflow next to the largest finite value counts as one step).
template <class T>
double ulps(T got, long double want) {
  const T rounded = static_cast<T>(want);
  if (std::isnan(got) || std::isnan(rounded))
    return std::isnan(got) && std::isnan(rounded) ? 0 : std::numeric_limits<double>::infinity();
  if (got == rounded && (std::isinf(got) || got == 0)) return 0;
  const T largest = std::numeric_limits<T>::max();
  if (std::isinf(got) && std::isinf(rounded)) return std::numeric_limits<double>::infinity();
  if (std::isinf(got) || std::isinf(rounded))
    return std::abs(std::isinf(got) ? rounded : got) == largest && std::signbit(got) == std::signbit(rounded)
               ? 1
               : std::numeric_limits<double>::infinity();
  int exponent;
  std::frexp(want == 0 ? (long double)std::numeric_limits<T>::min() : want, &exponent);
  const int lowest = std::numeric_limits<T>::min_exponent;
  const long double ulp = std::ldexp(1.0L, (exponent < lowest ? lowest : exponent) - std::numeric_limits<T>::digits);
  return static_cast<double>(std::abs(static_cast<long double>(got) - want) / ulp);
}

// Whether two values have the same bits, any NaN being equal to any other.
template <class T>
bool same(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

inline bool near(double got, double want, double relative, double absolute = 0) {
  return std::isnan(want) ? std::isnan(got)
                          : got == want || std::abs(got - want) <= absolute + relative * std::abs(want);
}

// A buffer of n elements between guard bytes, at an address that is aligned to T and to nothing wider.
template <class T>
class Guarded {
 public:
  explicit Guarded(std::size_t n, T value = T{}) : n_(n), bytes_((n + 1) * sizeof(T) + 3 * kGuard, kByte) {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes_.data() + kGuard);
    data_ = reinterpret_cast<T*>((address + 63) / 64 * 64 + sizeof(T));
    for (std::size_t i = 0; i < n; ++i) data_[i] = value;
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  T* data() { return data_; }
  T& operator[](std::size_t i) { return data_[i]; }
  std::size_t size() const { return n_; }

  // Whether nothing outside the n elements was written.
  bool intact() const {
    for (const unsigned char* p = bytes_.data(); p < reinterpret_cast<const unsigned char*>(data_); ++p)
      if (*p != kByte) return false;
    for (const unsigned char* p = reinterpret_cast<const unsigned char*>(data_ + n_); p < bytes_.data() + bytes_.size();
         ++p)
      if (*p != kByte) return false;
    return true;
  }

 private:
  static constexpr std::size_t kGuard = 64;
  static constexpr unsigned char kByte = 0xa5;
  std::size_t n_;
  std::vector<unsigned char> bytes_;
  T* data_;
};

// Values of T for a test: deterministic, the same on every platform.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  double uniform(double low, double high) { return low + (high - low) * (engine_() / 4294967296.0); }
  std::int64_t integer(std::int64_t low, std::int64_t high) {  // both ends included
    return low + std::int64_t(engine_() % std::uint64_t(high - low + 1));
  }

 private:
  std::mt19937 engine_;
};

}  // namespace nnfit::test
