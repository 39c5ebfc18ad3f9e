// One op of a rule updates all variables of a step.
#include <cmath>

#include "kernels/kernels.h"
#include "ops/row_update.h"
#include "ops/update_call.h"

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

template <std::size_t n>
std::size_t families(const Attributes&) {
  return n;
}
std::size_t sgd_families(const Attributes& a) { return a.real("momentum") != 0 ? 1 : 0; }
std::size_t rmsprop_families(const Attributes& a) {
  return 1 + (a.flag("centered") ? 1 : 0) + (a.real("momentum") != 0 ? 1 : 0);
}
std::size_t adam_families(const Attributes& a) { return a.flag("amsgrad") ? 3 : 2; }

void run_sgd(const RunContext& c) {
  const auto call = update_call<1, sgd_families>(c);
  SgdRule rule;
  rule.learning_rate = call.scalar(0);
  rule.momentum = c.attributes.real("momentum");
  rule.nesterov = c.attributes.flag("nesterov");
  call.run(rule, [](const SgdRule& r, const UpdateChunk& u) {
    kernels().optimizer->sgd_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0]);
  });
}

void run_rmsprop(const RunContext& c) {
  const auto call = update_call<1, rmsprop_families>(c);
  RmspropRule rule;
  rule.learning_rate = call.scalar(0);
  rule.rho = c.attributes.real("rho");
  rule.momentum = c.attributes.real("momentum");
  rule.epsilon = c.attributes.real("epsilon");
  const bool centered = c.attributes.flag("centered");
  call.run(rule, [centered](const RmspropRule& r, const UpdateChunk& u) {
    kernels().optimizer->rmsprop_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0],
                                                 centered ? u.slots[1] : nullptr, u.slots[centered ? 2 : 1]);
  });
}

void run_adam(const RunContext& c) {
  const auto call = update_call<2, adam_families>(c);
  AdamRule rule;
  rule.beta_1 = c.attributes.real("beta_1");
  rule.beta_2 = c.attributes.real("beta_2");
  rule.epsilon = c.attributes.real("epsilon");
  const double step = call.scalar(1);
  rule.learning_rate = call.scalar(0) * std::sqrt(1 - std::pow(rule.beta_2, step)) / (1 - std::pow(rule.beta_1, step));
  call.run(rule, [](const AdamRule& r, const UpdateChunk& u) {
    kernels().optimizer->adam_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0], u.slots[1], u.slots[2]);
  });
}

void run_adamax(const RunContext& c) {
  const auto call = update_call<2, families<2>>(c);
  AdamaxRule rule;
  rule.beta_1 = c.attributes.real("beta_1");
  rule.beta_2 = c.attributes.real("beta_2");
  rule.epsilon = c.attributes.real("epsilon");
  rule.learning_rate = call.scalar(0) / (1 - std::pow(rule.beta_1, call.scalar(1)));
  call.run(rule, [](const AdamaxRule& r, const UpdateChunk& u) {
    kernels().optimizer->adamax_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0], u.slots[1]);
  });
}

// The momentum of step t by Dozat's schedule.
double nadam_momentum(double beta_1, double t) { return beta_1 * (1 - 0.5 * std::pow(0.96, t)); }

void run_nadam(const RunContext& c) {
  const auto call = update_call<3, families<2>>(c);
  NadamRule rule;
  rule.beta_1 = c.attributes.real("beta_1");
  rule.beta_2 = c.attributes.real("beta_2");
  rule.epsilon = c.attributes.real("epsilon");
  const double rate = call.scalar(0), step = call.scalar(1), product = call.scalar(2);
  const double now = nadam_momentum(rule.beta_1, step), next = nadam_momentum(rule.beta_1, step + 1);
  rule.momentum_rate = rate * next / (1 - product * next);
  rule.learning_rate = rate * (1 - now) / (1 - product);
  rule.velocity_correction = 1 / (1 - std::pow(rule.beta_2, step));
  call.run(rule, [](const NadamRule& r, const UpdateChunk& u) {
    kernels().optimizer->nadam_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0], u.slots[1]);
  });
}

