// How a family's table.cpp fills a row for the dtypes that the row names: null for every other dtype.
#pragma once

#include "kernels/tables.h"

#define NNFIT_FLOATING(kernel)                                            \
  {                                                                       \
    { nullptr, nullptr, nullptr, nullptr, kernel<float>, kernel<double> } \
  }
#define NNFIT_INTEGER(kernel)                                                                       \
  {                                                                                                 \
    { nullptr, kernel<std::uint8_t>, kernel<std::int32_t>, kernel<std::int64_t>, nullptr, nullptr } \
  }
#define NNFIT_NUMBER(kernel)                                                                                     \
  {                                                                                                              \
    { nullptr, kernel<std::uint8_t>, kernel<std::int32_t>, kernel<std::int64_t>, kernel<float>, kernel<double> } \
  }
// Kernels that move elements without looking at them: one for each element size.
#define NNFIT_BY_SIZE(kernel)                                                                                          \
  {                                                                                                                    \
    {                                                                                                                  \
      kernel<std::uint8_t>, kernel<std::uint8_t>, kernel<std::uint32_t>, kernel<std::uint64_t>, kernel<std::uint32_t>, \
          kernel<std::uint64_t>                                                                                        \
    }                                                                                                                  \
  }

// In the source that defines a kernel template: makes it for the types of a row.
#define NNFIT_MAKE(kernel, type) template decltype(kernel<type>) kernel<type>;
#define NNFIT_MAKE_FLOATING(kernel) NNFIT_MAKE(kernel, float) NNFIT_MAKE(kernel, double)
#define NNFIT_MAKE_INTEGER(kernel) \
  NNFIT_MAKE(kernel, std::uint8_t) NNFIT_MAKE(kernel, std::int32_t) NNFIT_MAKE(kernel, std::int64_t)
#define NNFIT_MAKE_NUMBER(kernel) NNFIT_MAKE_INTEGER(kernel) NNFIT_MAKE_FLOATING(kernel)
#define NNFIT_MAKE_BY_SIZE(kernel) \
  NNFIT_MAKE(kernel, std::uint8_t) NNFIT_MAKE(kernel, std::uint32_t) NNFIT_MAKE(kernel, std::uint64_t)
