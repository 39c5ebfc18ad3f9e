#include "ops/fused_activation.h"

namespace nnfit {

namespace {
constexpr FusedActivation fused_activations[] = {{"relu", GemmActivation::relu, "relu_gradient"},
                                                 {"sigmoid", GemmActivation::sigmoid, "sigmoid_gradient"},
                                                 {"tanh", GemmActivation::tanh, "tanh_gradient"}};
}  // namespace

const FusedActivation* fused_activation(const char* op, const Attributes& attributes) {
  if (!attributes.has("activation")) return nullptr;
  const std::string& name = attributes.text("activation");
  for (const FusedActivation& a : fused_activations)
    if (name == a.name) return &a;
  if (name == "linear") return nullptr;
  throw ValueError(concat("[", op, "] expected activation relu, sigmoid, tanh or linear; got '", name,
                          "'. Apply other activations to the result."));
}

}  // namespace nnfit
