// Conversion between every two dtypes.
#include "kernels/elementwise/loops.h"
#include "kernels/elementwise/moves.h"
#include "simd/convert.h"

namespace nnfit::NNFIT_ISA {
namespace {

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
