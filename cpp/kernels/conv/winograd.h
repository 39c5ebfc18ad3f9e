// The transforms of Winograd's minimal filtering: F(4x4, 3x3) makes 16 outputs of a 3x3 convolution by 36 products
// instead of 144, and along one axis F(4, 5) makes 4 outputs of 5 taps by 8 instead of 20 (Winograd, 1980; Lavin and
// Gray, Fast Algorithms for Convolutional Neural Networks, 2016).
//
// Along each axis y = A^T [(G g) * (B^T d)] over tiles d, of as many pixels as there are interpolation points. The
// points are exact in binary and keep the error about twice that of the direct sum: for six 0, +-5/8, +-3/2 and
// infinity, where the usual 0, +-1, +-2 lose twice as much along each axis (Barabasz et al., Error Analysis and
// Improving the Accuracy of Winograd Convolution, 2020), and for eight 0, +-1/2, +-1, +-2 and infinity.
// The same points serve the kernel gradient, as F(3x3, 4x4) and F(5, 4): its filter is a tile of dY, its outputs dW.
#pragma once

#include "kernels/gemm/tile.h"

namespace nnfit::NNFIT_ISA::winograd {

// The pairs +-at[i] among the points, beside 0 and infinity.
template <int size>
struct Pairs;
template <>
struct Pairs<6> {
  static constexpr int count = 2;
  static constexpr double at[] = {0.625, 1.5};
};
template <>
struct Pairs<8> {
  static constexpr int count = 3;
  static constexpr double at[] = {0.5, 1, 2};
};

// What the transforms multiply by.
template <int size>
struct Factors {
  static constexpr int kPairs = Pairs<size>::count;
  double all[kPairs + 1] = {};         // the coefficients of the product of (z - p^2) over all pairs p
  double others[kPairs][kPairs] = {};  // over all but one
  double power[kPairs][size] = {};     // of each p
  double scale[kPairs] = {};           // 1 / the product of the differences between p and the other points

  constexpr Factors() {
    multiply(all, -1);
    for (int i = 0; i < kPairs; ++i) {
      const double p = Pairs<size>::at[i];
      multiply(others[i], i);
      power[i][0] = 1;
      for (int k = 1; k < size; ++k) power[i][k] = power[i][k - 1] * p;
      double differences = 2 * p * p;
      for (int j = 0; j < kPairs; ++j)
        if (j != i) differences *= p * p - Pairs<size>::at[j] * Pairs<size>::at[j];
      scale[i] = 1 / differences;
    }
  }

