// The windows of a pooling, from the attributes and shapes of an op; every check of them is here.
#pragma once

#include "kernels/pool/pool.h"
#include "ops/op.h"

namespace nnfit {

// The attributes of an op that say how it pools, by their names there.
struct PoolAttributes {
  const Attributes& of;
  const char *window, *strides, *padding;
};

// The windows on images of `shape`.
PoolView pool_view(const char* op, const PoolAttributes& attributes, const Shape& shape);

// The shape of images of `shape` when they are pooled.
Shape pooled_shape(const Shape& shape, const PoolView& view);

inline DType index_dtype(const PoolView& view) { return has_narrow_index(view) ? DType::uint8 : DType::int32; }

inline std::int64_t taps_of(const PoolView& view) { return view.rows.window * view.columns.window; }

}  // namespace nnfit
