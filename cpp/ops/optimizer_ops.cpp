// One op updates all variables of a step.
//
// Inputs: the learning rate (and for Adam the number of the step, from 1), then the variables, their gradients, and
// their slots family by family. Outputs: the new variables and slots, in place where the planner allows.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/parallel.h"
#include "kernels/kernels.h"
#include "kernels/optimizer/optimizer.h"
#include "ops/op.h"

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

// Where the tensors of an update stand among its inputs.
struct Arrangement {
  std::size_t leading;    // scalars in front
  std::size_t families;   // slots of a variable
  std::size_t variables;  // how many there are

  Arrangement(std::size_t leading_, std::size_t families_, std::size_t inputs)
      : leading(leading_), families(families_), variables((inputs - leading_) / (2 + families_)) {}

  std::size_t variable(std::size_t i) const { return leading + i; }
  std::size_t gradient(std::size_t i) const { return leading + variables + i; }
  std::size_t slot_output(std::size_t family, std::size_t i) const { return variables * (1 + family) + i; }
  // The input that output `output` is the new value of.
  std::size_t old_value(std::size_t output) const {
    return output < variables ? leading + output : leading + variables + output;
  }
};

std::size_t sgd_families(const Attributes& a) { return a.real("momentum") != 0 ? 1 : 0; }
std::size_t rmsprop_families(const Attributes& a) {
  return 1 + (a.flag("centered") ? 1 : 0) + (a.real("momentum") != 0 ? 1 : 0);
}
std::size_t adam_families(const Attributes& a) { return a.flag("amsgrad") ? 3 : 2; }

using Families = std::size_t (*)(const Attributes&);

template <std::size_t leading, Families families>
Arrangement arrangement(const Attributes& attributes, std::size_t inputs) {
  return {leading, families(attributes), inputs};
}

void expect_update(const Arrangement& a, std::span<const Spec> in) {
  if (in.size() != a.leading + a.variables * (2 + a.families) || a.variables == 0)
    throw ValueError(concat("[optimizer] expected ", a.leading, " scalars, then variables, gradients and ", a.families,
                            " slots for each variable; got ", in.size(), " tensors."));
  for (std::size_t i = 0; i < a.leading; ++i)
    if (in[i].shape.size() != 1) throw ValueError(concat("[optimizer] expected a scalar rate; got ", in[i], "."));
  for (std::size_t i = a.leading; i < in.size(); ++i) {
    const Spec& variable = in[a.variable((i - a.leading) % a.variables)];
    if (!(in[i] == variable) || !is_floating(variable.dtype))
      throw ValueError(
          concat("[optimizer] expected a gradient or slot like its variable, ", variable, "; got ", in[i], "."));
  }
}

template <std::size_t leading, Families families>
std::vector<Spec> infer_update(const Attributes& attributes, std::span<const Spec> in) {
  const auto a = arrangement<leading, families>(attributes, in.size());
  expect_update(a, in);
  std::vector<Spec> out;
  for (std::size_t i = 0; i < a.variables * (1 + a.families); ++i) out.push_back(in[a.old_value(i)]);
  return out;
}

template <std::size_t leading, Families families>
std::size_t reused_input(const Attributes& attributes, std::size_t inputs, std::size_t output) {
  return arrangement<leading, families>(attributes, inputs).old_value(output);
}

double scalar(const Operand& operand) {
  return visit(operand.spec->dtype, [&](auto tag) {
    return static_cast<double>(*static_cast<const typename decltype(tag)::type*>(operand.data));
  });
}

// Calls update(variable, first, count) for chunks of all variables, in one parallel region.
template <class F>
void for_chunks(const RunContext& c, const Arrangement& a, F&& update) {
  constexpr std::int64_t chunk = 16384;
  const auto chunks_of = [&](std::size_t i) { return (c.in_shape(a.variable(i)).size() + chunk - 1) / chunk; };
  std::int64_t chunks = 0, elements = 0;
  for (std::size_t i = 0; i < a.variables; ++i) {
    chunks += chunks_of(i);
    elements += c.in_shape(a.variable(i)).size();
  }
  parallel_for(chunks, static_cast<double>(elements) * 0.25, [&](std::int64_t number) {
    std::size_t i = 0;
    while (number >= chunks_of(i)) number -= chunks_of(i++);
    const std::int64_t first = number * chunk;
    update(i, first, std::min(chunk, c.in_shape(a.variable(i)).size() - first));
  });
}

void* at(const Operand& operand, std::int64_t i) {
  return static_cast<std::byte*>(operand.data) + i * static_cast<std::int64_t>(size_of(operand.spec->dtype));
}

