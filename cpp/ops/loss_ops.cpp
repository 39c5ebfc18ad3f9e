// Cross-entropies of logits along the last axis against a target for each class, and of sigmoids, with their gradients.
#include "ops/functions.h"
#include "ops/loss_call.h"
#include "ops/row_tiles.h"

namespace nnfit {

namespace {

using functions::expand_dims;
using functions::multiply;
using functions::negative;
using functions::subtract;
using functions::sum;
using namespace losses;

void expect_same_shape(const char* name, const Spec& target, const Spec& logits) {
  if (target.shape == logits.shape) return;
  throw ValueError(
      concat("[", name, "] expected targets of the logits' shape ", logits.shape, "; got ", target.shape, "."));
}

// --- softmax_cross_entropy(target, logits)

std::vector<Spec> infer_dense(const Attributes&, std::span<const Spec> in) {
  expect_predictions("categorical_crossentropy", in[1]);
  expect_same_shape("categorical_crossentropy", in[0], in[1]);
  return {{in[1].dtype, without_classes(in[1].shape)}};
}

void run_dense(const RunContext& c) {
  const std::int64_t n = classes_of(c.in_shape(1));
  const auto kernel = table_in_use().dense_cross_entropy[c.in_dtype(1)];
  for_row_tiles(rows_of(c.in_shape(1)), n, nanoseconds_per_element, [&](std::int64_t first, std::int64_t count) {
    kernel(count, n, at(c.inputs[1], first * n), at(c.inputs[0], first * n), at_output(c, first));
  });
}

std::vector<Tensor> gradient_of_dense(const GradientContext& c) {
  const Tensor &target = c.in(0), &logits = c.in(1), &dloss = c.dout();
  Tensor to_target;
  if (c.needed[0]) to_target = multiply(negative(functions::unary("log_softmax", logits)), expand_dims(dloss, -1));
  return {to_target, apply_named("softmax_cross_entropy_gradient", {target, logits, dloss})[0]};
}

// softmax_cross_entropy_gradient(target, logits, dloss)
std::vector<Spec> infer_dense_gradient(const Attributes&, std::span<const Spec> in) {
  expect_predictions("categorical_crossentropy", in[1]);
  expect_same_shape("categorical_crossentropy", in[0], in[1]);
  expect_row_each("categorical_crossentropy", in[2], in[1]);
  return {in[1]};
}

void run_dense_gradient(const RunContext& c) {
  const std::int64_t n = classes_of(c.in_shape(1));
  const auto kernel = table_in_use().dense_cross_entropy_gradient[c.in_dtype(1)];
  for_row_tiles(rows_of(c.in_shape(1)), n, nanoseconds_per_element, [&](std::int64_t first, std::int64_t count) {
    kernel(count, n, at(c.inputs[1], first * n), at(c.inputs[0], first * n), at(c.inputs[2], first),
           at_output(c, first * n));
  });
}

// With p = softmax(logits) and s = sum(target): (p s - target) dloss.
std::vector<Tensor> gradient_of_dense_gradient(const GradientContext& c) {
  const Tensor &target = c.in(0), &logits = c.in(1), &dloss = c.in(2);
  const Tensor weighted = multiply(c.dout(), expand_dims(dloss, -1)), p = functions::unary("softmax", logits);
  const Tensor to_target = subtract(sum(multiply(weighted, p), {-1}, true), weighted);
  const Tensor to_logits = multiply(sum(target, {-1}, true), functions::binary("softmax_gradient", weighted, p));
  const Tensor per_unit =
      apply_named("softmax_cross_entropy_gradient", {target, logits, functions::ones_like(dloss)})[0];
  return {to_target, to_logits, sum(multiply(c.dout(), per_unit), {-1})};
}

// --- sigmoid_cross_entropy(target, logits)

std::vector<Spec> infer_sigmoid(const Attributes&, std::span<const Spec> in) {
  expect_same_shape("binary_crossentropy", in[0], in[1]);
  return {in[1]};
}

void run_sigmoid(const RunContext& c) {
  const auto kernel = table_in_use().sigmoid_cross_entropy[c.in_dtype(1)];
  for_row_tiles(c.in_shape(1).size(), 1, 1, [&](std::int64_t first, std::int64_t count) {
    kernel(count, at(c.inputs[1], first), at(c.inputs[0], first), at_output(c, first));
  });
}

std::vector<Tensor> gradient_of_sigmoid(const GradientContext& c) {
  const Tensor &target = c.in(0), &logits = c.in(1), &dloss = c.dout();
  Tensor to_target;
  if (c.needed[0]) to_target = negative(multiply(logits, dloss));
  return {to_target, apply_named("sigmoid_cross_entropy_gradient", {target, logits, dloss})[0]};
}

// sigmoid_cross_entropy_gradient(target, logits, dloss)
std::vector<Spec> infer_sigmoid_gradient(const Attributes&, std::span<const Spec> in) {
  expect_same_shape("binary_crossentropy", in[0], in[1]);
  expect_same_shape("binary_crossentropy", in[2], in[1]);
  return {in[1]};
}

void run_sigmoid_gradient(const RunContext& c) {
  const auto kernel = table_in_use().sigmoid_cross_entropy_gradient[c.in_dtype(1)];
  for_row_tiles(c.in_shape(1).size(), 1, 1, [&](std::int64_t first, std::int64_t count) {
    kernel(count, at(c.inputs[1], first), at(c.inputs[0], first), at(c.inputs[2], first), at_output(c, first));
  });
}

// (sigmoid(logits) - target) dloss
std::vector<Tensor> gradient_of_sigmoid_gradient(const GradientContext& c) {
  const Tensor &target = c.in(0), &logits = c.in(1), &dloss = c.in(2);
  const Tensor weighted = multiply(c.dout(), dloss), p = functions::unary("sigmoid", logits);
  return {negative(weighted), functions::binary("sigmoid_gradient", weighted, p),
          multiply(c.dout(), subtract(p, target))};
}

}  // namespace

void register_loss_ops(OpTable& table) {
  const auto add = [&](const char* name, int inputs, auto infer, auto run, auto gradient, Reuse reuse,
                       std::optional<Cost> elementwise = {}) {
    table.add({.name = name,
               .min_inputs = inputs,
               .max_inputs = inputs,
               .infer = infer,
               .run = run,
               .gradient = gradient,
               .promotion = Promotion::common_float,
               .reuse = reuse,
               .elementwise = elementwise});
  };
  // A gradient may be written over logits or targets, but not over the losses: those of later rows are read later.
  add("softmax_cross_entropy", 2, infer_dense, run_dense, gradient_of_dense, Reuse::none);
  add("softmax_cross_entropy_gradient", 3, infer_dense_gradient, run_dense_gradient, gradient_of_dense_gradient,
      Reuse::none);
  add("sigmoid_cross_entropy", 2, infer_sigmoid, run_sigmoid, gradient_of_sigmoid, Reuse::any_same_spec,
      Cost::function);
  add("sigmoid_cross_entropy_gradient", 3, infer_sigmoid_gradient, run_sigmoid_gradient, gradient_of_sigmoid_gradient,
      Reuse::any_same_spec, Cost::function);
}

}  // namespace nnfit
