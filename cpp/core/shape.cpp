#include "core/shape.h"

#include <algorithm>
#include <ostream>

#include "core/error.h"

namespace nnfit {

Shape::Shape(std::span<const std::int64_t> dims) {
  for (std::int64_t dim : dims) push_back(dim);
}

void Shape::push_back(std::int64_t dim) { insert(rank_, dim); }

void Shape::insert(int axis, std::int64_t dim) {
  if (rank_ == max_rank) throw ValueError(concat("tensors have at most ", max_rank, " dimensions"));
  std::copy_backward(dims_ + axis, dims_ + rank_, dims_ + rank_ + 1);
  dims_[axis] = dim;
  ++rank_;
}

void Shape::erase(int axis) {
  std::copy(dims_ + axis + 1, dims_ + rank_, dims_ + axis);
  dims_[--rank_] = 0;
}

bool Shape::operator==(const Shape& other) const { return std::ranges::equal(dims(), other.dims()); }

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  out << '(';
  for (int i = 0; i < shape.rank(); ++i) out << (i ? ", " : "") << shape[i];
  return out << (shape.rank() == 1 ? ",)" : ")");
}

Shape broadcast(const char* op, const Shape& a, const Shape& b) {
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape out = longer;
  const int offset = longer.rank() - shorter.rank();
  for (int i = 0; i < shorter.rank(); ++i) {
    std::int64_t& dim = out[i + offset];
    if (dim == shorter[i] || shorter[i] == 1) continue;
    if (dim != 1)
      throw ValueError(concat("[", op, "] expected shapes that broadcast together; got ", a, " and ", b,
                              ". Trailing dimensions must be equal or 1."));
    dim = shorter[i];
  }
  return out;
}

int normalize_axis(const char* op, std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank)
    throw ValueError(concat("[", op, "] expected an axis in [", -rank, ", ", rank, "); got ", axis, "."));
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

}  // namespace nnfit
