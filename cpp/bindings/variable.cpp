// _core.Variable, the base of nnfit.Variable.
#include <pybind11/stl.h>

#include "bindings/operators.h"
#include "ops/functions.h"

namespace nnfit::bindings {

void register_variable(py::module_& module) {
  py::class_<Variable, std::shared_ptr<Variable>> cls(module, "Variable", py::dynamic_attr(),
                                                      "A tensor that can be given another value.");
  cls.def(py::init([](const py::object& value, bool trainable, std::string name) {
            return std::make_shared<Variable>(to_tensor("Variable", value), trainable, std::move(name));
          }),
          py::arg("value"), py::arg("trainable") = true, py::arg("name") = "variable")
      .def_property_readonly("shape", [](const Variable& v) { return shape_to_python(v.spec().shape); })
      .def_property_readonly("dtype", [](const Variable& v) { return name_of(v.spec().dtype); })
      .def_property_readonly("ndim", [](const Variable& v) { return v.spec().shape.rank(); })
      .def_property_readonly("size", [](const Variable& v) { return v.spec().shape.size(); })
      .def_property_readonly("value", &Variable::read, "The present value.")
      .def_readwrite("trainable", &Variable::trainable)
      .def_readwrite("name", &Variable::name)
      .def(
          "assign",
          [](const py::object& self, const py::object& value) {
            auto& v = self.cast<Variable&>();
            v.assign(to_tensor("Variable.assign", value));
            return self;
          },
          py::arg("value"), "Takes `value`, of the variable's shape; returns the variable.")
      .def(
          "assign_add",
          [](const py::object& self, const py::object& value) {
            auto& v = self.cast<Variable&>();
            v.assign(functions::add(v.read(), to_tensor("Variable.assign_add", value)));
            return self;
          },
          py::arg("value"), "Adds `value`; returns the variable.")
      .def(
          "assign_sub",
          [](const py::object& self, const py::object& value) {
            auto& v = self.cast<Variable&>();
            v.assign(functions::subtract(v.read(), to_tensor("Variable.assign_sub", value)));
            return self;
          },
          py::arg("value"), "Subtracts `value`; returns the variable.")
      .def(
          "numpy", [](Variable& v) { return numpy_view(v.read()); }, "A read-only NumPy view of the present value.")
      .def("item", [](Variable& v) { return py::cast(v.read()).attr("item")(); })
      .def(
          "__array__",
          [](Variable& v, const py::object& dtype, const py::object& copy) {
            return py::cast(v.read()).attr("__array__")(dtype, copy);
          },
          py::arg("dtype") = py::none(), py::arg("copy") = py::none())
      .def("__float__", [](Variable& v) { return v.read().item(); })
      .def("__int__", [](Variable& v) { return py::int_(py::cast(v.read()).attr("item")()); })
      .def("__bool__", [](Variable& v) { return py::cast(v.read()).attr("__bool__")(); })
      .def("__len__", [](Variable& v) { return py::len(py::cast(v.read())); })
      .def("__getitem__", [](Variable& v, const py::object& key) -> py::object { return py::cast(v.read())[key]; })
      .def("__repr__", [](Variable& v) {
        return concat("<Variable '", v.name, "' shape=", v.spec().shape, " dtype=", name_of(v.spec().dtype), ">");
      });
  define_operators(cls);
  // A variable is compared by identity, so that it can be found in lists and be a key of dicts.
  // Set, not defined: a definition would be tried after the operators' own.
  cls.attr("__eq__") = py::cpp_function([](const py::object& self, const py::object& other) { return self.is(other); },
                                        py::name("__eq__"), py::is_method(cls));
  cls.attr("__ne__") = py::cpp_function([](const py::object& self, const py::object& other) { return !self.is(other); },
                                        py::name("__ne__"), py::is_method(cls));
}

}  // namespace nnfit::bindings
