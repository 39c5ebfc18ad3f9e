// What depthwise convolutions read: which taps of which outputs lie inside the image. Outputs at its edge are taken one
// by one, with the taps inside, so that nothing is copied. Only where a channel of X has several of Y, X is copied with
// each channel repeated and zeros around.
#pragma once

#include "kernels/conv/depthwise_tile.h"
#include "kernels/conv/direct.h"

namespace nnfit::NNFIT_ISA {

// Channels of Y that are passed at a time: the rows of the image that meet the taps wait in a near cache.
template <class T>
int64_t depthwise_channels(const ConvProblem& p) {
  const int64_t all = p.groups * p.oc, width = p.pass == ConvPass::input_gradient ? p.w.out : p.w.in;
  const int64_t parts = ceil_div(p.h.taps * width * all * int64_t(sizeof(T)), kWindowBytes);
  if (p.oc > 1 || parts <= 1) return all;
  return round_up(ceil_div(all, parts), 1024 / int64_t(sizeof(T)));
}

// Some elements of an axis, of its taps or its outputs.
struct Range {
  int64_t begin, end;
  Range(int64_t begin_, int64_t end_) : begin(begin_ < end_ ? begin_ : 0), end(begin_ < end_ ? end_ : 0) {}
};

// The taps by which output q reads inside.
inline Range taps_inside(const Taps& taps, int64_t q) {
  const int64_t at = q * taps.stride + taps.offset;
  return {at < 0 ? ceil_div(-at, taps.spacing) : 0,
          at < taps.in ? least((taps.in - 1 - at) / taps.spacing + 1, taps.count) : 0};
}

// The outputs whose taps all read inside.
inline Range outputs_inside(const Taps& taps) {
  const int64_t room = taps.in - taps.high(1);  // behind the last tap of output 0
  return {taps.offset < 0 ? ceil_div(-taps.offset, taps.stride) : 0,
          room < 0 ? 0 : least(room / taps.stride + 1, taps.outputs)};
}

// What the outputs of some rows of an image read, for one remainder along each axis.
template <class T>
struct DepthwiseSource {
  const ConvProblem& p;
  const T* x;        // an image, or its copy
  Taps h, w;         // of x
  int64_t row;       // the first one of the outputs
  int64_t channels;  // of Y, and of x

  DepthwiseSource(const ConvPlan& plan, const T* images, const TapGrid& grid, int64_t image, int64_t row_, int64_t rows,
                  T* window)
      : p(plan.problem), h(grid.h), w(grid.w), row(row_), channels(p.groups * p.oc) {
    x = images + image * h.in * w.in * (plan.windows ? p.groups : channels);
    if (!plan.windows) return;
    const Span down(row * h.stride + h.offset, h.extent(rows), h.in), across(w.offset, w.extent(w.outputs), w.in);
    copy_window(x, w.in * p.groups, p.groups, p.groups, down, across, window, p.oc);
    x = window, row = 0;
    h.offset = w.offset = 0, h.in = down.size, w.in = across.size;
  }

  // Sets the taps of output row number row + r, and calls f(where the first tap of the first output reads in x, that
  // tap's place in the kernel, first output, their number) for parts of the row with the same taps.
  template <class F>
  void for_each_part(int64_t r, DepthwiseTaps& t, F&& f) const {
    const Range down = taps_inside(h, row + r), all = outputs_inside(w);
    t.rows = down.end - down.begin;
    t.x_row = h.spacing * w.in * channels, t.x_column = w.spacing * channels, t.x_pixel = w.stride * channels;
    t.ahead = t.rows * t.x_row;
    t.w_row = h.tap_step * p.w.taps * channels, t.w_column = w.tap_step * channels;
    const int64_t y = (row + r) * h.stride + h.offset + down.begin * h.spacing;
    const int64_t tap_row = (h.tap + down.begin * h.tap_step) * p.w.taps;
    const auto part = [&](int64_t q, int64_t outputs, const Range& across) {
      t.columns = across.end - across.begin;
      f((y * w.in + q * w.stride + w.offset + across.begin * w.spacing) * channels,
        (tap_row + w.tap + across.begin * w.tap_step) * channels, q, outputs);
    };
    for (int64_t q = 0; q < all.begin; ++q) part(q, 1, taps_inside(w, q));
    for (int64_t q = all.begin; q < all.end; q += kDepthwisePixels)
      part(q, least(all.end - q, kDepthwisePixels), {0, w.count});
    for (int64_t q = all.end; q < w.outputs; ++q) part(q, 1, taps_inside(w, q));
  }
};

}  // namespace nnfit::NNFIT_ISA
