// Gradient rules of the elementwise ops, by op name.
#pragma once

#include "ops/op.h"

namespace nnfit {

using GradientRule = std::vector<Tensor> (*)(const GradientContext&);

// Null for ops that have none (those with integer or bool results).
GradientRule unary_gradient(std::string_view op);
GradientRule binary_gradient(std::string_view op);

}  // namespace nnfit
