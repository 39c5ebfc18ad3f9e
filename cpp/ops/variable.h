// Variable: a tensor that can be given another value. Reading it gives an immutable Tensor. Threads may read and assign
// one variable at the same time.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/tensor.h"

namespace nnfit {

class Variable : public std::enable_shared_from_this<Variable> {
 public:
  Variable(Tensor value, bool trainable, std::string name);
  virtual ~Variable() = default;

  const Spec& spec() const { return spec_; }

  // The value as ops see it: told to tapes, symbolic while tracing.
  Tensor read();
  // The value that is stored, told to nobody.
  Tensor stored() const;

  // Takes the value, cast to the variable's dtype. Throws ValueError unless the shape is the variable's.
  void assign(const Tensor& value);

  // The stored value, made the only handle on its memory so that the next value may be written there in place. Tensors
  // read before keep theirs.
  Tensor writable();

  bool trainable = true;
  std::string name;

 private:
  Spec spec_;
  mutable std::mutex mutex_;  // of value_
  Tensor value_;
};

}  // namespace nnfit
