#include "ops/dense_kernel_gradient.h"
#include "ops/dense_update.h"
#include "ops/gemm_call.h"
#include "ops/update_rules.h"

namespace nnfit {

namespace {

constexpr std::size_t kStreamedKernel = std::size_t{1} << 21;  // bytes

// The product that gives the gradient in bands, if it can.
GemmProblem banded_problem(const Spec& x, const Spec& dy) {
  GemmProblem problem = dense_kernel_gradient_problem(x, dy);
  problem.banded = true;
  return problem;
}

template <class T>
std::size_t aligned_gemm_scratch(const GemmProblem& problem) {
  return (gemm_scratch<T>(problem) + 63) / 64 * 64;
}

// One call: x and dy are the last of the inputs, dbias the last of the outputs, and before it stand the new values.
template <class T>
class DenseUpdate {
 public:
  DenseUpdate(const RunContext& c, std::size_t leading, const UpdateRule& rule, ChunkUpdate update)
      : c_(c), leading_(leading), rule_(rule), update_(update), units_(c.out_shape(0)[1]) {}

  void run() const {
    const std::size_t x = c_.inputs.size() - 2, values = c_.outputs.size() - 1;
    GemmProblem problem = banded_problem(*c_.inputs[x].spec, *c_.inputs[x + 1].spec);
    problem.a_parts = c_.inputs[x].parts();
    GemmSink<T> sink{take, const_cast<DenseUpdate*>(this)};
    for (std::size_t o = 0; o < std::min<std::size_t>(values, kSinkArrays); ++o)
      sink.arrays[o] = c_.in<T>(leading_ + o);
    sink.streams = rule_.streams;
    GemmOperands<T> operands;
    operands.a = c_.in<T>(x);
    operands.b = c_.in<T>(x + 1);
    operands.b_sum = c_.out<T>(values);
    operands.sink = &sink;
    operands.next = c_.inputs[x].next();
    const bool banded = kernels().gemm->of<T>().plan(problem).banded;
    if (!banded) operands.c = reinterpret_cast<T*>(c_.scratch + aligned_gemm_scratch<T>(problem));
    run_gemm<T>(problem, operands, c_.scratch);
    if (!banded) update_by(operands.c);
  }

 private:
  static void take(void* context, std::int64_t row, std::int64_t rows, const T* band, std::int64_t band_m) {
    const auto& call = *static_cast<const DenseUpdate*>(context);
    const std::int64_t n = call.units_;
    if (band_m == n) return call.update(row * n, rows * n, band);
    for (std::int64_t i = 0; i < rows; ++i) call.update((row + i) * n, n, band + i * band_m);
  }

  // Updates `count` elements from `first` on.
  void update(std::int64_t first, std::int64_t count, const T* gradient) const {
    UpdateChunk chunk{};
    chunk.dtype = c_.out_dtype(0);
    chunk.count = count;
    chunk.gradient = gradient;
    for (std::size_t o = 0; o + 1 < c_.outputs.size(); ++o)
      (o == 0 ? chunk.w : chunk.slots[o - 1]) = updated_part(c_.inputs[leading_ + o], c_.outputs[o], first, count);
    update_(rule_, chunk);
  }

  void update_by(const T* gradient) const {
    const std::int64_t size = c_.out_shape(0).size();
    parallel_for((size + kChunk - 1) / kChunk, static_cast<double>(size) * 0.25, [&](std::int64_t i) {
      update(i * kChunk, std::min(kChunk, size - i * kChunk), gradient + i * kChunk);
    });
  }

  const RunContext& c_;
  std::size_t leading_;
  const UpdateRule& rule_;
  ChunkUpdate update_;
  std::int64_t units_;
};

}  // namespace

bool dense_update_pays(const Spec& x, const Spec& dy) {
  return visit_floating(x.dtype, [&](auto tag) {
    return kernels().gemm->of<typename decltype(tag)::type>().plan(banded_problem(x, dy)).banded;
  });
}

bool dense_update_streams(const RunContext& c) {
  const std::size_t x = c.inputs.size() - 2;
  return c.outputs[0].spec->bytes() >= kStreamedKernel && dense_update_pays(*c.inputs[x].spec, *c.inputs[x + 1].spec);
}

void run_dense_update(const RunContext& c, std::size_t leading, const UpdateRule& rule, ChunkUpdate update) {
  visit_floating(c.out_dtype(0),
                 [&](auto tag) { DenseUpdate<typename decltype(tag)::type>(c, leading, rule, update).run(); });
}

std::vector<Spec> infer_dense_update(const Attributes& attributes, std::span<const Spec> in, std::size_t leading,
                                     std::size_t families) {
  if (is_scaled(attributes) || is_conditional(attributes))
    throw ValueError("[dense_update] expected neither scales nor a condition, which follow from whole gradients.");
  const std::size_t x = leading + 1 + families;
  if (in.size() != x + 2)
    throw ValueError(concat("[dense_update] expected ", leading, " scalars, a kernel, ", families,
                            " slots, x and dy; got ", in.size(), " tensors."));
  for (std::size_t i = 0; i < leading; ++i)
    if (in[i].shape.size() != 1) throw ValueError(concat("[dense_update] expected a scalar; got ", in[i], "."));
  const std::vector<Spec> gradients = infer_dense_kernel_gradient(attributes, in.subspan(x));
  if (in[x].dtype != in[x + 1].dtype)
    throw TypeError(concat("[dense_update] expected x and dy of one dtype; got ", in[x], " and ", in[x + 1], "."));
  std::vector<Spec> out;
  for (std::size_t i = leading; i < x; ++i) {
    if (!(in[i] == gradients[0]))
      throw ValueError(
          concat("[dense_update] expected a kernel and slots like the gradient, ", gradients[0], "; got ", in[i], "."));
    out.push_back(in[i]);
  }
  out.push_back(gradients[1]);
  return out;
}

std::size_t dense_update_scratch(std::span<const Spec> in) {
  const Spec &x = in[in.size() - 2], &dy = in[in.size() - 1];
  return visit_floating(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const GemmProblem problem = banded_problem(x, dy);
    const std::size_t whole =
        dense_update_pays(x, dy) ? 0 : static_cast<std::size_t>(problem.M * problem.N) * sizeof(T);
    return aligned_gemm_scratch<T>(problem) + whole;
  });
}

bool dense_update_takes_parts(std::span<const Spec> in, std::size_t input, std::int64_t parts) {
  const std::size_t x = in.size() - 2;
  return input == x && gemm_takes_parts(in[x].dtype, banded_problem(in[x], in[x + 1]), parts);
}

void register_dense_update_ops(OpTable& table) {
  for_each_rule([&]<class Rule>(Rule, const std::string& name, const std::vector<AttributeSchema>& own) {
    table.add(dense_update_op<Rule>("dense_" + name + "_update", own));
  });
}

}  // namespace nnfit
