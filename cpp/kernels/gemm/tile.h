// The register tile: up to 14 rows by 4 vectors of C, summed over a batch of products with all of C in registers.
//
// Per step of k, the vectors of one row of B are loaded and each A element is broadcast against them. The shapes are
// chosen so that accumulators, a row of B and a broadcast fit the register file, and so that the loads (rows + vectors)
// stay below the multiplications (rows * vectors).
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/gemm/fetch.h"
#include "simd/vec.h"

namespace nnfit::NNFIT_ISA {

#if defined(__AVX512F__) || defined(__aarch64__)  // 32 vector registers
inline constexpr int kTileVectors = 4;
inline constexpr int kTileRows[] = {14, 12, 8, 6};  // by number of vectors, from one
#else                                               // 16
inline constexpr int kTileVectors = 2;
inline constexpr int kTileRows[] = {12, 6};
#endif
#if defined(__AVX512F__) || defined(__AVX2__)
inline constexpr bool kMaskedLoads = true;  // a partial vector of B is as fast as a whole one
#else
inline constexpr bool kMaskedLoads = false;
#endif

template <class T>
struct TileArguments {
  const T* const* a;  // A_i[m,k] = (a[i] + a_offset)[m * a_m + k * a_k]
  const T* const* b;  // B_i[k,n] = (b[i] + b_offset)[k * b_k + n]
  int64_t batch, k;
  int64_t a_offset, a_m, a_k, b_offset, b_k;
  T* c;
  int64_t c_m;
  const T* bias;  // null for none
  const T* gate;  // null for none
  int64_t gate_m;
  int last;  // columns in the last vector, 1..width
  bool accumulate, relu;
  Fetches<T>* fetches;  // to be called for; null for none
};

template <class T>
using Tile = void (*)(const TileArguments<T>&);

// In bytes: with element strides the compiler would clone the loop for a stride of one.
template <class T>
NNFIT_INLINE const T* advance(const T* p, int64_t bytes) {
  return reinterpret_cast<const T*>(reinterpret_cast<const char*>(p) + bytes);
}

template <class T>
NNFIT_INLINE vec<T> load_up_to(const T* p, int n) {
  return n == Vec<T>::width ? load<T>(p) : load_partial<T>(p, n);
}

template <class T>
NNFIT_INLINE void store_up_to(T* p, vec<T> x, int n) {
  if (n == Vec<T>::width)
    store<T>(p, x);
  else
    store_partial<T>(p, x, n);
}

template <class T>
NNFIT_INLINE void finish_vector(const TileArguments<T>& t, vec<T> x, int row, int column, int n) {
  T* c = t.c + row * t.c_m + column;
  if (t.accumulate) x += load_up_to<T>(c, n);
  if (t.bias) x += load_up_to<T>(t.bias + column, n);
  if (t.relu) x = larger<T>(vec<T>{}, x);  // keeps NaN
  if (t.gate) x = load_up_to<T>(t.gate + row * t.gate_m + column, n) > vec<T>{} ? x : vec<T>{};
  store_up_to<T>(c, x, n);
}

// The columns of C in a tile; the last vector may be partial.
template <class T, int NV, bool partial>
struct Columns {
  static constexpr int width = Vec<T>::width;
  int last;

