// z = f(a, b): each rule gives (dz · df/da, dz · df/db); the reverse walk sums over what was broadcast.
//
// The gradients of activations are binary ops too, f(dy, y) or f(dy, x), linear in dy: their rules are what second
// derivatives are made of.
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
using functions::equal;
using functions::greater;
using functions::multiply;
using functions::negative;
using functions::square;
using functions::subtract;
using functions::unary;
using functions::where;
using functions::zeros_like;
using Gradients = std::vector<Tensor>;
using Context = const GradientContext&;

Tensor scaled(const Tensor& x, double factor) { return multiply(x, constant(factor)); }
Tensor plus(const Tensor& x, double term) { return add(x, constant(term)); }
Tensor one_minus(const Tensor& x) { return subtract(constant(1), x); }
Tensor zero_where(const Tensor& condition, const Tensor& x) { return where(condition, constant(0), x); }

Gradients power_gradient(Context c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  Tensor da, db;
  if (c.needed[0]) {  // at b = 0 the factor b is 0, whatever a to the -1 is
    const Tensor exponent = where(equal(b, constant(0)), constant(1), plus(b, -1));
    da = multiply(c.dout(), multiply(b, binary("power", a, exponent)));
  }
  if (c.needed[1]) {  // a log(a) tends to 0 with a
    const Tensor base = where(greater(a, constant(0)), a, constant(1));
    db = multiply(c.dout(), multiply(c.out(), unary("log", base)));
  }
  return {da, db};
}

Gradients extremum_gradient(Context c, const char* chooses_a) {
  const Tensor a = binary(chooses_a, c.in(0), c.in(1));
  return {where(a, c.dout(), constant(0)), zero_where(a, c.dout())};
}

// The rule of g(dy, v) = dy · h(v), with h' given: g is applied again for dy, and v gets dz · dy · h'(v).
template <class F>
Gradients linear_in_dy(Context c, const char* self, F&& derivative_of_h) {
  Tensor dy, v;
  if (c.needed[0]) dy = binary(self, c.dout(), c.in(1));
  if (c.needed[1]) v = multiply(multiply(c.dout(), c.in(0)), derivative_of_h(c.in(1)));
  return {dy, v};
}

Tensor gelu_second(const Tensor& x) {
  const Tensor density = scaled(unary("exp", scaled(square(x), -0.5)), std::numbers::inv_sqrtpi / std::numbers::sqrt2);
  return multiply(density, subtract(constant(2), square(x)));
}

Tensor gelu_tanh_second(const Tensor& x) {
  const double k = std::sqrt(2 / std::numbers::pi), cubic = 0.044715;
  const Tensor u = scaled(add(x, scaled(multiply(square(x), x), cubic)), k);
  const Tensor du = scaled(plus(scaled(square(x), 3 * cubic), 1), k);
  const Tensor ddu = scaled(x, 6 * cubic * k);
  const Tensor t = unary("tanh", u), dt = one_minus(square(t));
  const Tensor curve = subtract(multiply(dt, ddu), scaled(multiply(multiply(t, dt), square(du)), 2));
  return add(multiply(dt, du), scaled(multiply(x, curve), 0.5));
}

Tensor silu_second(const Tensor& x) {
  const Tensor s = unary("sigmoid", x);
  return multiply(multiply(s, one_minus(s)), plus(multiply(x, one_minus(scaled(s, 2))), 2));
}

Tensor mish_second(const Tensor& x) {
  const Tensor w = unary("tanh", unary("softplus", x)), s = unary("sigmoid", x);
  const Tensor slope = one_minus(square(w));
  const Tensor dw = multiply(slope, s);
  const Tensor ddw = subtract(multiply(slope, multiply(s, one_minus(s))), scaled(multiply(multiply(w, dw), s), 2));
  return add(scaled(dw, 2), multiply(x, ddw));
}

Tensor sigmoid_slope(const Tensor& x) {
  const Tensor s = unary("sigmoid", x);
  return multiply(s, one_minus(s));
}

Tensor softsign_second(const Tensor& x) {
  const Tensor d = plus(unary("abs", x), 1);
  return divide(scaled(unary("sign", x), -2), multiply(square(d), d));
}

Tensor hard_silu_second(const Tensor& x) {
  return scaled(functions::cast(greater(constant(3), unary("abs", x)), x.dtype()), 1.0 / 3);
}

struct Rule {
  const char* op;
  GradientRule rule;
};

