// Copies of the part of an image that some outputs read, with zeros where they read outside it.
#pragma once

#include "kernels/conv/taps.h"
#include "simd/vec.h"

namespace nnfit::NNFIT_ISA {

template <class T>
NNFIT_INLINE void copy_elements(T* to, const T* from, int64_t n) {
  constexpr int width = Vec<T>::width;
  int64_t i = 0;
  for (; i + width <= n; i += width) store<T>(to + i, load<T>(from + i));
  if (i < n) store_partial<T>(to + i, load_partial<T>(from + i, int(n - i)), int(n - i));
}

template <class T>
NNFIT_INLINE void zero_elements(T* to, int64_t n) {
  constexpr int width = Vec<T>::width;
  int64_t i = 0;
  for (; i + width <= n; i += width) store<T>(to + i, vec<T>{});
  if (i < n) store_partial<T>(to + i, vec<T>{}, int(n - i));
}

// The elements [begin, begin + size) of an axis of `in` elements: [0, before) and [after, size) lie outside.
struct Span {
  int64_t begin, size, before, after;

  Span(int64_t begin_, int64_t size_, int64_t in) : begin(begin_), size(size_) {
    before = begin < 0 ? (-begin < size ? -begin : size) : 0;
    after = in - begin < size ? (in - begin > before ? in - begin : before) : size;
  }
};

// Each of n elements `times` times in turn.
template <class T>
void repeat_elements(T* to, const T* from, int64_t n, int64_t times) {
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < times; ++j) to[i * times + j] = from[i];
}

// to[row][column][channel] = image[rows.begin + row][columns.begin + column][channel] for the first `channels` of the
// pixels of the image, which are `pixel` elements apart and `line` elements a row; each channel `times` times in turn.
template <class T>
void copy_window(const T* image, int64_t line, int64_t pixel, int64_t channels, const Span& rows, const Span& columns,
                 T* to, int64_t times = 1) {
  const int64_t element = channels * times, width = columns.size * element;
  for (int64_t r = 0; r < rows.size; ++r, to += width) {
    if (r < rows.before || r >= rows.after) {
      zero_elements(to, width);
      continue;
    }
    const T* from = image + (rows.begin + r) * line + (columns.begin + columns.before) * pixel;
    const int64_t inside = columns.after - columns.before;
    zero_elements(to, columns.before * element);
    T* const middle = to + columns.before * element;
    if (times > 1)
      for (int64_t c = 0; c < inside; ++c) repeat_elements(middle + c * element, from + c * pixel, channels, times);
    else if (pixel == channels)
      copy_elements(middle, from, inside * channels);
    else
      for (int64_t c = 0; c < inside; ++c) copy_elements(middle + c * channels, from + c * pixel, channels);
    zero_elements(to + columns.after * element, (columns.size - columns.after) * element);
  }
}

}  // namespace nnfit::NNFIT_ISA
