// Copies of blocks of A and B that tiles read in one stream.
#pragma once

#include <utility>

#include "kernels/gemm/split.h"
#include "kernels/gemm/tile.h"
#include "kernels/gemm/transpose.h"

namespace nnfit::NNFIT_ISA {

// Whether a vector is a line of the cache: lines that are streamed by halves, not one after the other, are slow.
template <class T>
inline constexpr bool kWholeLines = sizeof(vec<T>) == 64;

inline constexpr std::size_t kStreamedBytes = 1 << 18;  // in packed form, which are more than wait in a near cache

// Where a packed vector goes. Much that all tasks will read is streamed past the caches, if it is aligned: lines that
// two cores have read are slow to write, 6 ns each and 30 where they share no cache, and streaming takes 2.
template <bool streamed, class T>
NNFIT_INLINE void put(T* p, vec<T> v) {
  if (streamed && reinterpret_cast<std::uintptr_t>(p) % sizeof(vec<T>) == 0)
    stream<T>(p, v);
  else
    store<T>(p, v);
}

// Eight rows of a strip. The size is a constant so that each row is two or three moves, none of them masked: partial
// stores are slow, microcode on some processors.
template <class T, int rows>
void pack_eight_rows(const T* from, int64_t a_k, T* to) {
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i, from += a_k, to += rows) __builtin_memcpy(to, from, rows * sizeof(T));
}

// By the number of rows of a tile, from one.
template <class T>
struct PackEightRows {
  void (*of[kTileRows[0]])(const T* from, int64_t a_k, T* to);
};

template <class T, int... rows>
constexpr PackEightRows<T> make_pack_eight_rows(std::integer_sequence<int, rows...>) {
  return {{pack_eight_rows<T, rows + 1>...}};
}

template <class T>
inline constexpr PackEightRows<T> kPackEightRows =
    make_pack_eight_rows<T>(std::make_integer_sequence<int, kTileRows[0]>());

// Eight rows of the strips of some tiles, one after another, to their places from row `begin` on.
template <class T>
void stream_strips(const T* packed, T* strip, const Split& tiles, int64_t first, int64_t end, int64_t begin,
                   int64_t k) {
  constexpr int width = Vec<T>::width;
  for (int64_t tile = first; tile < end; ++tile) {
    const int64_t rows = tiles.size(tile), size = 8 * rows;
    T* const target = strip + begin * rows;
    int64_t i = 0;
    for (; i + width <= size; i += width) put<true>(target + i, load<T>(packed + i));
    if (i < size) store_partial<T>(target + i, load_partial<T>(packed + i, int(size - i)), int(size - i));
    packed += size, strip += rows * k;
  }
}

// The tiles [first, end) of A, as strips one after another: strip[k * rows + m] of A contiguous in m. Few strips and
// few steps of k at a time: strips, and rows of A, often share their place in the cache, which keeps eight lines there.
template <class T, bool streamed = false>
void pack_strips(const T* from, int64_t a_k, T* to, const Split& tiles, int64_t first, int64_t end, int64_t k) {
  for (int64_t group = first; group < end; group += 8) {
    const int64_t stop = group + 8 < end ? group + 8 : end;
    const int64_t row = tiles.begin(group) - tiles.begin(first);
    for (int64_t begin = 0; begin < k; begin += 8) {
      const int64_t depth = k - begin < 8 ? k - begin : 8;
      for (int64_t i = 0; i < depth && begin + 8 + i < k; ++i)
        for (int64_t line = 0; line < 8 * tiles.size(group); line += kLine<T>)
          __builtin_prefetch(from + row + (begin + 8 + i) * a_k + line);
      const T* source = from + row + begin * a_k;
      T* strip = to + row * k;
      alignas(64) T eight[8 * 8 * kTileRows[0]];  // rows of these tiles, on their way to be streamed
      T* packed = eight;
      for (int64_t tile = group; tile < stop; ++tile) {
        const int64_t rows = tiles.size(tile);
        T* const target = strip + begin * rows;
        if (depth == 8)
          kPackEightRows<T>.of[rows - 1](source, a_k, streamed ? packed : target), packed += 8 * rows;
        else
          for (int64_t i = 0; i < depth; ++i)
            for (int64_t j = 0; j < rows; ++j) target[i * rows + j] = source[i * a_k + j];
        source += rows, strip += rows * k;
      }
      if (streamed && depth == 8) stream_strips<T>(eight, to + row * k, tiles, group, stop, begin, k);
    }
  }
}

// `rows` rows of k elements, one after another, of A contiguous in k: rows far apart often share their place in the
// cache, a block of them does not.
template <class T>
void pack_rows(const T* from, int64_t a_m, T* to, int64_t rows, int64_t k) {
  constexpr int width = Vec<T>::width;
  const int64_t whole = k - k % width;
  for (int64_t i = 0; i < rows; ++i, from += a_m, to += k) {
    int64_t j = 0;
    for (; j < whole; j += width) {
      __builtin_prefetch(from + a_m + j);
      store<T>(to + j, load<T>(from + j));
    }
    if (j < k) store_partial<T>(to + j, load_partial<T>(from + j, int(k - j)), int(k - j));
  }
}

