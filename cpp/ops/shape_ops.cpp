// Ops that give the same memory another shape.
#include "ops/functions.h"
#include "ops/op.h"

namespace nnfit {

namespace {

using functions::reshape;

// Fills in the one -1 of `requested`.
Shape resolved_shape(const Shape& from, const Integers& requested) {
  Shape shape;
  int unknown = -1;
  std::int64_t known = 1;
  for (std::int64_t dim : requested) {
    if (dim < -1 || (dim == -1 && unknown >= 0))
      throw ValueError(concat("[reshape] expected dimensions >= 0 with at most one -1; got ", Shape(requested), "."));
    if (dim == -1)
      unknown = shape.rank();
    else
      known *= dim;
    shape.push_back(dim);
  }
  if (unknown >= 0 && known > 0 && from.size() % known == 0) shape[unknown] = from.size() / known;
  if ((unknown >= 0 && shape[unknown] < 0) || shape.size() != from.size())
    throw ValueError(concat("[reshape] expected a new shape of ", from.size(), " elements, as ", from, " has; got ",
                            Shape(requested), "."));
  return shape;
}

std::vector<Spec> infer_reshape(const Attributes& attributes, std::span<const Spec> in) {
  return {{in[0].dtype, resolved_shape(in[0].shape, attributes.integers("newshape"))}};
}

std::vector<Spec> infer_expand_dims(const Attributes& attributes, std::span<const Spec> in) {
  const Integers& axes = attributes.integers("axis");
  Shape shape = in[0].shape;
  const int rank = shape.rank() + static_cast<int>(axes.size());
  std::vector<bool> added(static_cast<std::size_t>(rank), false);
  for (std::int64_t axis : axes) {
    const auto at = static_cast<std::size_t>(normalize_axis("expand_dims", axis, rank));
    if (added[at]) throw ValueError(concat("[expand_dims] expected different axes; got ", Shape(axes), "."));
    added[at] = true;
  }
  for (int i = 0; i < rank; ++i)
    if (added[static_cast<std::size_t>(i)]) shape.insert(i, 1);
  return {{in[0].dtype, shape}};
}

std::vector<Spec> infer_squeeze(const Attributes& attributes, std::span<const Spec> in) {
  const Shape& from = in[0].shape;
  std::vector<bool> dropped(static_cast<std::size_t>(from.rank()), false);
  if (attributes.has("axis")) {
    for (std::int64_t axis : attributes.integers("axis")) {
      const int at = normalize_axis("squeeze", axis, from.rank());
      if (from[at] != 1)
        throw ValueError(concat("[squeeze] expected an axis of size 1; got axis ", axis, " of shape ", from, "."));
      dropped[static_cast<std::size_t>(at)] = true;
    }
  } else {
    for (int i = 0; i < from.rank(); ++i) dropped[static_cast<std::size_t>(i)] = from[i] == 1;
  }
  Shape shape;
  for (int i = 0; i < from.rank(); ++i)
    if (!dropped[static_cast<std::size_t>(i)]) shape.push_back(from[i]);
  return {{in[0].dtype, shape}};
}

std::vector<Spec> infer_same(const Attributes&, std::span<const Spec> in) { return {in[0]}; }

std::vector<Tensor> gradient_of_reshape(const GradientContext& c) { return {reshape(c.dout(), c.in(0).shape())}; }

Op alias(const char* name, std::vector<AttributeSchema> attributes, decltype(Op::infer) infer) {
  return {.name = name,
          .attributes = std::move(attributes),
          .infer = infer,
          .gradient = gradient_of_reshape,
          .effect = Effect::alias};
}

}  // namespace

void register_shape_ops(OpTable& table) {
  using S = AttributeSchema;
  using K = AttributeKind;
  table.add(alias("reshape", {S::needed("newshape", K::integers)}, infer_reshape));
  table.add(alias("expand_dims", {S::needed("axis", K::integers)}, infer_expand_dims));
  table.add(alias("squeeze", {S::maybe("axis", K::integers)}, infer_squeeze));
  table.add(alias("identity", {}, infer_same));
  Op stop = alias("stop_gradient", {}, infer_same);
  stop.gradient = [](const GradientContext&) { return std::vector<Tensor>{Tensor()}; };
  table.add(std::move(stop));
}

}  // namespace nnfit
