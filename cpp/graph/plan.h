// Plan: a graph made ready to run again and again, as a flat list of kernel calls over one block of memory.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "graph/pace.h"
#include "graph/workspace.h"
#include "kernels/gather/gather.h"

namespace nnfit {

// An array in which each row is one sample, to take batches from for one input of a plan.
struct Feed {
  const void* data;
  SourceType type;
  std::int64_t rows;
  std::int64_t row_stride_bytes;  // between rows; within a row, elements are contiguous
};

struct StepRequest {
  std::vector<Feed> feeds;              // one for each input
  const std::int64_t* index = nullptr;  // rows in the order wanted; null: as they stand
  std::int64_t first = 0;               // where in that order to begin
  std::int64_t steps = 0;               // batches to run; the plan's inputs fix the batch size
  std::vector<std::byte*> collect;      // by output: where step i writes its rows at i * bytes; null: not collected
  int watch = -1;                       // an output, one float, to watch for NaN
};

struct StepResult {
  std::vector<Tensor> outputs;  // of the last step
  std::int64_t first_nan = -1;  // the step, counted from 0, at which the watched output first was NaN
};

class Plan {
 public:
  // Optimizes the graph and lays it out.
  explicit Plan(std::shared_ptr<Graph> graph);

  // One run. Inputs must have the specs the plan was traced with; throws ValueError otherwise.
  std::vector<Tensor> run(const std::vector<Tensor>& inputs);

  // Many runs over rows of arrays, without coming back in between. What a step throws passes through.
  StepResult run_steps(const StepRequest& request);

  const Graph& graph() const { return *graph_; }
  const Layout& layout() const { return layout_; }
  const std::vector<std::int64_t>& feature_parts() const { return parts_; }  // of each input, see there
  const Spec& input_spec(std::size_t i) const { return spec(graph_->inputs[i]); }
  const Spec& output_spec(std::size_t i) const { return spec(graph_->outputs[i]); }

 private:
  // Plans may run on several threads at once: each run takes a workspace and gives it back.
  class Lease;

  const Spec& spec(int value) const { return graph_->values[static_cast<std::size_t>(value)].spec; }
  std::vector<Tensor> copy_outputs(const Workspace& workspace) const;
  void feed(Workspace& workspace, const StepRequest& request, std::int64_t step) const;
  void collect(const Workspace& workspace, const StepRequest& request, std::int64_t step) const;
  bool watched_is_nan(const Workspace& workspace, int output) const;
  template <class F>
  void paced(std::int64_t steps, F&& step);

  std::shared_ptr<Graph> graph_;
  Layout layout_;
  std::vector<std::int64_t> parts_;  // that each input's features are gathered in
  std::mutex mutex_;                 // of what stands below
  std::vector<std::unique_ptr<Workspace>> idle_;
  Pace pace_;
};

}  // namespace nnfit
