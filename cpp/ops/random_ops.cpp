// Random numbers: pure functions of a state, int64 [key, counter].
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "core/parallel.h"
#include "kernels/kernels.h"
#include "kernels/random/random.h"
#include "ops/functions.h"
#include "ops/op.h"

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

constexpr std::int64_t tile_elements = 4096;

void expect_state(const char* op, const Spec& state) {
  if (state.dtype != DType::int64 || !(state.shape == Shape{2}))
    throw ValueError(concat("[", op, "] expected a state int64 (2,), as SeedGenerator gives; got ", state, "."));
}

RandomKey key_of(const RunContext& c) {
  const auto* state = c.in<std::int64_t>(0);
  return {static_cast<std::uint64_t>(state[0]), static_cast<std::uint64_t>(state[1])};
}

// Calls f(first, count) for tiles of n elements.
template <class F>
void for_tiles(std::int64_t n, double nanoseconds, F&& f) {
  parallel_for((n + tile_elements - 1) / tile_elements, static_cast<double>(n) * nanoseconds, [&](std::int64_t tile) {
    const std::int64_t first = tile * tile_elements;
    f(first, std::min(tile_elements, n - first));
  });
}

void* element(const Operand& operand, std::int64_t i) {
  return static_cast<std::byte*>(operand.data) + i * static_cast<std::int64_t>(size_of(operand.spec->dtype));
}

Spec sampled_spec(const char* op, const Attributes& attributes, const Spec& state, DType default_dtype) {
  expect_state(op, state);
  const bool chosen = default_dtype != DType::bool_ && attributes.has("dtype");
  const Spec spec{chosen ? attributes.dtype("dtype") : default_dtype, Shape(attributes.integers("shape"))};
  for (std::int64_t dim : spec.shape)
    if (dim < 0) throw ValueError(concat("[", op, "] expected dimensions of at least 0; got ", spec.shape, "."));
  return spec;
}

// A distribution over floats with two parameters.
struct Distribution {
  const char *name, *first, *second;
  double first_default, second_default;
  ByDType<void (*)(const RandomKey&, std::uint64_t, std::int64_t, double, double, void*)> RandomTable::*kernel;
};
constexpr Distribution uniform{"random_uniform", "low", "high", 0, 1, &RandomTable::random_uniform};
constexpr Distribution normal{"random_normal", "mean", "stddev", 0, 1, &RandomTable::random_normal};
constexpr Distribution truncated{
    "random_truncated_normal", "mean", "stddev", 0, 1, &RandomTable::random_truncated_normal};

template <const Distribution& d>
std::vector<Spec> infer_distribution(const Attributes& attributes, std::span<const Spec> in) {
  const Spec spec = sampled_spec(d.name, attributes, in[0], floatx());
  if (!is_floating(spec.dtype))
    throw TypeError(concat("[", d.name, "] expected a floating dtype; got ", name_of(spec.dtype), "."));
  const double a = attributes.real(d.first), b = attributes.real(d.second);
  const double most =
      spec.dtype == DType::float32 ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  const bool fits = std::abs(a) <= most && b <= most && (&d == &uniform ? a <= b && b - a <= most : b >= 0);
  if (!fits)
    throw ValueError(concat("[", d.name, "] expected finite ", &d == &uniform ? "low <= high" : "mean and stddev >= 0",
                            "; got ", d.first, "=", a, ", ", d.second, "=", b, "."));
  return {spec};
}

template <const Distribution& d>
void run_distribution(const RunContext& c) {
  const RandomKey key = key_of(c);
  const auto kernel = (kernels().random->*d.kernel)[c.out_dtype(0)];
  const double a = c.attributes.real(d.first), b = c.attributes.real(d.second);
  for_tiles(c.out_shape(0).size(), 1.5, [&](std::int64_t first, std::int64_t count) {
    kernel(key, static_cast<std::uint64_t>(first), count, a, b, element(c.outputs[0], first));
  });
}

template <const Distribution& d>
void add_distribution(OpTable& table) {
  table.add({.name = d.name,
             .attributes = {S::needed("shape", K::integers), S::with_default(d.first, K::real, d.first_default),
                            S::with_default(d.second, K::real, d.second_default), S::maybe("dtype", K::dtype)},
             .infer = infer_distribution<d>,
             .run = run_distribution<d>});
}

// The least and the greatest value of an integer dtype.
std::pair<std::int64_t, std::int64_t> range_of(DType dtype) {
  if (dtype == DType::uint8) return {0, 255};
  if (dtype == DType::int32) return {INT32_MIN, INT32_MAX};
  return {INT64_MIN, INT64_MAX};
}

