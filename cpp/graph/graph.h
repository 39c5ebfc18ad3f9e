// Graph: what a traced function does, as values and the nodes that make them, in program order.
#pragma once

#include <memory>
#include <vector>

#include "ops/op.h"
#include "ops/variable.h"

namespace nnfit {

class Graph {
 public:
  // Made by output `output` of node `node`; or, with node -1, an input, a constant or a variable's first value.
  struct Value {
    Spec spec;
    int node = -1;
    int output = 0;
    Tensor constant;
  };
  struct Node {
    const Op* op;
    Attributes attributes;
    std::vector<int> inputs;
    std::vector<int> outputs;
  };
  // A variable's value when the function begins and when it ends: the same where it is only read.
  struct Binding {
    std::shared_ptr<Variable> variable;
    int initial;
    int final;
  };

  int add_value(Value value) {
    values.push_back(std::move(value));
    return static_cast<int>(values.size()) - 1;
  }
  // Appends a node; its outputs get the specs that the op infers.
  Node& add_node(const Op& op, const Attributes& attributes, std::vector<int> inputs);
  // How often each value is read, by nodes or after the last of them.
  std::vector<int> use_counts() const;
  // Tells each value which node makes it, after nodes have been moved.
  void name_makers();

  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<int> inputs;
  std::vector<int> outputs;
  std::vector<Binding> variables;
};

}  // namespace nnfit
