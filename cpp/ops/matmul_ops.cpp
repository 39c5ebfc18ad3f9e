// matmul, with NumPy's meaning: batch dimensions broadcast, one-dimensional operands are a row or a column.
#include "ops/functions.h"
#include "ops/gemm_call.h"
#include "ops/op.h"
#include "ops/strided_copy.h"

namespace nnfit {

namespace {

using functions::matmul;
using functions::reshape;
using S = AttributeSchema;
using K = AttributeKind;

// A product in terms of matrices: a is (batch…, rows, columns) once a vector has become a row, b likewise a column.
struct Product {
  Shape a, b;
  bool transpose_a = false, transpose_b = false;
  bool row = false, column = false;  // a or b was a vector: its axis leaves the result
  Shape batch;
  std::int64_t M = 0, N = 0, K = 0;

  Product(const Attributes& attributes, const Shape& given_a, const Shape& given_b) : a(given_a), b(given_b) {
    row = a.rank() == 1;
    column = b.rank() == 1;
    transpose_a = attributes.flag("transpose_a") && !row;
    transpose_b = attributes.flag("transpose_b") && !column;
    if (a.rank() == 0 || b.rank() == 0) fail(given_a, given_b);
    if (row) a.insert(0, 1);
    if (column) b.insert(1, 1);
    const int ra = a.rank(), rb = b.rank();
    M = a[transpose_a ? ra - 1 : ra - 2];
    K = a[transpose_a ? ra - 2 : ra - 1];
    N = b[transpose_b ? rb - 2 : rb - 1];
    if (b[transpose_b ? rb - 1 : rb - 2] != K) fail(given_a, given_b);
    batch = broadcast("matmul", leading(a), leading(b));
  }

  static Shape leading(const Shape& shape) {
    return Shape(shape.dims().first(static_cast<std::size_t>(shape.rank() - 2)));
  }

  Shape result() const {
    Shape shape = batch;
    if (!row) shape.push_back(M);
    if (!column) shape.push_back(N);
    return shape;
  }

  // All rows of a stacked batch make one matrix when b is the same for all.
  bool single() const { return leading(b).size() == 1 && leading(a) == batch && !transpose_a; }

  GemmProblem problem() const {
    return GemmProblem::of(single() ? M * batch.size() : M, N, K, transpose_a, transpose_b);
  }

 private:
  [[noreturn]] void fail(const Shape& given_a, const Shape& given_b) const {
    throw ValueError(concat("[matmul] expected (…, m, k) and (…, k, n) with the same k; got ", given_a, " and ",
                            given_b, transpose_a ? ", the first transposed" : "",
                            transpose_b ? ", the second transposed" : "", "."));
  }
};

// The number of the matrix that `operand` contributes to product `i` of the batch.
std::int64_t matrix_of(std::int64_t i, const Shape& batch, const Shape& operand) {
  std::int64_t number = 0, stride = 1;
  const int offset = batch.rank() - operand.rank();
  for (int axis = batch.rank() - 1; axis >= 0; --axis) {
    const std::int64_t at = i % batch[axis];
    i /= batch[axis];
    if (axis < offset) continue;
    const std::int64_t dim = operand[axis - offset];
    if (dim != 1) number += at * stride;
    stride *= dim;
  }
  return number;
}

// The plain product, for integers.
template <class T>
void multiply_plainly(const GemmProblem& p, const T* a, const T* b, T* c) {
  for (std::int64_t m = 0; m < p.M; ++m)
    for (std::int64_t n = 0; n < p.N; ++n) {
      std::uint64_t sum = 0;  // wraps around, as NumPy's integers do
      for (std::int64_t k = 0; k < p.K; ++k)
        sum +=
            static_cast<std::uint64_t>(a[m * p.a_m + k * p.a_k]) * static_cast<std::uint64_t>(b[k * p.b_k + n * p.b_n]);
      c[m * p.c_m + n] = static_cast<T>(sum);
    }
}

std::vector<Spec> infer_matmul(const Attributes& attributes, std::span<const Spec> in) {
  if (in[0].dtype == DType::bool_)
    throw TypeError("[matmul] expected numbers; got bool. Cast to int32 or float32 first.");
  return {{in[0].dtype, Product(attributes, in[0].shape, in[1].shape).result()}};
}

std::size_t matmul_scratch(const Attributes& attributes, std::span<const Spec> in, std::span<const Spec>) {
  const GemmProblem problem = Product(attributes, in[0].shape, in[1].shape).problem();
  if (in[0].dtype == DType::float32) return gemm_scratch<float>(problem);
  return in[0].dtype == DType::float64 ? gemm_scratch<double>(problem) : 0;
}

template <class T>
void run_product(const RunContext& c, const Product& product) {
  const GemmProblem problem = product.problem();
  const std::int64_t count = product.single() ? 1 : product.batch.size();
  const Shape batch_a = Product::leading(product.a), batch_b = Product::leading(product.b);
  const auto operands = [&](std::int64_t i) {
    GemmOperands<T> o;
    o.a = c.in<T>(0) + (count == 1 ? 0 : matrix_of(i, product.batch, batch_a)) * product.M * product.K;
    o.b = c.in<T>(1) + (count == 1 ? 0 : matrix_of(i, product.batch, batch_b)) * product.K * product.N;
    o.c = c.out<T>(0) + i * product.M * product.N;
    return o;
  };
  if constexpr (std::is_floating_point_v<T>) {
    run_gemm_batch<T>(problem, count, operands, c.scratch);
  } else {
    const double work = static_cast<double>(count * problem.M * problem.N) * static_cast<double>(problem.K);
    parallel_for(count, work, [&](std::int64_t i) {
      const GemmOperands<T> o = operands(i);
      multiply_plainly(problem, o.a, o.b, o.c);
    });
  }
}

void run_matmul(const RunContext& c) {
  const Product product(c.attributes, c.in_shape(0), c.in_shape(1));
  visit(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (!std::is_same_v<T, bool>) run_product<T>(c, product);
  });
}

// With A' and B' the operands as multiplied: dA' = dC · B'ᵀ, dB' = A'ᵀ · dC.
std::vector<Tensor> gradient_of_matmul(const GradientContext& c) {
  const Product p(c.attributes, c.in(0).shape(), c.in(1).shape());
  Shape full = p.batch;
  full.push_back(p.M);
  full.push_back(p.N);
  const Tensor dc = reshape(c.dout(), full);
  const Tensor a = p.row ? reshape(c.in(0), p.a) : c.in(0);
  const Tensor b = p.column ? reshape(c.in(1), p.b) : c.in(1);
  Tensor da, db;
  if (c.needed[0]) {
    da = p.transpose_a ? matmul(b, dc, p.transpose_b, true) : matmul(dc, b, false, !p.transpose_b);
    if (p.row) da = reshape(functions::sum_to(da, p.a), c.in(0).shape());
  }
  if (c.needed[1]) {
    db = p.transpose_b ? matmul(dc, a, true, p.transpose_a) : matmul(a, dc, !p.transpose_a, false);
    if (p.column) db = reshape(functions::sum_to(db, p.b), c.in(1).shape());
  }
  return {da, db};
}

}  // namespace

void register_matmul_ops(OpTable& table) {
  table.add({.name = "matmul",
             .attributes = {S::with_default("transpose_a", K::boolean, false),
                            S::with_default("transpose_b", K::boolean, false)},
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_matmul,
             .run = run_matmul,
             .gradient = gradient_of_matmul,
             .promotion = Promotion::common,
             .scratch = matmul_scratch});
}

}  // namespace nnfit
