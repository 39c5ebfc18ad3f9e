#include "kernels/optimizer/prologue.h"
#include "kernels/rows.h"

namespace nnfit::NNFIT_ISA {

template <class T>
void average_update(double momentum, std::int64_t count, const void* value, void* average) {
  const T* const values = static_cast<const T*>(value);
  T* const averages = static_cast<T*>(average);
  if (T(momentum) == 0) {
    for_each_vector<T>(count, [&](auto at, std::int64_t i) { at.store(averages + i, at.load(values + i)); });
    return;
  }
  const vec<T> keep = splat(T(momentum)), rest = splat(T(1 - momentum));
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    at.store(averages + i, flushed<T>(blend<T>(keep, at.load(averages + i), rest, at.load(values + i))));
  });
}

NNFIT_MAKE_FLOATING(average_update)

}  // namespace nnfit::NNFIT_ISA
