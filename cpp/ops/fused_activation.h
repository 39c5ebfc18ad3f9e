// The activations that products apply as they store, and whose gradient follows from the output alone.
#pragma once

#include "kernels/gemm/gemm.h"
#include "ops/functions.h"

namespace nnfit {

struct FusedActivation {
  const char* name;
  GemmActivation kernel;
  const char* gradient;  // the op: (dy, y) -> dy · activation'
};

// That of the attribute `activation`; null without one. Throws ValueError, naming `op`, for an unknown one.
const FusedActivation* fused_activation(const char* op, const Attributes& attributes);

inline GemmActivation kernel_of(const FusedActivation* activation) {
  return activation ? activation->kernel : GemmActivation::none;
}

// The gradient before the activation, from dy and y behind it.
inline Tensor before_activation(const FusedActivation* activation, const Tensor& dy, const Tensor& y) {
  return activation ? functions::binary(activation->gradient, dy, y) : dy;
}

}  // namespace nnfit
