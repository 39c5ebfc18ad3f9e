// Convolutions over one or two axes, channels last, as plans that cut the work into independent tasks.
//
// With X (images, h.in, w.in, groups * ic), W (h.taps, w.taps, ic, groups * oc) and Y (images, h.out, w.out,
// groups * oc), where output channel g * oc + o belongs to group g:
//   Y[n, p, q, g * oc + o] = sum over taps s, t and channels i of
//       X[n, p * h.stride + s * h.dilation - h.pad, q * w.stride + t * w.dilation - w.pad, g * ic + i]
//       * W[s, t, i, g * oc + o],      X being 0 outside
//   forward           out = gate(activation(Y + bias))                           x = X,  kernel = W
//   input gradient    out = gate(activation(dX + bias)), the adjoint in X        x = dY, kernel = W
//   kernel gradient   out = dW, the adjoint in W; bias_gradient[o] = sum of dY   x = X,  dy = dY
//   gate(x) = x where gate > 0, else 0 (the gradient through a relu whose output is `gate`)
// One axis is h of size 1 with one tap. A depthwise convolution has ic = 1: oc is the multiplier.
//
// Use: plan = kernels.plan(problem) once per shape; then for each phase p in order, run every task of 0..plan.tasks[p)
// in any order, on any threads, and finish them before phase p + 1. What is computed depends on the problem alone, so
// the bits of the result do not depend on the threads.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/gemm/gemm.h"
#include "kernels/tables.h"

namespace nnfit {

enum class ConvPass : uint8_t { forward, input_gradient, kernel_gradient };

struct ConvAxis {
  int64_t in = 1, out = 1, taps = 1;
  int64_t stride = 1, dilation = 1;  // of the forward convolution
  int64_t pad = 0;                   // zeros before the first element; may be negative
};

struct ConvProblem {
  ConvPass pass = ConvPass::forward;
  int64_t images = 0, groups = 1, ic = 0, oc = 0;  // channels of one group
  ConvAxis h, w;
  GemmActivation activation = GemmActivation::none;
  bool winograd = true;     // whether Winograd's method may be chosen
  bool one_thread = false;  // whether one thread runs all tasks, so that there need not be many
};

// Natural alignment is enough. The results and scratch overlap nothing else.
template <class T>
struct ConvOperands {
  const T* x = nullptr;
  const T* kernel = nullptr;
  const T* dy = nullptr;
  T* out = nullptr;
  const T* bias = nullptr;     // one value for each channel of out, or null
  const T* gate = nullptr;     // of out's shape, or null
  T* bias_gradient = nullptr;  // groups * oc values, or null
};

enum class ConvMethod : uint8_t { direct, few_channels, depthwise, winograd, winograd_few_tiles };

// A value: copy it freely. `tasks`, `phases` and the scratch sizes are for the caller, the rest for the kernels.
struct ConvPlan {
  static constexpr int max_phases = 3;

  ConvProblem problem;
  int phases = 1;
  int64_t tasks[max_phases] = {};  // of each phase
  size_t task_scratch = 0;         // bytes private to a running task; nothing is kept there between tasks
  size_t shared_scratch = 0;       // bytes shared by all tasks of all phases
  ConvMethod method = ConvMethod::direct;
  bool windows = false;  // whether inputs are copied, with zeros around them, for a task
  bool pack = false;     // whether the kernel is packed in a first phase
  int64_t image_blocks = 1, row_blocks = 1, column_blocks = 1, panel_blocks = 1, tap_blocks = 1;
  int64_t chunks = 1;         // partial sums of a kernel gradient
  int64_t image_windows = 0;  // elements of the windows of one image
};

// Both scratch pointers are aligned to 64 bytes.
template <class T>
using ConvTask = void (*)(const ConvPlan& plan, const ConvOperands<T>& operands, int phase, int64_t task,
                          void* task_scratch, void* shared_scratch);

template <class T>
struct ConvKernels {
  ConvPlan (*plan)(const ConvProblem& problem);
  ConvTask<T> task;
};

struct ConvTable {
#define NNFIT_CONV_TYPE(T, name) ConvKernels<T> name;
#include "kernels/conv/conv.inc"
#undef NNFIT_CONV_TYPE

  template <class T>
  const ConvKernels<T>& of() const {
    if constexpr (sizeof(T) == sizeof(float))
      return f32;
    else
      return f64;
  }
};

}  // namespace nnfit

NNFIT_DECLARE_TABLES(ConvTable, conv_table)
