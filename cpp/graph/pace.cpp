#include "graph/pace.h"

#include <algorithm>

namespace nnfit {

namespace {
constexpr double shortest_interval = 5e6, longest_interval = 5e8;  // nanoseconds
constexpr double trial = 2e6, measurement = 5e6;                   // nanoseconds that tell what a step costs
constexpr double longest = 2e7;                                    // nanoseconds between two questions
constexpr double changed = 1.1;  // how much the cost has grown where the choice may have become wrong
constexpr double hurry = 10;     // how much sooner the next trial comes then
}  // namespace

void Pace::set_candidates(int most) {
  candidates_.clear();
  for (int n = 1; n < most; n *= 2) candidates_.push_back({n});
  candidates_.push_back({most});
  most_ = most;
  best_ = current_ = candidates_.size() - 1;
  trial_ = 0;
  trying_ = false;
  until_trial_ = 0;
  trial_interval_ = shortest_interval;
}

int Pace::threads(int most) {
  if (too_small_) return 1;
  if (most != most_) set_candidates(most);
  if (candidates_.size() > 1 && !trying_ && until_trial_ <= 0 && candidates_[best_].cost > 0) choose_next_trial();
  return candidates_[current_].threads;
}

int Pace::steps() const {
  if (candidates_.empty() || too_small_) return 64;
  const double cost = candidates_[best_].cost;
  if (cost <= 0) return 8;
  return static_cast<int>(std::clamp((trying_ ? trial : measurement) / cost, 1.0, trying_ ? 32.0 : 64.0));
}

int Pace::unmeasured_steps() const {
  if (candidates_.empty() || too_small_) return 0;
  return trying_ || candidates_[best_].cost <= 0 ? steps() / 2 : 0;
}

double Pace::longest_run() const { return trying_ ? 3 * trial : longest; }

void Pace::choose_next_trial() {
  trial_ = (trial_ + 1) % candidates_.size();
  if (trial_ == best_) trial_ = (trial_ + 1) % candidates_.size();
  current_ = trial_;
  trying_ = true;
}

void Pace::report(double nanoseconds, int steps, bool shared) {
  if (too_small_) return;
  too_small_ = !shared && candidates_[current_].threads > 1;
  const double cost = nanoseconds / std::max(steps, 1);
  Candidate& measured = candidates_[current_];
  if (!trying_) {
    measured.cost = measured.cost > 0 ? 0.7 * measured.cost + 0.3 * cost : cost;
    until_trial_ -= measured.cost > changed * confirmed_cost_ ? hurry * nanoseconds : nanoseconds;
    // Suddenly slow: another process may have taken a core. Try the others now.
    if (cost > 1.5 * measured.cost) until_trial_ = 0, trial_interval_ = shortest_interval;
    return;
  }
  measured.cost = cost;
  trying_ = false;
  if (cost < candidates_[best_].cost) {
    best_ = current_;
    trial_interval_ = shortest_interval;
  } else {
    // Trials that confirm the choice get rarer, and what those of fewer threads waste is to stay within a thousandth of
    // the time: as long as steps cost what they did, they hardly would cost something else there. A load on a core that
    // is not in use may go without a sign, so trials of more threads may waste a hundredth; and one of those may have
    // met a short stall, which does not put off the next trial for long.
    const bool more = measured.threads > candidates_[best_].threads;
    double wait = (more ? 100 : 1000) * (cost - candidates_[best_].cost) * steps;
    if (more) wait = std::min(wait, 4 * trial_interval_);
    trial_interval_ = std::max(std::min(2 * trial_interval_, longest_interval), wait);
  }
  current_ = best_;
  confirmed_cost_ = candidates_[best_].cost;
  until_trial_ = trial_interval_;
}

}  // namespace nnfit
