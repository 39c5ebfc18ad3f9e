// Rows by index, cast on the way: how a batch is read from the user's array.
#include "kernels/gather/gather.h"
#include "kernels/rows.h"
#include "simd/convert.h"

namespace nnfit::NNFIT_ISA {
namespace {

template <class S>
NNFIT_INLINE S read(const char* p) {  // rows need not be aligned
  S x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}

template <>
NNFIT_INLINE bool read<bool>(const char* p) {  // a byte that is neither 0 nor 1 is no bool
  return *p != 0;
}

template <class S, class T>
NNFIT_INLINE void cast_row(std::int64_t columns, const char* src, T* __restrict__ dst) {
  if constexpr (__is_same(S, T) && !__is_same(S, bool))
    __builtin_memcpy(dst, src, columns * sizeof(T));
  else
    for (std::int64_t c = 0; c < columns; ++c) dst[c] = convert<T>(read<S>(src + c * std::int64_t(sizeof(S))));
}

constexpr std::int64_t kLine = 64;
// How far ahead of the copy, in bytes, rows are fetched; and how much of a row: what follows the start of a long row
// comes by the processor's own prefetching.
constexpr std::int64_t kAhead = 8192;

NNFIT_INLINE void fetch(const char* row, std::int64_t bytes) {
  const std::int64_t end = bytes < kAhead ? bytes : kAhead;
  for (std::int64_t i = 0; i < end; i += kLine) __builtin_prefetch(row + i);
  __builtin_prefetch(row + end - 1);  // the row may begin within a line
}

}  // namespace

template <class S, class T>
void gather_rows(std::int64_t rows, std::int64_t columns, const void* src, std::int64_t src_stride_bytes,
                 const std::int64_t* index, void* dst, std::int64_t dst_stride) {
  const char* const from = static_cast<const char*>(src);
  T* const to = static_cast<T*>(dst);
  const auto row = [&](std::int64_t r) { return from + (index ? index[r] : r) * src_stride_bytes; };
  if (columns == 1) {
    for (std::int64_t r = 0; r < rows; ++r) to[r * dst_stride] = convert<T>(read<S>(row(r)));
    return;
  }
  if (columns == 0) return;
  const std::int64_t bytes = columns * std::int64_t(sizeof(S));
  const std::int64_t ahead = bytes >= kAhead ? 1 : bytes * 16 <= kAhead ? 16 : kAhead / bytes;
  for (std::int64_t r = 0; r < ahead && r < rows; ++r) fetch(row(r), bytes);
  for (std::int64_t r = 0; r < rows; ++r) {
    if (r + ahead < rows) fetch(row(r + ahead), bytes);
    cast_row<S>(columns, row(r), to + r * dst_stride);
  }
}

#define NNFIT_FROM(source, S)                                                   \
  template decltype(gather_rows<S, bool>) gather_rows<S, bool>;                 \
  template decltype(gather_rows<S, std::uint8_t>) gather_rows<S, std::uint8_t>; \
  template decltype(gather_rows<S, std::int32_t>) gather_rows<S, std::int32_t>; \
  template decltype(gather_rows<S, std::int64_t>) gather_rows<S, std::int64_t>; \
  template decltype(gather_rows<S, float>) gather_rows<S, float>;               \
  template decltype(gather_rows<S, double>) gather_rows<S, double>;
NNFIT_FOR_EACH_SOURCE(NNFIT_FROM)

}  // namespace nnfit::NNFIT_ISA
