#include "ops/elementwise_chain.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/parallel.h"
#include "core/thread_scratch.h"

namespace nnfit {

namespace {

// A tile is small enough for the scratch of a thread to stay in its second-level cache, and otherwise large enough for
// the calls of ops not to count.
constexpr std::size_t cache_bytes = 64 << 10;
constexpr std::size_t least_elements = 1024, most_elements = 4096;

// Axis `axis` of an output of rank `rank` as an axis of `shape`, which broadcasts to it; negative: it has none.
int aligned(const Shape& shape, int rank, int axis) { return axis - (rank - shape.rank()); }

}  // namespace

unsigned ElementwiseChain::splits(const Shape& out, const Shape& operand) {
  bool whole = true, stays = true;
  unsigned found = 1;
  for (int axis = 0; axis < out.rank(); ++axis) {
    const int own = aligned(operand, out.rank(), axis);
    const std::int64_t dim = own < 0 ? 1 : operand[own];
    whole = whole && dim == out[axis];
    stays = stays && dim == 1;
    if (whole || stays) found |= 1u << (axis + 1);
  }
  return found;
}

ElementwiseChain::ElementwiseChain(std::vector<Spec> inputs, std::vector<Member> members,
                                   std::vector<std::size_t> outputs, int split)
    : inputs_(std::move(inputs)), members_(std::move(members)), outputs_(std::move(outputs)), split_(split) {
  find_last_reads();
  cut(place_values());
}

const Spec& ElementwiseChain::spec(std::size_t value) const {
  return value < inputs_.size() ? inputs_[value] : members_[value - inputs_.size()].result;
}

void ElementwiseChain::find_last_reads() {
  last_read_.resize(inputs_.size() + members_.size());
  for (std::size_t m = 0; m < members_.size(); ++m)
    for (std::size_t v : members_[m].inputs) last_read_[v] = m;
}

// Gives every value a place; those that do not leave the chain slots of scratch, which serve again after their last
// reader. Returns the slots' bytes for each element of a tile.
std::vector<std::size_t> ElementwiseChain::place_values() {
  std::vector<std::size_t> slots;
  std::vector<bool> free;
  const auto release_after = [&](std::size_t m) {
    for (std::size_t v : members_[m].inputs)
      if (places_[v].kind == Place::Kind::scratch && last_read_[v] == m) free[places_[v].index] = true;
  };
  const auto take = [&](std::size_t bytes) {
    for (std::size_t slot = 0; slot < slots.size(); ++slot)
      if (free[slot] && slots[slot] == bytes) {
        free[slot] = false;
        return slot;
      }
    slots.push_back(bytes);
    free.push_back(false);
    return slots.size() - 1;
  };
  for (std::size_t i = 0; i < inputs_.size(); ++i) places_.push_back({Place::Kind::input, i});
  for (std::size_t m = 0; m < members_.size(); ++m) {
    const bool in_place = members_[m].op->reuse == Reuse::any_same_spec;
    if (in_place) release_after(m);
    const auto output = std::ranges::find(outputs_, m);
    if (output != outputs_.end())
      places_.push_back({Place::Kind::output, static_cast<std::size_t>(output - outputs_.begin())});
    else
      places_.push_back({Place::Kind::scratch, take(size_of(members_[m].result.dtype))});
    if (!in_place) release_after(m);
  }
  return slots;
}

bool ElementwiseChain::advances(const Shape& shape) const {
  const int rank = result_shape().rank();
  const int own = std::max(0, aligned(shape, rank, split_));
  return shape.size(0, own) == result_shape().size(0, split_);
}

// What a tile of `rows` rows shows of a value.
Spec ElementwiseChain::part(const Spec& spec, std::int64_t rows) const {
  Spec part{spec.dtype, {}};
  const int rank = result_shape().rank();
  if (advances(spec.shape)) part.shape.push_back(rows);
  for (int axis = split_; axis < rank; ++axis) {
    const int own = aligned(spec.shape, rank, axis);
    if (own >= 0)
      part.shape.push_back(spec.shape[own]);
    else if (part.shape.rank() > 0)
      part.shape.push_back(1);
  }
  return part;
}

// Cuts the arrays into tiles of whole rows.
void ElementwiseChain::cut(const std::vector<std::size_t>& slots) {
  const std::size_t scratch = std::max<std::size_t>(1, std::accumulate(slots.begin(), slots.end(), std::size_t{0}));
  const std::size_t elements = std::clamp(cache_bytes / scratch, least_elements, most_elements) / 64 * 64;
  const Shape& shape = result_shape();
  const auto inner = static_cast<std::size_t>(shape.size(split_, shape.rank()));
  const auto all = static_cast<std::size_t>(shape.size(0, split_));
  const std::size_t rows = std::min(all, std::max<std::size_t>(1, elements / inner));
  tiles_ = (all + rows - 1) / rows;

  std::vector<std::size_t> offsets;
  for (std::size_t bytes : slots) {
    offsets.push_back(scratch_bytes_);
    scratch_bytes_ += (rows * inner * bytes + 63) / 64 * 64;
  }
  for (std::size_t v = 0; v < places_.size(); ++v) {
    const auto count = static_cast<std::int64_t>(rows);
    full_.push_back(part(spec(v), count));
    last_.push_back(part(spec(v), static_cast<std::int64_t>(all - (tiles_ - 1) * rows)));
    Place& place = places_[v];
    if (place.kind == Place::Kind::scratch)
      place.offset = offsets[place.index];
    else if (advances(spec(v).shape))
      place.step = full_[v].bytes();
  }
  for (const Member& member : members_)
    work_ += static_cast<double>(shape.size()) * nanoseconds(member.op->elementwise.value());
}

std::vector<Spec> ElementwiseChain::output_specs() const {
  std::vector<Spec> specs;
  for (std::size_t m : outputs_) specs.push_back(members_[m].result);
  return specs;
}

// In each tile, the member that writes the output must come after all that read the input, or be the last of them.
bool ElementwiseChain::may_reuse(std::size_t output, std::size_t input) const {
  const std::size_t writer = outputs_[output];
  return last_read_[input] < writer ||
         (last_read_[input] == writer && members_[writer].op->reuse == Reuse::any_same_spec);
}

void ElementwiseChain::run_tile(const RunContext& c, std::size_t tile, std::byte* scratch) const {
  const std::vector<Spec>& specs = tile + 1 < tiles_ ? full_ : last_;
  const auto operand = [&](std::size_t value) -> Operand {
    const Place& place = places_[value];
    if (place.kind == Place::Kind::scratch) return {scratch + place.offset, &specs[value]};
    const Operand& whole = (place.kind == Place::Kind::input ? c.inputs : c.outputs)[place.index];
    return {static_cast<std::byte*>(whole.data) + tile * place.step, &specs[value]};
  };
  for (std::size_t m = 0; m < members_.size(); ++m) {
    const Member& member = members_[m];
    std::array<Operand, most_inputs> inputs;
    for (std::size_t i = 0; i < member.inputs.size(); ++i) inputs[i] = operand(member.inputs[i]);
    const Operand output = operand(inputs_.size() + m);
    member.op->run({{inputs.data(), member.inputs.size()}, {&output, 1}, member.attributes});
  }
}

void ElementwiseChain::run(const RunContext& c) const {
  parallel_for(static_cast<std::int64_t>(tiles_), work_,
               [&](std::int64_t tile) { run_tile(c, static_cast<std::size_t>(tile), thread_scratch(scratch_bytes_)); });
}

const Op& elementwise_chain_op() {
  static const Op op{
      .name = "elementwise_chain",
      .attributes = {AttributeSchema::needed("chain", AttributeKind::elementwise_chain)},
      .min_inputs = 0,
      .max_inputs = -1,
      .infer = [](const Attributes& a, std::span<const Spec>) { return a.elementwise_chain("chain")->output_specs(); },
      .run = [](const RunContext& c) { c.attributes.elementwise_chain("chain")->run(c); },
      .list_output = true,
      .reuse = Reuse::chosen,
      .may_reuse = [](const Attributes& a, std::size_t, std::size_t output,
                      std::size_t input) { return a.elementwise_chain("chain")->may_reuse(output, input); },
  };
  return op;
}

}  // namespace nnfit
