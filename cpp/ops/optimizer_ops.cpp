// One op of a rule updates all variables of a step.
#include "ops/row_update.h"
#include "ops/update_rules.h"

namespace nnfit {

namespace {

// Averages stand where a rule has variables, and the values that they follow where it has gradients.
std::size_t average_leading(const Attributes& a) { return is_conditional(a) ? 2 : 1; }

void run_average(const RunContext& c) {
  const UpdateCall call(c, average_leading(c.attributes), 0);
  const double momentum = call.scalar(0);
  call.for_chunks([momentum](std::size_t, const UpdateChunk& u) {
    kernels().optimizer->average_update[u.dtype](momentum, u.count, u.gradient, u.w);
  });
}

// The ops for rows that were looked up, of the rules that leave a row alone whose gradient is 0
// (graph/update_rows.cpp).
constexpr char sgd_rows[] = "sgd_update_rows", adagrad_rows[] = "adagrad_update_rows";

}  // namespace

void register_optimizer_ops(OpTable& table) {
  for_each_rule([&]<class Rule>(Rule, const std::string& name, const std::vector<AttributeSchema>& own) {
    table.add(update_op<Rule>(name + "_update", own));
    if constexpr (std::is_same_v<Rule, Sgd>) table.add(row_update_op<Rule, sgd_rows>(own));
    if constexpr (std::is_same_v<Rule, Adagrad>) table.add(row_update_op<Rule, adagrad_rows>(own));
  });
  table.add(
      {.name = "average_update",
       .attributes = {AttributeSchema::with_default("conditional", AttributeKind::boolean, false)},
       .max_inputs = -1,
       .infer = [](const Attributes& a,
                   std::span<const Spec> in) { return infer_update(in, average_leading(a), 0, average_leading(a)); },
       .run = run_average,
       .list_output = true,
       .reuse = Reuse::chosen,
       .may_reuse = [](const Attributes& a, std::size_t, std::size_t output,
                       std::size_t input) { return input == average_leading(a) + output; }});
}

}  // namespace nnfit
