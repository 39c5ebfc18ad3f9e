// The cut of an array's rows into tiles: as many rows as make a worthwhile piece of work.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/parallel.h"

namespace nnfit {

// Calls f(first, count) for tiles of the rows in [0, rows), `elements` in each, at about `nanoseconds` an element.
template <class F>
void for_row_tiles(std::int64_t rows, std::int64_t elements, double nanoseconds, F&& f) {
  constexpr std::int64_t tile_elements = 8192;
  const std::int64_t per_tile = std::max<std::int64_t>(1, tile_elements / std::max<std::int64_t>(1, elements));
  const double work = static_cast<double>(rows) * static_cast<double>(elements) * nanoseconds;
  parallel_for((rows + per_tile - 1) / per_tile, work, [&](std::int64_t tile) {
    const std::int64_t first = tile * per_tile;
    f(first, std::min(per_tile, rows - first));
  });
}

}  // namespace nnfit
