#include "graph/update_node.h"

#include <algorithm>

#include "ops/update_call.h"

namespace nnfit {

namespace {

void erase(std::vector<int>& values, std::size_t at) { values.erase(values.begin() + static_cast<std::ptrdiff_t>(at)); }

UpdateArrangement arrangement_of(const Graph::Node& update, std::size_t leading) {
  const std::size_t variables = variables_of(update, leading);
  return {leading, update.outputs.size() / variables - 1, update.inputs.size()};
}

}  // namespace

// Inputs are the scalars, the outputs' old values, and a gradient for each variable.
std::size_t variables_of(const Graph::Node& update, std::size_t leading) {
  return update.inputs.size() - leading - update.outputs.size();
}

std::size_t first_gradient_of(const Graph::Node& update, std::size_t leading) {
  return leading + variables_of(update, leading);
}

UpdatedVariable take_variable(Graph::Node& update, std::size_t leading, std::size_t i) {
  const UpdateArrangement a = arrangement_of(update, leading);
  UpdatedVariable taken;
  for (std::size_t o = i; o < update.outputs.size(); o += a.variables) {
    taken.old.push_back(update.inputs[a.old_value(o)]);
    taken.updated.push_back(update.outputs[o]);
  }
  for (std::size_t family = a.families + 1; family-- > 0;) {
    const std::size_t output = family * a.variables + i;
    erase(update.outputs, output);
    if (family > 0) erase(update.inputs, a.old_value(output));
  }
  erase(update.inputs, a.gradient(i));
  erase(update.inputs, a.variable(i));
  Integers undecayed;
  for (const std::int64_t position : update.attributes.integers("undecayed")) {
    if (position == static_cast<std::int64_t>(i)) taken.decays = false;
    if (position != static_cast<std::int64_t>(i))
      undecayed.push_back(position - (position > static_cast<std::int64_t>(i) ? 1 : 0));
  }
  update.attributes.set("undecayed", undecayed);
  return taken;
}

Graph::Node update_of_one(const Op& op, const Graph::Node& update, const UpdatedVariable& variable) {
  Graph::Node node{&op, Attributes(&op.attributes), {}, {}};
  for (std::size_t a = 0; a < update.attributes.values().size(); ++a)
    node.attributes.set(a, update.attributes.values()[a]);
  node.attributes.set("undecayed", variable.decays ? Integers{} : Integers{0});
  return node;
}

}  // namespace nnfit
