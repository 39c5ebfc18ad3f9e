// Threads: the one place where work is spread over cores.
//
// Work is cut into tiles whose content depends on shapes only; threads claim tiles as they come free. So results are
// the same bits at any thread count, and a thread that the system does not run holds up nobody but the tile that it is
// in.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

namespace nnfit {

// The most threads that work is spread over. Default: NNFIT_NUM_THREADS, else OMP_NUM_THREADS, else the processors that
// affinity and the cgroup quota leave us. Never more than OpenMP allows the calling thread, so that threadpoolctl
// works; 1 in a child of fork, where the parent's threads are gone.
int num_threads();
void set_num_threads(int n);  // throws ValueError unless n >= 1

namespace detail {
using TileFunction = void (*)(void* context, std::int64_t tile);
void run_tiles(std::int64_t tiles, double work, TileFunction function, void* context);
bool worth_sharing(std::int64_t tiles, double work);
}  // namespace detail

// Calls tile(i) for each i in [0, tiles), on several threads if `work`, the whole in nanoseconds of one core, is worth
// it. Tiles must not throw and may run in any order and at the same time.
template <class F>
void parallel_for(std::int64_t tiles, double work, F&& tile) {
  if (!detail::worth_sharing(tiles, work)) {
    for (std::int64_t i = 0; i < tiles; ++i) tile(i);
    return;
  }
  using Tile = std::remove_reference_t<F>;
  detail::run_tiles(
      tiles, work, [](void* context, std::int64_t i) { (*static_cast<Tile*>(context))(i); },
      const_cast<void*>(static_cast<const void*>(std::addressof(tile))));
}

// Keeps `threads` threads together while `body` runs, so that each parallel_for in it starts in a fraction of the time
// of an OpenMP fork. Returns whether any of them was worth sharing out. Exceptions of `body` pass through.
namespace detail {
bool with_team_of(int threads, void (*body)(void*), void* context);
}
template <class F>
bool with_team(int threads, F&& body) {
  using Body = std::remove_reference_t<F>;
  return detail::with_team_of(
      threads, [](void* context) { (*static_cast<Body*>(context))(); },
      const_cast<void*>(static_cast<const void*>(std::addressof(body))));
}

}  // namespace nnfit
