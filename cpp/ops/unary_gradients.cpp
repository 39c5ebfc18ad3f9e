// y = f(x): each rule gives dy · f'(x).
#include <cmath>
#include <numbers>

#include "ops/elementwise_gradients.h"
#include "ops/functions.h"

namespace nnfit {

namespace {

using functions::add;
using functions::binary;
using functions::constant;
using functions::divide;
using functions::multiply;
using functions::negative;
using functions::square;
using functions::subtract;
using functions::unary;
using Gradients = std::vector<Tensor>;
using Context = const GradientContext&;

Tensor scaled(const Tensor& x, double factor) { return multiply(x, constant(factor)); }
Tensor plus(const Tensor& x, double term) { return add(x, constant(term)); }
Tensor one_minus(const Tensor& x) { return subtract(constant(1), x); }

Gradients zero(Context c) { return {functions::zeros_like(c.in(0))}; }

// The op `name` of (dy, y), or of (dy, x).
template <const char* const& name>
Gradients of_output(Context c) {
  return {binary(name, c.dout(), c.out())};
}
template <const char* const& name>
Gradients of_input(Context c) {
  return {binary(name, c.dout(), c.in(0))};
}

// Laid out by hand: the formatter does not settle on a layout for this list.
// clang-format off
#define NNFIT_NAMED_RULES(X) \
  X(sqrt, of_output) X(rsqrt, of_output) X(reciprocal, of_output) X(tanh, of_output) \
  X(sigmoid, of_output) X(relu, of_output) X(relu6, of_output) X(selu, of_output) \
  X(gelu, of_input) X(gelu_tanh, of_input) X(silu, of_input) X(mish, of_input) \
  X(softplus, of_input) X(softsign, of_input) X(log_sigmoid, of_input) X(hard_sigmoid, of_input) \
  X(hard_silu, of_input)
// clang-format on

#define NNFIT_NAME(op, kind) constexpr const char* op##_name = #op "_gradient";
NNFIT_NAMED_RULES(NNFIT_NAME)
#undef NNFIT_NAME

struct Rule {
  const char* op;
  GradientRule rule;
};

const Rule rules[] = {
#define NNFIT_RULE(op, kind) {#op, kind<op##_name>},
    NNFIT_NAMED_RULES(NNFIT_RULE)
#undef NNFIT_RULE
        {"sign", zero},
    {"floor", zero},
    {"ceil", zero},
    {"round", zero},
    {"trunc", zero},
    {"negative", [](Context c) -> Gradients { return {negative(c.dout())}; }},
    {"abs", [](Context c) -> Gradients { return {multiply(c.dout(), unary("sign", c.in(0)))}; }},
    {"square", [](Context c) -> Gradients { return {multiply(c.dout(), scaled(c.in(0), 2))}; }},
    {"exp", [](Context c) -> Gradients { return {multiply(c.dout(), c.out())}; }},
    {"exp2", [](Context c) -> Gradients { return {multiply(c.dout(), scaled(c.out(), std::numbers::ln2))}; }},
    {"expm1", [](Context c) -> Gradients { return {multiply(c.dout(), plus(c.out(), 1))}; }},
    {"log", [](Context c) -> Gradients { return {divide(c.dout(), c.in(0))}; }},
    {"log1p", [](Context c) -> Gradients { return {divide(c.dout(), plus(c.in(0), 1))}; }},
    {"log2", [](Context c) -> Gradients { return {divide(c.dout(), scaled(c.in(0), std::numbers::ln2))}; }},
    {"log10", [](Context c) -> Gradients { return {divide(c.dout(), scaled(c.in(0), std::numbers::ln10))}; }},
    {"erf",
     [](Context c) -> Gradients {
       const Tensor density = unary("exp", negative(square(c.in(0))));
       return {multiply(c.dout(), scaled(density, 2 * std::numbers::inv_sqrtpi))};
     }},
    {"erfinv",
     [](Context c) -> Gradients {
       return {multiply(c.dout(), scaled(unary("exp", square(c.out())), 0.5 / std::numbers::inv_sqrtpi))};
     }},
    {"sin", [](Context c) -> Gradients { return {multiply(c.dout(), unary("cos", c.in(0)))}; }},
    {"cos", [](Context c) -> Gradients { return {negative(multiply(c.dout(), unary("sin", c.in(0))))}; }},
    {"tan", [](Context c) -> Gradients { return {multiply(c.dout(), plus(square(c.out()), 1))}; }},
    {"arcsin", [](Context c) -> Gradients { return {multiply(c.dout(), unary("rsqrt", one_minus(square(c.in(0)))))}; }},
    {"arccos",
     [](Context c) -> Gradients { return {negative(multiply(c.dout(), unary("rsqrt", one_minus(square(c.in(0))))))}; }},
    {"arctan", [](Context c) -> Gradients { return {divide(c.dout(), plus(square(c.in(0)), 1))}; }},
    {"sinh", [](Context c) -> Gradients { return {multiply(c.dout(), unary("cosh", c.in(0)))}; }},
    {"cosh", [](Context c) -> Gradients { return {multiply(c.dout(), unary("sinh", c.in(0)))}; }},
    {"arcsinh", [](Context c) -> Gradients { return {multiply(c.dout(), unary("rsqrt", plus(square(c.in(0)), 1)))}; }},
    {"arccosh", [](Context c) -> Gradients { return {multiply(c.dout(), unary("rsqrt", plus(square(c.in(0)), -1)))}; }},
    {"arctanh", [](Context c) -> Gradients { return {divide(c.dout(), one_minus(square(c.in(0))))}; }},
};

}  // namespace

GradientRule unary_gradient(std::string_view op) {
  for (const Rule& rule : rules)
    if (op == rule.op) return rule.rule;
  return nullptr;
}

}  // namespace nnfit
