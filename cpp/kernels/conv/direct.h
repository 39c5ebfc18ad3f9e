// The direct method, forward and for the input gradient: each row of outputs is a batch of matrix products, one for
// each row of taps, by the block of kernels/gemm. Pixels are rows of A and the result's channels columns of B. Where
// the taps of a row read neighbouring pixels, they and their channels are one long k.
#pragma once

#include "kernels/conv/weights.h"
#include "kernels/conv/window.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int64_t kConvTaskWork = 1 << 16;  // multiplications that are worth a task: some microseconds
inline constexpr int64_t kConvTasks = 16;          // enough to share out to as many threads
inline int64_t wanted_tasks(const ConvProblem& p) { return p.one_thread ? 1 : kConvTasks; }
inline constexpr int64_t kWindowBytes = 1 << 18;  // of the copied inputs of a task: they wait in a near cache
inline constexpr int64_t kPanelBytes = 3 << 17;   // of the kernel, between two visits
inline constexpr int64_t kMaxBatch = 64;          // products in one call of the block

// One remainder along each axis.
struct TapGrid {
  Taps h, w;
  TapGrid(const ConvProblem& p, int64_t a, int64_t b) : h(taps_of(p.h, p.pass, a)), w(taps_of(p.w, p.pass, b)) {}
  int64_t window(int64_t rows, int64_t columns, int64_t channels) const {
    return h.extent(rows) * w.extent(columns) * channels;
  }
};

template <class T>
struct DirectPlanner {
  ConvPlan plan;

  explicit DirectPlanner(const ConvProblem& p) {
    plan.problem = p;
    const Weights<T> weights(p);
    const int64_t pixels = weights.forward ? p.h.out * p.w.out : p.h.in * p.w.in;
    if (p.images * p.groups * weights.n * pixels == 0) return;
    for_each_grid(p, [&](const TapGrid& g) { plan.windows |= !g.h.inside() || !g.w.inside(); });
    cut(weights);
    plan.pack = !weights.forward || weights.panels.count() > 1 || (!kMaskedLoads && weights.n % Vec<T>::width != 0);
    if (plan.pack) {
      plan.phases = 2;
      plan.tasks[0] = weights.tasks();
      plan.shared_scratch = size_t(weights.elements()) * sizeof(T);
    }
    plan.tasks[plan.phases - 1] =
        plan.image_blocks * plan.row_blocks * plan.column_blocks * p.groups * plan.panel_blocks;
    if (plan.windows) {
      for_each_grid(p, [&](const TapGrid& g) {
        const int64_t size =
            g.window(part(g.h.outputs, plan.row_blocks), part(g.w.outputs, plan.column_blocks), weights.k);
        if (size > plan.image_windows) plan.image_windows = size;
      });
      plan.task_scratch = size_t(part(p.images, plan.image_blocks) * plan.image_windows) * sizeof(T);
    }
  }

  template <class F>
  static void for_each_grid(const ConvProblem& p, F&& f) {
    for (int64_t a = 0; a < remainders(p.h, p.pass); ++a)
      for (int64_t b = 0; b < remainders(p.w, p.pass); ++b) f(TapGrid(p, a, b));
  }

  static int64_t part(int64_t count, int64_t parts) { return ceil_div(count, parts); }

  // Rows of an image are cut until the inputs of a task fit a cache, and then, for few images, until there are tasks
  // enough; many small images share a task, and so a visit of the kernel.
  void cut(const Weights<T>& weights) {
    const ConvProblem& p = plan.problem;
    const TapGrid first(p, 0, 0);
    const int64_t rows = first.h.outputs, columns = first.w.outputs;
    const double work = double(p.images) * p.groups * p.h.out * p.w.out * weights.taps * p.ic * p.oc;
    const auto bytes = [&] {
      return first.window(part(rows, plan.row_blocks), part(columns, plan.column_blocks), weights.k) *
             int64_t(sizeof(T));
    };
    while (bytes() > kWindowBytes && halve()) continue;
    const auto tasks = [&] { return plan.image_blocks * plan.row_blocks * plan.column_blocks * p.groups; };
    plan.image_blocks = p.images;
    const int64_t wanted = wanted_tasks(p);
    while (tasks() < wanted && work > 2.0 * kConvTaskWork * tasks() && halve()) continue;
    if (tasks() < wanted && work > 2.0 * kConvTaskWork * tasks())
      plan.panel_blocks = least(weights.panels.count(), ceil_div(wanted, tasks()));
    if (plan.row_blocks == 1 && plan.column_blocks == 1) {
      int64_t together = bytes() ? kWindowBytes / 4 / bytes() : 1;
      if (together > p.images / wanted) together = p.images / wanted;
      if (together > 1) plan.image_blocks = ceil_div(p.images, together);
    }
  }

