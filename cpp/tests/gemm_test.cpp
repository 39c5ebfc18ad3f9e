// Every row of the GEMM table on every instruction set, against sums in double, which are made once for all of them.
//
// The bound is that of a sum of K products in any order: |got - want| <= c K eps sum |a b|.
#include "kernels/gemm/gemm.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <memory>

#include "check.h"
#include "kernels/kernels.h"

namespace nnfit::test {
namespace {

struct Case {
  GemmProblem p;
  bool bias = false, gate = false, b_sum = false;

  std::string text() const {
    std::string s;
    for (int64_t x : {p.M, p.N, p.K, p.a_m, p.a_k, p.b_k, p.b_n, p.c_m, p.gate_m})
      s.append(" ").append(std::to_string(x));
    return s + (bias ? " bias" : "") + (gate ? " gate" : "") + (b_sum ? " b_sum" : "") +
           (p.accumulate ? " accumulate" : "") + " activation " + std::to_string(int(p.activation));
  }
};

double activate(GemmActivation activation, double x, double alpha) {
  switch (activation) {
    case GemmActivation::none:
      return x;
    case GemmActivation::relu:
      return x > 0 ? x : 0;
    case GemmActivation::leaky_relu:
      return x > 0 ? x : alpha * x;
    case GemmActivation::elu:
      return x > 0 ? x : alpha * std::expm1(x);
    case GemmActivation::sigmoid:
      return 1 / (1 + std::exp(-x));
    case GemmActivation::tanh:
      return std::tanh(x);
    case GemmActivation::silu:
      return x / (1 + std::exp(-x));
    case GemmActivation::gelu:
      return 0.5 * x * std::erfc(-x * std::sqrt(0.5));
    case GemmActivation::gelu_tanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x)));
  }
  return 0;
}

// Buffers of exactly the elements that a problem may touch, so that a sanitizer sees any other access.
template <class T>
struct Buffers {
  std::vector<T> a, b, bias, gate;
  Guarded<T> c, b_sum;
  std::vector<T> c_old, b_sum_old;

