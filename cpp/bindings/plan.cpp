// _core.Tracer and _core.Plan, the core of nnfit.function and of fit.
#include "graph/plan.h"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <cstring>

#include "bindings/bindings.h"
#include "graph/tracer.h"
#include "ops/apply.h"
#include "ops/elementwise_chain.h"
#include "ops/host_call.h"

namespace nnfit::bindings {

namespace {

// Numbers of rows, one after another; those of a strided array are copied.
using RowNumbers = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;

// A Python function called from a plan with NumPy arrays: fn(*arrays) -> None, an array or a sequence of arrays.
class PythonFunction : public HostFunction {
 public:
  PythonFunction(py::object function, std::vector<Spec> outputs)
      : function_(std::move(function)), outputs_(std::move(outputs)) {}
  ~PythonFunction() override {
    const py::gil_scoped_acquire acquire;
    function_ = py::object();
  }

  std::vector<Spec> infer(std::span<const Spec>) override { return outputs_; }

  void call(std::span<const Operand> inputs, std::span<const Operand> outputs) override {
    const py::gil_scoped_acquire acquire;
    py::tuple arguments(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const Tensor copy = Tensor::empty(*inputs[i].spec);
      if (copy.size()) std::memcpy(copy.data(), inputs[i].data, copy.spec().bytes());
      arguments[i] = numpy_view(copy);
    }
    const py::object returned = function_(*arguments);
    if (outputs.empty()) return;
    const bool several = py::isinstance<py::tuple>(returned) || py::isinstance<py::list>(returned);
    const py::list values = several ? py::list(returned) : py::list(py::make_tuple(returned));
    if (values.size() != outputs.size())
      throw ValueError(
          concat("[host_call] expected ", outputs.size(), " results; the function gave ", values.size(), "."));
    for (std::size_t i = 0; i < outputs.size(); ++i) write(values[i], outputs[i]);
  }

 private:
  static void write(const py::object& value, const Operand& to) {
    const py::module_ numpy = py::module_::import("numpy");
    const auto array = numpy.attr("ascontiguousarray")(value, name_of(to.spec->dtype)).cast<py::array>();
    if (array.size() != to.spec->shape.size() || !shape_to_python(to.spec->shape).equal(numpy.attr("shape")(value)))
      throw ValueError(concat("[host_call] expected a result of shape ", to.spec->shape, "; the function gave ",
                              py::str(numpy.attr("shape")(value)).cast<std::string>(), "."));
    if (to.spec->bytes()) std::memcpy(to.data, array.data(), to.spec->bytes());
  }

  py::object function_;
  std::vector<Spec> outputs_;
};

SourceType source_type(const py::array& array) {
  const std::string name = py::str(array.dtype().attr("name")).cast<std::string>();
  static constexpr std::pair<const char*, SourceType> names[] = {
      {"bool", SourceType::bool_},      {"int8", SourceType::int8},      {"uint8", SourceType::uint8},
      {"int16", SourceType::int16},     {"uint16", SourceType::uint16},  {"int32", SourceType::int32},
      {"uint32", SourceType::uint32},   {"int64", SourceType::int64},    {"uint64", SourceType::uint64},
      {"float32", SourceType::float32}, {"float64", SourceType::float64}};
  for (const auto& [known, type] : names)
    if (name == known) return type;
  throw TypeError(concat("[plan] expected an array of numbers; got dtype ", name, "."));
}

Feed feed_of(const Plan& plan, std::size_t input, const py::array& array) {
  const Shape& wanted = plan.input_spec(input).shape;
  bool fits = array.ndim() == wanted.rank() && wanted.rank() >= 1;
  py::ssize_t inner = array.itemsize();
  for (py::ssize_t i = array.ndim() - 1; fits && i >= 1; --i) {
    fits = array.shape(i) == wanted[static_cast<int>(i)] && (array.shape(i) <= 1 || array.strides(i) == inner);
    inner *= array.shape(i);
  }
  if (!fits) throw ValueError(concat("[plan] expected rows like ", wanted, ", each contiguous, as input ", input, "."));
  return {array.data(), source_type(array), array.shape(0), array.strides(0)};
}

void check_rows(const StepRequest& request, const Plan& plan, const std::optional<RowNumbers>& index) {
  for (std::size_t i = 0; i < request.feeds.size(); ++i) {
    const std::int64_t batch = plan.input_spec(i).shape[0];
    const std::int64_t available = index ? index->size() : request.feeds[i].rows;
    if (request.first < 0 || request.steps < 0 || request.first + request.steps * batch > available)
      throw IndexError(concat("[plan] steps reach past the ", available, " rows that there are."));
  }
  if (!index) return;
  std::int64_t rows = request.feeds.empty() ? 0 : request.feeds[0].rows;
  for (const Feed& f : request.feeds) rows = std::min(rows, f.rows);
  const std::int64_t used = request.feeds.empty() ? 0 : request.steps * plan.input_spec(0).shape[0];
  for (std::int64_t i = request.first; i < request.first + used; ++i)
    if (index->data()[i] < 0 || index->data()[i] >= rows)
      throw IndexError(concat("[plan] row ", index->data()[i], " is outside the ", rows, " rows that there are."));
}

py::tuple run_steps(Plan& plan, const std::vector<py::array>& arrays, const std::optional<RowNumbers>& index,
                    std::int64_t first, std::int64_t steps, const std::vector<std::optional<py::array>>& collect,
                    int watch) {
  if (arrays.size() != plan.graph().inputs.size())
    throw ValueError(concat("[plan] expected ", plan.graph().inputs.size(), " arrays; got ", arrays.size(), "."));
  StepRequest request;
  for (std::size_t i = 0; i < arrays.size(); ++i) request.feeds.push_back(feed_of(plan, i, arrays[i]));
  request.first = first;
  request.steps = steps;
  request.watch = watch;
  if (index) request.index = index->data();
  check_rows(request, plan, index);
  for (std::size_t i = 0; i < collect.size(); ++i) {
    if (collect[i] &&
        (i >= plan.graph().outputs.size() || !(collect[i]->flags() & py::array::c_style) || !collect[i]->writeable() ||
         collect[i]->nbytes() < steps * static_cast<py::ssize_t>(plan.output_spec(i).bytes())))
      throw ValueError(concat("[plan] expected a writable array for ", steps, " times ", plan.output_spec(i), "."));
    request.collect.push_back(collect[i] ? static_cast<std::byte*>(collect[i]->request(true).ptr) : nullptr);
  }
  StepResult result;
  {
    const py::gil_scoped_release release;
    result = plan.run_steps(request);
  }
  return py::make_tuple(result.outputs, result.first_nan);
}

// A `with` block in which nothing is traced or taped: ops compute at once.
class Suspension {
 public:
  void enter() { kept_.push_back(std::exchange(listeners(), {})); }
  void exit() {
    listeners() = std::move(kept_.back());
    kept_.pop_back();
  }

