// Rows of an array that will be gathered next to where other rows lie now: whoever works on those can fetch them.
#pragma once

#include <cstdint>

namespace nnfit {

// Row r has `bytes` bytes from data + index[r] * stride on, or from data + r * stride where index is null.
struct NextRows {
  const char* data = nullptr;
  std::int64_t stride = 0, bytes = 0;
  std::int64_t rows = 0;  // 0: nothing is known
  const std::int64_t* index = nullptr;

  const char* row(std::int64_t r) const { return data + (index ? index[r] : r) * stride; }
  // The bytes [begin, end) of each row.
  NextRows part(std::int64_t begin, std::int64_t end) const { return {data + begin, stride, end - begin, rows, index}; }
};

}  // namespace nnfit
