// The direct method for the kernel gradient: dW of a row of taps is a sum of products X^T dY over pixels, by the block
// of kernels/gemm, whose broadcast takes the stride from pixel to pixel as it lies. Some pixels of dY at a time wait in
// the nearest cache while all of dW passes. Images are shared out in chunks whose sums are added at the end, in order.
#pragma once

#include "kernels/conv/direct.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int64_t kNearBytes = 3 << 13;       // of dY at a time
inline constexpr int64_t kPartialBytes = 1 << 24;    // of all partial sums
inline constexpr int64_t kReduceElements = 1 << 14;  // of dW, in a task that adds partial sums

template <class T>
struct KernelGradientPlanner {
  ConvPlan plan;

  explicit KernelGradientPlanner(const ConvProblem& p) {
    plan.problem = p;
    if (p.groups * p.oc == 0) return;
    const TapGrid grid(p, 0, 0);
    const Panels<T> panels(p.oc);
    plan.windows = !grid.h.inside() || !grid.w.inside();
    plan.pack = panels.count() > 1 || p.groups > 1 || (!kMaskedLoads && p.oc % Vec<T>::width != 0);
    const int64_t rows = p.h.out, columns = p.w.out;
    const auto bytes = [&] {
      return grid.window(ceil_div(rows, plan.row_blocks), ceil_div(columns, plan.column_blocks), p.ic) *
             int64_t(sizeof(T));
    };
    while (bytes() > kWindowBytes / 2 && plan.row_blocks < rows) plan.row_blocks *= 2;
    while (bytes() > kWindowBytes / 2 && ceil_div(columns, plan.column_blocks) > 64) plan.column_blocks *= 2;
    share(panels);
    if (plan.windows) plan.image_windows = round_up(bytes() / int64_t(sizeof(T)), 16);
    plan.task_scratch = size_t(plan.image_windows) * sizeof(T) + (plan.pack ? kNearBytes : 0);
    plan.tasks[0] = plan.chunks * p.groups * plan.panel_blocks * plan.tap_blocks;
    add_last_phase(plan);
  }

  // Several partial sums are added in a phase of their own.
  static void add_last_phase(ConvPlan& plan) {
    if (plan.chunks == 1) return;
    const int64_t all = size(plan.problem) + plan.problem.groups * plan.problem.oc;
    plan.phases = 2;
    plan.tasks[1] = ceil_div(all, kReduceElements);
    plan.shared_scratch = size_t(plan.chunks * all) * sizeof(T);
  }

  // Elements of dW.
  static int64_t size(const ConvProblem& p) { return p.h.taps * p.w.taps * p.ic * p.groups * p.oc; }
  static int64_t units(const ConvPlan& plan) {
    return plan.problem.h.out && plan.problem.w.out ? plan.problem.images * plan.row_blocks * plan.column_blocks : 0;
  }

  void share(const Panels<T>& panels) {
    const ConvProblem& p = plan.problem;
    const double work = double(p.images) * p.h.out * p.w.out * size(p);
    const int64_t worth =
        work < 2.0 * kConvTaskWork * kConvTasks ? int64_t(work / (2.0 * kConvTaskWork)) + 1 : kConvTasks;
    const int64_t fit = kPartialBytes / (size(p) * int64_t(sizeof(T)) + 1);
    plan.panel_blocks = panels.count() < worth ? panels.count() : worth;
    const int64_t across = p.groups * plan.panel_blocks;
    plan.chunks = least(ceil_div(worth, across), least(units(plan), fit > 1 ? fit : 1));
    if (plan.chunks * across < worth) plan.tap_blocks = least(p.h.taps, ceil_div(worth, across));
  }
};

template <class T>
struct KernelGradientTask {
  static constexpr int64_t kWidth = Vec<T>::width;
  static constexpr int64_t kNearPixels = kNearBytes / (kTileVectors * NNFIT_VECTOR_BYTES);

  const ConvPlan& plan;
  const ConvProblem& p;
  const ConvOperands<T>& operands;
  TapGrid grid;
  Panels<T> panels;
  T *window, *near, *result, *bias_gradient;
  int64_t chunk, group, panel_begin, panel_end, tap_begin, tap_end;

