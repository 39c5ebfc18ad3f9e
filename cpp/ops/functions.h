// Ops as C++ functions, for gradient rules and passes. Each is one call of apply().
#pragma once

#include <optional>

#include "ops/apply.h"

namespace nnfit::functions {

inline Tensor unary(const char* op, const Tensor& x) { return apply_named(op, {x})[0]; }
inline Tensor binary(const char* op, const Tensor& a, const Tensor& b) { return apply_named(op, {a, b})[0]; }

inline Tensor add(const Tensor& a, const Tensor& b) { return binary("add", a, b); }
inline Tensor subtract(const Tensor& a, const Tensor& b) { return binary("subtract", a, b); }
inline Tensor multiply(const Tensor& a, const Tensor& b) { return binary("multiply", a, b); }
inline Tensor divide(const Tensor& a, const Tensor& b) { return binary("divide", a, b); }
inline Tensor negative(const Tensor& x) { return unary("negative", x); }
inline Tensor square(const Tensor& x) { return unary("square", x); }
inline Tensor equal(const Tensor& a, const Tensor& b) { return binary("equal", a, b); }
inline Tensor greater(const Tensor& a, const Tensor& b) { return binary("greater", a, b); }
inline Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  return apply_named("where", {condition, a, b})[0];
}
inline Tensor cast(const Tensor& x, DType dtype) { return apply_named("cast", {x}, {{"dtype", dtype}})[0]; }

// A weakly typed constant, as a Python scalar would be.
Tensor constant(double value);
// Of one element they are constants even while x is traced: much then folds away.
Tensor zeros_like(const Tensor& x);
Tensor ones_like(const Tensor& x);

Tensor sum(const Tensor& x, const Integers& axes, bool keepdims = false);
Tensor sum_to(const Tensor& x, const Shape& shape);  // undoes a broadcast from `shape` to x's shape
inline Tensor reshape(const Tensor& x, const Shape& shape) {
  return apply_named("reshape", {x}, {{"newshape", Integers(shape.begin(), shape.end())}})[0];
}
inline Tensor broadcast_to(const Tensor& x, const Shape& shape) {
  return apply_named("broadcast_to", {x}, {{"shape", Integers(shape.begin(), shape.end())}})[0];
}
inline Tensor transpose(const Tensor& x, const Integers& axes) {
  return apply_named("transpose", {x}, {{"axes", axes}})[0];
}
inline Tensor expand_dims(const Tensor& x, std::int64_t axis) {
  return apply_named("expand_dims", {x}, {{"axis", Integers{axis}}})[0];
}
inline Tensor matmul(const Tensor& a, const Tensor& b, bool transpose_a = false, bool transpose_b = false) {
  return apply_named("matmul", {a, b}, {{"transpose_a", transpose_a}, {"transpose_b", transpose_b}})[0];
}

}  // namespace nnfit::functions
