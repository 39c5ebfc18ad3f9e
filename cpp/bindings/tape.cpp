// _core.Tape, the core of nnfit.GradientTape.
#include "autodiff/tape.h"

#include <pybind11/stl.h>

#include "bindings/bindings.h"

namespace nnfit::bindings {

namespace {

GradientSource source_of(py::handle object) {
  if (py::isinstance<Variable>(object)) return {Tensor(), object.cast<std::shared_ptr<Variable>>()};
  if (py::isinstance<Tensor>(object)) return {object.cast<Tensor>(), nullptr};
  throw TypeError(concat("[GradientTape.gradient] expected sources that are tensors or variables; got ",
                         py::str(py::type::of(object).attr("__name__")).cast<std::string>(), "."));
}

std::vector<py::object> gradient(Tape& tape, const py::list& targets, const py::list& sources,
                                 const py::list& output_gradients, bool zero_unconnected) {
  std::vector<Tensor> target_tensors, gradient_tensors;
  std::vector<GradientSource> source_list;
  for (py::handle t : targets) target_tensors.push_back(to_tensor("GradientTape.gradient", t));
  for (py::handle s : sources) source_list.push_back(source_of(s));
  for (py::handle g : output_gradients)
    gradient_tensors.push_back(g.is_none() ? Tensor() : to_tensor("GradientTape.gradient", g));
  std::vector<py::object> results;
  for (const Tensor& t : tape.gradient(target_tensors, source_list, gradient_tensors, zero_unconnected))
    results.push_back(t ? py::cast(t) : py::none());
  return results;
}

}  // namespace

void register_tape(py::module_& module) {
  py::class_<Tape>(module, "Tape", "Records ops on watched values and differentiates them.")
      .def(py::init<bool, bool>(), py::arg("persistent") = false, py::arg("watch_accessed_variables") = true)
      .def("start", &Tape::start)
      .def("stop", &Tape::stop)
      .def("reset", &Tape::reset)
      .def_property_readonly("recording", &Tape::recording)
      .def("watch",
           [](Tape& tape, const py::object& object) {
             const GradientSource source = source_of(object);
             if (source.variable)
               tape.watch(*source.variable);
             else
               tape.watch(source.tensor);
           })
      .def("watched_variables", &Tape::watched_variables)
      .def("gradient", &gradient, py::arg("targets"), py::arg("sources"), py::arg("output_gradients"),
           py::arg("zero_unconnected"));
}

}  // namespace nnfit::bindings
