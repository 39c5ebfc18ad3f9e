#include "graph/feature_parts.h"

#include <algorithm>

namespace nnfit {

namespace {

constexpr std::int64_t most_parts = 16;

bool takes_parts(const Graph& graph, const Graph::Node& node, std::size_t input, std::int64_t parts) {
  if (!node.op->takes_parts) return false;
  std::vector<Spec> specs;
  for (int v : node.inputs) specs.push_back(graph.values[static_cast<std::size_t>(v)].spec);
  return node.op->takes_parts(node.attributes, specs, input, parts);
}

// Whether nobody but nodes reads the value, and those take it in parts.
bool all_take_parts(const Graph& graph, int value, std::int64_t parts) {
  if (std::ranges::count(graph.outputs, value) > 0) return false;
  for (const Graph::Binding& b : graph.variables)
    if (b.final == value) return false;
  bool any = false;
  for (const Graph::Node& node : graph.nodes)
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] != value) continue;
      if (!takes_parts(graph, node, i, parts)) return false;
      any = true;
    }
  return any;
}

}  // namespace

std::vector<std::int64_t> feature_parts(const Graph& graph) {
  std::vector<std::int64_t> parts;
  for (int input : graph.inputs) {
    std::int64_t n = graph.values[static_cast<std::size_t>(input)].spec.shape.rank() == 2 ? most_parts : 1;
    while (n > 1 && !all_take_parts(graph, input, n)) --n;
    parts.push_back(n);
  }
  return parts;
}

}  // namespace nnfit
