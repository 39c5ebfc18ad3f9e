// The kernel packed for the direct method: for each group, one panel of the result's channels after another, each as
// a matrix (taps, channels that are summed, panel).
#pragma once

#include "kernels/conv/taps.h"
#include "kernels/gemm/pack.h"

namespace nnfit::NNFIT_ISA {

// The result's channels of one group in nearly equal panels, whole vectors each.
template <class T>
struct Panels {
  static constexpr int64_t kWidth = Vec<T>::width;
  int64_t channels;
  Split split;

  explicit Panels(int64_t channels_)
      : channels(channels_), split(Split::at_most(channels_ ? ceil_div(channels_, kWidth) : 1, kTileVectors)) {}
  int64_t count() const { return split.parts; }
  int64_t begin(int64_t i) const { return split.begin(i) * kWidth; }
  int64_t padded(int64_t i) const { return split.size(i) * kWidth; }
  int64_t size(int64_t i) const { return begin(i) + padded(i) < channels ? padded(i) : channels - begin(i); }
  int64_t padded() const { return round_up(channels, kWidth); }
};

template <class T>
struct Weights {
  const ConvProblem& p;
  bool forward;
  int64_t n, k, taps;  // the result's channels and those that are summed, of one group
  Panels<T> panels;

  explicit Weights(const ConvProblem& p_)
      : p(p_),
        forward(p_.pass == ConvPass::forward),
        n(forward ? p_.oc : p_.ic),
        k(forward ? p_.ic : p_.oc),
        taps(p_.h.taps * p_.w.taps),
        panels(n) {}

  int64_t elements() const { return p.groups * taps * k * panels.padded(); }
  int64_t panel(int64_t group, int64_t i) const { return (group * panels.padded() + panels.begin(i)) * taps * k; }

  // One task for each group, panel and row of taps.
  int64_t tasks() const { return p.groups * panels.count() * p.h.taps; }

  void pack(const T* kernel, int64_t task, T* packed) const {
    const int64_t row = task % p.h.taps, i = task / p.h.taps % panels.count(), g = task / p.h.taps / panels.count();
    const int64_t total = p.groups * p.oc;
    const bool streamed = std::size_t(elements()) * sizeof(T) >= kStreamedBytes;
    const auto pack = streamed ? pack_panel<T, true> : pack_panel<T, false>;
    for (int64_t a = 0, slot = 0; a < remainders(p.h, p.pass); ++a) {
      const Taps h = taps_of(p.h, p.pass, a);
      for (int64_t s = 0; s < h.count; ++s, ++slot)
        if (slot == row)
          for (int64_t b = 0; b < remainders(p.w, p.pass); ++b) {
            const Taps w = taps_of(p.w, p.pass, b);
            for (int64_t t = 0; t < w.count; ++t) {
              const int64_t tap = (h.tap + s * h.tap_step) * p.w.taps + w.tap + t * w.tap_step;
              const T* from = kernel + tap * p.ic * total + g * p.oc + panels.begin(i) * (forward ? 1 : total);
              T* to = packed + panel(g, i) + (row * p.w.taps + w.slot + t) * k * panels.padded(i);
              pack(from, forward ? total : 1, forward ? 1 : total, to, panels.padded(i), k, panels.size(i));
            }
          }
    }
    stream_fence();
  }
};

}  // namespace nnfit::NNFIT_ISA
