#include "core/error.h"

#include "bindings/bindings.h"

namespace nnfit::bindings {

void register_errors(py::module_& module) {
  // ValueError and IndexError derive from the standard exceptions that pybind11 maps to the same names.
  static py::handle traced = py::exception<TracedValueError>(module, "TracedValueError", PyExc_TypeError).release();
  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const TracedValueError& error) {
      PyErr_SetString(traced.ptr(), error.what());
    } catch (const TypeError& error) {
      PyErr_SetString(PyExc_TypeError, error.what());
    }
  });
}

}  // namespace nnfit::bindings
