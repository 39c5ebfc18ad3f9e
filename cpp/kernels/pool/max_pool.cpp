// Max pooling, its gradient, and the transpose of that.
#include "kernels/pool/index.h"
#include "kernels/pool/pool.h"
#include "kernels/pool/windows.h"
#include "kernels/rows.h"
#include "simd/loop.h"

namespace nnfit::NNFIT_ISA {

namespace {

// Calls f with a null pointer of the type that indices of `view` are stored as.
template <class F>
NNFIT_INLINE void with_index_type(const PoolView& view, F f) {
  if (has_narrow_index(view))
    f(static_cast<std::uint8_t*>(nullptr));
  else
    f(static_cast<std::int32_t*>(nullptr));
}

struct NoIndex {};

template <class T, class Index>
NNFIT_INLINE void pool(const PoolView& view, std::int64_t first, std::int64_t count, const T* x, T* y, Index* index) {
  constexpr bool indexed = !__is_same(Index, NoIndex);
  const std::int64_t channels = view.channels, pitch = view.columns.in * channels;
  for_each_window(view, first, count, [&](const Window& window, auto rows, auto columns) {
    for_each_vector<T>(channels, [&](auto at, std::int64_t c) {
      const T* const from = x + window.in * channels + c;
      vec<T> best = at.load(from);
      mask<T> where = splat_index<T>(window.tap);
      for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t k = r ? 0 : 1; k < columns; ++k) {
          const vec<T> v = at.load(from + r * pitch + k * channels);
          const vec<T> larger = v <= best ? best : v;  // v where either is NaN
          if constexpr (indexed) {
            const mask<T> tap = splat_index<T>(window.tap + r * view.columns.window + k);
            const mask<T> next = v <= best ? where : tap;
            where = best == best ? next : where;
          }
          best = best == best ? larger : best;
        }
      at.store(y + window.out * channels + c, best);
      if constexpr (indexed) store_index<T>(at, index + window.out * channels + c, where);
    });
  });
}

}  // namespace

template <class T>
void max_pool(const PoolView& view, std::int64_t first, std::int64_t count, const void* x, void* y, void* index) {
  const auto* const from = static_cast<const T*>(x);
  auto* const to = static_cast<T*>(y);
  if (!index) return pool(view, first, count, from, to, static_cast<NoIndex*>(nullptr));
  with_index_type(view, [&](auto* null) { pool(view, first, count, from, to, static_cast<decltype(null)>(index)); });
}

template <class T>
void max_pool_gradient(const PoolView& view, std::int64_t first, std::int64_t count, const void* dy_data,
                       const void* index_data, void* dx) {
  const auto* const dy = static_cast<const T*>(dy_data);
  const std::int64_t channels = view.channels;
  with_index_type(view, [&](auto* null) {
    const auto* const index = static_cast<decltype(null)>(const_cast<void*>(index_data));
    const auto place = [&](std::int64_t cell, std::int64_t window, const PoolAxis& axis) {
      return cell + axis.before - window * axis.stride;
    };
    for_each_cell(
        view, first, count,
        [&](std::int64_t cell, std::int64_t n, std::int64_t row, std::int64_t column, const Cover& rows,
            const Cover& columns) {
          T* const to = static_cast<T*>(dx) + cell * channels;
          const auto window = [&](std::int64_t r, std::int64_t k) {
            return (n * view.rows.out + r) * view.columns.out + k;
          };
          const auto tap = [&](std::int64_t r, std::int64_t k) {
            return splat_index<T>(place(row, r, view.rows) * view.columns.window + place(column, k, view.columns));
          };
          if (rows.count() == 1 && columns.count() == 1) {
            const std::int64_t from = window(rows.begin, columns.begin) * channels;
            const mask<T> chosen = tap(rows.begin, columns.begin);
            for_each_vector<T>(channels, [&](auto at, std::int64_t c) {
              at.store(to + c, load_index<T>(at, index + from + c) == chosen ? at.load(dy + from + c) : vec<T>{});
            });
            return;
          }
          for_each_vector<T>(channels, [&](auto at, std::int64_t c) {
            vec<T> sum{};
            for (std::int64_t r = rows.begin; r < rows.end; ++r)
              for (std::int64_t k = columns.begin; k < columns.end; ++k) {
                const std::int64_t from = window(r, k) * channels + c;
                sum += load_index<T>(at, index + from) == tap(r, k) ? at.load(dy + from) : vec<T>{};
              }
            at.store(to + c, sum);
          });
        });
  });
}

template <class T>
void max_pool_gather(const PoolView& view, std::int64_t first, std::int64_t count, const void* x,
                     const void* index_data, void* y) {
  const std::int64_t channels = view.channels, pitch = view.columns.in * channels;
  with_index_type(view, [&](auto* null) {
    const auto* const index = static_cast<decltype(null)>(const_cast<void*>(index_data));
    for_each_window(view, first, count, [&](const Window& window, auto rows, auto columns) {
      for_each_vector<T>(channels, [&](auto at, std::int64_t c) {
        const T* const from = static_cast<const T*>(x) + window.in * channels + c;
        const mask<T> where = load_index<T>(at, index + window.out * channels + c);
        vec<T> chosen{};
        for (std::int64_t r = 0; r < rows; ++r)
          for (std::int64_t k = 0; k < columns; ++k)
            chosen = where == splat_index<T>(window.tap + r * view.columns.window + k)
                         ? at.load(from + r * pitch + k * channels)
                         : chosen;
        at.store(static_cast<T*>(y) + window.out * channels + c, chosen);
      });
    });
  });
}

NNFIT_MAKE_FLOATING(max_pool)
NNFIT_MAKE_FLOATING(max_pool_gradient)
NNFIT_MAKE_FLOATING(max_pool_gather)

}  // namespace nnfit::NNFIT_ISA
