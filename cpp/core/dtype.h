// The element types, their names and Keras's promotion between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace nnfit {

enum class DType : std::uint8_t { bool_, uint8, int32, int64, float32, float64 };

inline constexpr int dtype_count = 6;

inline constexpr std::size_t size_of(DType dtype) {
  constexpr std::size_t sizes[dtype_count] = {1, 1, 4, 8, 4, 8};
  return sizes[static_cast<int>(dtype)];
}

inline constexpr bool is_floating(DType dtype) { return dtype >= DType::float32; }
inline constexpr bool is_integer(DType dtype) { return dtype >= DType::uint8 && dtype <= DType::int64; }

const char* name_of(DType dtype);
DType dtype_from_name(std::string_view name);  // throws std::invalid_argument, listing the names

// Strong types meet as in Keras: bool < uint8 < int32 < int64 < float32 < float64; an integer beside a float takes the
// float's type whatever its width.
inline constexpr DType promote(DType a, DType b) { return a > b ? a : b; }

// The type of a weakly typed Python scalar beside a strong type: it gives way, unless its kind (bool, int, float) is
// higher than the strong type's, when it brings its own default (int32, or `floatx`).
DType promote_weak(DType strong, DType scalar, DType floatx);

template <class T>
struct TypeTag {
  using type = T;
};

// Calls f(TypeTag<T>{}) with the C++ type of `dtype`. bool_ is stored as std::uint8_t holding 0 or 1 but visited as
// bool.
template <class F>
decltype(auto) visit(DType dtype, F&& f) {
  switch (dtype) {
    case DType::bool_:
      return f(TypeTag<bool>{});
    case DType::uint8:
      return f(TypeTag<std::uint8_t>{});
    case DType::int32:
      return f(TypeTag<std::int32_t>{});
    case DType::int64:
      return f(TypeTag<std::int64_t>{});
    case DType::float32:
      return f(TypeTag<float>{});
    default:
      return f(TypeTag<double>{});
  }
}

// The same for a floating dtype.
template <class F>
decltype(auto) visit_floating(DType dtype, F&& f) {
  return dtype == DType::float64 ? f(TypeTag<double>{}) : f(TypeTag<float>{});
}

template <class T>
inline constexpr DType dtype_of = std::is_same_v<T, bool>           ? DType::bool_
                                  : std::is_same_v<T, std::uint8_t> ? DType::uint8
                                  : std::is_same_v<T, std::int32_t> ? DType::int32
                                  : std::is_same_v<T, std::int64_t> ? DType::int64
                                  : std::is_same_v<T, float>        ? DType::float32
                                                                    : DType::float64;

}  // namespace nnfit
