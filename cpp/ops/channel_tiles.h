// The cut of an array, seen as [rows, channels], into tiles for work whose results are by channel.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/parallel.h"

namespace nnfit {

// Few channels would leave most of a vector empty, so `fold` rows are taken as one row of fold * channels columns:
// column i is of channel i % channels. Rows that are left over make a last band of their own, unfolded.
struct ChannelTiles {
  std::int64_t rows, channels;
  std::int64_t fold = 1;
  std::int64_t bands;  // of up to band_rows folded rows, the last perhaps of what is left over

  static constexpr std::int64_t band_rows = 128, piece_columns = 512;

  ChannelTiles(std::int64_t rows_, std::int64_t channels_) : rows(rows_), channels(channels_) {
    if (channels > 0 && channels < 64)
      while (channels * fold < 64 || channels * fold % 16 != 0) ++fold;
    if (fold > rows) fold = 1;
    bands = (folded_rows() + band_rows - 1) / band_rows + (rows % fold != 0 ? 1 : 0);
  }

  std::int64_t folded_rows() const { return rows / fold; }
  std::int64_t columns() const { return channels * fold; }
  // What one row counts in a mean over all.
  double share() const { return 1.0 / static_cast<double>(std::max<std::int64_t>(1, rows)); }

  struct Band {
    std::int64_t first;  // element
    std::int64_t rows;   // folded ones, or with fold 1 those left over
    std::int64_t fold;
  };
  Band band(std::int64_t number) const {
    const std::int64_t row = number * band_rows;
    if (row < folded_rows()) return {row * columns(), std::min(band_rows, folded_rows() - row), fold};
    return {folded_rows() * columns(), rows % fold, 1};
  }

  // Calls f(number, band, column, count) for every band and every piece of its columns, at about `nanoseconds` an
  // element.
  template <class F>
  void for_each(double nanoseconds, F&& f) const {
    const std::int64_t pieces = (columns() + piece_columns - 1) / piece_columns;
    const double work = static_cast<double>(rows) * static_cast<double>(channels) * nanoseconds;
    parallel_for(bands * pieces, work, [&](std::int64_t tile) {
      const Band b = band(tile / pieces);
      const std::int64_t column = tile % pieces * piece_columns, end = channels * b.fold;
      if (column < end) f(tile / pieces, b, column, std::min(piece_columns, end - column));
    });
  }
};

}  // namespace nnfit
