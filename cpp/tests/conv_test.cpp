// Every row of the convolution table on every instruction set, against sums in double, made once for all of them.
//
// The bound is that of a sum of as many products in any order: |got - want| <= c count eps sum |a b|.
#include "kernels/conv/conv.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "check.h"
#include "kernels/kernels.h"

namespace nnfit::test {
namespace {

struct Case {
  ConvProblem p;
  bool bias = false, gate = false;

  std::string text() const {
    std::string s = std::string(" pass ") + std::to_string(int(p.pass));
    for (int64_t x : {p.images, p.groups, p.ic, p.oc}) s.append(" ").append(std::to_string(x));
    for (const ConvAxis& a : {p.h, p.w}) {
      s += " |";
      for (int64_t x : {a.in, a.out, a.taps, a.stride, a.dilation, a.pad}) s.append(" ").append(std::to_string(x));
    }
    return s + (bias ? " bias" : "") + (gate ? " gate" : "") + " activation " + std::to_string(int(p.activation));
  }
  int64_t x_size() const { return p.images * p.h.in * p.w.in * p.groups * p.ic; }
  int64_t y_size() const { return p.images * p.h.out * p.w.out * p.groups * p.oc; }
  int64_t kernel_size() const { return p.h.taps * p.w.taps * p.ic * p.groups * p.oc; }
};

// Calls f(x, kernel, y) for every p.oc products that read the same x, with the positions of the first one's factors and
// result; kernel and y are one further for each next product.
template <class F>
void for_each_row_of_products(const ConvProblem& p, F&& f) {
  const auto from = [](const ConvAxis& a, int64_t o, int64_t t) { return o * a.stride + t * a.dilation - a.pad; };
  const int64_t ics = p.groups * p.ic, ocs = p.groups * p.oc;
  for (int64_t n = 0; n < p.images; ++n)
    for (int64_t y = 0; y < p.h.out; ++y)
      for (int64_t s = 0; s < p.h.taps; ++s) {
        const int64_t row = from(p.h, y, s);
        if (row < 0 || row >= p.h.in) continue;
        for (int64_t x = 0; x < p.w.out; ++x)
          for (int64_t t = 0; t < p.w.taps; ++t) {
            const int64_t column = from(p.w, x, t);
            if (column < 0 || column >= p.w.in) continue;
            for (int64_t g = 0; g < p.groups; ++g)
              for (int64_t i = 0; i < p.ic; ++i)
                f(((n * p.h.in + row) * p.w.in + column) * ics + g * p.ic + i,
                  ((s * p.w.taps + t) * p.ic + i) * ocs + g * p.oc, ((n * p.h.out + y) * p.w.out + x) * ocs + g * p.oc);
          }
      }
}

// Sums, the sizes of their terms and the numbers of them.
struct Sums {
  explicit Sums(size_t n) : value(n), size(n), count(n, 2) {}
  void add(size_t i, double term) { value[i] += term, size[i] += std::abs(term), ++count[i]; }
  // Adds `factor` times each of the n values to as many sums from `first` on.
  template <class T>
  void add_row(int64_t first, int64_t n, double factor, const T* values) {
    double *v = value.data() + first, *s = size.data() + first, *c = count.data() + first;
    for (int64_t i = 0; i < n; ++i) {
      const double term = factor * values[i];
      v[i] += term, s[i] += std::abs(term), c[i] += 1;
    }
  }
  // Adds the n products of two rows to one sum.
  template <class T>
  void add_dot(int64_t to, int64_t n, const T* a, const T* b) {
    double v = 0, s = 0;
    for (int64_t i = 0; i < n; ++i) {
      const double term = double(a[i]) * b[i];
      v += term, s += std::abs(term);
    }
    value[to] += v, size[to] += s, count[to] += double(n);
  }
  std::vector<double> value, size, count;
};

template <class T>
struct Buffers {
  std::vector<T> x, kernel, y, bias, gate;
  Guarded<T> out, bias_gradient;

