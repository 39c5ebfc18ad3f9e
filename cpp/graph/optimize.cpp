#include "graph/passes.h"

namespace nnfit {

void optimize(Graph& graph) {
  remove_dead_nodes(graph);
  merge_equal_nodes(graph);
  share_pool_indices(graph);
  gate_before_unpooling(graph);
  fuse_activation_gradients(graph);
  fuse_normalization_relu(graph);
  fold_normalization(graph);
  fuse_conv_pooling(graph);
  update_rows(graph);
  fuse_dense_updates(graph);
  remove_dead_nodes(graph);
  join_elementwise(graph);
}

}  // namespace nnfit
