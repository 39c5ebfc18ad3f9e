#include "bindings/bindings.h"

PYBIND11_MODULE(_core, module) {
  using namespace nnfit::bindings;
  module.doc() = "The C++ core of nnfit.";
  register_errors(module);
  register_symbolic(module);
  register_config(module);
  register_tensor(module);
  register_variable(module);
  register_ops(module);
  register_tape(module);
  register_plan(module);
}
