// Tracer: builds a graph from a function that is run once on symbols.
#pragma once

#include <unordered_map>

#include "graph/graph.h"
#include "ops/apply.h"

namespace nnfit {

class Tracer : public TraceSink {
 public:
  Tracer() : graph_(std::make_shared<Graph>()) {}
  ~Tracer() override { stop(); }
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  void start();  // listens on this thread; throws std::logic_error if another tracer does
  void stop();

  Tensor input(const Spec& spec);
  // The graph, with `outputs` as what the function returns (symbols of this trace, or values known while tracing).
  std::shared_ptr<Graph> finish(const std::vector<Tensor>& outputs);

  std::vector<Tensor> record(const Op& op, const std::vector<Tensor>& inputs, const Attributes& attributes) override;
  Tensor read(Variable& variable) override;
  void assign(Variable& variable, const Tensor& value) override;

 private:
  int value_of(const Tensor& tensor);
  Graph::Binding& binding(Variable& variable);

  std::shared_ptr<Graph> graph_;
  std::unordered_map<const Variable*, std::size_t> bindings_;
  std::unordered_map<const Variable*, Tensor> current_;  // what a read gives now
  std::unordered_map<const Tensor::Body*, int> constants_;
};

}  // namespace nnfit
