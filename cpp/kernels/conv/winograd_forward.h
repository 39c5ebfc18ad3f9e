// Winograd's method, forward and for the input gradient (a convolution of dY with the kernel turned round). The kernel
// is transformed in a first phase; a task then transforms the inputs of some tiles, multiplies their elements, each a
// matrix product (tiles, channels) x (channels, channels of the result), and transforms the products back, all of it
// in a near cache.
#pragma once

#include "kernels/conv/direct.h"
#include "kernels/conv/winograd.h"
#include "kernels/gemm/finish.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int64_t kWinogradBytes = 5 << 17;  // of the transformed tiles of a task and a panel of products
inline constexpr int64_t kKernelRows = 16;          // of the kernel's channels that are transformed at a time
inline constexpr int64_t kFarBytes = 1 << 22;       // more than this is read from far, and written there
// What transforms take for each element of a vector of channels, in multiplications of vectors: of a tile (along one
// axis most of it is loads and stores), of the kernel in a near cache, and of the kernel where it comes from far.
template <class Tiles>
inline constexpr double kTransform = Tiles::H::size > 1 ? 40.0 / 9 : 8;
inline constexpr double kKernelTransform = 75.0 / 9, kFarKernelTransform = 300.0 / 9;
inline constexpr double kFirstPhase = 2e4;  // what it takes, likewise, for all threads to meet after the kernel's

// The convolution of stride 1 that the pass amounts to: out[o] reads in[o + t - pad].
template <class Axis>
struct WinogradAxis {
  int64_t in, out, pad, tiles;
  WinogradAxis(const ConvAxis& axis, ConvPass pass)
      : in(pass == ConvPass::input_gradient ? axis.out : axis.in),
        out(pass == ConvPass::input_gradient ? axis.in : axis.out),
        pad(pass == ConvPass::input_gradient ? Axis::taps - 1 - axis.pad : axis.pad),
        tiles(ceil_div(out, Axis::outputs)) {}
};

// Both axes, and the image of a tile and the first row and column of its outputs.
template <class Tiles>
struct WinogradGrid {
  WinogradAxis<typename Tiles::H> h;
  WinogradAxis<typename Tiles::W> w;
  explicit WinogradGrid(const ConvProblem& p) : h(p.h, p.pass), w(p.w, p.pass) {}

  struct Place {
    int64_t image, y, x;
  };
  int64_t tiles() const { return h.tiles * w.tiles; }
  Place place(int64_t tile) const {
    return {tile / tiles(), tile % tiles() / w.tiles * Tiles::H::outputs, tile % w.tiles * Tiles::W::outputs};
  }
};

// What one tile's transforms, Down and Across, read of an image with `channels` channels, from row y and column x on,
// zero outside.
template <class T, class Down, class Across>
struct InputTile {
  const T* at;
  int64_t line, pixel;
  int64_t top, bottom, left, right;  // the rows and columns of the tile that lie inside

  InputTile(const T* image, int64_t channels, int64_t height, int64_t width, int64_t y, int64_t x)
      : at(image + (y * width + x) * channels),
        line(width * channels),
        pixel(channels),
        top(y < 0 ? -y : 0),
        bottom(least(height - y, Down::from)),
        left(x < 0 ? -x : 0),
        right(least(width - x, Across::from)) {}
  bool inside() const { return top == 0 && left == 0 && bottom == Down::from && right == Across::from; }

  // to[element * element_step + channel] of the transformed tile. What lies outside or between vectors is made up in a
  // copy, so that the transform itself is one straight run of instructions.
  void transform(int64_t channels, T* to, int64_t element_step) const {
    constexpr int width = Vec<T>::width, size = Down::from * Across::from * width;
    const bool whole = inside();
    alignas(64) T copy[size];
    if (!whole) zero_elements(copy, size);
    for (int64_t c = 0; c < channels; c += width) {
      const int lanes = channels - c < width ? int(channels - c) : width;
      if (!whole || lanes < width) {
        copy_inside(at + c, lanes, copy);
        transform_vector(copy, Across::from * width, width, to + c, element_step, lanes);
      } else {
        transform_vector(at + c, line, pixel, to + c, element_step, width);
      }
    }
  }

 private:
  static constexpr int kWidth = Vec<T>::width;

  void copy_inside(const T* from, int lanes, T* copy) const {
    for (int64_t row = top; row < bottom; ++row)
      for (int64_t column = left; column < right; ++column)
        store<T>(copy + (row * Across::from + column) * kWidth,
                 load_up_to<T>(from + row * line + column * pixel, lanes));
  }