  NNFIT_INLINE vec<T> read(const T* p, int v) const {
    return partial && v == NV - 1 ? load_partial<T>(p + v * width, last) : load<T>(p + v * width);
  }
  // A masked load takes a slot of the multipliers, so whole vectors of B go without.
  NNFIT_INLINE vec<T> read_b(const T* p, int v) const { return kMaskedLoads ? read(p, v) : load<T>(p + v * width); }
  NNFIT_INLINE void write(T* p, int v, vec<T> x) const {
    if (partial && v == NV - 1)
      store_partial<T>(p + v * width, x, last);
    else
      store<T>(p + v * width, x);
  }
};

// f(r, v) for every vector of the tile, unrolled: C stays in registers.
template <int MR, int NV, class F>
NNFIT_INLINE void for_each_vector(F&& f) {
#pragma GCC unroll 14
  for (int r = 0; r < MR; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) f(r, v);
}

inline constexpr int64_t kLateSteps = 64;  // of the sum that are left when C is fetched

// Fetches C of a tile. Not a function object for for_each_vector: GCC would take one that only fetches for one without
// effect, and leave it out.
template <class T, int MR, int NV>
NNFIT_INLINE void fetch_tile(const T* c, int64_t c_m) {
#pragma GCC unroll 14
  for (int r = 0; r < MR; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) __builtin_prefetch(c + r * c_m + v * Vec<T>::width, 1);
}

// C comes while the last of the sum is made: what came earlier, B on its way would have driven from the cache. The sum
// is made in one go till then and in another to its end, or in shorter ones where something is fetched for later.
template <class T, int MR, int NV, bool partial>
NNFIT_INLINE void tile_body(const TileArguments<T>& t) {
  const Columns<T, NV, partial> columns{t.last};
  vec<T> c[MR][NV] = {};
  const int64_t a_m = t.a_m * int64_t(sizeof(T)), a_k = t.a_k * int64_t(sizeof(T)), b_k = t.b_k * int64_t(sizeof(T));
  bool late = false;
  for (int64_t i = 0; i < t.batch; ++i) {
    const T* a = t.a[i] + t.a_offset;
    const T* b = t.b[i] + t.b_offset;
    for (int64_t left = t.k; left > 0;) {
      int64_t steps = left > kLateSteps ? left - kLateSteps : left;
      if (steps == left && !late && i + 1 == t.batch) fetch_tile<T, MR, NV>(t.c, t.c_m), late = true;
      if (t.fetches) {
        t.fetches->some();
        if (steps > kFetchSteps) steps = kFetchSteps;
      }
      left -= steps;
#pragma GCC unroll 4
      for (int64_t k = steps; k > 0; --k) {
        vec<T> row[NV];
#pragma GCC unroll 4
        for (int v = 0; v < NV; ++v) row[v] = columns.read_b(b, v);
#pragma GCC unroll 14
        for (int r = 0; r < MR; ++r) {
          const vec<T> x = splat<T>(*advance(a, r * a_m));
#pragma GCC unroll 4
          for (int v = 0; v < NV; ++v) c[r][v] = fma<T>(x, row[v], c[r][v]);
        }
        a = advance(a, a_k);
        b = advance(b, b_k);
      }
    }
  }
  if (t.accumulate) for_each_vector<MR, NV>([&](int r, int v) { c[r][v] += columns.read(t.c + r * t.c_m, v); });
  if (t.bias) for_each_vector<MR, NV>([&](int r, int v) { c[r][v] += columns.read(t.bias, v); });
  if (t.relu) for_each_vector<MR, NV>([&](int r, int v) { c[r][v] = larger<T>(vec<T>{}, c[r][v]); });  // keeps NaN
  if (t.gate)
    for_each_vector<MR, NV>(
        [&](int r, int v) { c[r][v] = columns.read(t.gate + r * t.gate_m, v) > vec<T>{} ? c[r][v] : vec<T>{}; });
  for_each_vector<MR, NV>([&](int r, int v) { columns.write(t.c + r * t.c_m, v, c[r][v]); });
}

template <class T, int MR, int NV>
void tile(const TileArguments<T>& t) {
  if (t.last < Vec<T>::width)
    tile_body<T, MR, NV, true>(t);
  else
    tile_body<T, MR, NV, false>(t);
}

// The tiles of every size: of[vectors - 1][rows - 1].
template <class T>
struct Tiles {
  Tile<T> of[kTileVectors][kTileRows[0]];
};

template <class T, int NV, int MR>
constexpr void fill_tiles(Tiles<T>& tiles) {
  tiles.of[NV - 1][MR - 1] = tile<T, MR, NV>;
  if constexpr (MR > 1)
    fill_tiles<T, NV, MR - 1>(tiles);
  else if constexpr (NV > 1)
    fill_tiles<T, NV - 1, kTileRows[NV - 2]>(tiles);
}

template <class T>
constexpr Tiles<T> make_tiles() {
  Tiles<T> tiles{};
  fill_tiles<T, kTileVectors, kTileRows[kTileVectors - 1]>(tiles);
  return tiles;
}

}  // namespace nnfit::NNFIT_ISA
