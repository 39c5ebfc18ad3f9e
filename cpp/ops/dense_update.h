// The kernel of a dense layer updated as its gradient is made: a band of the gradient is used where it is, in cache,
// and none of it is stored. graph/fuse_dense_updates.cpp puts these ops into plans.
#pragma once

#include "ops/update_call.h"

namespace nnfit {

// Whether the gradient comes in bands: not where its sums are so long that they are made in parts.
bool dense_update_pays(const Spec& x, const Spec& dy);

// Whether the new kernel goes past the caches. Both threads have read the old one not long before, and such a line
// takes 6 ns to write, 30 where they share no cache, for the other's copy must go; a streaming store takes 2. Before a
// large kernel is read again, the caches will have seen too much else to have kept it.
bool dense_update_streams(const RunContext& c);

using ChunkUpdate = void (*)(const UpdateRule& rule, const UpdateChunk& chunk);

// Inputs: the scalars of the rule, the kernel and its slots, x (…, inputs) and dy (…, units). Outputs: the new kernel
// and slots, and the sum of dy over all axes but the last. The bits are those of dense_kernel_gradient and the rule's
// op.
void run_dense_update(const RunContext& c, std::size_t leading, const UpdateRule& rule, ChunkUpdate update);
std::vector<Spec> infer_dense_update(const Attributes& attributes, std::span<const Spec> in, std::size_t leading,
                                     std::size_t families);
std::size_t dense_update_scratch(std::span<const Spec> in);
bool dense_update_takes_parts(std::span<const Spec> in, std::size_t input, std::int64_t parts);

// The op of a rule (ops/update_rules.h), with the attributes of its update_op.
template <class Rule>
Op dense_update_op(const std::string& name, std::vector<AttributeSchema> own) {
  return {.name = name,
          .attributes = with_update_attributes(std::move(own)),
          .min_inputs = Rule::own + 3,
          .max_inputs = -1,
          .infer = [](const Attributes& a,
                      std::span<const Spec> in) { return infer_dense_update(a, in, Rule::own, Rule::families(a)); },
          .run =
              [](const RunContext& c) {
                const UpdateCall call(c, Rule::own, Rule::families(c.attributes));
                auto rule = call.completed(Rule::read(call, c.attributes), 0);
                rule.streams = dense_update_streams(c);
                run_dense_update(c, Rule::own, rule, [](const UpdateRule& r, const UpdateChunk& chunk) {
                  Rule::update(static_cast<const decltype(rule)&>(r), chunk);
                });
              },
          .list_output = true,
          .reuse = Reuse::chosen,
          .may_reuse = [](const Attributes& a, std::size_t, std::size_t output,
                          std::size_t input) { return output <= Rule::families(a) && input == Rule::own + output; },
          .scratch = [](const Attributes&, std::span<const Spec> in,
                        std::span<const Spec>) { return dense_update_scratch(in); },
          .takes_parts = [](const Attributes&, std::span<const Spec> in, std::size_t input,
                            std::int64_t parts) { return dense_update_takes_parts(in, input, parts); }};
}

}  // namespace nnfit
