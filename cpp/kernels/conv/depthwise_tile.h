// The register tiles of depthwise convolutions: some neighbouring outputs of a row by a few vectors of channels, one
// channel of X for each of Y. All the channels of some pixels are passed before the next pixels, so that memory is
// read and written in the order in which it lies.
#pragma once

#include "kernels/gemm/tile.h"

namespace nnfit::NNFIT_ISA {

// Of a tile. With a row of three taps, and what is multiplied, they fill 16 registers.
inline constexpr int kDepthwisePixels = 4, kDepthwiseVectors = 2;

// What the outputs of a tile read: output r by tap (i, j) x[i * x_row + j * x_column + r * x_pixel], which goes with
// w[i * w_row + j * w_column]. The steps are in elements.
struct DepthwiseTaps {
  int64_t rows, columns;
  int64_t x_row, x_column, x_pixel;
  int64_t w_row, w_column;
  int64_t ahead;  // from there to what the next row of outputs will read
};

// out[r * out_pixel] = gate(relu(bias + sum over the taps of x * w))
template <class T>
struct DepthwiseTile : DepthwiseTaps {
  const T *x, *w;
  T* out;
  const T *bias, *gate;  // or null
  int64_t out_pixel;     // of the gate, too
  bool relu;
};

// dw += sum over outputs r of x * dy[r * dy_pixel] at each tap, bias += that of dy
template <class T>
struct DepthwiseGradientTile : DepthwiseTaps {
  const T *x, *dy;
  T *dw, *bias;  // bias or null
  int64_t dy_pixel;
};

// Adds the products of the channels from c on. `slide` 1 or 2: there are three taps a row, and the outputs lie so many
// of them apart, so that each vector of X is loaded once for all outputs of the tile. 0: any taps.
template <class T, int slide, int R, int V, bool partial>
NNFIT_INLINE void add_depthwise_taps(const DepthwiseTile<T>& t, int64_t c, const Columns<T, V, partial>& columns,
                                     vec<T> (&sum)[R][V]) {
  for (int64_t i = 0; i < t.rows; ++i) {
    const T *x = t.x + i * t.x_row + c, *w = t.w + i * t.w_row + c;
    if constexpr (slide > 0) {
      vec<T> taps[3][V];
      for_each_vector<3, V>([&](int j, int v) { taps[j][v] = columns.read(w + j * t.w_column, v); });
      for_each_vector<(R - 1) * slide + 3, V>([&](int q, int v) {
        const vec<T> at = columns.read(x + q * t.x_column, v);
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r)
          if (q >= r * slide && q < r * slide + 3) sum[r][v] = fma<T>(at, taps[q - r * slide][v], sum[r][v]);
      });
    } else {
      for (int64_t j = 0; j < t.columns; ++j, x += t.x_column, w += t.w_column) {
        vec<T> tap[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) tap[v] = columns.read(w, v);
        for_each_vector<R, V>(
            [&](int r, int v) { sum[r][v] = fma<T>(columns.read(x + r * t.x_pixel, v), tap[v], sum[r][v]); });
      }
    }
  }
}

// Asks for the inputs of the next row of outputs that this one has not met: rows of the image are too short for the
// processor to see them coming.
template <class T, int slide, int R, int V>
NNFIT_INLINE void prefetch_depthwise(const DepthwiseTaps& t, const T* x) {
  constexpr int step = 64 / int(sizeof(T)) < Vec<T>::width ? Vec<T>::width : 64 / int(sizeof(T));
  constexpr int rows = slide == 2 ? 2 : 1;
#pragma GCC unroll 4
  for (int i = 0; i < rows; ++i)
#pragma GCC unroll 8
    for (int q = 0; q < R * rows; ++q)
#pragma GCC unroll 4
      for (int v = 0; v < V * Vec<T>::width; v += step)
        __builtin_prefetch(x + t.ahead + i * t.x_row + q * (slide ? t.x_column : t.x_pixel) + v);
}

