#include "ops/pool_geometry.h"

#include <algorithm>

namespace nnfit {

namespace {

// One number for each spatial axis, all of them positive.
const Integers& sizes_of(const char* op, const PoolAttributes& attributes, const char* name, int axes) {
  const Integers& sizes = attributes.of.integers(name);
  bool fits = sizes.size() == static_cast<std::size_t>(axes);
  for (const std::int64_t size : sizes) fits &= size > 0;
  if (!fits)
    throw ValueError(concat("[", op, "] expected ", name, " to be ", axes, " positive integers, one for each axis ",
                            "between the batch and the channels."));
  return sizes;
}

bool pads(const char* op, const PoolAttributes& attributes) {
  const std::string& padding = attributes.of.text(attributes.padding);
  if (padding != "same" && padding != "valid")
    throw ValueError(
        concat("[", op, "] expected ", attributes.padding, " to be 'valid' or 'same'; got '", padding, "'."));
  return padding == "same";
}

// As TensorFlow pads: windows begin before the first cell and end behind the last by the same, or one more behind.
PoolAxis pool_axis(std::int64_t in, std::int64_t window, std::int64_t stride, bool padded) {
  PoolAxis axis{in, 0, window, stride, 0};
  axis.out = padded ? (in + stride - 1) / stride : (in - window) / stride + 1;
  if (padded) axis.before = std::max<std::int64_t>(0, (axis.out - 1) * stride + window - in) / 2;
  return axis;
}

}  // namespace

PoolView pool_view(const char* op, const PoolAttributes& attributes, const Shape& shape) {
  const int axes = shape.rank() - 2;
  if (axes != 1 && axes != 2)
    throw ValueError(concat("[", op, "] expected a tensor (batch, steps, channels) or (batch, rows, columns, ",
                            "channels); got shape ", shape, "."));
  const Integers& window = sizes_of(op, attributes, attributes.window, axes);
  const Integers& stride =
      attributes.of.has(attributes.strides) ? sizes_of(op, attributes, attributes.strides, axes) : window;
  const bool padded = pads(op, attributes);
  PoolView view;
  view.channels = shape[axes + 1];
  for (int i = 0; i < axes; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (!padded && shape[i + 1] < window[at])
      throw ValueError(concat("[", op, "] expected at least ", window[at], " cells along axis ", i + 1,
                              ", as pool_size has, without padding; got shape ", shape,
                              ". Use a smaller pool_size or padding='same'."));
    (i + 1 < axes ? view.rows : view.columns) = pool_axis(shape[i + 1], window[at], stride[at], padded);
  }
  return view;
}

Shape pooled_shape(const Shape& shape, const PoolView& view) {
  Shape pooled = shape;
  if (shape.rank() == 4) pooled[1] = view.rows.out;
  pooled[shape.rank() - 2] = view.columns.out;
  return pooled;
}

}  // namespace nnfit