 private:
  static constexpr void multiply(double* product, int without) {
    product[0] = 1;
    for (int i = 0, degree = 0; i < kPairs; ++i) {
      if (i == without) continue;
      const double square = Pairs<size>::at[i] * Pairs<size>::at[i];
      product[degree + 1] = product[degree];
      for (int k = degree; k >= 0; --k) product[k] = (k > 0 ? product[k - 1] : 0) - square * product[k];
      ++degree;
    }
  }
};
template <int size>
inline constexpr Factors<size> factors{};

// B^T d
template <class T, int size>
struct Input {
  static constexpr int from = size, to = size;
  static NNFIT_INLINE void apply(const vec<T>* d, vec<T>* t) {
    constexpr const Factors<size>& f = factors<size>;
    t[0] = d[size - 2], t[size - 1] = d[size - 1];
#pragma GCC unroll 4
    for (int k = f.kPairs - 1; k >= 0; --k) t[0] += T(f.all[k]) * d[2 * k], t[size - 1] += T(f.all[k]) * d[2 * k + 1];
#pragma GCC unroll 4
    for (int i = 0; i < f.kPairs; ++i) {
      vec<T> even = d[size - 2], odd = d[size - 3];
#pragma GCC unroll 4
      for (int k = f.kPairs - 2; k >= 0; --k)
        even += T(f.others[i][k]) * d[2 * k + 2], odd += T(f.others[i][k]) * d[2 * k + 1];
      odd *= T(f.power[i][1]);
      t[2 * i + 1] = even + odd;
      t[2 * i + 2] = even - odd;
    }
  }
};

// G g
template <class T, int size, int taps>
struct Filter {
  static constexpr int from = taps, to = size;
  static NNFIT_INLINE void apply(const vec<T>* g, vec<T>* t) {
    constexpr const Factors<size>& f = factors<size>;
    t[0] = T(1 / f.all[0]) * g[0], t[size - 1] = g[taps - 1];
#pragma GCC unroll 4
    for (int i = 0; i < f.kPairs; ++i) {
      vec<T> even = T(f.scale[i]) * g[0], odd = T(f.scale[i] * f.power[i][1]) * g[1];
#pragma GCC unroll 8
      for (int k = 2; k < taps; ++k) (k % 2 ? odd : even) += T(f.scale[i] * f.power[i][k]) * g[k];
      t[2 * i + 1] = even + odd;
      t[2 * i + 2] = even - odd;
    }
  }
};

// A^T m
template <class T, int size, int outputs>
struct Output {
  static constexpr int from = size, to = outputs;
  static NNFIT_INLINE void apply(const vec<T>* m, vec<T>* y) {
    constexpr const Factors<size>& f = factors<size>;
    y[0] = m[0];
#pragma GCC unroll 4
    for (int i = 0; i < f.kPairs; ++i) {
      const vec<T> sum = m[2 * i + 1] + m[2 * i + 2], difference = m[2 * i + 1] - m[2 * i + 2];
      y[0] += sum;
#pragma GCC unroll 8
      for (int k = 1; k < outputs; ++k) {
        const vec<T> term = T(f.power[i][k]) * (k % 2 ? difference : sum);
        y[k] = i ? y[k] + term : term;
      }
    }
    y[outputs - 1] += m[size - 1];
  }
};

// One axis of a tile of F(outputs, taps).
template <int outputs_, int taps_>
struct Axis {
  static constexpr int outputs = outputs_, taps = taps_, size = outputs + taps - 1;
  template <class T>
  using Input = winograd::Input<T, size>;
  template <class T>
  using Kernel = Filter<T, size, taps>;
  template <class T>
  using Result = Output<T, size, outputs>;
  template <class T>
  using Gradient = Filter<T, size, outputs>;
  template <class T>
  using KernelGradient = Output<T, size, taps>;
};

// An axis along which nothing is summed.
template <class T>
struct Same {
  static constexpr int from = 1, to = 1;
  static NNFIT_INLINE void apply(const vec<T>* x, vec<T>* y) { y[0] = x[0]; }
};
template <>
struct Axis<1, 1> {
  static constexpr int outputs = 1, taps = 1, size = 1;
  template <class T>
  using Input = Same<T>;
  template <class T>
  using Kernel = Same<T>;
  template <class T>
  using Result = Same<T>;
  template <class T>
  using Gradient = Same<T>;
  template <class T>
  using KernelGradient = Same<T>;
};

template <class H_, class W_>
struct Tiles {
  using H = H_;
  using W = W_;
  static constexpr int elements = H::size * W::size, taps = H::taps * W::taps;
};
using Square = Tiles<Axis<4, 3>, Axis<4, 3>>;
using Line3 = Tiles<Axis<1, 1>, Axis<4, 3>>;
using Line5 = Tiles<Axis<1, 1>, Axis<4, 5>>;

// The transform of a tile along both axes: read(row, column) gives its elements, write(row, column, v) takes the
// result's.
template <class T, class Down, class Across, class Read, class Write>
NNFIT_INLINE void transform(Read&& read, Write&& write) {
  vec<T> half[Down::to][Across::from];
#pragma GCC unroll 8
  for (int column = 0; column < Across::from; ++column) {
    vec<T> in[Down::from], out[Down::to];
#pragma GCC unroll 8
    for (int row = 0; row < Down::from; ++row) in[row] = read(row, column);
    Down::apply(in, out);
#pragma GCC unroll 8
    for (int row = 0; row < Down::to; ++row) half[row][column] = out[row];
  }
#pragma GCC unroll 8
  for (int row = 0; row < Down::to; ++row) {
    vec<T> out[Across::to];
    Across::apply(half[row], out);
#pragma GCC unroll 8
    for (int column = 0; column < Across::to; ++column) write(row, column, out[column]);
  }
}

}  // namespace nnfit::NNFIT_ISA::winograd
