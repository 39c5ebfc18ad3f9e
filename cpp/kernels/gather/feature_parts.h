// Long rows in parts: the features of the first part of all rows, row after row, then those of the next. Threads that
// work on features of their own then have lines of memory of their own. Where they share rows, the processor fetches
// what follows in a row for one thread from under the hands of the other.
#pragma once

#include <cstdint>

namespace nnfit {

// The first feature of a part, of `parts`; that of part `parts` is `features`. Part p begins at element
// part_stride(...) * part_begin(...) and has part_begin(p + 1) - part_begin(p) features a row.
constexpr std::int64_t part_begin(std::int64_t features, std::int64_t parts, std::int64_t part) {
  return features * part / parts;
}

// The rows from a part to the next, of `parts`. Between parts lie some rows of nothing: for who walks down a column,
// the processor fetches tens of rows beyond the last.
constexpr std::int64_t part_stride(std::int64_t rows, std::int64_t parts) {
  constexpr std::int64_t most_between = 64;
  return parts == 1 ? rows : rows + (rows < most_between ? rows : most_between);
}

}  // namespace nnfit
