// Python's operators, for every class that stands for a tensor.
#pragma once

#include "bindings/bindings.h"
#include "ops/apply.h"

namespace nnfit::bindings {

inline Tensor value_of(const Tensor& tensor) { return tensor; }
inline Tensor value_of(Variable& variable) { return variable.read(); }

// `self` and `other` as the op's inputs, in this order or reflected. NotImplemented for a symbolic tensor, which has
// operators of its own.
inline py::object apply_binary(const char* name, const Tensor& self, py::handle other, bool reflected) {
  if (is_symbolic(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
  const Op& entry = op(name);
  const Tensor right = to_tensor(name, other);
  return outputs_to_python(
      entry, apply_released(entry, reflected ? std::vector<Tensor>{right, self} : std::vector<Tensor>{self, right},
                            Attributes(&entry.attributes)));
}

inline py::object apply_unary(const char* name, const Tensor& self) {
  const Op& entry = op(name);
  return outputs_to_python(entry, apply_released(entry, {self}, Attributes(&entry.attributes)));
}

template <class Class>
void define_operators(Class& cls) {
  using Self = typename Class::type;
  static constexpr struct {
    const char *plain, *reflected, *op;
  } binary[] = {{"__add__", "__radd__", "add"},
                {"__sub__", "__rsub__", "subtract"},
                {"__mul__", "__rmul__", "multiply"},
                {"__truediv__", "__rtruediv__", "divide"},
                {"__floordiv__", "__rfloordiv__", "floor_divide"},
                {"__mod__", "__rmod__", "mod"},
                {"__pow__", "__rpow__", "power"},
                {"__matmul__", "__rmatmul__", "matmul"},
                {"__and__", "__rand__", "logical_and"},
                {"__or__", "__ror__", "logical_or"},
                {"__xor__", "__rxor__", "logical_xor"},
                {"__lt__", nullptr, "less"},
                {"__le__", nullptr, "less_equal"},
                {"__gt__", nullptr, "greater"},
                {"__ge__", nullptr, "greater_equal"},
                {"__eq__", nullptr, "equal"},
                {"__ne__", nullptr, "not_equal"}};
  for (const auto& row : binary) {
    const char* name = row.op;
    cls.def(row.plain,
            [name](Self& self, py::object other) { return apply_binary(name, value_of(self), other, false); });
    if (row.reflected)
      cls.def(row.reflected,
              [name](Self& self, py::object other) { return apply_binary(name, value_of(self), other, true); });
  }
  static constexpr struct {
    const char *method, *op;
  } unary[] = {{"__neg__", "negative"}, {"__abs__", "abs"}, {"__invert__", "logical_not"}};
  for (const auto& row : unary) {
    const char* name = row.op;
    cls.def(row.method, [name](Self& self) { return apply_unary(name, value_of(self)); });
  }
  cls.def("__pos__", [](Self& self) { return value_of(self); });
  cls.def("__hash__", [](py::object self) { return reinterpret_cast<std::uintptr_t>(self.ptr()) >> 4; });
  cls.attr("__array_ufunc__") = py::none();  // so that `array + tensor` comes to us
}

}  // namespace nnfit::bindings
