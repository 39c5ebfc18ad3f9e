// An array as lines along one axis: what sorts and scans work on.
#pragma once

#include "core/parallel.h"
#include "ops/op.h"

namespace nnfit {

struct Lines {
  std::int64_t outer = 1, n = 1, inner = 1;  // line (o, i) begins at o * n * inner + i, with steps of inner

  // Along the attribute "axis"; the whole array as one line where it is None.
  Lines(const char* op, const Attributes& attributes, const Shape& shape) {
    if (!attributes.has("axis")) {
      n = shape.size();
      return;
    }
    const int axis = normalize_axis(op, attributes.integer("axis"), shape.rank());
    outer = shape.size(0, axis);
    n = shape[axis];
    inner = shape.size(axis + 1, shape.rank());
  }

  std::int64_t count() const { return outer * inner; }
  std::int64_t start(std::int64_t line) const { return line / inner * n * inner + line % inner; }

  // Calls f(line) for every line, at about `nanoseconds` an element.
  template <class F>
  void for_each(double nanoseconds, F&& f) const {
    parallel_for(count(), static_cast<double>(count() * n) * nanoseconds, f);
  }
};

}  // namespace nnfit