  // Cuts the rows of a task in two, or the only row.
  bool halve() {
    const TapGrid first(plan.problem, 0, 0);
    if (part(first.h.outputs, plan.row_blocks) >= 2) return plan.row_blocks *= 2, true;
    if (part(first.w.outputs, plan.column_blocks) >= 64) return plan.column_blocks *= 2, true;
    return false;
  }
};

template <class T>
struct DirectTask {
  const ConvPlan& plan;
  const ConvProblem& p;
  const ConvOperands<T>& operands;
  const T* packed;
  T* const scratch;
  Weights<T> weights;
  int64_t group, row_block, column_block, image_begin, image_end, panel_begin, panel_end;

  DirectTask(const ConvPlan& plan_, const ConvOperands<T>& operands_, int64_t task, void* task_scratch,
             const void* shared)
      : plan(plan_),
        p(plan_.problem),
        operands(operands_),
        packed(static_cast<const T*>(shared)),
        scratch(static_cast<T*>(task_scratch)),
        weights(p) {
    const Split panels{weights.panels.count(), plan.panel_blocks}, images{p.images, plan.image_blocks};
    const auto next = [&](int64_t count) {
      const int64_t at = task % count;
      task /= count;
      return at;
    };
    const int64_t panel_block = next(plan.panel_blocks);
    group = next(p.groups), column_block = next(plan.column_blocks), row_block = next(plan.row_blocks);
    panel_begin = panels.begin(panel_block), panel_end = panels.begin(panel_block + 1);
    image_begin = images.begin(task), image_end = images.begin(task + 1);
  }

  void run() const {
    for_each_part([&](const TapGrid& grid, const Part& part, const Source& source) {
      for (int64_t i = panel_begin; i < panel_end; ++i)
        for (int64_t image = image_begin; image < image_end; ++image) multiply(grid, part, source, image, i);
    });
  }

  // f(what the first tap of the first output of a row reads, from row to row of that, outputs in the row, the first
  // one's place in the result), all channels of the one group.
  template <class F>
  void for_each_row(F&& f) const {
    for_each_part([&](const TapGrid& grid, const Part& part, const Source& source) {
      for (int64_t image = image_begin; image < image_end; ++image)
        for (int64_t r = 0; r < part.rows; ++r)
          f(source.data + (image - image_begin) * source.image + r * grid.h.stride * source.line, source.line,
            part.columns, place(grid, part, image, r) * weights.n);
    });
  }

 private:
  struct Part {
    int64_t row, rows, column, columns;
  };
  // Where the first tap of a part's first output reads, and the steps between elements.
  struct Source {
    const T* data;
    int64_t image, line, pixel;
  };

  // f(grid, part, source) for the outputs of each remainder that are this task's.
  template <class F>
  void for_each_part(F&& f) const {
    DirectPlanner<T>::for_each_grid(p, [&](const TapGrid& grid) {
      const Split rows{grid.h.outputs, plan.row_blocks}, columns{grid.w.outputs, plan.column_blocks};
      const Part part{rows.begin(row_block), rows.size(row_block), columns.begin(column_block),
                      columns.size(column_block)};
      if (part.rows == 0 || part.columns == 0) return;
      f(grid, part, plan.windows && grid.h.count && grid.w.count ? copied(grid, part) : in_place(grid, part));
    });
  }

