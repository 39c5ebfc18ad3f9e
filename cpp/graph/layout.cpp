#include "graph/layout.h"

#include <algorithm>
#include <limits>
#include <map>

namespace nnfit {

namespace {

constexpr int forever = std::numeric_limits<int>::max();
constexpr std::size_t alignment = 64;

std::size_t rounded(std::size_t bytes) { return std::max(alignment, (bytes + alignment - 1) / alignment * alignment); }

// Free byte ranges of an arena that grows as needed; best fit, neighbours merged.
class FreeList {
 public:
  std::size_t take(std::size_t bytes) {
    bytes = rounded(bytes);
    auto best = free_.end();
    for (auto at = free_.begin(); at != free_.end(); ++at)
      if (at->second >= bytes && (best == free_.end() || at->second < best->second)) best = at;
    if (best != free_.end()) {
      const auto [offset, size] = *best;
      free_.erase(best);
      if (size > bytes) free_[offset + bytes] = size - bytes;
      return offset;
    }
    std::size_t offset = end_;
    if (!free_.empty() && free_.rbegin()->first + free_.rbegin()->second == end_) {
      offset = free_.rbegin()->first;  // extend the last free range
      free_.erase(std::prev(free_.end()));
    }
    end_ = offset + bytes;
    return offset;
  }

  void give(std::size_t offset, std::size_t bytes) {
    auto at = free_.emplace(offset, rounded(bytes)).first;
    if (const auto next = std::next(at); next != free_.end() && at->first + at->second == next->first) {
      at->second += next->second;
      free_.erase(next);
    }
    if (at != free_.begin()) {
      const auto before = std::prev(at);
      if (before->first + before->second == at->first) {
        before->second += at->second;
        free_.erase(at);
      }
    }
  }

  std::size_t end() const { return end_; }

 private:
  std::map<std::size_t, std::size_t> free_;
  std::size_t end_ = 0;
};

class LayoutBuilder {
 public:
  explicit LayoutBuilder(const Graph& graph)
      : graph_(graph), root_(graph.values.size()), last_use_(graph.values.size(), -1) {
    layout_.locations.resize(graph.values.size());
    layout_.scratch.resize(graph.nodes.size());
  }

  Layout build() {
    find_roots();
    find_last_uses();
    place_fixed();
    place_final_values();
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) place_node(i);
    for (std::size_t v = 0; v < graph_.values.size(); ++v) layout_.locations[v] = layout_.locations[root_[v]];
    layout_.arena_bytes = free_.end();
    return std::move(layout_);
  }

 private:
  static std::size_t at(int v) { return static_cast<std::size_t>(v); }
  const Spec& spec(std::size_t v) const { return graph_.values[v].spec; }

  void find_roots() {
    for (std::size_t v = 0; v < root_.size(); ++v) root_[v] = v;
    for (const Graph::Node& node : graph_.nodes)
      if (node.op->effect == Effect::alias) root_[at(node.outputs[0])] = root_[at(node.inputs[0])];
  }

  void find_last_uses() {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (graph_.nodes[i].op->effect == Effect::alias) continue;
      for (int v : graph_.nodes[i].inputs) last_use_[root_[at(v)]] = static_cast<int>(i);
    }
    for (int v : graph_.outputs) last_use_[root_[at(v)]] = forever;
    for (const Graph::Binding& b : graph_.variables)
      if (b.final != b.initial) last_use_[root_[at(b.final)]] = forever;
  }

