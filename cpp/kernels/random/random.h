// Counter-based random numbers.
#pragma once

#include "kernels/tables.h"

namespace nnfit {

struct RandomKey {
  std::uint64_t key;     // the seed
  std::uint64_t stream;  // which of the seed's 2^64 streams: a new one for each use
};

struct RandomTable {
#define NNFIT_ROW(dtypes, result, name, parameters) ByDType<result(*) parameters> name;
#define NNFIT_FUNCTION(result, name, parameters) result(*name) parameters;
#include "kernels/random/random.inc"
#undef NNFIT_ROW
#undef NNFIT_FUNCTION
};

}  // namespace nnfit

NNFIT_DECLARE_TABLES(RandomTable, random_table)
