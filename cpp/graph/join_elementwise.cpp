#include <algorithm>
#include <bit>
#include <memory>
#include <unordered_map>

#include "graph/passes.h"
#include "ops/elementwise_chain.h"

namespace nnfit {

namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// A tile holds whole rows, which must fit into a cache several times.
constexpr std::int64_t longest_row = 8192;
// What a chain must save of reading and writing to be worth its own cost: arrays that stay in a core's cache from op to
// op by themselves gain nothing. Where a result has few elements, no chain can save as much.
constexpr std::size_t least_saving = 1 << 20;
constexpr std::int64_t least_elements = 4096;

// Groups the nodes of a graph, and keeps an order of the groups in which each stands behind those that it depends on.
class Grouping {
 public:
  explicit Grouping(const Graph& graph) : successors_(graph.nodes.size()) {
    int last_host = -1;
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      const int node = static_cast<int>(n);
      for (int v : graph.nodes[n].inputs)
        if (const int maker = graph.values[at(v)].node; maker >= 0) successors_[at(maker)].push_back(node);
      if (graph.nodes[n].op->effect == Effect::host) {
        if (last_host >= 0) successors_[at(last_host)].push_back(node);
        last_host = node;
      }
      groups_.push_back({{node}, n});
      group_of_.push_back(node);
      order_.push_back(node);
    }
  }

  int group_of(int node) const { return group_of_[at(node)]; }
  const std::vector<int>& members(int group) const { return groups_[at(group)].members; }
  // The groups in order; -1 where one has gone into another.
  const std::vector<int>& order() const { return order_; }

  // Merges `first` and `second`, which reads it, unless something that depends on the first has to come before the
  // second. Groups between them in the order make way: those that depend on the first to behind both.
  bool merge(int first, int second) {
    const std::size_t begin = groups_[at(first)].position, end = groups_[at(second)].position;
    std::vector<bool> depends(end - begin);  // of the groups between them: which depend on the first
    std::vector<int> open;
    if (end - begin > 1) open.push_back(first);
    while (!open.empty()) {
      const int group = open.back();
      open.pop_back();
      for (int node : members(group))
        for (int reader : successors_[at(node)]) {
          const int next = group_of(reader);
          const std::size_t position = groups_[at(next)].position;
          if (next == group || position > end) continue;
          if (next == second && group != first) return false;
          if (next == second || depends[position - begin]) continue;
          depends[position - begin] = true;
          open.push_back(next);
        }
    }
    reorder(first, second, depends);
    for (int node : members(first)) group_of_[at(node)] = second;
    std::vector<int>&joined = groups_[at(second)].members, &rest = groups_[at(first)].members;
    if (rest.size() > joined.size()) std::swap(rest, joined);
    joined.insert(joined.end(), rest.begin(), rest.end());
    rest.clear();
    return true;
  }

 private:
  struct Group {
    std::vector<int> members;
    std::size_t position;
  };

  void reorder(int first, int second, const std::vector<bool>& depends) {
    const std::size_t begin = groups_[at(first)].position;
    std::vector<int> before{-1}, behind{second};
    for (std::size_t i = 1; i < depends.size(); ++i) (depends[i] ? behind : before).push_back(order_[begin + i]);
    before.insert(before.end(), behind.begin(), behind.end());
    for (std::size_t i = 0; i < before.size(); ++i) {
      order_[begin + i] = before[i];
      if (before[i] >= 0) groups_[at(before[i])].position = begin + i;
    }
  }

  std::vector<std::vector<int>> successors_;  // by node
  std::vector<Group> groups_;
  std::vector<int> group_of_;  // by node
  std::vector<int> order_;
};

class Joiner {
 public:
  explicit Joiner(Graph& graph) : graph_(graph), grouping_(graph), uses_(graph.use_counts()) {}

  void run() {
    find_splits();
    merge_neighbours();
    if (!keep_what_pays()) return;
    std::vector<Graph::Node> nodes;
    for (int group : grouping_.order()) {
      if (group < 0) continue;
      std::vector<int> members = sorted_members(group);
      Reads reads = reads_of(members);
      if (pays(members, reads))
        nodes.push_back(chain(members, reads));
      else
        for (int node : members) nodes.push_back(std::move(graph_.nodes[at(node)]));
    }
    graph_.nodes = std::move(nodes);
    graph_.name_makers();
  }

 private:
  const Spec& spec(int value) const { return graph_.values[at(value)].spec; }
  const Spec& result(int node) const { return spec(graph_.nodes[at(node)].outputs[0]); }

  // Where each node's arrays may be split into tiles of whole rows, as bits; 0 for a node that can't be in a chain.
  void find_splits() {
    splits_.clear();
    for (const Graph::Node& node : graph_.nodes) {
      splits_.push_back(0);
      if (!node.op->elementwise || spec(node.outputs[0]).shape.size() < least_elements) continue;
      const Shape& out = spec(node.outputs[0]).shape;
      unsigned possible = 0;
      for (int split = 1; split <= out.rank(); ++split)
        if (out.size(split, out.rank()) <= longest_row) possible |= 1u << split;
      for (int v : node.inputs) possible &= ElementwiseChain::splits(out, spec(v).shape);
      splits_.back() = possible;
    }
  }

