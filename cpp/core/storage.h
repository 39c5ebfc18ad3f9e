// Storage: a block of memory that tensors share.
#pragma once

#include <cstddef>
#include <memory>

namespace nnfit {

class Storage {
 public:
  static constexpr std::size_t alignment = 64;

  // Memory of our own, aligned, contents undefined; recycled through a bounded cache when released.
  static std::shared_ptr<Storage> allocate(std::size_t bytes);
  // Somebody else's memory, kept alive by `owner`.
  static std::shared_ptr<Storage> borrow(void* data, std::size_t bytes, std::shared_ptr<void> owner);

  Storage(void* data, std::size_t bytes, std::shared_ptr<void> owner);
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  ~Storage();

  std::byte* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::byte* data_;
  std::size_t bytes_;
  std::shared_ptr<void> owner_;  // null: the memory is ours
};

// Gives cached blocks back to the system.
void release_cached_storage();

}  // namespace nnfit