 private:
  std::vector<Listeners> kept_;
};

// The op's name; that of a chain with its members: elementwise_chain(multiply, tanh).
std::string call_name(const Graph::Node& node) {
  if (node.op != &elementwise_chain_op()) return node.op->name;
  std::string members;
  for (const ElementwiseChain::Member& m : node.attributes.elementwise_chain("chain")->members())
    members += (members.empty() ? "" : ", ") + m.op->name;
  return node.op->name + "(" + members + ")";
}

py::list describe(const Plan& plan) {
  py::list calls;
  for (const Graph::Node& node : plan.graph().nodes) {
    py::list in, out;
    for (int v : node.inputs) in.append(v);
    for (int v : node.outputs) {
      const Spec& spec = plan.graph().values[static_cast<std::size_t>(v)].spec;
      out.append(py::make_tuple(v, name_of(spec.dtype), shape_to_python(spec.shape)));
    }
    calls.append(py::make_tuple(call_name(node), in, out));
  }
  return calls;
}

}  // namespace

void register_plan(py::module_& module) {
  py::class_<HostFunction, std::shared_ptr<HostFunction>>(module, "HostFunction", "A Python function for host_call.")
      .def(py::init([](py::object function, const std::vector<std::pair<py::tuple, std::string>>& outputs) {
             std::vector<Spec> specs;
             for (const auto& [shape, dtype] : outputs) specs.push_back(spec_from_python(shape, dtype));
             return std::static_pointer_cast<HostFunction>(
                 std::make_shared<PythonFunction>(std::move(function), std::move(specs)));
           }),
           py::arg("function"), py::arg("outputs"));

  py::class_<Tracer>(module, "Tracer", "Builds a plan from what is done between start and finish.")
      .def(py::init<>())
      .def("start", &Tracer::start)
      .def("stop", &Tracer::stop)
      .def(
          "input",
          [](Tracer& tracer, const py::object& shape, const std::string& dtype) {
            return tracer.input(spec_from_python(shape, dtype));
          },
          py::arg("shape"), py::arg("dtype"))
      .def(
          "finish",
          [](Tracer& tracer, const std::vector<Tensor>& outputs) {
            return std::make_shared<Plan>(tracer.finish(outputs));
          },
          py::arg("outputs"), "The plan whose runs give `outputs`.");
  module.def(
      "tracing", [] { return listeners().trace != nullptr; }, "Whether a function is being traced on this thread.");

  py::class_<Suspension>(module, "Suspension", "A context in which nothing is traced or taped.")
      .def(py::init<>())
      .def("__enter__", &Suspension::enter)
      .def("__exit__", [](Suspension& s, const py::args&) { s.exit(); });

  py::class_<Plan, std::shared_ptr<Plan>>(module, "Plan", "A traced function, ready to run.")
      .def(
          "run",
          [](Plan& plan, const std::vector<Tensor>& inputs) {
            const py::gil_scoped_release release;
            return plan.run(inputs);
          },
          py::arg("inputs"))
      .def("run_steps", &run_steps, py::arg("arrays"), py::arg("index") = py::none(), py::arg("first") = 0,
           py::arg("steps") = 1, py::arg("collect") = std::vector<std::optional<py::array>>(), py::arg("watch") = -1,
           "Runs `steps` batches of rows; returns (outputs of the last, first step whose watched output is NaN or -1).")
      .def_property_readonly("output_specs",
                             [](const Plan& plan) {
                               py::list specs;
                               for (std::size_t i = 0; i < plan.graph().outputs.size(); ++i)
                                 specs.append(py::make_tuple(shape_to_python(plan.output_spec(i).shape),
                                                             name_of(plan.output_spec(i).dtype)));
                               return specs;
                             })
      .def_property_readonly("calls", &describe, "The calls of a run: (op, inputs, outputs).")
      .def_property_readonly("arena_bytes", [](const Plan& plan) { return plan.layout().arena_bytes; })
      .def_property_readonly("feature_parts", [](const Plan& plan) { return plan.feature_parts(); });
}

}  // namespace nnfit::bindings
