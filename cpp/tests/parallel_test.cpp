// Threads: every tile of every loop runs once, and what it wrote is there for the loops after it, at any number of
// threads, alone and in a team, and for several callers at once. Under ThreadSanitizer this shows that they do not race
// (with an OpenMP library that tells it about forks, as clang's does with libarcher).
#include "core/parallel.h"

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "check.h"
#include "core/error.h"

namespace nnfit::test {
namespace {

constexpr double plenty = 1e9;  // of work: always worth sharing
constexpr int thread_counts[] = {1, 2, 4, 7};

// Loops whose tiles read what other tiles of the loop before wrote; one that is missed, repeated or not yet seen shows.
bool reversed_and_counted(std::int64_t tiles, int loops) {
  std::vector<std::int64_t> from(static_cast<std::size_t>(tiles)), to(from.size());
  std::iota(from.begin(), from.end(), 0);
  for (int loop = 0; loop < loops; ++loop) {
    parallel_for(tiles, plenty, [&](std::int64_t i) {
      to[static_cast<std::size_t>(i)] = from[static_cast<std::size_t>(tiles - 1 - i)] + 1;
    });
    std::swap(from, to);
  }
  for (std::int64_t i = 0; i < tiles; ++i)
    if (from[static_cast<std::size_t>(i)] != (loops % 2 ? tiles - 1 - i : i) + loops) return false;
  return true;
}

void test_loops(int threads) {
  for (std::int64_t tiles : {0, 1, 2, 3, 5, 8, 63, 1000}) {
    expect(reversed_and_counted(tiles, 5), threads, " threads, ", tiles, " tiles, each loop on its own");
    bool right = false;
    with_team(threads, [&] { right = reversed_and_counted(tiles, 300); });
    expect(right, threads, " threads, ", tiles, " tiles, in a team");
  }
}

void test_loop_within_a_tile(int threads) {
  std::vector<std::int64_t> sums(64);
  with_team(threads, [&] {
    parallel_for(64, plenty, [&](std::int64_t i) {
      parallel_for(10, plenty, [&](std::int64_t j) { sums[static_cast<std::size_t>(i)] += i * j; });
    });
  });
  for (std::int64_t i = 0; i < 64; ++i)
    expect(sums[static_cast<std::size_t>(i)] == 45 * i, threads, " threads: loop within tile ", i);
}

void test_several_callers() {
  std::atomic<int> right{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 3; ++caller)
    callers.emplace_back([&] {
      bool in_team = false;
      with_team(2, [&] { in_team = reversed_and_counted(100, 200); });
      right += in_team && reversed_and_counted(100, 5);
    });
  for (std::thread& caller : callers) caller.join();
  expect(right == 3, "callers at once: ", right.load(), " of 3 were right");
}

template <class Error, class F>
bool throws(F&& f) {
  try {
    f();
  } catch (const Error&) {
    return true;
  }
  return false;
}

void test_errors() {
  expect(throws<ValueError>([] { set_num_threads(0); }), "set_num_threads(0)");
  for (int threads : thread_counts) {
    expect(throws<std::runtime_error>([&] { with_team(threads, [] { throw std::runtime_error("body"); }); }),
           "an exception of a team's body, ", threads, " threads");
    bool right = false;
    with_team(threads, [&] { right = reversed_and_counted(100, 5); });
    expect(right, "a team after one that failed, ", threads, " threads");
  }
}

void test_what_a_team_says() {
  expect(!with_team(2, [] {}), "nothing was shared");
  expect(!with_team(2, [] { parallel_for(100, 1, [](std::int64_t) {}); }), "too little work to share");
  expect(with_team(2, [] { parallel_for(100, plenty, [](std::int64_t) {}); }), "something was shared");
}

}  // namespace
}  // namespace nnfit::test

int main() {
  using namespace nnfit::test;
  for (int threads : thread_counts) {
    nnfit::set_num_threads(threads);
    test_loops(threads);
    test_loop_within_a_tile(threads);
  }
  test_several_callers();
  test_errors();
  test_what_a_team_says();
  return finish();
}