#define NNFIT_SECOND(op, derivative)                                                                        \
  {                                                                                                         \
    op, [](Context c) { return linear_in_dy(c, op, [](const Tensor& v) -> Tensor { return derivative; }); } \
  }

const Rule rules[] = {
    {"add",
     [](Context c) -> Gradients {
       return {c.dout(), c.dout()};
     }},
    {"subtract",
     [](Context c) -> Gradients {
       return {c.dout(), c.needed[1] ? negative(c.dout()) : Tensor()};
     }},
    {"multiply",
     [](Context c) -> Gradients {
       return {c.needed[0] ? multiply(c.dout(), c.in(1)) : Tensor(),
               c.needed[1] ? multiply(c.dout(), c.in(0)) : Tensor()};
     }},
    {"divide",
     [](Context c) -> Gradients {
       const Tensor da = divide(c.dout(), c.in(1));
       return {da, c.needed[1] ? negative(multiply(da, c.out())) : Tensor()};
     }},
    {"divide_no_nan",
     [](Context c) -> Gradients {
       const Tensor da = binary("divide_no_nan", c.dout(), c.in(1));
       return {da, c.needed[1] ? negative(multiply(da, c.out())) : Tensor()};
     }},
    {"squared_difference",
     [](Context c) -> Gradients {
       const Tensor da = multiply(c.dout(), scaled(subtract(c.in(0), c.in(1)), 2));
       return {da, c.needed[1] ? negative(da) : Tensor()};
     }},
    {"maximum", [](Context c) { return extremum_gradient(c, "greater_equal"); }},
    {"minimum", [](Context c) { return extremum_gradient(c, "less_equal"); }},
    {"power", power_gradient},
    {"floor_divide",
     [](Context c) -> Gradients {
       return {zeros_like(c.in(0)), zeros_like(c.in(1))};
     }},
    {"mod",
     [](Context c) -> Gradients {
       const Tensor quotient = c.needed[1] ? binary("floor_divide", c.in(0), c.in(1)) : Tensor();
       return {c.dout(), quotient ? negative(multiply(c.dout(), quotient)) : Tensor()};
     }},
    {"arctan2",
     [](Context c) -> Gradients {
       const Tensor scale = divide(c.dout(), add(square(c.in(0)), square(c.in(1))));
       return {multiply(scale, c.in(1)), negative(multiply(scale, c.in(0)))};
     }},
    {"logaddexp",
     [](Context c) -> Gradients {
       return {multiply(c.dout(), unary("sigmoid", subtract(c.in(0), c.in(1)))),
               multiply(c.dout(), unary("sigmoid", subtract(c.in(1), c.in(0))))};
     }},
    {"hypot",
     [](Context c) -> Gradients {
       const Tensor scale = divide(c.dout(), c.out());
       return {multiply(scale, c.in(0)), multiply(scale, c.in(1))};
     }},
    NNFIT_SECOND("relu_gradient", zeros_like(v)),
    NNFIT_SECOND("relu6_gradient", zeros_like(v)),
    NNFIT_SECOND("sigmoid_gradient", one_minus(scaled(v, 2))),
    NNFIT_SECOND("tanh_gradient", scaled(v, -2)),
    NNFIT_SECOND("selu_gradient", where(greater(v, constant(0)), constant(0), constant(1))),
    NNFIT_SECOND("sqrt_gradient", divide(constant(-0.5), square(v))),
    NNFIT_SECOND("rsqrt_gradient", scaled(square(v), -1.5)),
    NNFIT_SECOND("reciprocal_gradient", scaled(v, -2)),
    NNFIT_SECOND("gelu_gradient", gelu_second(v)),
    NNFIT_SECOND("gelu_tanh_gradient", gelu_tanh_second(v)),
    NNFIT_SECOND("silu_gradient", silu_second(v)),
    NNFIT_SECOND("mish_gradient", mish_second(v)),
    NNFIT_SECOND("softplus_gradient", sigmoid_slope(v)),
    NNFIT_SECOND("softsign_gradient", softsign_second(v)),
    NNFIT_SECOND("log_sigmoid_gradient", negative(sigmoid_slope(v))),
    NNFIT_SECOND("hard_sigmoid_gradient", zeros_like(v)),
    NNFIT_SECOND("hard_silu_gradient", hard_silu_second(v)),
};
#undef NNFIT_SECOND

}  // namespace

GradientRule binary_gradient(std::string_view op) {
  for (const Rule& rule : rules)
    if (op == rule.op) return rule.rule;
  return nullptr;
}

}  // namespace nnfit
