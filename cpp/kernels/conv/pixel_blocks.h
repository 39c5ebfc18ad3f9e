// Few output channels: neighbouring pixels of a row share a vector. Their outputs lie side by side, and so do the
// pixels that they read, so that a block of pixels is one row of a product with a banded matrix: the kernel, shifted by
// a stride for each pixel. It multiplies by zeros beside the band, and still needs half as many instructions or fewer.
#pragma once

#include "kernels/conv/direct.h"
#include "kernels/gemm/finish.h"

namespace nnfit::NNFIT_ISA {

template <class T>
struct PixelBlocks {
  static constexpr int64_t kWidth = Vec<T>::width;

  const ConvProblem& p;
  TapGrid grid;
  int64_t n, k;      // the result's channels and those that are summed
  int64_t together;  // pixels in a block; 1 where blocks would gain nothing

  explicit PixelBlocks(const ConvProblem& p_) : p(p_), grid(p_, 0, 0) {
    const bool reverse = p.pass == ConvPass::input_gradient;
    n = reverse ? p.ic : p.oc, k = reverse ? p.oc : p.ic;
    together = 1;
    const double work = double(p.images) * p.h.out * p.w.out * p.h.taps * p.w.taps * p.ic * p.oc;
    if (p.groups != 1 || n == 0 || grid.w.spacing != 1 || p.h.taps > kMaxBatch || remainders(p.h, p.pass) != 1 ||
        remainders(p.w, p.pass) != 1 || work < 4 * kConvTaskWork)
      return;
    int64_t best = grid.w.outputs * grid.w.count * 3 / 4;
    for (int64_t pixels = 2; pixels <= least(kWidth / n, grid.w.outputs); ++pixels)
      if (steps(pixels) < best) best = steps(together = pixels);
  }

  // Instructions for a row of outputs, in blocks: a sum waits for its last term, so that few blocks take as long as
  // four.
  int64_t steps(int64_t pixels) const {
    const int64_t blocks = grid.w.outputs / pixels, rest = grid.w.outputs % pixels;
    return reach(pixels) * (blocks < 4 ? 4 : blocks) + (rest ? 4 * reach(rest) : 0);
  }

  // Pixels that some neighbouring outputs read in a row.
  int64_t reach(int64_t pixels) const { return grid.w.count + (pixels - 1) * grid.w.stride; }
  int64_t rows() const { return reach(together) * k; }
  int64_t elements() const { return p.h.taps * rows() * kWidth; }

  // The banded matrix of one row of taps.
  void pack(const T* kernel, int64_t tap_row, T* packed) const {
    const int64_t row = grid.h.tap + tap_row * grid.h.tap_step;
    const int64_t k_step = p.pass == ConvPass::forward ? p.oc : 1, n_step = p.pass == ConvPass::forward ? 1 : p.oc;
    T* to = packed + tap_row * rows() * kWidth;
    zero_elements(to, rows() * kWidth);
    for (int64_t pixel = 0; pixel < together; ++pixel)
      for (int64_t t = 0; t < grid.w.count; ++t) {
        const T* from = kernel + (row * p.w.taps + grid.w.tap + t * grid.w.tap_step) * p.ic * p.oc;
        T* const block = to + (pixel * grid.w.stride + t) * k * kWidth + pixel * n;
        for (int64_t i = 0; i < k; ++i)
          for (int64_t j = 0; j < n; ++j) block[i * kWidth + j] = from[i * k_step + j * n_step];
      }
  }

  // `columns` outputs of a row: x is what the first tap of the first one reads, and its rows are `line` apart.
  void multiply(const T* x, int64_t line, const T* packed, int64_t columns, T* out, const T* bias,
                const T* gate) const {
    const T *a[kMaxBatch], *b[kMaxBatch];
    BrgemmShape shape;
    shape.batch = grid.h.count, shape.activation = p.activation;
    shape.a_m = together * grid.w.stride * k, shape.b_k = kWidth, shape.c_m = shape.gate_m = together * n;
    for (int64_t s = 0; s < shape.batch; ++s) b[s] = packed + s * rows() * kWidth;
    const auto run = [&](int64_t first, int64_t blocks, int64_t pixels) {
      shape.m = blocks, shape.n = pixels * n, shape.k = reach(pixels) * k;
      for (int64_t s = 0; s < shape.batch; ++s) a[s] = x + s * grid.h.spacing * line + first * grid.w.stride * k;
      gemm_table.of<T>().brgemm(shape, {a, b, out + first * n, bias, gate ? gate + first * n : nullptr});
    };
    const int64_t blocks = columns / together, rest = columns % together;
    if (blocks) run(0, blocks, together);
    if (rest) run(blocks * together, 1, rest);
  }
};

}  // namespace nnfit::NNFIT_ISA