  Buffers(const Case& t, Random& random)
      : x(size_t(t.x_size())),
        kernel(size_t(t.kernel_size())),
        y(size_t(t.y_size())),
        bias(size_t(t.bias ? channels(t) : 0)),
        gate(size_t(t.gate ? out_size(t) : 0)),
        out(size_t(out_size(t)), std::numeric_limits<T>::quiet_NaN()),
        bias_gradient(size_t(t.p.groups * t.p.oc)) {
    for (auto* values : {&x, &kernel, &y, &bias, &gate})
      for (T& v : *values) v = T(random.uniform(-1, 1));
    for (size_t i = 0; i < gate.size(); i += 7) gate[i] = T(0);
  }
  static int64_t channels(const Case& t) { return t.p.groups * (t.p.pass == ConvPass::forward ? t.p.oc : t.p.ic); }
  static int64_t out_size(const Case& t) {
    return t.p.pass == ConvPass::forward          ? t.y_size()
           : t.p.pass == ConvPass::input_gradient ? t.x_size()
                                                  : t.kernel_size();
  }
};

struct AlignedFree {
  void operator()(void* p) const { std::free(p); }
};
using Scratch = std::unique_ptr<void, AlignedFree>;
Scratch scratch(size_t bytes) {
  const size_t size = (bytes + 63) / 64 * 64;
  Scratch p(std::aligned_alloc(64, size ? size : 64));
  std::memset(p.get(), 0xff, size);  // NaN: what is read was written
  return p;
}

template <class T>
void run(const ConvKernels<T>& kernels, const ConvPlan& plan, const ConvOperands<T>& operands, bool backwards) {
  const Scratch own = scratch(plan.task_scratch), shared = scratch(plan.shared_scratch);
  for (int phase = 0; phase < plan.phases; ++phase)
    for (int64_t i = 0; i < plan.tasks[phase]; ++i)
      kernels.task(plan, operands, phase, backwards ? plan.tasks[phase] - 1 - i : i, own.get(), shared.get());
}

template <class T>
Sums sums_of(const Case& t, const Buffers<T>& b) {
  Sums sums(b.out.size());
  for_each_row_of_products(t.p, [&](int64_t x, int64_t kernel, int64_t y) {
    switch (t.p.pass) {
      case ConvPass::forward:
        return sums.add_row(y, t.p.oc, b.x[size_t(x)], b.kernel.data() + kernel);
      case ConvPass::input_gradient:
        return sums.add_dot(x, t.p.oc, b.y.data() + y, b.kernel.data() + kernel);
      case ConvPass::kernel_gradient:
        return sums.add_row(kernel, t.p.oc, b.x[size_t(x)], b.y.data() + y);
    }
  });
  for (size_t i = 0; t.bias && i < b.out.size(); ++i) sums.add(i, b.bias[i % b.bias.size()]);
  return sums;
}

template <class T>
Sums bias_sums_of(const Buffers<T>& b) {
  Sums sums(b.bias_gradient.size());
  for (size_t i = 0; i < b.y.size(); ++i) sums.add(i % b.bias_gradient.size(), b.y[i]);
  return sums;
}

template <class T>
void check_result(const std::string& where, const Case& t, Buffers<T>& b, const Sums& want, const Sums& bias) {
  const double eps = std::numeric_limits<T>::epsilon(), slack = sizeof(T) == 4 ? 1.2 : 2.2;
  for (size_t i = 0; i < b.out.size(); ++i) {
    double value = want.value[i];
    if (t.p.activation == GemmActivation::relu) value = value > 0 ? value : 0;
    if (t.p.activation == GemmActivation::tanh) value = std::tanh(value);
    if (t.gate && !(b.gate[i] > 0)) value = 0;
    const double bound = eps * (slack * want.count[i] * want.size[i] + 8 * std::abs(value));
    if (std::abs(b.out[i] - value) <= bound) continue;
    check(false,
          where + " at " + std::to_string(i) + ": got " + std::to_string(b.out[i]) + ", want " + std::to_string(value));
    return;
  }
  check(true, where);
  for (size_t i = 0; t.p.pass == ConvPass::kernel_gradient && i < b.bias_gradient.size(); ++i)
    expect(std::abs(b.bias_gradient[i] - bias.value[i]) <= slack * eps * bias.count[i] * bias.size[i], where, ": bias ",
           i);
  check(b.out.intact() && b.bias_gradient.intact(), where + ": wrote outside");
}

template <class T>
void test_case(const Case& t, Random& random) {
  Buffers<T> b(t, random);
  const Sums want = sums_of(t, b), bias = bias_sums_of(b);
  const auto or_null = [](auto& values) { return values.size() ? values.data() : nullptr; };
  ConvOperands<T> operands;
  operands.x = t.p.pass == ConvPass::input_gradient ? b.y.data() : b.x.data();
  operands.kernel = b.kernel.data(), operands.dy = b.y.data(), operands.out = b.out.data();
  operands.bias = or_null(b.bias), operands.gate = or_null(b.gate), operands.bias_gradient = b.bias_gradient.data();
  for (const Kernels& k : available_kernels()) {
    const ConvKernels<T>& kernels = k.conv->of<T>();
    const ConvPlan plan = kernels.plan(t.p);
    const std::string where = std::string(k.isa) + (sizeof(T) == 4 ? " f32" : " f64") + t.text();
    for (Guarded<T>* result : {&b.out, &b.bias_gradient})
      std::fill_n(result->data(), result->size(), std::numeric_limits<T>::quiet_NaN());
    run(kernels, plan, operands, false);
    check_result(where, t, b, want, bias);
    const std::vector<T> forwards(b.out.data(), b.out.data() + b.out.size());
    run(kernels, plan, operands, true);
    check(forwards.empty() || std::memcmp(forwards.data(), b.out.data(), forwards.size() * sizeof(T)) == 0,
          where + ": order of tasks");
  }
}

ConvAxis axis(int64_t in, int64_t taps, int64_t stride, int64_t dilation, int64_t low, int64_t high) {
  const int64_t room = in + low + high - (taps - 1) * dilation - 1;
  return {in, room < 0 ? 0 : room / stride + 1, taps, stride, dilation, low};
}

// With zeros around it as for "same".
ConvAxis same(int64_t in, int64_t taps, int64_t stride = 1, int64_t dilation = 1) {
  const int64_t out = (in + stride - 1) / stride;
  const int64_t all = std::max<int64_t>((out - 1) * stride + (taps - 1) * dilation + 1 - in, 0);
  return axis(in, taps, stride, dilation, all / 2, all - all / 2);
}

ConvAxis random_axis(Random& random, int64_t most) {
  const int64_t taps = random.integer(1, 5), stride = random.integer(1, 4), dilation = random.integer(1, 3);
  const int64_t in = random.integer(1, most);
  if (random.integer(0, 1)) return same(in, taps, stride, dilation);
  const int64_t reach = (taps - 1) * dilation + 1;
  return axis(std::max(in, reach), taps, stride, dilation, random.integer(0, 2), random.integer(0, 2));
}

std::vector<Case> cases() {
  std::vector<Case> all;
  const auto add = [&](int64_t images, int64_t groups, int64_t ic, int64_t oc, ConvAxis h, ConvAxis w) {
    for (ConvPass pass : {ConvPass::forward, ConvPass::input_gradient, ConvPass::kernel_gradient}) {
      Case t;
      t.p = {pass, images, groups, ic, oc, h, w};
      all.push_back(t);
    }
  };
  Random random(3);
  for (int64_t c : {1, 3, 17, 65})
    for (int64_t o : {1, 3, 17, 65}) add(2, 1, c, o, same(5, 3), same(6, 3));
  add(2, 1, 3, 5, same(1, 3), same(1, 3));                           // one pixel
  add(2, 1, 3, 5, same(2, 5), same(3, 7));                           // a kernel larger than the image
  add(1, 1, 3, 5, axis(9, 2, 4, 1, 0, 0), axis(11, 3, 5, 1, 0, 0));  // strides past the kernel
  add(1, 1, 4, 6, same(7, 3, 2, 2), same(9, 3, 3, 2));               // taps that meet no output
  add(1, 1, 1, 32, axis(28, 3, 1, 1, 0, 0), axis(28, 3, 1, 1, 0, 0));
  add(3, 1, 32, 64, axis(13, 3, 1, 1, 0, 0), axis(13, 3, 1, 1, 0, 0));
  add(17, 1, 16, 40, same(8, 3), same(8, 3));
  add(1, 1, 64, 130, same(9, 3), same(40, 3));
  add(2, 1, 16, 24, ConvAxis{}, same(200, 5));              // one axis
  add(1, 1, 300, 70, same(6, 3), same(6, 3));               // the kernel in several blocks
  add(6, 1, 16, 70, same(11, 3), axis(10, 3, 1, 1, 0, 2));  // Winograd's method, with parts of tiles
  add(5, 1, 33, 18, axis(14, 3, 1, 1, 2, 2), axis(9, 3, 1, 1, 0, 0));
  add(4, 1, 3, 3, axis(32, 3, 1, 1, 0, 0), axis(32, 3, 1, 1, 0, 0));  // few channels, on blocks of pixels
  add(2, 1, 32, 1, same(30, 3), same(31, 3));
  add(3, 1, 12, 2, axis(70, 2, 3, 2, 1, 1), same(123, 5, 2));
  add(1, 1, 4, 5, ConvAxis{}, same(3000, 7));
  add(2, 3, 5, 7, same(6, 3), same(5, 3));  // groups
  add(2, 4, 8, 8, same(6, 3, 2), same(5, 3, 2));
  for (int64_t groups : {1, 3, 17, 65})  // depthwise
    for (int64_t multiplier : {1, 2, 3}) {
      add(2, groups, 1, multiplier, same(7, 3), same(6, 3));
      add(1, groups, 1, multiplier, axis(9, 2, 2, 1, 0, 0), axis(9, 5, 2, 1, 1, 1));
    }
  add(1, 40, 1, 1, same(30, 3), same(33, 3));
  add(2, 36, 1, 1, same(9, 3, 2), same(14, 3, 2));
  add(1, 20, 1, 1, same(9, 3, 1, 2), same(11, 3, 4, 2));
  add(1, 700, 1, 1, same(3, 3), same(40, 3));     // channels in two blocks
  add(1, 1, 176, 170, same(10, 3), same(11, 3));  // Winograd's method, with few tiles for a large kernel
  add(4, 1, 176, 168, same(9, 3), same(9, 3));    // and so many that they are shared out
  for (int64_t taps : {3, 5}) {  // Winograd's method along one axis, with parts of tiles and padding of every kind
    add(5, 1, 32, 48, ConvAxis{}, same(203, taps));
    add(7, 1, 65, 33, ConvAxis{}, axis(101, taps, 1, 1, 0, 0));
    add(9, 1, 47, 129, ConvAxis{}, axis(66, taps, 1, 1, taps - 1, 0));
    add(6, 1, 64, 64, ConvAxis{}, axis(80, taps, 1, 1, taps + 1, taps + 2));  // outputs that read zeros alone are 0
    add(4, 1, 129, 64, ConvAxis{}, axis(97, taps, 1, 1, 1, taps - 1));
    add(4, 1, 40, 70, axis(5, 1, 1, 1, 0, 0), same(37, taps));  // rows of an image
  }
  for (int i = 0; i < 60; ++i)
    add(random.integer(0, 3), random.integer(1, 3), random.integer(1, 20), random.integer(1, 40),
        random_axis(random, 12), random_axis(random, 20));
  for (Case& t : all) {
    if (t.p.pass == ConvPass::kernel_gradient) continue;
    t.bias = random.integer(0, 1), t.gate = random.integer(0, 3) == 0;
    constexpr GemmActivation kActivations[] = {GemmActivation::none, GemmActivation::relu, GemmActivation::tanh};
    t.p.activation = kActivations[random.integer(0, 2)];
  }
  return all;
}

// The root of the mean square of the errors of one pass.
double mean_error(const ConvKernels<float>& kernels, const Case& t, ConvMethod expected) {
  Random random(5);
  Buffers<float> b(t, random);
  const bool forward = t.p.pass != ConvPass::input_gradient;
  const ConvOperands<float> operands{
      .x = forward ? b.x.data() : b.y.data(), .kernel = b.kernel.data(), .dy = b.y.data(), .out = b.out.data()};
  const ConvPlan plan = kernels.plan(t.p);
  check(plan.method == expected, "method of" + t.text());
  run(kernels, plan, operands, false);
  const Sums want = sums_of(t, b);
  double squares = 0;
  for (size_t i = 0; i < b.out.size(); ++i) squares += std::pow(b.out[i] - want.value[i], 2);
  return std::sqrt(squares / double(b.out.size()));
}

// Winograd's method is off by no more than four times as much as the direct sum.
void test_winograd_error(const char* isa, const ConvKernels<float>& kernels, Case t, ConvMethod method) {
  const double error = mean_error(kernels, t, method);
  t.p.winograd = false;
  const double direct = mean_error(kernels, t, ConvMethod::direct);
  expect(error <= 4 * direct, isa, t.text(), ": mean error ", error, ", directly ", direct);
}

void test_winograd(const char* isa, const ConvKernels<float>& kernels) {
  for (int64_t channels : {16, 64})
    for (ConvPass pass : {ConvPass::forward, ConvPass::input_gradient, ConvPass::kernel_gradient}) {
      Case t;
      t.p = {.pass = pass, .images = 2, .ic = channels, .oc = 64, .h = same(12, 3), .w = axis(13, 3, 1, 1, 0, 1)};
      test_winograd_error(isa, kernels, t, ConvMethod::winograd);
    }
  for (int64_t taps : {3, 5})
    for (int64_t channels : {taps == 5 ? 16 : 64, 32, 129})
      for (ConvPass pass : {ConvPass::forward, ConvPass::input_gradient, ConvPass::kernel_gradient}) {
        Case t;
        t.p = {
            .pass = pass, .images = channels < 100 ? 12 : 3, .ic = channels, .oc = 64, .h = {}, .w = same(207, taps)};
        test_winograd_error(isa, kernels, t, ConvMethod::winograd);
      }
  for (ConvPass pass : {ConvPass::forward, ConvPass::input_gradient}) {
    Case t;
    t.p = {.pass = pass, .images = 1, .ic = 176, .oc = 170, .h = same(12, 3), .w = same(11, 3)};
    test_winograd_error(isa, kernels, t, ConvMethod::winograd_few_tiles);
  }
}

}  // namespace
}  // namespace nnfit::test

int main() {
  using namespace nnfit;
  for (const test::Case& t : test::cases()) {
    test::Random random(11);
#define NNFIT_CONV_TYPE(T, name) test::test_case<T>(t, random);
#include "kernels/conv/conv.inc"
#undef NNFIT_CONV_TYPE
  }
  for (const Kernels& k : available_kernels()) test::test_winograd(k.isa, k.conv->f32);
  return test::finish();
}
