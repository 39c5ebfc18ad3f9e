#include "graph/plan.h"

#include <chrono>
#include <cmath>
#include <cstring>

#include "core/parallel.h"
#include "graph/feature_parts.h"
#include "graph/passes.h"
#include "kernels/gather/feature_parts.h"
#include "kernels/kernels.h"

namespace nnfit {

namespace {

// The value whose memory `v` shows under another shape, or `v`.
int root_of(const Graph& graph, int v) {
  for (;;) {
    const int node = graph.values[static_cast<std::size_t>(v)].node;
    if (node < 0 || graph.nodes[static_cast<std::size_t>(node)].op->effect != Effect::alias) return v;
    v = graph.nodes[static_cast<std::size_t>(node)].inputs[0];
  }
}

// A variable's first value that is returned, or becomes another variable's last value, is copied before anybody writes
// there.
void copy_first_values(Graph& graph) {
  static const Op& copy = op("copy");
  const auto copied = [&](int v) { return graph.add_node(copy, Attributes(&copy.attributes), {v}).outputs[0]; };
  for (const Graph::Binding& first : graph.variables) {
    for (Graph::Binding& b : graph.variables)
      if (&b != &first && root_of(graph, b.final) == first.initial) b.final = copied(b.final);
    if (first.final == first.initial) continue;
    for (int& output : graph.outputs)
      if (root_of(graph, output) == first.initial) output = copied(output);
  }
}

constexpr std::int64_t tile_bytes = 16384;  // that a thread gathers at a time

double now() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool same_layout(const Feed& feed, const Spec& spec, std::int64_t columns) {
  static constexpr SourceType source_of[dtype_count] = {SourceType::bool_, SourceType::uint8,   SourceType::int32,
                                                        SourceType::int64, SourceType::float32, SourceType::float64};
  return feed.type == source_of[static_cast<int>(spec.dtype)] &&
         feed.row_stride_bytes == columns * static_cast<std::int64_t>(size_of(spec.dtype));
}

}  // namespace

class Plan::Lease {
 public:
  explicit Lease(Plan& plan) : plan_(plan) {
    const std::lock_guard lock(plan.mutex_);
    if (!plan.idle_.empty()) {
      workspace_ = std::move(plan.idle_.back());
      plan.idle_.pop_back();
    }
    if (!workspace_) workspace_ = std::make_unique<Workspace>(*plan.graph_, plan.layout_);
  }
  ~Lease() {
    workspace_->release();
    const std::lock_guard lock(plan_.mutex_);
    plan_.idle_.push_back(std::move(workspace_));
  }
  Workspace& operator*() const { return *workspace_; }

 private:
  Plan& plan_;
  std::unique_ptr<Workspace> workspace_;
};

Plan::Plan(std::shared_ptr<Graph> graph) : graph_(std::move(graph)) {
  copy_first_values(*graph_);
  optimize(*graph_);
  layout_ = lay_out(*graph_);
  parts_ = nnfit::feature_parts(*graph_);
}

std::vector<Tensor> Plan::copy_outputs(const Workspace& workspace) const {
  std::vector<Tensor> outputs;
  for (int v : graph_->outputs) {
    outputs.push_back(Tensor::empty(spec(v)));
    if (const std::size_t bytes = spec(v).bytes()) std::memcpy(outputs.back().data(), workspace.data(v), bytes);
  }
  return outputs;
}

// Runs `step` for each of `steps` on as many threads as the pace says.
template <class F>
void Plan::paced(std::int64_t steps, F&& step) {
  for (std::int64_t done = 0; done < steps;) {
    int threads = 1, count = 1, unmeasured = 0;
    double longest = 0;
    const int most = num_threads();
    {
      const std::lock_guard lock(mutex_);
      threads = pace_.threads(most);
      count = static_cast<int>(std::min<std::int64_t>(pace_.steps(), steps - done));
      unmeasured = pace_.unmeasured_steps();
      longest = pace_.longest_run();
    }
    const double start = now();
    double begin = start;
    int ran = 0, measured = 0;
    const bool shared = with_team(threads, [&] {
      for (; ran < count; ++ran, ++measured) {
        if (ran == unmeasured && ran > 0) begin = now(), measured = 0;
        step(done + ran);
        if (now() - start > longest && ran + 1 < count) {
          ++ran, ++measured;
          break;
        }
      }
    });
    done += ran;
    const std::lock_guard lock(mutex_);
    pace_.report(now() - begin, measured, shared);
  }
}

std::vector<Tensor> Plan::run(const std::vector<Tensor>& inputs) {
  if (inputs.size() != graph_->inputs.size())
    throw ValueError(concat("[plan] expected ", graph_->inputs.size(), " inputs; got ", inputs.size(), "."));
  const Lease lease(*this);
  Workspace& workspace = *lease;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!(inputs[i].spec() == input_spec(i)))
      throw ValueError(concat("[plan] expected input ", i, " to be ", input_spec(i), "; got ", inputs[i].spec(), "."));
    workspace.bind_input(i, inputs[i].data());
  }
  workspace.bind_variables();
  paced(1, [&](std::int64_t) { workspace.run(); });
  workspace.finish_variables();
  return copy_outputs(workspace);
}

