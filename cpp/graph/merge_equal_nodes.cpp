#include <cstring>
#include <map>
#include <numeric>

#include "graph/passes.h"

namespace nnfit {

namespace {

bool equal_constants(const Tensor& a, const Tensor& b) {
  return a && b && a.spec() == b.spec() && a.spec().bytes() <= 64 &&
         std::memcmp(a.data(), b.data(), a.spec().bytes()) == 0;
}

}  // namespace

void merge_equal_nodes(Graph& graph) {
  std::vector<int> same_as(graph.values.size());
  std::iota(same_as.begin(), same_as.end(), 0);
  const auto resolve = [&](int& v) { v = same_as[static_cast<std::size_t>(v)]; };

  std::vector<int> constants;
  for (std::size_t v = 0; v < graph.values.size(); ++v) {
    if (!graph.values[v].constant) continue;
    bool merged = false;
    for (int c : constants) {
      merged = equal_constants(graph.values[static_cast<std::size_t>(c)].constant, graph.values[v].constant);
      if (merged) same_as[v] = c;
      if (merged) break;
    }
    if (!merged) constants.push_back(static_cast<int>(v));
  }

  std::multimap<std::pair<const Op*, std::vector<int>>, std::size_t> seen;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    Graph::Node& node = graph.nodes[i];
    for (int& v : node.inputs) resolve(v);
    if (node.op->effect == Effect::host) continue;
    const auto key = std::make_pair(node.op, node.inputs);
    const auto [first, last] = seen.equal_range(key);
    auto match = first;
    while (match != last && !(graph.nodes[match->second].attributes == node.attributes)) ++match;
    if (match == last) {
      seen.emplace(key, i);
      continue;
    }
    const Graph::Node& other = graph.nodes[match->second];
    for (std::size_t k = 0; k < node.outputs.size(); ++k)
      same_as[static_cast<std::size_t>(node.outputs[k])] = other.outputs[k];
  }
  for (int& v : graph.outputs) resolve(v);
  for (Graph::Binding& b : graph.variables) resolve(b.final);
}

}  // namespace nnfit
