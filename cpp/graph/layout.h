// Layout: where each value of a graph lives while its plan runs.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace nnfit {

struct Location {
  enum class Kind { none, arena, input, constant, variable };
  Kind kind = Kind::none;
  std::size_t at = 0;  // arena: byte offset; else the number of the input, constant value or variable
};

// Values that alias ops make share the location of their root. A variable's last value is made in the variable's own
// memory where nobody reads the old one later; where that can't be, it is made in the arena and `copies` names the
// variable, to be copied there at the end.
struct Layout {
  std::vector<Location> locations;   // by value
  std::vector<std::size_t> scratch;  // by node: arena offset of its scratch
  std::vector<std::size_t> copies;   // variables whose last value is copied in at the end
  std::size_t arena_bytes = 0;
};

Layout lay_out(const Graph& graph);

}  // namespace nnfit
