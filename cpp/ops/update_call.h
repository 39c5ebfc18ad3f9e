// What the ops that update variables share: how their tensors are arranged, checked, and walked in chunks.
//
// Inputs: scalars in front (the learning rate first; then the rule's own; then, if the op is `scaled`, a factor for
// all gradients or one for each; then, if it is `conditional`, whether to update at all), then the variables, their
// gradients, and their slots family by family. Outputs: the new variables and slots, in place where the planner allows.
#pragma once

#include <algorithm>

#include "core/parallel.h"
#include "kernels/optimizer/optimizer.h"
#include "ops/op.h"

namespace nnfit {

// Where the tensors of an update stand among its inputs.
struct UpdateArrangement {
  std::size_t leading;    // scalars in front
  std::size_t families;   // slots of a variable
  std::size_t variables;  // how many there are

  UpdateArrangement(std::size_t leading_, std::size_t families_, std::size_t inputs)
      : leading(leading_), families(families_), variables((inputs - leading_) / (2 + families_)) {}

  std::size_t variable(std::size_t i) const { return leading + i; }
  std::size_t gradient(std::size_t i) const { return leading + variables + i; }
  std::size_t slot_output(std::size_t family, std::size_t i) const { return variables * (1 + family) + i; }
  // The input that output `output` is the new value of.
  std::size_t old_value(std::size_t output) const {
    return output < variables ? leading + output : leading + variables + output;
  }
};

inline constexpr std::int64_t kChunk = 4096;  // elements that a thread updates at a time

// A part of a variable, its gradient and its slots; slots that the variable does not have are null.
struct UpdateChunk {
  static constexpr std::size_t kMostSlots = 3;

  DType dtype;
  std::int64_t count;
  const void* gradient;
  void* w;
  void* slots[kMostSlots];
};

inline void* element(const Operand& operand, std::int64_t i) {
  return static_cast<std::byte*>(operand.data) + i * static_cast<std::int64_t>(size_of(operand.spec->dtype));
}

// A part of `updated`, first filled with the old value where that is not the same memory.
void* updated_part(const Operand& old, const Operand& updated, std::int64_t first, std::int64_t count);

// The attributes that every rule has, after its own. They are found by place: there may be few elements to a step.
enum class Shared : std::size_t { weight_decay, undecayed, gradient_scale, clipvalue, scaled, conditional, count };

template <class T>
const T* shared(const Attributes& attributes, Shared which) {
  const auto& values = attributes.values();
  return std::get_if<T>(&values[values.size() - std::size_t(Shared::count) + std::size_t(which)]);
}
inline bool is_scaled(const Attributes& a) { return *shared<bool>(a, Shared::scaled); }
inline bool is_conditional(const Attributes& a) { return *shared<bool>(a, Shared::conditional); }

// One call of an update op.
class UpdateCall {
 public:
  UpdateCall(const RunContext& c, std::size_t leading, std::size_t families)
      : c_(c), a_(leading, families, c.inputs.size()) {}

  double scalar(std::size_t input, std::int64_t element = 0) const;

  // Calls update(i, chunk) for chunks of all variables i, in one parallel region. If the op is conditional and its
  // condition false, old values are only copied where they are not in place.
  template <class F>
  void for_chunks(F&& update) const {
    const bool due = !is_conditional(c_.attributes) || scalar(a_.leading - 1) != 0;
    std::int64_t chunks = 0, elements = 0;
    for (std::size_t i = 0; i < a_.variables; ++i) {
      chunks += chunks_of(i);
      elements += size(i);
    }
    parallel_for(chunks, static_cast<double>(elements) * 0.25, [&](std::int64_t number) {
      std::size_t i = 0;
      while (number >= chunks_of(i)) number -= chunks_of(i++);
      const UpdateChunk chunk = resolve(i, number * kChunk);
      if (due) update(i, chunk);
    });
  }

  // The rule for variable i: `rule`, with what the attributes of every rule say put into it.
  template <class Rule>
  Rule completed(Rule rule, std::size_t i) const {
    const Attributes& a = c_.attributes;
    const Integers& undecayed = *shared<Integers>(a, Shared::undecayed);
    const bool decays = std::find(undecayed.begin(), undecayed.end(), std::int64_t(i)) == undecayed.end();
    rule.weight_decay = decays ? *shared<double>(a, Shared::weight_decay) * scalar(0) : 0;
    rule.gradient_scale = *shared<double>(a, Shared::gradient_scale);
    if (is_scaled(a)) {
      const std::size_t scales = a_.leading - (is_conditional(a) ? 2 : 1);
      rule.gradient_scale *= scalar(scales, c_.in_shape(scales).size() > 1 ? std::int64_t(i) : 0);
    }
    if (const double* const clip = shared<double>(a, Shared::clipvalue)) rule.gradient_clip = *clip;
    return rule;
  }

 private:
  std::int64_t size(std::size_t i) const { return c_.in_shape(a_.variable(i)).size(); }
  std::int64_t chunks_of(std::size_t i) const { return (size(i) + kChunk - 1) / kChunk; }
  UpdateChunk resolve(std::size_t i, std::int64_t first) const;

  const RunContext& c_;
  UpdateArrangement a_;
};

// A rule's own attributes and the shared ones.
std::vector<AttributeSchema> with_update_attributes(std::vector<AttributeSchema> own);

// The outputs of an update op, whose tensors it checks. Input `scales` may have an element for each gradient.
std::vector<Spec> infer_update(std::span<const Spec> in, std::size_t leading, std::size_t families, std::size_t scales);
// The same for a rule, of which `own` scalars in front are its own, and with its attributes.
std::vector<Spec> infer_rule(const Attributes& attributes, std::span<const Spec> in, std::size_t own,
                             std::size_t leading, std::size_t families);

// The scalars in front of a rule, those that every rule may have included.
template <class Rule>
std::size_t leading_of(const Attributes& a) {
  return Rule::own + (is_scaled(a) ? 1 : 0) + (is_conditional(a) ? 1 : 0);
}

template <class Rule>
void run_update(const RunContext& c) {
  const UpdateCall call(c, leading_of<Rule>(c.attributes), Rule::families(c.attributes));
  const auto rule = Rule::read(call, c.attributes);
  call.for_chunks([&](std::size_t i, const UpdateChunk& chunk) { Rule::update(call.completed(rule, i), chunk); });
}

// The op of a rule (ops/update_rules.h).
template <class Rule>
Op update_op(const std::string& name, std::vector<AttributeSchema> own) {
  return {.name = name,
          .attributes = with_update_attributes(std::move(own)),
          .max_inputs = -1,
          .infer =
              [](const Attributes& a, std::span<const Spec> in) {
                return infer_rule(a, in, Rule::own, leading_of<Rule>(a), Rule::families(a));
              },
          .run = run_update<Rule>,
          .list_output = true,
          .reuse = Reuse::chosen,
          .may_reuse =
              [](const Attributes& a, std::size_t inputs, std::size_t output, std::size_t input) {
                return input == UpdateArrangement(leading_of<Rule>(a), Rule::families(a), inputs).old_value(output);
              }};
}

}  // namespace nnfit
