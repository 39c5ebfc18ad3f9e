// Shape: up to 8 dimensions, held inline.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>

namespace nnfit {

class Shape {
 public:
  static constexpr int max_rank = 8;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dims) : Shape(std::span(dims.begin(), dims.size())) {}
  explicit Shape(std::span<const std::int64_t> dims);

  int rank() const { return rank_; }
  std::int64_t operator[](int axis) const { return dims_[axis]; }
  std::int64_t& operator[](int axis) { return dims_[axis]; }
  const std::int64_t* begin() const { return dims_; }
  const std::int64_t* end() const { return dims_ + rank_; }
  std::span<const std::int64_t> dims() const { return {dims_, static_cast<std::size_t>(rank_)}; }

  std::int64_t size() const { return size(0, rank_); }
  // The product of the dimensions in [first, last).
  std::int64_t size(int first, int last) const {
    std::int64_t n = 1;
    for (int i = first; i < last; ++i) n *= dims_[i];
    return n;
  }

  void push_back(std::int64_t dim);
  void insert(int axis, std::int64_t dim);
  void erase(int axis);

  bool operator==(const Shape& other) const;

 private:
  std::int64_t dims_[max_rank] = {};
  int rank_ = 0;
};

std::ostream& operator<<(std::ostream& out, const Shape& shape);  // (64, 10), as Python writes it

// The shape that a and b broadcast to (NumPy's rule). Throws ValueError, naming `op` and both shapes.
Shape broadcast(const char* op, const Shape& a, const Shape& b);

// `axis` counted from the front. Throws ValueError, naming `op`, unless -rank <= axis < rank.
int normalize_axis(const char* op, std::int64_t axis, int rank);

}  // namespace nnfit
