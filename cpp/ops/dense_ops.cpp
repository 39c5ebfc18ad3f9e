// dense and its gradients: y = activation(x · kernel + bias) over the last axis of x.
#include "ops/dense_kernel_gradient.h"
#include "ops/functions.h"
#include "ops/fused_activation.h"
#include "ops/gemm_call.h"
#include "ops/op.h"

namespace nnfit {

namespace {

using functions::matmul;
using functions::reshape;
using S = AttributeSchema;
using K = AttributeKind;

void expect_floating(const char* op, const Spec& spec) {
  if (!is_floating(spec.dtype)) throw TypeError(concat("[", op, "] expected floating tensors; got ", spec, "."));
}

std::int64_t last(const Shape& shape) { return shape[shape.rank() - 1]; }

Shape with_last(Shape shape, std::int64_t n) {
  shape[shape.rank() - 1] = n;
  return shape;
}

// The number of rows when all axes but the last are taken together.
std::int64_t rows(const Shape& shape) { return shape.size(0, shape.rank() - 1); }

std::vector<Spec> infer_dense(const Attributes& attributes, std::span<const Spec> in) {
  fused_activation("dense", attributes);
  const Shape &x = in[0].shape, &kernel = in[1].shape;
  expect_floating("dense", in[0]);
  if (kernel.rank() != 2) throw ValueError(concat("[dense] expected a kernel (inputs, units); got ", kernel, "."));
  if (x.rank() < 1 || last(x) != kernel[0])
    throw ValueError(concat("[dense] expected x with a last axis of ", kernel[0], ", as the kernel ", kernel,
                            " has rows; got ", x, "."));
  if (in.size() > 2 && !(in[2].shape == Shape{kernel[1]}))
    throw ValueError(concat("[dense] expected a bias of shape (", kernel[1], ",); got ", in[2].shape, "."));
  return {{in[0].dtype, with_last(x, kernel[1])}};
}

GemmProblem forward_problem(const Attributes& attributes, const Spec& x, const Spec& kernel) {
  GemmProblem problem = GemmProblem::of(rows(x.shape), kernel.shape[1], kernel.shape[0]);
  problem.activation = kernel_of(fused_activation("dense", attributes));
  return problem;
}

GemmProblem input_gradient_problem(const Spec& dy, const Spec& kernel) {
  return GemmProblem::of(rows(dy.shape), kernel.shape[0], kernel.shape[1], false, true);
}

std::size_t scratch_of(DType dtype, const GemmProblem& problem) {
  return visit_floating(dtype, [&](auto tag) { return gemm_scratch<typename decltype(tag)::type>(problem); });
}

std::size_t dense_scratch(const Attributes& attributes, std::span<const Spec> in, std::span<const Spec>) {
  return scratch_of(in[0].dtype, forward_problem(attributes, in[0], in[1]));
}

void run_dense(const RunContext& c) {
  visit_floating(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    GemmOperands<T> operands;
    operands.a = c.in<T>(0);
    operands.b = c.in<T>(1);
    operands.c = c.out<T>(0);
    if (c.inputs.size() > 2) operands.bias = c.in<T>(2);
    GemmProblem problem = forward_problem(c.attributes, *c.inputs[0].spec, *c.inputs[1].spec);
    problem.a_parts = c.inputs[0].parts();
    run_gemm<T>(problem, operands, c.scratch);
  });
}

bool dense_takes_parts(const Attributes& attributes, std::span<const Spec> in, std::size_t input, std::int64_t parts) {
  return input == 0 && gemm_takes_parts(in[0].dtype, forward_problem(attributes, in[0], in[1]), parts);
}

std::vector<Tensor> gradient_of_dense(const GradientContext& c) {
  const Tensor dy = before_activation(fused_activation("dense", c.attributes), c.dout(), c.out());
  std::vector<Tensor> gradients(c.inputs.size());
  if (c.needed[0]) gradients[0] = functions::binary("dense_input_gradient", dy, c.in(1));
  const bool bias = c.inputs.size() > 2 && c.needed[2];
  if (c.needed[1] || bias) {
    const std::vector<Tensor> both = apply_named("dense_kernel_gradient", {c.in(0), dy});
    if (c.needed[1]) gradients[1] = both[0];
    if (bias) gradients[2] = both[1];
  }
  return gradients;
}

std::vector<Spec> infer_input_gradient(const Attributes&, std::span<const Spec> in) {
  const Shape &dy = in[0].shape, &kernel = in[1].shape;
  expect_floating("dense_input_gradient", in[0]);
  if (kernel.rank() != 2 || dy.rank() < 1 || last(dy) != kernel[1])
    throw ValueError(concat("[dense_input_gradient] expected dy (…, units) and a kernel (inputs, units); got ", dy,
                            " and ", kernel, "."));
  const Spec out{in[0].dtype, with_last(dy, kernel[0])};
  if (in.size() > 2 && !(in[2].shape == out.shape))
    throw ValueError(concat("[dense_input_gradient] expected a gate of shape ", out.shape, "; got ", in[2].shape, "."));
  return {out};
}

std::size_t input_gradient_scratch(const Attributes&, std::span<const Spec> in, std::span<const Spec>) {
  return scratch_of(in[0].dtype, input_gradient_problem(in[0], in[1]));
}

void run_input_gradient(const RunContext& c) {
  visit_floating(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    GemmOperands<T> operands;
    operands.a = c.in<T>(0);
    operands.b = c.in<T>(1);
    operands.c = c.out<T>(0);
    if (c.inputs.size() > 2) operands.gate = c.in<T>(2);
    run_gemm<T>(input_gradient_problem(*c.inputs[0].spec, *c.inputs[1].spec), operands, c.scratch);
  });
}

