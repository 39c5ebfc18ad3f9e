#include <algorithm>
#include <optional>

#include "graph/passes.h"
#include "graph/update_node.h"
#include "ops/dense_update.h"
#include "ops/update_rules.h"

namespace nnfit {

namespace {

struct FusedRule {
  const Op* rule;
  const Op* fused;
  std::size_t leading;  // scalars in front
};

const FusedRule* fused_rule_of(const Graph::Node& node) {
  static const std::vector<FusedRule> rules = [] {
    std::vector<FusedRule> all;
    for_each_rule([&]<class Rule>(Rule, const std::string& name, const auto&) {
      all.push_back({&op(name + "_update"), &op("dense_" + name + "_update"), Rule::own});
    });
    return all;
  }();
  for (const FusedRule& r : rules)
    // Scales follow from all gradients, so none could be used before all are there.
    if (node.op == r.rule) return is_scaled(node.attributes) || is_conditional(node.attributes) ? nullptr : &r;
  return nullptr;
}

class DenseUpdates {
 public:
  explicit DenseUpdates(Graph& graph)
      : graph_(graph), uses_(graph.use_counts()), moved_(graph.nodes.size()), after_(graph.nodes.size()) {}

  void run() {
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
      if (const FusedRule* const rule = fused_rule_of(graph_.nodes[n])) take_from(n, *rule);
    if (any_) rebuild();
  }

 private:
  static std::size_t at(int v) { return static_cast<std::size_t>(v); }

  void take_from(std::size_t update, const FusedRule& rule) {
    const Graph::Node& node = graph_.nodes[update];
    const std::vector<int> scalars(node.inputs.begin(),
                                   node.inputs.begin() + static_cast<std::ptrdiff_t>(rule.leading));
    const std::optional<std::vector<std::size_t>> makers = makers_of(scalars);
    if (!makers) return;
    bool taken = false;
    for (std::size_t i = variables_of(node, rule.leading); i-- > 0;) taken |= take(update, rule, scalars, i);
    if (!taken) return;
    for (const std::size_t maker : *makers) moved_[maker] = Moved::first;
  }

  // The nodes that `scalars` follow from, if they can go first of all: a few small ones.
  std::optional<std::vector<std::size_t>> makers_of(std::vector<int> values) const {
    constexpr std::size_t most = 32;
    std::vector<std::size_t> makers;
    while (!values.empty()) {
      const int maker = graph_.values[at(values.back())].node;
      values.pop_back();
      if (maker < 0 || std::ranges::count(makers, at(maker))) continue;
      const Graph::Node& node = graph_.nodes[at(maker)];
      const bool small =
          std::ranges::all_of(node.outputs, [&](int v) { return graph_.values[at(v)].spec.shape.size() == 1; });
      if (!small || node.op->effect == Effect::host || makers.size() == most) return std::nullopt;
      makers.push_back(at(maker));
      values.insert(values.end(), node.inputs.begin(), node.inputs.end());
    }
    return makers;
  }

  // Fuses the update of variable i with the node that makes its gradient, if there is one that nobody else reads.
  bool take(std::size_t update, const FusedRule& rule, const std::vector<int>& scalars, std::size_t i) {
    static const Op& kernel_gradient = op("dense_kernel_gradient");
    Graph::Node& node = graph_.nodes[update];
    const int gradient = node.inputs[first_gradient_of(node, rule.leading) + i];
    const int maker = graph_.values[at(gradient)].node;
    if (maker < 0 || uses_[at(gradient)] != 1) return false;
    const Graph::Node product = graph_.nodes[at(maker)];
    if (product.op != &kernel_gradient || gradient != product.outputs[0] ||
        !dense_update_pays(graph_.values[at(product.inputs[0])].spec, graph_.values[at(product.inputs[1])].spec))
      return false;
    Graph::Node trial = node;
    const UpdatedVariable variable = take_variable(trial, rule.leading, i);
    // Where the old values are made, and all have read them, so that the new ones can take their place.
    const std::size_t place = std::max({at(maker), last_maker(variable.old), last_reader(variable.old, update)});
    if (place >= first_reader(product.outputs[1])) return false;
    Graph::Node fused = update_of_one(*rule.fused, node, variable);
    fused.inputs = scalars;
    fused.inputs.insert(fused.inputs.end(), variable.old.begin(), variable.old.end());
    fused.inputs.insert(fused.inputs.end(), product.inputs.begin(), product.inputs.end());
    fused.outputs = variable.updated;
    fused.outputs.push_back(product.outputs[1]);
    node = std::move(trial);
    moved_[at(maker)] = Moved::gone;
    after_[place].push_back(std::move(fused));
    return any_ = true;
  }

  // Of values that another update has made before; it stands there still, or earlier.
  std::size_t last_maker(const std::vector<int>& values) const {
    int last = 0;
    for (const int v : values) last = std::max(last, graph_.values[at(v)].node);
    return at(last);
  }

  std::size_t last_reader(const std::vector<int>& values, std::size_t update) const {
    for (std::size_t n = update; n-- > 0;)
      for (const int v : values)
        if (std::ranges::count(graph_.nodes[n].inputs, v)) return n;
    return 0;
  }

  std::size_t first_reader(int value) const {
    std::size_t n = 0;
    while (n < graph_.nodes.size() && !std::ranges::count(graph_.nodes[n].inputs, value)) ++n;
    return n;
  }

  void rebuild() {
    std::vector<Graph::Node> nodes;
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
      if (moved_[n] == Moved::first) nodes.push_back(graph_.nodes[n]);
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      if (moved_[n] == Moved::no && !graph_.nodes[n].outputs.empty()) nodes.push_back(graph_.nodes[n]);
      std::ranges::move(after_[n], std::back_inserter(nodes));
    }
    graph_.nodes = std::move(nodes);
    graph_.name_makers();
  }

  enum class Moved : std::uint8_t { no, first, gone };

  Graph& graph_;
  std::vector<int> uses_;
  std::vector<Moved> moved_;                     // by node
  std::vector<std::vector<Graph::Node>> after_;  // nodes that follow it
  bool any_ = false;
};

}  // namespace

// An update of a variable by dense_kernel_gradient(x, dy), which only the update reads, becomes one op that updates the
// variable by bands of the gradient: as soon as nobody needs the old value, and without storing the gradient.
void fuse_dense_updates(Graph& graph) { DenseUpdates(graph).run(); }

}  // namespace nnfit
