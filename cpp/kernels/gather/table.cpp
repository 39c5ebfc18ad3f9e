#include "kernels/gather/gather.h"
#include "kernels/rows.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

#define NNFIT_ROW(dtypes, result, name, parameters) \
  template <class T>                                \
  result name parameters;
#define NNFIT_ROW_BY_SOURCE(result, name, parameters) \
  template <class S, class T>                         \
  result name parameters;
#include "kernels/gather/gather.inc"
#undef NNFIT_ROW
#undef NNFIT_ROW_BY_SOURCE

#define NNFIT_FROM(source, S)                                                                                       \
  {{gather_rows<S, bool>, gather_rows<S, std::uint8_t>, gather_rows<S, std::int32_t>, gather_rows<S, std::int64_t>, \
    gather_rows<S, float>, gather_rows<S, double>}},

constexpr GatherTable kGatherTable = {
#define NNFIT_ROW(dtypes, result, name, parameters) .name = NNFIT_##dtypes(name),
#define NNFIT_ROW_BY_SOURCE(result, name, parameters) .name = {{NNFIT_FOR_EACH_SOURCE(NNFIT_FROM)}},
#include "kernels/gather/gather.inc"
};
extern const GatherTable gather_table = kGatherTable;

}  // namespace nnfit::NNFIT_ISA
