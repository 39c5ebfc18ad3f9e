// Workspace: the memory of one run of a plan at a time, with every pointer of its calls resolved.
#pragma once

#include "graph/layout.h"

namespace nnfit {

class Workspace {
 public:
  Workspace(const Graph& graph, const Layout& layout);
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  void bind_input(std::size_t input, const void* data);
  // Takes the variables' memory as it is now, for a variable may have been assigned since the last run, and holds it
  // until the release.
  void bind_variables();
  // Lets go of variables, and of what is known of inputs.
  void release() {
    held_.clear();
    gathered_.assign(gathered_.size(), {});
  }

  // Memory of the workspace's own for input `input`, to gather a batch into: always as many bytes.
  std::byte* input_buffer(std::size_t input, std::size_t bytes);
  // How the batch lies there, and what will be gathered after the next run, which ops may fetch on the way.
  void set_gathered(std::size_t input, const Gathered& gathered) { gathered_[input] = gathered; }

  void run() const;               // the calls, in order
  void finish_variables() const;  // copies in last values that were not made in place

  const void* data(int value) const { return pointer(layout_.locations[static_cast<std::size_t>(value)]); }

 private:
  struct Call {
    const Op* op;
    const Attributes* attributes;
    std::size_t first_operand, inputs, outputs;
    std::byte* scratch;
  };

  void* pointer(const Location& location) const;
  void rebind(std::vector<void*>& pointers, const std::vector<std::vector<std::size_t>>& users, std::size_t which,
              void* data);

  const Graph& graph_;
  const Layout& layout_;
  std::shared_ptr<Storage> arena_;
  std::vector<Operand> operands_;
  std::vector<Call> calls_;
  std::vector<void*> input_data_, variable_data_;
  std::vector<std::vector<std::size_t>> input_users_, variable_users_;  // operands that point there
  std::vector<std::shared_ptr<Storage>> input_buffers_;
  std::vector<Gathered> gathered_;  // by input
  std::vector<Tensor> held_;
};

}  // namespace nnfit
