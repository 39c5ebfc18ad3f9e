// Sum, product, maximum and minimum of floats, as loops.h wants them.
#pragma once

#include "simd/math/bits.h"

namespace nnfit::NNFIT_ISA {

// The running sum of blocks: of doubles with what each addition rounded away (Knuth's two-sum), of floats in double.
template <class T>
struct SumTotal {
  vec<double> sum{}, lost{};
  NNFIT_INLINE void take(vec<double> block) {
    const vec<double> next = sum + block, added = next - sum;
    lost += (sum - (next - added)) + (block - added);
    sum = next;
  }
  // An overflow or a NaN makes `lost` NaN.
  NNFIT_INLINE vec<double> whole() const { return lost == lost ? sum + lost : sum; }
  NNFIT_INLINE vec<double> lanes(double scale) const { return whole() * scale; }
  NNFIT_INLINE double across(double scale) const { return reduce_add<double>(whole()) * scale; }
};
template <>
struct SumTotal<float> {
  vec<double> low{}, high{};
  NNFIT_INLINE void take(vec<float> block) {
    const math::Halves h = math::widen(block);
    low += h.low;
    high += h.high;
  }
  NNFIT_INLINE vec<float> lanes(double scale) const { return math::narrow({low * scale, high * scale}); }
  NNFIT_INLINE float across(double scale) const { return float(reduce_add<double>(low + high) * scale); }
};

template <class T>
struct Sum {
  using Total = SumTotal<T>;
  NNFIT_INLINE vec<T> identity() const { return vec<T>{}; }
  NNFIT_INLINE vec<T> step(vec<T> block, vec<T> x) const { return block + x; }
  NNFIT_INLINE vec<T> merge(vec<T> a, vec<T> b) const { return a + b; }
  NNFIT_INLINE Total start() const { return {}; }
};

template <class T>
struct SumOfSquares : Sum<T> {
  NNFIT_INLINE vec<T> step(vec<T> block, vec<T> x) const { return fma<T>(x, x, block); }
};

// Of squares of what is left after `mean` is taken off.
template <class T>
struct SumOfDeviations : Sum<T> {
  vec<T> mean;
  NNFIT_INLINE vec<T> step(vec<T> block, vec<T> x) const {
    const vec<T> d = x - mean;
    return fma<T>(d, d, block);
  }
};

// A total that takes blocks as a block takes elements.
template <class T, class Merge>
struct PlainTotal {
  vec<T> value;
  NNFIT_INLINE void take(vec<T> block) { value = Merge::merge_two(value, block); }
  NNFIT_INLINE vec<T> lanes(double) const { return value; }
  NNFIT_INLINE T across(double) const {
    vec<T> v = value;
    if constexpr (Vec<T>::width >= 16) v = Merge::merge_two(v, swap_lanes<8>(v));
    if constexpr (Vec<T>::width >= 8) v = Merge::merge_two(v, swap_lanes<4>(v));
    if constexpr (Vec<T>::width >= 4) v = Merge::merge_two(v, swap_lanes<2>(v));
    return Merge::merge_two(v, swap_lanes<1>(v))[0];
  }
};

template <class T, class Derived>
struct PlainReducer {
  using Total = PlainTotal<T, Derived>;
  NNFIT_INLINE vec<T> identity() const { return splat<T>(Derived::kIdentity); }
  NNFIT_INLINE vec<T> step(vec<T> block, vec<T> x) const { return Derived::merge_two(block, x); }
  NNFIT_INLINE vec<T> merge(vec<T> a, vec<T> b) const { return Derived::merge_two(a, b); }
  NNFIT_INLINE Total start() const { return {identity()}; }
};

template <class T>
struct Product : PlainReducer<T, Product<T>> {
  static constexpr T kIdentity = 1;
  static NNFIT_INLINE vec<T> merge_two(vec<T> a, vec<T> b) { return a * b; }
};

template <class T>
struct Maximum : PlainReducer<T, Maximum<T>> {
  static constexpr T kIdentity = -math::infinity<T>;
  static NNFIT_INLINE vec<T> merge_two(vec<T> a, vec<T> b) { return max<T>(a, b); }
};

template <class T>
struct Minimum : PlainReducer<T, Minimum<T>> {
  static constexpr T kIdentity = math::infinity<T>;
  static NNFIT_INLINE vec<T> merge_two(vec<T> a, vec<T> b) { return min<T>(a, b); }
};

}  // namespace nnfit::NNFIT_ISA
