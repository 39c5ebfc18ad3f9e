#include <algorithm>
#include <iterator>

#include "graph/passes.h"

namespace nnfit {

namespace {

class NormalizationFolder {
 public:
  explicit NormalizationFolder(Graph& graph) : graph_(graph), uses_(graph.use_counts()) {}

  void run() {
    const std::vector<Graph::Node> nodes = std::move(graph_.nodes);
    graph_.nodes.clear();
    for (const Graph::Node& node : nodes)
      if (const Graph::Node* const product = product_before(node))
        fold(Graph::Node(*product), node);
      else
        append(node);
    remove_dead_nodes(graph_);
  }

 private:
  Graph::Value& value(int v) { return graph_.values[static_cast<std::size_t>(v)]; }

  // The conv or dense that makes what `node` normalises, if folding the two pays: nobody else reads that, and a pass
  // over it costs more than one over the kernel, which is scaled at each call.
  const Graph::Node* product_before(const Graph::Node& node) {
    static const Op& channels = op("normalize_channels");
    static const Op* const products[] = {&op("conv"), &op("dense")};
    if (node.op != &channels || uses_[static_cast<std::size_t>(node.inputs[0])] != 1) return nullptr;
    const Graph::Value& y = value(node.inputs[0]);
    if (y.node < 0) return nullptr;
    const Graph::Node& maker = graph_.nodes[static_cast<std::size_t>(y.node)];
    if (std::ranges::find(products, maker.op) == std::end(products)) return nullptr;
    if (maker.attributes.has("activation") && maker.attributes.text("activation") != "linear") return nullptr;
    const bool one_dtype =
        std::ranges::all_of(maker.inputs, [&](int v) { return value(v).spec.dtype == y.spec.dtype; });
    return one_dtype && y.spec.bytes() >= 2 * value(maker.inputs[1]).spec.bytes() ? &maker : nullptr;
  }

  void fold(Graph::Node product, Graph::Node normalization) {
    const int mean = normalization.inputs[1], scale = normalization.inputs[2], offset = normalization.inputs[3];
    const int shift =
        product.inputs.size() > 2 ? make("subtract", {product.inputs[2], mean}) : make("negative", {mean});
    const int kernel = make("multiply", {product.inputs[1], scale});
    const int bias = make("add", {make("multiply", {shift, scale}), offset});
    product.inputs = {product.inputs[0], kernel, bias};
    if (normalization.attributes.flag("relu")) product.attributes.set("activation", std::string("relu"));
    product.outputs = std::move(normalization.outputs);
    append(std::move(product));
  }

  int make(const char* name, std::vector<int> inputs) {
    const Op& made = op(name);
    return graph_.add_node(made, Attributes(&made.attributes), std::move(inputs)).outputs[0];
  }

  void append(Graph::Node node) {
    for (int v : node.outputs) value(v).node = static_cast<int>(graph_.nodes.size());
    graph_.nodes.push_back(std::move(node));
  }

  Graph& graph_;
  std::vector<int> uses_;
};

}  // namespace

// normalize_channels(conv(x, K, b), mean, s, offset)  ->  conv(x, K s, (b - mean) s + offset), dense likewise.
// Gradients stay right: those that need the result before the normalisation read it, and then nothing is folded.
void fold_normalization(Graph& graph) { NormalizationFolder(graph).run(); }

}  // namespace nnfit
