// Constant and evenly spaced values.
#include "kernels/elementwise/loops.h"
#include "kernels/elementwise/moves.h"

namespace nnfit::NNFIT_ISA {
namespace {

template <class T>
void fill_kernel(std::int64_t n, const void* value_data, void* y_data) {
  const T value = *static_cast<const T*>(value_data);
  T* y = static_cast<T*>(y_data);
  for (std::int64_t i = 0; i < n; ++i) y[i] = value;
}

template <class T>
void iota_kernel(std::int64_t n, std::int64_t first, const void* start_data, const void* step_data, void* y_data) {
  const T start = *static_cast<const T*>(start_data), step = *static_cast<const T*>(step_data);
  T* y = static_cast<T*>(y_data);
  for (std::int64_t i = 0; i < n; ++i) {
    if constexpr (is_floating<T>)
      y[i] = T(double(start) + double(first + i) * double(step));
    else
      y[i] = T(wrapping<T>(start) + wrapping<T>(first + i) * wrapping<T>(step));
  }
}

struct MakeFill {
  template <class T>
  static constexpr FillKernel of() {
    return fill_kernel<T>;
  }
};

struct MakeIota {
  template <class T>
  static constexpr IotaKernel of() {
    return iota_kernel<T>;
  }
};

}  // namespace

constinit const ByDType<FillKernel> fill_kernels = make_row<FillKernel, kAny, MakeFill>();
constinit const ByDType<IotaKernel> iota_kernels = make_row<IotaKernel, kNumber, MakeIota>();

}  // namespace nnfit::NNFIT_ISA
