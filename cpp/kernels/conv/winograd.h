// The transforms of Winograd's minimal filtering F(4x4, 3x3): 36 products for 16 outputs of a 3x3 convolution instead
// of 144 (Winograd, 1980; Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016).
//
// Y = A^T [(G g G^T) * (B^T d B)] A over tiles d of 6x6 pixels. The interpolation points 0, +-5/8, +-3/2 and infinity
// are exact in binary and keep the error about twice that of the direct sum, where the usual 0, +-1, +-2 lose four
// times as much (Barabasz et al., Error Analysis and Improving the Accuracy of Winograd Convolution, 2020).
// The same points serve the kernel gradient as F(3x3, 4x4): its filter is a tile of 4x4 of dY, its outputs dW.
#pragma once

#include "kernels/gemm/tile.h"

namespace nnfit::NNFIT_ISA::winograd {

inline constexpr int kOutputs = 4, kTaps = 3, kSize = 6;  // of a tile, along each axis
inline constexpr int kElements = kSize * kSize;
inline constexpr double a = 0.625, b = 1.5, a2 = a * a, b2 = b * b;

// B^T d
template <class T>
struct Input {
  static constexpr int from = kSize, to = kSize;
  static NNFIT_INLINE void apply(const vec<T>* d, vec<T>* t) {
    const vec<T> even_a = d[4] - T(b2) * d[2], odd_a = T(a) * (d[3] - T(b2) * d[1]);
    const vec<T> even_b = d[4] - T(a2) * d[2], odd_b = T(b) * (d[3] - T(a2) * d[1]);
    t[0] = d[4] - T(a2 + b2) * d[2] + T(a2 * b2) * d[0];
    t[1] = even_a + odd_a;
    t[2] = even_a - odd_a;
    t[3] = even_b + odd_b;
    t[4] = even_b - odd_b;
    t[5] = d[5] - T(a2 + b2) * d[3] + T(a2 * b2) * d[1];
  }
};

// G g, for a filter of 3 or 4 taps
template <class T, int taps>
struct Filter {
  static constexpr int from = taps, to = kSize;
  static NNFIT_INLINE void apply(const vec<T>* g, vec<T>* t) {
    constexpr double scale_a = 1 / (2 * a2 * (a2 - b2)), scale_b = 1 / (2 * b2 * (b2 - a2));
    vec<T> odd_a = T(a * scale_a) * g[1], odd_b = T(b * scale_b) * g[1];
    if constexpr (taps == 4) odd_a += T(a * a2 * scale_a) * g[3], odd_b += T(b * b2 * scale_b) * g[3];
    const vec<T> even_a = T(scale_a) * g[0] + T(a2 * scale_a) * g[2];
    const vec<T> even_b = T(scale_b) * g[0] + T(b2 * scale_b) * g[2];
    t[0] = T(1 / (a2 * b2)) * g[0];
    t[1] = even_a + odd_a;
    t[2] = even_a - odd_a;
    t[3] = even_b + odd_b;
    t[4] = even_b - odd_b;
    t[5] = g[taps - 1];
  }
};

// A^T m, for 4 or 3 outputs
template <class T, int outputs>
struct Output {
  static constexpr int from = kSize, to = outputs;
  static NNFIT_INLINE void apply(const vec<T>* m, vec<T>* y) {
    const vec<T> sum_a = m[1] + m[2], difference_a = m[1] - m[2];
    const vec<T> sum_b = m[3] + m[4], difference_b = m[3] - m[4];
    y[0] = m[0] + sum_a + sum_b;
    y[1] = T(a) * difference_a + T(b) * difference_b;
    y[2] = T(a2) * sum_a + T(b2) * sum_b;
    if constexpr (outputs == 4) y[3] = T(a * a2) * difference_a + T(b * b2) * difference_b;
    y[outputs - 1] += m[5];
  }
};

// The transform of a square along both axes: read(row, column) gives its elements, write(row, column, v) takes the
// result's.
template <class T, class Transform, class Read, class Write>
NNFIT_INLINE void transform(Read&& read, Write&& write) {
  constexpr int from = Transform::from, to = Transform::to;
  vec<T> half[to][from];
#pragma GCC unroll 6
  for (int column = 0; column < from; ++column) {
    vec<T> in[from], out[to];
#pragma GCC unroll 6
    for (int row = 0; row < from; ++row) in[row] = read(row, column);
    Transform::apply(in, out);
#pragma GCC unroll 6
    for (int row = 0; row < to; ++row) half[row][column] = out[row];
  }
#pragma GCC unroll 6
  for (int row = 0; row < to; ++row) {
    vec<T> out[to];
    Transform::apply(half[row], out);
#pragma GCC unroll 6
    for (int column = 0; column < to; ++column) write(row, column, out[column]);
  }
}

}  // namespace nnfit::NNFIT_ISA::winograd
