// Which elements of an axis each output reads.
//
// Forward, the outputs of an axis are one arithmetic progression, and so are the taps of each. In the input gradient,
// outputs with the same remainder by the stride read dY by the same taps, every element in turn: each remainder is a
// convolution of stride 1 of its own, with the taps that meet it, the last one first.
#pragma once

#include "kernels/conv/conv.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

constexpr int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

struct Taps {
  int64_t outputs, first, step;                // output j is element first + j * step of the result's axis
  int64_t in, stride, offset, spacing, count;  // it reads in[j * stride + offset + i * spacing] by its tap i
  int64_t tap, tap_step;                       // which is tap + i * tap_step of the kernel
  int64_t slot;                                // and stands at slot + i among the packed taps

  int64_t low() const { return offset; }
  // One more than the last element that the outputs before `end` read.
  int64_t high(int64_t end) const { return (end - 1) * stride + offset + (count - 1) * spacing + 1; }
  // How many elements n outputs read.
  int64_t extent(int64_t n) const { return count && n ? (n - 1) * stride + (count - 1) * spacing + 1 : 0; }
  bool inside() const { return !count || !outputs || (low() >= 0 && high(outputs) <= in); }
};

constexpr int64_t remainders(const ConvAxis& axis, ConvPass pass) {
  return pass == ConvPass::input_gradient ? axis.stride : 1;
}

// The elements that tap t of the input gradient lies before output r of remainder r; a multiple of the stride if it
// meets it.
constexpr int64_t lead(const ConvAxis& axis, int64_t r, int64_t t) { return r + axis.pad - t * axis.dilation; }

inline Taps taps_of(const ConvAxis& axis, ConvPass pass, int64_t remainder) {
  Taps taps{};
  if (pass != ConvPass::input_gradient) {
    taps.outputs = axis.out, taps.step = 1;
    taps.in = axis.in, taps.stride = axis.stride, taps.offset = -axis.pad, taps.spacing = axis.dilation;
    taps.count = axis.taps, taps.tap_step = 1;
    return taps;
  }
  taps.outputs = axis.in > remainder ? (axis.in - remainder - 1) / axis.stride + 1 : 0;
  taps.first = remainder, taps.step = axis.stride;
  taps.in = axis.out, taps.stride = 1;
  for (int64_t r = 0; r <= remainder; ++r) {
    taps.slot += taps.count;
    taps.count = 0, taps.tap_step = -1;
    for (int64_t t = 0; t < axis.taps; ++t) {
      if (lead(axis, r, t) % axis.stride != 0) continue;
      if (taps.count == 1) taps.tap_step = taps.tap - t;
      taps.tap = t;
      ++taps.count;
    }
  }
  if (taps.count) taps.offset = lead(axis, remainder, taps.tap) / axis.stride;
  taps.spacing = taps.count > 1 ? -taps.tap_step * axis.dilation / axis.stride : 1;
  return taps;
}

}  // namespace nnfit::NNFIT_ISA
