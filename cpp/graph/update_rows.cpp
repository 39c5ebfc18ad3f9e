#include <algorithm>

#include "graph/passes.h"
#include "graph/update_node.h"

namespace nnfit {

namespace {

// A rule that leaves an element alone whose gradient is 0, and the op that visits given rows alone. Rules with moments
// that decay do not.
struct RowRule {
  const Op* rule;
  const Op* rows;
  bool momentum;  // whether it may have moments that decay
};

constexpr std::size_t leading = 1;  // the learning rate

const RowRule* row_rule_of(const Graph::Node& node) {
  static const RowRule rules[] = {{&op("sgd_update"), &op("sgd_update_rows"), true},
                                  {&op("adagrad_update"), &op("adagrad_update_rows"), false}};
  for (const RowRule& r : rules)
    if (node.op == r.rule) {
      const bool moments = r.momentum && node.attributes.real("momentum") != 0;
      const bool plain = !node.attributes.flag("scaled") && !node.attributes.flag("conditional");
      return plain && !moments && node.attributes.real("weight_decay") == 0 ? &r : nullptr;
    }
  return nullptr;
}

// The node whose rows are the gradient `value`, if it is worth while to visit them alone: at most half of all.
const Graph::Node* lookup_gradient(const Graph& graph, const std::vector<int>& uses, int value) {
  static const Op& scatter_add = op("scatter_add");
  const int maker = graph.values[static_cast<std::size_t>(value)].node;
  if (maker < 0 || uses[static_cast<std::size_t>(value)] != 1) return nullptr;
  const Graph::Node& node = graph.nodes[static_cast<std::size_t>(maker)];
  if (node.op != &scatter_add || node.attributes.integer("axis") != 0) return nullptr;
  const std::int64_t rows = graph.values[static_cast<std::size_t>(node.inputs[0])].spec.shape.size();
  return 2 * rows <= node.attributes.integer("size") ? &node : nullptr;
}

// Takes variable i out of an update, and returns the update of its rows.
Graph::Node take_out(Graph::Node& update, const RowRule& rule, std::size_t i, const Graph::Node& lookup) {
  const UpdatedVariable variable = take_variable(update, leading, i);
  Graph::Node rows = update_of_one(*rule.rows, update, variable);
  rows.inputs = {update.inputs[0], variable.old[0], lookup.inputs[0], lookup.inputs[1]};
  rows.inputs.insert(rows.inputs.end(), variable.old.begin() + 1, variable.old.end());
  rows.outputs = variable.updated;
  return rows;
}

}  // namespace

// An update of a variable by scatter_add(indices, gradients), which only the update reads, becomes an update of the
// rows at the indices: what a step costs is independent of how many rows there are.
void update_rows(Graph& graph) {
  const std::vector<int> uses = graph.use_counts();
  std::vector<Graph::Node> nodes;
  for (Graph::Node& node : graph.nodes) {
    std::vector<Graph::Node> rows;
    if (const RowRule* const rule = row_rule_of(node)) {
      for (std::size_t i = variables_of(node, leading); i-- > 0;)
        if (const Graph::Node* const lookup =
                lookup_gradient(graph, uses, node.inputs[first_gradient_of(node, leading) + i]))
          rows.push_back(take_out(node, *rule, i, *lookup));
    }
    if (!node.outputs.empty() || rows.empty()) nodes.push_back(node);
    std::move(rows.begin(), rows.end(), std::back_inserter(nodes));
  }
  graph.nodes = std::move(nodes);
  graph.name_makers();
}

}  // namespace nnfit
