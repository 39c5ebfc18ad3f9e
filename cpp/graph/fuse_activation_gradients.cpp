#include <algorithm>
#include <iterator>

#include "graph/passes.h"

namespace nnfit {

// relu_gradient(dense_input_gradient(dy, kernel), y) -> dense_input_gradient(dy, kernel, y), whose kernel applies the
// gate as it stores; conv_input_gradient likewise. y is an output of the forward pass, so it is there by then; where it
// is not, nothing is changed.
void fuse_activation_gradients(Graph& graph) {
  static const Op* const input_gradients[] = {&op("dense_input_gradient"), &op("conv_input_gradient")};
  static const Op& relu_gradient = op("relu_gradient");
  const std::vector<int> uses = graph.use_counts();
  const auto value = [&](int v) -> Graph::Value& { return graph.values[static_cast<std::size_t>(v)]; };
  for (Graph::Node& node : graph.nodes) {
    if (node.op != &relu_gradient) continue;
    const int dx = node.inputs[0], y = node.inputs[1];
    if (value(dx).node < 0 || uses[static_cast<std::size_t>(dx)] != 1) continue;
    Graph::Node& maker = graph.nodes[static_cast<std::size_t>(value(dx).node)];
    if (std::ranges::find(input_gradients, maker.op) == std::end(input_gradients) || maker.inputs.size() != 2 ||
        value(y).node >= value(dx).node || !(value(y).spec == value(dx).spec))
      continue;
    maker.inputs.push_back(y);
    // The maker takes over the result; the relu_gradient node is left without a reader, on the maker's old value.
    std::swap(maker.outputs[0], node.outputs[0]);
    std::swap(value(dx).node, value(maker.outputs[0]).node);
  }
  remove_dead_nodes(graph);
}

}  // namespace nnfit
