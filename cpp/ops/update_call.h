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

// How many scalars stand in front, and how many slots a variable has: both may depend on attributes.
using CountOf = std::size_t (*)(const Attributes&);

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

// A part of a variable, its gradient and its slots; slots that the variable does not have are null.
struct UpdateChunk {
  static constexpr std::size_t kMostSlots = 3;

  DType dtype;
  std::int64_t count;
  const void* gradient;
  void* w;
  void* slots[kMostSlots];
};

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

  // Calls kernel(rule, chunk) likewise, with what the attributes of every rule say put into the rule.
  template <class Rule, class Kernel>
  void run(const Rule& rule, Kernel&& kernel) const {
    const Attributes& a = c_.attributes;
    const double decay = *shared<double>(a, Shared::weight_decay) * scalar(0);
    const double scale = *shared<double>(a, Shared::gradient_scale);
    const double* const clip = shared<double>(a, Shared::clipvalue);  // null: none
    const Integers& undecayed = *shared<Integers>(a, Shared::undecayed);
    const std::size_t scales = a_.leading - (is_conditional(a) ? 2 : 1);
    const bool scaled = is_scaled(a), scaled_each = scaled && c_.in_shape(scales).size() > 1;
    for_chunks([&](std::size_t i, const UpdateChunk& chunk) {
      Rule r = rule;
      const bool decays = std::find(undecayed.begin(), undecayed.end(), std::int64_t(i)) == undecayed.end();
      r.weight_decay = decays ? decay : 0;
      r.gradient_scale = scaled ? scale * scalar(scales, scaled_each ? std::int64_t(i) : 0) : scale;
      if (clip) r.gradient_clip = *clip;
      kernel(r, chunk);
    });
  }

 private:
  static constexpr std::int64_t kChunk = 16384;

  std::int64_t size(std::size_t i) const { return c_.in_shape(a_.variable(i)).size(); }
  std::int64_t chunks_of(std::size_t i) const { return (size(i) + kChunk - 1) / kChunk; }
  UpdateChunk resolve(std::size_t i, std::int64_t first) const;
  void* updated(std::size_t output, std::int64_t first, std::int64_t count) const;

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

// The scalars in front of a rule that has `own` of them itself.
template <std::size_t own>
std::size_t leading_of(const Attributes& a) {
  return own + (is_scaled(a) ? 1 : 0) + (is_conditional(a) ? 1 : 0);
}

// The op of a rule with `own` scalars in front and families(attributes) slots for each variable.
template <std::size_t own, CountOf families>
Op update_op(const char* name, std::vector<AttributeSchema> attributes, void (*run)(const RunContext&)) {
  return {.name = name,
          .attributes = with_update_attributes(std::move(attributes)),
          .max_inputs = -1,
          .infer = [](const Attributes& a,
                      std::span<const Spec> in) { return infer_rule(a, in, own, leading_of<own>(a), families(a)); },
          .run = run,
          .list_output = true,
          .reuse = Reuse::chosen,
          .may_reuse =
              [](const Attributes& a, std::size_t inputs, std::size_t output, std::size_t input) {
                return input == UpdateArrangement(leading_of<own>(a), families(a), inputs).old_value(output);
              }};
}

template <std::size_t own, CountOf families>
UpdateCall update_call(const RunContext& c) {
  return {c, leading_of<own>(c.attributes), families(c.attributes)};
}

}  // namespace nnfit
