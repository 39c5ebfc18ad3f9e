// Moving elements about: gathers and scatters by index, strided copies.
#pragma once

#include "kernels/tables.h"

namespace nnfit {

// The element types that arrays are gathered from, in the order of SourceType: X(name, type).
// Laid out by hand: the formatter does not settle on a layout for this list.
// clang-format off
#define NNFIT_FOR_EACH_SOURCE(X) \
  X(bool_, bool) \
  X(int8, std::int8_t) X(uint8, std::uint8_t) X(int16, std::int16_t) X(uint16, std::uint16_t) \
  X(int32, std::int32_t) X(uint32, std::uint32_t) X(int64, std::int64_t) X(uint64, std::uint64_t) \
  X(float32, float) X(float64, double)
// clang-format on

enum class SourceType : std::uint8_t {
#define NNFIT_SOURCE(name, type) name,
  NNFIT_FOR_EACH_SOURCE(NNFIT_SOURCE)
#undef NNFIT_SOURCE
};

// Bytes of an element.
constexpr std::int64_t size_of(SourceType type) {
#define NNFIT_SOURCE(name, type) sizeof(type),
  constexpr std::int64_t sizes[] = {NNFIT_FOR_EACH_SOURCE(NNFIT_SOURCE)};
#undef NNFIT_SOURCE
  return sizes[static_cast<int>(type)];
}

template <class T>
struct BySource {
  T values[11];
  constexpr const T& operator[](SourceType source) const { return values[static_cast<int>(source)]; }
};

struct GatherTable {
#define NNFIT_ROW(dtypes, result, name, parameters) ByDType<result(*) parameters> name;
#define NNFIT_ROW_BY_SOURCE(result, name, parameters) BySource<ByDType<result(*) parameters>> name;
#include "kernels/gather/gather.inc"
#undef NNFIT_ROW
#undef NNFIT_ROW_BY_SOURCE
};

}  // namespace nnfit

NNFIT_DECLARE_TABLES(GatherTable, gather_table)