  static void transform_vector(const T* from, int64_t from_line, int64_t from_pixel, T* to, int64_t element_step,
                               int lanes) {
    const auto read = [&](int row, int column) { return load<T>(from + row * from_line + column * from_pixel); };
    const auto place = [&](int row, int column) { return to + (row * Across::to + column) * element_step; };
    if (lanes == kWidth)
      winograd::transform<T, Down, Across>(read,
                                           [&](int row, int column, vec<T> v) { store<T>(place(row, column), v); });
    else
      winograd::transform<T, Down, Across>(
          read, [&](int row, int column, vec<T> v) { store_partial<T>(place(row, column), v, lanes); });
  }
};

template <class T, class Tiles>
struct WinogradPlanner {
  ConvPlan plan;

  explicit WinogradPlanner(const ConvProblem& p) {
    plan.problem = p, plan.method = ConvMethod::winograd;
    const Weights<T> weights(p);
    const int64_t tiles = count(p), size = int64_t(sizeof(T)) * Tiles::elements;
    int64_t together = kWinogradBytes / (size * (weights.k + weights.panels.padded(0)));
    if (together > ceil_div(tiles, wanted_tasks(p))) together = ceil_div(tiles, wanted_tasks(p));
    if (together < 12) together = 12;
    // One thread's tiles may as well be a few too many for the cache as half of them twice: each task reads the kernel.
    const int64_t nearest = (tiles + together / 2) / together;
    plan.image_blocks = p.one_thread && nearest > 0 ? nearest : ceil_div(tiles, together);
    // Few tiles: the panels of the result are shared out as well.
    const int64_t wanted = ceil_div(wanted_tasks(p), plan.image_blocks);
    plan.panel_blocks = least(weights.panels.count(), wanted);
    plan.phases = 2;
    plan.tasks[0] = weights.panels.count() * ceil_div(weights.k, kKernelRows);
    plan.tasks[1] = plan.image_blocks * plan.panel_blocks;
    together = ceil_div(tiles, plan.image_blocks);
    const int64_t kernel = Tiles::taps * kKernelRows * weights.panels.padded(0);
    const int64_t elements = Tiles::elements * (step(together, weights.k) + step(together, weights.panels.padded(0)));
    plan.task_scratch = size_t(kernel > elements ? kernel : elements) * sizeof(T);
    plan.shared_scratch = size_t(Tiles::elements * kernel_step(weights) * weights.panels.count()) * sizeof(T);
  }

  static int64_t count(const ConvProblem& p) { return p.images * WinogradGrid<Tiles>(p).tiles(); }
  // Between the matrices of neighbouring elements: not a multiple of a page, which would put them all in one place of
  // the cache.
  static int64_t step(int64_t rows, int64_t columns) { return round_up(rows * columns, 1024) + 16; }
  static int64_t kernel_step(const Weights<T>& weights) { return step(weights.k, weights.panels.padded(0)); }
};

// Calls f with the tiles that a problem may be cut into, by its kernel.
template <class F>
auto with_tiles(const ConvProblem& p, F&& f) {
  if (p.h.taps > 1) return f(winograd::Square{});
  return p.w.taps == winograd::Line3::taps ? f(winograd::Line3{}) : f(winograd::Line5{});
}

// Whether the method can be used; with few channels it would be less exact beside the direct sum, and no faster. Nor
// for outputs beyond the reach of any input, which are 0 exactly.
template <class Tiles>
bool winograd_fits(const ConvProblem& p) {
  const auto fits = [](const ConvAxis& axis, int64_t taps) {
    return axis.taps == taps && axis.stride == 1 && axis.dilation == 1 && axis.in > 0 && axis.out > 0 &&
           axis.pad < taps && axis.out <= axis.in + axis.pad;
  };
  return p.winograd && p.images > 0 && p.groups == 1 && fits(p.h, Tiles::H::taps) && fits(p.w, Tiles::W::taps) &&
         p.ic >= 16 && p.oc >= 16;
}

// The multiplications of vectors of the direct method.
template <class T>
double direct_work(const ConvProblem& p) {
  const bool reverse = p.pass == ConvPass::input_gradient;
  const int64_t pixels = reverse ? p.h.in * p.w.in : p.h.out * p.w.out;
  return double(p.h.taps * p.w.taps) * double(p.images) * double(pixels) * double(p.ic) * p.oc / Vec<T>::width;
}