template <class T, int slide, int R, int V, bool partial>
NNFIT_INLINE void depthwise_tile(const DepthwiseTile<T>& t, int64_t c, int last) {
  const Columns<T, V, partial> columns{last};
  prefetch_depthwise<T, slide, R, V>(t, t.x + c);
  vec<T> sum[R][V] = {};
  if (t.bias) for_each_vector<R, V>([&](int r, int v) { sum[r][v] = columns.read(t.bias + c, v); });
  add_depthwise_taps<T, slide, R, V, partial>(t, c, columns, sum);
  if (t.relu) for_each_vector<R, V>([&](int r, int v) { sum[r][v] = larger<T>(vec<T>{}, sum[r][v]); });  // keeps NaN
  if (t.gate)
    for_each_vector<R, V>([&](int r, int v) {
      sum[r][v] = columns.read(t.gate + r * t.out_pixel + c, v) > vec<T>{} ? sum[r][v] : vec<T>{};
    });
  for_each_vector<R, V>([&](int r, int v) { columns.write(t.out + r * t.out_pixel + c, v, sum[r][v]); });
}

// `slide` as above.
template <class T, int slide, int R, int V, bool partial>
NNFIT_INLINE void depthwise_tile(const DepthwiseGradientTile<T>& t, int64_t c, int last) {
  const Columns<T, V, partial> columns{last};
  prefetch_depthwise<T, slide, R, V>(t, t.x + c);
  vec<T> dy[R][V];
  for_each_vector<R, V>([&](int r, int v) { dy[r][v] = columns.read(t.dy + r * t.dy_pixel + c, v); });
  if (t.bias) {
    vec<T> sum[V] = {};
    for_each_vector<R, V>([&](int r, int v) { sum[v] += dy[r][v]; });
    for_each_vector<1, V>([&](int, int v) { columns.write(t.bias + c, v, columns.read(t.bias + c, v) + sum[v]); });
  }
  for (int64_t i = 0; i < t.rows; ++i) {
    const T* x = t.x + i * t.x_row + c;
    T* w = t.dw + i * t.w_row + c;
    if constexpr (slide > 0) {
      vec<T> sum[3][V];
      for_each_vector<3, V>([&](int j, int v) { sum[j][v] = columns.read(w + j * t.w_column, v); });
      for_each_vector<(R - 1) * slide + 3, V>([&](int q, int v) {
        const vec<T> at = columns.read(x + q * t.x_column, v);
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r)
          if (q >= r * slide && q < r * slide + 3) sum[q - r * slide][v] = fma<T>(at, dy[r][v], sum[q - r * slide][v]);
      });
      for_each_vector<3, V>([&](int j, int v) { columns.write(w + j * t.w_column, v, sum[j][v]); });
    } else {
      for (int64_t j = 0; j < t.columns; ++j, x += t.x_column, w += t.w_column) {
        vec<T> sum[V];
        for_each_vector<1, V>([&](int, int v) { sum[v] = columns.read(w, v); });
        for_each_vector<R, V>(
            [&](int r, int v) { sum[v] = fma<T>(columns.read(x + r * t.x_pixel, v), dy[r][v], sum[v]); });
        for_each_vector<1, V>([&](int, int v) { columns.write(w, v, sum[v]); });
      }
    }
  }
}

// `pixels` outputs, at most R, of n channels.
template <class T, int slide, class Tile, int R = kDepthwisePixels>
void depthwise_pixels(const Tile& t, int64_t pixels, int64_t n) {
  if constexpr (R > 1)
    if (pixels < R) return depthwise_pixels<T, slide, Tile, R - 1>(t, pixels, n);
  constexpr int width = Vec<T>::width, together = kDepthwiseVectors * width;
  int64_t c = 0;
  for (; c + together <= n; c += together) depthwise_tile<T, slide, R, kDepthwiseVectors, false>(t, c, width);
  for (; c + width <= n; c += width) depthwise_tile<T, slide, R, 1, false>(t, c, width);
  if (c < n) depthwise_tile<T, slide, R, 1, true>(t, c, int(n - c));
}

template <class T, class Tile>
void depthwise_outputs(const Tile& t, int64_t pixels, int64_t n) {
  if (t.columns == 3 && t.x_pixel == t.x_column) return depthwise_pixels<T, 1>(t, pixels, n);
  if (t.columns == 3 && t.x_pixel == 2 * t.x_column) return depthwise_pixels<T, 2>(t, pixels, n);
  depthwise_pixels<T, 0>(t, pixels, n);
}

}  // namespace nnfit::NNFIT_ISA
