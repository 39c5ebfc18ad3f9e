#include "core/thread_scratch.h"

#include "core/storage.h"

namespace nnfit {

std::byte* thread_scratch(std::size_t bytes) {
  static thread_local std::shared_ptr<Storage> block;
  if (!block || block->bytes() < bytes) {
    block.reset();
    block = Storage::allocate(bytes);
  }
  return block->data();
}

}  // namespace nnfit
