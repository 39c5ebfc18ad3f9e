// Taking variables out of a node that updates many, for passes that update some in a way of their own.
#pragma once

#include "graph/graph.h"

namespace nnfit {

// A variable of an update node: the values that it reads but for the gradient, and those that it makes.
struct UpdatedVariable {
  std::vector<int> old;      // the variable, then its slots
  std::vector<int> updated;  // likewise
  bool decays = true;        // whether weight decay is meant for it
};

// How many variables an update node has, and where the first gradient stands, given the scalars in front.
std::size_t variables_of(const Graph::Node& update, std::size_t leading);
std::size_t first_gradient_of(const Graph::Node& update, std::size_t leading);

// Removes variable i.
UpdatedVariable take_variable(Graph::Node& update, std::size_t leading, std::size_t i);

// A node of `op`, which has the attributes of `update`, for that variable alone; without inputs and outputs.
Graph::Node update_of_one(const Op& op, const Graph::Node& update, const UpdatedVariable& variable);

}  // namespace nnfit
