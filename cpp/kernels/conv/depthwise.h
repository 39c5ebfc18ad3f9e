// Depthwise convolutions, forward and for the input gradient: vectors along the channels of Y. Where a channel of X has
// several of Y, X is copied with each channel repeated, and the input gradient is summed over them afterwards.
#pragma once

#include "kernels/conv/direct.h"
#include "kernels/gemm/finish.h"

namespace nnfit::NNFIT_ISA {

constexpr bool is_depthwise(const ConvProblem& p) { return p.ic == 1 && p.groups > 1; }

// Some outputs of one row and one vector of channels: out[r] = sum over taps of x[r] * w.
template <class T>
struct DepthwiseTile {
  const T *x, *w;
  T* out;
  int64_t rows, columns;             // of taps
  int64_t x_row, x_column, x_pixel;  // from tap to tap and from output to output
  int64_t w_row, w_column;
  int64_t out_pixel;
  int lanes;
};

inline constexpr int kDepthwisePixels = 8;

// Channels of Y whose part of X is copied at a time: pixels of many channels, a power of two apart, would share their
// place in the cache.
template <class T>
int64_t depthwise_channels(const ConvProblem& p) {
  const int64_t all = p.groups * p.oc;
  return p.oc == 1 ? least(all, 4 * Vec<T>::width) : all;
}

template <class T, int R, bool partial>
NNFIT_INLINE void depthwise_pixels(const DepthwiseTile<T>& t) {
  const auto read = [&](const T* p) { return partial ? load_partial<T>(p, t.lanes) : load<T>(p); };
  vec<T> sum[R] = {};
  for (int64_t i = 0; i < t.rows; ++i)
    for (int64_t j = 0; j < t.columns; ++j) {
      const vec<T> w = read(t.w + i * t.w_row + j * t.w_column);
      const T* x = t.x + i * t.x_row + j * t.x_column;
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) sum[r] = fma<T>(read(x + r * t.x_pixel), w, sum[r]);
    }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) store_up_to<T>(t.out + r * t.out_pixel, sum[r], partial ? t.lanes : Vec<T>::width);
}

template <class T, bool partial, int R = kDepthwisePixels>
void depthwise_pixels_up_to(const DepthwiseTile<T>& t, int64_t pixels) {
  if constexpr (R > 1)
    if (pixels < R) return depthwise_pixels_up_to<T, partial, R - 1>(t, pixels);
  depthwise_pixels<T, R, partial>(t);
}

template <class T>
struct DepthwisePlanner {
  ConvPlan plan;

  explicit DepthwisePlanner(const ConvProblem& p) {
    plan.problem = p, plan.method = ConvMethod::depthwise;
    const bool forward = p.pass == ConvPass::forward;
    const ConvAxis &h = p.h, &w = p.w;
    if (p.images * p.groups * p.oc * (forward ? h.out * w.out : h.in * w.in) == 0) return;
    plan.windows = forward && p.oc > 1;
    DirectPlanner<T>::for_each_grid(p, [&](const TapGrid& g) { plan.windows |= !g.h.inside() || !g.w.inside(); });
    const TapGrid first(p, 0, 0);
    const auto window = [&] {
      return first.window(ceil_div(first.h.outputs, plan.row_blocks), first.w.outputs, depthwise_channels<T>(p));
    };
    const double work = double(p.images) * p.groups * p.oc * h.out * w.out * h.taps * w.taps;
    while (plan.row_blocks < first.h.outputs &&
           (window() * int64_t(sizeof(T)) > kWindowBytes ||
            (p.images * plan.row_blocks < kConvTasks && work > kConvTaskWork * p.images * plan.row_blocks)))
      plan.row_blocks *= 2;
    plan.image_blocks = p.images;
    plan.tasks[0] = p.images * plan.row_blocks;
    if (plan.windows)
      DirectPlanner<T>::for_each_grid(p, [&](const TapGrid& g) {
        const int64_t size = g.window(ceil_div(g.h.outputs, plan.row_blocks), g.w.outputs, depthwise_channels<T>(p));
        if (size > plan.image_windows) plan.image_windows = size;
      });
    const int64_t line = forward || p.oc == 1 ? 0 : first.w.outputs * p.groups * p.oc;
    plan.task_scratch = size_t(plan.image_windows + line) * sizeof(T);
  }
};

template <class T>
struct DepthwiseTask {
  static constexpr int64_t kWidth = Vec<T>::width;

  const ConvPlan& plan;
  const ConvProblem& p;
  const ConvOperands<T>& operands;
  T* const window;
  const bool forward;
  const int64_t channels;  // of Y
  int64_t image, row_block;

