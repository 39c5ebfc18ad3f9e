#include "ops/strided_copy.h"

#include <algorithm>
#include <cstdlib>

#include "core/dtype.h"
#include "core/parallel.h"
#include "kernels/gather/gather.h"
#include "kernels/kernels.h"

namespace nnfit {

namespace {

constexpr std::int64_t tile_elements = 16384;

struct Dimension {
  std::int64_t extent, from, to;
};

// The loops of a copy in the order that the kernel is fast at, as few as there can be.
struct Loops {
  Dimension dimensions[Shape::max_rank];
  int rank = 0;

  Loops(const Shape& extents, const StridedView& from, const StridedView& to) {
    for (int i = 0; i < extents.rank(); ++i)
      if (extents[i] != 1) dimensions[rank++] = {extents[i], from.strides[i], to.strides[i]};
    Dimension* const end = dimensions + rank;
    std::stable_sort(dimensions, end, [](const Dimension& a, const Dimension& b) {
      return std::abs(a.to) > std::abs(b.to);  // the target is written from front to back
    });
    merge();
    // For a transpose, the dimension that is contiguous in the source stands before the last.
    for (int i = 0; i + 2 < rank && std::abs(dimensions[rank - 1].from) != 1; ++i)
      if (dimensions[i].from == 1) std::rotate(dimensions + i, dimensions + i + 1, dimensions + rank - 1);
  }

  std::int64_t size() const {
    std::int64_t n = 1;
    for (int i = 0; i < rank; ++i) n *= dimensions[i].extent;
    return n;
  }

 private:
  // Makes one dimension of two where the outer goes on where the inner ends.
  void merge() {
    int kept = 0;
    for (int i = 0; i < rank; ++i) {
      const Dimension& inner = dimensions[i];
      Dimension* const outer = kept ? &dimensions[kept - 1] : nullptr;
      if (outer && outer->from == inner.from * inner.extent && outer->to == inner.to * inner.extent)
        *outer = {outer->extent * inner.extent, inner.from, inner.to};
      else
        dimensions[kept++] = inner;
    }
    rank = kept;
  }
};

auto kernel_of(std::size_t element_bytes) {
  const auto& kernels_by_dtype = kernels().gather->copy_strided;
  return element_bytes == 1   ? kernels_by_dtype[DType::uint8]
         : element_bytes == 4 ? kernels_by_dtype[DType::int32]
                              : kernels_by_dtype[DType::int64];
}

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
  const Loops loops(extents, from, to);
  const std::int64_t size = loops.size();
  if (size == 0) return;
  const auto bytes = static_cast<std::int64_t>(element_bytes);
  const auto* const source = static_cast<const std::byte*>(src) + from.offset * bytes;
  auto* const target = static_cast<std::byte*>(dst) + to.offset * bytes;
  const auto kernel = kernel_of(element_bytes);
  // Tiles are ranges of the longest dimension but the last, which is cut only if it is the only one. Whole multiples of
  // 64 keep a transpose's blocks together.
  int cut = 0;
  for (int i = 1; i + 1 < loops.rank; ++i)
    if (loops.dimensions[i].extent > loops.dimensions[cut].extent) cut = i;
  const Dimension whole = loops.rank ? loops.dimensions[cut] : Dimension{1, 0, 0};
  std::int64_t part = std::clamp<std::int64_t>(tile_elements * whole.extent / size, 1, whole.extent);
  if (part > 64) part = part / 64 * 64;
  parallel_for((whole.extent + part - 1) / part, static_cast<double>(size * bytes) / 8, [&](std::int64_t tile) {
    std::int64_t sizes[Shape::max_rank], from_strides[Shape::max_rank], to_strides[Shape::max_rank];
    for (int i = 0; i < loops.rank; ++i) {
      sizes[i] = loops.dimensions[i].extent;
      from_strides[i] = loops.dimensions[i].from;
      to_strides[i] = loops.dimensions[i].to;
    }
    const std::int64_t first = tile * part;
    sizes[cut] = std::min(part, whole.extent - first);
    kernel(loops.rank, sizes, source + first * whole.from * bytes, from_strides, target + first * whole.to * bytes,
           to_strides);
  });
}

}  // namespace nnfit
