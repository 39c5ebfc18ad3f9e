// The instruction set that this translation unit is compiled for.
//
// Kernel sources are compiled once per instruction set, with NNFIT_ISA defined to its name (baseline, avx2, avx512) and
// the matching compiler flags; all their code lives in the namespace nnfit::NNFIT_ISA. Such units include nothing of
// the standard library but <cstdint>, <cstddef> and <limits>: an inline function emitted there with wide instructions
// could otherwise be the copy that the linker keeps for everyone.
#pragma once

#ifndef NNFIT_ISA
#error "kernel sources are compiled with -DNNFIT_ISA=<name>"
#endif

#if defined(__AVX512F__)
#define NNFIT_VECTOR_BYTES 64
#elif defined(__AVX2__)
#define NNFIT_VECTOR_BYTES 32
#else
#define NNFIT_VECTOR_BYTES 16
#endif

#define NNFIT_INLINE inline __attribute__((always_inline))

// Before a loop: an iteration reads nothing that another writes, so it may be vectorised without asking.
#if defined(__clang__)
#define NNFIT_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#pragma clang diagnostic ignored "-Wpass-failed"  // a permission, not a demand
#else
#define NNFIT_INDEPENDENT _Pragma("GCC ivdep")
#endif
