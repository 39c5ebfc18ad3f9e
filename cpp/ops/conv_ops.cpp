// conv and its gradients, over one or two spatial axes, channels last. One entry serves grouped and depthwise
// convolutions too.
#include "ops/conv_call.h"
#include "ops/conv_forward.h"
#include "ops/fused_activation.h"

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

std::int64_t last(const Shape& shape) { return shape[shape.rank() - 1]; }
std::int64_t channels_of_group(const Shape& kernel) { return kernel[kernel.rank() - 2]; }

Integers list(std::span<const std::int64_t> values) { return Integers(values.begin(), values.end()); }

std::int64_t groups_of(const char* op, const Attributes& attributes, std::int64_t ic, std::int64_t oc) {
  const std::int64_t groups = attributes.integer("groups");
  if (groups < 1 || ic % groups != 0 || oc % groups != 0)
    throw ValueError(concat("[", op, "] expected a number of groups that divides the ", ic, " channels of x and the ",
                            oc, " output channels; got ", groups, "."));
  return groups;
}

// The sizes of the convolution x -> y.
ConvProblem problem_of(ConvPass pass, const ConvGeometry& g, const Shape& x, const Shape& y, std::int64_t groups) {
  ConvProblem p;
  p.pass = pass;
  p.images = x[0], p.groups = groups, p.ic = last(x) / groups, p.oc = last(y) / groups;
  p.h = g.h, p.w = g.w;
  return p;
}

std::size_t scratch_for(DType dtype, const ConvProblem& problem) {
  return visit_floating(dtype, [&](auto tag) { return conv_scratch<typename decltype(tag)::type>(problem); });
}

// --- conv

ConvGeometry forward_geometry(const char* op, const Attributes& attributes, std::span<const Spec> in) {
  return conv_geometry(op, attributes, spatial_sizes(in[0].shape), spatial_taps(in[1].shape));
}

}  // namespace

std::vector<Spec> infer_conv(const char* op, const Attributes& attributes, std::span<const Spec> in) {
  fused_activation(op, attributes);
  const Shape &x = in[0].shape, &kernel = in[1].shape;
  expect_images(op, "x", in[0]);
  if (kernel.rank() != x.rank())
    throw ValueError(concat("[", op, "] expected a kernel (", x.rank() == 3 ? "" : "rows, ",
                            "columns, channels, filters) for x ", x, "; got ", kernel, "."));
  const std::int64_t groups = groups_of(op, attributes, last(x), last(kernel));
  if (last(x) != groups * channels_of_group(kernel))
    throw ValueError(concat("[", op, "] expected x with ", groups * channels_of_group(kernel),
                            " channels on its last axis, as the kernel ", kernel, " takes",
                            groups > 1 ? concat(" in ", groups, " groups") : "", "; got ", x, "."));
  if (in.size() > 2 && !(in[2].shape == Shape{last(kernel)}))
    throw ValueError(concat("[", op, "] expected a bias of shape (", last(kernel), ",); got ", in[2].shape, "."));
  return {{in[0].dtype, conv_shape(x[0], forward_geometry(op, attributes, in), &ConvAxis::out, last(kernel))}};
}

Shape conv_forward_shape(const Attributes& attributes, std::span<const Spec> in) {
  return conv_shape(in[0].shape[0], forward_geometry("conv", attributes, in), &ConvAxis::out, last(in[1].shape));
}

ConvProblem conv_forward_problem(const Attributes& attributes, std::span<const Spec> in) {
  ConvProblem p = problem_of(ConvPass::forward, forward_geometry("conv", attributes, in), in[0].shape, in[1].shape,
                             attributes.integer("groups"));  // the last axis is y's, too
  p.activation = kernel_of(fused_activation("conv", attributes));
  return p;
}

std::vector<AttributeSchema> conv_forward_attributes() {
  return conv_attributes({S::with_default("groups", K::integer, std::int64_t{1}), S::maybe("activation", K::text),
                          S::maybe("pads", K::integers)});
}

namespace {

std::vector<Spec> infer_conv_op(const Attributes& attributes, std::span<const Spec> in) {
  return infer_conv("conv", attributes, in);
}

std::size_t conv_op_scratch(const Attributes& attributes, std::span<const Spec> in, std::span<const Spec>) {
  return scratch_for(in[0].dtype, conv_forward_problem(attributes, in));
}

void run_conv_op(const RunContext& c) {
  const Spec in[] = {*c.inputs[0].spec, *c.inputs[1].spec};
  visit_floating(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    ConvOperands<T> operands;
    operands.x = c.in<T>(0), operands.kernel = c.in<T>(1), operands.out = c.out<T>(0);
    if (c.inputs.size() > 2) operands.bias = c.in<T>(2);
    run_conv<T>(conv_forward_problem(c.attributes, in), operands, c.scratch);
  });
}

