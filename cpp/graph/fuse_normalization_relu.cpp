#include "graph/passes.h"

namespace nnfit {

// relu(y), y of normalize_batch or normalize_channels, where nothing else reads y. The bits stay the same.
void fuse_normalization_relu(Graph& graph) {
  static const Op &relu = op("relu"), &batch = op("normalize_batch"), &channels = op("normalize_channels");
  const std::vector<int> uses = graph.use_counts();
  const auto value = [&](int v) -> Graph::Value& { return graph.values[static_cast<std::size_t>(v)]; };
  for (Graph::Node& node : graph.nodes) {
    if (node.op != &relu) continue;
    const int y = node.inputs[0];
    if (value(y).node < 0 || value(y).output != 0 || uses[static_cast<std::size_t>(y)] != 1) continue;
    Graph::Node& maker = graph.nodes[static_cast<std::size_t>(value(y).node)];
    if ((maker.op != &batch && maker.op != &channels) || maker.attributes.flag("relu")) continue;
    maker.attributes.set("relu", true);
    // The maker takes over the result; the relu node is left without a reader, on the maker's old value.
    std::swap(maker.outputs[0], node.outputs[0]);
    std::swap(value(y).node, value(maker.outputs[0]).node);
  }
  remove_dead_nodes(graph);
}

}  // namespace nnfit
