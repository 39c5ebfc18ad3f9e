// What the cross-entropies share: predictions seen as rows of classes, the checks of what stands beside them, and the
// parts of the operands that a tile of rows is.
#pragma once

#include "kernels/kernels.h"
#include "kernels/softmax/softmax.h"
#include "ops/op.h"

namespace nnfit::losses {

inline constexpr double nanoseconds_per_element = 0.5;

inline const SoftmaxTable& table_in_use() { return *kernels().softmax; }

inline std::int64_t classes_of(const Shape& predictions) { return predictions[predictions.rank() - 1]; }
inline std::int64_t rows_of(const Shape& predictions) { return predictions.size(0, predictions.rank() - 1); }
inline Shape without_classes(Shape predictions) {
  predictions.erase(predictions.rank() - 1);
  return predictions;
}

inline const std::byte* at(const Operand& operand, std::int64_t element) {
  return static_cast<const std::byte*>(operand.data) +
         element * static_cast<std::int64_t>(size_of(operand.spec->dtype));
}
inline std::byte* at_output(const RunContext& c, std::int64_t element) {
  return static_cast<std::byte*>(c.outputs[0].data) +
         element * static_cast<std::int64_t>(size_of(c.outputs[0].spec->dtype));
}

inline void expect_predictions(const char* name, const Spec& predictions) {
  if (!is_floating(predictions.dtype) || predictions.shape.rank() < 1)
    throw ValueError(concat("[", name, "] expected floating predictions (..., classes); got ", predictions, "."));
}

// Of dloss, beside predictions: one for each row.
inline void expect_row_each(const char* name, const Spec& dloss, const Spec& predictions) {
  if (dloss.shape == without_classes(predictions.shape)) return;
  throw ValueError(
      concat("[", name, "] expected a loss for each row of ", predictions.shape, "; got ", dloss.shape, "."));
}

}  // namespace nnfit::losses
