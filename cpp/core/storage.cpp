#include "core/storage.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <atomic>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace nnfit {

namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20, page = 4096;

// Arrays that are walked side by side, as a variable and its moments, must not begin at the same place in their pages:
// processors compare the lowest twelve bits of a load's address with those of stores on their way, and wait where they
// are equal. So large blocks begin at five places in turn, each 13 lines of the cache from the next.
std::atomic<unsigned> turn{0};
constexpr std::size_t places = 5, place_bytes = 13 * 64, least_placed = 16 * page;

// Memory from the system. Large blocks ask for huge pages: matrix kernels walk them with long strides, and would miss
// the address translation cache at each step on small ones.
void* system_allocate(std::size_t size) {
  const bool large = size >= 2 * huge_page, placed = size >= least_placed;
  const std::size_t align = large ? huge_page : placed ? page : Storage::alignment;
  const std::size_t offset = placed ? turn.fetch_add(1, std::memory_order_relaxed) % places * place_bytes : 0;
  auto* const block = static_cast<std::byte*>(std::aligned_alloc(align, (size + offset + align - 1) / align * align));
  if (!block) return nullptr;
#if defined(__linux__)
  if (large) madvise(block, size, MADV_HUGEPAGE);
#endif
  return block + offset;
}

void system_free(void* data, bool placed) {
  const auto offset = placed ? reinterpret_cast<std::uintptr_t>(data) % page : 0;
  std::free(static_cast<std::byte*>(data) - offset);
}

// Freed blocks by size class (powers of two and the halves between), up to a bound: an eager loop allocates the same
// sizes again and again, and fresh pages cost more than the arithmetic on them. A busy cache is passed by, never waited
// for: a fork may copy it locked.
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
    for (std::size_t i = 0; i < slots; ++i) {
      for (void* block : lists_[i]) system_free(block, i >= slot(least_placed));
      lists_[i].clear();
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

  static constexpr std::size_t slots = 2 * 64 + 2;

  static constexpr std::size_t slot(std::size_t size) {
    return 2 * static_cast<std::size_t>(std::bit_width(size)) + (std::has_single_bit(size) ? 0 : 1);
  }

  std::mutex mutex_;
  std::vector<void*> lists_[slots];
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
  const std::size_t size = BlockCache::round_up(bytes_);
  if (!cache().give(data_, size)) system_free(data_, size >= least_placed);
}

void release_cached_storage() { cache().clear(); }

}  // namespace nnfit