  KernelGradientTask(const ConvPlan& plan_, const ConvOperands<T>& operands_, int64_t task, void* task_scratch,
                     void* shared)
      : plan(plan_), p(plan_.problem), operands(operands_), grid(p, 0, 0), panels(p.oc) {
    const int64_t size = KernelGradientPlanner<T>::size(p);
    window = static_cast<T*>(task_scratch), near = window + plan.image_windows;
    const Split taps{p.h.taps, plan.tap_blocks}, parts{panels.count(), plan.panel_blocks};
    tap_begin = taps.begin(task % plan.tap_blocks), tap_end = taps.begin(task % plan.tap_blocks + 1);
    task /= plan.tap_blocks;
    panel_begin = parts.begin(task % plan.panel_blocks), panel_end = parts.begin(task % plan.panel_blocks + 1);
    task /= plan.panel_blocks;
    group = task % p.groups, chunk = task / p.groups;
    result = plan.chunks == 1 ? operands.out : static_cast<T*>(shared) + chunk * (size + p.groups * p.oc);
    bias_gradient = plan.chunks == 1 ? operands.bias_gradient : result + size;
  }

  void run() const {
    bool accumulate = false;
    for_each_unit([&](const T* x, int64_t line, const T* dy, int64_t rows, int64_t columns) {
      add_unit(x, line, dy, rows, columns, accumulate);
      accumulate = true;
    });
  }

  // f(what the first tap of the first output reads, from row to row of that, dY of the first output, rows, columns)
  template <class F>
  void for_each_unit(F&& f) const {
    const Split units{KernelGradientPlanner<T>::units(plan), plan.chunks};
    const Split rows{p.h.out, plan.row_blocks}, columns{p.w.out, plan.column_blocks};
    const int64_t blocks = plan.row_blocks * plan.column_blocks;
    for (int64_t unit = units.begin(chunk); unit < units.begin(chunk + 1); ++unit) {
      const int64_t image = unit / blocks, down = unit % blocks / plan.column_blocks,
                    across = unit % blocks % plan.column_blocks;
      const int64_t row = rows.begin(down), column = columns.begin(across);
      if (rows.size(down) == 0 || columns.size(across) == 0) continue;
      const Source x = source(image, row, rows.size(down), column, columns.size(across));
      const T* dy = operands.dy + ((image * p.h.out + row) * p.w.out + column) * p.groups * p.oc + group * p.oc;
      f(x.data, x.line, dy, rows.size(down), columns.size(across));
    }
  }

 private:
  // X from the element that the first tap of an output reads.
  struct Source {
    const T* data;
    int64_t line, pixel;
  };
  Source source(int64_t image, int64_t row, int64_t rows, int64_t column, int64_t columns) const {
    const int64_t pixel = p.groups * p.ic, line = p.w.in * pixel;
    const T* x = operands.x + image * p.h.in * line + group * p.ic;
    const int64_t y0 = row * p.h.stride - p.h.pad, x0 = column * p.w.stride - p.w.pad;
    if (!plan.windows) return {x + y0 * line + x0 * pixel, line, pixel};
    const Span across(x0, grid.w.extent(columns), p.w.in);
    copy_window(x, line, pixel, p.ic, Span(y0, grid.h.extent(rows), p.h.in), across, window);
    return {window, across.size * p.ic, p.ic};
  }

  void add_unit(const T* x, int64_t line, const T* dy, int64_t rows, int64_t columns, bool accumulate) const {
    const int64_t channels = p.groups * p.oc, pixel = plan.windows ? p.ic : p.groups * p.ic;
    const Split across = Split::at_most(columns, kNearPixels);
    const int64_t together = columns < kNearPixels ? kNearPixels / columns : 1;
    const Split down = Split::at_most(rows, least(together, kMaxBatch));
    for (int64_t i = panel_begin; i < panel_end; ++i)
      for (int64_t d = 0; d < down.parts; ++d)
        for (int64_t a = 0; a < across.parts; ++a) {
          const int64_t r = down.begin(d), c = across.begin(a);
          const Source from{x + r * p.h.stride * line + c * p.w.stride * pixel, line, pixel};
          add_block(from, dy + (r * p.w.out + c) * channels + panels.begin(i), i, down.size(d), across.size(a),
                    accumulate || d > 0 || a > 0);
        }
  }

