// Scratch memory of the calling thread.
#pragma once

#include <cstddef>

namespace nnfit {

// At least `bytes` bytes, aligned to 64, that stay the calling thread's until its next call. Contents undefined.
std::byte* thread_scratch(std::size_t bytes);

}  // namespace nnfit
