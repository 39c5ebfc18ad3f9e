#include "ops/normalization.h"

#include <algorithm>

#include "ops/functions.h"

namespace nnfit::normalization {

using functions::add;
using functions::constant;
using functions::multiply;
using functions::negative;
using functions::subtract;

// x of rank 1 or more, and from input `first` on parameters of its last axis.
void expect_parameters(const char* op, std::span<const Spec> in, std::size_t x, std::size_t first) {
  if (in[x].shape.rank() == 0) throw ValueError(concat("[", op, "] expected a tensor with a last axis; got a scalar."));
  for (std::size_t i = first; i < in.size(); ++i)
    if (!(in[i].shape == Shape{channels_of(in[x].shape)}))
      throw ValueError(concat("[", op, "] expected parameters of shape (", channels_of(in[x].shape),
                              ",), as the last axis of ", in[x].shape, "; got ", in[i].shape, "."));
}

static void expect_epsilon(const char* op, const Attributes& attributes) {
  if (!(attributes.real("epsilon") >= 0))
    throw ValueError(concat("[", op, "] expected epsilon to be at least 0; got ", attributes.real("epsilon"), "."));
}

// The statistics' shape: of the last axis, or of all the others.
static Shape statistics_shape(Along along, const Shape& x) {
  return along == Along::rows ? Shape(x.dims().first(static_cast<std::size_t>(x.rank() - 1))) : Shape{channels_of(x)};
}

template <Along along>
std::vector<Spec> infer(const Attributes& attributes, std::span<const Spec> in) {
  const char* const name = name_of(along);
  expect_parameters(name, in, 0, 1);
  expect_epsilon(name, attributes);
  const Spec statistics{in[0].dtype, statistics_shape(along, in[0].shape)};
  return {in[0], statistics, statistics};
}

template <Along along>
std::vector<Spec> infer_gradient(const Attributes& attributes, std::span<const Spec> in) {
  const char* const name = gradient_name_of(along);
  expect_parameters(name, in, 1, 4);
  expect_epsilon(name, attributes);
  const Shape statistics = statistics_shape(along, in[1].shape);
  if (!(in[0].shape == in[1].shape) || !(in[2].shape == statistics) || !(in[3].shape == statistics))
    throw ValueError(concat("[", name, "] expected dy like x ", in[1].shape, ", and mean and variance of shape ",
                            statistics, "; got ", in[0].shape, ", ", in[2].shape, " and ", in[3].shape, "."));
  return {in[1], in[4], in[4]};
}

bool over_first(const Attributes&, std::size_t, std::size_t output, std::size_t input) {
  return output == 0 && input == 0;
}

void expect_no_relu(const Attributes& attributes) {
  if (attributes.flag("relu"))
    throw ValueError("[normalize] expected relu=False where there is a gradient. Apply ops.relu to the result.");
}

namespace {

Integers axes(int first, int end) {
  Integers numbers;
  for (int i = first; i < end; ++i) numbers.push_back(i);
  return numbers;
}

// The arithmetic of one x: statistics as tensors that broadcast against it, and sums that keep their axes.
template <Along along>
struct Statistics {
  const Tensor& x;
  Tensor mean, variance, deviation, centred, z;  // deviation: 1 / sqrt(variance + epsilon)
  double share;                                  // 1 / the number of elements that a statistic is of

  Statistics(const Tensor& x_, const Tensor& mean_, const Tensor& variance_, double epsilon) : x(x_) {
    const Shape& shape = x.shape();
    const std::int64_t count = along == Along::rows ? channels_of(shape) : rows_of(shape);
    share = 1.0 / static_cast<double>(std::max<std::int64_t>(1, count));
    mean = kept(mean_);
    variance = kept(variance_);
    deviation = functions::unary("rsqrt", add(variance, constant(epsilon)));
    centred = subtract(x, mean);
    z = multiply(centred, deviation);
  }

