// Tensor: an immutable value, contiguous in row-major order, or a symbol of a graph that is being traced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/dtype.h"
#include "core/shape.h"
#include "core/storage.h"

namespace nnfit {

// What is known of a value before it is computed.
struct Spec {
  DType dtype = DType::float32;
  Shape shape;

  std::size_t bytes() const { return static_cast<std::size_t>(shape.size()) * size_of(dtype); }
  bool operator==(const Spec& other) const = default;
};

std::ostream& operator<<(std::ostream& out, const Spec& spec);  // float32 (64, 10)

class Graph;

// Where a traced tensor's value will come from: value number `value` of `graph`.
struct Symbol {
  std::shared_ptr<Graph> graph;
  int value = -1;
};

// A cheap handle: copies share one body. The body's address is the tensor's identity for tapes.
class Tensor {
 public:
  struct Body {
    Spec spec;
    std::shared_ptr<Storage> storage;  // null for a symbol
    Symbol symbol;
    bool weak = false;  // made from a Python scalar: gives way in type promotion
    double exact = 0;   // the value of a weak scalar, which its own dtype may round
  };

  Tensor() = default;
  // Uninitialised memory; whoever makes a tensor fills it before handing it on.
  static Tensor empty(const Spec& spec);
  static Tensor symbol(const Spec& spec, std::shared_ptr<Graph> graph, int value);
  static Tensor over(const Spec& spec, std::shared_ptr<Storage> storage);
  template <class T>
  static Tensor scalar(T value, DType dtype = dtype_of<T>);

  explicit operator bool() const { return body_ != nullptr; }
  const Body* id() const { return body_.get(); }
  bool traced() const { return body_->symbol.graph != nullptr; }
  const Symbol& symbol() const { return body_->symbol; }
  bool weak() const { return body_->weak; }
  // The same scalar, weakly typed; `exact` keeps digits that its dtype has no place for.
  Tensor as_weak() const { return as_weak(item()); }
  Tensor as_weak(double exact) const;
  double exact() const { return body_->exact; }

  const Spec& spec() const { return body_->spec; }
  DType dtype() const { return body_->spec.dtype; }
  const Shape& shape() const { return body_->spec.shape; }
  std::int64_t size() const { return shape().size(); }

  const std::shared_ptr<Storage>& storage() const { return body_->storage; }
  // Whether nobody else can see the memory, so that its owner may write in place.
  bool unique() const { return body_.use_count() == 1 && body_->storage.use_count() == 1; }

  // Throws TracedValueError for a symbol.
  void* data() const;
  template <class T>
  T* data_as() const {
    return static_cast<T*>(data());
  }
  // The one element, converted. Throws ValueError unless size() == 1.
  double item() const;

 private:
  explicit Tensor(std::shared_ptr<Body> body) : body_(std::move(body)) {}
  std::shared_ptr<Body> body_;
};

template <class T>
Tensor Tensor::scalar(T value, DType dtype) {
  Tensor t = empty({dtype, {}});
  visit(dtype, [&](auto tag) {
    using U = typename decltype(tag)::type;
    *static_cast<U*>(t.data()) = static_cast<U>(value);
  });
  return t;
}

}  // namespace nnfit