  DepthwiseTask(const ConvPlan& plan_, const ConvOperands<T>& operands_, int64_t task, void* task_scratch)
      : plan(plan_),
        p(plan_.problem),
        operands(operands_),
        window(static_cast<T*>(task_scratch)),
        forward(p.pass == ConvPass::forward),
        channels(p.groups * p.oc),
        image(task / plan_.row_blocks),
        row_block(task % plan_.row_blocks) {}

  void run() const {
    DirectPlanner<T>::for_each_grid(p, [&](const TapGrid& grid) {
      const Split rows{grid.h.outputs, plan.row_blocks};
      if (rows.size(row_block) == 0 || grid.w.outputs == 0) return;
      run_rows(grid, rows.begin(row_block), rows.size(row_block));
    });
  }

 private:
  void run_rows(const TapGrid& grid, int64_t row, int64_t rows) const {
    const int64_t block = depthwise_channels<T>(p);
    for (int64_t c = 0; c < channels; c += block) run_channels(grid, row, rows, c, least(channels - c, block));
  }

  // The channels [c, c + n) of Y: all of them where a channel of X has several.
  void run_channels(const TapGrid& grid, int64_t row, int64_t rows, int64_t c, int64_t n) const {
    const int64_t pixel = forward ? p.groups : channels, times = forward ? p.oc : 1, line = grid.w.in * pixel;
    const T* x = operands.x + image * grid.h.in * line + c;
    const int64_t y0 = row * grid.h.stride + grid.h.offset;
    int64_t x_pixel = channels, x_line = grid.w.in * channels;
    if (plan.windows) {
      const Span across(grid.w.offset, grid.w.extent(grid.w.outputs), grid.w.in);
      copy_window(x, line, pixel, n / times, Span(y0, grid.h.extent(rows), grid.h.in), across, window, times);
      x = window, x_pixel = n, x_line = across.size * n;
    } else {
      x += y0 * line + grid.w.offset * pixel;
    }
    const int64_t height = forward ? p.h.out : p.h.in, width = forward ? p.w.out : p.w.in;
    const int64_t results = forward ? channels : p.groups, out_pixel = grid.w.step * results;
    const bool sums = results != channels;
    for (int64_t r = 0; r < rows; ++r) {
      const int64_t y = grid.h.first + (row + r) * grid.h.step;
      const int64_t at = ((image * height + y) * width + grid.w.first) * results + c;
      T* const out = operands.out + at;
      T* const to = sums ? window + plan.image_windows : out;
      multiply(grid, x + r * grid.h.stride * x_line, x_line, x_pixel, c, n, to, sums ? channels : out_pixel);
      if (sums) add_multiples(to, grid.w.outputs, out, out_pixel);
      const Finish<T> f{operands.bias ? operands.bias + c : nullptr, operands.gate ? operands.gate + at : nullptr,
                        out_pixel, p.activation, T(0)};
      if (f.needed()) finish_block<T>(f, 1, out, out_pixel, grid.w.outputs, sums ? results : n);
    }
  }

  // One row of outputs, the channels [first, first + n) of Y.
  void multiply(const TapGrid& grid, const T* x, int64_t x_line, int64_t x_pixel, int64_t first, int64_t n, T* out,
                int64_t out_pixel) const {
    DepthwiseTile<T> t{};
    t.rows = grid.h.count, t.columns = grid.w.count;
    t.x_row = grid.h.spacing * x_line, t.x_column = grid.w.spacing * x_pixel, t.x_pixel = grid.w.stride * x_pixel;
    t.w_row = grid.h.tap_step * p.w.taps * channels, t.w_column = grid.w.tap_step * channels;
    t.out_pixel = out_pixel;
    const T* w = operands.kernel + (grid.h.tap * p.w.taps + grid.w.tap) * channels + first;
    for (int64_t c = 0; c < n; c += kWidth) {
      t.lanes = n - c < kWidth ? int(n - c) : int(kWidth);
      t.w = w + c;
      for (int64_t i = 0; i < grid.w.outputs; i += kDepthwisePixels) {
        t.x = x + c + i * t.x_pixel, t.out = out + c + i * out_pixel;
        const int64_t pixels = least(grid.w.outputs - i, kDepthwisePixels);
        if (t.lanes < kWidth)
          depthwise_pixels_up_to<T, true>(t, pixels);
        else
          depthwise_pixels_up_to<T, false>(t, pixels);
      }
    }
  }

  // out[pixel][c] = the sum of from[pixel][c * p.oc + m] over m.
  void add_multiples(const T* from, int64_t pixels, T* out, int64_t out_pixel) const {
    for (int64_t i = 0; i < pixels; ++i)
      for (int64_t c = 0; c < p.groups; ++c) {
        T sum = 0;
        for (int64_t m = 0; m < p.oc; ++m) sum += from[i * channels + c * p.oc + m];
        out[i * out_pixel + c] = sum;
      }
  }
};

}  // namespace nnfit::NNFIT_ISA
