// ElementwiseChain: elementwise ops that go over their arrays together, a tile at a time, so that what one hands to the
// next stays in the cache.
#pragma once

#include <memory>

#include "ops/op.h"

namespace nnfit {

class ElementwiseChain {
 public:
  static constexpr std::size_t most_inputs = 3;  // of a member

  // A member: an elementwise op and the numbers of the values that it reads. Value i is input i of the chain, or, after
  // those, what member i - inputs made. All members make arrays of one shape, that of `result`.
  struct Member {
    const Op* op;
    Attributes attributes;
    std::vector<std::size_t> inputs;
    Spec result;
  };

  // `outputs`: the members whose results leave the chain; the others' never leave a thread's scratch. A tile is some
  // rows of the arrays, a row being what stands behind their first `split` axes.
  ElementwiseChain(std::vector<Spec> inputs, std::vector<Member> members, std::vector<std::size_t> outputs, int split);

  // The places where arrays of shape `out` may be split so that each tile needs whole rows of `operand` or, for every
  // tile, all of it: bit i stands for a split behind i axes.
  static unsigned splits(const Shape& out, const Shape& operand);

  const std::vector<Member>& members() const { return members_; }
  std::vector<Spec> output_specs() const;
  // Whether output `output` is written when input `input` has been read, tile by tile.
  bool may_reuse(std::size_t output, std::size_t input) const;
  void run(const RunContext& c) const;

 private:
  // Where a value's part in a tile lies: in input or output number `index`, `step` bytes further in each tile; or in
  // slot `index` of the scratch, at `offset`.
  struct Place {
    enum class Kind { input, output, scratch } kind;
    std::size_t index = 0, step = 0, offset = 0;
  };

  void find_last_reads();
  std::vector<std::size_t> place_values();
  void cut(const std::vector<std::size_t>& slots);
  const Shape& result_shape() const { return members_[0].result.shape; }
  const Spec& spec(std::size_t value) const;
  bool advances(const Shape& shape) const;
  Spec part(const Spec& spec, std::int64_t rows) const;
  void run_tile(const RunContext& c, std::size_t tile, std::byte* scratch) const;

  std::vector<Spec> inputs_;
  std::vector<Member> members_;
  std::vector<std::size_t> outputs_;
  int split_;
  std::vector<std::size_t> last_read_;  // by value: the last member that reads it
  std::vector<Place> places_;           // by value
  std::vector<Spec> full_, last_;       // by value: its part in a tile, and in the last one
  std::size_t tiles_ = 0, scratch_bytes_ = 0;
  double work_ = 0;
};

// The op that runs one. It is not in the op table, for only the planner makes it.
const Op& elementwise_chain_op();

}  // namespace nnfit
