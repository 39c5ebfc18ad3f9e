// The table of the family.
#include "kernels/elementwise/loops.h"
#include "kernels/elementwise/moves.h"

namespace nnfit::NNFIT_ISA {

constinit const ElementwiseTable elementwise_table = {
    .unary_rows =
        {
#define NNFIT_UNARY(name, dtypes, result) &unary_##name,
#include "kernels/elementwise/elementwise.inc"
        },
    .binary_rows =
        {
#define NNFIT_BINARY(name, dtypes, result) &binary_##name,
#include "kernels/elementwise/elementwise.inc"
        },
    .ternary_rows =
        {
#define NNFIT_TERNARY(name, dtypes) &ternary_##name,
#include "kernels/elementwise/elementwise.inc"
        },
    .where = &where_kernels,
    .cast = &cast_kernels,
    .fill = &fill_kernels,
    .iota = &iota_kernels,
};

}  // namespace nnfit::NNFIT_ISA