  void place_fixed() {
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i)
      layout_.locations[at(graph_.inputs[i])] = {Location::Kind::input, i};
    for (std::size_t i = 0; i < graph_.variables.size(); ++i)
      layout_.locations[at(graph_.variables[i].initial)] = {Location::Kind::variable, i};
    for (std::size_t v = 0; v < graph_.values.size(); ++v)
      if (graph_.values[v].constant) layout_.locations[v] = {Location::Kind::constant, v};
  }

  // Whether a node may write its output `output` over its input `input`.
  static bool may_reuse(const Graph::Node& node, std::size_t output, std::size_t input) {
    const Op& op = *node.op;
    return op.reuse == Reuse::any_same_spec ||
           (op.reuse == Reuse::chosen && op.may_reuse(node.attributes, node.inputs.size(), output, input));
  }

  // Element i of one lies where element i of the other does. As many bytes are not enough: 15 doubles that broadcast
  // against 120 bools have as many.
  static bool same_elements(const Spec& a, const Spec& b) {
    return a.shape.size() == b.shape.size() && size_of(a.dtype) == size_of(b.dtype);
  }

  // A last value goes straight into the variable's memory if the node that makes it is the last to read the old value
  // and may overwrite it, or if the old value is read by nobody after the node begins.
  void place_final_values() {
    for (std::size_t i = 0; i < graph_.variables.size(); ++i) {
      const Graph::Binding& b = graph_.variables[i];
      if (b.final == b.initial) continue;
      const std::size_t value = root_[at(b.final)];
      const std::size_t old = root_[at(b.initial)];
      const int maker = graph_.values[value].node;
      bool direct = maker >= 0 && value == at(b.final) && layout_.locations[value].kind == Location::Kind::none &&
                    last_use_[old] <= maker;
      if (direct && last_use_[old] == maker) direct = overwrites(graph_.nodes[at(maker)], value, old);
      if (direct)
        layout_.locations[value] = {Location::Kind::variable, i};
      else
        layout_.copies.push_back(i);
    }
  }

  // Whether a node may make `value` in the memory of `old`: at each place where it reads that.
  bool overwrites(const Graph::Node& node, std::size_t value, std::size_t old) const {
    const auto output = static_cast<std::size_t>(graph_.values[value].output);
    for (std::size_t k = 0; k < node.inputs.size(); ++k)
      if (root_[at(node.inputs[k])] == old &&
          (!may_reuse(node, output, k) || !same_elements(spec(at(node.inputs[k])), spec(value))))
        return false;
    return true;
  }

  void place_node(std::size_t i) {
    const Graph::Node& node = graph_.nodes[i];
    if (node.op->effect == Effect::alias) return;
    std::vector<std::size_t> taken;  // inputs whose memory an output took over
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      Location& location = layout_.locations[at(node.outputs[k])];
      if (location.kind != Location::Kind::none) continue;
      location = {Location::Kind::arena, place_output(node, k, static_cast<int>(i), taken)};
    }
    if (node.op->scratch) {
      std::vector<Spec> in, out;
      for (int v : node.inputs) in.push_back(spec(at(v)));
      for (int v : node.outputs) out.push_back(spec(at(v)));
      const std::size_t bytes = node.op->scratch(node.attributes, in, out);
      layout_.scratch[i] = free_.take(bytes);
      free_.give(layout_.scratch[i], bytes);
    }
    release_inputs(node, static_cast<int>(i), taken);
    for (int v : node.outputs) {  // an output that nobody reads
      const Location& location = layout_.locations[at(v)];
      if (location.kind == Location::Kind::arena && last_use_[at(v)] < 0) free_.give(location.at, spec(at(v)).bytes());
    }
  }

  std::size_t place_output(const Graph::Node& node, std::size_t k, int i, std::vector<std::size_t>& taken) {
    const std::size_t bytes = spec(at(node.outputs[k])).bytes();
    for (std::size_t input = 0; input < node.inputs.size(); ++input) {
      const std::size_t root = root_[at(node.inputs[input])];
      const bool dies_here = layout_.locations[root].kind == Location::Kind::arena && last_use_[root] == i;
      if (!dies_here || rounded(spec(root).bytes()) != rounded(bytes) || std::ranges::count(taken, root) ||
          !overwrites(node, at(node.outputs[k]), root))
        continue;
      taken.push_back(root);
      return layout_.locations[root].at;
    }
    return free_.take(bytes);
  }

  void release_inputs(const Graph::Node& node, int i, std::vector<std::size_t>& taken) {
    for (int v : node.inputs) {
      const std::size_t root = root_[at(v)];
      if (layout_.locations[root].kind != Location::Kind::arena || last_use_[root] != i ||
          std::ranges::count(taken, root))
        continue;
      free_.give(layout_.locations[root].at, spec(root).bytes());
      taken.push_back(root);
    }
  }

  const Graph& graph_;
  std::vector<std::size_t> root_;
  std::vector<int> last_use_;
  FreeList free_;
  Layout layout_;
};

}  // namespace

Layout lay_out(const Graph& graph) { return LayoutBuilder(graph).build(); }

}  // namespace nnfit
