// The sizes of a convolution, from the attributes and shapes of an op; every check of them is here.
#pragma once

#include <span>

#include "kernels/conv/conv.h"
#include "ops/op.h"

namespace nnfit {

// Axes of x (batch, …, channels) and of the kernel (…, channels of a group, output channels). One spatial axis is
// treated as two, the first of size 1.
struct ConvGeometry {
  int axes = 2;  // spatial ones: 1 or 2
  ConvAxis h, w;
  Integers pads;  // low and high for each axis

  ConvAxis& axis(int i) { return axes == 1 || i == 1 ? w : h; }
  const ConvAxis& axis(int i) const { return axes == 1 || i == 1 ? w : h; }
};

// strides, dilation, and either explicit pads or padding, as the ops declare them.
std::vector<AttributeSchema> conv_attributes(std::vector<AttributeSchema> more);

// x, or what it is the gradient of, has spatial sizes `sizes`; the kernel's are `taps`.
ConvGeometry conv_geometry(const char* op, const Attributes& attributes, std::span<const std::int64_t> sizes,
                           std::span<const std::int64_t> taps);

// The convolution that a transposed one is the adjoint of: `sizes` are those of its outputs, the input of the
// transposed one.
ConvGeometry conv_transpose_geometry(const char* op, const Attributes& attributes, std::span<const std::int64_t> sizes,
                                     std::span<const std::int64_t> taps);

// The spatial sizes of a tensor (batch, …, channels) or of a kernel.
std::span<const std::int64_t> spatial_sizes(const Shape& x);
std::span<const std::int64_t> spatial_taps(const Shape& kernel);

// (batch, sizes…, channels)
Shape conv_shape(std::int64_t batch, const ConvGeometry& geometry, std::int64_t ConvAxis::*size, std::int64_t channels);

// Throws unless x is floating with 1 or 2 spatial axes.
void expect_images(const char* op, const char* what, const Spec& x);

}  // namespace nnfit
