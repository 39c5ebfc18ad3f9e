// The rules of the optimizers, as the ops need them: what stands in front, how many slots a variable has, and how a
// part of it is updated. The formulas stand in kernels/optimizer/optimizer.inc.
#pragma once

#include <cmath>

#include "kernels/kernels.h"
#include "ops/update_call.h"

namespace nnfit {

struct Sgd {
  static constexpr std::size_t own = 1;
  static std::size_t families(const Attributes& a) { return a.real("momentum") != 0 ? 1 : 0; }
  static SgdRule read(const UpdateCall& call, const Attributes& a) {
    SgdRule rule;
    rule.learning_rate = call.scalar(0);
    rule.momentum = a.real("momentum");
    rule.nesterov = a.flag("nesterov");
    return rule;
  }
  static void update(const SgdRule& r, const UpdateChunk& u) {
    kernels().optimizer->sgd_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0]);
  }
};

struct Rmsprop {
  static constexpr std::size_t own = 1;
  static std::size_t families(const Attributes& a) {
    return 1 + (a.flag("centered") ? 1 : 0) + (a.real("momentum") != 0 ? 1 : 0);
  }
  static RmspropRule read(const UpdateCall& call, const Attributes& a) {
    RmspropRule rule;
    rule.learning_rate = call.scalar(0);
    rule.rho = a.real("rho");
    rule.momentum = a.real("momentum");
    rule.epsilon = a.real("epsilon");
    rule.centered = a.flag("centered");
    return rule;
  }
  static void update(const RmspropRule& r, const UpdateChunk& u) {
    kernels().optimizer->rmsprop_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0],
                                                 r.centered ? u.slots[1] : nullptr, u.slots[r.centered ? 2 : 1]);
  }
};

struct Adam {
  static constexpr std::size_t own = 2;
  static std::size_t families(const Attributes& a) { return a.flag("amsgrad") ? 3 : 2; }
  static AdamRule read(const UpdateCall& call, const Attributes& a) {
    AdamRule rule;
    rule.beta_1 = a.real("beta_1");
    rule.beta_2 = a.real("beta_2");
    rule.epsilon = a.real("epsilon");
    const double step = call.scalar(1);
    rule.learning_rate =
        call.scalar(0) * std::sqrt(1 - std::pow(rule.beta_2, step)) / (1 - std::pow(rule.beta_1, step));
    return rule;
  }
  static void update(const AdamRule& r, const UpdateChunk& u) {
    kernels().optimizer->adam_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0], u.slots[1], u.slots[2]);
  }
};

struct Adamax {
  static constexpr std::size_t own = 2;
  static std::size_t families(const Attributes&) { return 2; }
  static AdamaxRule read(const UpdateCall& call, const Attributes& a) {
    AdamaxRule rule;
    rule.beta_1 = a.real("beta_1");
    rule.beta_2 = a.real("beta_2");
    rule.epsilon = a.real("epsilon");
    rule.learning_rate = call.scalar(0) / (1 - std::pow(rule.beta_1, call.scalar(1)));
    return rule;
  }
  static void update(const AdamaxRule& r, const UpdateChunk& u) {
    kernels().optimizer->adamax_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0], u.slots[1]);
  }
};

struct Nadam {
  static constexpr std::size_t own = 3;
  static std::size_t families(const Attributes&) { return 2; }
  static NadamRule read(const UpdateCall& call, const Attributes& a) {
    NadamRule rule;
    rule.beta_1 = a.real("beta_1");
    rule.beta_2 = a.real("beta_2");
    rule.epsilon = a.real("epsilon");
    const double rate = call.scalar(0), step = call.scalar(1), product = call.scalar(2);
    const double now = momentum_of(rule.beta_1, step), next = momentum_of(rule.beta_1, step + 1);
    rule.momentum_rate = rate * next / (1 - product * next);
    rule.learning_rate = rate * (1 - now) / (1 - product);
    rule.velocity_correction = 1 / (1 - std::pow(rule.beta_2, step));
    return rule;
  }
  static void update(const NadamRule& r, const UpdateChunk& u) {
    kernels().optimizer->nadam_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0], u.slots[1]);
  }
  // The momentum of step t by Dozat's schedule.
  static double momentum_of(double beta_1, double t) { return beta_1 * (1 - 0.5 * std::pow(0.96, t)); }
};

