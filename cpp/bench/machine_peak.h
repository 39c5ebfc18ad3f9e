// What this machine can do at most, measured once per process, to hold the benchmarks against.
#pragma once

namespace nnfit {

// Multiplications and additions per nanosecond of T (float or double) on so many threads, all in registers, with the
// widest vectors that the machine has.
template <class T>
double peak_gflops(int threads);

// Bytes per nanosecond read and written by c = a + s b over arrays far larger than the caches.
double stream_gbytes(int threads);

}  // namespace nnfit
