// The part of the epilogue that is a pass over finished elements of C, while they are in cache: every activation but
// relu, which the tile does in registers, and all of it where there is no tile.
#pragma once

#include "kernels/gemm/gemm.h"
#include "kernels/gemm/tile.h"
#include "simd/activation.h"

namespace nnfit::NNFIT_ISA {

// Whether the epilogue needs a pass of its own after the tiles.
constexpr bool needs_pass(GemmActivation activation) {
  return activation != GemmActivation::none && activation != GemmActivation::relu;
}

template <class T>
struct Finish {
  const T* bias;  // null for none
  const T* gate;  // null for none
  int64_t gate_m;
  GemmActivation activation;
  T alpha;

  bool needed() const { return bias || gate || activation != GemmActivation::none; }
};

template <GemmActivation kind, class T>
NNFIT_INLINE vec<T> activate(vec<T> x, T alpha) {
  switch (kind) {
    case GemmActivation::none:
      return x;
    case GemmActivation::relu:
      return activation::relu<T>(x);
    case GemmActivation::leaky_relu:
      return x < T(0) ? x * alpha : x;
    case GemmActivation::elu:
      return activation::elu<T>(x, splat<T>(alpha));
    case GemmActivation::sigmoid:
      return math::sigmoid<T>(x);
    case GemmActivation::tanh:
      return math::tanh<T>(x);
    case GemmActivation::silu:
      return activation::silu<T>(x);
    case GemmActivation::gelu:
      return activation::gelu<T>(x);
    case GemmActivation::gelu_tanh:
      return activation::gelu_tanh<T>(x);
  }
}

// bias_step 1: a bias for each column; 0: one for all.
template <GemmActivation kind, class T>
void finish_rows(const Finish<T>& f, int bias_step, T* c, int64_t c_m, int64_t m, int64_t n) {
  constexpr int width = Vec<T>::width;
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; j += width) {
      const int count = n - j < width ? int(n - j) : width;
      T* at = c + i * c_m + j;
      vec<T> x = load_up_to<T>(at, count);
      if (f.bias) x += bias_step ? load_up_to<T>(f.bias + j, count) : splat<T>(*f.bias);
      x = activate<kind, T>(x, f.alpha);
      if (f.gate) x = load_up_to<T>(f.gate + i * f.gate_m + j, count) > vec<T>{} ? x : vec<T>{};
      store_up_to<T>(at, x, count);
    }
}

template <class T>
void finish_block(const Finish<T>& f, int bias_step, T* c, int64_t c_m, int64_t m, int64_t n) {
  switch (f.activation) {
    case GemmActivation::none:
      return finish_rows<GemmActivation::none, T>(f, bias_step, c, c_m, m, n);
    case GemmActivation::relu:
      return finish_rows<GemmActivation::relu, T>(f, bias_step, c, c_m, m, n);
    case GemmActivation::leaky_relu:
      return finish_rows<GemmActivation::leaky_relu, T>(f, bias_step, c, c_m, m, n);
    case GemmActivation::elu:
      return finish_rows<GemmActivation::elu, T>(f, bias_step, c, c_m, m, n);
    case GemmActivation::sigmoid:
      return finish_rows<GemmActivation::sigmoid, T>(f, bias_step, c, c_m, m, n);
    case GemmActivation::tanh:
      return finish_rows<GemmActivation::tanh, T>(f, bias_step, c, c_m, m, n);
    case GemmActivation::silu:
      return finish_rows<GemmActivation::silu, T>(f, bias_step, c, c_m, m, n);
    case GemmActivation::gelu:
      return finish_rows<GemmActivation::gelu, T>(f, bias_step, c, c_m, m, n);
    case GemmActivation::gelu_tanh:
      return finish_rows<GemmActivation::gelu_tanh, T>(f, bias_step, c, c_m, m, n);
  }
}

}  // namespace nnfit::NNFIT_ISA