  static size_t extent(int64_t rows, int64_t row, int64_t columns, int64_t column) {
    return rows && columns ? size_t((rows - 1) * row + (columns - 1) * column + 1) : 0;
  }
  Buffers(const Case& t, Random& random)
      : a(extent(t.p.M, t.p.a_m, t.p.K, t.p.a_k)),
        b(extent(t.p.K, t.p.b_k, t.p.N, t.p.b_n)),
        bias(t.bias ? t.p.N : 0),
        gate(t.gate ? extent(t.p.M, t.p.gate_m, t.p.N, 1) : 0),
        c(extent(t.p.M, t.p.c_m, t.p.N, 1)),
        b_sum(t.b_sum ? t.p.N : 0) {
    const auto fill = [&](auto& values) {
      for (size_t i = 0; i < values.size(); ++i) values[i] = T(random.uniform(-1, 1));
    };
    fill(a), fill(b), fill(bias), fill(gate), fill(c), fill(b_sum);
    for (size_t i = 0; i < gate.size(); i += 7) gate[i] = T(0);
    c_old.assign(c.data(), c.data() + c.size());
    b_sum_old.assign(b_sum.data(), b_sum.data() + b_sum.size());
  }
  void reset() {
    std::copy(c_old.begin(), c_old.end(), c.data());
    std::copy(b_sum_old.begin(), b_sum_old.end(), b_sum.data());
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
void run(const GemmKernels<T>& kernels, const GemmPlan& plan, const GemmOperands<T>& operands, bool backwards) {
  const Scratch own = scratch(plan.task_scratch), shared = scratch(plan.shared_scratch);
  for (int phase = 0; phase < plan.phases; ++phase)
    for (int64_t i = 0; i < plan.tasks[phase]; ++i)
      kernels.task(plan, operands, phase, backwards ? plan.tasks[phase] - 1 - i : i, own.get(), shared.get());
}

// For each element of C, row by row: the sum of its products, and of their sizes.
struct Sums {
  std::vector<double> value, size;
};

template <class T>
Sums sums_of(const GemmProblem& p, const Buffers<T>& x) {
  std::vector<double> b(size_t(p.K * p.N));
  for (int64_t k = 0; k < p.K; ++k)
    for (int64_t n = 0; n < p.N; ++n) b[k * p.N + n] = x.b[k * p.b_k + n * p.b_n];
  Sums sums{std::vector<double>(size_t(p.M * p.N)), std::vector<double>(size_t(p.M * p.N))};
  for (int64_t m = 0; m < p.M; ++m)
    for (int64_t k = 0; k < p.K; ++k) {
      const double a = x.a[m * p.a_m + k * p.a_k], *row = b.data() + k * p.N;
      double *value = sums.value.data() + m * p.N, *size = sums.size.data() + m * p.N;
      for (int64_t n = 0; n < p.N; ++n) {
        const double product = a * row[n];
        value[n] += product, size[n] += std::abs(product);
      }
    }
  return sums;
}

template <class T>
void check_product(const char* isa, const Case& t, Buffers<T>& x, const Sums& sums) {
  const GemmProblem& p = t.p;
  const double eps = std::numeric_limits<T>::epsilon();
  const double slack = sizeof(T) == 4 ? 1.2 : 2.2;  // the reference in double errs as well
  const std::string where = std::string(isa) + (sizeof(T) == 4 ? " f32" : " f64") + t.text();
  for (int64_t m = 0; m < p.M; ++m) {
    for (int64_t n = 0; n < p.N; ++n) {
      const int64_t at = m * p.c_m + n;
      double sum = sums.value[m * p.N + n], size = sums.size[m * p.N + n];
      if (p.accumulate) sum += x.c_old[at], size += std::abs(x.c_old[at]);
      if (t.bias) sum += x.bias[n], size += std::abs(x.bias[n]);
      double want = activate(p.activation, sum, p.alpha);
      if (t.gate && !(x.gate[m * p.gate_m + n] > 0)) want = 0;
      const double bound = eps * (slack * double(p.K + 2) * size + 8 * std::abs(want));
      if (std::abs(x.c[at] - want) <= bound) continue;
      check(false, where + " at " + std::to_string(m) + "," + std::to_string(n) + ": got " + std::to_string(x.c[at]) +
                       ", want " + std::to_string(want));
      return;
    }
    if (m + 1 < p.M && p.c_m > p.N && p.N)
      check(std::equal(&x.c[m * p.c_m + p.N], &x.c[(m + 1) * p.c_m], &x.c_old[m * p.c_m + p.N]),
            where + ": wrote between rows");
  }
  for (int64_t n = 0; t.b_sum && n < p.N; ++n) {
    double sum = p.accumulate ? x.b_sum_old[n] : 0, size = std::abs(sum);
    for (int64_t k = 0; k < p.K; ++k) sum += x.b[k * p.b_k + n * p.b_n], size += std::abs(x.b[k * p.b_k + n * p.b_n]);
    check(std::abs(x.b_sum[n] - sum) <= slack * eps * double(p.K + 2) * size, where + ": b_sum " + std::to_string(n));
  }
  check(x.c.intact() && x.b_sum.intact(), where + ": wrote outside");
}

// The same product in bands, which have the same bits and do not overlap.
template <class T>
void check_bands(const char* isa, const GemmKernels<T>& kernels, Case t, GemmOperands<T> operands, Buffers<T>& x) {
  t.p.banded = true;
  const GemmPlan plan = kernels.plan(t.p);
  if (!plan.banded || (t.p.a_parts > 1 && !takes_parts(plan, t.p.a_parts))) return;
  const std::vector<T> whole(x.c.data(), x.c.data() + x.c.size());
  x.reset();
  std::vector<int> seen(size_t(t.p.M * t.p.N));
  const auto take = [&](int64_t row, int64_t rows, const T* band, int64_t band_m) {
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < t.p.N; ++j) {
        ++seen[size_t((row + i) * t.p.N + j)];
        x.c[size_t((row + i) * t.p.c_m + j)] = band[i * band_m + j];
      }
  };
  const GemmSink<T> sink{[](void* context, int64_t row, int64_t rows, const T* band, int64_t band_m) {
                           (*static_cast<decltype(take)*>(context))(row, rows, band, band_m);
                         },
                         const_cast<void*>(static_cast<const void*>(&take)),
                         {x.c.data(), nullptr, x.c.data()},
                         true};
  operands.c = nullptr, operands.sink = &sink;
  run(kernels, plan, operands, false);
  check(std::memcmp(whole.data(), x.c.data(), whole.size() * sizeof(T)) == 0, isa + t.text() + ": bits of bands");
  check(std::ranges::all_of(seen, [](int times) { return times == 1; }), isa + t.text() + ": cover of bands");
  check(x.c.intact() && x.b_sum.intact(), isa + t.text() + ": bands wrote outside");
}

// The same product of an A that lies in parts of its features, which has the same bits.
template <class T>
void check_parts(const char* isa, const GemmKernels<T>& kernels, Case t, GemmOperands<T> operands, Buffers<T>& x) {
  const std::vector<T> whole(x.c.data(), x.c.data() + x.c.size());
  if (whole.empty()) return;
  const bool of_sums = t.p.a_k == 1;
  const int64_t features = of_sums ? t.p.K : t.p.M, rows = of_sums ? t.p.M : t.p.K;
  const GemmPlan plain = kernels.plan(t.p);
  const int64_t parts = of_sums ? plain.k_tasks : 4;
  if (parts < 2 || !takes_parts(plain, parts)) return;
  std::vector<T> a(size_t(part_stride(rows, parts) * features), std::numeric_limits<T>::quiet_NaN());
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t begin = part_begin(features, parts, part), width = part_begin(features, parts, part + 1) - begin;
    T* const to = a.data() + part_stride(rows, parts) * begin;
    for (int64_t row = 0; row < rows; ++row) std::copy_n(operands.a + row * features + begin, width, to + row * width);
  }
  operands.a = a.data(), t.p.a_parts = parts;
  x.reset();
  run(kernels, kernels.plan(t.p), operands, false);
  check(std::memcmp(whole.data(), x.c.data(), whole.size() * sizeof(T)) == 0, isa + t.text() + ": bits of parts");
  check_bands(isa, kernels, t, operands, x);
}

