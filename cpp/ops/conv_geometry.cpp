#include "ops/conv_geometry.h"

#include <algorithm>

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

// One value for each axis, from a list of one or of as many.
Integers by_axis(const char* op, const char* name, const Attributes& attributes, int axes, std::int64_t least) {
  Integers values = attributes.integers(name);
  if (values.size() == 1) values.resize(static_cast<std::size_t>(axes), values[0]);
  if (static_cast<int>(values.size()) != axes)
    throw ValueError(concat("[", op, "] expected ", name, " to be one integer or one for each of the ", axes,
                            " spatial axes; got ", values.size(), " of them."));
  for (std::int64_t v : values)
    if (v < least) throw ValueError(concat("[", op, "] expected ", name, " of at least ", least, "; got ", v, "."));
  return values;
}

std::int64_t reach(const ConvAxis& axis) { return (axis.taps - 1) * axis.dilation + 1; }

ConvGeometry with_steps(const char* op, const Attributes& attributes, std::span<const std::int64_t> taps) {
  ConvGeometry g;
  g.axes = static_cast<int>(taps.size());
  const Integers strides = by_axis(op, "strides", attributes, g.axes, 1);
  const Integers dilation = by_axis(op, "dilation", attributes, g.axes, 1);
  for (int i = 0; i < g.axes; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (taps[at] < 1) throw ValueError(concat("[", op, "] expected a kernel without an empty axis."));
    g.axis(i) = {.taps = taps[at], .stride = strides[at], .dilation = dilation[at]};
  }
  return g;
}

// Zeros before and after an axis.
void pad_axis(const char* op, const Attributes& attributes, ConvGeometry& g, int i, std::int64_t& low,
              std::int64_t& high) {
  if (attributes.has("pads")) {
    const Integers& pads = attributes.integers("pads");
    if (static_cast<int>(pads.size()) != 2 * g.axes)
      throw ValueError(concat("[", op, "] expected pads with a low and a high one for each of the ", g.axes,
                              " spatial axes; got ", pads.size(), " of them."));
    low = pads[static_cast<std::size_t>(2 * i)], high = pads[static_cast<std::size_t>(2 * i + 1)];
    return;
  }
  const ConvAxis& axis = g.axis(i);
  const std::string& padding = attributes.text("padding");
  low = high = 0;
  if (padding == "same") {
    const std::int64_t outputs = (axis.in + axis.stride - 1) / axis.stride;
    const std::int64_t all = std::max<std::int64_t>((outputs - 1) * axis.stride + reach(axis) - axis.in, 0);
    low = all / 2, high = all - low;
  } else if (padding == "causal" && g.axes == 1) {
    low = reach(axis) - 1;
  } else if (padding != "valid") {
    throw ValueError(
        concat("[", op, "] expected padding valid or same", g.axes == 1 ? " or causal" : "", "; got '", padding, "'."));
  }
}

}  // namespace

std::vector<AttributeSchema> conv_attributes(std::vector<AttributeSchema> more) {
  std::vector<AttributeSchema> all = {S::with_default("strides", K::integers, Integers{1}),
                                      S::with_default("padding", K::text, std::string("valid")),
                                      S::with_default("dilation", K::integers, Integers{1})};
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return all;
}

ConvGeometry conv_geometry(const char* op, const Attributes& attributes, std::span<const std::int64_t> sizes,
                           std::span<const std::int64_t> taps) {
  ConvGeometry g = with_steps(op, attributes, taps);
  for (int i = 0; i < g.axes; ++i) {
    ConvAxis& axis = g.axis(i);
    axis.in = sizes[static_cast<std::size_t>(i)];
    std::int64_t low, high;
    pad_axis(op, attributes, g, i, low, high);
    g.pads.push_back(low), g.pads.push_back(high);
    axis.pad = low;
    const std::int64_t room = axis.in + low + high - reach(axis);
    axis.out = room < 0 ? 0 : room / axis.stride + 1;
    if (axis.out == 0 && axis.in > 0 && !attributes.has("pads"))
      throw ValueError(concat("[", op, "] expected spatial axis ", i, " of at least ", reach(axis),
                              " elements, as the kernel reaches; got ", axis.in, ". Use padding='same'."));
  }
  return g;
}

ConvGeometry conv_transpose_geometry(const char* op, const Attributes& attributes, std::span<const std::int64_t> sizes,
                                     std::span<const std::int64_t> taps) {
  ConvGeometry g = with_steps(op, attributes, taps);
  Integers more;
  if (attributes.has("output_padding")) more = by_axis(op, "output_padding", attributes, g.axes, 0);
  const std::string& padding = attributes.text("padding");
  if (padding != "valid" && padding != "same")
    throw ValueError(concat("[", op, "] expected padding valid or same; got '", padding, "'."));
  for (int i = 0; i < g.axes; ++i) {
    ConvAxis& axis = g.axis(i);
    axis.out = sizes[static_cast<std::size_t>(i)];
    const std::int64_t k = reach(axis), s = axis.stride;
    // Zeros around x with stride - 1 zeros between its elements: Keras's, which `output_padding` adds to.
    std::int64_t low = k - 1, all = 2 * low + std::max(k, s) - k;
    if (padding == "valid") {
      if (!more.empty()) all = 2 * low + more[static_cast<std::size_t>(i)];
    } else {
      all = more.empty() ? s + k - 2 : k + k % 2 - 2 + more[static_cast<std::size_t>(i)];
      low = std::min(all / 2 + all % 2, k - 1);
    }
    axis.pad = k - 1 - low;
    axis.in = axis.out ? std::max<std::int64_t>((axis.out - 1) * s + 1 + all - (k - 1), 0) : 0;
    g.pads.push_back(axis.pad), g.pads.push_back(k - 1 - (all - low));
  }
  return g;
}

std::span<const std::int64_t> spatial_sizes(const Shape& x) {
  return x.dims().subspan(1, static_cast<std::size_t>(x.rank() - 2));
}

std::span<const std::int64_t> spatial_taps(const Shape& kernel) {
  return kernel.dims().first(static_cast<std::size_t>(kernel.rank() - 2));
}

Shape conv_shape(std::int64_t batch, const ConvGeometry& geometry, std::int64_t ConvAxis::*size,
                 std::int64_t channels) {
  Shape shape{batch};
  for (int i = 0; i < geometry.axes; ++i) shape.push_back(geometry.axis(i).*size);
  shape.push_back(channels);
  return shape;
}

void expect_images(const char* op, const char* what, const Spec& x) {
  if (!is_floating(x.dtype)) throw TypeError(concat("[", op, "] expected floating tensors; got ", x, "."));
  if (x.shape.rank() != 3 && x.shape.rank() != 4)
    throw ValueError(concat("[", op, "] expected ", what,
                            " of shape (batch, steps, channels) or (batch, rows, columns, "
                            "channels); got ",
                            x.shape, "."));
}

}  // namespace nnfit
