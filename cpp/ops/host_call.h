// HostFunction: a call out of the core, into Python, that a plan makes on purpose.
#pragma once

#include <span>

#include "ops/op.h"

namespace nnfit {

struct HostFunction {
  virtual ~HostFunction() = default;
  // The specs of what the function returns.
  virtual std::vector<Spec> infer(std::span<const Spec> inputs) = 0;
  virtual void call(std::span<const Operand> inputs, std::span<const Operand> outputs) = 0;
};

}  // namespace nnfit
