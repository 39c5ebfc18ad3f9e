// Threads, default dtype and build information.
#include <omp.h>
#include <pybind11/stl.h>

#include "bindings/bindings.h"
#include "core/parallel.h"
#include "core/storage.h"
#include "kernels/kernels.h"
#include "ops/apply.h"
#include "ops/conv_call.h"

namespace nnfit::bindings {

namespace {

py::dict build_info() {
  py::dict info;
  info["version"] = NNFIT_VERSION;
#if defined(__clang__)
  info["compiler"] = concat("clang ", __clang_major__, ".", __clang_minor__, ".", __clang_patchlevel__);
#elif defined(__GNUC__)
  info["compiler"] = concat("gcc ", __GNUC__, ".", __GNUC_MINOR__, ".", __GNUC_PATCHLEVEL__);
#else
  info["compiler"] = "unknown";
#endif
  info["isa"] = kernels().isa;
  py::list available;
  for (const Kernels& k : available_kernels()) available.append(k.isa);
  info["available_isas"] = available;
  info["openmp"] = _OPENMP;
  return info;
}

}  // namespace

void register_config(py::module_& module) {
  kernels();  // an unusable NNFIT_ISA is an error of the import
  num_threads();
  module.def("build_info", &build_info, "Version, compiler, OpenMP date and instruction sets.");
  module.def("num_threads", &num_threads, "The most threads that work is spread over.");
  module.def("set_num_threads", &set_num_threads, py::arg("n"));
  module.def("winograd", &winograd_enabled, "Whether convolutions may use Winograd's method.");
  module.def("set_winograd", &set_winograd_enabled, py::arg("enabled"));
  module.def("floatx", [] { return name_of(floatx()); });
  module.def(
      "set_floatx", [](const std::string& dtype) { set_floatx(dtype_from_name(dtype)); }, py::arg("dtype"));
  module.def("release_memory", &release_cached_storage, "Gives cached blocks of memory back to the system.");
}

}  // namespace nnfit::bindings
