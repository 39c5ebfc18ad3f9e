#include "ops/strided_copy.h"

#include <algorithm>

#include "core/dtype.h"
#include "core/parallel.h"
#include "kernels/gather/gather.h"
#include "kernels/kernels.h"

namespace nnfit {

namespace {
constexpr std::int64_t tile_elements = 16384;
}  // namespace

StridedView StridedView::row_major(const Shape& shape) {
  StridedView view{0, shape};
  std::int64_t stride = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    view.strides[i] = stride;
    stride *= shape[i];
  }
  return view;
}

void copy_strided(std::size_t element_bytes, const Shape& extents, const void* src, const StridedView& from, void* dst,
                  const StridedView& to) {
  const std::int64_t size = extents.size();
  if (size == 0) return;
  const auto kernel = element_bytes == 1   ? kernels().gather->copy_strided[DType::uint8]
                      : element_bytes == 4 ? kernels().gather->copy_strided[DType::int32]
                                           : kernels().gather->copy_strided[DType::int64];
  const auto bytes = static_cast<std::int64_t>(element_bytes);
  const auto* source = static_cast<const std::byte*>(src) + from.offset * bytes;
  auto* target = static_cast<std::byte*>(dst) + to.offset * bytes;
  // Tiles are ranges of the first dimension that has more than one index.
  int outer = 0;
  while (outer < extents.rank() - 1 && extents[outer] == 1) ++outer;
  const std::int64_t rows = extents.rank() ? extents[outer] : 1;
  const std::int64_t tile_rows = std::clamp<std::int64_t>(tile_elements * rows / size, 1, rows);
  parallel_for((rows + tile_rows - 1) / tile_rows, static_cast<double>(size * bytes) / 8, [&](std::int64_t tile) {
    Shape part = extents;
    const std::int64_t first = tile * tile_rows;
    if (part.rank()) part[outer] = std::min(tile_rows, rows - first);
    const std::int64_t skip_from = part.rank() ? first * from.strides[outer] : 0;
    const std::int64_t skip_to = part.rank() ? first * to.strides[outer] : 0;
    kernel(part.rank(), part.begin(), source + skip_from * bytes, from.strides.begin(), target + skip_to * bytes,
           to.strides.begin());
  });
}

}  // namespace nnfit
