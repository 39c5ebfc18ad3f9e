#include "ops/functions.h"

namespace nnfit::functions {

Tensor constant(double value) { return Tensor::scalar(value, floatx()).as_weak(value); }

namespace {
Tensor filled_like(const char* make, const char* make_like, const Tensor& x) {
  if (!x.traced() || x.size() != 1) return unary(make_like, x);
  const Integers shape(x.shape().begin(), x.shape().end());
  return apply_named(make, {}, {{"shape", shape}, {"dtype", x.dtype()}})[0];
}
}  // namespace

Tensor zeros_like(const Tensor& x) { return filled_like("zeros", "zeros_like", x); }
Tensor ones_like(const Tensor& x) { return filled_like("ones", "ones_like", x); }

Tensor sum(const Tensor& x, const Integers& axes, bool keepdims) {
  return apply_named("sum", {x}, {{"axis", axes}, {"keepdims", keepdims}})[0];
}

Tensor sum_to(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  Integers axes;
  const int leading = x.shape().rank() - shape.rank();
  for (int i = 0; i < x.shape().rank(); ++i)
    if (i < leading || (shape[i - leading] == 1 && x.shape()[i] != 1)) axes.push_back(i);
  const Tensor summed = axes.empty() ? x : sum(x, axes);
  return summed.shape() == shape ? summed : reshape(summed, shape);
}

}  // namespace nnfit::functions
