#include "graph/passes.h"

namespace nnfit {

// relu_gradient(max_pool_gradient(dy, index), x)  ->  max_pool_gradient(relu_gradient(dy, y), index), where y and index
// are max_pool(x)'s: each element that gets a gradient is the one that became y, so the small tensors can be gated in
// place of the large ones, and nobody needs x afterwards.
void gate_before_unpooling(Graph& graph) {
  static const Op &max_pool = op("max_pool"), &unpool = op("max_pool_gradient"), &relu_gradient = op("relu_gradient");
  const auto maker = [&](int v) -> Graph::Node* {
    const int node = graph.values[static_cast<std::size_t>(v)].node;
    return node < 0 ? nullptr : &graph.nodes[static_cast<std::size_t>(node)];
  };
  const std::vector<int> uses = graph.use_counts();
  for (Graph::Node& gate : graph.nodes) {
    if (gate.op != &relu_gradient || uses[static_cast<std::size_t>(gate.inputs[0])] != 1) continue;
    Graph::Node* const gradient = maker(gate.inputs[0]);
    if (!gradient || gradient->op != &unpool) continue;
    Graph::Node* const pooling = maker(gradient->inputs[1]);
    if (!pooling || pooling->op != &max_pool || pooling->inputs[0] != gate.inputs[1]) continue;
    // The two nodes change places: the gate, being first, takes the pooled tensors.
    const int dy = gradient->inputs[0], y = pooling->outputs[0], index = gradient->inputs[1];
    const int gated = gradient->outputs[0], dx = gate.outputs[0];
    std::swap(*gradient, gate);
    gradient->inputs = {dy, y};
    gradient->outputs = {gated};
    gate.inputs = {gated, index};
    gate.outputs = {dx};
    graph.values[static_cast<std::size_t>(gated)].spec = graph.values[static_cast<std::size_t>(dy)].spec;
  }
}

}  // namespace nnfit
