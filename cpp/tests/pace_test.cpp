// The pace of a plan on simulated machines: on how many threads its steps run, and what trials of other numbers cost.
#include "graph/pace.h"

#include <cmath>
#include <functional>
#include <vector>

#include "check.h"

namespace nnfit::test {
namespace {

constexpr double ms = 1e6;  // nanoseconds

// What `threads` threads take for a step that begins at `time`.
using Machine = std::function<double(int threads, double time)>;

struct Run {
  double time = 0;             // of all steps
  double on_fewer = 0;         // of it, on fewer threads than allowed
  std::vector<double> trials;  // when steps ran on fewer threads, after more had been measured
};

// Runs steps for `duration`, as Plan does, with at most `most` threads.
Run run(Pace& pace, int most, double duration, const Machine& machine) {
  Run result;
  while (result.time < duration) {
    const int threads = pace.threads(most), count = pace.steps(), unmeasured = pace.unmeasured_steps();
    const double start = result.time, longest = pace.longest_run();
    double begin = start;
    int measured = 0;
    for (int step = 0; step < count; ++step) {
      if (step == unmeasured && step > 0) begin = result.time, measured = 0;
      result.time += machine(threads, result.time);
      ++measured;
      if (result.time - start > longest) break;
    }
    if (threads < most) result.on_fewer += result.time - start, result.trials.push_back(start);
    pace.report(result.time - begin, measured, threads > 1);
  }
  return result;
}

void test_the_faster_number_is_kept() {
  for (const double two : {0.5, 2.0}) {
    Pace pace;
    const Run r =
        run(pace, 2, 2000 * ms, [&](int threads, double) { return threads == 1 ? 0.2 * ms : 0.2 * ms * two; });
    const double wrong = two < 1 ? r.on_fewer : r.time - r.on_fewer;
    expect(wrong < 0.05 * r.time, "two threads take ", two, " of the time of one: ", wrong / r.time, " of it wrong");
  }
}

// Another thread that the machine takes away for some dozens of milliseconds costs little more than those.
void test_a_stall_is_forgotten() {
  Pace pace;
  const Machine stalls = [](int threads, double time) {
    const double into = std::fmod(time, 1000 * ms);
    return threads == 1 ? 0.19 * ms : into < 60 * ms ? 1.5 * ms : 0.12 * ms;
  };
  run(pace, 2, 1000 * ms, stalls);
  const Run r = run(pace, 2, 5000 * ms, stalls);
  expect(r.on_fewer < 0.25 * r.time, "on one thread for ", r.on_fewer / r.time, " of the time");
}

void test_a_loaded_machine_is_left_alone() {
  Pace pace;
  const Run r = run(pace, 2, 5000 * ms, [](int threads, double) { return threads == 1 ? 0.19 * ms : 1.2 * ms; });
  expect(r.time - r.on_fewer < 0.03 * r.time, "trials took ", 1 - r.on_fewer / r.time, " of the time");
}

// A trial of one thread costs a whole step, which may be long.
void test_long_steps_are_seldom_tried_out() {
  Pace pace;
  const Run r = run(pace, 2, 300000 * ms, [](int threads, double) { return threads == 1 ? 180 * ms : 90 * ms; });
  expect(r.on_fewer < 0.005 * r.time, r.trials.size(), " trials of one thread took ", r.on_fewer / r.time);
}

// A load that makes four threads slower than two, but not by far, is found though trials had become rare.
void test_a_load_is_found_between_long_steps() {
  Pace pace;
  const auto machine = [](double four) {
    return [=](int threads, double) { return threads == 1 ? 180 * ms : threads == 2 ? 100 * ms : four; };
  };
  const Run before = run(pace, 4, 60000 * ms, machine(90 * ms));
  const Run r = run(pace, 4, 60000 * ms, machine(120 * ms));
  expect(before.on_fewer < 0.02 * before.time, "on fewer threads for ", before.on_fewer / before.time);
  expect(r.on_fewer > 0.6 * r.time, "on fewer threads for ", r.on_fewer / r.time, " of a loaded time");
}

// A load that goes leaves what one thread takes as it was. However long it was there, more threads are tried before
// long.
void test_a_load_that_goes_is_noticed() {
  const auto machine = [](double two) { return [=](int threads, double) { return threads == 1 ? 180 * ms : two; }; };
  for (const double loaded : {100000 * ms, 120000 * ms, 140000 * ms, 160000 * ms}) {
    Pace pace;
    const Run before = run(pace, 2, loaded, machine(250 * ms));
    const Run r = run(pace, 2, 30000 * ms, machine(90 * ms));
    expect(before.on_fewer > 0.95 * before.time, "on one thread for ", before.on_fewer / before.time);
    expect(r.on_fewer < 0.4 * r.time, "on one thread for ", r.on_fewer / r.time, " of the time without a load");
  }
}

void test_small_plans_stay_on_one_thread() {
  Pace pace;
  pace.report(1 * ms, pace.threads(4) > 1 ? 64 : 1, false);
  expect(pace.threads(4) == 1 && pace.threads(4) == 1, "a plan that shares nothing runs on one thread");
}

}  // namespace
}  // namespace nnfit::test

int main() {
  nnfit::test::test_the_faster_number_is_kept();
  nnfit::test::test_a_stall_is_forgotten();
  nnfit::test::test_a_loaded_machine_is_left_alone();
  nnfit::test::test_long_steps_are_seldom_tried_out();
  nnfit::test::test_a_load_is_found_between_long_steps();
  nnfit::test::test_a_load_that_goes_is_noticed();
  nnfit::test::test_small_plans_stay_on_one_thread();
  return nnfit::test::finish();
}
