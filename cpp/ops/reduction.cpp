#include "ops/reduction.h"

#include <algorithm>

#include "core/parallel.h"
#include "kernels/kernels.h"

namespace nnfit {

namespace {

constexpr std::int64_t tile_elements = 16384;

// Reduces a view, its outer and inner indices shared out in tiles.
void reduce_view(ReduceKernel kernel, const ReduceView& whole, std::size_t x_bytes, std::size_t y_bytes, const void* x,
                 void* y) {
  const auto at = [](const void* p, std::int64_t i, std::size_t bytes) {
    return static_cast<std::byte*>(const_cast<void*>(p)) + i * static_cast<std::int64_t>(bytes);
  };
  const double work = static_cast<double>(whole.outer * whole.reduced * whole.inner) * 0.3;
  const std::int64_t row = std::max<std::int64_t>(1, whole.reduced * whole.inner);
  if (whole.inner == 1 || whole.outer >= 16) {
    const std::int64_t rows = std::clamp<std::int64_t>(tile_elements / row, 1, std::max<std::int64_t>(1, whole.outer));
    parallel_for((whole.outer + rows - 1) / rows, work, [&](std::int64_t tile) {
      ReduceView part = whole;
      const std::int64_t first = tile * rows;
      part.outer = std::min(rows, whole.outer - first);
      kernel(part, at(x, first * whole.x_outer, x_bytes), at(y, first * whole.y_outer, y_bytes));
    });
    return;
  }
  constexpr std::int64_t columns = 256;
  const std::int64_t blocks = (whole.inner + columns - 1) / columns;
  parallel_for(whole.outer * blocks, work, [&](std::int64_t tile) {
    ReduceView part = whole;
    const std::int64_t o = tile / blocks, first = tile % blocks * columns;
    part.outer = 1;
    part.inner = std::min(columns, whole.inner - first);
    kernel(part, at(x, o * whole.x_outer + first, x_bytes), at(y, o * whole.y_outer + first, y_bytes));
  });
}

// The row that joins partial results of `row`.
Reduce joining_row(Reduce row) { return row == Reduce::sum_of_squares ? Reduce::sum : row; }

}  // namespace

std::vector<bool> reduced_axes(const char* op, const Attributes& attributes, int rank) {
  std::vector<bool> axes(static_cast<std::size_t>(rank), !attributes.has("axis"));
  if (!attributes.has("axis")) return axes;
  for (std::int64_t given : attributes.integers("axis")) {
    const auto axis = static_cast<std::size_t>(normalize_axis(op, given, rank));
    if (axes[axis]) throw ValueError(concat("[", op, "] expected different axes; got axis ", given, " twice."));
    axes[axis] = true;
  }
  return axes;
}

Shape reduced_shape(const Shape& shape, const std::vector<bool>& axes, bool keepdims) {
  Shape left;
  for (int i = 0; i < shape.rank(); ++i) {
    if (!axes[static_cast<std::size_t>(i)])
      left.push_back(shape[i]);
    else if (keepdims)
      left.push_back(1);
  }
  return left;
}

Reduction::Reduction(Reduce row, const Shape& shape, const std::vector<bool>& axes) {
  // Neighbouring axes of one kind are one; from the last group of reduced axes to the first, each is a step.
  std::vector<std::pair<std::int64_t, bool>> groups;
  for (int i = 0; i < shape.rank(); ++i) {
    const bool reduced = axes[static_cast<std::size_t>(i)];
    if (!groups.empty() && groups.back().second == reduced)
      groups.back().first *= shape[i];
    else
      groups.emplace_back(shape[i], reduced);
  }
  std::int64_t inner = 1;
  for (std::size_t g = groups.size(); g-- > 0;) {
    if (!groups[g].second) {
      inner *= groups[g].first;
      continue;
    }
    std::int64_t outer = 1;
    for (std::size_t k = 0; k < g; ++k) outer *= groups[k].first;
    steps_.push_back({steps_.empty() ? row : joining_row(row), outer, groups[g].first, inner, groups[g].first});
  }
  if (steps_.empty()) steps_.push_back({row, shape.size(), 1, 1, 1});
  for (Step& step : steps_) {
    const bool cut = step.row != Reduce::argmax && step.row != Reduce::argmin && step.reduced >= 2 * kReduceChunk &&
                     step.results() < 64;
    if (cut) step.chunk = kReduceChunk;
  }
}

std::size_t Reduction::scratch_bytes(DType result) const {
  std::int64_t elements = 0;
  for (const Step& step : steps_) elements += step.results() * (1 + (step.chunks() > 1 ? step.chunks() : 0));
  return static_cast<std::size_t>(elements) * size_of(result);
}

void Reduction::run(DType dtype, DType result, const void* x, void* y, std::byte* scratch, double scale) const {
  const ReduceTable& table = *kernels().reduce;
  const std::size_t y_bytes = size_of(result);
  for (std::size_t s = 0; s < steps_.size(); ++s) {
    const Step& step = steps_[s];
    const bool last = s + 1 == steps_.size();
    void* to = last ? y : scratch;
    if (!last) scratch += static_cast<std::size_t>(step.results()) * y_bytes;
    ReduceView view = ReduceView::contiguous(step.outer, step.reduced, step.inner);
    if (step.chunks() > 1) {
      // Each outer index is a call of its own: the chunks of all but the last are full.
      const std::int64_t chunks = step.chunks(), full = step.reduced / step.chunk;
      for (std::int64_t o = 0; o < step.outer; ++o) {
        const auto* from =
            static_cast<const std::byte*>(x) + static_cast<std::size_t>(o * view.x_outer) * size_of(dtype);
        std::byte* partial = scratch + static_cast<std::size_t>(o * chunks * step.inner) * y_bytes;
        const ReduceKernel kernel = table[step.row][dtype];
        reduce_view(kernel, ReduceView::contiguous(full, step.chunk, step.inner), size_of(dtype), y_bytes, from,
                    partial);
        if (full < chunks)
          reduce_view(kernel, ReduceView::contiguous(1, step.reduced - full * step.chunk, step.inner), size_of(dtype),
                      y_bytes, from + static_cast<std::size_t>(full * step.chunk * step.inner) * size_of(dtype),
                      partial + static_cast<std::size_t>(full * step.inner) * y_bytes);
      }
      view = ReduceView::contiguous(step.outer, chunks, step.inner);
      view.scale = last ? scale : 1;
      reduce_view(table[joining_row(step.row)][result], view, y_bytes, y_bytes, scratch, to);
      scratch += static_cast<std::size_t>(step.results() * chunks) * y_bytes;
    } else {
      view.scale = last ? scale : 1;
      reduce_view(table[step.row][dtype], view, size_of(dtype), y_bytes, x, to);
    }
    x = to;
    dtype = result;
  }
}

}  // namespace nnfit