std::vector<Tensor> gradient_of_input_gradient(const GradientContext& c) {
  if (c.inputs.size() > 2)
    throw std::logic_error("[dense_input_gradient] the gate is made by the planner, after differentiation");
  Tensor dy, kernel;
  if (c.needed[0]) dy = functions::binary("dense", c.dout(), c.in(1));
  if (c.needed[1]) kernel = apply_named("dense_kernel_gradient", {c.dout(), c.in(0)})[0];
  return {dy, kernel};
}

std::size_t kernel_gradient_scratch(const Attributes&, std::span<const Spec> in, std::span<const Spec>) {
  return scratch_of(in[0].dtype, dense_kernel_gradient_problem(in[0], in[1]));
}

void run_kernel_gradient(const RunContext& c) {
  visit_floating(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    GemmOperands<T> operands;
    operands.a = c.in<T>(0);
    operands.b = c.in<T>(1);
    operands.c = c.out<T>(0);
    operands.b_sum = c.out<T>(1);
    operands.next = c.inputs[0].next();
    GemmProblem problem = dense_kernel_gradient_problem(*c.inputs[0].spec, *c.inputs[1].spec);
    problem.a_parts = c.inputs[0].parts();
    run_gemm<T>(problem, operands, c.scratch);
  });
}

bool kernel_gradient_takes_parts(const Attributes&, std::span<const Spec> in, std::size_t input, std::int64_t parts) {
  return input == 0 && gemm_takes_parts(in[0].dtype, dense_kernel_gradient_problem(in[0], in[1]), parts);
}

std::vector<Tensor> gradient_of_kernel_gradient(const GradientContext& c) {
  Tensor x, dy;
  if (c.needed[0] && c.dout(0)) x = functions::binary("dense_input_gradient", c.in(1), c.dout(0));
  if (c.needed[1]) {
    if (c.dout(0)) dy = functions::binary("dense", c.in(0), c.dout(0));
    if (c.dout(1)) {
      const Tensor rows_of_bias = functions::broadcast_to(c.dout(1), c.in(1).shape());
      dy = dy ? functions::add(dy, rows_of_bias) : rows_of_bias;
    }
  }
  return {x, dy};
}

}  // namespace

GemmProblem dense_kernel_gradient_problem(const Spec& x, const Spec& dy) {
  return GemmProblem::of(last(x.shape), last(dy.shape), rows(x.shape), true, false);
}

std::vector<Spec> infer_dense_kernel_gradient(const Attributes&, std::span<const Spec> in) {
  const Shape &x = in[0].shape, &dy = in[1].shape;
  expect_floating("dense_kernel_gradient", in[0]);
  if (x.rank() < 1 || x.rank() != dy.rank() || !(with_last(x, 1) == with_last(dy, 1)))
    throw ValueError(
        concat("[dense_kernel_gradient] expected x (…, inputs) and dy (…, units); got ", x, " and ", dy, "."));
  return {{in[0].dtype, {last(x), last(dy)}}, {in[0].dtype, {last(dy)}}};
}

void register_dense_ops(OpTable& table) {
  table.add({.name = "dense",
             .attributes = {S::maybe("activation", K::text)},
             .min_inputs = 2,
             .max_inputs = 3,
             .infer = infer_dense,
             .run = run_dense,
             .gradient = gradient_of_dense,
             .promotion = Promotion::common_float,
             .scratch = dense_scratch,
             .takes_parts = dense_takes_parts});
  // dx = dy · kernelᵀ, zero where the gate (an output of relu) is not positive.
  table.add({.name = "dense_input_gradient",
             .min_inputs = 2,
             .max_inputs = 3,
             .infer = infer_input_gradient,
             .run = run_input_gradient,
             .gradient = gradient_of_input_gradient,
             .promotion = Promotion::common_float,
             .scratch = input_gradient_scratch});
  // dkernel = xᵀ · dy and dbias = sum of dy, over all axes but the last.
  table.add({.name = "dense_kernel_gradient",
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_dense_kernel_gradient,
             .run = run_kernel_gradient,
             .gradient = gradient_of_kernel_gradient,
             .promotion = Promotion::common_float,
             .scratch = kernel_gradient_scratch,
             .takes_parts = kernel_gradient_takes_parts});
}

}  // namespace nnfit
