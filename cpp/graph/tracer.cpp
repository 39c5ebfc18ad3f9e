#include "graph/tracer.h"

namespace nnfit {

void Tracer::start() {
  if (listeners().trace) throw std::logic_error("a function is being traced on this thread already");
  listeners().trace = this;
}

void Tracer::stop() {
  if (listeners().trace == this) listeners().trace = nullptr;
}

Tensor Tracer::input(const Spec& spec) {
  const int value = graph_->add_value({spec, -1, 0, {}});
  graph_->inputs.push_back(value);
  return Tensor::symbol(spec, graph_, value);
}

int Tracer::value_of(const Tensor& tensor) {
  if (tensor.traced()) {
    if (tensor.symbol().graph != graph_)
      throw TracedValueError("a tensor of another traced function was used in this one; pass it as an argument.");
    return tensor.symbol().value;
  }
  const auto [at, is_new] = constants_.try_emplace(tensor.id(), -1);
  if (is_new) at->second = graph_->add_value({tensor.spec(), -1, 0, tensor});
  return at->second;
}

std::vector<Tensor> Tracer::record(const Op& op, const std::vector<Tensor>& inputs, const Attributes& attributes) {
  std::vector<int> numbers;
  for (const Tensor& t : inputs) numbers.push_back(value_of(t));
  const Graph::Node& node = graph_->add_node(op, attributes, std::move(numbers));
  std::vector<Tensor> outputs;
  for (int v : node.outputs)
    outputs.push_back(Tensor::symbol(graph_->values[static_cast<std::size_t>(v)].spec, graph_, v));
  return outputs;
}

Graph::Binding& Tracer::binding(Variable& variable) {
  const auto [at, is_new] = bindings_.try_emplace(&variable, graph_->variables.size());
  if (is_new) {
    const int initial = graph_->add_value({variable.spec(), -1, 0, {}});
    graph_->variables.push_back({variable.shared_from_this(), initial, initial});
    current_[&variable] = Tensor::symbol(variable.spec(), graph_, initial);
  }
  return graph_->variables[at->second];
}

Tensor Tracer::read(Variable& variable) {
  binding(variable);
  return current_[&variable];
}

void Tracer::assign(Variable& variable, const Tensor& value) {
  Graph::Binding& bound = binding(variable);
  bound.final = value_of(value);
  current_[&variable] = value;
}

std::shared_ptr<Graph> Tracer::finish(const std::vector<Tensor>& outputs) {
  stop();
  for (const Tensor& t : outputs) graph_->outputs.push_back(value_of(t));
  return graph_;
}

}  // namespace nnfit
