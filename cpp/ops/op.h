// Op: one entry of the op table. All that the rest of the C++ core knows of an op stands here; docs/adding_an_op.md
// walks through an example.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/tensor.h"
#include "kernels/gather/next_rows.h"
#include "ops/attributes.h"

namespace nnfit {

// How a plan's input came to where it is.
struct Gathered {
  NextRows next;           // what is gathered there after this run
  std::int64_t parts = 1;  // of its features that it lies in (kernels/gather/feature_parts.h)
};

// A buffer that an op reads or writes: row-major, contiguous, but for inputs of a plan that lie in parts.
struct Operand {
  void* data = nullptr;
  const Spec* spec = nullptr;
  const Gathered* gathered = nullptr;  // of a plan's input

  const NextRows* next() const { return gathered ? &gathered->next : nullptr; }
  std::int64_t parts() const { return gathered ? gathered->parts : 1; }
};

// What `run` is given. Outputs are uninitialised; an output may be the same memory as an input that the op's `reuse`
// allows, never otherwise overlap.
struct RunContext {
  std::span<const Operand> inputs;
  std::span<const Operand> outputs;
  const Attributes& attributes;
  std::byte* scratch = nullptr;  // as many bytes as `scratch` of the op asked for, 64-byte aligned

  template <class T>
  const T* in(std::size_t i) const {
    return static_cast<const T*>(inputs[i].data);
  }
  template <class T>
  T* out(std::size_t i) const {
    return static_cast<T*>(outputs[i].data);
  }
  const Shape& in_shape(std::size_t i) const { return inputs[i].spec->shape; }
  const Shape& out_shape(std::size_t i) const { return outputs[i].spec->shape; }
  DType in_dtype(std::size_t i) const { return inputs[i].spec->dtype; }
  DType out_dtype(std::size_t i) const { return outputs[i].spec->dtype; }
};

// What a gradient rule is given: the op's own inputs and outputs, and the gradient of each output (an empty Tensor
// where nothing depends on it). It returns one gradient per input, an empty Tensor for none. A gradient may have the
// shape that the input was broadcast to: the reverse walk sums it back. Rules call other ops (ops/functions.h), so that
// they can be traced, planned and differentiated again.
struct GradientContext {
  std::span<const Tensor> inputs;
  std::span<const Tensor> outputs;
  std::span<const Tensor> output_gradients;
  const Attributes& attributes;
  const std::vector<bool>& needed;  // by input: whether its gradient will be used

  const Tensor& in(std::size_t i) const { return inputs[i]; }
  const Tensor& out(std::size_t i = 0) const { return outputs[i]; }
  const Tensor& dout(std::size_t i = 0) const { return output_gradients[i]; }
};

enum class Promotion {
  none,           // inputs are taken as they come
  common,         // inputs meet in one dtype, by Keras's rule
  common_number,  // and bools and uint8 become int32
  common_float,   // and integers and bools become `floatx`
};

// Which input's memory an output may be written over, if nobody needs that input afterwards.
enum class Reuse {
  none,
  any_same_spec,  // any input of the output's size: the op reads element i before it writes element i
  chosen,         // the inputs that `may_reuse` allows
};

enum class Effect {
  none,
  alias,  // the output is input 0's memory under another shape: run is never called
  host,   // acts on the world (host_call): kept in order, never removed or merged
};

// What an element of an elementwise op costs, and how long that is on one core, in nanoseconds.
enum class Cost { cheap, function };
inline double nanoseconds(Cost cost) { return cost == Cost::cheap ? 0.15 : 0.8; }

struct Op {
  std::string name;
  std::vector<AttributeSchema> attributes = {};
  int min_inputs = 1;
  int max_inputs = 1;  // -1: any number

  // Validates and gives the outputs' specs. Errors: ValueError or TypeError with text "[name] expected …; got …. fix".
  std::vector<Spec> (*infer)(const Attributes&, std::span<const Spec> inputs) = nullptr;
  void (*run)(const RunContext&) = nullptr;
  std::vector<Tensor> (*gradient)(const GradientContext&) = nullptr;  // null: not differentiable

  Promotion promotion = Promotion::none;
  int promotion_from = 0;    // the first input that takes part in it
  bool list_output = false;  // gives a list even of one output
  Reuse reuse = Reuse::none;
  // Reuse::chosen: whether output `output` may be written over input `input`, one of `inputs`.
  bool (*may_reuse)(const Attributes&, std::size_t inputs, std::size_t output, std::size_t input) = nullptr;
  Effect effect = Effect::none;
  // Set for an op of one output, each element of which follows from those that the inputs, as they broadcast, have at
  // its place: the planner may call `run` for a part of the arrays. Needs no scratch and has at most three inputs.
  std::optional<Cost> elementwise = {};
  std::size_t (*scratch)(const Attributes&, std::span<const Spec> inputs, std::span<const Spec> outputs) = nullptr;
  // Whether `run` also takes input `input` in `parts` parts of its features.
  bool (*takes_parts)(const Attributes&, std::span<const Spec> inputs, std::size_t input, std::int64_t parts) = nullptr;
};

// The op table. Entries are made once, at the first use, and never move.
class OpTable {
 public:
  void add(Op op);  // throws std::logic_error for a name that is taken
  const Op* find(std::string_view name) const;
  const std::vector<const Op*>& all() const { return ops_; }

 private:
  std::vector<const Op*> ops_;
};

const OpTable& op_table();
const Op& op(std::string_view name);  // throws ValueError for an unknown name

// Each family of ops has one of these, called by op_table() (ops/op_table.cpp).
void register_elementwise_ops(OpTable&);
void register_reduce_ops(OpTable&);
void register_softmax_ops(OpTable&);
void register_batch_normalization_ops(OpTable&);
void register_layer_normalization_ops(OpTable&);
void register_loss_ops(OpTable&);
void register_sparse_loss_ops(OpTable&);
void register_optimizer_ops(OpTable&);
void register_index_ops(OpTable&);
void register_sort_ops(OpTable&);
void register_scan_ops(OpTable&);
void register_random_ops(OpTable&);
void register_shape_ops(OpTable&);
void register_slice_ops(OpTable&);
void register_arrange_ops(OpTable&);
void register_creation_ops(OpTable&);
void register_dense_ops(OpTable&);
void register_dense_update_ops(OpTable&);
void register_conv_ops(OpTable&);
void register_conv_pool_ops(OpTable&);
void register_matmul_ops(OpTable&);
void register_pool_ops(OpTable&);
void register_host_ops(OpTable&);

}  // namespace nnfit
