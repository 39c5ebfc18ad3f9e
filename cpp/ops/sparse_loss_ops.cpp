// Cross-entropies along the last axis against class numbers, of logits and of probabilities, and their gradients.
#include "ops/functions.h"
#include "ops/loss_call.h"
#include "ops/row_tiles.h"

namespace nnfit {

namespace {

using functions::binary;
using functions::constant;
using functions::divide;
using functions::expand_dims;
using functions::multiply;
using functions::square;
using functions::subtract;
using functions::sum;
using functions::where;
using namespace losses;
using S = AttributeSchema;
using K = AttributeKind;

// --- labels

constexpr const char* sparse_name = "sparse_categorical_crossentropy";  // what the user called

void expect_labels(const Spec& labels, const Spec& predictions) {
  const Shape rows = without_classes(predictions.shape);
  Shape column = rows;
  column.push_back(1);
  if (labels.shape == rows || labels.shape == column) return;
  throw ValueError(concat("[", sparse_name, "] expected labels of shape ", rows, " or ", column, " for predictions ",
                          predictions.shape, "; got ", labels.shape, "."));
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

// Calls f(first, count, n, predictions, classes) for tiles of the rows of predictions, input 1, of n classes each.
template <class F>
void for_labelled_rows(const RunContext& c, F&& f) {
  const std::int64_t n = classes_of(c.in_shape(1));
  const std::int32_t* const classes = classes_in_scratch(c, n);
  for_row_tiles(rows_of(c.in_shape(1)), n, nanoseconds_per_element, [&](std::int64_t first, std::int64_t count) {
    f(first, count, n, at(c.inputs[1], first * n), classes + first);
  });
}

std::size_t scratch_for_classes(const Attributes&, std::span<const Spec> in, std::span<const Spec>) {
  return static_cast<std::size_t>(in[0].shape.size()) * sizeof(std::int32_t);
}

Tensor is_ignored(const GradientContext& c, const Tensor& labels) {
  const auto ignored = static_cast<double>(c.attributes.integer("ignore_class"));
  return functions::equal(labels, functions::cast(constant(ignored), DType::int64));
}

// What belongs to each row, or 0 where its label is ignored.
Tensor counted(const GradientContext& c, const Tensor& rows) {
  if (!c.attributes.has("ignore_class")) return rows;
  const Tensor labels = functions::reshape(functions::cast(c.in(0), DType::int64), rows.shape());
  return where(is_ignored(c, labels), functions::zeros_like(rows), rows);
}

// --- sparse_softmax_cross_entropy(labels, logits)

std::vector<Spec> infer_sparse(const Attributes&, std::span<const Spec> in) {
  expect_predictions(sparse_name, in[1]);
  expect_labels(in[0], in[1]);
  return {{in[1].dtype, without_classes(in[1].shape)}};
}

void run_sparse(const RunContext& c) {
  const auto kernel = table_in_use().sparse_cross_entropy[c.in_dtype(1)];
  for_labelled_rows(c, [&](auto first, auto count, auto n, auto predictions, auto classes) {
    kernel(count, n, predictions, classes, at_output(c, first));
  });
}

Tensor sparse_gradient(const GradientContext& c, const Tensor& dloss) {
  return apply_named("sparse_softmax_cross_entropy_gradient", {c.in(0), c.in(1), dloss},
                     {{"ignore_class", c.attributes.value("ignore_class")}})[0];
}

// sparse_softmax_cross_entropy_gradient(labels, logits, dloss)
std::vector<Spec> infer_sparse_gradient(const Attributes&, std::span<const Spec> in) {
  expect_predictions(sparse_name, in[1]);
  expect_labels(in[0], in[1]);
  expect_row_each(sparse_name, in[2], in[1]);
  return {in[1]};
}

void run_sparse_gradient(const RunContext& c) {
  const auto kernel = table_in_use().sparse_cross_entropy_gradient[c.in_dtype(1)];
  for_labelled_rows(c, [&](auto first, auto count, auto n, auto predictions, auto classes) {
    kernel(count, n, predictions, classes, at(c.inputs[2], first), at_output(c, first * n));
  });
}

// It is linear in dloss; it depends on logits only through softmax, and not where the label is ignored.
std::vector<Tensor> gradient_of_sparse_gradient(const GradientContext& c) {
  const Tensor &g = c.dout(), &logits = c.in(1), &dloss = c.in(2);
  const Tensor to_dloss = sum(multiply(g, sparse_gradient(c, functions::ones_like(dloss))), {-1});
  const Tensor weighted = multiply(g, expand_dims(counted(c, dloss), -1));
  return {{}, binary("softmax_gradient", weighted, functions::unary("softmax", logits)), to_dloss};
}

// --- sparse_categorical_crossentropy(labels, probabilities)

void expect_epsilon(const Attributes& attributes) {
  const double epsilon = attributes.real("epsilon");
  if (!(epsilon >= 0 && epsilon < 0.5))
    throw ValueError(concat("[", sparse_name, "] expected epsilon in [0, 0.5); got ", epsilon, "."));
}

std::vector<Spec> infer_probabilities(const Attributes& attributes, std::span<const Spec> in) {
  expect_epsilon(attributes);
  return infer_sparse(attributes, in);
}

void run_probabilities(const RunContext& c) {
  const double epsilon = c.attributes.real("epsilon");
  const auto kernel = table_in_use().sparse_cross_entropy_of_probabilities[c.in_dtype(1)];
  for_labelled_rows(c, [&](auto first, auto count, auto n, auto predictions, auto classes) {
    kernel(count, n, epsilon, predictions, classes, at_output(c, first));
  });
}

Tensor probabilities_gradient(const GradientContext& c, const Tensor& dloss) {
  return apply_named(
      "sparse_categorical_crossentropy_gradient", {c.in(0), c.in(1), dloss},
      {{"ignore_class", c.attributes.value("ignore_class")}, {"epsilon", c.attributes.value("epsilon")}})[0];
}

// sparse_categorical_crossentropy_gradient(labels, probabilities, dloss)
std::vector<Spec> infer_probabilities_gradient(const Attributes& attributes, std::span<const Spec> in) {
  expect_epsilon(attributes);
  return infer_sparse_gradient(attributes, in);
}

void run_probabilities_gradient(const RunContext& c) {
  const double epsilon = c.attributes.real("epsilon");
  const auto kernel = table_in_use().sparse_cross_entropy_of_probabilities_gradient[c.in_dtype(1)];
  for_labelled_rows(c, [&](auto first, auto count, auto n, auto predictions, auto classes) {
    kernel(count, n, epsilon, predictions, classes, at(c.inputs[2], first), at_output(c, first * n));
  });
}

// The rows whose loss does not move with the probabilities: the class's share is clipped, or the label is ignored.
Tensor is_fixed(const GradientContext& c, const Tensor& labels, const Tensor& share) {
  const double epsilon = c.attributes.real("epsilon");
  const Tensor clipped =
      binary("logical_or", binary("less", share, constant(epsilon)), functions::greater(share, constant(1 - epsilon)));
  return c.attributes.has("ignore_class") ? binary("logical_or", clipped, is_ignored(c, labels)) : clipped;
}

// With c the class and s the sum of p, the gradient is dloss (1/s - [j = c] / p_c), or 0 in a fixed row. So it is
// linear in dloss, and p_i gets dloss ([i = c] g_c / p_c^2 - sum(g) / s^2). Divisors are 1 in fixed rows, whose zeros
// would make NaN, here or in a further derivative.
std::vector<Tensor> gradient_of_probabilities_gradient(const GradientContext& c) {
  const Tensor &g = c.dout(), &p = c.in(1), &dloss = c.in(2);
  Tensor to_p, to_dloss;
  if (c.needed[1]) {
    const Tensor weights = expand_dims(dloss, -1);
    const Tensor labels = functions::reshape(functions::cast(c.in(0), DType::int64), dloss.shape());
    const Tensor is_class =
        apply_named("one_hot", {labels}, {{"num_classes", classes_of(p.shape())}, {"dtype", DType::bool_}})[0];
    const Tensor of_class = sum(where(is_class, p, constant(0)), {-1}, true), s = sum(p, {-1}, true);
    const Tensor fixed = is_fixed(c, expand_dims(labels, -1), divide(of_class, s));
    const auto unless_fixed = [&](const Tensor& x, double otherwise) { return where(fixed, constant(otherwise), x); };
    const Tensor own = divide(where(is_class, g, constant(0)), square(unless_fixed(of_class, 1)));
    const Tensor shared = divide(sum(g, {-1}, true), square(unless_fixed(s, 1)));
    to_p = multiply(unless_fixed(weights, 0), subtract(own, shared));
  }
  if (c.needed[2]) to_dloss = sum(multiply(g, probabilities_gradient(c, functions::ones_like(dloss))), {-1});
  return {{}, to_p, to_dloss};
}

}  // namespace

void register_sparse_loss_ops(OpTable& table) {
  const S ignore = S::maybe("ignore_class", K::integer), epsilon = S::needed("epsilon", K::real);
  const auto add = [&](const char* name, std::vector<S> attributes, int inputs, auto infer, auto run, auto gradient) {
    table.add({.name = name,
               .attributes = std::move(attributes),
               .min_inputs = inputs,
               .max_inputs = inputs,
               .infer = infer,
               .run = run,
               .gradient = gradient,
               .promotion = Promotion::common_float,
               .promotion_from = 1,
               .scratch = scratch_for_classes});
  };
  add("sparse_softmax_cross_entropy", {ignore}, 2, infer_sparse, run_sparse, [](const GradientContext& c) {
    return std::vector<Tensor>{{}, sparse_gradient(c, c.dout())};
  });
  add("sparse_softmax_cross_entropy_gradient", {ignore}, 3, infer_sparse_gradient, run_sparse_gradient,
      gradient_of_sparse_gradient);
  add(sparse_name, {ignore, epsilon}, 2, infer_probabilities, run_probabilities, [](const GradientContext& c) {
    return std::vector<Tensor>{{}, probabilities_gradient(c, c.dout())};
  });
  add("sparse_categorical_crossentropy_gradient", {ignore, epsilon}, 3, infer_probabilities_gradient,
      run_probabilities_gradient, gradient_of_probabilities_gradient);
}

}  // namespace nnfit
