// What the files of the extension module share.
#pragma once

#include <pybind11/pybind11.h>

#include "core/tensor.h"
#include "ops/op.h"
#include "ops/variable.h"

namespace nnfit::bindings {

namespace py = pybind11;

// A Tensor of any Python object that stands for one: Tensor, Variable (read), NumPy array, scalar (weakly typed),
// nested sequence. `dtype` casts. Throws TypeError naming `op` for anything else.
Tensor to_tensor(const char* op, py::handle object);
// The same in another dtype, from all the digits that Python's numbers have.
Tensor to_tensor_of(const char* op, py::handle object, DType dtype);

// Whether `object` is of the class registered for symbolic tensors (KerasTensor).
bool is_symbolic(py::handle object);

// Python's spelling of an attribute value, and back by its schema.
py::object attribute_to_python(const AttributeValue& value);
AttributeValue attribute_from_python(const Op& op, const AttributeSchema& schema, py::handle value);

// One tensor, or a list of several, as an op of `op` returns them to Python.
py::object outputs_to_python(const Op& op, std::vector<Tensor> outputs);

// apply() with the interpreter released where the work is worth it.
std::vector<Tensor> apply_released(const Op& op, std::vector<Tensor> inputs, const Attributes& attributes);

// A read-only NumPy view of the tensor's memory.
py::object numpy_view(const Tensor& tensor);

py::tuple shape_to_python(const Shape& shape);
Shape shape_from_python(py::handle object);
Spec spec_from_python(py::handle shape, const std::string& dtype);

void register_errors(py::module_& module);
void register_config(py::module_& module);
void register_tensor(py::module_& module);
void register_variable(py::module_& module);
void register_ops(py::module_& module);
void register_tape(py::module_& module);
void register_plan(py::module_& module);
void register_symbolic(py::module_& module);

}  // namespace nnfit::bindings
