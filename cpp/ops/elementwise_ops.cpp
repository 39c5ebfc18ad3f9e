// One op for each row of the elementwise kernels, and cast, where and the activations with a parameter.
#include <array>
#include <utility>

#include "kernels/kernels.h"
#include "ops/broadcast_loop.h"
#include "ops/elementwise_gradients.h"
#include "ops/functions.h"
#include "ops/op.h"

namespace nnfit {

namespace {

using functions::constant;
using functions::where;
using S = AttributeSchema;
using K = AttributeKind;

const ElementwiseTable& table_in_use() { return *kernels().elementwise; }

bool covers(unsigned dtypes, DType dtype) { return dtypes >> static_cast<int>(dtype) & 1; }

// A row for floats only takes integers too, promoted to floats.
Promotion promotion_of(const RowInfo& row) {
  return row.dtypes == kFloating ? Promotion::common_float : Promotion::common;
}

void expect_covered(const RowInfo& row, const Spec& spec) {
  if (covers(row.dtypes, spec.dtype)) return;
  throw TypeError(concat("[", row.name, "] expected ",
                         covers(row.dtypes, DType::float32) ? "numbers" : "integers or bools", "; got ", spec,
                         ". Cast it first."));
}

DType result_dtype(const RowInfo& row, DType in) { return row.result == RowResult::bool_ ? DType::bool_ : in; }

Cost cost_of(const RowInfo& row) { return row.dtypes == kFloating ? Cost::function : Cost::cheap; }

template <std::size_t row>
std::vector<Spec> infer_unary(const Attributes&, std::span<const Spec> in) {
  expect_covered(kUnaryRows[row], in[0]);
  return {{result_dtype(kUnaryRows[row], in[0].dtype), in[0].shape}};
}

template <std::size_t row>
void run_unary_row(const RunContext& c) {
  run_unary(c, table_in_use()[static_cast<Unary>(row)][c.in_dtype(0)], cost_of(kUnaryRows[row]));
}

template <std::size_t row>
std::vector<Spec> infer_binary(const Attributes&, std::span<const Spec> in) {
  expect_covered(kBinaryRows[row], in[0]);
  return {{result_dtype(kBinaryRows[row], in[0].dtype), broadcast(kBinaryRows[row].name, in[0].shape, in[1].shape)}};
}

template <std::size_t row>
void run_binary_row(const RunContext& c) {
  run_binary(c, table_in_use()[static_cast<Binary>(row)][c.in_dtype(0)], cost_of(kBinaryRows[row]));
}

constexpr bool has_parameter(Binary row) { return row == Binary::leaky_relu || row == Binary::elu; }

template <std::size_t... rows>
void add_unary_rows(OpTable& table, std::index_sequence<rows...>) {
  (table.add({.name = kUnaryRows[rows].name,
              .infer = infer_unary<rows>,
              .run = run_unary_row<rows>,
              .gradient = unary_gradient(kUnaryRows[rows].name),
              .promotion = promotion_of(kUnaryRows[rows]),
              .reuse = Reuse::any_same_spec,
              .elementwise = cost_of(kUnaryRows[rows])}),
   ...);
}

template <std::size_t row>
void add_binary_row(OpTable& table) {
  if constexpr (!has_parameter(static_cast<Binary>(row)))
    table.add({.name = kBinaryRows[row].name,
               .min_inputs = 2,
               .max_inputs = 2,
               .infer = infer_binary<row>,
               .run = run_binary_row<row>,
               .gradient = binary_gradient(kBinaryRows[row].name),
               .promotion = promotion_of(kBinaryRows[row]),
               .reuse = Reuse::any_same_spec,
               .elementwise = cost_of(kBinaryRows[row])});
}

template <std::size_t... rows>
void add_binary_rows(OpTable& table, std::index_sequence<rows...>) {
  (add_binary_row<rows>(table), ...);
}

// Activations whose kernel takes their one parameter as a last operand: y = f(x; p), dx = g(dy, x; p).
struct Parametric {
  const char *name, *gradient, *parameter;
  double default_value;
  Binary forward;
  Ternary backward;
};
constexpr Parametric leaky_relu{"leaky_relu", "leaky_relu_gradient", "negative_slope",
                                0.2,          Binary::leaky_relu,    Ternary::leaky_relu_gradient};
constexpr Parametric elu{"elu", "elu_gradient", "alpha", 1.0, Binary::elu, Ternary::elu_gradient};

// The context of a kernel that takes the parameter behind the op's inputs.
template <class F>
void with_parameter(const RunContext& c, const Parametric& p, F&& run) {
  const Spec spec{c.in_dtype(0), {}};
  double as_double = c.attributes.real(p.parameter);
  float as_float = spec.dtype == DType::float32 ? static_cast<float>(as_double) : 0;
  std::array<Operand, 3> operands{};
  std::copy(c.inputs.begin(), c.inputs.end(), operands.begin());
  operands[c.inputs.size()] = {spec.dtype == DType::float64 ? static_cast<void*>(&as_double) : &as_float, &spec};
  run(RunContext{{operands.data(), c.inputs.size() + 1}, c.outputs, c.attributes, c.scratch});
}

template <const Parametric& p>
std::vector<Tensor> gradient_of_parametric(const GradientContext& c) {
  return {apply_named(p.gradient, {c.dout(), c.in(0)}, {{p.parameter, c.attributes.real(p.parameter)}})[0]};
}

// Linear in dy; in x, flat but for elu's bend.
template <const Parametric& p>
std::vector<Tensor> second_gradient_of_parametric(const GradientContext& c) {
  const double parameter = c.attributes.real(p.parameter);
  Tensor dy, x;
  if (c.needed[0]) dy = apply_named(p.gradient, {c.dout(), c.in(1)}, {{p.parameter, parameter}})[0];
  if (c.needed[1]) {
    x = functions::zeros_like(c.in(1));
    if (p.forward == Binary::elu) {
      const Tensor bend = functions::multiply(functions::unary("exp", c.in(1)), constant(parameter));
      const Tensor below = where(functions::greater(c.in(1), constant(0)), constant(0), bend);
      x = functions::multiply(functions::multiply(c.dout(), c.in(0)), below);
    }
  }
  return {dy, x};
}

template <const Parametric& p>
void add_parametric(OpTable& table) {
  table.add({.name = p.name,
             .attributes = {S::with_default(p.parameter, K::real, p.default_value)},
             .infer = [](const Attributes&, std::span<const Spec> in) { return std::vector<Spec>{in[0]}; },
             .run =
                 [](const RunContext& c) {
                   with_parameter(c, p, [&](const RunContext& full) {
                     run_binary(full, table_in_use()[p.forward][c.in_dtype(0)], Cost::function);
                   });
                 },
             .gradient = gradient_of_parametric<p>,
             .promotion = Promotion::common_float,
             .reuse = Reuse::any_same_spec,
             .elementwise = Cost::function});
  table.add({.name = p.gradient,
             .attributes = {S::with_default(p.parameter, K::real, p.default_value)},
             .min_inputs = 2,
             .max_inputs = 2,
             .infer =
                 [](const Attributes&, std::span<const Spec> in) {
                   return std::vector<Spec>{{in[0].dtype, broadcast(p.gradient, in[0].shape, in[1].shape)}};
                 },
             .run =
                 [](const RunContext& c) {
                   with_parameter(c, p, [&](const RunContext& full) {
                     run_ternary(full, table_in_use()[p.backward][c.in_dtype(0)], Cost::function);
                   });
                 },
             .gradient = second_gradient_of_parametric<p>,
             .promotion = Promotion::common_float,
             .reuse = Reuse::any_same_spec,
             .elementwise = Cost::function});
}

Shape broadcast_of_three(const char* op, std::span<const Spec> in) {
  return broadcast(op, broadcast(op, in[0].shape, in[1].shape), in[2].shape);
}

void add_where(OpTable& table) {
  table.add({.name = "where",
             .min_inputs = 3,
             .max_inputs = 3,
             .infer =
                 [](const Attributes&, std::span<const Spec> in) {
                   if (in[0].dtype != DType::bool_)
                     throw TypeError(
                         concat("[where] expected a bool condition; got ", in[0], ". Compare it with something."));
                   return std::vector<Spec>{{in[1].dtype, broadcast_of_three("where", in)}};
                 },
             .run = [](const RunContext& c) { run_ternary(c, (*table_in_use().where)[c.out_dtype(0)], Cost::cheap); },
             .gradient = [](const GradientContext& c) -> std::vector<Tensor> {
               return {Tensor(), c.needed[1] ? where(c.in(0), c.dout(), constant(0)) : Tensor(),
                       c.needed[2] ? where(c.in(0), constant(0), c.dout()) : Tensor()};
             },
             .promotion = Promotion::common,
             .promotion_from = 1,
             .reuse = Reuse::any_same_spec,
             .elementwise = Cost::cheap});
}

// clip(x, low, high) = min(max(x, low), high).
void add_clip(OpTable& table) {
  table.add(
      {.name = "clip",
       .min_inputs = 3,
       .max_inputs = 3,
       .infer =
           [](const Attributes&, std::span<const Spec> in) {
             expect_covered(kTernaryRows[static_cast<int>(Ternary::clip)], in[0]);
             return std::vector<Spec>{{in[0].dtype, broadcast_of_three("clip", in)}};
           },
       .run = [](const RunContext& c) { run_ternary(c, table_in_use()[Ternary::clip][c.in_dtype(0)], Cost::cheap); },
       .gradient = [](const GradientContext& c) -> std::vector<Tensor> {
         const Tensor below = functions::binary("less", c.in(0), c.in(1));
         const Tensor above = functions::greater(c.in(0), c.in(2));
         const Tensor outside = functions::binary("logical_or", below, above);
         return {where(outside, constant(0), c.dout()), c.needed[1] ? where(below, c.dout(), constant(0)) : Tensor(),
                 c.needed[2] ? where(above, c.dout(), constant(0)) : Tensor()};
       },
       .promotion = Promotion::common,
       .reuse = Reuse::any_same_spec,
       .elementwise = Cost::cheap});
}

void add_multiply_add(OpTable& table) {
  table.add({.name = "multiply_add",
             .min_inputs = 3,
             .max_inputs = 3,
             .infer =
                 [](const Attributes&, std::span<const Spec> in) {
                   return std::vector<Spec>{{in[0].dtype, broadcast_of_three("multiply_add", in)}};
                 },
             .run =
                 [](const RunContext& c) {
                   run_ternary(c, table_in_use()[Ternary::multiply_add][c.in_dtype(0)], Cost::cheap);
                 },
             .gradient = [](const GradientContext& c) -> std::vector<Tensor> {
               return {functions::multiply(c.dout(), c.in(1)), functions::multiply(c.dout(), c.in(0)), c.dout()};
             },
             .promotion = Promotion::common_float,
             .reuse = Reuse::any_same_spec,
             .elementwise = Cost::cheap});
}

void add_cast(OpTable& table) {
  table.add({.name = "cast",
             .attributes = {S::needed("dtype", K::dtype)},
             .infer =
                 [](const Attributes& attributes, std::span<const Spec> in) {
                   return std::vector<Spec>{{attributes.dtype("dtype"), in[0].shape}};
                 },
             .run =
                 [](const RunContext& c) {
                   run_unary(c, (*table_in_use().cast)[c.in_dtype(0)][c.out_dtype(0)], Cost::cheap);
                 },
             .gradient = [](const GradientContext& c) -> std::vector<Tensor> {
               return {functions::cast(c.dout(), c.in(0).dtype())};
             },
             .reuse = Reuse::any_same_spec,
             .elementwise = Cost::cheap});
}

}  // namespace

void register_elementwise_ops(OpTable& table) {
  add_unary_rows(table, std::make_index_sequence<std::size(kUnaryRows)>());
  add_binary_rows(table, std::make_index_sequence<std::size(kBinaryRows)>());
  add_parametric<leaky_relu>(table);
  add_parametric<elu>(table);
  add_where(table);
  add_clip(table);
  add_multiply_add(table);
  add_cast(table);
}

}  // namespace nnfit
