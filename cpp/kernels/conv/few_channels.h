// Tasks of the direct method for few output channels, on blocks of pixels.
#pragma once

#include "kernels/conv/kernel_gradient.h"
#include "kernels/conv/pixel_blocks.h"

namespace nnfit::NNFIT_ISA {

// The plan of the direct method, if that gains nothing from blocks; otherwise the same parts of the work for tasks
// here.
template <class T>
ConvPlan direct_plan(const ConvProblem& p) {
  const PixelBlocks<T> blocks(p);
  ConvPlan plan = DirectPlanner<T>(p).plan;
  if (blocks.together == 1 || plan.tasks[0] == 0) return plan;
  plan.method = ConvMethod::few_channels;
  plan.tasks[1] = plan.tasks[plan.phases - 1], plan.tasks[0] = p.h.taps, plan.phases = 2;
  plan.shared_scratch = size_t(blocks.elements()) * sizeof(T);
  return plan;
}

template <class T>
ConvPlan direct_gradient_plan(const ConvProblem& p) {
  const PixelBlocks<T> blocks(p);
  ConvPlan plan = KernelGradientPlanner<T>(p).plan;
  // Partial vectors of dY are read where they lie.
  if (!kMaskedLoads || blocks.together == 1 || plan.tasks[0] == 0) return plan;
  plan.method = ConvMethod::few_channels;
  plan.tap_blocks = 1, plan.tasks[0] = plan.chunks;
  plan.task_scratch = size_t(plan.image_windows + blocks.elements() + Vec<T>::width) * sizeof(T);
  return plan;
}

// Forward and input gradient: the parts, windows and phases are the direct method's.
template <class T>
void run_few_channels(const ConvPlan& plan, const ConvOperands<T>& operands, int64_t task, void* task_scratch,
                      const void* packed) {
  const ConvProblem& p = plan.problem;
  const PixelBlocks<T> blocks(p);
  T bias[Vec<T>::width] = {};
  if (operands.bias)
    for (int64_t i = 0; i < blocks.together * blocks.n; ++i) bias[i] = operands.bias[i % blocks.n];
  DirectTask<T>(plan, operands, task, task_scratch, packed)
      .for_each_row([&](const T* x, int64_t line, int64_t columns, int64_t at) {
        blocks.multiply(x, line, static_cast<const T*>(packed), columns, operands.out + at,
                        operands.bias ? bias : nullptr, operands.gate ? operands.gate + at : nullptr);
      });
}

// The kernel gradient: sums of the products of all pixels that a block reads with all its outputs, of which those
// within the band are added to dW at the end.
template <class T>
struct FewChannelsGradientTask {
  static constexpr int64_t kWidth = Vec<T>::width;

  const ConvProblem& p;
  KernelGradientTask<T> task;
  PixelBlocks<T> blocks;
  T *sums, *bias;  // of each row of taps; of dY

  FewChannelsGradientTask(const ConvPlan& plan, const ConvOperands<T>& operands, int64_t index, void* task_scratch,
                          void* shared)
      : p(plan.problem), task(plan, operands, index, task_scratch, shared), blocks(p), sums(task.near) {
    bias = sums + blocks.elements();
  }

  void run() const {
    zero_elements(sums, blocks.elements() + kWidth);
    task.for_each_unit([&](const T* x, int64_t line, const T* dy, int64_t rows, int64_t columns) {
      const Split parts = Split::at_most(rows, kMaxBatch);
      for (int64_t i = 0; i < parts.parts; ++i) {
        const int64_t row = parts.begin(i);
        add_rows(x + row * p.h.stride * line, line, dy + row * p.w.out * p.oc, parts.size(i), columns);
      }
    });
    for (int64_t s = 0; s < p.h.taps; ++s)
      for (int64_t t = 0; t < p.w.taps; ++t)
        for (int64_t i = 0; i < p.ic; ++i)
          for (int64_t o = 0; o < p.oc; ++o)
            task.result[((s * p.w.taps + t) * p.ic + i) * p.oc + o] = in_band(s, t, i, o);
    for (int64_t o = 0; task.bias_gradient && o < p.oc; ++o) {
      T sum = 0;
      for (int64_t pixel = 0; pixel < blocks.together; ++pixel) sum += bias[pixel * p.oc + o];
      task.bias_gradient[o] = sum;
    }
  }

 private:
  T in_band(int64_t s, int64_t t, int64_t i, int64_t o) const {
    T sum = 0;
    for (int64_t pixel = 0; pixel < blocks.together; ++pixel)
      sum += sums[(s * blocks.rows() + (t + pixel * p.w.stride) * p.ic + i) * kWidth + pixel * p.oc + o];
    return sum;
  }

  void add_rows(const T* x, int64_t line, const T* dy, int64_t rows, int64_t columns) const {
    const int64_t whole = columns / blocks.together, rest = columns % blocks.together;
    if (whole) add_blocks(x, line, dy, rows, whole, blocks.together);
    const int64_t done = whole * blocks.together;
    if (rest) add_blocks(x + done * p.w.stride * p.ic, line, dy + done * p.oc, rows, 1, rest);
  }

  void add_blocks(const T* x, int64_t line, const T* dy, int64_t rows, int64_t count, int64_t pixels) const {
    const T *a[kMaxBatch], *b[kMaxBatch];
    BrgemmShape shape;
    shape.m = blocks.reach(pixels) * p.ic, shape.n = pixels * p.oc, shape.k = count, shape.batch = rows;
    shape.a_m = 1, shape.a_k = blocks.together * p.w.stride * p.ic, shape.b_k = blocks.together * p.oc;
    shape.c_m = kWidth, shape.accumulate = true;
    for (int64_t r = 0; r < rows; ++r) b[r] = dy + r * p.w.out * p.oc;
    for (int64_t s = 0; s < p.h.taps; ++s) {
      for (int64_t r = 0; r < rows; ++r) a[r] = x + (r * p.h.stride + s * p.h.dilation) * line;
      gemm_table.of<T>().brgemm(shape, {a, b, sums + s * blocks.rows() * kWidth, nullptr, nullptr});
    }
    vec<T> sum = load<T>(bias);
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t i = 0; i < count; ++i) sum += load_partial<T>(b[r] + i * shape.b_k, int(shape.n));
    store<T>(bias, sum);
  }
};

}  // namespace nnfit::NNFIT_ISA