template <class T>
void test_case(const Case& t, Random& random) {
  Buffers<T> x(t, random);
  const Sums sums = sums_of(t.p, x);
  const auto or_null = [](auto& values) { return values.size() ? values.data() : nullptr; };
  GemmOperands<T> operands{x.a.data(), x.b.data(), x.c.data(), or_null(x.bias), or_null(x.gate), or_null(x.b_sum)};
  const int64_t order[] = {2, 0, 1};  // of rows to fetch, which are only fetched
  const NextRows next{reinterpret_cast<const char*>(x.a.data()), int64_t(sizeof(T)), int64_t(sizeof(T)),
                      x.a.size() > 2 ? 3 : 0, order};
  if (random.integer(0, 1)) operands.next = &next;
  for (const Kernels& k : available_kernels()) {
    const GemmKernels<T>& kernels = k.gemm->of<T>();
    const GemmPlan plan = kernels.plan(t.p);
    x.reset();
    run(kernels, plan, operands, false);
    check_product(k.isa, t, x, sums);
    check_bands(k.isa, kernels, t, operands, x);
    check_parts(k.isa, kernels, t, operands, x);
    if (plan.tasks[0] < 2) continue;
    const std::vector<T> forwards(x.c.data(), x.c.data() + x.c.size());
    x.reset();
    run(kernels, plan, operands, true);
    check(std::memcmp(forwards.data(), x.c.data(), forwards.size() * sizeof(T)) == 0, t.text() + ": order of tasks");
  }
}

constexpr GemmActivation kActivations[] = {GemmActivation::none, GemmActivation::relu,    GemmActivation::leaky_relu,
                                           GemmActivation::elu,  GemmActivation::sigmoid, GemmActivation::tanh,
                                           GemmActivation::silu, GemmActivation::gelu,    GemmActivation::gelu_tanh};

// Options at random; strides at random a little larger than dense.
Case random_case(int64_t M, int64_t N, int64_t K, int layout, Random& random) {
  Case t{GemmProblem::of(M, N, K, layout & 1, layout & 2)};
  GemmProblem& p = t.p;
  const auto loosen = [&](int64_t& stride, int64_t& other) { (stride == 1 ? other : stride) += random.integer(0, 3); };
  if (random.integer(0, 1)) loosen(p.a_k, p.a_m), loosen(p.b_n, p.b_k), p.c_m += random.integer(0, 3), p.gate_m += 2;
  if (layout & 4) p.a_m *= 2, p.a_k *= 2, p.b_k *= 3, p.b_n *= 3;
  p.accumulate = random.integer(0, 3) == 0;
  t.bias = random.integer(0, 1), t.gate = random.integer(0, 3) == 0, t.b_sum = random.integer(0, 3) == 0;
  p.activation = kActivations[random.integer(0, std::size(kActivations) - 1)];
  p.alpha = 0.3;
  return t;
}

template <class T>
void test_products() {
  Random random(7);
  for (int layout = 0; layout < 8; ++layout) {
    for (int64_t n = 1; n <= 67; ++n)  // every tail of every tile
      test_case<T>(random_case(random.integer(1, 67), n, random.integer(0, 67), layout, random), random);
    for (int64_t m = 1; m <= 67; ++m)
      test_case<T>(random_case(m, random.integer(1, 67), random.integer(0, 67), layout, random), random);
    for (int64_t size : {0, 1, 2, 3, 5, 16, 33})  // vectors, columns, outer products, nothing
      for (int which = 0; which < 3; ++which) {
        int64_t of[] = {random.integer(1, 300), random.integer(1, 300), random.integer(1, 300)};
        of[which] = size;
        test_case<T>(random_case(of[0], of[1], of[2], layout, random), random);
      }
    if (layout < 4)  // several blocks in each direction
      for (auto [M, N, K] : {std::array{411, 130, 530},
                             {67, 600, 300},
                             {1027, 250, 403},
                             {61, 75, 2311},
                             {60, 60, 2400},
                             {310, 15, 2000},
                             {264, 256, 1540},
                             {1500, 300, 64},
                             {1024, 70, 130},
                             {1024, 70, 800},
                             {61, 1100, 300},
                             {64, 64, 784},
                             {50, 40, 1001},
                             {1001, 50, 40},
                             {33, 100, 900},
                             {1, 700, 1100},
                             {700, 1, 1100},
                             {9, 5, 4000}})
        test_case<T>(random_case(M, N, K, layout, random), random);
  }
}

