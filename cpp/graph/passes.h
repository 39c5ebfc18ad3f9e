// Rewrites of a graph that keep what it computes.
#pragma once

#include "graph/graph.h"

namespace nnfit {

// Removes nodes whose outputs nobody uses. Host calls stay.
void remove_dead_nodes(Graph& graph);

// Merges nodes that apply the same op with the same attributes to the same values.
void merge_equal_nodes(Graph& graph);

// Lets the input gradient of a dense layer apply the gradient of the activation before it, in the kernel's epilogue.
void fuse_activation_gradients(Graph& graph);

// Lets max_pool keep the indices that its gradient needs, in place of pooling again for them.
void share_pool_indices(Graph& graph);

// Lets a gradient pass the relu before a max_pool while it is still as small as what was pooled.
void gate_before_unpooling(Graph& graph);

// Lets the normalisation of channels apply the relu that follows, as it stores.
void fuse_normalization_relu(Graph& graph);

// Lets the kernel of a convolution or dense layer take in the normalisation by given statistics that follows.
void fold_normalization(Graph& graph);

// Lets a convolution be pooled a few images at a time, where nobody else reads its result.
void fuse_conv_pooling(Graph& graph);

// Lets an update of a variable whose gradient is that of a lookup visit the rows that were looked up, and no others.
void update_rows(Graph& graph);

// Lets the kernel of a dense layer be updated as its gradient is made, where nobody else reads that.
void fuse_dense_updates(Graph& graph);

// Joins elementwise ops that read each other's results to one that goes over its arrays a tile at a time.
void join_elementwise(Graph& graph);

// All of them, in order.
void optimize(Graph& graph);

}  // namespace nnfit