void Plan::feed(Workspace& workspace, const StepRequest& request, std::int64_t step) const {
  for (std::size_t i = 0; i < request.feeds.size(); ++i) {
    const Feed& from = request.feeds[i];
    const Spec& wanted = input_spec(i);
    const std::int64_t batch = wanted.shape[0];
    const std::int64_t columns = wanted.shape.size(1, wanted.shape.rank());
    const std::int64_t row = request.first + step * batch;
    const auto* base = static_cast<const std::byte*>(from.data);
    if (!request.index && same_layout(from, wanted, columns)) {
      workspace.bind_input(i, base + row * from.row_stride_bytes);
      workspace.set_gathered(i, {});
      continue;
    }
    std::byte* buffer = workspace.input_buffer(
        i, static_cast<std::size_t>(part_stride(batch, parts_[i]) * columns) * size_of(wanted.dtype));
    const auto gather = kernels().gather->gather_rows[from.type][wanted.dtype];
    const auto size = static_cast<std::int64_t>(size_of(wanted.dtype));
    const std::int64_t parts = parts_[i];
    const std::int64_t tile_rows =
        std::max<std::int64_t>(1, tile_bytes * parts / std::max<std::int64_t>(1, columns * size));
    const std::int64_t blocks = (batch + tile_rows - 1) / tile_rows;
    parallel_for(blocks * parts, static_cast<double>(batch * columns * size) / 10, [&](std::int64_t tile) {
      const std::int64_t begin = tile % blocks * tile_rows;
      const std::int64_t rows = std::min(tile_rows, batch - begin);
      const std::int64_t column = part_begin(columns, parts, tile / blocks);
      const std::int64_t width = part_begin(columns, parts, tile / blocks + 1) - column;
      const std::int64_t* index = request.index ? request.index + row + begin : nullptr;
      const std::byte* source = request.index ? base : base + (row + begin) * from.row_stride_bytes;
      gather(rows, width, source + column * size_of(from.type), from.row_stride_bytes, index,
             buffer + (part_stride(batch, parts) * column + begin * width) * size, width);
    });
    workspace.bind_input(i, buffer);
    NextRows next;
    if (step + 1 < request.steps) {
      next = {reinterpret_cast<const char*>(base), from.row_stride_bytes, columns * size_of(from.type), batch, nullptr};
      if (request.index)
        next.index = request.index + row + batch;
      else
        next.data += (row + batch) * from.row_stride_bytes;
    }
    workspace.set_gathered(i, {next, parts});
  }
}

void Plan::collect(const Workspace& workspace, const StepRequest& request, std::int64_t step) const {
  for (std::size_t i = 0; i < request.collect.size(); ++i) {
    if (!request.collect[i]) continue;
    const std::size_t bytes = spec(graph_->outputs[i]).bytes();
    if (bytes)
      std::memcpy(request.collect[i] + static_cast<std::size_t>(step) * bytes, workspace.data(graph_->outputs[i]),
                  bytes);
  }
}

bool Plan::watched_is_nan(const Workspace& workspace, int output) const {
  const int value = graph_->outputs[static_cast<std::size_t>(output)];
  const void* data = workspace.data(value);
  return spec(value).dtype == DType::float64 ? std::isnan(*static_cast<const double*>(data))
                                             : std::isnan(*static_cast<const float*>(data));
}

StepResult Plan::run_steps(const StepRequest& request) {
  const Lease lease(*this);
  Workspace& workspace = *lease;
  workspace.bind_variables();
  StepResult result;
  paced(request.steps, [&](std::int64_t step) {
    feed(workspace, request, step);
    workspace.run();
    workspace.finish_variables();
    collect(workspace, request, step);
    if (request.watch >= 0 && result.first_nan < 0 && watched_is_nan(workspace, request.watch)) result.first_nan = step;
  });
  if (request.steps > 0) result.outputs = copy_outputs(workspace);
  return result;
}

}  // namespace nnfit
