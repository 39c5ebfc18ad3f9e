// Variable: a tensor that can be given another value. Reading it gives an immutable Tensor.
#pragma once

#include <memory>
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
  const Tensor& stored() const { return value_; }

  // Takes the value, cast to the variable's dtype. Throws ValueError unless the shape is the variable's.
  void assign(const Tensor& value);

  // Memory to write the next value into, holding the present one. Tensors read before keep theirs.
  std::byte* writable();

  bool trainable = true;
  std::string name;

 private:
  Spec spec_;
  Tensor value_;
};

}  // namespace nnfit