  // The pixel of the result that is the first one of row r of a part.
  int64_t place(const TapGrid& grid, const Part& part, int64_t image, int64_t r) const {
    const bool forward = p.pass == ConvPass::forward;
    const int64_t y = grid.h.first + (part.row + r) * grid.h.step, x = grid.w.first + part.column * grid.w.step;
    return (image * (forward ? p.h.out : p.h.in) + y) * (forward ? p.w.out : p.w.in) + x;
  }

  Source in_place(const TapGrid& grid, const Part& part) const {
    const int64_t pixel = p.groups * weights.k, line = grid.w.in * pixel;
    const int64_t row = part.row * grid.h.stride + grid.h.offset, column = part.column * grid.w.stride + grid.w.offset;
    return {operands.x + image_begin * grid.h.in * line + row * line + column * pixel + group * weights.k,
            grid.h.in * line, line, pixel};
  }

  Source copied(const TapGrid& grid, const Part& part) const {
    const int64_t pixel = p.groups * weights.k, line = grid.w.in * pixel;
    const Span rows(part.row * grid.h.stride + grid.h.offset, grid.h.extent(part.rows), grid.h.in);
    const Span columns(part.column * grid.w.stride + grid.w.offset, grid.w.extent(part.columns), grid.w.in);
    for (int64_t image = image_begin; image < image_end; ++image)
      copy_window(operands.x + image * grid.h.in * line + group * weights.k, line, pixel, weights.k, rows, columns,
                  scratch + (image - image_begin) * plan.image_windows);
    return {scratch, plan.image_windows, columns.size * weights.k, weights.k};
  }

  // The outputs of a part of one image, in one panel of channels.
  void multiply(const TapGrid& grid, const Part& part, const Source& source, int64_t image, int64_t i) const {
    const bool folded = grid.w.spacing == 1 && source.pixel == weights.k;
    const int64_t channels = p.groups * weights.n, column = group * weights.n + weights.panels.begin(i);
    BrgemmShape shape;
    shape.m = part.columns, shape.n = weights.panels.size(i), shape.k = folded ? grid.w.count * weights.k : weights.k;
    shape.a_m = grid.w.stride * source.pixel;
    shape.b_k = plan.pack ? weights.panels.padded(i) : channels;
    shape.c_m = shape.gate_m = grid.w.step * channels;
    const T* b = plan.pack ? packed + weights.panel(group, i) : operands.kernel + column;
    const int64_t across = folded ? (grid.w.count > 0) : grid.w.count, batch = grid.h.count * across;
    const T* const from = source.data + (image - image_begin) * source.image;
    const int64_t block = batch_block(shape.k * shape.b_k);
    for (int64_t begin = 0; begin == 0 || begin < batch; begin += block) {
      const bool last = begin + block >= batch;
      const T *a_of[kMaxBatch], *b_of[kMaxBatch], *a_row[kMaxBatch];
      shape.batch = last ? batch - begin : block;
      for (int64_t e = 0; e < shape.batch; ++e) {
        const int64_t s = (begin + e) / across, t = (begin + e) % across;
        a_of[e] = from + s * grid.h.spacing * source.line + t * grid.w.spacing * source.pixel;
        b_of[e] = b + ((grid.h.slot + s) * p.w.taps + grid.w.slot + t) * weights.k * shape.b_k;
      }
      shape.accumulate = begin > 0;
      shape.activation = last ? p.activation : GemmActivation::none;
      for (int64_t r = 0; r < part.rows; ++r) {
        for (int64_t e = 0; e < shape.batch; ++e) a_row[e] = a_of[e] + r * grid.h.stride * source.line;
        const int64_t at = place(grid, part, image, r) * channels + column;
        gemm_table.of<T>().brgemm(
            shape, {a_row, b_of, operands.out + at, last && operands.bias ? operands.bias + column : nullptr,
                    last && operands.gate ? operands.gate + at : nullptr});
      }
    }
  }

  // How many products of a batch use no more of the kernel than a near cache holds.
  static int64_t batch_block(int64_t elements) {
    const int64_t fit = elements ? kPanelBytes / (elements * int64_t(sizeof(T))) : kMaxBatch;
    return fit < 1 ? 1 : fit < kMaxBatch ? fit : kMaxBatch;
  }
};

}  // namespace nnfit::NNFIT_ISA
