#include "graph/passes.h"

namespace nnfit {

void remove_dead_nodes(Graph& graph) {
  std::vector<bool> used(graph.values.size(), false);
  for (int v : graph.outputs) used[static_cast<std::size_t>(v)] = true;
  for (const Graph::Binding& b : graph.variables)
    if (b.final != b.initial) used[static_cast<std::size_t>(b.final)] = true;
  std::vector<Graph::Node> kept;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    Graph::Node& node = graph.nodes[i];
    bool live = node.op->effect == Effect::host;
    for (int v : node.outputs) live |= used[static_cast<std::size_t>(v)];
    if (!live) continue;
    for (int v : node.inputs) used[static_cast<std::size_t>(v)] = true;
    kept.push_back(std::move(node));
  }
  graph.nodes.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (int v : graph.nodes[i].outputs) graph.values[static_cast<std::size_t>(v)].node = static_cast<int>(i);
}

}  // namespace nnfit
