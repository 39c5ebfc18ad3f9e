#include "graph/passes.h"

namespace nnfit {

namespace {

// The node that pools as `node` does, its return_index aside; null if none before it does.
Graph::Node* earlier_pooling(Graph& graph, const Graph::Node& node, const Op& max_pool) {
  for (Graph::Node& other : graph.nodes) {
    if (&other == &node) return nullptr;
    if (other.op != &max_pool || other.inputs != node.inputs) continue;
    Attributes attributes = other.attributes;
    attributes.set("return_index", true);
    if (attributes == node.attributes) return &other;
  }
  return nullptr;
}

}  // namespace

// y = max_pool(x); later index = max_pool(x, return_index=True)[1]  ->  y, index = max_pool(x, return_index=True)
void share_pool_indices(Graph& graph) {
  static const Op& max_pool = op("max_pool");
  for (Graph::Node& node : graph.nodes) {
    if (node.op != &max_pool || !node.attributes.flag("return_index")) continue;
    Graph::Node* const first = earlier_pooling(graph, node, max_pool);
    if (!first) continue;
    // The first node makes both from now on. The later one is left without a reader of its index; a reader of its y
    // keeps it, on values of its own.
    first->attributes = node.attributes;
    if (first->outputs.size() == 1) {
      Graph::Value index = graph.values[static_cast<std::size_t>(node.outputs[1])];
      first->outputs.push_back(node.outputs[1]);
      node.outputs[1] = graph.add_value(std::move(index));
    }
  }
  remove_dead_nodes(graph);
}

}  // namespace nnfit