  Tensor kept(const Tensor& statistic) const {
    return along == Along::rows ? functions::expand_dims(statistic, -1) : statistic;
  }
  Tensor sum(const Tensor& t) const {
    const int rank = x.shape().rank();
    return along == Along::rows ? functions::sum(t, axes(rank - 1, rank), true) : over_rows(t);
  }
  Tensor mean_of(const Tensor& t) const { return multiply(sum(t), constant(share)); }
  Tensor over_rows(const Tensor& t) const { return functions::sum(t, axes(0, x.shape().rank() - 1)); }
  // As the op gives it, without the kept axis.
  Tensor dropped(const Tensor& t, const Tensor& like) const { return functions::reshape(t, like.shape()); }
};

}  // namespace

template <Along along>
std::vector<Tensor> gradient(const GradientContext& c) {
  if constexpr (along == Along::channels) expect_no_relu(c.attributes);
  const Tensor &x = c.in(0), &gamma = c.in(1);
  std::vector<Tensor> gradients(3);
  if (c.dout(0))
    gradients = apply_named(gradient_name_of(along), {c.dout(0), x, c.out(1), c.out(2), gamma},
                            {{"epsilon", c.attributes.value("epsilon")}});
  if (!c.dout(1) && !c.dout(2)) return gradients;
  const Statistics<along> s(x, c.out(1), c.out(2), c.attributes.real("epsilon"));
  const auto add_to_dx = [&](const Tensor& t) { gradients[0] = gradients[0] ? add(gradients[0], t) : t; };
  if (c.dout(1)) add_to_dx(functions::broadcast_to(multiply(s.kept(c.dout(1)), constant(s.share)), x.shape()));
  if (c.dout(2)) add_to_dx(multiply(s.centred, multiply(s.kept(c.dout(2)), constant(2 * s.share))));
  return gradients;
}

// The op gives, with u = dy gamma and means as the statistics: dx = s (u - mean(u) - z mean(u z)), dgamma = sum of dy z
// and dbeta = sum of dy over rows. Its own gradient, for a, b and d of those:
template <Along along>
std::vector<Tensor> gradient_of_gradient(const GradientContext& c) {
  const Tensor &dy = c.in(0), &x = c.in(1), &gamma = c.in(4);
  const Statistics<along> s(x, c.in(2), c.in(3), c.attributes.real("epsilon"));
  Tensor to_dy, to_z, to_gamma, to_deviation;
  const auto add_to = [](Tensor& total, const Tensor& t) { total = total ? add(total, t) : t; };
  if (const Tensor& a = c.dout(0)) {
    const Tensor u = multiply(dy, gamma), p = multiply(a, s.deviation);
    const Tensor mean_pz = s.mean_of(multiply(p, s.z)), mean_uz = s.mean_of(multiply(u, s.z));
    const Tensor to_u = subtract(subtract(p, s.mean_of(p)), multiply(s.z, mean_pz));
    to_dy = multiply(to_u, gamma);
    to_gamma = s.over_rows(multiply(to_u, dy));
    to_z = negative(add(multiply(p, mean_uz), multiply(u, mean_pz)));
    to_deviation = s.sum(multiply(a, subtract(subtract(u, s.mean_of(u)), multiply(s.z, mean_uz))));
  }
  if (const Tensor& b = c.dout(1)) {
    add_to(to_dy, multiply(s.z, b));
    add_to(to_z, multiply(dy, b));
  }
  if (const Tensor& d = c.dout(2)) add_to(to_dy, functions::broadcast_to(d, dy.shape()));
  if (!to_z) return {to_dy, {}, {}, {}, {}};
  add_to(to_deviation, s.sum(multiply(to_z, s.centred)));
  const Tensor to_x = multiply(to_z, s.deviation);
  const Tensor cubed = multiply(multiply(s.deviation, s.deviation), s.deviation);
  const Tensor to_variance = multiply(multiply(to_deviation, cubed), constant(-0.5));
  return {to_dy, to_x, s.dropped(negative(s.sum(to_x)), c.in(2)), s.dropped(to_variance, c.in(3)), to_gamma};
}

#define NNFIT_ALONG(along)                                                                    \
  template std::vector<Spec> infer<along>(const Attributes&, std::span<const Spec>);          \
  template std::vector<Spec> infer_gradient<along>(const Attributes&, std::span<const Spec>); \
  template std::vector<Tensor> gradient<along>(const GradientContext&);                       \
  template std::vector<Tensor> gradient_of_gradient<along>(const GradientContext&);
NNFIT_ALONG(Along::rows)
NNFIT_ALONG(Along::channels)
#undef NNFIT_ALONG

}  // namespace nnfit::normalization
