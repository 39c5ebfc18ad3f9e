// Python objects to tensors and attributes, and back.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <cstring>
#include <limits>

#include "bindings/bindings.h"
#include "kernels/gather/gather.h"
#include "kernels/kernels.h"
#include "ops/functions.h"
#include "ops/host_call.h"

namespace nnfit::bindings {

namespace {

py::handle symbolic_type;

[[noreturn]] void reject_object_array(const char* op, const py::array& array) {
  const auto flat = py::module_::import("numpy").attr("ravel")(array).cast<py::array>();
  std::string where = "an array of Python objects";
  for (py::ssize_t i = 0; i < flat.size(); ++i) {
    const py::object item = flat.attr("item")(i);
    if (PyFloat_Check(item.ptr()) || PyLong_Check(item.ptr())) continue;
    const std::string text = py::repr(item).cast<std::string>().substr(0, 60);
    const py::ssize_t columns = array.ndim() > 1 ? array.size() / std::max<py::ssize_t>(1, array.shape(0)) : 1;
    where = concat("an array of Python objects with ", text, " (",
                   py::str(py::type::of(item).attr("__name__")).cast<std::string>(), ") at row ", i / columns);
    if (array.ndim() > 1) where += concat(", column ", i % columns);
    break;
  }
  throw TypeError(
      concat("[", op, "] expected numbers; got ", where, ". Convert it, for example with x.astype('float32')."));
}

struct NumpyType {
  SourceType source;
  DType dtype;  // what a tensor of it holds
};

// float16, int8 and their like are held in the next type that nnfit has.
NumpyType numpy_type(const char* op, const py::array& array) {
  const char kind = array.dtype().kind();
  const auto size = array.itemsize();
  if (kind == 'b') return {SourceType::bool_, DType::bool_};
  if (kind == 'f' && size == 4) return {SourceType::float32, DType::float32};
  if (kind == 'f' && size == 8) return {SourceType::float64, DType::float64};
  if (kind == 'i' && size == 1) return {SourceType::int8, DType::int32};
  if (kind == 'i' && size == 2) return {SourceType::int16, DType::int32};
  if (kind == 'i' && size == 4) return {SourceType::int32, DType::int32};
  if (kind == 'i' && size == 8) return {SourceType::int64, DType::int64};
  if (kind == 'u' && size == 1) return {SourceType::uint8, DType::uint8};
  if (kind == 'u' && size == 2) return {SourceType::uint16, DType::int32};
  if (kind == 'u' && size == 4) return {SourceType::uint32, DType::int64};
  if (kind == 'u' && size == 8) return {SourceType::uint64, DType::int64};
  if (kind == 'O') reject_object_array(op, array);
  throw TypeError(
      concat("[", op, "] expected numbers; got an array of dtype ", py::str(array.dtype()).cast<std::string>(), "."));
}

Tensor from_array(const char* op, py::array array) {
  if (array.dtype().kind() == 'f' && array.itemsize() == 2) array = array.attr("astype")("float32");
  const NumpyType type = numpy_type(op, array);
  if (!(array.flags() & py::array::c_style) || !array.dtype().attr("isnative").cast<bool>())
    array = py::module_::import("numpy").attr("ascontiguousarray")(array, array.dtype().attr("newbyteorder")("="));
  Shape shape;
  for (py::ssize_t i = 0; i < array.ndim(); ++i) shape.push_back(array.shape(i));
  Tensor t = Tensor::empty({type.dtype, shape});
  if (t.size() && array.itemsize() == static_cast<py::ssize_t>(size_of(type.dtype)))
    std::memcpy(t.data(), array.data(), t.spec().bytes());
  else if (t.size())
    kernels().gather->gather_rows[type.source][type.dtype](1, t.size(), array.data(), 0, nullptr, t.data(), t.size());
  return t;
}

Tensor from_integer(const char* op, py::handle object) {
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(object.ptr(), &overflow);
  if (value == -1 && PyErr_Occurred()) throw py::error_already_set();
  if (overflow) throw ValueError(concat("[", op, "] expected an integer of at most 64 bits."));
  const bool small =
      value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max();
  return Tensor::scalar(static_cast<std::int64_t>(value), small ? DType::int32 : DType::int64).as_weak();
}

bool holds_tensors(py::handle sequence) {
  for (py::handle item : sequence) {
    if (py::isinstance<Tensor>(item) || py::isinstance<Variable>(item)) return true;
    if (py::isinstance<py::sequence>(item) && !py::isinstance<py::str>(item) && !py::isinstance<py::array>(item) &&
        holds_tensors(item))
      return true;
  }
  return false;
}

// Lists of Python numbers become floatx, int32 or bool, or keep all their digits; lists of tensors are stacked.
Tensor from_sequence(const char* op, py::handle object, bool all_digits = false) {
  if (holds_tensors(object)) {
    std::vector<Tensor> items;
    for (py::handle item : object) items.push_back(to_tensor(op, item));
    return apply_named("stack", std::move(items))[0];
  }
  const py::module_ numpy = py::module_::import("numpy");
  py::array array;
  try {
    array = numpy.attr("array")(object);
  } catch (const py::error_already_set&) {
    throw ValueError(concat("[", op, "] expected nested lists of equal lengths; got ragged ones."));
  }
  if (all_digits) return from_array(op, array);
  bool of_arrays = false;  // arrays inside keep their dtype
  for (py::handle item : object) of_arrays |= py::isinstance<py::array>(item);
  if (!of_arrays && array.dtype().kind() == 'f') array = array.attr("astype")(name_of(floatx()));
  if (!of_arrays && array.dtype().kind() == 'i') {
    const Tensor wide = from_array(op, array);
    const auto* p = wide.data_as<std::int64_t>();
    for (std::int64_t i = 0; i < wide.size(); ++i)
      if (p[i] != static_cast<std::int32_t>(p[i])) return wide;
    array = array.attr("astype")("int32");
  }
  return from_array(op, array);
}

std::string type_name(py::handle object) { return py::str(py::type::of(object).attr("__name__")).cast<std::string>(); }

[[noreturn]] void reject_attribute(const Op& op, const AttributeSchema& schema, const char* expected,
                                   py::handle value) {
  throw TypeError(concat("[", op.name, "] expected ", schema.name, " to be ", expected, "; got ",
                         py::repr(value).cast<std::string>().substr(0, 80), "."));
}

bool is_integer_like(py::handle value) { return PyIndex_Check(value.ptr()) && !PyBool_Check(value.ptr()); }

std::int64_t as_integer(py::handle value) {
  const py::object index = py::reinterpret_steal<py::object>(PyNumber_Index(value.ptr()));
  if (!index) throw py::error_already_set();
  return index.cast<std::int64_t>();
}

// dtype names, NumPy dtypes and types, and Python's float, int and bool.
DType as_dtype(py::handle value) {
  if (py::isinstance<py::str>(value)) return dtype_from_name(value.cast<std::string>());
  if (value.ptr() == reinterpret_cast<PyObject*>(&PyFloat_Type)) return floatx();
  if (value.ptr() == reinterpret_cast<PyObject*>(&PyLong_Type)) return DType::int32;
  return dtype_from_name(
      py::dtype::from_args(py::reinterpret_borrow<py::object>(value)).attr("name").cast<std::string>());
}

}  // namespace

void register_symbolic(py::module_& module) {
  module.def(
      "set_symbolic_type", [](py::object type) { symbolic_type = type.release(); },
      "Registers the class of symbolic tensors, for which ops call the symbolic hook.");
}

bool is_symbolic(py::handle object) { return symbolic_type && py::isinstance(object, symbolic_type); }

Tensor to_tensor(const char* op, py::handle object) {
  if (py::isinstance<Tensor>(object)) return object.cast<const Tensor&>();
  if (py::isinstance<Variable>(object)) return object.cast<Variable&>().read();
  PyObject* const p = object.ptr();
  if (PyBool_Check(p)) return Tensor::scalar(p == Py_True).as_weak();
  if (PyFloat_Check(p)) return functions::constant(PyFloat_AS_DOUBLE(p));
  if (PyLong_Check(p)) return from_integer(op, object);
  if (py::isinstance<py::array>(object)) return from_array(op, py::reinterpret_borrow<py::array>(object));
  if (py::isinstance<py::list>(object) || py::isinstance<py::tuple>(object) || py::isinstance<py::set>(object) ||
      PyRange_Check(p))
    return from_sequence(op, object);
  if (p == Py_None) throw TypeError(concat("[", op, "] expected a tensor; got None."));
  if (py::hasattr(object, "__array__")) {  // NumPy scalars, pandas, torch and their like
    const Tensor t = from_array(op, py::module_::import("numpy").attr("asarray")(object).cast<py::array>());
    const bool scalar = py::isinstance(object, py::module_::import("numpy").attr("generic"));
    return scalar ? t.as_weak() : t;
  }
  if (py::hasattr(object, "__dlpack__"))
    return from_array(op, py::module_::import("numpy").attr("from_dlpack")(object).cast<py::array>());
  throw TypeError(concat("[", op, "] expected a tensor, an array or a number; got ", type_name(object), "."));
}

Tensor to_tensor_of(const char* op, py::handle object, DType dtype) {
  const bool list = py::isinstance<py::list>(object) || py::isinstance<py::tuple>(object);
  const Tensor t = list ? from_sequence(op, object, true) : to_tensor(op, object);
  if (t.weak()) return is_floating(dtype) ? Tensor::scalar(t.exact(), dtype) : functions::cast(t, dtype);
  return t.dtype() == dtype ? t : functions::cast(t, dtype);
}

py::tuple shape_to_python(const Shape& shape) {
  py::tuple t(static_cast<std::size_t>(shape.rank()));
  for (int i = 0; i < shape.rank(); ++i) t[static_cast<std::size_t>(i)] = shape[i];
  return t;
}

Shape shape_from_python(py::handle object) {
  Shape shape;
  if (is_integer_like(object)) {
    shape.push_back(as_integer(object));
    return shape;
  }
  for (py::handle dim : object) shape.push_back(as_integer(dim));
  return shape;
}

Spec spec_from_python(py::handle shape, const std::string& dtype) {
  const Spec spec{dtype_from_name(dtype), shape_from_python(shape)};
  for (std::int64_t dim : spec.shape)
    if (dim < 0) throw ValueError(concat("expected dimensions of at least 0; got ", spec.shape, "."));
  return spec;
}

py::object attribute_to_python(const AttributeValue& value) {
  if (const auto* dtype = std::get_if<DType>(&value)) return py::str(name_of(*dtype));
  if (std::holds_alternative<std::shared_ptr<HostFunction>>(value)) return py::none();
  if (const auto* list = std::get_if<Integers>(&value)) return py::tuple(py::cast(*list));
  if (const auto* flag = std::get_if<bool>(&value)) return py::bool_(*flag);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return py::int_(*integer);
  if (const auto* real = std::get_if<double>(&value)) return py::float_(*real);
  if (const auto* text = std::get_if<std::string>(&value)) return py::str(*text);
  return py::none();
}

AttributeValue attribute_from_python(const Op& op, const AttributeSchema& schema, py::handle value) {
  if (value.is_none()) {
    if (schema.optional) return {};
    reject_attribute(op, schema, "given", value);
  }
  switch (schema.kind) {
    case AttributeKind::boolean:
      if (const int truth = PyObject_IsTrue(value.ptr()); truth >= 0) return truth != 0;
      throw py::error_already_set();
    case AttributeKind::integer:
      if (is_integer_like(value)) return as_integer(value);
      reject_attribute(op, schema, "an integer", value);
    case AttributeKind::real:
      if (PyFloat_Check(value.ptr()) || PyLong_Check(value.ptr()) || py::hasattr(value, "__float__"))
        return py::float_(py::reinterpret_borrow<py::object>(value)).cast<double>();
      reject_attribute(op, schema, "a number", value);
    case AttributeKind::text:
      if (py::isinstance<py::str>(value)) return value.cast<std::string>();
      reject_attribute(op, schema, "a string", value);
    case AttributeKind::integers: {
      if (is_integer_like(value)) return Integers{as_integer(value)};
      if (!py::isinstance<py::sequence>(value) && !py::hasattr(value, "__iter__"))
        reject_attribute(op, schema, "an integer or a sequence of integers", value);
      Integers list;
      for (py::handle item : value) {
        if (!is_integer_like(item)) reject_attribute(op, schema, "integers", value);
        list.push_back(as_integer(item));
      }
      return list;
    }
    case AttributeKind::dtype:
      return as_dtype(value);
    case AttributeKind::host_function:
      return value.cast<std::shared_ptr<HostFunction>>();
    case AttributeKind::elementwise_chain:
      break;  // of no op that Python can name
  }
  return {};
}

}  // namespace nnfit::bindings
