// Choice between two values by a condition. Elements are moved, not looked at: one kernel for each size.
#include "kernels/elementwise/loops.h"
#include "kernels/elementwise/moves.h"

namespace nnfit::NNFIT_ISA {
namespace {

template <class T, int c_step, int a_step, int b_step>
void choose(std::int64_t n, const bool* c_data, const T* a_data, const T* b_data, T* y) {
  const ScalarRun<bool, c_step> c(c_data);
  const ScalarRun<T, a_step> a(a_data);
  const ScalarRun<T, b_step> b(b_data);
  NNFIT_INDEPENDENT
  for (std::int64_t i = 0; i < n; ++i) {
    const T p = a.at(i), q = b.at(i);
    y[i] = c.at(i) ? p : q;
  }
}

template <class T, int c_step>
void where_steps(std::int64_t n, const bool* c, const T* a, std::int64_t a_step, const T* b, std::int64_t b_step,
                 T* y) {
  if (a_step && b_step)
    choose<T, c_step, 1, 1>(n, c, a, b, y);
  else if (a_step)
    choose<T, c_step, 1, 0>(n, c, a, b, y);
  else if (b_step)
    choose<T, c_step, 0, 1>(n, c, a, b, y);
  else
    choose<T, c_step, 0, 0>(n, c, a, b, y);
}

template <class T>
void where_kernel(std::int64_t n, const void* c_data, std::int64_t c_step, const void* a_data, std::int64_t a_step,
                  const void* b_data, std::int64_t b_step, void* y_data) {
  if (n <= 0) return;
  const bool* c = static_cast<const bool*>(c_data);
  const T* a = static_cast<const T*>(a_data);
  const T* b = static_cast<const T*>(b_data);
  T* y = static_cast<T*>(y_data);
  if (c_step)
    where_steps<T, 1>(n, c, a, a_step, b, b_step, y);
  else
    where_steps<T, 0>(n, c, a, a_step, b, b_step, y);
}

struct MakeWhere {
  template <class T>
  static constexpr TernaryKernel of() {
    return where_kernel<T>;
  }
};

}  // namespace

constinit const TernaryRow where_kernels = make_row<TernaryKernel, kAny, MakeWhere>();

}  // namespace nnfit::NNFIT_ISA
