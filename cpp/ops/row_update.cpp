#include "ops/row_update.h"

#include <bit>
#include <cstring>

#include "kernels/gather/gather.h"
#include "kernels/kernels.h"
#include "ops/row_tiles.h"

namespace nnfit {

namespace {

std::size_t aligned(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

// Where in scratch memory an update of `count` rows has its things.
struct RowLayout {
  std::size_t index, place, rows, table, arrays;  // byte offsets
  std::size_t table_size, array_bytes;

  RowLayout(std::int64_t count, std::size_t row_bytes) {
    const auto n = static_cast<std::size_t>(count);
    table_size = std::bit_ceil(2 * n + 1);
    index = 0;
    place = index + aligned(n * 8);
    rows = place + aligned(n * 8);
    table = rows + aligned(n * 8);
    arrays = table + aligned(table_size * 4);
    array_bytes = aligned(n * row_bytes);
  }
};

struct RowScratch {
  std::int64_t *index, *place, *rows;  // as asked for; where it is in `rows`; the different ones, as they came
  std::int32_t* table;                 // open addressing: a place, or -1
  std::size_t table_size;
  std::byte* arrays;  // one for the variable, each of its slots, and its gradient: of the different rows alone
  std::size_t array_bytes;

  RowScratch(std::byte* scratch, const RowLayout& layout)
      : index(reinterpret_cast<std::int64_t*>(scratch + layout.index)),
        place(reinterpret_cast<std::int64_t*>(scratch + layout.place)),
        rows(reinterpret_cast<std::int64_t*>(scratch + layout.rows)),
        table(reinterpret_cast<std::int32_t*>(scratch + layout.table)),
        table_size(layout.table_size),
        arrays(scratch + layout.arrays),
        array_bytes(layout.array_bytes) {}

  std::byte* array(std::size_t i) const { return arrays + i * array_bytes; }
  // Fills `place` and `rows`, and returns how many different rows there are.
  std::int64_t find_different(std::int64_t count) const {
    std::fill(table, table + table_size, -1);
    std::int64_t different = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      // Fibonacci hashing (Knuth, 6.4)
      std::size_t at = (static_cast<std::uint64_t>(index[i]) * 0x9E3779B97F4A7C15u >> 32) & (table_size - 1);
      while (table[at] >= 0 && rows[table[at]] != index[i]) at = (at + 1) & (table_size - 1);
      if (table[at] < 0) {
        table[at] = static_cast<std::int32_t>(different);
        rows[different++] = index[i];
      }
      place[i] = table[at];
    }
    return different;
  }
};

std::int64_t row_length(const Shape& variable) { return variable.size(1, variable.rank()); }
std::size_t row_bytes(const Spec& variable) {
  return static_cast<std::size_t>(row_length(variable.shape)) * size_of(variable.dtype);
}

// to[:, :] = sums of the gradients of each row, by pieces of the columns.
void add_gradients(const RunContext& c, std::size_t gradient, const RowScratch& scratch, std::int64_t different,
                   std::byte* to) {
  constexpr std::int64_t width = 64;
  const std::int64_t count = c.in_shape(gradient - 1).size(), length = row_length(c.out_shape(0));
  const auto size = static_cast<std::int64_t>(size_of(c.out_dtype(0)));
  std::memset(to, 0, static_cast<std::size_t>(different * length * size));
  const auto kernel = kernels().gather->scatter_add_rows[c.out_dtype(0)];
  parallel_for((length + width - 1) / width, static_cast<double>(count * length) * 0.3, [&](std::int64_t piece) {
    const std::int64_t column = piece * width;
    kernel(count, std::min(width, length - column), scratch.place,
           static_cast<const std::byte*>(c.inputs[gradient].data) + column * size, length, to + column * size, length);
  });
}

}  // namespace

std::vector<Spec> infer_row_update(const char* name, const Attributes& attributes, std::span<const Spec> in,
                                   std::size_t leading, std::size_t families) {
  if (attributes.real("weight_decay") != 0 || attributes.flag("scaled") || attributes.flag("conditional"))
    throw ValueError(
        concat("[", name, "] expected no weight decay, which every row has, and neither scales nor a ", "condition."));
  const Spec& variable = in[leading];
  bool fits = in.size() == leading + 3 + families && variable.shape.rank() > 0 && is_floating(variable.dtype) &&
              is_integer(in[leading + 1].dtype) && in[leading + 2].dtype == variable.dtype &&
              in[leading + 2].shape.size() == in[leading + 1].shape.size() * row_length(variable.shape);
  for (std::size_t i = leading + 3; fits && i < in.size(); ++i) fits = in[i] == variable;
  if (!fits)
    throw ValueError(concat("[", name, "] expected ", leading, " scalars, a variable, indices of its rows, a gradient ",
                            "for each of them, and ", families, " slots; got ", in.size(), " tensors, the variable ",
                            variable, " and the indices ", in[leading + 1], "."));
  std::vector<Spec> out = {variable};
  for (std::size_t i = leading + 3; i < in.size(); ++i) out.push_back(in[i]);
  return out;
}

std::size_t row_update_scratch(std::span<const Spec> in, std::size_t leading) {
  const RowLayout layout(in[leading + 1].shape.size(), row_bytes(in[leading]));
  return layout.arrays + (in.size() - leading - 1) * layout.array_bytes;
}

void run_row_update(const RunContext& c, std::size_t leading, void (*run)(const RunContext&)) {
  const Operand& indices = c.inputs[leading + 1];
  const std::int64_t count = indices.spec->shape.size(), extent = c.out_shape(0)[0];
  const std::size_t bytes = row_bytes(*c.outputs[0].spec), outputs = c.outputs.size();
  const RowScratch scratch(c.scratch, RowLayout(count, bytes));
  const std::int64_t bad =
      kernels().gather->resolve_indices[indices.spec->dtype](count, extent, true, indices.data, scratch.index);
  if (bad >= 0)
    throw IndexError(
        concat("[row_update] expected indices in [", -extent, ", ", extent, "); got another at position ", bad, "."));
  const std::int64_t different = scratch.find_different(count);
  // The rows alone, as a small variable with its gradient and slots, in place.
  Spec small = *c.outputs[0].spec;
  small.shape[0] = different;
  std::vector<Operand> inner(c.inputs.begin(), c.inputs.begin() + static_cast<std::ptrdiff_t>(leading)), updated;
  for (std::size_t o = 0; o < outputs; ++o) {
    const std::size_t input = o == 0 ? leading : leading + 2 + o;
    void* const data = c.outputs[o].data;
    if (data != c.inputs[input].data) std::memcpy(data, c.inputs[input].data, c.outputs[o].spec->bytes());
    updated.push_back({scratch.array(o), &small});
    inner.push_back(updated.back());
    if (o == 0) inner.push_back({scratch.array(outputs), &small});
  }
  add_gradients(c, leading + 2, scratch, different, scratch.array(outputs));
  const auto move_rows = [&](auto&& move) {
    for_row_tiles(
        different, row_length(small.shape), 0.2 * static_cast<double>(outputs),
        [&](std::int64_t first, std::int64_t n) {
          for (std::int64_t i = first; i < first + n; ++i)
            for (std::size_t o = 0; o < outputs; ++o)
              move(static_cast<std::byte*>(c.outputs[o].data) + static_cast<std::size_t>(scratch.rows[i]) * bytes,
                   scratch.array(o) + static_cast<std::size_t>(i) * bytes);
        });
  };
  move_rows([bytes](std::byte* row, std::byte* copy) { std::memcpy(copy, row, bytes); });
  run({inner, updated, c.attributes, nullptr});
  move_rows([bytes](std::byte* row, std::byte* copy) { std::memcpy(row, copy, bytes); });
}

}  // namespace nnfit
