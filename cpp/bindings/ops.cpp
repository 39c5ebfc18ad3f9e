// The op table in Python: `_core.ops.<name>(*tensors, **attributes)`.
#include <pybind11/stl.h>

#include <unordered_map>

#include "bindings/bindings.h"
#include "ops/apply.h"
#include "ops/host_call.h"

namespace nnfit::bindings {

namespace {

PyObject* symbolic_hook = nullptr;

// An op as a Python callable. Tensors come first, by position; further positions are attributes in the schema's order.
// An op that takes any number of tensors takes them as one list, too.
class OpFunction {
 public:
  explicit OpFunction(const Op& op) : op_(op) {}

  const Op& op() const { return op_; }

  py::object call(const py::args& args, const py::kwargs& kwargs) const {
    const auto [tensors, rest] = split(args);
    for (py::handle object : tensors)
      if (is_symbolic(object)) return call_symbolic(args, kwargs);
    std::vector<Tensor> inputs;
    inputs.reserve(tensors.size());
    for (py::handle object : tensors) inputs.push_back(to_tensor(op_.name.c_str(), object));
    return outputs_to_python(op_, apply_released(op_, std::move(inputs), attributes(rest, kwargs)));
  }

  // The specs that a call on inputs of these specs would give: [(shape, dtype), …].
  py::list infer(const std::vector<std::pair<py::tuple, std::string>>& inputs, const py::kwargs& kwargs) const {
    std::vector<Spec> specs;
    for (const auto& [shape, dtype] : inputs) specs.push_back(spec_from_python(shape, dtype));
    py::list results;
    for (const Spec& spec : op_.infer(attributes({}, kwargs), specs))
      results.append(py::make_tuple(shape_to_python(spec.shape), name_of(spec.dtype)));
    return results;
  }

 private:
  using Objects = std::vector<py::handle>;

  // Tensors, and what stands behind them. A None in place of a tensor that may be missing ends the tensors.
  std::pair<Objects, Objects> split(const py::args& args) const {
    Objects tensors, rest;
    if (op_.max_inputs < 0) {
      for (py::handle object : args) {
        if (py::isinstance<py::list>(object) || py::isinstance<py::tuple>(object))
          for (py::handle item : object) tensors.push_back(item);
        else
          tensors.push_back(object);
      }
      return {tensors, rest};
    }
    const auto most = static_cast<std::size_t>(op_.max_inputs);
    for (std::size_t i = 0; i < args.size(); ++i) {
      const py::handle object = PyTuple_GET_ITEM(args.ptr(), static_cast<Py_ssize_t>(i));
      if (i >= most)
        rest.push_back(object);
      else if (!object.is_none() || i < static_cast<std::size_t>(op_.min_inputs))
        tensors.push_back(object);
    }
    return {tensors, rest};
  }

  Attributes attributes(const Objects& positional, const py::kwargs& kwargs) const {
    Attributes values(&op_.attributes);
    if (positional.size() > op_.attributes.size())
      throw TypeError(
          concat("[", op_.name, "] got ", positional.size() - op_.attributes.size(), " arguments too many."));
    std::vector<bool> given(op_.attributes.size(), false);
    for (std::size_t i = 0; i < positional.size(); ++i) {
      values.set(i, attribute_from_python(op_, op_.attributes[i], positional[i]));
      given[i] = true;
    }
    for (const auto& [key, value] : kwargs) {
      const std::size_t i = position(PyUnicode_AsUTF8(key.ptr()));
      values.set(i, attribute_from_python(op_, op_.attributes[i], value));
      given[i] = true;
    }
    for (std::size_t i = 0; i < given.size(); ++i)
      if (op_.attributes[i].required && !given[i])
        throw TypeError(concat("[", op_.name, "] expected the argument ", op_.attributes[i].name, "."));
    return values;
  }

  std::size_t position(std::string_view name) const {
    for (std::size_t i = 0; i < op_.attributes.size(); ++i)
      if (name == op_.attributes[i].name) return i;
    std::string known;
    for (const AttributeSchema& a : op_.attributes) known += concat(known.empty() ? "" : ", ", a.name);
    throw TypeError(
        concat("[", op_.name, "] has no argument '", name, "'; it has ", known.empty() ? "none" : known, "."));
  }

  py::object call_symbolic(const py::args& args, const py::kwargs& kwargs) const {
    if (!symbolic_hook) throw TypeError(concat("[", op_.name, "] got a symbolic tensor, and no hook is set for them."));
    return py::reinterpret_borrow<py::object>(symbolic_hook)(py::cast(this, py::return_value_policy::reference), args,
                                                             kwargs);
  }

  const Op& op_;
};

py::list describe_attributes(const Op& op) {
  static constexpr const char* kinds[] = {"bool", "int", "float", "str", "ints", "dtype", "callable", "chain"};
  py::list list;
  for (const AttributeSchema& a : op.attributes) {
    py::dict d;
    d["name"] = a.name;
    d["kind"] = kinds[static_cast<int>(a.kind)];
    d["required"] = a.required;
    d["optional"] = a.optional;
    d["default"] = attribute_to_python(a.default_value);
    list.append(d);
  }
  return list;
}

py::list describe_table() {
  py::list list;
  for (const Op* op : op_table().all()) {
    py::dict d;
    d["name"] = op->name;
    d["attributes"] = describe_attributes(*op);
    d["min_inputs"] = op->min_inputs;
    d["max_inputs"] = op->max_inputs;
    d["differentiable"] = op->gradient != nullptr;
    d["elementwise"] = op->elementwise.has_value();
    list.append(d);
  }
  return list;
}

}  // namespace

py::object outputs_to_python(const Op& op, std::vector<Tensor> outputs) {
  if (outputs.size() == 1 && !op.list_output) return py::cast(std::move(outputs[0]));
  return py::cast(std::move(outputs));
}

std::vector<Tensor> apply_released(const Op& op, std::vector<Tensor> inputs, const Attributes& attributes) {
  constexpr std::size_t worth_releasing = 1 << 16;  // bytes: some microseconds of work
  std::size_t bytes = 0;
  for (const Tensor& t : inputs) bytes += t.spec().bytes();
  if (bytes < worth_releasing || listeners().trace) return apply(op, std::move(inputs), attributes);
  const py::gil_scoped_release release;
  return apply(op, std::move(inputs), attributes);
}

void register_ops(py::module_& module) {
  py::module_ ops = module.def_submodule("ops", "Every op of the table, by name.");
  py::class_<OpFunction>(module, "Op", "An op: a callable over tensors, with attributes as keyword arguments.")
      .def("__call__", &OpFunction::call)
      .def("infer", &OpFunction::infer)
      .def_property_readonly("name", [](const OpFunction& f) { return f.op().name; })
      .def("__repr__", [](const OpFunction& f) { return "<op " + f.op().name + ">"; });
  for (const Op* op : op_table().all()) ops.attr(op->name.c_str()) = py::cast(new OpFunction(*op));
  module.def("op_table", &describe_table, "Every op: name, attributes, number of inputs, whether it has a gradient.");
  module.def(
      "set_symbolic_hook", [](py::object hook) { symbolic_hook = hook.release().ptr(); },
      "Sets hook(op, args, kwargs), called for an op that is given a symbolic tensor.");
}

}  // namespace nnfit::bindings
