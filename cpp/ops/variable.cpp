#include "ops/variable.h"

#include <cstring>

#include "ops/apply.h"
#include "ops/functions.h"

namespace nnfit {

namespace {
Tensor copy_of(const Tensor& source) {
  Tensor t = Tensor::empty(source.spec());
  if (source.spec().bytes()) std::memcpy(t.data(), source.data(), source.spec().bytes());
  return t;
}
}  // namespace

Variable::Variable(Tensor value, bool trainable_, std::string name_)
    : trainable(trainable_), name(std::move(name_)), spec_(value.spec()), value_(copy_of(value)) {}

Tensor Variable::read() {
  Listeners& listening = listeners();
  Tensor value = listening.trace ? listening.trace->read(*this) : stored();
  for (TapeSink* tape : listening.tapes) tape->read(*this, value);
  return value;
}

void Variable::assign(const Tensor& given) {
  if (!(given.shape() == spec_.shape))
    throw ValueError(concat("[", name, "] expected a value of shape ", spec_.shape, "; got ", given.shape(),
                            ". A variable keeps the shape that it was made with."));
  Tensor value = given.dtype() == spec_.dtype ? given : functions::cast(given, spec_.dtype);
  if (listeners().trace) return listeners().trace->assign(*this, value);
  if (value.traced())
    throw TracedValueError(concat("[", name, "] was assigned a tensor of a function that is no longer being traced."));
  if (value.weak()) value = copy_of(value);
  const std::lock_guard lock(mutex_);
  value_ = std::move(value);
}

Tensor Variable::stored() const {
  const std::lock_guard lock(mutex_);
  return value_;
}

Tensor Variable::writable() {
  const std::lock_guard lock(mutex_);
  if (!value_.unique()) value_ = copy_of(value_);
  return value_;
}

}  // namespace nnfit
