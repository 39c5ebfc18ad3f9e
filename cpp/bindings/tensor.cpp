// _core.Tensor.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <cstring>

#include "bindings/dlpack.h"
#include "bindings/operators.h"
#include "ops/functions.h"

namespace nnfit::bindings {

namespace {

PyObject* getitem_hook = nullptr;

py::object to_scalar(const Tensor& t) {
  if (t.size() != 1)
    throw ValueError(concat("only a tensor with one element converts to a Python number; got shape ", t.shape(), "."));
  const void* p = t.data();
  return visit(t.dtype(),
               [&](auto tag) -> py::object { return py::cast(*static_cast<const typename decltype(tag)::type*>(p)); });
}

bool to_bool(const Tensor& t) {
  if (t.size() != 1)
    throw ValueError(concat("the truth of a tensor of shape ", t.shape(), " is ambiguous; use ops.any or ops.all."));
  return t.item() != 0;
}

py::object getitem(py::object self, py::object key) {
  if (!getitem_hook) throw std::logic_error("indexing is not set up");
  return py::reinterpret_borrow<py::object>(getitem_hook)(self, key);
}

std::string repr(const Tensor& t) {
  if (t.traced()) return concat("<Tensor shape=", t.shape(), " dtype=", name_of(t.dtype()), " (traced)>");
  return concat("<Tensor shape=", t.shape(), " dtype=", name_of(t.dtype()), " value=",
                py::str(py::module_::import("numpy").attr("array2string")(numpy_view(t), py::arg("threshold") = 20,
                                                                          py::arg("separator") = ", "))
                    .cast<std::string>(),
                ">");
}

std::int64_t length(const Tensor& t) {
  if (t.shape().rank() == 0) throw TypeError("a tensor without dimensions has no length.");
  return t.shape()[0];
}

py::object convert(const py::object& x, const py::object& dtype) {
  const Op& cast = op("cast");
  if (is_symbolic(x))
    return dtype.is_none() ? x
                           : py::module_::import("nnfit._core").attr("ops").attr("cast")(x, py::arg("dtype") = dtype);
  if (!dtype.is_none()) {
    const DType wanted = std::get<DType>(attribute_from_python(cast, cast.attributes[0], dtype));
    return py::cast(to_tensor_of("convert_to_tensor", x, wanted));
  }
  const Tensor t = to_tensor("convert_to_tensor", x);
  return py::cast(t.weak() ? Tensor::over(t.spec(), t.storage()) : t);
}

// A new NumPy array, for `__array__(dtype, copy)` as NumPy 2 calls it.
py::object to_array(const Tensor& t, py::object dtype, py::object copy) {
  py::object view = numpy_view(t);
  if (!dtype.is_none() && !py::module_::import("numpy").attr("dtype")(dtype).equal(view.attr("dtype"))) {
    if (!copy.is_none() && !copy.cast<bool>()) throw ValueError("[Tensor.__array__] another dtype needs a copy.");
    return view.attr("astype")(dtype);
  }
  const bool must_copy = !copy.is_none() && copy.cast<bool>();
  return must_copy ? view.attr("copy")() : view;
}

}  // namespace

py::object numpy_view(const Tensor& t) {
  std::vector<py::ssize_t> shape(t.shape().begin(), t.shape().end());
  void* data = t.data();
  auto* keeper = new Tensor(t);
  const py::capsule owner(keeper, [](void* p) { delete static_cast<Tensor*>(p); });
  py::array view = visit(t.dtype(), [&](auto tag) -> py::array {
    using T = typename decltype(tag)::type;
    return py::array_t<T>(shape, static_cast<const T*>(data), owner);
  });
  view.attr("flags").attr("writeable") = false;
  return view;
}

void register_tensor(py::module_& module) {
  py::class_<Tensor> cls(module, "Tensor", "An immutable array of numbers, or a symbol of a function being traced.");
  cls.def_property_readonly("shape", [](const Tensor& t) { return shape_to_python(t.shape()); })
      .def_property_readonly("dtype", [](const Tensor& t) { return name_of(t.dtype()); })
      .def_property_readonly("ndim", [](const Tensor& t) { return t.shape().rank(); })
      .def_property_readonly("size", [](const Tensor& t) { return t.size(); })
      .def_property_readonly("traced", [](const Tensor& t) { return t.traced(); })
      .def("numpy", &numpy_view, "A read-only NumPy view of the values; no copy.")
      .def("item", &to_scalar, "The one element as a Python number.")
      .def("tolist", [](const Tensor& t) { return numpy_view(t).attr("tolist")(); })
      .def("__array__", &to_array, py::arg("dtype") = py::none(), py::arg("copy") = py::none())
      .def("__float__", [](const Tensor& t) { return t.item(); })
      .def("__int__", [](const Tensor& t) { return py::int_(to_scalar(t)); })
      .def("__index__",
           [](const Tensor& t) {
             if (is_floating(t.dtype())) throw TypeError("only a tensor of integers converts to an index.");
             return py::int_(to_scalar(t));
           })
      .def("__bool__", &to_bool)
      .def("__len__", &length)
      .def("__getitem__", &getitem)
      .def("__iter__",
           [](py::object self) {
             const std::int64_t n = length(self.cast<const Tensor&>());
             py::list rows;
             for (std::int64_t i = 0; i < n; ++i) rows.append(getitem(self, py::int_(i)));
             return py::iter(rows);
           })
      .def("__format__",
           [](py::object self, const py::str& spec) {
             const auto& t = self.cast<const Tensor&>();
             return t.shape().rank() == 0 && !t.traced() ? to_scalar(t).attr("__format__")(spec)
                                                         : py::repr(self).attr("__format__")(spec);
           })
      .def("__repr__", &repr)
      .def("__copy__", [](const Tensor& t) { return t; })
      .def("__deepcopy__", [](const Tensor& t, const py::dict&) { return t; })
      .def("__dlpack__", &to_dlpack, py::kw_only(), py::arg("stream") = py::none(), py::arg("max_version") = py::none(),
           py::arg("dl_device") = py::none(), py::arg("copy") = py::none())
      .def("__dlpack_device__", [](const Tensor&) { return py::make_tuple(1, 0); });
  define_operators(cls);
  module.def("convert_to_tensor", &convert, py::arg("x"), py::arg("dtype") = py::none(),
             "A Tensor of any object that stands for one; a symbolic tensor stays one.");
  module.def(
      "set_getitem_hook", [](py::object hook) { getitem_hook = hook.release().ptr(); },
      "Sets the function hook(tensor, key) that indexing calls.");
}

}  // namespace nnfit::bindings
