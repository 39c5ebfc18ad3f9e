// conv_max_pool: max_pool(conv(x, kernel, bias)), a few images at a time, so that what is pooled waits in a near cache
// and is never written to memory.
#include "ops/conv_pool.h"

#include <algorithm>

#include "kernels/kernels.h"
#include "ops/conv_call.h"
#include "ops/conv_forward.h"
#include "ops/pool_geometry.h"

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

constexpr const char* name = "conv_max_pool";
constexpr std::int64_t least_groups = 16;            // enough to share out to as many threads
constexpr std::int64_t most_bytes_pooled = 1 << 18;  // at a time: they wait in the second cache
constexpr double nanoseconds_per_element_pooled = 0.2;

PoolView view_of(const Attributes& attributes, const Shape& convolved) {
  return pool_view(name, {attributes, "pool_size", "pool_strides", "pool_padding"}, convolved);
}

std::vector<Spec> infer_conv_max_pool(const Attributes& attributes, std::span<const Spec> in) {
  const Spec convolved = infer_conv(name, attributes, in)[0];
  const PoolView view = view_of(attributes, convolved.shape);
  const Spec y{convolved.dtype, pooled_shape(convolved.shape, view)};
  if (!attributes.flag("return_index")) return {y};
  return {y, {index_dtype(view), y.shape}};
}

// The convolution of as many images as are pooled at a time: a divisor of their number.
ConvProblem one_group(ConvProblem p, std::size_t bytes_of_element) {
  const auto element = static_cast<std::int64_t>(bytes_of_element);
  const std::int64_t image = std::max<std::int64_t>(1, p.h.out * p.w.out * p.groups * p.oc * element);
  std::int64_t together = std::max<std::int64_t>(1, std::min(p.images / least_groups, most_bytes_pooled / image));
  while (p.images % together != 0) --together;
  p.images = std::min(p.images, together);
  p.one_thread = true;
  return p;
}

template <class T>
ConvPlan plan_of(ConvProblem p, bool winograd) {
  p.winograd = winograd;
  return kernels().conv->of<T>().plan(p);
}

std::size_t conv_max_pool_scratch(const Attributes& attributes, std::span<const Spec> in, std::span<const Spec>) {
  return visit_floating(in[0].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const ConvProblem group = one_group(conv_forward_problem(attributes, in), sizeof(T));
    return std::max(plan_of<T>(group, false).shared_scratch, plan_of<T>(group, true).shared_scratch);
  });
}

// Every phase of a forward convolution but the last prepares the kernel and reads nothing else: once for all groups.
template <class T>
void run(const RunContext& c) {
  const Spec in[] = {*c.inputs[0].spec, *c.inputs[1].spec};
  const Shape& y = c.out_shape(0);
  if (y.size() == 0) return;
  const Shape convolved = conv_forward_shape(c.attributes, in);
  const PoolView view = view_of(c.attributes, convolved);
  const ConvProblem whole = conv_forward_problem(c.attributes, in);
  const ConvPlan plan = plan_of<T>(one_group(whole, sizeof(T)), winograd_enabled());
  const ConvProblem& p = plan.problem;
  const ConvTask<T> task = kernels().conv->of<T>().task;
  ConvOperands<T> operands;
  operands.x = c.in<T>(0), operands.kernel = c.in<T>(1);
  if (c.inputs.size() > 2) operands.bias = c.in<T>(2);
  const double work =
      gemm_work<T>(GemmProblem::of(whole.images * p.h.out * p.w.out, p.groups * p.oc, p.h.taps * p.w.taps * p.ic));
  const int last = plan.phases - 1;
  for (int phase = 0; phase < last; ++phase)
    parallel_for(plan.tasks[phase], work,
                 [&](std::int64_t i) { task(plan, operands, phase, i, thread_scratch(plan.task_scratch), c.scratch); });

  const auto pool = kernels().pool->max_pool[c.out_dtype(0)];
  const std::int64_t x_step = c.in_shape(0).size() / whole.images * p.images;
  const std::int64_t y_step = y.size() / whole.images * p.images;
  const std::size_t task_scratch = (plan.task_scratch + 63) / 64 * 64;
  const std::size_t convolved_bytes = static_cast<std::size_t>(convolved.size() / whole.images * p.images) * sizeof(T);
  const double pooling = static_cast<double>(convolved.size()) * nanoseconds_per_element_pooled;
  parallel_for(whole.images / p.images, work + pooling, [&](std::int64_t group) {
    std::byte* const scratch = thread_scratch(task_scratch + convolved_bytes);
    T* const images = reinterpret_cast<T*>(scratch + task_scratch);
    ConvOperands<T> of_group = operands;
    of_group.x += group * x_step, of_group.out = images;
    for (std::int64_t i = 0; i < plan.tasks[last]; ++i) task(plan, of_group, last, i, scratch, c.scratch);
    std::byte* index = nullptr;
    if (c.outputs.size() > 1)
      index = c.out<std::byte>(1) + group * y_step * static_cast<std::int64_t>(size_of(c.out_dtype(1)));
    pool(view, 0, y_step / view.channels, images, c.out<T>(0) + group * y_step, index);
  });
}

void run_conv_max_pool(const RunContext& c) {
  visit_floating(c.in_dtype(0), [&](auto tag) { run<typename decltype(tag)::type>(c); });
}

}  // namespace

// Groups pay where there are enough of them, each within the cache, and the convolution of a group goes by the method
// of the whole: then its bits are the same too. Single pixels are not images, and depthwise tasks are one image each.
bool conv_max_pool_pays(const Attributes& attributes, std::span<const Spec> inputs) {
  return visit_floating(inputs[0].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const ConvProblem whole = conv_forward_problem(attributes, inputs), group = one_group(whole, sizeof(T));
    const std::int64_t elements = group.images * group.h.out * group.w.out * group.groups * group.oc;
    const bool images = whole.h.taps * whole.w.taps > 1 && group.oc > 0 && (group.groups == 1 || group.ic > 1);
    if (!images || whole.images < least_groups * group.images ||
        elements * static_cast<std::int64_t>(sizeof(T)) > most_bytes_pooled)
      return false;
    const auto same = [&](bool winograd) {
      return plan_of<T>(whole, winograd).method == plan_of<T>(group, winograd).method;
    };
    return same(false) && same(true);
  });
}

void register_conv_pool_ops(OpTable& table) {
  std::vector<S> attributes = conv_forward_attributes();
  for (const S& attribute : {S::needed("pool_size", K::integers), S::maybe("pool_strides", K::integers),
                             S::with_default("pool_padding", K::text, std::string("valid")),
                             S::with_default("return_index", K::boolean, false)})
    attributes.push_back(attribute);
  table.add({.name = name,
             .attributes = attributes,
             .min_inputs = 2,
             .max_inputs = 3,
             .infer = infer_conv_max_pool,
             .run = run_conv_max_pool,
             .promotion = Promotion::common_float,
             .scratch = conv_max_pool_scratch});
}

}  // namespace nnfit
