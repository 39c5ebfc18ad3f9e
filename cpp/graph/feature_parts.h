// In how many parts of its features a plan gathers each input (kernels/gather/feature_parts.h): several where everybody
// who reads it takes them, as the first layer of a network of long rows does with its gradient.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace nnfit {

std::vector<std::int64_t> feature_parts(const Graph& graph);  // by input; 1: plain rows

}  // namespace nnfit