// Whether it is faster than the direct method, by a count of cycles.
template <class T, class Tiles>
bool winograd_pays(const ConvProblem& p) {
  if (!winograd_fits<Tiles>(p)) return false;
  const double width = Vec<T>::width, tiles = double(WinogradPlanner<T, Tiles>::count(p));
  const double products = double(p.ic) * p.oc / width;
  // What other threads have transformed is far as well, which is soon the larger part where an element is one of few.
  const bool far = Tiles::H::size == 1 || double(p.ic) * p.oc * Tiles::elements * sizeof(T) > kFarBytes;
  const double kernel = products * (far ? kFarKernelTransform : kKernelTransform);
  const double transforms = tiles * kTransform<Tiles> * double(p.ic + p.oc) / width;
  return Tiles::elements * (tiles * products * 1.1 + transforms + kernel) + kFirstPhase < 0.9 * direct_work<T>(p);
}

// Transforms the channels [k, k + rows) of panel i: element e of row r goes to to[e * element + r * panel].
template <class T, class Tiles>
void transform_kernel_rows(const Weights<T>& weights, const T* kernel, int64_t i, int64_t k, int64_t rows, T* scratch,
                           T* to, int64_t element) {
  constexpr int width = Vec<T>::width;
  const ConvProblem& p = weights.p;
  const int64_t panel = weights.panels.padded(i), begin = weights.panels.begin(i);
  const int64_t b_k = weights.forward ? p.oc : 1, b_n = weights.forward ? 1 : p.oc;
  constexpr int taps = Tiles::taps;
  for (int t = 0; t < taps; ++t) {
    const T* from = kernel + (weights.forward ? t : taps - 1 - t) * p.ic * p.oc + k * b_k + begin * b_n;
    pack_panel<T>(from, b_k, b_n, scratch + t * rows * panel, panel, rows, weights.panels.size(i));
  }
  for (int64_t r = 0; r < rows; ++r) {
    // The rows of a panel are short, and far apart: those that come next are asked for early.
    if (weights.forward)
      for (int t = 0; t < taps; ++t)
        for (int64_t j = 0; j < panel; j += 64 / int64_t(sizeof(T)))
          __builtin_prefetch(kernel + (t * p.ic + k + rows + r) * p.oc + begin + j);
    for (int64_t j = 0; j < panel; j += width)
      winograd::transform<T, typename Tiles::H::template Kernel<T>, typename Tiles::W::template Kernel<T>>(
          [&](int row, int column) {
            return load<T>(scratch + ((row * Tiles::W::taps + column) * rows + r) * panel + j);
          },
          [&](int row, int column, vec<T> v) {
            store<T>(to + (row * Tiles::W::size + column) * element + r * panel + j, v);
          });
  }
}

// Transforms some channels of one panel of the kernel.
template <class T, class Tiles>
void transform_kernel(const ConvPlan& plan, const T* kernel, int64_t task, T* scratch, T* transformed) {
  const Weights<T> weights(plan.problem);
  const int64_t blocks = ceil_div(weights.k, kKernelRows), i = task / blocks, k = task % blocks * kKernelRows;
  const int64_t element = WinogradPlanner<T, Tiles>::kernel_step(weights);
  transform_kernel_rows<T, Tiles>(weights, kernel, i, k, least(weights.k - k, kKernelRows), scratch,
                                  transformed + Tiles::elements * element * i + k * weights.panels.padded(i), element);
}

template <class T, class Tiles>
struct WinogradTask {
  static constexpr int64_t kWidth = Vec<T>::width;

  const ConvPlan& plan;
  const ConvProblem& p;
  const ConvOperands<T>& operands;
  const T* kernel;
  Weights<T> weights;
  WinogradGrid<Tiles> grid;
  int64_t panel_begin, panel_end, tile_begin, tiles, input_step, output_step;
  T *inputs, *products;

  WinogradTask(const ConvPlan& plan_, const ConvOperands<T>& operands_, int64_t task, void* task_scratch,
               const void* shared)
      : plan(plan_), p(plan_.problem), operands(operands_), kernel(static_cast<const T*>(shared)), weights(p), grid(p) {
    const Split panels{weights.panels.count(), plan.panel_blocks};
    const Split all{WinogradPlanner<T, Tiles>::count(p), plan.image_blocks};
    panel_begin = panels.begin(task % plan.panel_blocks), panel_end = panels.begin(task % plan.panel_blocks + 1);
    tile_begin = all.begin(task / plan.panel_blocks), tiles = all.size(task / plan.panel_blocks);
    input_step = WinogradPlanner<T, Tiles>::step(tiles, weights.k);
    output_step = WinogradPlanner<T, Tiles>::step(tiles, weights.panels.padded(0));
    inputs = static_cast<T*>(task_scratch), products = inputs + Tiles::elements * input_step;
  }