// The gradient of x: dy through the kernel's adjoint.
Tensor input_gradient(const Attributes& from, const Integers& pads, const Tensor& dy, const Tensor& kernel,
                      const Shape& x) {
  return apply_named("conv_input_gradient", {dy, kernel},
                     {{"size", list(spatial_sizes(x))},
                      {"pads", pads},
                      {"strides", from.value("strides")},
                      {"dilation", from.value("dilation")},
                      {"groups", from.value("groups")}})[0];
}

// The gradients of kernel and bias.
std::vector<Tensor> kernel_gradient(const Attributes& from, const Integers& pads, const Tensor& x, const Tensor& dy,
                                    const Shape& kernel) {
  return apply_named("conv_kernel_gradient", {x, dy},
                     {{"size", list(spatial_taps(kernel))},
                      {"pads", pads},
                      {"strides", from.value("strides")},
                      {"dilation", from.value("dilation")},
                      {"groups", from.value("groups")}});
}

// conv with the pads of another.
Tensor conv(const Attributes& from, const Integers& pads, std::vector<Tensor> inputs) {
  return apply_named("conv", std::move(inputs),
                     {{"pads", pads},
                      {"strides", from.value("strides")},
                      {"dilation", from.value("dilation")},
                      {"groups", from.value("groups")}})[0];
}

std::vector<Tensor> gradient_of_conv(const GradientContext& c) {
  const Tensor dy = before_activation(fused_activation("conv", c.attributes), c.dout(), c.out());
  const Spec in[] = {c.in(0).spec(), c.in(1).spec()};
  const Integers pads = forward_geometry("conv", c.attributes, in).pads;
  std::vector<Tensor> gradients(c.inputs.size());
  if (c.needed[0]) gradients[0] = input_gradient(c.attributes, pads, dy, c.in(1), c.in(0).shape());
  const bool bias = c.inputs.size() > 2 && c.needed[2];
  if (c.needed[1] || bias) {
    const std::vector<Tensor> both = kernel_gradient(c.attributes, pads, c.in(0), dy, c.in(1).shape());
    if (c.needed[1]) gradients[1] = both[0];
    if (bias) gradients[2] = both[1];
  }
  return gradients;
}

// --- conv_input_gradient: dy, kernel, and the gate that the planner may add

ConvGeometry input_gradient_geometry(const Attributes& attributes, std::span<const Spec> in) {
  return conv_geometry("conv_input_gradient", attributes, attributes.integers("size"), spatial_taps(in[1].shape));
}

std::vector<Spec> infer_input_gradient(const Attributes& attributes, std::span<const Spec> in) {
  const Shape &dy = in[0].shape, &kernel = in[1].shape;
  expect_images("conv_input_gradient", "dy", in[0]);
  if (kernel.rank() != dy.rank() || last(kernel) != last(dy) ||
      attributes.integers("size").size() != static_cast<std::size_t>(dy.rank() - 2))
    throw ValueError(
        concat("[conv_input_gradient] expected dy (batch, …, filters), a kernel (…, channels, filters) and "
               "a size for each spatial axis; got ",
               dy, ", ", kernel, " and ", attributes.integers("size").size(), " sizes."));
  const std::int64_t channels = channels_of_group(kernel) * attributes.integer("groups");
  groups_of("conv_input_gradient", attributes, channels, last(dy));
  const ConvGeometry g = input_gradient_geometry(attributes, in);
  const Shape expected = conv_shape(dy[0], g, &ConvAxis::out, last(dy));
  if (!(expected == dy))
    throw ValueError(concat("[conv_input_gradient] expected dy of shape ", expected, "; got ", dy, "."));
  const Spec out{in[0].dtype, conv_shape(dy[0], g, &ConvAxis::in, channels)};
  if (in.size() > 2 && !(in[2].shape == out.shape))
    throw ValueError(concat("[conv_input_gradient] expected a gate of shape ", out.shape, "; got ", in[2].shape, "."));
  return {out};
}

ConvProblem input_gradient_problem(const Attributes& attributes, std::span<const Spec> in, const Shape& dx) {
  return problem_of(ConvPass::input_gradient, input_gradient_geometry(attributes, in), dx, in[0].shape,
                    attributes.integer("groups"));
}

std::size_t input_gradient_scratch(const Attributes& attributes, std::span<const Spec> in, std::span<const Spec> out) {
  return scratch_for(in[0].dtype, input_gradient_problem(attributes, in, out[0].shape));
}