  // Adds the products of some pixels to one panel of dW.
  void add_block(const Source& x, const T* dy, int64_t i, int64_t rows, int64_t columns, bool accumulate) const {
    const int64_t channels = p.groups * p.oc, line = p.w.out * channels;
    int64_t pixel = channels, row = line;
    if (plan.pack) {
      pixel = panels.padded(i), row = columns * pixel;
      for (int64_t r = 0; r < rows; ++r)
        pack_panel_rows<T>(dy + r * line, channels, near + r * row, pixel, columns, panels.size(i));
      dy = near;
    }
    const bool folded = p.w.dilation == 1 && x.pixel == p.ic;
    BrgemmShape shape;
    shape.m = folded ? p.w.taps * p.ic : p.ic, shape.n = panels.size(i), shape.k = columns, shape.batch = rows;
    shape.a_m = 1, shape.a_k = p.w.stride * x.pixel, shape.b_k = pixel, shape.c_m = channels;
    shape.accumulate = accumulate;
    const T *a_of[kMaxBatch], *b_of[kMaxBatch];
    for (int64_t r = 0; r < rows; ++r) b_of[r] = dy + r * row;
    T* const to = result + group * p.oc + panels.begin(i);
    for (int64_t s = tap_begin; s < tap_end && shape.m > 0; ++s)
      for (int64_t t = 0; t < (folded ? 1 : p.w.taps); ++t) {
        for (int64_t r = 0; r < rows; ++r)
          a_of[r] = x.data + (r * p.h.stride + s * p.h.dilation) * x.line + t * p.w.dilation * x.pixel;
        T* const c = to + (s * p.w.taps + t) * p.ic * channels;
        gemm_table.of<T>().brgemm(shape, {a_of, b_of, c, nullptr, nullptr});
      }
    if (bias_gradient && tap_begin == 0)
      sum_rows(dy, row, pixel, rows, columns, panels.size(i), bias_gradient + group * p.oc + panels.begin(i),
               accumulate);
  }

  static void sum_rows(const T* dy, int64_t row, int64_t pixel, int64_t rows, int64_t columns, int64_t n, T* sum,
                       bool accumulate) {
    for (int64_t j = 0; j < n; j += kWidth) {
      const int count = n - j < kWidth ? int(n - j) : int(kWidth);
      vec<T> s = accumulate ? load_up_to<T>(sum + j, count) : vec<T>{};
      for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < columns; ++c) s += load_up_to<T>(dy + r * row + c * pixel + j, count);
      store_up_to<T>(sum + j, s, count);
    }
  }
};

// Adds the partial sums of one range of elements, those of the bias gradient behind those of dW.
template <class T>
void add_partial_sums(const ConvPlan& plan, const ConvOperands<T>& operands, int64_t task, const void* shared) {
  const int64_t size = KernelGradientPlanner<T>::size(plan.problem);
  const int64_t all = size + plan.problem.groups * plan.problem.oc;
  const int64_t end = (task + 1) * kReduceElements < all ? (task + 1) * kReduceElements : all;
  const auto add = [&](int64_t begin, int64_t stop, T* to) {
    constexpr int width = Vec<T>::width;
    for (int64_t i = begin; i < stop; i += width) {
      const int count = stop - i < width ? int(stop - i) : width;
      vec<T> sum{};
      for (int64_t chunk = 0; chunk < plan.chunks; ++chunk)
        sum += load_up_to<T>(static_cast<const T*>(shared) + chunk * all + i, count);
      store_up_to<T>(to + (i - begin), sum, count);
    }
  };
  const int64_t begin = task * kReduceElements;
  if (begin < size) add(begin, end < size ? end : size, operands.out + begin);
  const int64_t from = begin < size ? size : begin;
  if (operands.bias_gradient && from < end) add(from, end, operands.bias_gradient + (from - size));
}

}  // namespace nnfit::NNFIT_ISA