std::vector<Spec> infer_integer(const Attributes& attributes, std::span<const Spec> in) {
  const Spec spec = sampled_spec("random_integer", attributes, in[0], DType::int32);
  if (!is_integer(spec.dtype))
    throw TypeError(concat("[random_integer] expected an integer dtype; got ", name_of(spec.dtype), "."));
  const std::int64_t low = attributes.integer("low"), high = attributes.integer("high");
  const auto [least, most] = range_of(spec.dtype);
  if (low >= high || low < least || high - 1 > most)
    throw ValueError(concat("[random_integer] expected low < high, both within ", name_of(spec.dtype),
                            "; got low=", low, ", high=", high, "."));
  return {spec};
}

void run_integer(const RunContext& c) {
  const RandomKey key = key_of(c);
  const auto kernel = kernels().random->random_integer[c.out_dtype(0)];
  for_tiles(c.out_shape(0).size(), 1, [&](std::int64_t first, std::int64_t count) {
    kernel(key, static_cast<std::uint64_t>(first), count, c.attributes.integer("low"), c.attributes.integer("high"),
           element(c.outputs[0], first));
  });
}

std::vector<Spec> infer_permutation(const Attributes& attributes, std::span<const Spec> in) {
  expect_state("random_permutation", in[0]);
  if (attributes.integer("size") < 0)
    throw ValueError(
        concat("[random_permutation] expected a size of at least 0; got ", attributes.integer("size"), "."));
  return {{DType::int64, {attributes.integer("size")}}};
}

void run_permutation(const RunContext& c) {
  kernels().random->random_permutation(key_of(c), c.out_shape(0).size(), c.out<std::int64_t>(0));
}

std::vector<Spec> infer_bernoulli(const Attributes& attributes, std::span<const Spec> in) {
  const double p = attributes.real("probability");
  if (!(p >= 0 && p <= 1))
    throw ValueError(concat("[random_bernoulli] expected a probability in [0, 1]; got ", p, "."));
  return {sampled_spec("random_bernoulli", attributes, in[0], DType::bool_)};
}

void run_bernoulli(const RunContext& c) {
  const RandomKey key = key_of(c);
  for_tiles(c.out_shape(0).size(), 0.5, [&](std::int64_t first, std::int64_t count) {
    kernels().random->random_bernoulli(key, static_cast<std::uint64_t>(first), count, c.attributes.real("probability"),
                                       c.out<std::uint8_t>(0) + first);
  });
}

std::vector<Spec> infer_dropout(const Attributes& attributes, std::span<const Spec> in) {
  expect_state("dropout", in[0]);
  const double rate = attributes.real("rate");
  if (!(rate >= 0 && rate < 1)) throw ValueError(concat("[dropout] expected a rate in [0, 1); got ", rate, "."));
  if (!is_floating(in[1].dtype)) throw TypeError(concat("[dropout] expected a floating tensor; got ", in[1], "."));
  return {in[1]};
}

void run_dropout(const RunContext& c) {
  const RandomKey key = key_of(c);
  const auto kernel = kernels().random->dropout[c.out_dtype(0)];
  for_tiles(c.out_shape(0).size(), 0.7, [&](std::int64_t first, std::int64_t count) {
    kernel(key, static_cast<std::uint64_t>(first), count, c.attributes.real("rate"), element(c.inputs[1], first),
           element(c.outputs[0], first));
  });
}

}  // namespace

void register_random_ops(OpTable& table) {
  add_distribution<uniform>(table);
  add_distribution<normal>(table);
  add_distribution<truncated>(table);
  table.add({.name = "random_integer",
             .attributes = {S::needed("shape", K::integers), S::needed("low", K::integer),
                            S::needed("high", K::integer), S::maybe("dtype", K::dtype)},
             .infer = infer_integer,
             .run = run_integer});
  table.add({.name = "random_permutation",
             .attributes = {S::needed("size", K::integer)},
             .infer = infer_permutation,
             .run = run_permutation});
  table.add({.name = "random_bernoulli",
             .attributes = {S::needed("shape", K::integers), S::needed("probability", K::real)},
             .infer = infer_bernoulli,
             .run = run_bernoulli});
  // The gradient drops what the forward pass dropped: the same op on dy, from the same state.
  table.add({.name = "dropout",
             .attributes = {S::needed("rate", K::real)},
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_dropout,
             .run = run_dropout,
             .gradient = [](const GradientContext& c) -> std::vector<Tensor> {
               return {Tensor(), apply_named("dropout", {c.in(0), c.dout()}, {{"rate", c.attributes.real("rate")}})[0]};
             }});
}

}  // namespace nnfit
