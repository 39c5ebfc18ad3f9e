#include "core/storage.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace nnfit {

namespace {

// Freed blocks by size class (powers of two and the halves between), up to a bound: an eager loop allocates the same
// sizes again and again, and fresh pages cost more than the arithmetic on them. A busy cache is passed by, never waited
// for: a fork may copy it locked.
constexpr std::size_t huge_page = std::size_t{2} << 20;

// Memory from the system. Large blocks ask for huge pages: matrix kernels walk them with long strides, and would miss
// the address translation cache at each step on small ones.
void* system_allocate(std::size_t size) {
  const bool large = size >= 2 * huge_page;
  const std::size_t align = large ? huge_page : Storage::alignment;
  void* block = std::aligned_alloc(align, (size + align - 1) / align * align);
#if defined(__linux__)
  if (block && large) madvise(block, size, MADV_HUGEPAGE);
#endif
  return block;
}

class BlockCache {
 public:
  void* take(std::size_t size) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return nullptr;
    std::vector<void*>& list = lists_[slot(size)];
    if (list.empty()) return nullptr;
    void* block = list.back();
    list.pop_back();
    held_ -= size;
    return block;
  }

  bool give(void* block, std::size_t size) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock || size > max_block || held_ + size > max_held) return false;
    lists_[slot(size)].push_back(block);
    held_ += size;
    return true;
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    for (auto& list : lists_) {
      for (void* block : list) std::free(block);
      list.clear();
    }
    held_ = 0;
  }

  static std::size_t round_up(std::size_t bytes) {
    if (bytes <= 64) return 64;
    if (bytes > max_block) return (bytes + 63) / 64 * 64;  // never cached
    const std::size_t power = std::bit_ceil(bytes);
    const std::size_t half = power / 4 * 3;
    return bytes <= half && half % Storage::alignment == 0 ? half : power;
  }

 private:
  static constexpr std::size_t max_block = std::size_t{128} << 20;
  static constexpr std::size_t max_held = std::size_t{192} << 20;

  static int slot(std::size_t size) {
    return 2 * static_cast<int>(std::bit_width(size)) + (std::has_single_bit(size) ? 0 : 1);
  }

  std::mutex mutex_;
  std::vector<void*> lists_[2 * 64 + 2];
  std::size_t held_ = 0;
};

BlockCache& cache() {
  static BlockCache* const instance = new BlockCache;  // never destroyed: tensors may outlive static destruction
  return *instance;
}

}  // namespace

Storage::Storage(void* data, std::size_t bytes, std::shared_ptr<void> owner)
    : data_(static_cast<std::byte*>(data)), bytes_(bytes), owner_(std::move(owner)) {}

std::shared_ptr<Storage> Storage::allocate(std::size_t bytes) {
  const std::size_t size = BlockCache::round_up(bytes);
  void* block = cache().take(size);
  if (!block) block = system_allocate(size);
  if (!block) throw std::bad_alloc();
  return std::make_shared<Storage>(block, bytes, nullptr);
}

std::shared_ptr<Storage> Storage::borrow(void* data, std::size_t bytes, std::shared_ptr<void> owner) {
  return std::make_shared<Storage>(data, bytes, std::move(owner));
}

Storage::~Storage() {
  if (owner_) return;
  if (!cache().give(data_, BlockCache::round_up(bytes_))) std::free(data_);
}

void release_cached_storage() { cache().clear(); }

}  // namespace nnfit
