// What the headers of all kernel families share. Included by kernel sources too, so free of the standard library.
#pragma once

#include <cstdint>

// The instruction sets of this build, lowest first: X(name, vector bytes). CMake compiles the kernels once for each.
#if defined(__x86_64__)
#define NNFIT_FOR_EACH_ISA(X) X(baseline, 16) X(avx2, 32) X(avx512, 64)
#else
#define NNFIT_FOR_EACH_ISA(X) X(baseline, 16)
#endif

// Declares the constant table `name` of type `Type` in the namespace of every instruction set. Used outside namespaces.
#if defined(__x86_64__)
#define NNFIT_DECLARE_TABLES(Type, name) \
  namespace nnfit::baseline {            \
  extern const Type name;                \
  }                                      \
  namespace nnfit::avx2 {                \
  extern const Type name;                \
  }                                      \
  namespace nnfit::avx512 {              \
  extern const Type name;                \
  }
#else
#define NNFIT_DECLARE_TABLES(Type, name) \
  namespace nnfit::baseline {            \
  extern const Type name;                \
  }
#endif

namespace nnfit {

enum class DType : std::uint8_t;  // core/dtype.h

// The dtypes in the order of the DType enumerators, with the C++ type of an element: X(name, type). A bool is one byte
// that holds 0 or 1.
#define NNFIT_FOR_EACH_DTYPE(X) \
  X(bool_, bool)                \
  X(uint8, std::uint8_t) X(int32, std::int32_t) X(int64, std::int64_t) X(float32, float) X(float64, double)

// Sets of dtypes, as bits 1 << dtype: the coverage of a row.
inline constexpr unsigned kBool = 1, kUInt8 = 2, kInt32 = 4, kInt64 = 8, kFloat32 = 16, kFloat64 = 32;
inline constexpr unsigned kInteger = kUInt8 | kInt32 | kInt64;
inline constexpr unsigned kFloating = kFloat32 | kFloat64;
inline constexpr unsigned kNumber = kInteger | kFloating;
inline constexpr unsigned kSigned = kInt32 | kInt64 | kFloating;
inline constexpr unsigned kAny = kBool | kNumber;

// The bit of the dtype that is stored as T.
template <class T>
inline constexpr unsigned kBit = 0;
template <>
inline constexpr unsigned kBit<bool> = kBool;
template <>
inline constexpr unsigned kBit<std::uint8_t> = kUInt8;
template <>
inline constexpr unsigned kBit<std::int32_t> = kInt32;
template <>
inline constexpr unsigned kBit<std::int64_t> = kInt64;
template <>
inline constexpr unsigned kBit<float> = kFloat32;
template <>
inline constexpr unsigned kBit<double> = kFloat64;

// One value per dtype; for kernels, null where the row does not cover the dtype.
template <class T>
struct ByDType {
  T values[6];
  constexpr T operator[](DType dtype) const { return values[static_cast<int>(dtype)]; }
};

}  // namespace nnfit
