// Tape: remembers the ops applied to watched values, and walks them backwards.
#pragma once

#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ops/apply.h"
#include "ops/variable.h"

namespace nnfit {

// What a gradient is asked for: one of the two is set.
struct GradientSource {
  Tensor tensor;
  std::shared_ptr<Variable> variable;
};

class Tape : public TapeSink {
 public:
  Tape(bool persistent, bool watch_accessed_variables)
      : persistent_(persistent), watch_accessed_variables_(watch_accessed_variables) {}
  ~Tape() override { stop(); }
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  void start();  // listens on this thread
  void stop();
  bool recording() const;
  void reset();  // forgets all
  void watch(const Tensor& tensor);
  void watch(Variable& variable);
  std::vector<std::shared_ptr<Variable>> watched_variables() const;

  // d(sum of targets · output_gradients)/d(source) for each source. An empty output_gradients stands for ones. Where no
  // path leads from source to target: an empty Tensor, or zeros if `zero_unconnected`. A tape that is not persistent
  // gives gradients once.
  std::vector<Tensor> gradient(const std::vector<Tensor>& targets, const std::vector<GradientSource>& sources,
                               const std::vector<Tensor>& output_gradients, bool zero_unconnected);

  void record(const Op& op, const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
              const Attributes& attributes) override;
  void read(Variable& variable, const Tensor& value) override;

 private:
  using Id = const Tensor::Body*;
  using Gradients = std::unordered_map<Id, Tensor>;

  struct Entry {
    const Op* op;
    Attributes attributes;
    std::vector<Tensor> inputs, outputs;
  };
  struct Reads {
    std::shared_ptr<Variable> variable;
    std::vector<Tensor> values;
  };

  std::unordered_set<Id> reachable_from(const std::vector<GradientSource>& sources) const;
  void walk_back(const std::unordered_set<Id>& relevant, Gradients& gradients) const;
  void pull_back(const Entry& entry, const std::unordered_set<Id>& relevant, Gradients& gradients) const;
  Tensor result(const GradientSource& source, const Gradients& gradients, bool zero_unconnected) const;

  const bool persistent_, watch_accessed_variables_;
  bool used_ = false;
  std::vector<Entry> entries_;
  std::vector<Tensor> watched_;  // keeps their bodies alive, so that addresses stay theirs
  std::unordered_set<Id> tracked_;
  std::unordered_map<const Variable*, Reads> reads_;
  std::vector<const Variable*> read_order_;
};

}  // namespace nnfit