void run_adagrad(const RunContext& c) {
  const auto call = update_call<1, families<1>>(c);
  AdagradRule rule;
  rule.learning_rate = call.scalar(0);
  rule.epsilon = c.attributes.real("epsilon");
  call.run(rule, [](const AdagradRule& r, const UpdateChunk& u) {
    kernels().optimizer->adagrad_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0]);
  });
}

void run_adadelta(const RunContext& c) {
  const auto call = update_call<1, families<2>>(c);
  AdadeltaRule rule;
  rule.learning_rate = call.scalar(0);
  rule.rho = c.attributes.real("rho");
  rule.epsilon = c.attributes.real("epsilon");
  call.run(rule, [](const AdadeltaRule& r, const UpdateChunk& u) {
    kernels().optimizer->adadelta_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0], u.slots[1]);
  });
}

void run_ftrl(const RunContext& c) {
  const auto call = update_call<1, families<2>>(c);
  FtrlRule rule;
  rule.learning_rate = call.scalar(0);
  rule.power = -c.attributes.real("learning_rate_power");
  rule.l1 = c.attributes.real("l1");
  rule.l2 = c.attributes.real("l2") + c.attributes.real("beta") / (2 * rule.learning_rate);
  rule.l2_shrinkage = c.attributes.real("l2_shrinkage");
  call.run(rule, [](const FtrlRule& r, const UpdateChunk& u) {
    kernels().optimizer->ftrl_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0], u.slots[1]);
  });
}

void run_lion(const RunContext& c) {
  const auto call = update_call<1, families<1>>(c);
  LionRule rule;
  rule.learning_rate = call.scalar(0);
  rule.beta_1 = c.attributes.real("beta_1");
  rule.beta_2 = c.attributes.real("beta_2");
  call.run(rule, [](const LionRule& r, const UpdateChunk& u) {
    kernels().optimizer->lion_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0]);
  });
}

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

S real(const char* name, double value) { return S::with_default(name, K::real, value); }
S flag(const char* name) { return S::with_default(name, K::boolean, false); }

}  // namespace

void register_optimizer_ops(OpTable& table) {
  table.add(update_op<1, sgd_families>("sgd_update", {real("momentum", 0), flag("nesterov")}, run_sgd));
  table.add(update_op<1, rmsprop_families>(
      "rmsprop_update", {real("rho", 0.9), real("momentum", 0), real("epsilon", 1e-7), flag("centered")}, run_rmsprop));
  const std::vector<S> betas = {real("beta_1", 0.9), real("beta_2", 0.999), real("epsilon", 1e-7)};
  table.add(update_op<2, adam_families>("adam_update", {betas[0], betas[1], betas[2], flag("amsgrad")}, run_adam));
  table.add(update_op<2, families<2>>("adamax_update", betas, run_adamax));
  table.add(update_op<3, families<2>>("nadam_update", betas, run_nadam));
  table.add(update_op<1, families<1>>("adagrad_update", {real("epsilon", 1e-7)}, run_adagrad));
  table.add(row_update_op<1, sgd_families, run_sgd, sgd_rows>({real("momentum", 0), flag("nesterov")}));
  table.add(row_update_op<1, families<1>, run_adagrad, adagrad_rows>({real("epsilon", 1e-7)}));
  table.add(update_op<1, families<2>>("adadelta_update", {real("rho", 0.95), real("epsilon", 1e-7)}, run_adadelta));
  table.add(update_op<1, families<2>>(
      "ftrl_update",
      {real("learning_rate_power", -0.5), real("l1", 0), real("l2", 0), real("l2_shrinkage", 0), real("beta", 0)},
      run_ftrl));
  table.add(update_op<1, families<1>>("lion_update", {real("beta_1", 0.9), real("beta_2", 0.99)}, run_lion));
  table.add(
      {.name = "average_update",
       .attributes = {flag("conditional")},
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
