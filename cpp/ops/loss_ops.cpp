// Cross-entropies of logits along the last axis, and their gradients.
#include "kernels/kernels.h"
#include "kernels/softmax/softmax.h"
#include "ops/functions.h"
#include "ops/op.h"
#include "ops/row_tiles.h"

namespace nnfit {

namespace {

using functions::constant;
using functions::expand_dims;
using functions::multiply;
using functions::negative;
using functions::subtract;
using functions::sum;
using S = AttributeSchema;
using K = AttributeKind;

constexpr double nanoseconds_per_element = 0.5;

const SoftmaxTable& table_in_use() { return *kernels().softmax; }

std::int64_t classes_of(const Shape& logits) { return logits[logits.rank() - 1]; }
std::int64_t rows_of(const Shape& logits) { return logits.size(0, logits.rank() - 1); }
Shape without_classes(Shape logits) {
  logits.erase(logits.rank() - 1);
  return logits;
}

const std::byte* at(const Operand& operand, std::int64_t element) {
  return static_cast<const std::byte*>(operand.data) +
         element * static_cast<std::int64_t>(size_of(operand.spec->dtype));
}
std::byte* at_output(const RunContext& c, std::int64_t element) {
  return static_cast<std::byte*>(c.outputs[0].data) +
         element * static_cast<std::int64_t>(size_of(c.outputs[0].spec->dtype));
}

void expect_logits(const char* name, const Spec& logits) {
  if (!is_floating(logits.dtype) || logits.shape.rank() < 1)
    throw ValueError(concat("[", name, "] expected floating logits (..., classes); got ", logits, "."));
}

void expect_same_shape(const char* name, const Spec& target, const Spec& logits) {
  if (target.shape == logits.shape) return;
  throw ValueError(
      concat("[", name, "] expected targets of the logits' shape ", logits.shape, "; got ", target.shape, "."));
}

// Of dloss, beside logits: one for each row.
void expect_row_each(const char* name, const Spec& dloss, const Spec& logits) {
  if (dloss.shape == without_classes(logits.shape)) return;
  throw ValueError(concat("[", name, "] expected a loss for each row of ", logits.shape, "; got ", dloss.shape, "."));
}

// --- labels

constexpr const char* sparse_name = "sparse_categorical_crossentropy";  // what the user called

void expect_labels(const Spec& labels, const Spec& logits) {
  const Shape rows = without_classes(logits.shape);
  Shape column = rows;
  column.push_back(1);
  if (labels.shape == rows || labels.shape == column) return;
  throw ValueError(concat("[", sparse_name, "] expected labels of shape ", rows, " or ", column, " for predictions ",
                          logits.shape, "; got ", labels.shape, "."));
}

std::string text_of(const Operand& labels, std::int64_t i) {
  return visit(labels.spec->dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return concat(+static_cast<const T*>(labels.data)[i]);
  });
}

// The labels, input 0, as class numbers in scratch; -1 for those that are ignored.
const std::int32_t* classes_in_scratch(const RunContext& c, std::int64_t n) {
  const Operand& labels = c.inputs[0];
  const DType dtype = labels.spec->dtype == DType::bool_ ? DType::uint8 : labels.spec->dtype;
  const bool ignores = c.attributes.has("ignore_class");
  const std::int64_t ignored = ignores ? c.attributes.integer("ignore_class") : 0;
  auto* const classes = reinterpret_cast<std::int32_t*>(c.scratch);
  const std::int64_t bad = table_in_use().classes_from_labels[dtype](labels.spec->shape.size(), n, labels.data,
                                                                     ignores ? &ignored : nullptr, classes);
  if (bad >= 0)
    throw ValueError(concat("[", sparse_name, "] expected labels to be whole numbers in [0, ", n,
                            "), the classes; got ", text_of(labels, bad), " in row ", bad, "."));
  return classes;
}

std::size_t scratch_for_classes(const Attributes&, std::span<const Spec> in, std::span<const Spec>) {
  return static_cast<std::size_t>(in[0].shape.size()) * sizeof(std::int32_t);
}

// --- sparse_softmax_cross_entropy(labels, logits)

std::vector<Spec> infer_sparse(const Attributes&, std::span<const Spec> in) {
  expect_logits(sparse_name, in[1]);
  expect_labels(in[0], in[1]);
  return {{in[1].dtype, without_classes(in[1].shape)}};
}

void run_sparse(const RunContext& c) {
  const std::int64_t n = classes_of(c.in_shape(1));
  const std::int32_t* const classes = classes_in_scratch(c, n);
  const auto kernel = table_in_use().sparse_cross_entropy[c.in_dtype(1)];
  for_row_tiles(rows_of(c.in_shape(1)), n, nanoseconds_per_element, [&](std::int64_t first, std::int64_t count) {
    kernel(count, n, at(c.inputs[1], first * n), classes + first, at_output(c, first));
  });
}

Tensor sparse_gradient(const GradientContext& c, const Tensor& dloss) {
  return apply_named("sparse_softmax_cross_entropy_gradient", {c.in(0), c.in(1), dloss},
                     {{"ignore_class", c.attributes.value("ignore_class")}})[0];
}

// sparse_softmax_cross_entropy_gradient(labels, logits, dloss)
std::vector<Spec> infer_sparse_gradient(const Attributes&, std::span<const Spec> in) {
  expect_logits(sparse_name, in[1]);
  expect_labels(in[0], in[1]);
  expect_row_each(sparse_name, in[2], in[1]);
  return {in[1]};
}

void run_sparse_gradient(const RunContext& c) {
  const std::int64_t n = classes_of(c.in_shape(1));
  const std::int32_t* const classes = classes_in_scratch(c, n);
  const auto kernel = table_in_use().sparse_cross_entropy_gradient[c.in_dtype(1)];
  for_row_tiles(rows_of(c.in_shape(1)), n, nanoseconds_per_element, [&](std::int64_t first, std::int64_t count) {
    kernel(count, n, at(c.inputs[1], first * n), classes + first, at(c.inputs[2], first), at_output(c, first * n));
  });
}

Tensor is_ignored(const GradientContext& c, const Tensor& labels) {
  const auto ignored = static_cast<double>(c.attributes.integer("ignore_class"));
  return functions::equal(labels, functions::cast(constant(ignored), DType::int64));
}

// What belongs to each row, or 0 where its label is ignored.
Tensor counted(const GradientContext& c, const Tensor& rows) {
  if (!c.attributes.has("ignore_class")) return rows;
  const Tensor labels = functions::reshape(functions::cast(c.in(0), DType::int64), rows.shape());
  return functions::where(is_ignored(c, labels), functions::zeros_like(rows), rows);
}

// It is linear in dloss; it depends on logits only through softmax, and not where the label is ignored.
std::vector<Tensor> gradient_of_sparse_gradient(const GradientContext& c) {
  const Tensor &g = c.dout(), &logits = c.in(1), &dloss = c.in(2);
  const Tensor to_dloss = sum(multiply(g, sparse_gradient(c, functions::ones_like(dloss))), {-1});
  const Tensor weighted = multiply(g, expand_dims(counted(c, dloss), -1));
  return {{}, functions::binary("softmax_gradient", weighted, functions::unary("softmax", logits)), to_dloss};
}

// --- negative_log_likelihood(labels, log_probabilities): the element of the label's class, negated

void run_likelihood(const RunContext& c) {
  const std::int64_t n = classes_of(c.in_shape(1));
  const std::int32_t* const classes = classes_in_scratch(c, n);
  visit_floating(c.in_dtype(1), [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::int64_t r = 0; r < c.out_shape(0).size(); ++r)
      c.out<T>(0)[r] = classes[r] < 0 ? T(0) : -c.in<T>(1)[r * n + classes[r]];
  });
}

