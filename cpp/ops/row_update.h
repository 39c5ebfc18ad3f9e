// Updates of a few rows of a variable: where its gradient is that of a lookup, rows that were not looked up have a
// gradient of 0, and under rules that leave them alone then, they need not be visited.
#pragma once

#include "ops/update_call.h"

namespace nnfit {

// Inputs: the scalars of the rule, the variable, the indices of rows, the gradient of each such row, and the slots.
// Outputs: the variable and its slots. Gradients of one row add up in the order of the indices, and the result has the
// bits that the rule's op gives for scatter_add(indices, gradients) if its `run` changes nothing where that is 0.
void run_row_update(const RunContext& c, std::size_t leading, void (*run)(const RunContext&));
std::vector<Spec> infer_row_update(const char* name, const Attributes& attributes, std::span<const Spec> in,
                                   std::size_t leading, std::size_t families);
std::size_t row_update_scratch(std::span<const Spec> in, std::size_t leading);

// The op of a rule (ops/update_rules.h), with the attributes of its update_op.
template <class Rule, const char* name>
Op row_update_op(std::vector<AttributeSchema> own) {
  return {.name = name,
          .attributes = with_update_attributes(std::move(own)),
          .min_inputs = Rule::own + 3,
          .max_inputs = -1,
          .infer = [](const Attributes& a,
                      std::span<const Spec> in) { return infer_row_update(name, a, in, Rule::own, Rule::families(a)); },
          .run = [](const RunContext& c) { run_row_update(c, Rule::own, run_update<Rule>); },
          .list_output = true,
          .reuse = Reuse::chosen,
          .may_reuse = [](const Attributes&, std::size_t, std::size_t output,
                          std::size_t input) { return input == (output == 0 ? Rule::own : Rule::own + 2 + output); },
          .scratch = [](const Attributes&, std::span<const Spec> in,
                        std::span<const Spec>) { return row_update_scratch(in, Rule::own); }};
}

}  // namespace nnfit
