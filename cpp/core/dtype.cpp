#include "core/dtype.h"

#include "core/error.h"

namespace nnfit {

namespace {
constexpr const char* names[dtype_count] = {"bool", "uint8", "int32", "int64", "float32", "float64"};
int kind(DType dtype) { return dtype == DType::bool_ ? 0 : is_floating(dtype) ? 2 : 1; }
}  // namespace

const char* name_of(DType dtype) { return names[static_cast<int>(dtype)]; }

DType dtype_from_name(std::string_view name) {
  for (int i = 0; i < dtype_count; ++i)
    if (name == names[i]) return static_cast<DType>(i);
  throw ValueError(concat("unknown dtype '", name, "'; nnfit has bool, uint8, int32, int64, float32 and float64"));
}

DType promote_weak(DType strong, DType scalar, DType floatx) {
  if (kind(scalar) <= kind(strong)) return strong;
  return is_floating(scalar) ? floatx : DType::int32;
}

}  // namespace nnfit
