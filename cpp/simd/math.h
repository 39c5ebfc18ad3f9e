// Mathematical functions of vectors, math::exp<T>(x) for T float or double, at most 2 ulp from the exact result and
// with C's special values. Float functions run on the vector; most double functions call the C library lane by lane.
#pragma once

#include "simd/math/bits.h"
#include "simd/math/erf.h"
#include "simd/math/exp.h"
#include "simd/math/log.h"
#include "simd/math/power.h"
#include "simd/math/round.h"
#include "simd/math/trigonometric.h"