// A panel of B: to[k * panel + n] = from[k * b_k + n * b_n] for n < columns, 0 up to the panel's width.
template <class T, bool streamed = false>
void pack_panel_rows(const T* from, int64_t b_k, T* to, int64_t panel, int64_t k, int64_t columns) {
  constexpr int width = Vec<T>::width;
  const int64_t whole = columns - columns % width;
  for (int64_t i = 0; i < k; ++i, from += b_k, to += panel) {
    int64_t j = 0;
    for (; j < whole; j += width) {
      __builtin_prefetch(from + 8 * b_k + j);
      put<streamed>(to + j, load<T>(from + j));
    }
    if (j < panel) put<streamed>(to + j, load_partial<T>(from + j, int(columns - j)));
  }
}

// A square of a panel of B contiguous in k. Whole ones stay in registers; their arrays are not those of the others,
// whose places are not known to the compiler.
template <class T, bool lines>
NNFIT_INLINE void pack_square(const T* from, int64_t b_n, T* to, int64_t panel) {
  constexpr int width = Vec<T>::width;
  vec<T> block[width];
#pragma GCC unroll 16
  for (int r = 0; r < width; ++r) {
    __builtin_prefetch(from + r * b_n + 8 * width);
    block[r] = load<T>(from + r * b_n);
  }
  transpose<T>(block);
#pragma GCC unroll 16
  for (int r = 0; r < width; ++r) put<lines>(to + r * panel, block[r]);
}

// The same of `rows` columns of B and `depth` steps of k, with zeros behind the columns.
template <class T, bool lines>
void pack_part_of_square(const T* from, int64_t b_n, T* to, int64_t panel, int rows, int depth) {
  constexpr int width = Vec<T>::width;
  vec<T> block[width];
  for (int r = 0; r < width; ++r) block[r] = r < rows ? load_partial<T>(from + r * b_n, depth) : vec<T>{};
  transpose<T>(block);
  for (int r = 0; r < depth; ++r) put<lines>(to + r * panel, block[r]);
}

// For B contiguous in k.
template <class T, bool streamed = false>
void pack_panel_columns(const T* from, int64_t b_n, T* to, int64_t panel, int64_t k, int64_t columns) {
  constexpr bool lines = streamed && kWholeLines<T>;
  constexpr int width = Vec<T>::width;
  for (int64_t j = 0; j < panel; j += width)
    for (int64_t i = 0; i < k; i += width) {
      const int rows = columns - j < width ? int(columns - j) : width;
      const int depth = k - i < width ? int(k - i) : width;
      const T* source = from + j * b_n + i;
      T* target = to + i * panel + j;
      if (rows == width && depth == width)
        pack_square<T, lines>(source, b_n, target, panel);
      else
        pack_part_of_square<T, lines>(source, b_n, target, panel, rows, depth);
    }
}

template <class T>
void pack_panel_any(const T* from, int64_t b_k, int64_t b_n, T* to, int64_t panel, int64_t k, int64_t columns) {
  for (int64_t i = 0; i < k; ++i)
    for (int64_t j = 0; j < panel; ++j) to[i * panel + j] = j < columns ? from[i * b_k + j * b_n] : T(0);
}

template <class T, bool streamed = false>
void pack_panel(const T* from, int64_t b_k, int64_t b_n, T* to, int64_t panel, int64_t k, int64_t columns) {
  if (b_n == 1)
    pack_panel_rows<T, streamed>(from, b_k, to, panel, k, columns);
  else if (b_k == 1)
    pack_panel_columns<T, streamed>(from, b_n, to, panel, k, columns);
  else
    pack_panel_any<T>(from, b_k, b_n, to, panel, k, columns);
}

// The panels [first, end) of n columns of B, one after another, each as above; `panels` counts vectors. Rows of B are
// read along, eight at a time.
template <class T, bool streamed = false>
void pack_panels(const T* from, int64_t b_k, int64_t b_n, T* to, const Split& panels, int64_t first, int64_t end,
                 int64_t k, int64_t n) {
  const int64_t steps = b_n == 1 ? 8 : k;
  for (int64_t begin = 0; begin < k; begin += steps)
    for (int64_t i = first; i < end; ++i) {
      const int64_t column = panels.begin(i) * Vec<T>::width, panel = panels.size(i) * Vec<T>::width;
      pack_panel<T, streamed>(from + begin * b_k + column * b_n, b_k, b_n, to + column * k + begin * panel, panel,
                              k - begin < steps ? k - begin : steps, n - column < panel ? n - column : panel);
    }
}

}  // namespace nnfit::NNFIT_ISA
