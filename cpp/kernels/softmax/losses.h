// The last step of a cross-entropy by rows: the logarithm of the rows' sums, a vector of rows at a time.
#pragma once

#include "simd/loop.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {

// loss = log(sum) * weight + offset
template <class T>
struct RowLoss {
  T sum, weight, offset;
};

template <class T, class Row>
NNFIT_INLINE void losses_by_rows(std::int64_t rows, T* loss, Row row) {
  for_each_vector<T>(rows, [&](auto at, std::int64_t first) {
    constexpr int width = Vec<T>::width;
    T sums[width] = {}, weights[width] = {}, offsets[width] = {};
    const int count = rows - first < width ? int(rows - first) : width;
    for (int l = 0; l < count; ++l) {
      const RowLoss<T> of = row(first + l);
      sums[l] = of.sum;
      weights[l] = of.weight;
      offsets[l] = of.offset;
    }
    at.store(loss + first, fma<T>(math::log<T>(load(sums)), load(weights), load(offsets)));
  });
}

}  // namespace nnfit::NNFIT_ISA
