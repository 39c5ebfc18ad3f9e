// What will be read next is fetched into the second-level cache while tiles are made. A tile asks for a few lines every
// some steps of its sum: all at once would take the places that the processor has for lines on their way, and the tile
// would wait for its own.
#pragma once

#include "kernels/gather/next_rows.h"
#include "kernels/gemm/gemm.h"
#include "kernels/gemm/split.h"

namespace nnfit::NNFIT_ISA {

template <class T>
inline constexpr int64_t kLine = 64 / int64_t(sizeof(T));  // elements in a line of the cache

inline constexpr int64_t kFetchSteps = 16;  // of a sum, from one call to the next

// The calls of a tile that sums k products, at least.
constexpr int64_t fetch_calls(int64_t k) { return k > 0 ? ceil_div(k, kFetchSteps) : 1; }

// A block of a matrix, a share of it at each call.
template <class T>
class Fetch {
 public:
  Fetch() = default;
  // Rows without anything between them are taken as one.
  Fetch(const T* from, int64_t stride, int64_t rows, int64_t columns, int64_t calls) : from_(from), stride_(stride) {
    if (stride == columns) columns *= rows, rows = 1;
    lines_ = ceil_div(columns, kLine<T>);
    left_ = rows * lines_;
    share_ = ceil_div(left_, calls);
  }

  bool wanted() const { return left_ > 0; }

  NNFIT_INLINE void some() {
    int64_t count = share_ < left_ ? share_ : left_;
    left_ -= count;
    for (; count > 0; --count) {
      __builtin_prefetch(from_ + line_ * kLine<T>, 0, 2);
      if (++line_ == lines_) line_ = 0, from_ += stride_;
    }
  }

 private:
  const T* from_ = nullptr;  // rows of `stride_` elements, of which `lines_` lines are wanted
  int64_t stride_ = 0, lines_ = 0;
  int64_t left_ = 0;   // lines not asked for yet
  int64_t share_ = 0;  // lines at a call
  int64_t line_ = 0;   // the next one in its row
};

// The same of rows that lie anywhere.
class FetchRows {
 public:
  FetchRows() = default;
  FetchRows(const NextRows& rows, int64_t calls)
      : rows_(rows), share_(ceil_div(rows.rows * ceil_div(rows.bytes, 64), calls)) {}

  bool wanted() const { return row_ < rows_.rows; }

  NNFIT_INLINE void some() {
    for (int64_t count = share_; count > 0 && row_ < rows_.rows; --count) {
      __builtin_prefetch(rows_.row(row_) + at_, 0, 2);
      at_ += 64;
      if (at_ >= rows_.bytes) at_ = 0, ++row_;
    }
  }

 private:
  NextRows rows_;
  int64_t share_ = 0;         // lines at a call
  int64_t row_ = 0, at_ = 0;  // the next one
};

// All that some tiles fetch: a share of each at a call.
template <class T>
class Fetches {
 public:
  void add(Fetch<T>& block) {
    if (block.wanted()) blocks_[count_++] = &block;
  }
  void add(FetchRows& rows) {
    if (rows.wanted()) rows_ = &rows;
  }
  void clear() { count_ = 0, rows_ = nullptr; }
  bool empty() const { return count_ == 0 && !rows_; }

  NNFIT_INLINE void some() {
    for (int i = 0; i < count_; ++i) blocks_[i]->some();
    if (rows_) rows_->some();
  }

 private:
  Fetch<T>* blocks_[2 + kSinkArrays];  // of A, of B, and beside C
  int count_ = 0;
  FetchRows* rows_ = nullptr;
};

}  // namespace nnfit::NNFIT_ISA
