// Indices, and the kernels that scatter by them or take one element for each.
#include "kernels/gather/gather.h"
#include "kernels/rows.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {
namespace {

NNFIT_INLINE float add(float a, float b) { return a + b; }
NNFIT_INLINE double add(double a, double b) { return a + b; }

// Integers wrap around.
template <class T>
NNFIT_INLINE T add(T a, T b) {
  return T(std::uint64_t(a) + std::uint64_t(b));
}

}  // namespace

template <class T>
std::int64_t resolve_indices(std::int64_t count, std::int64_t extent, bool wrap, const void* index, std::int64_t* out) {
  const T* const given = static_cast<const T*>(index);
  const std::int64_t shift = wrap ? extent : 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t x = std::int64_t(given[i]);
    const std::int64_t resolved = x < 0 ? x + shift : x;
    if (resolved < 0 || resolved >= extent) return i;
    out[i] = resolved;
  }
  return -1;
}

template <class T>
void scatter_add_rows(std::int64_t rows, std::int64_t columns, const std::int64_t* index, const void* src,
                      std::int64_t src_stride, void* dst, std::int64_t dst_stride) {
  const T* __restrict__ from = static_cast<const T*>(src);
  for (std::int64_t r = 0; r < rows; ++r, from += src_stride) {
    T* __restrict__ to = static_cast<T*>(dst) + index[r] * dst_stride;
    for (std::int64_t c = 0; c < columns; ++c) to[c] = add(to[c], from[c]);
  }
}

template <class T>
void take_along(std::int64_t m, std::int64_t inner, const std::int64_t* index, const void* src, void* dst) {
  const T* const from = static_cast<const T*>(src);
  T* to = static_cast<T*>(dst);
  for (std::int64_t i = 0; i < m; ++i, index += inner, to += inner)
    for (std::int64_t c = 0; c < inner; ++c) to[c] = from[index[c] * inner + c];
}

template <class T>
void scatter_add_along(std::int64_t m, std::int64_t inner, const std::int64_t* index, const void* src, void* dst) {
  const T* from = static_cast<const T*>(src);
  T* const to = static_cast<T*>(dst);
  for (std::int64_t i = 0; i < m; ++i, index += inner, from += inner)
    for (std::int64_t c = 0; c < inner; ++c) {
      T& sum = to[index[c] * inner + c];
      sum = add(sum, from[c]);
    }
}

template <class T>
void one_hot(std::int64_t rows, std::int64_t depth, const std::int64_t* index, const void* on, const void* off,
             void* dst) {
  T one, zero;
  __builtin_memcpy(&one, on, sizeof one);
  __builtin_memcpy(&zero, off, sizeof zero);
  T* const to = static_cast<T*>(dst);
  for (std::int64_t i = 0; i < rows * depth; ++i) to[i] = zero;
  for (std::int64_t r = 0; r < rows; ++r)
    if (index[r] >= 0 && index[r] < depth) to[r * depth + index[r]] = one;
}

NNFIT_MAKE_INTEGER(resolve_indices)
NNFIT_MAKE_NUMBER(scatter_add_rows)
NNFIT_MAKE_BY_SIZE(take_along)
NNFIT_MAKE_NUMBER(scatter_add_along)
NNFIT_MAKE_BY_SIZE(one_hot)

}  // namespace nnfit::NNFIT_ISA