  // Merges along the edges between elementwise nodes, the shortest in program order first: so the gradient of an op is
  // joined with what is around it there, rather than with the forward pass.
  void merge_neighbours() {
    std::vector<std::pair<int, int>> edges;  // length, end
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
      if (splits_[n])
        for (int v : graph_.nodes[n].inputs) {
          const int maker = graph_.values[at(v)].node, node = static_cast<int>(n);
          if (maker >= 0 && (splits_[at(maker)] & splits_[n]) && spec(v).shape == result(node).shape)
            edges.emplace_back(node - maker, node);
        }
    std::ranges::sort(edges);
    for (const auto& [length, end] : edges) {
      const int first = grouping_.group_of(end - length), second = grouping_.group_of(end);
      const unsigned common = splits_[at(first)] & splits_[at(second)];
      if (first != second && common && grouping_.merge(first, second)) splits_[at(second)] = common;
    }
  }

  // Groups anew, without the members of groups that do not pay, so that nothing is moved for their sake. Returns
  // whether there are others.
  bool keep_what_pays() {
    std::vector<bool> kept(graph_.nodes.size());
    bool any = false;
    for (int group : grouping_.order()) {
      if (group < 0) continue;
      const std::vector<int> members = sorted_members(group);
      Reads reads = reads_of(members);
      if (!pays(members, reads)) continue;
      any = true;
      for (int node : members) kept[at(node)] = true;
    }
    if (!any) return false;
    grouping_ = Grouping(graph_);
    find_splits();
    for (std::size_t n = 0; n < kept.size(); ++n)
      if (!kept[n]) splits_[n] = 0;
    merge_neighbours();
    return true;
  }

  std::vector<int> sorted_members(int group) const {
    std::vector<int> members = grouping_.members(group);
    std::ranges::sort(members);
    return members;
  }

  // How often the members read each value, and which of those none of them makes, in order.
  struct Reads {
    std::unordered_map<int, int> counts;
    std::vector<int> inputs;
  };

  Reads reads_of(const std::vector<int>& members) const {
    Reads reads;
    for (int node : members)
      for (int v : graph_.nodes[at(node)].inputs)
        if (reads.counts[v]++ == 0 && !std::ranges::binary_search(members, graph_.values[at(v)].node))
          reads.inputs.push_back(v);
    return reads;
  }

  bool leaves(int value, Reads& reads) const { return uses_[at(value)] > reads.counts[value]; }

  // The bytes that need not go through memory.
  std::size_t saving(const std::vector<int>& members, Reads& reads) const {
    std::size_t bytes = 0;
    for (int v : reads.inputs) bytes += spec(v).bytes() * at(reads.counts[v] - 1);
    for (int node : members) {
      const int v = graph_.nodes[at(node)].outputs[0];
      bytes += spec(v).bytes() * at(reads.counts[v] + (leaves(v, reads) ? 0 : 1));
    }
    return bytes;
  }

  bool pays(const std::vector<int>& members, Reads& reads) const {
    return members.size() > 1 && saving(members, reads) >= least_saving;
  }

  Graph::Node chain(const std::vector<int>& members, Reads& reads) const {
    std::unordered_map<int, std::size_t> numbers;
    std::vector<Spec> inputs;
    for (int v : reads.inputs) {
      numbers.emplace(v, numbers.size());
      inputs.push_back(spec(v));
    }
    std::vector<ElementwiseChain::Member> parts;
    std::vector<std::size_t> leaving;
    std::vector<int> outputs;
    for (int n : members) {
      const Graph::Node& node = graph_.nodes[at(n)];
      std::vector<std::size_t> operands;
      for (int v : node.inputs) operands.push_back(numbers.at(v));
      const int made = node.outputs[0];
      if (leaves(made, reads)) {
        leaving.push_back(parts.size());
        outputs.push_back(made);
      }
      parts.push_back({node.op, node.attributes, std::move(operands), spec(made)});
      numbers.emplace(made, numbers.size());
    }
    const int split = std::bit_width(splits_[at(grouping_.group_of(members[0]))]) - 1;
    const Op& op = elementwise_chain_op();
    Attributes attributes(&op.attributes);
    attributes.set("chain", std::make_shared<const ElementwiseChain>(std::move(inputs), std::move(parts),
                                                                     std::move(leaving), split));
    return {&op, std::move(attributes), std::move(reads.inputs), std::move(outputs)};
  }

  Graph& graph_;
  Grouping grouping_;
  std::vector<int> uses_;
  std::vector<unsigned> splits_;  // by node; that of a group stands with the node it is named after
};

}  // namespace

// Elementwise ops that read each other's results, in arrays too large for a cache, become one op, which takes them
// through all of it a tile at a time. What only its members read is never in memory as a whole. The bits are the same,
// for each member runs as it would alone.
void join_elementwise(Graph& graph) { Joiner(graph).run(); }

}  // namespace nnfit
