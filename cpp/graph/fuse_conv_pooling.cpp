#include "graph/passes.h"
#include "ops/conv_pool.h"

namespace nnfit {

namespace {

Attributes fused_attributes(const Op& fused, const Attributes& conv, const Attributes& pooling) {
  Attributes attributes(&fused.attributes);
  for (std::size_t i = 0; i < conv.values().size(); ++i) attributes.set((*conv.schema())[i].name, conv.values()[i]);
  attributes.set("pool_size", pooling.value("pool_size"));
  attributes.set("pool_strides", pooling.value("strides"));
  attributes.set("pool_padding", pooling.value("padding"));
  attributes.set("return_index", pooling.value("return_index"));
  return attributes;
}

}  // namespace

// max_pool(conv(x, kernel, bias))  ->  conv_max_pool(x, kernel, bias), where nobody else reads the conv's result.
void fuse_conv_pooling(Graph& graph) {
  static const Op &conv = op("conv"), &max_pool = op("max_pool"), &fused = op("conv_max_pool");
  const std::vector<int> uses = graph.use_counts();
  for (Graph::Node& node : graph.nodes) {
    if (node.op != &max_pool || uses[static_cast<std::size_t>(node.inputs[0])] != 1) continue;
    const int maker = graph.values[static_cast<std::size_t>(node.inputs[0])].node;
    if (maker < 0) continue;
    const Graph::Node& convolution = graph.nodes[static_cast<std::size_t>(maker)];
    if (convolution.op != &conv) continue;
    Attributes attributes = fused_attributes(fused, convolution.attributes, node.attributes);
    std::vector<Spec> inputs;
    for (int v : convolution.inputs) inputs.push_back(graph.values[static_cast<std::size_t>(v)].spec);
    if (!conv_max_pool_pays(attributes, inputs)) continue;
    node.op = &fused;
    node.attributes = std::move(attributes);
    node.inputs = convolution.inputs;
  }
  remove_dead_nodes(graph);
}

}  // namespace nnfit