std::vector<Tensor> gradient_of_likelihood(const GradientContext& c) {
  const std::int64_t n = classes_of(c.in(1).shape());
  const Tensor updates = expand_dims(negative(counted(c, c.dout())), -1);
  const Tensor classes = functions::reshape(functions::cast(c.in(0), DType::int64), updates.shape());
  const Tensor zero = functions::cast(constant(0), DType::int64);
  const Tensor indices =
      c.attributes.has("ignore_class") ? functions::where(is_ignored(c, classes), zero, classes) : classes;
  return {{}, apply_named("scatter_add_along_axis", {indices, updates}, {{"axis", std::int64_t(-1)}, {"size", n}})[0]};
}

// --- softmax_cross_entropy(target, logits)

std::vector<Spec> infer_dense(const Attributes&, std::span<const Spec> in) {
  expect_logits("categorical_crossentropy", in[1]);
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
  expect_logits("categorical_crossentropy", in[1]);
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
  const std::vector<S> ignore = {S::maybe("ignore_class", K::integer)};
  table.add({.name = "sparse_softmax_cross_entropy",
             .attributes = ignore,
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_sparse,
             .run = run_sparse,
             .gradient =
                 [](const GradientContext& c) {
                   return std::vector<Tensor>{{}, sparse_gradient(c, c.dout())};
                 },
             .promotion = Promotion::common_float,
             .promotion_from = 1,
             .scratch = scratch_for_classes});
  table.add({.name = "sparse_softmax_cross_entropy_gradient",
             .attributes = ignore,
             .min_inputs = 3,
             .max_inputs = 3,
             .infer = infer_sparse_gradient,
             .run = run_sparse_gradient,
             .gradient = gradient_of_sparse_gradient,
             .promotion = Promotion::common_float,
             .promotion_from = 1,
             .scratch = scratch_for_classes});
  table.add({.name = "negative_log_likelihood",
             .attributes = ignore,
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_sparse,
             .run = run_likelihood,
             .gradient = gradient_of_likelihood,
             .promotion = Promotion::common_float,
             .promotion_from = 1,
             .scratch = scratch_for_classes});
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
