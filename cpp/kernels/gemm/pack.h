// Copies of blocks of A and B that tiles read in one stream.
#pragma once

#include "kernels/gemm/split.h"
#include "kernels/gemm/tile.h"
#include "kernels/gemm/transpose.h"

namespace nnfit::NNFIT_ISA {

// The tiles [first, end) of A, as strips one after another: strip[k * rows + m] of A contiguous in m. Eight steps of k
// at a time, so that rows of A are read and strips written in a few streams, which even rows that share their place in
// the cache leave room for.
template <class T>
void pack_strips(const T* from, int64_t a_k, T* to, const Split& tiles, int64_t first, int64_t end, int64_t k) {
  constexpr int width = Vec<T>::width;
  for (int64_t begin = 0; begin < k; begin += 8) {
    const int64_t stop = begin + 8 < k ? begin + 8 : k;
    const T* source = from;
    T* strip = to;
    for (int64_t tile = first; tile < end; ++tile) {
      const int64_t rows = tiles.size(tile);
      for (int64_t i = begin; i < stop; ++i) {
        __builtin_prefetch(source + (i + 8 < k ? i + 8 : i) * a_k);
        for (int64_t j = 0; j < rows; j += width) {
          const int count = rows - j < width ? int(rows - j) : width;
          store_up_to<T>(strip + i * rows + j, load_up_to<T>(source + i * a_k + j, count), count);
        }
      }
      source += rows, strip += rows * k;
    }
  }
}

// A panel of B: to[k * panel + n] = from[k * b_k + n * b_n] for n < columns, 0 up to the panel's width.
template <class T>
void pack_panel_rows(const T* from, int64_t b_k, T* to, int64_t panel, int64_t k, int64_t columns) {
  constexpr int width = Vec<T>::width;
  const int64_t whole = columns - columns % width;
  for (int64_t i = 0; i < k; ++i, from += b_k, to += panel) {
    int64_t j = 0;
    for (; j < whole; j += width) store<T>(to + j, load<T>(from + j));
    if (j < panel) store<T>(to + j, load_partial<T>(from + j, int(columns - j)));
  }
}

// For B contiguous in k.
template <class T>
void pack_panel_columns(const T* from, int64_t b_n, T* to, int64_t panel, int64_t k, int64_t columns) {
  constexpr int width = Vec<T>::width;
  for (int64_t j = 0; j < panel; j += width)
    for (int64_t i = 0; i < k; i += width) {
      const int rows = columns - j < width ? int(columns - j) : width;
      const int depth = k - i < width ? int(k - i) : width;
      const T* source = from + j * b_n + i;
      T* target = to + i * panel + j;
      vec<T> block[width];
      if (rows == width && depth == width) {
#pragma GCC unroll 16
        for (int r = 0; r < width; ++r) block[r] = load<T>(source + r * b_n);
        transpose<T>(block);
#pragma GCC unroll 16
        for (int r = 0; r < width; ++r) store<T>(target + r * panel, block[r]);
      } else {
        for (int r = 0; r < width; ++r) block[r] = r < rows ? load_partial<T>(source + r * b_n, depth) : vec<T>{};
        transpose<T>(block);
        for (int r = 0; r < depth; ++r) store<T>(target + r * panel, block[r]);
      }
    }
}

template <class T>
void pack_panel_any(const T* from, int64_t b_k, int64_t b_n, T* to, int64_t panel, int64_t k, int64_t columns) {
  for (int64_t i = 0; i < k; ++i)
    for (int64_t j = 0; j < panel; ++j) to[i * panel + j] = j < columns ? from[i * b_k + j * b_n] : T(0);
}

template <class T>
void pack_panel(const T* from, int64_t b_k, int64_t b_n, T* to, int64_t panel, int64_t k, int64_t columns) {
  if (b_n == 1)
    pack_panel_rows<T>(from, b_k, to, panel, k, columns);
  else if (b_k == 1)
    pack_panel_columns<T>(from, b_n, to, panel, k, columns);
  else
    pack_panel_any<T>(from, b_k, b_n, to, panel, k, columns);
}

}  // namespace nnfit::NNFIT_ISA
