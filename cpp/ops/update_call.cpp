#include "ops/update_call.h"

#include <cstring>

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

void expect_attributes(const Attributes& attributes, const UpdateArrangement& a) {
  for (const std::int64_t position : attributes.integers("undecayed"))
    if (position < 0 || position >= static_cast<std::int64_t>(a.variables))
      throw ValueError(concat("[optimizer] expected undecayed to hold positions of ", a.variables, " variables; got ",
                              position, "."));
  if (attributes.has("clipvalue") && !(attributes.real("clipvalue") > 0))
    throw ValueError(concat("[optimizer] expected clipvalue to be positive; got ", attributes.real("clipvalue"), "."));
}

}  // namespace

double UpdateCall::scalar(std::size_t input, std::int64_t element) const {
  return visit(c_.in_dtype(input),
               [&](auto tag) { return static_cast<double>(c_.in<typename decltype(tag)::type>(input)[element]); });
}

void* updated_part(const Operand& old, const Operand& updated, std::int64_t first, std::int64_t count) {
  void* const to = element(updated, first);
  const void* const from = element(old, first);
  if (to != from) std::memcpy(to, from, static_cast<std::size_t>(count) * size_of(old.spec->dtype));
  return to;
}

UpdateChunk UpdateCall::resolve(std::size_t i, std::int64_t first) const {
  UpdateChunk chunk{};
  chunk.dtype = c_.out_dtype(i);
  chunk.count = std::min(kChunk, size(i) - first);
  const auto updated = [&](std::size_t output) {
    return updated_part(c_.inputs[a_.old_value(output)], c_.outputs[output], first, chunk.count);
  };
  chunk.gradient = element(c_.inputs[a_.gradient(i)], first);
  chunk.w = updated(i);
  for (std::size_t family = 0; family < a_.families; ++family) chunk.slots[family] = updated(a_.slot_output(family, i));
  return chunk;
}

std::vector<AttributeSchema> with_update_attributes(std::vector<AttributeSchema> own) {
  own.push_back(S::with_default("weight_decay", K::real, 0.0));
  own.push_back(S::with_default("undecayed", K::integers, Integers{}));
  own.push_back(S::with_default("gradient_scale", K::real, 1.0));
  own.push_back(S::maybe("clipvalue", K::real));
  own.push_back(S::with_default("scaled", K::boolean, false));
  own.push_back(S::with_default("conditional", K::boolean, false));
  return own;
}

std::vector<Spec> infer_rule(const Attributes& attributes, std::span<const Spec> in, std::size_t own,
                             std::size_t leading, std::size_t families) {
  auto out = infer_update(in, leading, families, is_scaled(attributes) ? own : leading);
  expect_attributes(attributes, {leading, families, in.size()});
  return out;
}

std::vector<Spec> infer_update(std::span<const Spec> in, std::size_t leading, std::size_t families,
                               std::size_t scales) {
  const UpdateArrangement a(leading, families, std::max(in.size(), leading));
  if (in.size() != a.leading + a.variables * (2 + a.families) || a.variables == 0)
    throw ValueError(concat("[optimizer] expected ", a.leading, " scalars, then variables, gradients and ", a.families,
                            " slots for each variable; got ", in.size(), " tensors."));
  for (std::size_t i = 0; i < a.leading; ++i) {
    const std::int64_t size = in[i].shape.size();
    if (size != 1 && !(i == scales && size == static_cast<std::int64_t>(a.variables)))
      throw ValueError(concat("[optimizer] expected a scalar", i == scales ? ", or one for each gradient" : "",
                              "; got ", in[i], "."));
  }
  for (std::size_t i = a.leading; i < in.size(); ++i) {
    const Spec& variable = in[a.variable((i - a.leading) % a.variables)];
    if (!(in[i] == variable) || !is_floating(variable.dtype))
      throw ValueError(
          concat("[optimizer] expected a gradient or slot like its variable, ", variable, "; got ", in[i], "."));
  }
  std::vector<Spec> out;
  for (std::size_t i = 0; i < a.variables * (1 + a.families); ++i) out.push_back(in[a.old_value(i)]);
  return out;
}

}  // namespace nnfit