struct Adagrad {
  static constexpr std::size_t own = 1;
  static std::size_t families(const Attributes&) { return 1; }
  static AdagradRule read(const UpdateCall& call, const Attributes& a) {
    AdagradRule rule;
    rule.learning_rate = call.scalar(0);
    rule.epsilon = a.real("epsilon");
    return rule;
  }
  static void update(const AdagradRule& r, const UpdateChunk& u) {
    kernels().optimizer->adagrad_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0]);
  }
};

struct Adadelta {
  static constexpr std::size_t own = 1;
  static std::size_t families(const Attributes&) { return 2; }
  static AdadeltaRule read(const UpdateCall& call, const Attributes& a) {
    AdadeltaRule rule;
    rule.learning_rate = call.scalar(0);
    rule.rho = a.real("rho");
    rule.epsilon = a.real("epsilon");
    return rule;
  }
  static void update(const AdadeltaRule& r, const UpdateChunk& u) {
    kernels().optimizer->adadelta_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0], u.slots[1]);
  }
};

struct Ftrl {
  static constexpr std::size_t own = 1;
  static std::size_t families(const Attributes&) { return 2; }
  static FtrlRule read(const UpdateCall& call, const Attributes& a) {
    FtrlRule rule;
    rule.learning_rate = call.scalar(0);
    rule.power = -a.real("learning_rate_power");
    rule.l1 = a.real("l1");
    rule.l2 = a.real("l2") + a.real("beta") / (2 * rule.learning_rate);
    rule.l2_shrinkage = a.real("l2_shrinkage");
    return rule;
  }
  static void update(const FtrlRule& r, const UpdateChunk& u) {
    kernels().optimizer->ftrl_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0], u.slots[1]);
  }
};

struct Lion {
  static constexpr std::size_t own = 1;
  static std::size_t families(const Attributes&) { return 1; }
  static LionRule read(const UpdateCall& call, const Attributes& a) {
    LionRule rule;
    rule.learning_rate = call.scalar(0);
    rule.beta_1 = a.real("beta_1");
    rule.beta_2 = a.real("beta_2");
    return rule;
  }
  static void update(const LionRule& r, const UpdateChunk& u) {
    kernels().optimizer->lion_update[u.dtype](r, u.count, u.gradient, u.w, u.slots[0]);
  }
};

// Calls f(rule, its name, its own attributes) for each of them.
template <class F>
void for_each_rule(F&& f) {
  using S = AttributeSchema;
  const auto real = [](const char* name, double value) { return S::with_default(name, AttributeKind::real, value); };
  const auto flag = [](const char* name) { return S::with_default(name, AttributeKind::boolean, false); };
  const S beta_1 = real("beta_1", 0.9), beta_2 = real("beta_2", 0.999), epsilon = real("epsilon", 1e-7);
  using Own = std::vector<S>;
  f(Sgd{}, "sgd", Own{real("momentum", 0), flag("nesterov")});
  f(Rmsprop{}, "rmsprop", Own{real("rho", 0.9), real("momentum", 0), epsilon, flag("centered")});
  f(Adam{}, "adam", Own{beta_1, beta_2, epsilon, flag("amsgrad")});
  f(Adamax{}, "adamax", Own{beta_1, beta_2, epsilon});
  f(Nadam{}, "nadam", Own{beta_1, beta_2, epsilon});
  f(Adagrad{}, "adagrad", Own{epsilon});
  f(Adadelta{}, "adadelta", Own{real("rho", 0.95), epsilon});
  f(Ftrl{}, "ftrl",
    Own{real("learning_rate_power", -0.5), real("l1", 0), real("l2", 0), real("l2_shrinkage", 0), real("beta", 0)});
  f(Lion{}, "lion", Own{beta_1, real("beta_2", 0.99)});
}

}  // namespace nnfit
