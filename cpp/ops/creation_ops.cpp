// Ops that make constants.
#include <algorithm>
#include <cstring>

#include "ops/functions.h"
#include "ops/op.h"

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

DType wanted_dtype(const Attributes& attributes, DType otherwise) {
  return attributes.has("dtype") ? attributes.dtype("dtype") : otherwise;
}

std::vector<Spec> infer_shape(const Attributes& attributes, std::span<const Spec>) {
  const Spec spec{wanted_dtype(attributes, floatx()), Shape(attributes.integers("shape"))};
  for (std::int64_t dim : spec.shape)
    if (dim < 0) throw ValueError(concat("[zeros] expected dimensions of at least 0; got ", spec.shape, "."));
  return {spec};
}

std::vector<Spec> infer_like(const Attributes& attributes, std::span<const Spec> in) {
  return {{wanted_dtype(attributes, in[0].dtype), in[0].shape}};
}

void run_zeros(const RunContext& c) {
  if (const std::size_t bytes = c.outputs[0].spec->bytes()) std::memset(c.outputs[0].data, 0, bytes);
}

void run_ones(const RunContext& c) {
  visit(c.out_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::fill_n(c.out<T>(0), c.out_shape(0).size(), T(1));
  });
}

std::vector<Tensor> no_gradient(const GradientContext&) { return {Tensor()}; }

}  // namespace

void register_creation_ops(OpTable& table) {
  for (const auto& [name, run] : {std::pair<const char*, decltype(Op::run)>{"zeros", run_zeros}, {"ones", run_ones}}) {
    table.add({.name = name,
               .attributes = {S::needed("shape", K::integers), S::maybe("dtype", K::dtype)},
               .min_inputs = 0,
               .max_inputs = 0,
               .infer = infer_shape,
               .run = run});
    table.add({.name = std::string(name) + "_like",
               .attributes = {S::maybe("dtype", K::dtype)},
               .infer = infer_like,
               .run = run,
               .gradient = no_gradient,
               .elementwise = Cost::cheap});
  }
}

}  // namespace nnfit
