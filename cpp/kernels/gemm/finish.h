// The part of the epilogue that is a pass over finished elements of C, while they are in cache: every activation but
// relu, which the tile does in registers, and all of it where there is no tile.
#pragma once

#include "kernels/gemm/gemm.h"
#include "kernels/gemm/tile.h"

namespace nnfit::NNFIT_ISA {

template <class T>
struct Finish {
  const T* bias;  // null for none
  const T* gate;  // null for none
  int64_t gate_m;
  GemmActivation activation;
  T alpha;

  bool needed() const { return bias || gate || activation != GemmActivation::none; }
};

template <GemmActivation activation, class T>
NNFIT_INLINE vec<T> activate(vec<T> x, T alpha) {
  if constexpr (activation == GemmActivation::relu)
    return larger<T>(vec<T>{}, x);
  else if constexpr (activation == GemmActivation::leaky_relu)
    return vec<T>{} > x ? x * splat<T>(alpha) : x;
  else
    return x;
}

// bias_step 1: a bias for each column; 0: one for all.
template <GemmActivation activation, class T>
void finish_rows(const Finish<T>& f, int bias_step, T* c, int64_t c_m, int64_t m, int64_t n) {
  constexpr int width = Vec<T>::width;
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; j += width) {
      const int count = n - j < width ? int(n - j) : width;
      T* at = c + i * c_m + j;
      vec<T> x = load_up_to<T>(at, count);
      if (f.bias) x += bias_step ? load_up_to<T>(f.bias + j, count) : splat<T>(*f.bias);
      x = activate<activation, T>(x, f.alpha);
      if (f.gate) x = load_up_to<T>(f.gate + i * f.gate_m + j, count) > vec<T>{} ? x : vec<T>{};
      store_up_to<T>(at, x, count);
    }
}

template <class T>
void finish_block(const Finish<T>& f, int bias_step, T* c, int64_t c_m, int64_t m, int64_t n) {
  switch (f.activation) {
    case GemmActivation::relu:
      return finish_rows<GemmActivation::relu>(f, bias_step, c, c_m, m, n);
    case GemmActivation::leaky_relu:
      return finish_rows<GemmActivation::leaky_relu>(f, bias_step, c, c_m, m, n);
    default:
      return finish_rows<GemmActivation::none>(f, bias_step, c, c_m, m, n);
  }
}

}  // namespace nnfit::NNFIT_ISA