// Products that are made transposed: each epilogue that they have, tails of tiles, panels, bands and blocks.
template <class T>
void test_flipped() {
  Random random(13);
  for (auto [M, N, K] : {std::array{61, 700, 210}, {17, 2055, 250}, {24, 701, 530}, {33, 1024, 270}, {250, 520, 97}})
    for (int which = 0; which < 4; ++which) {
      Case t{GemmProblem::of(M, N, K, false, true)};
      if (which & 1) t.p.a_m += 3, t.p.b_n += 2, t.p.c_m += 1, t.p.gate_m += 2;
      t.p.activation = which & 2 ? GemmActivation::relu : GemmActivation::none;
      t.bias = which < 2, t.gate = which % 3 == 0, t.b_sum = which == 1;
      for (const Kernels& k : available_kernels())
        check(k.gemm->of<T>().plan(t.p).method == GemmMethod::flipped, k.isa + t.text() + ": not flipped");
      test_case<T>(t, random);
    }
}

// Too large to be computed here: that each phase has the tasks that its work is cut into, and no work to spare.
template <class T>
void test_large_plans(const char* isa, const GemmKernels<T>& kernels) {
  for (int layout = 0; layout < 4; ++layout)
    for (auto [M, N, K] : {std::array<int64_t, 3>{1024, 1024, 4096},
                           {4096, 4096, 16384},
                           {2048, 512, 12544},
                           {512, 512, 12544},
                           {50176, 64, 256},
                           {64, 256, 50176},
                           {12544, 512, 2048},
                           {256, 2048, 1024}}) {
      const GemmPlan plan = kernels.plan(GemmProblem::of(M, N, K, layout & 1, layout & 2));
      const bool parts = plan.k_tasks > 1, a = plan.pack_a == GemmPacking::shared,
                 b = plan.pack_b == GemmPacking::shared || plan.method == GemmMethod::flipped;
      const std::string where = std::string(isa) + " plan of" + Case{plan.problem}.text();
      check(parts + a + b <= 1 && plan.phases == 1 + (parts || a || b), where + ": phases");
      check(plan.tasks[a || b ? 1 : 0] == plan.m_tasks * plan.n_tasks * plan.k_tasks, where + ": tasks");
      check(plan.n_tasks == 1 || (plan.n_tasks - 1) * plan.n_block < N, where + ": columns");
    }
}

template <class T>
void test_brgemm(const char* isa, const GemmKernels<T>& kernels) {
  Random random(11);
  for (int i = 0; i < 200; ++i) {
    const int64_t batch = random.integer(0, 9), k = random.integer(0, 20);
    Case t = random_case(random.integer(1, 30), random.integer(1, 140), batch * k, 0, random);
    t.b_sum = false;
    GemmProblem& p = t.p;
    // The batch cuts K, so the whole product is the reference; rows of B are padded as the contract asks.
    p.b_k = (p.N + kernels.vector_width - 1) / kernels.vector_width * kernels.vector_width;
    p.a_m = std::max<int64_t>(p.a_m, 1);
    Buffers<T> x(t, random);
    x.b.resize(size_t(p.K * p.b_k), std::numeric_limits<T>::quiet_NaN());
    std::vector<const T*> a, b;
    for (int64_t j = 0; j < batch; ++j) a.push_back(x.a.data() + j * k), b.push_back(x.b.data() + j * k * p.b_k);
    const BrgemmShape shape{p.M,   p.N,   k,        batch,        p.a_m,        p.a_k,
                            p.b_k, p.c_m, p.gate_m, p.activation, p.accumulate, p.alpha};
    kernels.brgemm(
        shape, {a.data(), b.data(), x.c.data(), t.bias ? x.bias.data() : nullptr, t.gate ? x.gate.data() : nullptr});
    check_product(isa, t, x, sums_of(p, x));
  }
}

template <class T>
void test_type() {
  test_products<T>();
  test_flipped<T>();
  for (const Kernels& k : available_kernels()) {
    test_large_plans(k.isa, k.gemm->of<T>());
    test_brgemm(k.isa, k.gemm->of<T>());
  }
}

}  // namespace
}  // namespace nnfit::test

int main() {
  using namespace nnfit;
#define NNFIT_GEMM_TYPE(T, name) test::test_type<T>();
#include "kernels/gemm/gemm.inc"
#undef NNFIT_GEMM_TYPE
  return test::finish();
}
