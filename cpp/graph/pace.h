// Pace: how many threads a plan's steps run on, found by measuring them.
//
// Results are the same bits at any number of threads, so the number is free to follow the load of the machine: a plan
// of small ops is fastest on one thread, and so is any plan while other processes hold the remaining cores.
#pragma once

#include <vector>

namespace nnfit {

class Pace {
 public:
  // The number of threads for the next steps. `most` is what is allowed now.
  int threads(int most);
  // How many steps to run before asking again: enough to measure, and few while trying a number out.
  int steps() const;
  // How many of them to leave out of the measurement: on other threads than before, data has to move to their caches.
  int unmeasured_steps() const;
  // The nanoseconds after which to ask again though steps are left: a trial that goes badly ends early.
  double longest_run() const;
  // `nanoseconds` is what `steps` steps took on the threads last given; `shared`, whether those had anything to share.
  void report(double nanoseconds, int steps, bool shared);

 private:
  struct Candidate {
    int threads;
    double cost = 0;  // nanoseconds a step, latest measurements weighing most; 0: never measured
  };

  void set_candidates(int most);
  void choose_next_trial();

  std::vector<Candidate> candidates_;
  int most_ = 0;
  std::size_t best_ = 0, current_ = 0, trial_ = 0;
  bool trying_ = false;
  bool too_small_ = false;       // no op of the plan is worth a second thread: that depends on shapes alone
  double until_trial_ = 0;       // nanoseconds of work before another number is tried
  double confirmed_cost_ = 0;    // of the best, when a trial last said that it is
  double trial_interval_ = 5e6;  // grows while trials confirm the choice
};

}  // namespace nnfit
