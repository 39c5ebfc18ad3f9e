// What the ops that convolve forward share; their attributes are those of conv, and more.
#pragma once

#include "ops/conv_geometry.h"

namespace nnfit {

// Of x, kernel and perhaps a bias; errors name `op`.
std::vector<Spec> infer_conv(const char* op, const Attributes& attributes, std::span<const Spec> in);

// The convolution of x and kernel whose result is of shape y.
ConvProblem conv_forward_problem(const Attributes& attributes, std::span<const Spec> in, const Shape& y);

// The attributes of conv.
std::vector<AttributeSchema> conv_forward_attributes();

// Calls f with a float or a double.
template <class F>
auto visit_floating(DType dtype, F&& f) {
  return dtype == DType::float64 ? f(double()) : f(float());
}

}  // namespace nnfit
