// Optimizer updates: one contiguous chunk of one variable, in place.
#pragma once

#include <limits>

#include "kernels/tables.h"

namespace nnfit {

struct UpdateRule {
  double learning_rate = 0;
  double weight_decay = 0;  // the fraction of w that decays: the learning rate times the decay rate
  double gradient_scale = 1;
  double gradient_clip = std::numeric_limits<double>::infinity();
  bool streams = false;  // w past the caches, where it is aligned: the caller fences (simd/vec.h)
};

struct SgdRule : UpdateRule {
  double momentum = 0;
  bool nesterov = false;
};

struct RmspropRule : UpdateRule {
  double rho = 0;
  double momentum = 0;
  double epsilon = 0;
  bool centered = false;  // whether the second of the slots is the average
};

struct AdamRule : UpdateRule {
  double beta_1 = 0;
  double beta_2 = 0;
  double epsilon = 0;
};

struct AdamaxRule : UpdateRule {
  double beta_1 = 0;
  double beta_2 = 0;
  double epsilon = 0;
};

struct NadamRule : UpdateRule {
  double momentum_rate = 0;
  double velocity_correction = 1;
  double beta_1 = 0;
  double beta_2 = 0;
  double epsilon = 0;
};

struct AdagradRule : UpdateRule {
  double epsilon = 0;
};

struct AdadeltaRule : UpdateRule {
  double rho = 0;
  double epsilon = 0;
};

struct FtrlRule : UpdateRule {
  double power = 0.5;
  double l1 = 0;
  double l2 = 0;
  double l2_shrinkage = 0;
};

struct LionRule : UpdateRule {
  double beta_1 = 0;
  double beta_2 = 0;
};

struct OptimizerTable {
#define NNFIT_ROW(dtypes, result, name, parameters) ByDType<result(*) parameters> name;
#include "kernels/optimizer/optimizer.inc"
#undef NNFIT_ROW
};

}  // namespace nnfit

NNFIT_DECLARE_TABLES(OptimizerTable, optimizer_table)
