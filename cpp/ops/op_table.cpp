#include <algorithm>
#include <memory>

#include "ops/elementwise_chain.h"
#include "ops/op.h"

namespace nnfit {

void OpTable::add(Op op) {
  if (find(op.name)) throw std::logic_error(concat("op '", op.name, "' is registered twice"));
  constexpr int most = ElementwiseChain::most_inputs;
  if (op.elementwise && (op.max_inputs < 0 || op.max_inputs > most || op.scratch))
    throw std::logic_error(concat("op '", op.name, "' cannot run in chains, but says that it is elementwise"));
  const Op* entry = new Op(std::move(op));  // lives as long as the process: graphs and tapes point to it
  ops_.insert(
      std::upper_bound(ops_.begin(), ops_.end(), entry, [](const Op* a, const Op* b) { return a->name < b->name; }),
      entry);
}

const Op* OpTable::find(std::string_view name) const {
  const auto at = std::lower_bound(ops_.begin(), ops_.end(), name,
                                   [](const Op* entry, std::string_view key) { return entry->name < key; });
  return at != ops_.end() && (*at)->name == name ? *at : nullptr;
}

const OpTable& op_table() {
  static const OpTable* const table = [] {
    auto* t = new OpTable;
    register_elementwise_ops(*t);
    register_reduce_ops(*t);
    register_shape_ops(*t);
    register_slice_ops(*t);
    register_arrange_ops(*t);
    register_creation_ops(*t);
    register_dense_ops(*t);
    register_dense_update_ops(*t);
    register_conv_ops(*t);
    register_conv_pool_ops(*t);
    register_matmul_ops(*t);
    register_pool_ops(*t);
    register_random_ops(*t);
    register_softmax_ops(*t);
    register_batch_normalization_ops(*t);
    register_layer_normalization_ops(*t);
    register_loss_ops(*t);
    register_sparse_loss_ops(*t);
    register_index_ops(*t);
    register_sort_ops(*t);
    register_scan_ops(*t);
    register_optimizer_ops(*t);
    register_host_ops(*t);
    return t;
  }();
  return *table;
}

const Op& op(std::string_view name) {
  if (const Op* entry = op_table().find(name)) return *entry;
  throw ValueError(concat("there is no op '", name, "'"));
}

}  // namespace nnfit
