#include "graph/workspace.h"

#include <cstring>

namespace nnfit {

Workspace::Workspace(const Graph& graph, const Layout& layout)
    : graph_(graph),
      layout_(layout),
      arena_(Storage::allocate(layout.arena_bytes)),
      input_data_(graph.inputs.size()),
      variable_data_(graph.variables.size()),
      input_users_(graph.inputs.size()),
      variable_users_(graph.variables.size()),
      input_buffers_(graph.inputs.size()),
      gathered_(graph.inputs.size()) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Graph::Node& node = graph.nodes[i];
    if (node.op->effect == Effect::alias) continue;
    calls_.push_back({node.op, &node.attributes, operands_.size(), node.inputs.size(), node.outputs.size(),
                      arena_->data() + layout.scratch[i]});
    for (const std::vector<int>* values : {&node.inputs, &node.outputs})
      for (int v : *values) {
        const Location& location = layout.locations[static_cast<std::size_t>(v)];
        if (location.kind == Location::Kind::input) input_users_[location.at].push_back(operands_.size());
        if (location.kind == Location::Kind::variable) variable_users_[location.at].push_back(operands_.size());
        const Gathered* const gathered = location.kind == Location::Kind::input ? &gathered_[location.at] : nullptr;
        operands_.push_back({pointer(location), &graph.values[static_cast<std::size_t>(v)].spec, gathered});
      }
  }
}

void* Workspace::pointer(const Location& location) const {
  switch (location.kind) {
    case Location::Kind::arena:
      return arena_->data() + location.at;
    case Location::Kind::input:
      return input_data_[location.at];
    case Location::Kind::constant:
      return graph_.values[location.at].constant.storage()->data();
    case Location::Kind::variable:
      return variable_data_[location.at];
    default:
      return nullptr;
  }
}

void Workspace::rebind(std::vector<void*>& pointers, const std::vector<std::vector<std::size_t>>& users,
                       std::size_t which, void* data) {
  if (pointers[which] == data) return;
  pointers[which] = data;
  for (std::size_t operand : users[which]) operands_[operand].data = data;
}

void Workspace::bind_input(std::size_t input, const void* data) {
  rebind(input_data_, input_users_, input, const_cast<void*>(data));  // ops never write over a plan's inputs
}

void Workspace::bind_variables() {
  for (std::size_t i = 0; i < graph_.variables.size(); ++i) {
    const Graph::Binding& b = graph_.variables[i];
    held_.push_back(b.final == b.initial ? b.variable->stored() : b.variable->writable());
    rebind(variable_data_, variable_users_, i, held_.back().storage()->data());
  }
}

std::byte* Workspace::input_buffer(std::size_t input, std::size_t bytes) {
  std::shared_ptr<Storage>& buffer = input_buffers_[input];
  if (!buffer) buffer = Storage::allocate(bytes);
  return buffer->data();
}

void Workspace::run() const {
  for (const Call& call : calls_)
    call.op->run({{operands_.data() + call.first_operand, call.inputs},
                  {operands_.data() + call.first_operand + call.inputs, call.outputs},
                  *call.attributes,
                  call.scratch});
}

void Workspace::finish_variables() const {
  for (std::size_t i : layout_.copies) {
    const Graph::Binding& b = graph_.variables[i];
    std::memcpy(variable_data_[i], data(b.final), b.variable->spec().bytes());
  }
}

}  // namespace nnfit
