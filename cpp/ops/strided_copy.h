// Copies between strided views of row-major arrays: what all ops that move elements are made of.
#pragma once

#include <cstddef>

#include "core/shape.h"

namespace nnfit {

// A view: element i is at base + sum(i * strides), in elements. Strides may be 0 (to read) or negative.
struct StridedView {
  std::int64_t offset = 0;
  Shape strides;

  static StridedView row_major(const Shape& shape);
};

// dst[i] = src[i] for every i within `extents`. Views of the same memory must not overlap.
void copy_strided(std::size_t element_bytes, const Shape& extents, const void* src, const StridedView& from, void* dst,
                  const StridedView& to);

}  // namespace nnfit
