#include "ops/conv_call.h"

#include <atomic>

namespace nnfit {

namespace {
std::atomic<bool> enabled = true;
}

bool winograd_enabled() { return enabled.load(std::memory_order_relaxed); }
void set_winograd_enabled(bool value) { enabled.store(value, std::memory_order_relaxed); }

}  // namespace nnfit