void run_input_gradient(const RunContext& c) {
  const Spec in[] = {*c.inputs[0].spec, *c.inputs[1].spec};
  visit_floating(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    ConvOperands<T> operands;
    operands.x = c.in<T>(0), operands.kernel = c.in<T>(1), operands.out = c.out<T>(0);
    if (c.inputs.size() > 2) operands.gate = c.in<T>(2);
    run_conv<T>(input_gradient_problem(c.attributes, in, c.out_shape(0)), operands, c.scratch);
  });
}

std::vector<Tensor> gradient_of_input_gradient(const GradientContext& c) {
  if (c.inputs.size() > 2)
    throw std::logic_error("[conv_input_gradient] the gate is made by the planner, after differentiation");
  const Integers& pads = c.attributes.integers("pads");
  Tensor dy, kernel;
  if (c.needed[0]) dy = conv(c.attributes, pads, {c.dout(), c.in(1)});
  if (c.needed[1]) kernel = kernel_gradient(c.attributes, pads, c.dout(), c.in(0), c.in(1).shape())[0];
  return {dy, kernel};
}

// --- conv_kernel_gradient: x, dy -> the gradients of kernel and bias

ConvGeometry kernel_gradient_geometry(const Attributes& attributes, std::span<const Spec> in) {
  return conv_geometry("conv_kernel_gradient", attributes, spatial_sizes(in[0].shape), attributes.integers("size"));
}

std::vector<Spec> infer_kernel_gradient(const Attributes& attributes, std::span<const Spec> in) {
  const Shape &x = in[0].shape, &dy = in[1].shape;
  expect_images("conv_kernel_gradient", "x", in[0]);
  const Integers& taps = attributes.integers("size");
  if (x.rank() != dy.rank() || taps.size() != static_cast<std::size_t>(x.rank() - 2))
    throw ValueError(
        concat("[conv_kernel_gradient] expected x (batch, …, channels), dy (batch, …, filters) and a size "
               "for each spatial axis; got ",
               x, ", ", dy, " and ", taps.size(), " sizes."));
  const std::int64_t groups = groups_of("conv_kernel_gradient", attributes, last(x), last(dy));
  const Shape expected = conv_shape(x[0], kernel_gradient_geometry(attributes, in), &ConvAxis::out, last(dy));
  if (!(expected == dy))
    throw ValueError(concat("[conv_kernel_gradient] expected dy of shape ", expected, "; got ", dy, "."));
  Shape kernel(std::span<const std::int64_t>{taps});
  kernel.push_back(last(x) / groups);
  kernel.push_back(last(dy));
  return {{in[0].dtype, kernel}, {in[0].dtype, {last(dy)}}};
}

ConvProblem kernel_gradient_problem(const Attributes& attributes, std::span<const Spec> in) {
  return problem_of(ConvPass::kernel_gradient, kernel_gradient_geometry(attributes, in), in[0].shape, in[1].shape,
                    attributes.integer("groups"));
}

std::size_t kernel_gradient_scratch(const Attributes& attributes, std::span<const Spec> in, std::span<const Spec>) {
  return scratch_for(in[0].dtype, kernel_gradient_problem(attributes, in));
}

void run_kernel_gradient(const RunContext& c) {
  const Spec in[] = {*c.inputs[0].spec, *c.inputs[1].spec};
  visit_floating(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    ConvOperands<T> operands;
    operands.x = c.in<T>(0), operands.dy = c.in<T>(1);
    operands.out = c.out<T>(0), operands.bias_gradient = c.out<T>(1);
    run_conv<T>(kernel_gradient_problem(c.attributes, in), operands, c.scratch);
  });
}

std::vector<Tensor> gradient_of_kernel_gradient(const GradientContext& c) {
  const Integers& pads = c.attributes.integers("pads");
  Tensor x, dy;
  if (c.needed[0] && c.dout(0)) x = input_gradient(c.attributes, pads, c.in(1), c.dout(0), c.in(0).shape());
  if (c.needed[1]) {
    if (c.dout(0)) dy = conv(c.attributes, pads, {c.in(0), c.dout(0)});
    if (c.dout(1)) {
      const Tensor bias = functions::broadcast_to(c.dout(1), c.in(1).shape());
      dy = dy ? functions::add(dy, bias) : bias;
    }
  }
  return {x, dy};
}

// --- conv_transpose: x, kernel (…, filters, channels), bias

ConvGeometry transpose_geometry(const Attributes& attributes, std::span<const Spec> in) {
  return conv_transpose_geometry("conv_transpose", attributes, spatial_sizes(in[0].shape), spatial_taps(in[1].shape));
}

