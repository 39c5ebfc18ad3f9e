// What the normalisations share: z = (x - mean) / sqrt(variance + epsilon) and y = z gamma + beta, with the statistics
// of the rows of x seen as [rows, channels], or of its channels.
#pragma once

#include "ops/op.h"

namespace nnfit::normalization {

// Which the statistics belong to. Gamma and beta are always of the channels, the last axis.
enum class Along { rows, channels };

constexpr const char* name_of(Along along) { return along == Along::rows ? "normalize_rows" : "normalize_batch"; }
constexpr const char* gradient_name_of(Along along) {
  return along == Along::rows ? "normalize_rows_gradient" : "normalize_batch_gradient";
}

inline std::int64_t channels_of(const Shape& shape) { return shape[shape.rank() - 1]; }
inline std::int64_t rows_of(const Shape& shape) { return shape.size(0, shape.rank() - 1); }

// x of rank 1 or more as input `x`, and from input `first` on parameters of its last axis.
void expect_parameters(const char* op, std::span<const Spec> in, std::size_t x, std::size_t first);

// (x, gamma, beta) -> (y, mean, variance), and (dy, x, mean, variance, gamma) -> (dx, dgamma, dbeta).
template <Along along>
std::vector<Spec> infer(const Attributes& attributes, std::span<const Spec> in);
template <Along along>
std::vector<Spec> infer_gradient(const Attributes& attributes, std::span<const Spec> in);

template <Along along>
std::vector<Tensor> gradient(const GradientContext& c);
template <Along along>
std::vector<Tensor> gradient_of_gradient(const GradientContext& c);

// Gradients are those without relu, which the planner puts in after differentiation.
void expect_no_relu(const Attributes& attributes);

// For Reuse::chosen: the output of x's size may be written over the first input, and no other over anything.
bool over_first(const Attributes&, std::size_t inputs, std::size_t output, std::size_t input);

// A `run` that calls the one for the first output's dtype.
template <void (*of_float)(const RunContext&), void (*of_double)(const RunContext&)>
void by_dtype(const RunContext& c) {
  (c.out_dtype(0) == DType::float64 ? of_double : of_float)(c);
}

}  // namespace nnfit::normalization
