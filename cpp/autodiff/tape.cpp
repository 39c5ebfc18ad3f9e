#include "autodiff/tape.h"

#include <algorithm>

#include "ops/functions.h"

namespace nnfit {

namespace {

// Stops a tape from hearing what its own walk does.
class Pause {
 public:
  Pause(Tape& tape, bool wanted) : tape_(tape), paused_(wanted && tape.recording()) {
    if (paused_) tape_.stop();
  }
  ~Pause() {
    if (paused_) tape_.start();
  }

 private:
  Tape& tape_;
  bool paused_;
};

void accumulate(std::unordered_map<const Tensor::Body*, Tensor>& gradients, const Tensor& of, const Tensor& gradient) {
  Tensor& slot = gradients[of.id()];
  slot = slot ? functions::add(slot, gradient) : gradient;
}

// The one place where a gradient gets back its input's shape and dtype.
Tensor fitted(Tensor gradient, const Spec& spec) {
  if (!(gradient.shape() == spec.shape)) gradient = functions::sum_to(gradient, spec.shape);
  return gradient.dtype() == spec.dtype ? gradient : functions::cast(gradient, spec.dtype);
}

}  // namespace

void Tape::start() { listeners().tapes.push_back(this); }

void Tape::stop() { std::erase(listeners().tapes, this); }

bool Tape::recording() const { return std::ranges::find(listeners().tapes, this) != listeners().tapes.end(); }

void Tape::reset() {
  entries_.clear();
  watched_.clear();
  tracked_.clear();
  reads_.clear();
  read_order_.clear();
  used_ = false;
}

void Tape::watch(const Tensor& tensor) {
  if (!is_floating(tensor.dtype()))
    throw ValueError(concat("[GradientTape.watch] expected a floating tensor; got ", tensor.spec(), "."));
  watched_.push_back(tensor);
  tracked_.insert(tensor.id());
}

void Tape::watch(Variable& variable) {
  Reads& reads = reads_[&variable];
  if (!reads.variable) {
    reads.variable = variable.shared_from_this();
    read_order_.push_back(&variable);
  }
}

std::vector<std::shared_ptr<Variable>> Tape::watched_variables() const {
  std::vector<std::shared_ptr<Variable>> variables;
  for (const Variable* v : read_order_) variables.push_back(reads_.at(v).variable);
  return variables;
}

void Tape::read(Variable& variable, const Tensor& value) {
  auto at = reads_.find(&variable);
  if (at == reads_.end()) {
    if (!watch_accessed_variables_ || !variable.trainable || !is_floating(value.dtype())) return;
    watch(variable);
    at = reads_.find(&variable);
  }
  if (tracked_.insert(value.id()).second) at->second.values.push_back(value);
}

void Tape::record(const Op& op, const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
                  const Attributes& attributes) {
  const bool follows = std::ranges::any_of(inputs, [&](const Tensor& t) { return tracked_.contains(t.id()); }) &&
                       std::ranges::any_of(outputs, [](const Tensor& t) { return is_floating(t.dtype()); });
  if (!follows) return;
  for (const Tensor& t : outputs)
    if (is_floating(t.dtype())) tracked_.insert(t.id());
  entries_.push_back({&op, attributes, inputs, outputs});
}

std::unordered_set<Tape::Id> Tape::reachable_from(const std::vector<GradientSource>& sources) const {
  std::unordered_set<Id> relevant;
  for (const GradientSource& source : sources) {
    if (!source.variable) {
      relevant.insert(source.tensor.id());
    } else if (const auto at = reads_.find(source.variable.get()); at != reads_.end()) {
      for (const Tensor& value : at->second.values) relevant.insert(value.id());
    }
  }
  for (const Entry& entry : entries_)
    if (std::ranges::any_of(entry.inputs, [&](const Tensor& t) { return relevant.contains(t.id()); }))
      for (const Tensor& t : entry.outputs)
        if (is_floating(t.dtype())) relevant.insert(t.id());
  return relevant;
}

void Tape::pull_back(const Entry& entry, const std::unordered_set<Id>& relevant, Gradients& gradients) const {
  std::vector<Tensor> output_gradients;
  bool any = false;
  for (const Tensor& t : entry.outputs) {
    const auto at = gradients.find(t.id());
    output_gradients.push_back(at == gradients.end() ? Tensor() : at->second);
    any |= static_cast<bool>(output_gradients.back());
  }
  std::vector<bool> needed;
  for (const Tensor& t : entry.inputs) needed.push_back(relevant.contains(t.id()));
  if (!any || std::ranges::none_of(needed, [](bool n) { return n; })) return;
  if (!entry.op->gradient)
    throw ValueError(concat("[GradientTape.gradient] '", entry.op->name,
                            "' has no gradient, and the target depends on a source through it. Use ops.stop_gradient "
                            "where none should flow."));
  const std::vector<Tensor> pulled =
      entry.op->gradient({entry.inputs, entry.outputs, output_gradients, entry.attributes, needed});
  for (std::size_t i = 0; i < pulled.size(); ++i)
    if (pulled[i] && needed[i]) accumulate(gradients, entry.inputs[i], fitted(pulled[i], entry.inputs[i].spec()));
}

void Tape::walk_back(const std::unordered_set<Id>& relevant, Gradients& gradients) const {
  // By index and by copy: a persistent tape records what the rules do, behind the entries walked here.
  for (std::size_t i = entries_.size(); i-- > 0;) {
    const Entry entry = entries_[i];
    pull_back(entry, relevant, gradients);
  }
}

Tensor Tape::result(const GradientSource& source, const Gradients& gradients, bool zero_unconnected) const {
  Tensor total;
  const auto add = [&](const Tensor& value) {
    if (const auto at = gradients.find(value.id()); at != gradients.end())
      total = total ? functions::add(total, at->second) : at->second;
  };
  if (!source.variable) {
    add(source.tensor);
  } else if (const auto at = reads_.find(source.variable.get()); at != reads_.end()) {
    for (const Tensor& value : at->second.values) add(value);
  }
  if (total || !zero_unconnected) return total;
  return functions::zeros_like(source.variable ? source.variable->stored() : source.tensor);
}

std::vector<Tensor> Tape::gradient(const std::vector<Tensor>& targets, const std::vector<GradientSource>& sources,
                                   const std::vector<Tensor>& output_gradients, bool zero_unconnected) {
  if (used_ && !persistent_)
    throw ValueError(
        "[GradientTape.gradient] this tape has given its gradients; make it with persistent=True to ask "
        "more than once.");
  used_ = true;
  const Pause pause(*this, !persistent_);
  Gradients gradients;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const Tensor& target = targets[i];
    if (!is_floating(target.dtype()))
      throw ValueError(concat("[GradientTape.gradient] expected floating targets; got ", target.spec(), "."));
    const bool given = !output_gradients.empty() && output_gradients[i];
    if (given && !(output_gradients[i].shape() == target.shape()))
      throw ValueError(concat("[GradientTape.gradient] expected output_gradients of shape ", target.shape(), "; got ",
                              output_gradients[i].shape(), "."));
    accumulate(gradients, target, given ? output_gradients[i] : functions::ones_like(target));
  }
  walk_back(reachable_from(sources), gradients);
  std::vector<Tensor> results;
  for (const GradientSource& source : sources) results.push_back(result(source, gradients, zero_unconnected));
  if (!persistent_) entries_.clear();
  return results;
}

}  // namespace nnfit
