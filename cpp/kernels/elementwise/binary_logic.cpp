// Comparison, logic, bits and shifts.
#include "kernels/elementwise/loops.h"

namespace nnfit::NNFIT_ISA {
namespace {

struct BitwiseAnd {
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return T(a & b);
  }
};

struct BitwiseOr {
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return T(a | b);
  }
};

struct BitwiseXor {
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return T(a ^ b);
  }
};

template <class T>
NNFIT_INLINE bool in_width(T count) {
  return wrapping<T>(count) < 8 * sizeof(T);
}

struct LeftShift {
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return in_width(b) ? T(wrapping<T>(a) << b) : T(0);
  }
};

struct RightShift {
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return in_width(b) ? T(a >> b) : T(a < 0 ? -1 : 0);
  }
};

}  // namespace

NNFIT_BINARY_PREDICATE(equal, a == b)
NNFIT_BINARY_PREDICATE(not_equal, a != b)
NNFIT_BINARY_PREDICATE(less, a < b)
NNFIT_BINARY_PREDICATE(less_equal, a <= b)
NNFIT_BINARY_PREDICATE(greater, a > b)
NNFIT_BINARY_PREDICATE(greater_equal, a >= b)
NNFIT_BINARY_PREDICATE(logical_and, (a != T(0)) & (b != T(0)))
NNFIT_BINARY_PREDICATE(logical_or, (a != T(0)) | (b != T(0)))
NNFIT_BINARY_PREDICATE(logical_xor, (a != T(0)) != (b != T(0)))
NNFIT_DEFINE_BINARY(bitwise_and, BitwiseAnd)
NNFIT_DEFINE_BINARY(bitwise_or, BitwiseOr)
NNFIT_DEFINE_BINARY(bitwise_xor, BitwiseXor)
NNFIT_DEFINE_BINARY(left_shift, LeftShift)
NNFIT_DEFINE_BINARY(right_shift, RightShift)

}  // namespace nnfit::NNFIT_ISA
