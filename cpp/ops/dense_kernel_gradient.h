// The kernel gradient of a dense layer, for the ops that make it: dkernel = xᵀ · dy and dbias = sum of dy, over all
// axes but the last.
#pragma once

#include <span>
#include <vector>

#include "core/tensor.h"
#include "kernels/gemm/gemm.h"
#include "ops/attributes.h"

namespace nnfit {

GemmProblem dense_kernel_gradient_problem(const Spec& x, const Spec& dy);

// The specs of dkernel and dbias; inputs are x and dy.
std::vector<Spec> infer_dense_kernel_gradient(const Attributes&, std::span<const Spec> in);

}  // namespace nnfit
