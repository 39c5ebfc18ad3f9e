// The strided copy: all that permutes, slices, joins, repeats or fills without arithmetic.
#include "kernels/gather/gather.h"
#include "kernels/rows.h"
#include "simd/vec.h"

namespace nnfit::NNFIT_ISA {
namespace {

// Of two rows of a square, `distance` apart, one step of transposing by halves: lanes l with bit `distance` clear keep
// their place in a and take from a[l + distance] in b, the others come from b.
template <int distance, bool upper, class V>
NNFIT_INLINE V exchange(V a, V b) {
  constexpr int width = sizeof(V) / sizeof(a[0]);
#define NNFIT_LANE(l) ((l)&distance ? width + (upper ? (l) : (l)-distance) : (upper ? (l) + distance : (l)))
#if defined(__clang__)
#define NNFIT_SHUFFLE(...) return __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define NNFIT_SHUFFLE(...) return __builtin_shuffle(a, b, decltype(a < b){__VA_ARGS__})
#endif
  if constexpr (width == 2)
    NNFIT_SHUFFLE(NNFIT_LANE(0), NNFIT_LANE(1));
  else if constexpr (width == 4)
    NNFIT_SHUFFLE(NNFIT_LANE(0), NNFIT_LANE(1), NNFIT_LANE(2), NNFIT_LANE(3));
  else if constexpr (width == 8)
    NNFIT_SHUFFLE(NNFIT_LANE(0), NNFIT_LANE(1), NNFIT_LANE(2), NNFIT_LANE(3), NNFIT_LANE(4), NNFIT_LANE(5),
                  NNFIT_LANE(6), NNFIT_LANE(7));
  else
    NNFIT_SHUFFLE(NNFIT_LANE(0), NNFIT_LANE(1), NNFIT_LANE(2), NNFIT_LANE(3), NNFIT_LANE(4), NNFIT_LANE(5),
                  NNFIT_LANE(6), NNFIT_LANE(7), NNFIT_LANE(8), NNFIT_LANE(9), NNFIT_LANE(10), NNFIT_LANE(11),
                  NNFIT_LANE(12), NNFIT_LANE(13), NNFIT_LANE(14), NNFIT_LANE(15));
#undef NNFIT_SHUFFLE
#undef NNFIT_LANE
}

template <int distance, class T>
NNFIT_INLINE void transpose_square(vec<T>* rows) {
  constexpr int width = Vec<T>::width;
  for (int i = 0; i < width; ++i) {
    if (i & distance) continue;
    const vec<T> a = rows[i], b = rows[i + distance];
    rows[i] = exchange<distance, false>(a, b);
    rows[i + distance] = exchange<distance, true>(a, b);
  }
  if constexpr (distance > 1) transpose_square<distance / 2, T>(rows);
}

// dst[r, c] = src[r, c] where src is contiguous along r and dst along c: src[r + c * src_stride], dst[r * dst_stride +
// c].
template <class T>
void transpose_tile(std::int64_t rows, std::int64_t columns, const T* src, std::int64_t src_stride, T* dst,
                    std::int64_t dst_stride) {
  if constexpr (sizeof(T) >= 4) {
    constexpr int width = Vec<T>::width;
    if (rows == width && columns == width) {
      vec<T> square[width];
#pragma GCC unroll 16
      for (int c = 0; c < width; ++c) square[c] = load(src + c * src_stride);
      transpose_square<width / 2, T>(square);
#pragma GCC unroll 16
      for (int r = 0; r < width; ++r) store(dst + r * dst_stride, square[r]);
      return;
    }
  }
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < columns; ++c) dst[r * dst_stride + c] = src[r + c * src_stride];
}

// Squares of registers in blocks that keep their cache lines and pages at hand.
template <class T>
void transpose(std::int64_t rows, std::int64_t columns, const T* src, std::int64_t src_stride, T* dst,
               std::int64_t dst_stride) {
  constexpr std::int64_t block = 64, tile = sizeof(T) >= 4 ? Vec<T>::width : 16;
  for (std::int64_t rb = 0; rb < rows; rb += block)
    for (std::int64_t cb = 0; cb < columns; cb += block)
      for (std::int64_t r = rb; r < rows && r < rb + block; r += tile)
        for (std::int64_t c = cb; c < columns && c < cb + block; c += tile)
          transpose_tile(rows - r < tile ? rows - r : tile, columns - c < tile ? columns - c : tile,
                         src + r + c * src_stride, src_stride, dst + r * dst_stride + c, dst_stride);
}

struct Stride {
  std::int64_t src, dst;
};

template <class T>
NNFIT_INLINE void copy_line(std::int64_t n, const T* src, T* dst, Stride stride) {
  if (stride.src == 1 && stride.dst == 1) {
    if (n * sizeof(T) >= 256) {
      __builtin_memcpy(dst, src, n * sizeof(T));
      return;
    }
    for (std::int64_t i = 0; i < n; ++i) dst[i] = src[i];
  } else if (stride.src == 0 && stride.dst == 1) {
    const T value = *src;
    for (std::int64_t i = 0; i < n; ++i) dst[i] = value;
  } else {
    for (std::int64_t i = 0; i < n; ++i) dst[i * stride.dst] = src[i * stride.src];
  }
}

template <class T>
void copy_matrix(std::int64_t rows, std::int64_t columns, const T* src, T* dst, Stride row, Stride column) {
  if (row.src == 1 && column.dst == 1 && column.src != 1) {
    transpose(rows, columns, src, column.src, dst, row.dst);
  } else if (row.dst == 1 && column.src == 1 && column.dst != 1) {
    transpose(columns, rows, src, row.src, dst, column.dst);
  } else {
    for (std::int64_t r = 0; r < rows; ++r) copy_line(columns, src + r * row.src, dst + r * row.dst, column);
  }
}

}  // namespace

template <class T>
void copy_strided(int rank, const std::int64_t* extents, const void* src, const std::int64_t* src_strides, void* dst,
                  const std::int64_t* dst_strides) {
  for (int d = 0; d < rank; ++d)
    if (extents[d] == 0) return;
  const auto extent = [&](int d) { return d < 0 ? 1 : extents[d]; };
  const auto stride = [&](int d) { return d < 0 ? Stride{0, 0} : Stride{src_strides[d], dst_strides[d]}; };
  std::int64_t index[8] = {};  // of the dimensions before the last two
  Stride at = {0, 0};
  for (;;) {
    copy_matrix(extent(rank - 2), extent(rank - 1), static_cast<const T*>(src) + at.src, static_cast<T*>(dst) + at.dst,
                stride(rank - 2), stride(rank - 1));
    int d = rank - 3;
    for (; d >= 0; --d) {
      at.src += src_strides[d];
      at.dst += dst_strides[d];
      if (++index[d] < extents[d]) break;
      at.src -= src_strides[d] * extents[d];
      at.dst -= dst_strides[d] * extents[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

NNFIT_MAKE_BY_SIZE(copy_strided)

}  // namespace nnfit::NNFIT_ISA
