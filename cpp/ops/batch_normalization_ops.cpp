// normalize_batch(x, gamma, beta): normalisation by the mean and variance of each channel of x, its last axis, over all
// other axes, and its gradient, each in two passes over x; and normalize_channels, by given statistics, in one.
#include <array>
#include <cmath>

#include "kernels/kernels.h"
#include "kernels/normalization/normalization.h"
#include "ops/channel_tiles.h"
#include "ops/functions.h"
#include "ops/normalization.h"

namespace nnfit {

namespace {

using namespace normalization;
using functions::multiply;
using S = AttributeSchema;
using K = AttributeKind;

constexpr double nanoseconds_per_element = 0.2;

const NormalizationTable& table_in_use() { return *kernels().normalization; }

std::size_t aligned(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

ChannelTiles tiles_of(const Shape& x) { return {rows_of(x), channels_of(x)}; }

// Two numbers for each column of each band.
struct BandSums {
  double *first, *second;
  std::int64_t columns;

  BandSums(const ChannelTiles& tiles, std::byte* scratch)
      : first(reinterpret_cast<double*>(scratch)),
        second(first + tiles.bands * tiles.columns()),
        columns(tiles.columns()) {}
  static std::size_t bytes(const ChannelTiles& tiles) {
    return aligned(static_cast<std::size_t>(2 * tiles.bands * tiles.columns()) * sizeof(double));
  }
};

constexpr std::int64_t piece_of_channels = 32;

// Calls f(first, count) for pieces of the channels.
template <class F>
void for_channels(const ChannelTiles& tiles, F&& f) {
  constexpr std::int64_t piece = piece_of_channels;
  const double work = static_cast<double>(tiles.bands * tiles.columns()) * 4;
  parallel_for((tiles.channels + piece - 1) / piece, work,
               [&](std::int64_t i) { f(i * piece, std::min(piece, tiles.channels - i * piece)); });
}

// The moments of all bands merged in order (Chan et al., 1983): the mean, and the sum of squared deviations from it.
void merge_moments(const ChannelTiles& tiles, const BandSums& sums, std::int64_t first, std::int64_t count,
                   double* mean, double* squares) {
  double seen = 0;
  for (std::int64_t c = 0; c < count; ++c) mean[c] = squares[c] = 0;
  for (std::int64_t number = 0; number < tiles.bands; ++number) {
    const ChannelTiles::Band band = tiles.band(number);
    const auto n = static_cast<double>(band.rows);
    for (std::int64_t f = 0; f < band.fold; ++f) {
      const std::int64_t at = number * sums.columns + f * tiles.channels + first;
      const double share = n / (seen + n), weight = seen * share;
      for (std::int64_t c = 0; c < count; ++c) {
        const double delta = sums.first[at + c] - mean[c];
        mean[c] += delta * share;
        squares[c] += sums.second[at + c] + delta * delta * weight;
      }
      seen += n;
    }
  }
}

// `count` numbers of a channel each, `fold` times over.
template <class T>
struct Folded {
  T* data;
  const ChannelTiles& tiles;
  Folded(const ChannelTiles& t, std::byte*& scratch) : data(reinterpret_cast<T*>(scratch)), tiles(t) {
    scratch += bytes(t);
  }
  static std::size_t bytes(const ChannelTiles& t) { return aligned(static_cast<std::size_t>(t.columns()) * sizeof(T)); }
  void set(std::int64_t channel, T value) const {
    for (std::int64_t i = channel; i < tiles.columns(); i += tiles.channels) data[i] = value;
  }
};

// Of input `x`, with `parameters` folded arrays, and two sums for each column of each band if `sums`.
template <std::size_t x, std::size_t parameters, bool sums>
std::size_t scratch(const Attributes&, std::span<const Spec> in, std::span<const Spec>) {
  const ChannelTiles tiles = tiles_of(in[x].shape);
  const std::size_t folded = in[x].dtype == DType::float64 ? Folded<double>::bytes(tiles) : Folded<float>::bytes(tiles);
  return (sums ? BandSums::bytes(tiles) : 0) + parameters * folded;
}

template <class T>
void run_batch(const RunContext& c) {
  const ChannelTiles tiles = tiles_of(c.in_shape(0));
  std::byte* scratch = c.scratch;
  const BandSums sums(tiles, scratch);
  scratch += BandSums::bytes(tiles);
  const Folded<T> centre(tiles, scratch), scale(tiles, scratch), offset(tiles, scratch);
  const T *const x = c.in<T>(0), *const gamma = c.in<T>(1), *const beta = c.in<T>(2);
  const DType dtype = c.in_dtype(0);
  tiles.for_each(nanoseconds_per_element,
                 [&](std::int64_t number, const ChannelTiles::Band& band, std::int64_t column, std::int64_t count) {
                   const std::int64_t at = number * sums.columns + column;
                   table_in_use().channel_moments[dtype](band.rows, count, tiles.channels * band.fold,
                                                         x + band.first + column, sums.first + at, sums.second + at);
                 });
  const double epsilon = c.attributes.real("epsilon"), share = tiles.share();
  for_channels(tiles, [&](std::int64_t first, std::int64_t count) {
    std::array<double, piece_of_channels> mean, squares;
    merge_moments(tiles, sums, first, count, mean.data(), squares.data());
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t channel = first + i;
      const double variance = squares[static_cast<std::size_t>(i)] * share;
      c.out<T>(1)[channel] = static_cast<T>(mean[static_cast<std::size_t>(i)]);
      c.out<T>(2)[channel] = static_cast<T>(variance);
      centre.set(channel, c.out<T>(1)[channel]);
      scale.set(channel, static_cast<T>(static_cast<double>(gamma[channel]) / std::sqrt(variance + epsilon)));
      offset.set(channel, beta[channel]);
    }
  });
  tiles.for_each(nanoseconds_per_element, [&](std::int64_t, const ChannelTiles::Band& band, std::int64_t column,
                                              std::int64_t count) {
    table_in_use().normalize_channels[dtype](band.rows, count, tiles.channels * band.fold, x + band.first + column,
                                             centre.data + column, scale.data + column, offset.data + column,
                                             c.attributes.flag("relu"), c.out<T>(0) + band.first + column);
  });
}

// dx = gamma s (dy - mean(dy) - z mean(dy z)), s = 1 / sqrt(variance + epsilon), z = (x - mean) s.
template <class T>
void run_batch_gradient(const RunContext& c) {
  const ChannelTiles tiles = tiles_of(c.in_shape(1));
  std::byte* scratch = c.scratch;
  const BandSums sums(tiles, scratch);
  scratch += BandSums::bytes(tiles);
  const Folded<T> centre(tiles, scratch), dy_scale(tiles, scratch), x_scale(tiles, scratch), offset(tiles, scratch);
  const T *const dy = c.in<T>(0), *const x = c.in<T>(1), *const mean = c.in<T>(2), *const variance = c.in<T>(3);
  const T* const gamma = c.in<T>(4);
  const DType dtype = c.in_dtype(1);
  for (std::int64_t channel = 0; channel < tiles.channels; ++channel) centre.set(channel, mean[channel]);
  tiles.for_each(nanoseconds_per_element, [&](std::int64_t number, const ChannelTiles::Band& band, std::int64_t column,
                                              std::int64_t count) {
    const std::int64_t at = number * sums.columns + column, from = band.first + column;
    table_in_use().channel_gradient_sums[dtype](band.rows, count, tiles.channels * band.fold, dy + from, x + from,
                                                centre.data + column, sums.first + at, sums.second + at);
  });
  const double epsilon = c.attributes.real("epsilon"), share = tiles.share();
  for_channels(tiles, [&](std::int64_t first, std::int64_t count) {
    for (std::int64_t channel = first; channel < first + count; ++channel) {
      double sum = 0, product = 0;
      for (std::int64_t number = 0; number < tiles.bands; ++number)
        for (std::int64_t f = 0; f < tiles.band(number).fold; ++f) {
          const std::int64_t at = number * sums.columns + f * tiles.channels + channel;
          sum += sums.first[at];
          product += sums.second[at];
        }
      const double s = 1 / std::sqrt(static_cast<double>(variance[channel]) + epsilon);
      const double gs = static_cast<double>(gamma[channel]) * s;
      c.out<T>(1)[channel] = static_cast<T>(product * s);
      c.out<T>(2)[channel] = static_cast<T>(sum);
      dy_scale.set(channel, static_cast<T>(gs));
      x_scale.set(channel, static_cast<T>(-gs * s * s * product * share));
      offset.set(channel, static_cast<T>(-gs * sum * share));
    }
  });
  tiles.for_each(nanoseconds_per_element,
                 [&](std::int64_t, const ChannelTiles::Band& band, std::int64_t column, std::int64_t count) {
                   const std::int64_t from = band.first + column;
                   table_in_use().normalize_channels_gradient[dtype](
                       band.rows, count, tiles.channels * band.fold, dy + from, x + from, centre.data + column,
                       dy_scale.data + column, x_scale.data + column, offset.data + column, c.out<T>(0) + from);
                 });
}

std::vector<Spec> infer_channels_given(const Attributes&, std::span<const Spec> in) {
  expect_parameters("normalize_channels", in, 0, 1);
  return {in[0]};
}

template <class T>
void run_channels_given(const RunContext& c) {
  const ChannelTiles tiles = tiles_of(c.in_shape(0));
  std::byte* scratch = c.scratch;
  const Folded<T> centre(tiles, scratch), scale(tiles, scratch), offset(tiles, scratch);
  for (std::int64_t channel = 0; channel < tiles.channels; ++channel) {
    centre.set(channel, c.in<T>(1)[channel]);
    scale.set(channel, c.in<T>(2)[channel]);
    offset.set(channel, c.in<T>(3)[channel]);
  }
  tiles.for_each(nanoseconds_per_element,
                 [&](std::int64_t, const ChannelTiles::Band& band, std::int64_t column, std::int64_t count) {
                   const std::int64_t from = band.first + column;
                   table_in_use().normalize_channels[c.in_dtype(0)](
                       band.rows, count, tiles.channels * band.fold, c.in<T>(0) + from, centre.data + column,
                       scale.data + column, offset.data + column, c.attributes.flag("relu"), c.out<T>(0) + from);
                 });
}

// y = (x - mean) scale + offset
std::vector<Tensor> gradient_of_channels_given(const GradientContext& c) {
  expect_no_relu(c.attributes);
  const Tensor &dy = c.dout(), &x = c.in(0), &mean = c.in(1), &scale = c.in(2);
  Integers rows;
  for (int i = 0; i < x.shape().rank() - 1; ++i) rows.push_back(i);
  const Tensor sum = c.needed[1] || c.needed[3] ? functions::sum(dy, rows) : Tensor();
  std::vector<Tensor> gradients(4);
  if (c.needed[0]) gradients[0] = multiply(dy, scale);
  if (c.needed[1]) gradients[1] = functions::negative(multiply(sum, scale));
  if (c.needed[2]) gradients[2] = functions::sum(multiply(dy, functions::subtract(x, mean)), rows);
  if (c.needed[3]) gradients[3] = sum;
  return gradients;
}

}  // namespace

void register_batch_normalization_ops(OpTable& table) {
  const std::vector<S> epsilon = {S::with_default("epsilon", K::real, 1e-3)};
  const S relu = S::with_default("relu", K::boolean, false);  // set by graph/fuse_normalization_relu.cpp
  table.add({.name = name_of(Along::channels),
             .attributes = {epsilon[0], relu},
             .min_inputs = 3,
             .max_inputs = 3,
             .infer = infer<Along::channels>,
             .run = by_dtype<run_batch<float>, run_batch<double>>,
             .gradient = gradient<Along::channels>,
             .promotion = Promotion::common_float,
             .reuse = Reuse::chosen,
             .may_reuse = over_first,
             .scratch = scratch<0, 3, true>});
  table.add({.name = gradient_name_of(Along::channels),
             .attributes = epsilon,
             .min_inputs = 5,
             .max_inputs = 5,
             .infer = infer_gradient<Along::channels>,
             .run = by_dtype<run_batch_gradient<float>, run_batch_gradient<double>>,
             .gradient = gradient_of_gradient<Along::channels>,
             .promotion = Promotion::common_float,
             .reuse = Reuse::chosen,
             .may_reuse = over_first,
             .scratch = scratch<1, 4, true>});
  table.add({.name = "normalize_channels",
             .attributes = {relu},
             .min_inputs = 4,
             .max_inputs = 4,
             .infer = infer_channels_given,
             .run = by_dtype<run_channels_given<float>, run_channels_given<double>>,
             .gradient = gradient_of_channels_given,
             .promotion = Promotion::common_float,
             .reuse = Reuse::chosen,
             .may_reuse = over_first,
             .scratch = scratch<0, 3, false>});
}

}  // namespace nnfit
