// host_call: a Python function inside a plan.
#include "ops/host_call.h"

namespace nnfit {

void register_host_ops(OpTable& table) {
  table.add({
      .name = "host_call",
      .attributes = {AttributeSchema::needed("function", AttributeKind::host_function)},
      .min_inputs = 0,
      .max_inputs = -1,
      .infer = [](const Attributes& attributes,
                  std::span<const Spec> inputs) { return attributes.host_function("function")->infer(inputs); },
      .run = [](const RunContext& c) { c.attributes.host_function("function")->call(c.inputs, c.outputs); },
      .list_output = true,
      .effect = Effect::host,
  });
}

}  // namespace nnfit
