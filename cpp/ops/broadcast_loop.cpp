#include "ops/broadcast_loop.h"

#include <algorithm>

#include "core/parallel.h"

namespace nnfit {

namespace {

constexpr std::int64_t tile_elements = 8192;

double work_of(std::int64_t elements, Cost cost) { return static_cast<double>(elements) * nanoseconds(cost); }

// Calls body(run, first, count) for parts of runs: of long runs pieces, of short ones several in one tile.
template <class F>
void for_each_run(const BroadcastLoop& loop, Cost cost, F&& body) {
  if (loop.outer.rank() == 0 && loop.n <= tile_elements) return body(std::int64_t{0}, std::int64_t{0}, loop.n);
  const std::int64_t runs = loop.outer.size();
  const std::int64_t pieces = std::max<std::int64_t>(1, (loop.n + tile_elements - 1) / tile_elements);
  const std::int64_t group = std::max<std::int64_t>(1, tile_elements / std::max<std::int64_t>(1, loop.n));
  const double work = work_of(runs * loop.n, cost) + 4.0 * static_cast<double>(runs);
  if (pieces > 1) {
    parallel_for(runs * pieces, work, [&](std::int64_t tile) {
      const std::int64_t first = tile % pieces * tile_elements;
      body(tile / pieces, first, std::min(tile_elements, loop.n - first));
    });
    return;
  }
  parallel_for((runs + group - 1) / group, work, [&](std::int64_t tile) {
    const std::int64_t end = std::min(runs, (tile + 1) * group);
    for (std::int64_t run = tile * group; run < end; ++run) body(run, 0, loop.n);
  });
}

const std::byte* element(const RunContext& c, const BroadcastLoop& loop, int input, std::int64_t run,
                         std::int64_t first) {
  const auto i = static_cast<std::size_t>(input);
  const std::int64_t at = loop.start(input, run) + first * loop.steps[i];
  return static_cast<const std::byte*>(c.inputs[i].data) + at * static_cast<std::int64_t>(size_of(c.in_dtype(i)));
}

std::byte* result(const RunContext& c, const BroadcastLoop& loop, std::int64_t run, std::int64_t first) {
  const auto bytes = static_cast<std::int64_t>(size_of(c.out_dtype(0)));
  return static_cast<std::byte*>(c.outputs[0].data) + (run * loop.n + first) * bytes;
}

}  // namespace

BroadcastLoop::BroadcastLoop(const Shape& out, std::span<const Operand> inputs) {
  if (is_one_run(out, inputs)) return;
  const std::size_t count = inputs.size();
  std::array<std::int64_t, most_inputs> size{1, 1, 1};  // elements of each input below the present dimension
  Shape dims;                                           // innermost first
  std::array<Shape, most_inputs> dim_strides;
  for (int axis = out.rank() - 1; axis >= 0; --axis) {
    if (out[axis] == 1) continue;
    std::array<std::int64_t, most_inputs> stride{};
    bool merges = dims.rank() > 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Shape& shape = inputs[i].spec->shape;
      const int at = axis - (out.rank() - shape.rank());
      const std::int64_t dim = at >= 0 ? shape[at] : 1;
      stride[i] = dim == 1 ? 0 : size[i];
      size[i] *= dim;
      const int last = dims.rank() - 1;
      merges = merges && stride[i] == dim_strides[i][last] * dims[last];
    }
    if (merges) {
      dims[dims.rank() - 1] *= out[axis];
      continue;
    }
    dims.push_back(out[axis]);
    for (std::size_t i = 0; i < count; ++i) dim_strides[i].push_back(stride[i]);
  }
  n = dims[0];  // there is one, or it would have been one run
  for (std::size_t i = 0; i < count; ++i) steps[i] = dim_strides[i][0];
  for (int d = dims.rank() - 1; d >= 1; --d) {
    outer.push_back(dims[d]);
    for (std::size_t i = 0; i < count; ++i) strides[i].push_back(dim_strides[i][d]);
  }
}

// Most calls take whole arrays and single elements.
bool BroadcastLoop::is_one_run(const Shape& out, std::span<const Operand> inputs) {
  const std::int64_t all = out.size();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::int64_t elements = inputs[i].spec->shape.size();
    if (all > 0 && elements != all && elements != 1) return false;
    steps[i] = elements == 1 ? 0 : 1;
  }
  n = all;
  return true;
}

std::int64_t BroadcastLoop::start(int input, std::int64_t run) const {
  std::int64_t at = 0;
  const Shape& stride = strides[static_cast<std::size_t>(input)];
  for (int d = outer.rank() - 1; d >= 0; --d) {
    at += run % outer[d] * stride[d];
    run /= outer[d];
  }
  return at;
}

void run_unary(const RunContext& c, UnaryKernel kernel, Cost cost) {
  const std::int64_t n = c.out_shape(0).size();
  if (n <= tile_elements) return kernel(n, c.inputs[0].data, c.outputs[0].data);
  const auto in_bytes = static_cast<std::int64_t>(size_of(c.in_dtype(0)));
  const auto out_bytes = static_cast<std::int64_t>(size_of(c.out_dtype(0)));
  parallel_for((n + tile_elements - 1) / tile_elements, work_of(n, cost), [&](std::int64_t tile) {
    const std::int64_t first = tile * tile_elements;
    kernel(std::min(tile_elements, n - first), static_cast<const std::byte*>(c.inputs[0].data) + first * in_bytes,
           static_cast<std::byte*>(c.outputs[0].data) + first * out_bytes);
  });
}

void run_binary(const RunContext& c, BinaryKernel kernel, Cost cost) {
  const BroadcastLoop loop(c.out_shape(0), c.inputs);
  if (loop.n == 0) return;
  for_each_run(loop, cost, [&](std::int64_t run, std::int64_t first, std::int64_t count) {
    kernel(count, element(c, loop, 0, run, first), loop.steps[0], element(c, loop, 1, run, first), loop.steps[1],
           result(c, loop, run, first));
  });
}

void run_ternary(const RunContext& c, TernaryKernel kernel, Cost cost) {
  const BroadcastLoop loop(c.out_shape(0), c.inputs);
  if (loop.n == 0) return;
  for_each_run(loop, cost, [&](std::int64_t run, std::int64_t first, std::int64_t count) {
    kernel(count, element(c, loop, 0, run, first), loop.steps[0], element(c, loop, 1, run, first), loop.steps[1],
           element(c, loop, 2, run, first), loop.steps[2], result(c, loop, run, first));
  });
}

}  // namespace nnfit
