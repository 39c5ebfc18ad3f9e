// Exceptions that become Python's of the same name, and the text they are made of.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace nnfit {

struct ValueError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};
struct TypeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct IndexError : std::out_of_range {
  using std::out_of_range::out_of_range;
};
// A traced tensor was asked for its value.
struct TracedValueError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Streams its arguments into one string.
template <class... Args>
std::string concat(const Args&... args) {
  std::ostringstream out;
  (out << ... << args);
  return out.str();
}

}  // namespace nnfit
