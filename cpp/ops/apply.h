// Applying an op: the one way in, whether it computes at once, records into a graph, or is watched by tapes.
#pragma once

#include <initializer_list>
#include <vector>

#include "ops/op.h"

namespace nnfit {

class Variable;

// Collects what a traced function does (graph/tracer.h).
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual std::vector<Tensor> record(const Op& op, const std::vector<Tensor>& inputs, const Attributes& attributes) = 0;
  virtual Tensor read(Variable& variable) = 0;
  virtual void assign(Variable& variable, const Tensor& value) = 0;
};

// Is told of each op and each read of a variable, to differentiate them later (autodiff/tape.h).
class TapeSink {
 public:
  virtual ~TapeSink() = default;
  virtual void record(const Op& op, const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
                      const Attributes& attributes) = 0;
  virtual void read(Variable& variable, const Tensor& value) = 0;
};

// What listens on this thread.
struct Listeners {
  TraceSink* trace = nullptr;
  std::vector<TapeSink*> tapes;
};
Listeners& listeners();

// Promotes and validates the inputs, then computes, or records where an input is traced.
std::vector<Tensor> apply(const Op& op, std::vector<Tensor> inputs, const Attributes& attributes);

// For rules and passes: attributes by name.
std::vector<Tensor> apply_named(const char* op, std::vector<Tensor> inputs,
                                std::initializer_list<std::pair<const char*, AttributeValue>> attributes = {});

// Runs `op` on values, without telling anybody.
std::vector<Tensor> compute(const Op& op, const std::vector<Tensor>& inputs, const Attributes& attributes,
                            const std::vector<Spec>& outputs);

// The dtype of floats made from Python scalars and of integers promoted to floats.
DType floatx();
void set_floatx(DType dtype);

}  // namespace nnfit
