#include "graph/graph.h"

namespace nnfit {

Graph::Node& Graph::add_node(const Op& op, const Attributes& attributes, std::vector<int> node_inputs) {
  std::vector<Spec> specs;
  for (int v : node_inputs) specs.push_back(values[static_cast<std::size_t>(v)].spec);
  const std::vector<Spec> made = op.infer(attributes, specs);
  const int index = static_cast<int>(nodes.size());
  std::vector<int> node_outputs;
  for (std::size_t i = 0; i < made.size(); ++i)
    node_outputs.push_back(add_value({made[i], index, static_cast<int>(i), {}}));
  nodes.push_back({&op, attributes, std::move(node_inputs), std::move(node_outputs)});
  return nodes.back();
}

std::vector<int> Graph::use_counts() const {
  std::vector<int> counts(values.size(), 0);
  for (const Node& node : nodes)
    for (int v : node.inputs) ++counts[static_cast<std::size_t>(v)];
  for (int v : outputs) ++counts[static_cast<std::size_t>(v)];
  for (const Binding& b : variables) ++counts[static_cast<std::size_t>(b.final)];
  return counts;
}

void Graph::name_makers() {
  for (Value& value : values) value.node = -1;
  for (std::size_t n = 0; n < nodes.size(); ++n)
    for (std::size_t o = 0; o < nodes[n].outputs.size(); ++o) {
      Value& value = values[static_cast<std::size_t>(nodes[n].outputs[o])];
      value.node = static_cast<int>(n);
      value.output = static_cast<int>(o);
    }
}

}  // namespace nnfit
