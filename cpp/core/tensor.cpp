#include "core/tensor.h"

#include <ostream>

#include "core/error.h"

namespace nnfit {

std::ostream& operator<<(std::ostream& out, const Spec& spec) {
  return out << name_of(spec.dtype) << ' ' << spec.shape;
}

Tensor Tensor::empty(const Spec& spec) { return over(spec, Storage::allocate(spec.bytes())); }

Tensor Tensor::over(const Spec& spec, std::shared_ptr<Storage> storage) {
  return Tensor(std::make_shared<Body>(Body{spec, std::move(storage), {}, false, 0}));
}

Tensor Tensor::symbol(const Spec& spec, std::shared_ptr<Graph> graph, int value) {
  return Tensor(std::make_shared<Body>(Body{spec, nullptr, {std::move(graph), value}, false, 0}));
}

Tensor Tensor::as_weak(double exact) const {
  Tensor t(std::make_shared<Body>(*body_));
  t.body_->weak = true;
  t.body_->exact = exact;
  return t;
}

void* Tensor::data() const {
  if (traced())
    throw TracedValueError(
        "this tensor is being traced, so it has no value yet: float(), int(), bool(), .numpy() and `if` on it can't "
        "work inside a compiled function. Use nnfit.ops (ops.where, ops.cond), put the Python code into "
        "ops.host_call, or compile with run_eagerly=True.");
  return body_->storage->data();
}

double Tensor::item() const {
  if (size() != 1) throw ValueError(concat("only a tensor with one element converts to a scalar; got shape ", shape()));
  const void* p = data();
  return visit(dtype(),
               [&](auto tag) { return static_cast<double>(*static_cast<const typename decltype(tag)::type*>(p)); });
}

}  // namespace nnfit
