// A convolution and the max_pool of its result as one op, conv_max_pool, which graph/fuse_conv_pooling.cpp puts into
// plans.
#pragma once

#include "ops/op.h"

namespace nnfit {

// Whether conv_max_pool gives the bits of its two parts and is faster than they are.
bool conv_max_pool_pays(const Attributes& attributes, std::span<const Spec> inputs);

}  // namespace nnfit
