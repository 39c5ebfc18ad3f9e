// Products with vectors along k, for few rows or few columns: A contiguous in k, B contiguous in k.
#pragma once

#include "kernels/gemm/tile.h"

namespace nnfit::NNFIT_ISA {

template <class T>
struct DotArguments {
  const T* a;  // A[m,k] = a[m * a_m + k]
  const T* b;  // B[k,n] = b[k + n * b_n]
  T* c;
  int64_t a_m, b_n, c_m, k;
  bool accumulate;
};

template <class T, int MR, int NR>
void dot_tile(const DotArguments<T>& d, int64_t m, int64_t n) {
  constexpr int width = Vec<T>::width;
  const T* a = d.a + m * d.a_m;
  const T* b = d.b + n * d.b_n;
  vec<T> c[MR][NR] = {};
  const auto step = [&](int64_t k, auto read) {
    vec<T> y[NR];
#pragma GCC unroll 4
    for (int j = 0; j < NR; ++j) y[j] = read(b + j * d.b_n + k);
#pragma GCC unroll 8
    for (int i = 0; i < MR; ++i) {
      const vec<T> x = read(a + i * d.a_m + k);
#pragma GCC unroll 4
      for (int j = 0; j < NR; ++j) c[i][j] = fma<T>(x, y[j], c[i][j]);
    }
  };
  int64_t k = 0;
  for (; k + width <= d.k; k += width) step(k, [](const T* p) { return load<T>(p); });
  const int rest = int(d.k - k);
  if (rest) step(k, [rest](const T* p) { return load_partial<T>(p, rest); });
  for (int i = 0; i < MR; ++i)
    for (int j = 0; j < NR; ++j) {
      T* at = d.c + (m + i) * d.c_m + n + j;
      const T sum = reduce_add<T>(c[i][j]);
      *at = d.accumulate ? *at + sum : sum;
    }
}

template <class T, int NR>
void dot_columns(const DotArguments<T>& d, int64_t m, int64_t n) {
  int64_t i = 0;
  for (; i + 4 <= m; i += 4) dot_tile<T, 4, NR>(d, i, n);
  for (; i < m; ++i) dot_tile<T, 1, NR>(d, i, n);
}

// An m by n block of C; the order of each sum depends on k alone.
template <class T>
void dot_block(const DotArguments<T>& d, int64_t m, int64_t n) {
  int64_t j = 0;
  for (; j + 4 <= n; j += 4) dot_columns<T, 4>(d, m, j);
  for (; j < n; ++j) dot_columns<T, 1>(d, m, j);
}

}  // namespace nnfit::NNFIT_ISA