// The chunk of output `output`, first filled with the old value where it is not updated in place.
void* updated_chunk(const RunContext& c, const Arrangement& a, std::size_t output, std::int64_t first,
                    std::int64_t count) {
  void* to = at(c.outputs[output], first);
  const void* from = at(c.inputs[a.old_value(output)], first);
  if (to != from) std::memcpy(to, from, static_cast<std::size_t>(count) * size_of(c.out_dtype(output)));
  return to;
}

void run_sgd(const RunContext& c) {
  const auto a = arrangement<1, sgd_families>(c.attributes, c.inputs.size());
  SgdRule rule;
  rule.learning_rate = scalar(c.inputs[0]);
  rule.momentum = c.attributes.real("momentum");
  rule.nesterov = c.attributes.flag("nesterov");
  for_chunks(c, a, [&](std::size_t i, std::int64_t first, std::int64_t count) {
    kernels().optimizer->sgd_update[c.out_dtype(i)](
        rule, count, at(c.inputs[a.gradient(i)], first), updated_chunk(c, a, i, first, count),
        a.families ? updated_chunk(c, a, a.slot_output(0, i), first, count) : nullptr);
  });
}

void run_rmsprop(const RunContext& c) {
  const auto a = arrangement<1, rmsprop_families>(c.attributes, c.inputs.size());
  RmspropRule rule;
  rule.learning_rate = scalar(c.inputs[0]);
  rule.rho = c.attributes.real("rho");
  rule.momentum = c.attributes.real("momentum");
  rule.epsilon = c.attributes.real("epsilon");
  const bool centered = c.attributes.flag("centered");
  for_chunks(c, a, [&](std::size_t i, std::int64_t first, std::int64_t count) {
    const auto slot = [&](std::size_t family) { return updated_chunk(c, a, a.slot_output(family, i), first, count); };
    kernels().optimizer->rmsprop_update[c.out_dtype(i)](
        rule, count, at(c.inputs[a.gradient(i)], first), updated_chunk(c, a, i, first, count), slot(0),
        centered ? slot(1) : nullptr, rule.momentum != 0 ? slot(centered ? 2 : 1) : nullptr);
  });
}

void run_adam(const RunContext& c) {
  const auto a = arrangement<2, adam_families>(c.attributes, c.inputs.size());
  AdamRule rule;
  rule.beta_1 = c.attributes.real("beta_1");
  rule.beta_2 = c.attributes.real("beta_2");
  rule.epsilon = c.attributes.real("epsilon");
  const double step = scalar(c.inputs[1]);
  rule.learning_rate =
      scalar(c.inputs[0]) * std::sqrt(1 - std::pow(rule.beta_2, step)) / (1 - std::pow(rule.beta_1, step));
  const bool amsgrad = c.attributes.flag("amsgrad");
  for_chunks(c, a, [&](std::size_t i, std::int64_t first, std::int64_t count) {
    const auto slot = [&](std::size_t family) { return updated_chunk(c, a, a.slot_output(family, i), first, count); };
    kernels().optimizer->adam_update[c.out_dtype(i)](rule, count, at(c.inputs[a.gradient(i)], first),
                                                     updated_chunk(c, a, i, first, count), slot(0), slot(1),
                                                     amsgrad ? slot(2) : nullptr);
  });
}

}  // namespace

void register_optimizer_ops(OpTable& table) {
  table.add({.name = "sgd_update",
             .attributes = {S::with_default("momentum", K::real, 0.0), S::with_default("nesterov", K::boolean, false)},
             .max_inputs = -1,
             .infer = infer_update<1, sgd_families>,
             .run = run_sgd,
             .list_output = true,
             .reuse = Reuse::mapped,
             .reused_input = reused_input<1, sgd_families>});
  table.add({.name = "rmsprop_update",
             .attributes = {S::with_default("rho", K::real, 0.9), S::with_default("momentum", K::real, 0.0),
                            S::with_default("epsilon", K::real, 1e-7), S::with_default("centered", K::boolean, false)},
             .max_inputs = -1,
             .infer = infer_update<1, rmsprop_families>,
             .run = run_rmsprop,
             .list_output = true,
             .reuse = Reuse::mapped,
             .reused_input = reused_input<1, rmsprop_families>});
  table.add({.name = "adam_update",
             .attributes = {S::with_default("beta_1", K::real, 0.9), S::with_default("beta_2", K::real, 0.999),
                            S::with_default("epsilon", K::real, 1e-7), S::with_default("amsgrad", K::boolean, false)},
             .max_inputs = -1,
             .infer = infer_update<2, adam_families>,
             .run = run_adam,
             .list_output = true,
             .reuse = Reuse::mapped,
             .reused_input = reused_input<2, adam_families>});
}

}  // namespace nnfit
