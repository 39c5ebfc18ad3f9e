// DLPack: sharing a tensor's memory with other libraries.
#pragma once

#include "bindings/bindings.h"

namespace nnfit::bindings {

// A "dltensor" capsule over the tensor's memory. Consumers must not write to it.
py::capsule to_dlpack(const Tensor& tensor, const py::object& stream, const py::object& max_version,
                      const py::object& dl_device, const py::object& copy);

}  // namespace nnfit::bindings
