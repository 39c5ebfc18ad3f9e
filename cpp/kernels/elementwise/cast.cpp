// Conversion between every two dtypes.
#include <limits>

#include "kernels/elementwise/loops.h"
#include "kernels/elementwise/moves.h"

namespace nnfit::NNFIT_ISA {
namespace {

// The value is clamped before it is converted, so that the conversion is defined, and selected after.
template <class To, class From>
NNFIT_INLINE To saturate(From x) {
  constexpr To lowest = std::numeric_limits<To>::min(), highest = std::numeric_limits<To>::max();
  constexpr From low = From(lowest), end = From(highest / 2 + 1) * 2;  // low <= x < end converts
  constexpr From last = end - end * (std::numeric_limits<From>::epsilon() / 2);
  From inside = x > low ? x : low;
  inside = inside < last ? inside : last;
  const To converted = To(inside);
  return x != x ? To(0) : x >= end ? highest : converted;
}

template <class To, class From>
NNFIT_INLINE To convert(From x) {
  if constexpr (kBit<To> == kBool)
    return x != From(0);
  else if constexpr (is_floating<From> && !is_floating<To>)
    return saturate<To>(x);
  else
    return To(x);
}

template <class From, class To>
void cast_kernel(std::int64_t n, const void* x_data, void* y_data) {
  const From* x = static_cast<const From*>(x_data);
  To* y = static_cast<To*>(y_data);
  NNFIT_INDEPENDENT
  for (std::int64_t i = 0; i < n; ++i) y[i] = convert<To>(x[i]);
}

template <class From>
struct MakeCast {
  template <class To>
  static constexpr CastKernel of() {
    return cast_kernel<From, To>;
  }
};

struct MakeCasts {
  template <class From>
  static constexpr ByDType<CastKernel> of() {
    return make_row<CastKernel, kAny, MakeCast<From>>();
  }
};

}  // namespace

constinit const ByDType<ByDType<CastKernel>> cast_kernels = make_row<ByDType<CastKernel>, kAny, MakeCasts>();

}  // namespace nnfit::NNFIT_ISA
