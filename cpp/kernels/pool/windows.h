// The loops over windows and over cells that the pooling kernels share. Lanes are channels; of few channels each vector
// holds one cell's.
#pragma once

#include "kernels/pool/pool.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

// A count that the compiler knows: loops over it are unrolled.
template <int n>
struct Fixed {
  constexpr operator std::int64_t() const { return n; }
};

// Calls f(row, from, to) for the runs of adjacent cells, rows of `width`, that make up [first, first + count).
template <class F>
NNFIT_INLINE void for_each_run(std::int64_t first, std::int64_t count, std::int64_t width, F f) {
  for (std::int64_t at = first; at < first + count;) {
    const std::int64_t row = at / width, from = at % width, left = from + (first + count - at);
    const std::int64_t to = left < width ? left : width;
    f(row, from, to);
    at += to - from;
  }
}

// The taps of one window that are within the image: `count` of them, the first being tap `first`, at cell `start`.
struct Taps {
  std::int64_t first, count, start;

  NNFIT_INLINE Taps(const PoolAxis& axis, std::int64_t window) {
    const std::int64_t begin = window * axis.stride - axis.before, room = axis.in - begin;
    first = begin < 0 ? -begin : 0;
    count = (room < axis.window ? room : axis.window) - first;
    start = begin + first;
  }
};

// A window: the output's cell, the image's cell at its first tap, and that tap's place.
struct Window {
  std::int64_t out, in, tap;
};

// Calls f(window, rows, columns) for the windows [first, first + count), with the numbers of its taps, those of the
// usual windows as Fixed.
template <class F>
NNFIT_INLINE void for_each_window(const PoolView& view, std::int64_t first, std::int64_t count, F f) {
  for_each_run(first, count, view.columns.out, [&](std::int64_t row, std::int64_t from, std::int64_t to) {
    const Taps rows(view.rows, row % view.rows.out);
    const std::int64_t in_row = (row / view.rows.out * view.rows.in + rows.start) * view.columns.in;
    for (std::int64_t o = from; o < to; ++o) {
      const Taps columns(view.columns, o);
      const Window window{row * view.columns.out + o, in_row + columns.start,
                          rows.first * view.columns.window + columns.first};
      if (rows.count == 2 && columns.count == 2)
        f(window, Fixed<2>(), Fixed<2>());
      else if (rows.count == 1 && columns.count == 2)
        f(window, Fixed<1>(), Fixed<2>());
      else if (rows.count == 3 && columns.count == 3)
        f(window, Fixed<3>(), Fixed<3>());
      else
        f(window, rows.count, columns.count);
    }
  });
}

// The windows [begin, end) that a cell is in.
struct Cover {
  std::int64_t begin, end;

  std::int64_t count() const { return end - begin; }

  NNFIT_INLINE Cover(const PoolAxis& axis, std::int64_t cell) {
    const std::int64_t place = cell + axis.before, last = place / axis.stride + 1;
    begin = place < axis.window ? 0 : (place - axis.window) / axis.stride + 1;
    end = last < axis.out ? last : axis.out;
  }

  // Goes on to the next cell, `cell`, without dividing.
  NNFIT_INLINE void advance(const PoolAxis& axis, std::int64_t cell) {
    const std::int64_t place = cell + axis.before;
    if (end < axis.out && end * axis.stride <= place) ++end;
    if (begin * axis.stride + axis.window <= place) ++begin;
  }
};

// Calls f(cell, n, row, column, rows, columns) for the image's cells [first, first + count): where it is, and the
// windows that it is in.
template <class F>
NNFIT_INLINE void for_each_cell(const PoolView& view, std::int64_t first, std::int64_t count, F f) {
  for_each_run(first, count, view.columns.in, [&](std::int64_t at, std::int64_t from, std::int64_t to) {
    const std::int64_t n = at / view.rows.in, row = at % view.rows.in;
    const Cover rows(view.rows, row);
    Cover columns(view.columns, from);
    for (std::int64_t column = from;;) {
      f(at * view.columns.in + column, n, row, column, rows, columns);
      if (++column == to) break;
      columns.advance(view.columns, column);
    }
  });
}

}  // namespace nnfit::NNFIT_ISA
