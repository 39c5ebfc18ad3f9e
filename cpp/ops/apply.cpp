#include "ops/apply.h"

#include <atomic>

#include "ops/functions.h"

namespace nnfit {

namespace {

std::atomic<DType> default_float{DType::float32};

// The dtype in which inputs [first, end) meet. Weak inputs give way to strong ones.
DType meeting_dtype(const Op& op, const std::vector<Tensor>& inputs) {
  const auto first = static_cast<std::size_t>(op.promotion_from);
  bool any_strong = false;
  DType strong = DType::bool_, weak = DType::bool_;
  for (std::size_t i = first; i < inputs.size(); ++i) {
    DType& side = inputs[i].weak() ? weak : strong;
    side = promote(side, inputs[i].dtype());
    any_strong |= !inputs[i].weak();
  }
  DType dtype = any_strong ? promote_weak(strong, weak, floatx()) : weak;
  if (op.promotion == Promotion::common_float && !is_floating(dtype)) dtype = floatx();
  if (op.promotion == Promotion::common_number && dtype < DType::int32) dtype = DType::int32;
  return dtype;
}

void promote_inputs(const Op& op, std::vector<Tensor>& inputs) {
  if (op.promotion == Promotion::none) return;
  const DType dtype = meeting_dtype(op, inputs);
  for (std::size_t i = static_cast<std::size_t>(op.promotion_from); i < inputs.size(); ++i) {
    if (inputs[i].dtype() == dtype) continue;
    const bool exact = inputs[i].weak() && is_floating(dtype);
    inputs[i] = exact ? Tensor::scalar(inputs[i].exact(), dtype) : functions::cast(inputs[i], dtype);
  }
}

void check_count(const Op& op, std::size_t count) {
  const auto n = static_cast<int>(count);
  if (n >= op.min_inputs && (op.max_inputs < 0 || n <= op.max_inputs)) return;
  std::string expected = std::to_string(op.min_inputs);
  if (op.max_inputs < 0)
    expected = "at least " + expected;
  else if (op.max_inputs != op.min_inputs)
    expected += " to " + std::to_string(op.max_inputs);
  throw TypeError(concat("[", op.name, "] expected ", expected, " tensors; got ", n, "."));
}

std::vector<Tensor> compute_here(const Op& op, const std::vector<Tensor>& inputs, const Attributes& attributes) {
  std::vector<Spec> specs;
  specs.reserve(inputs.size());
  for (const Tensor& t : inputs) specs.push_back(t.spec());
  return compute(op, inputs, attributes, op.infer(attributes, specs));
}

}  // namespace

DType floatx() { return default_float.load(std::memory_order_relaxed); }

void set_floatx(DType dtype) {
  if (!is_floating(dtype))
    throw ValueError(concat("[set_floatx] expected float32 or float64; got ", name_of(dtype), "."));
  default_float.store(dtype);
}

Listeners& listeners() {
  static thread_local Listeners instance;
  return instance;
}

std::vector<Tensor> compute(const Op& op, const std::vector<Tensor>& inputs, const Attributes& attributes,
                            const std::vector<Spec>& specs) {
  std::vector<Tensor> outputs;
  outputs.reserve(specs.size());
  if (op.effect == Effect::alias) {
    outputs.push_back(Tensor::over(specs[0], inputs[0].storage()));
    return outputs;
  }
  for (const Spec& spec : specs) outputs.push_back(Tensor::empty(spec));
  constexpr std::size_t few = 8;
  Operand inline_operands[few];
  std::vector<Operand> many;
  const std::size_t count = inputs.size() + outputs.size();
  if (count > few) many.resize(count);
  Operand* operands = count > few ? many.data() : inline_operands;
  for (std::size_t i = 0; i < inputs.size(); ++i) operands[i] = {inputs[i].storage()->data(), &inputs[i].spec()};
  Operand* results = operands + inputs.size();
  for (std::size_t i = 0; i < outputs.size(); ++i) results[i] = {outputs[i].storage()->data(), &outputs[i].spec()};
  std::shared_ptr<Storage> scratch;
  if (op.scratch) {
    std::vector<Spec> input_specs;
    input_specs.reserve(inputs.size());
    for (const Tensor& t : inputs) input_specs.push_back(t.spec());
    if (const std::size_t bytes = op.scratch(attributes, input_specs, specs)) scratch = Storage::allocate(bytes);
  }
  op.run({{operands, inputs.size()}, {results, outputs.size()}, attributes, scratch ? scratch->data() : nullptr});
  return outputs;
}

std::vector<Tensor> apply(const Op& op, std::vector<Tensor> inputs, const Attributes& attributes) {
  check_count(op, inputs.size());
  promote_inputs(op, inputs);
  Listeners& listening = listeners();
  bool traced = op.effect == Effect::host && listening.trace;
  for (const Tensor& t : inputs) traced |= t.traced();
  if (traced && !listening.trace)
    throw TracedValueError(concat("[", op.name,
                                  "] got a tensor of a function that is no longer being traced; return it "
                                  "from the function instead of storing it on an object."));
  std::vector<Tensor> outputs =
      traced ? listening.trace->record(op, inputs, attributes) : compute_here(op, inputs, attributes);
  for (TapeSink* tape : listening.tapes) tape->record(op, inputs, outputs, attributes);
  return outputs;
}

std::vector<Tensor> apply_named(const char* name, std::vector<Tensor> inputs,
                                std::initializer_list<std::pair<const char*, AttributeValue>> values) {
  const Op& entry = op(name);
  Attributes attributes(&entry.attributes);
  for (const auto& [key, value] : values) attributes.set(key, value);
  return apply(entry, std::move(inputs), attributes);
}

}  // namespace nnfit