std::vector<Spec> infer_conv_transpose(const Attributes& attributes, std::span<const Spec> in) {
  fused_activation("conv_transpose", attributes);
  const Shape &x = in[0].shape, &kernel = in[1].shape;
  expect_images("conv_transpose", "x", in[0]);
  if (kernel.rank() != x.rank() || last(kernel) != last(x))
    throw ValueError(concat("[conv_transpose] expected a kernel (", x.rank() == 3 ? "" : "rows, ",
                            "columns, filters, channels) with the channels of x ", x, "; got ", kernel, "."));
  const std::int64_t filters = channels_of_group(kernel);
  if (in.size() > 2 && !(in[2].shape == Shape{filters}))
    throw ValueError(concat("[conv_transpose] expected a bias of shape (", filters, ",); got ", in[2].shape, "."));
  return {{in[0].dtype, conv_shape(x[0], transpose_geometry(attributes, in), &ConvAxis::in, filters)}};
}

ConvProblem transpose_problem(const Attributes& attributes, std::span<const Spec> in, const Shape& y) {
  ConvProblem p = problem_of(ConvPass::input_gradient, transpose_geometry(attributes, in), y, in[0].shape, 1);
  p.activation = kernel_of(fused_activation("conv_transpose", attributes));
  return p;
}

std::size_t transpose_scratch(const Attributes& attributes, std::span<const Spec> in, std::span<const Spec> out) {
  return scratch_for(in[0].dtype, transpose_problem(attributes, in, out[0].shape));
}

void run_conv_transpose(const RunContext& c) {
  const Spec in[] = {*c.inputs[0].spec, *c.inputs[1].spec};
  visit_floating(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    ConvOperands<T> operands;
    operands.x = c.in<T>(0), operands.kernel = c.in<T>(1), operands.out = c.out<T>(0);
    if (c.inputs.size() > 2) operands.bias = c.in<T>(2);
    run_conv<T>(transpose_problem(c.attributes, in, c.out_shape(0)), operands, c.scratch);
  });
}

std::vector<Tensor> gradient_of_conv_transpose(const GradientContext& c) {
  const Tensor dy = before_activation(fused_activation("conv_transpose", c.attributes), c.dout(), c.out());
  const Spec in[] = {c.in(0).spec(), c.in(1).spec()};
  const Integers pads = transpose_geometry(c.attributes, in).pads;
  const AttributeValue &strides = c.attributes.value("strides"), &dilation = c.attributes.value("dilation");
  std::vector<Tensor> gradients(c.inputs.size());
  if (c.needed[0])
    gradients[0] =
        apply_named("conv", {dy, c.in(1)}, {{"pads", pads}, {"strides", strides}, {"dilation", dilation}})[0];
  if (c.needed[1])
    gradients[1] = apply_named("conv_kernel_gradient", {dy, c.in(0)},
                               {{"size", list(spatial_taps(c.in(1).shape()))},
                                {"pads", pads},
                                {"strides", strides},
                                {"dilation", dilation}})[0];
  if (c.inputs.size() > 2 && c.needed[2]) gradients[2] = functions::sum_to(dy, c.in(2).shape());
  return gradients;
}

}  // namespace

void register_conv_ops(OpTable& table) {
  table.add({.name = "conv",
             .attributes = conv_forward_attributes(),
             .min_inputs = 2,
             .max_inputs = 3,
             .infer = infer_conv_op,
             .run = run_conv_op,
             .gradient = gradient_of_conv,
             .promotion = Promotion::common_float,
             .scratch = conv_op_scratch});
  // dx, zero where the gate (an output of relu) is not positive; `size` is the spatial size of x.
  table.add({.name = "conv_input_gradient",
             .attributes = conv_attributes({S::needed("size", K::integers), S::needed("pads", K::integers),
                                            S::with_default("groups", K::integer, std::int64_t{1})}),
             .min_inputs = 2,
             .max_inputs = 3,
             .infer = infer_input_gradient,
             .run = run_input_gradient,
             .gradient = gradient_of_input_gradient,
             .promotion = Promotion::common_float,
             .scratch = input_gradient_scratch});
  // dkernel, and dbias = the sum of dy over all axes but the last; `size` is the spatial size of the kernel.
  table.add({.name = "conv_kernel_gradient",
             .attributes = conv_attributes({S::needed("size", K::integers), S::needed("pads", K::integers),
                                            S::with_default("groups", K::integer, std::int64_t{1})}),
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_kernel_gradient,
             .run = run_kernel_gradient,
             .gradient = gradient_of_kernel_gradient,
             .promotion = Promotion::common_float,
             .scratch = kernel_gradient_scratch});
  table.add({.name = "conv_transpose",
             .attributes = conv_attributes({S::maybe("output_padding", K::integers), S::maybe("activation", K::text)}),
             .min_inputs = 2,
             .max_inputs = 3,
             .infer = infer_conv_transpose,
             .run = run_conv_transpose,
             .gradient = gradient_of_conv_transpose,
             .promotion = Promotion::common_float,
             .scratch = transpose_scratch});
}

}  // namespace nnfit