  void run() const {
    for_each_tile([&](int64_t i, int64_t image, int64_t y, int64_t x) {
      input(image, y, x, 0).transform(weights.k, inputs + i * weights.k, input_step);
    });
    for (int64_t i = panel_begin; i < panel_end; ++i) {
      multiply(i);
      for_each_tile([&](int64_t tile, int64_t image, int64_t y, int64_t x) { write(tile, image, y, x, i); });
    }
  }

 protected:
  // f(number of the tile in this task, image, first row and column of its outputs)
  template <class F>
  void for_each_tile(F&& f) const {
    for (int64_t i = 0; i < tiles; ++i) {
      const auto place = grid.place(tile_begin + i);
      f(i, place.image, place.y, place.x);
    }
  }

  // What the tile of the outputs from (y, x) on reads of the channels from `channel` on.
  auto input(int64_t image, int64_t y, int64_t x, int64_t channel) const {
    const auto& [h, w] = grid;
    using Tile = InputTile<T, typename Tiles::H::template Input<T>, typename Tiles::W::template Input<T>>;
    return Tile(operands.x + image * h.in * w.in * weights.k + channel, weights.k, h.in, w.in, y - h.pad, x - w.pad);
  }

  void multiply(int64_t i) const {
    BrgemmShape shape;
    shape.m = tiles, shape.n = weights.panels.padded(i), shape.k = shape.a_m = weights.k;
    shape.b_k = shape.c_m = shape.n;
    const int64_t element = WinogradPlanner<T, Tiles>::kernel_step(weights);
    const T* const panel = kernel + Tiles::elements * element * i;
    for (int64_t e = 0; e < Tiles::elements; ++e) {
      const T *from = inputs + e * input_step, *by = panel + e * element;
      gemm_table.of<T>().brgemm(shape, {&from, &by, products + e * output_step, nullptr, nullptr});
    }
  }

  // The outputs of one tile in one panel of channels.
  void write(int64_t tile, int64_t image, int64_t y, int64_t x, int64_t i) const {
    const int64_t panel = weights.panels.padded(i), n = weights.panels.size(i), column = weights.panels.begin(i);
    using H = typename Tiles::H;
    using W = typename Tiles::W;
    const int64_t height = grid.h.out, width = grid.w.out;
    const int64_t rows = least(height - y, H::outputs), columns = least(width - x, W::outputs);
    const int64_t at = ((image * height + y) * width + x) * weights.n + column, line = width * weights.n;
    const bool relu = p.activation == GemmActivation::relu, pass = needs_pass(p.activation);
    const vec<T> least_value = vec<T>{} + (relu ? T(0) : -T(__builtin_inf()));
    const T* const gate = pass ? nullptr : operands.gate;
    for (int64_t j = 0; j < n; j += kWidth) {
      const int lanes = n - j < kWidth ? int(n - j) : int(kWidth);
      const vec<T> bias = operands.bias ? load_up_to<T>(operands.bias + column + j, lanes) : vec<T>{};
      const T* const from = products + tile * panel + j;
      const auto transform = [&](auto&& finish) {
        winograd::transform<T, typename H::template Result<T>, typename W::template Result<T>>(
            [&](int row, int c) { return load<T>(from + (row * W::size + c) * output_step); },
            [&](int row, int c, vec<T> v) {
              finish(row, c, at + row * line + c * weights.n + j, larger<T>(least_value, v + bias));
            });
      };
      const bool whole = rows == H::outputs && columns == W::outputs && lanes == kWidth;
      if (whole && !gate)
        transform([&](int, int, int64_t to, vec<T> v) { store<T>(operands.out + to, v); });
      else if (whole)
        transform([&](int, int, int64_t to, vec<T> v) {
          store<T>(operands.out + to, load<T>(gate + to) > vec<T>{} ? v : vec<T>{});
        });
      else
        transform([&](int row, int c, int64_t to, vec<T> v) {
          if (row >= rows || c >= columns) return;
          if (gate) v = load_up_to<T>(gate + to, lanes) > vec<T>{} ? v : vec<T>{};
          store_up_to<T>(operands.out + to, v, lanes);
        });
    }
    if (!pass) return;
    for (int64_t row = 0; row < rows; ++row) {
      const T* gate_row = operands.gate ? operands.gate + at + row * line : nullptr;
      const Finish<T> finish{nullptr, gate_row, weights.n, p.activation, T(0)};
      finish_block<T>(finish, 1, operands.out + at + row * line, weights.n, columns, n);
    }
  }
};

}  // namespace nnfit::NNFIT_ISA
