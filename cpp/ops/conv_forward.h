// What the ops that convolve forward share; their attributes are those of conv, and more.
#pragma once

#include "ops/conv_geometry.h"

namespace nnfit {

// Of x, kernel and perhaps a bias; errors name `op`.
std::vector<Spec> infer_conv(const char* op, const Attributes& attributes, std::span<const Spec> in);

// The convolution of x and kernel, and the shape of its result. What infer_conv has checked is not checked again.
ConvProblem conv_forward_problem(const Attributes& attributes, std::span<const Spec> in);
Shape conv_forward_shape(const Attributes& attributes, std::span<const Spec> in);

// The attributes of conv.
std::vector<AttributeSchema> conv_forward_attributes();

}  // namespace nnfit
