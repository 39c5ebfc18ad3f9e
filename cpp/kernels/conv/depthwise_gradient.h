// The kernel gradient of depthwise convolutions: for each vector of channels of Y, the sums over pixels of dY times X
// at a row of taps. Chunks and their partial sums are those of the direct method.
#pragma once

#include "kernels/conv/depthwise.h"
#include "kernels/conv/kernel_gradient.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int kDepthwiseTaps = 8;  // summed at a time

template <class T>
struct DepthwiseGradientPlanner {
  ConvPlan plan;

  explicit DepthwiseGradientPlanner(const ConvProblem& p) {
    plan.problem = p, plan.method = ConvMethod::depthwise;
    if (p.groups * p.oc == 0) return;
    const TapGrid grid(p, 0, 0);
    plan.windows = p.oc > 1 || !grid.h.inside() || !grid.w.inside();
    const auto window = [&] { return grid.window(ceil_div(p.h.out, plan.row_blocks), p.w.out, p.groups * p.oc); };
    while (window() * int64_t(sizeof(T)) > kWindowBytes && plan.row_blocks < p.h.out) plan.row_blocks *= 2;
    const int64_t units = KernelGradientPlanner<T>::units(plan);
    plan.chunks = units < kConvTasks ? units : kConvTasks;
    if (plan.windows) plan.image_windows = window();
    plan.task_scratch = size_t(plan.image_windows) * sizeof(T);
    plan.tasks[0] = plan.chunks;
    KernelGradientPlanner<T>::add_last_phase(plan);
  }
};

template <class T>
struct DepthwiseGradientTask {
  static constexpr int64_t kWidth = Vec<T>::width;

  const ConvPlan& plan;
  const ConvProblem& p;
  const ConvOperands<T>& operands;
  const int64_t channels;
  T *window, *result, *bias_gradient;
  int64_t chunk;

  DepthwiseGradientTask(const ConvPlan& plan_, const ConvOperands<T>& operands_, int64_t task, void* task_scratch,
                        void* shared)
      : plan(plan_),
        p(plan_.problem),
        operands(operands_),
        channels(p.groups * p.oc),
        window(static_cast<T*>(task_scratch)),
        chunk(task) {
    const int64_t size = KernelGradientPlanner<T>::size(p);
    result = plan.chunks == 1 ? operands.out : static_cast<T*>(shared) + chunk * (size + channels);
    bias_gradient = plan.chunks == 1 ? operands.bias_gradient : result + size;
  }

  void run() const {
    const Split units{KernelGradientPlanner<T>::units(plan), plan.chunks}, rows{p.h.out, plan.row_blocks};
    zero_elements(result, KernelGradientPlanner<T>::size(p));
    if (bias_gradient) zero_elements(bias_gradient, channels);
    for (int64_t unit = units.begin(chunk); unit < units.begin(chunk + 1); ++unit)
      add_rows(unit / plan.row_blocks, rows.begin(unit % plan.row_blocks), rows.size(unit % plan.row_blocks));
  }

 private:
  // X, or its copy, from the element that the first tap of the first output reads.
  struct Source {
    const T* data;
    int64_t line, pixel;
  };

  void add_rows(int64_t image, int64_t row, int64_t rows) const {
    const int64_t block = depthwise_channels<T>(p);
    for (int64_t c = 0; c < channels && rows > 0; c += block)
      add_block(image, row, rows, c, least(channels - c, block));
  }

  // The channels [first, first + n) of Y: all of them where a channel of X has several.
  void add_block(int64_t image, int64_t row, int64_t rows, int64_t first, int64_t n) const {
    const TapGrid grid(p, 0, 0);
    const int64_t line = p.w.in * p.groups, y0 = row * p.h.stride - p.h.pad;
    const T* x = operands.x + image * p.h.in * line + first;
    Source source{x, line, p.groups};
    if (plan.windows) {
      const Span across(-p.w.pad, grid.w.extent(p.w.out), p.w.in);
      copy_window(x, line, p.groups, n / p.oc, Span(y0, grid.h.extent(rows), p.h.in), across, window, p.oc);
      source = {window, across.size * n, n};
    } else {
      source.data += y0 * line - p.w.pad * p.groups;
    }
    const T* dy = operands.dy + (image * p.h.out + row) * p.w.out * channels + first;
    for (int64_t c = 0; c < n; c += kWidth) {
      const int lanes = n - c < kWidth ? int(n - c) : int(kWidth);
      const Source from{source.data + c, source.line, source.pixel};
      if (lanes < kWidth)
        add_channels<true>(from, dy + c, rows, first + c, lanes);
      else
        add_channels<false>(from, dy + c, rows, first + c, lanes);
    }
  }

  template <bool partial>
  void add_channels(const Source& x, const T* dy, int64_t rows, int64_t c, int lanes) const {
    const auto read = [&](const T* at) { return partial ? load_partial<T>(at, lanes) : load<T>(at); };
    const auto write = [&](T* at, vec<T> v) { store_up_to<T>(at, v, lanes); };
    for (int64_t s = 0; s < p.h.taps; ++s)
      for (int64_t t = 0; t < p.w.taps; t += kDepthwiseTaps) {
        const T* from = x.data + s * p.h.dilation * x.line + t * p.w.dilation * x.pixel;
        T* const to = result + (s * p.w.taps + t) * channels + c;
        add_taps<partial>({from, x.line, x.pixel}, dy, rows, to, lanes, p.w.taps - t);
      }
    if (!bias_gradient) return;
    vec<T> sum = read(bias_gradient + c);
    for (int64_t i = 0; i < rows * p.w.out; ++i) sum += read(dy + i * channels);
    write(bias_gradient + c, sum);
  }

  template <bool partial, int N = kDepthwiseTaps>
  void add_taps(const Source& x, const T* dy, int64_t rows, T* to, int lanes, int64_t taps) const {
    if constexpr (N > 1)
      if (taps < N) return add_taps<partial, N - 1>(x, dy, rows, to, lanes, taps);
    const auto read = [&](const T* at) { return partial ? load_partial<T>(at, lanes) : load<T>(at); };
    const int64_t spacing = p.w.dilation * x.pixel;
    vec<T> sum[N];
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) sum[n] = read(to + n * channels);
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t q = 0; q < p.w.out; ++q) {
        const vec<T> d = read(dy + (r * p.w.out + q) * channels);
        const T* from = x.data + r * p.h.stride * x.line + q * p.w.stride * x.pixel;
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) sum[n] = fma<T>(read(from + n * spacing), d, sum[n]);
      }
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) store_up_to<T>(to + n * channels, sum[n], lanes);
  }
};

}  // namespace nnfit::NNFIT_ISA
