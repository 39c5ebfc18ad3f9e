// Optimizer updates against the rules in double, and against themselves cut into chunks and streamed.
#include "kernels/optimizer/optimizer.h"

#include "kernels/kernels.h"
#include "tests/check.h"

using namespace nnfit;
using namespace nnfit::test;

namespace {

// A variable with its gradient and up to three slots.
template <class T>
struct State {
  Guarded<T> gradient, w, slots[3];

  explicit State(std::int64_t n) : gradient(n), w(n), slots{Guarded<T>(n), Guarded<T>(n), Guarded<T>(n)} {
    Random random(5);
    for (std::int64_t i = 0; i < n; ++i) {
      gradient[i] = T(random.uniform(-2, 2));
      w[i] = T(random.uniform(-1, 1));
      slots[0][i] = T(random.uniform(0.5, 1));  // a velocity: above the square of the average in slot 1
      slots[1][i] = T(random.uniform(-0.5, 0.5));
      slots[2][i] = T(random.uniform(0, 1));
    }
  }
  bool intact() const {
    return gradient.intact() && w.intact() && slots[0].intact() && slots[1].intact() && slots[2].intact();
  }
};

struct Element {
  double g, w, slots[3];
};

double clipped(const UpdateRule& rule, double g) {
  return std::min(std::max(rule.gradient_scale * g, -rule.gradient_clip), rule.gradient_clip);
}

// Runs `update(rule, first, count, state)` whole, in chunks and streamed, and `reference(rule, element)` on each
// element.
template <class T, class Rule, class Update, class Reference>
void test_rule(const char* name, const Rule& rule, Update update, Reference reference) {
  for (const std::int64_t n : {0, 1, 3, 8, 15, 16, 17, 67}) {
    State<T> start(n), whole(n), cut(n), streamed(n);
    for (int step = 0; step < 3; ++step) update(rule, 0, n, whole);
    for (int step = 0; step < 3; ++step)
      for (std::int64_t i = 0; i < n; i += 5) update(rule, i, std::min<std::int64_t>(5, n - i), cut);
    Rule past_caches = rule;
    past_caches.streams = true;
    const std::int64_t aligned = std::min<std::int64_t>(n, 64 / sizeof(T) - 1);  // the element of w that is
    for (int step = 0; step < 3; ++step) {
      update(past_caches, 0, aligned, streamed);
      update(past_caches, aligned, n - aligned, streamed);
    }
    bool close = true, same_bits = true;
    for (std::int64_t i = 0; i < n; ++i) {
      Element e = {start.gradient[i], start.w[i], {start.slots[0][i], start.slots[1][i], start.slots[2][i]}};
      for (int step = 0; step < 3; ++step) {
        Element next = e;
        next.w -= rule.weight_decay * e.w;
        next.g = clipped(rule, e.g);
        reference(rule, next);
        next.g = e.g;
        e = next;
      }
      const double tolerance = 64 * std::numeric_limits<T>::epsilon();
      close &= near(whole.w[i], e.w, tolerance, tolerance);
      same_bits &= same(whole.w[i], cut.w[i]) && same(whole.w[i], streamed.w[i]);
      for (int s = 0; s < 3; ++s) {
        close &= near(whole.slots[s][i], e.slots[s], tolerance, tolerance);
        same_bits &= same(whole.slots[s][i], cut.slots[s][i]) && same(whole.slots[s][i], streamed.slots[s][i]);
      }
    }
    check(close && whole.intact(), std::string(name) + " against double, n = " + std::to_string(n));
    check(same_bits && cut.intact(), std::string(name) + " cut into chunks, or streamed, n = " + std::to_string(n));
    check(streamed.intact(), std::string(name) + " streamed outside, n = " + std::to_string(n));
  }
}

// The prologues: as is, scaled with decay, clamped with decay.
template <class Rule>
std::vector<Rule> with_prologues(Rule rule) {
  Rule scaled = rule, clamped = rule;
  scaled.gradient_scale = 0.37;
  scaled.weight_decay = 0.01;
  clamped.gradient_clip = 0.5;
  clamped.weight_decay = 0.001;
  return {rule, scaled, clamped};
}

template <class T>
void test_sgd(const OptimizerTable& table, DType dtype) {
  for (const int kind : {0, 1, 2})  // plain, momentum, nesterov
    for (const SgdRule& rule : with_prologues(SgdRule{{.learning_rate = 0.1}, 0.9, kind == 2}))
      test_rule<T>(
          "sgd", rule,
          [&](const SgdRule& r, std::int64_t i, std::int64_t n, State<T>& s) {
            table.sgd_update[dtype](r, n, s.gradient.data() + i, s.w.data() + i,
                                    kind ? s.slots[0].data() + i : nullptr);
          },
          [&](const SgdRule& r, Element& e) {
            const double step = r.learning_rate * e.g;
            if (kind) e.slots[0] = r.momentum * e.slots[0] - step;
            e.w += kind == 0 ? -step : kind == 1 ? e.slots[0] : r.momentum * e.slots[0] - step;
          });
}

template <class T>
void test_rmsprop(const OptimizerTable& table, DType dtype) {
  for (const bool centered : {false, true})
    for (const bool momentum : {false, true})
      for (const RmspropRule& rule : with_prologues(RmspropRule{{.learning_rate = 0.01}, 0.9, 0.8, 1e-3}))
        test_rule<T>(
            "rmsprop", rule,
            [&](const RmspropRule& r, std::int64_t i, std::int64_t n, State<T>& s) {
              table.rmsprop_update[dtype](r, n, s.gradient.data() + i, s.w.data() + i, s.slots[0].data() + i,
                                          centered ? s.slots[1].data() + i : nullptr,
                                          momentum ? s.slots[2].data() + i : nullptr);
            },
            [&](const RmspropRule& r, Element& e) {
              e.slots[0] = r.rho * e.slots[0] + (1 - r.rho) * e.g * e.g;
              if (centered) e.slots[1] = r.rho * e.slots[1] + (1 - r.rho) * e.g;
              const double d = e.slots[0] - (centered ? e.slots[1] * e.slots[1] : 0) + r.epsilon;
              const double step = r.learning_rate * e.g / std::sqrt(d);
              if (momentum) e.slots[2] = r.momentum * e.slots[2] + step;
              e.w -= momentum ? e.slots[2] : step;
            });
}

template <class T>
void test_adam(const OptimizerTable& table, DType dtype) {
  for (const bool amsgrad : {false, true})
    for (const AdamRule& rule : with_prologues(AdamRule{{.learning_rate = 0.01}, 0.9, 0.99, 1e-3}))
      test_rule<T>(
          "adam", rule,
          [&](const AdamRule& r, std::int64_t i, std::int64_t n, State<T>& s) {
            table.adam_update[dtype](r, n, s.gradient.data() + i, s.w.data() + i, s.slots[1].data() + i,
                                     s.slots[0].data() + i, amsgrad ? s.slots[2].data() + i : nullptr);
          },
          [&](const AdamRule& r, Element& e) {
            e.slots[1] += (1 - r.beta_1) * (e.g - e.slots[1]);
            e.slots[0] += (1 - r.beta_2) * (e.g * e.g - e.slots[0]);
            if (amsgrad) e.slots[2] = std::max(e.slots[2], e.slots[0]);
            e.w -= r.learning_rate * e.slots[1] / (std::sqrt(amsgrad ? e.slots[2] : e.slots[0]) + r.epsilon);
          });
}

template <class T>
void test_adamax(const OptimizerTable& table, DType dtype) {
  for (const AdamaxRule& rule : with_prologues(AdamaxRule{{.learning_rate = 0.01}, 0.9, 0.99, 1e-3}))
    test_rule<T>(
        "adamax", rule,
        [&](const AdamaxRule& r, std::int64_t i, std::int64_t n, State<T>& s) {
          table.adamax_update[dtype](r, n, s.gradient.data() + i, s.w.data() + i, s.slots[1].data() + i,
                                     s.slots[0].data() + i);
        },
        [&](const AdamaxRule& r, Element& e) {
          e.slots[1] += (1 - r.beta_1) * (e.g - e.slots[1]);
          e.slots[0] = std::max(r.beta_2 * e.slots[0], std::abs(e.g));
          e.w -= r.learning_rate * e.slots[1] / (e.slots[0] + r.epsilon);
        });
}

template <class T>
void test_nadam(const OptimizerTable& table, DType dtype) {
  for (const NadamRule& rule : with_prologues(NadamRule{{.learning_rate = 0.01}, 0.02, 1.5, 0.9, 0.99, 1e-3}))
    test_rule<T>(
        "nadam", rule,
        [&](const NadamRule& r, std::int64_t i, std::int64_t n, State<T>& s) {
          table.nadam_update[dtype](r, n, s.gradient.data() + i, s.w.data() + i, s.slots[1].data() + i,
                                    s.slots[0].data() + i);
        },
        [&](const NadamRule& r, Element& e) {
          e.slots[1] += (1 - r.beta_1) * (e.g - e.slots[1]);
          e.slots[0] += (1 - r.beta_2) * (e.g * e.g - e.slots[0]);
          e.w -= (r.momentum_rate * e.slots[1] + r.learning_rate * e.g) /
                 (std::sqrt(r.velocity_correction * e.slots[0]) + r.epsilon);
        });
}

template <class T>
void test_adagrad(const OptimizerTable& table, DType dtype) {
  for (const AdagradRule& rule : with_prologues(AdagradRule{{.learning_rate = 0.01}, 1e-3}))
    test_rule<T>(
        "adagrad", rule,
        [&](const AdagradRule& r, std::int64_t i, std::int64_t n, State<T>& s) {
          table.adagrad_update[dtype](r, n, s.gradient.data() + i, s.w.data() + i, s.slots[0].data() + i);
        },
        [&](const AdagradRule& r, Element& e) {
          e.slots[0] += e.g * e.g;
          e.w -= r.learning_rate * e.g / std::sqrt(e.slots[0] + r.epsilon);
        });
}

template <class T>
void test_adadelta(const OptimizerTable& table, DType dtype) {
  for (const AdadeltaRule& rule : with_prologues(AdadeltaRule{{.learning_rate = 0.5}, 0.9, 1e-3}))
    test_rule<T>(
        "adadelta", rule,
        [&](const AdadeltaRule& r, std::int64_t i, std::int64_t n, State<T>& s) {
          table.adadelta_update[dtype](r, n, s.gradient.data() + i, s.w.data() + i, s.slots[0].data() + i,
                                       s.slots[2].data() + i);
        },
        [&](const AdadeltaRule& r, Element& e) {
          e.slots[0] = r.rho * e.slots[0] + (1 - r.rho) * e.g * e.g;
          const double step = std::sqrt((e.slots[2] + r.epsilon) / (e.slots[0] + r.epsilon)) * e.g;
          e.slots[2] = r.rho * e.slots[2] + (1 - r.rho) * step * step;
          e.w -= r.learning_rate * step;
        });
}

template <class T>
void test_ftrl(const OptimizerTable& table, DType dtype) {
  for (const double power : {0.5, 0.7, 0.0})
    for (const FtrlRule& rule : with_prologues(FtrlRule{{.learning_rate = 0.5}, power, 0.3, 0.2, 0.1}))
      test_rule<T>(
          "ftrl", rule,
          [&](const FtrlRule& r, std::int64_t i, std::int64_t n, State<T>& s) {
            table.ftrl_update[dtype](r, n, s.gradient.data() + i, s.w.data() + i, s.slots[0].data() + i,
                                     s.slots[1].data() + i);
          },
          [&](const FtrlRule& r, Element& e) {
            const double after = e.slots[0] + e.g * e.g, strength = std::pow(after, r.power) / r.learning_rate;
            e.slots[1] +=
                e.g + 2 * r.l2_shrinkage * e.w - (strength - std::pow(e.slots[0], r.power) / r.learning_rate) * e.w;
            e.slots[0] = after;
            e.w = (std::min(std::max(e.slots[1], -r.l1), r.l1) - e.slots[1]) / (strength + 2 * r.l2);
          });
}

template <class T>
void test_lion(const OptimizerTable& table, DType dtype) {
  for (const LionRule& rule : with_prologues(LionRule{{.learning_rate = 0.01}, 0.9, 0.99}))
    test_rule<T>(
        "lion", rule,
        [&](const LionRule& r, std::int64_t i, std::int64_t n, State<T>& s) {
          table.lion_update[dtype](r, n, s.gradient.data() + i, s.w.data() + i, s.slots[1].data() + i);
        },
        [&](const LionRule& r, Element& e) {
          const double direction = r.beta_1 * e.slots[1] + (1 - r.beta_1) * e.g;
          e.slots[1] = r.beta_2 * e.slots[1] + (1 - r.beta_2) * e.g;
          e.w -= r.learning_rate * (direction > 0 ? 1 : direction < 0 ? -1 : 0);
        });
}

// The average is w, and follows the gradient.
template <class T>
void test_average(const OptimizerTable& table, DType dtype) {
  for (const double momentum : {0.0, 0.9})
    test_rule<T>(
        "average", UpdateRule{},
        [&](const UpdateRule&, std::int64_t i, std::int64_t n, State<T>& s) {
          table.average_update[dtype](momentum, n, s.gradient.data() + i, s.w.data() + i);
        },
        [&](const UpdateRule&, Element& e) { e.w = momentum * e.w + (1 - momentum) * e.g; });
}

// A gradient that overflows its square, or is NaN, leaves what the formulas leave.
void test_special_values(const OptimizerTable& table) {
  float g[] = {1e30f, std::numeric_limits<float>::quiet_NaN(), 0.0f}, w[] = {1, 1, 1}, v[] = {0, 0, 0};
  table.rmsprop_update[DType(4)](RmspropRule{{.learning_rate = 0.1}, 0.9, 0, 1e-7}, 3, g, w, v, nullptr, nullptr);
  check(w[0] == 1 && std::isinf(v[0]), "rmsprop: an infinite velocity stops the step");
  check(std::isnan(w[1]) && std::isnan(v[1]), "rmsprop: NaN stays");
  check(w[2] == 1 && v[2] == 0, "rmsprop: no gradient, no step");
  const float nan[] = {std::numeric_limits<float>::quiet_NaN()};
  float x[] = {1};
  table.sgd_update[DType(4)](SgdRule{{.learning_rate = 0.1, .gradient_clip = 1}}, 1, nan, x, nullptr);
  check(std::isnan(x[0]), "sgd: clamping does not hide NaN");
  float m[] = {0}, y[] = {1};
  table.lion_update[DType(4)](LionRule{{.learning_rate = 0.1}, 0.9, 0.99}, 1, nan, y, m);
  check(std::isnan(y[0]) && std::isnan(m[0]), "lion: the sign of NaN is NaN");
  float zero[] = {0}, a[] = {0}, z[] = {0}, u[] = {1};
  table.ftrl_update[DType(4)](FtrlRule{{.learning_rate = 0.1}}, 1, zero, u, a, z);
  check(u[0] == 0 && a[0] == 0 && z[0] == 0, "ftrl: nothing gathered makes nothing, not 0 / 0");
  const float infinite[] = {std::numeric_limits<float>::infinity()};
  float average[] = {std::numeric_limits<float>::infinity()};
  table.average_update[DType(4)](0, 1, zero, average);
  check(average[0] == 0, "average: without momentum the value, whatever the average was");
  table.average_update[DType(4)](0.9, 1, infinite, average);
  check(std::isinf(average[0]), "average: an infinite value stays");
}

// Slots whose gradients have ended become 0 in place of subnormal numbers.
void test_flushing(const OptimizerTable& table) {
  const float g[] = {0};
  float w[] = {0}, slots[3] = {1e-38f, -1e-38f, 1e-38f};
  table.adam_update[DType(4)](AdamRule{{}, 0.5, 0.5, 1e-7}, 1, g, w, slots + 1, slots, nullptr);
  check(slots[0] == 0 && slots[1] == 0, "adam: moments do not become subnormal");
  slots[0] = slots[2] = 1e-38f;
  table.adadelta_update[DType(4)](AdadeltaRule{{}, 0.5, 1e-7}, 1, g, w, slots, slots + 2);
  check(slots[0] == 0 && slots[2] == 0, "adadelta: accumulators do not become subnormal");
  slots[0] = 1e-38f;
  table.lion_update[DType(4)](LionRule{{}, 0.5, 0.5}, 1, g, w, slots);
  check(slots[0] == 0, "lion: the momentum does not become subnormal");
}

template <class T>
void test_rules(const OptimizerTable& table, DType dtype) {
  test_sgd<T>(table, dtype);
  test_rmsprop<T>(table, dtype);
  test_adam<T>(table, dtype);
  test_adamax<T>(table, dtype);
  test_nadam<T>(table, dtype);
  test_adagrad<T>(table, dtype);
  test_adadelta<T>(table, dtype);
  test_ftrl<T>(table, dtype);
  test_lion<T>(table, dtype);
  test_average<T>(table, dtype);
}

}  // namespace

int main() {
  for (const Kernels& isa : available_kernels()) {
    test_rules<float>(*isa.optimizer, DType(4));
    test_rules<double>(*isa.optimizer, DType(5));
    test_special_values(*isa.optimizer);
    test_flushing(*isa.optimizer);
  }
  return finish();
}
