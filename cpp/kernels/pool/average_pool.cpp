// Average pooling and its gradient.
#include "kernels/pool/pool.h"
#include "kernels/pool/windows.h"
#include "kernels/rows.h"
#include "simd/loop.h"

namespace nnfit::NNFIT_ISA {

template <class T>
void average_pool(const PoolView& view, std::int64_t first, std::int64_t count, const void* x, void* y) {
  const std::int64_t channels = view.channels, pitch = view.columns.in * channels;
  for_each_window(view, first, count, [&](const Window& window, auto rows, auto columns) {
    const vec<T> elements = splat(T(rows * columns));
    for_each_vector<T>(channels, [&](auto at, std::int64_t c) {
      const T* const from = static_cast<const T*>(x) + window.in * channels + c;
      vec<T> sum{};
      for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t k = 0; k < columns; ++k) sum += at.load(from + r * pitch + k * channels);
      at.store(static_cast<T*>(y) + window.out * channels + c, sum / elements);
    });
  });
}

template <class T>
void average_pool_gradient(const PoolView& view, std::int64_t first, std::int64_t count, const void* dy, void* dx) {
  const std::int64_t channels = view.channels;
  for_each_cell(
      view, first, count,
      [&](std::int64_t cell, std::int64_t n, std::int64_t, std::int64_t, const Cover& rows, const Cover& columns) {
        T* const to = static_cast<T*>(dx) + cell * channels;
        const auto window = [&](std::int64_t r, std::int64_t k) {
          return static_cast<const T*>(dy) + ((n * view.rows.out + r) * view.columns.out + k) * channels;
        };
        const auto elements = [&](std::int64_t r, std::int64_t k) {
          return splat(T(Taps(view.rows, r).count * Taps(view.columns, k).count));
        };
        if (rows.count() == 1 && columns.count() == 1) {
          const T* const from = window(rows.begin, columns.begin);
          const vec<T> divisor = elements(rows.begin, columns.begin);
          for_each_vector<T>(channels, [&](auto at, std::int64_t c) { at.store(to + c, at.load(from + c) / divisor); });
          return;
        }
        for_each_vector<T>(channels, [&](auto at, std::int64_t c) {
          vec<T> sum{};
          for (std::int64_t r = rows.begin; r < rows.end; ++r)
            for (std::int64_t k = columns.begin; k < columns.end; ++k)
              sum += at.load(window(r, k) + c) / elements(r, k);
          at.store(to + c, sum);
        });
      });
}

NNFIT_MAKE_FLOATING(average_pool)
NNFIT_MAKE_FLOATING(average_pool_gradient)

}  // namespace nnfit::NNFIT_ISA
