#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "kernels/conv/conv.h"
#include "kernels/elementwise/elementwise.h"
#include "kernels/gather/gather.h"
#include "kernels/gemm/gemm.h"
#include "kernels/kernels.h"
#include "kernels/normalization/normalization.h"
#include "kernels/optimizer/optimizer.h"
#include "kernels/pool/pool.h"
#include "kernels/random/random.h"
#include "kernels/reduce/reduce.h"
#include "kernels/softmax/softmax.h"
#include "kernels/tables.h"

namespace nnfit {
namespace {

#define NNFIT_KERNELS(name, bytes)                 \
  Kernels{                                         \
      .isa = #name,                                \
      .vector_bytes = bytes,                       \
      .gemm = &name::gemm_table,                   \
      .conv = &name::conv_table,                   \
      .elementwise = &name::elementwise_table,     \
      .reduce = &name::reduce_table,               \
      .softmax = &name::softmax_table,             \
      .optimizer = &name::optimizer_table,         \
      .gather = &name::gather_table,               \
      .random = &name::random_table,               \
      .pool = &name::pool_table,                   \
      .normalization = &name::normalization_table, \
  },
constexpr Kernels kBuilt[] = {NNFIT_FOR_EACH_ISA(NNFIT_KERNELS)};
#undef NNFIT_KERNELS

#if defined(__x86_64__)
// F16C is asked of the processor itself: not every compiler lets __builtin_cpu_supports name it.
bool has_f16c() {
  unsigned eax, ebx, ecx, edx;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & bit_F16C);
}

// __builtin_cpu_supports says no where the operating system does not save the wide registers.
bool has_avx2() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2") &&
         has_f16c();
}

bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

std::size_t available_count() {
  if (!has_avx2()) return 1;
  return has_avx512() ? 3 : 2;
}
#else
std::size_t available_count() { return 1; }
#endif

const Kernels& choose() {
  const std::span<const Kernels> available = available_kernels();
  const char* forced = std::getenv("NNFIT_ISA");
  if (!forced || !*forced) return available.back();
  std::string names;
  for (const Kernels& k : available) {
    if (std::string_view(k.isa) == forced) return k;
    names += (names.empty() ? "" : ", ") + std::string(k.isa);
  }
  throw std::invalid_argument("NNFIT_ISA: expected one of the instruction sets that this machine has (" + names +
                              "); got '" + forced + "'. Unset NNFIT_ISA to use the highest.");
}

}  // namespace

std::span<const Kernels> available_kernels() {
  static const std::size_t count = available_count();
  return {kBuilt, count};
}

const Kernels& kernels() {
  static const Kernels& chosen = choose();  // a throw leaves the choice open for the next call
  return chosen;
}

}  // namespace nnfit
