#include "bindings/dlpack.h"

#include <cstring>

namespace nnfit::bindings {

namespace {

// The structures of the DLPack specification (version 0, without flags), which fixes their layout.
struct DLDevice {
  std::int32_t device_type;
  std::int32_t device_id;
};
struct DLDataType {
  std::uint8_t code;  // 0 signed, 1 unsigned, 2 float, 6 bool
  std::uint8_t bits;
  std::uint16_t lanes;
};
struct DLTensor {
  void* data;
  DLDevice device;
  std::int32_t ndim;
  DLDataType dtype;
  std::int64_t* shape;
  std::int64_t* strides;
  std::uint64_t byte_offset;
};
struct DLManagedTensor {
  DLTensor dl_tensor;
  void* manager_ctx;
  void (*deleter)(DLManagedTensor* self);
};

struct Export {
  DLManagedTensor managed;
  Tensor tensor;
  std::int64_t shape[Shape::max_rank];
  std::int64_t strides[Shape::max_rank];
};

DLDataType dl_type(DType dtype) {
  const auto bits = static_cast<std::uint8_t>(8 * size_of(dtype));
  if (dtype == DType::bool_) return {6, 8, 1};
  if (dtype == DType::uint8) return {1, 8, 1};
  return {static_cast<std::uint8_t>(is_floating(dtype) ? 2 : 0), bits, 1};
}

void destroy_unused(PyObject* capsule) {
  if (!PyCapsule_IsValid(capsule, "dltensor")) return;  // a consumer took it and will call the deleter
  auto* managed = static_cast<DLManagedTensor*>(PyCapsule_GetPointer(capsule, "dltensor"));
  managed->deleter(managed);
}

}  // namespace

py::capsule to_dlpack(const Tensor& tensor, const py::object&, const py::object&, const py::object& dl_device,
                      const py::object& copy) {
  if (!dl_device.is_none() && !dl_device.equal(py::make_tuple(1, 0)))
    throw ValueError("[Tensor.__dlpack__] tensors live on the CPU, DLPack device (1, 0).");
  Tensor source = tensor;
  if (!copy.is_none() && copy.cast<bool>()) {
    source = Tensor::empty(tensor.spec());
    if (tensor.size()) std::memcpy(source.data(), tensor.data(), tensor.spec().bytes());
  }
  auto* e = new Export{{}, source, {}, {}};
  std::int64_t stride = 1;
  for (int i = source.shape().rank() - 1; i >= 0; --i) {
    e->shape[i] = source.shape()[i];
    e->strides[i] = stride;
    stride *= source.shape()[i];
  }
  e->managed = {{source.data(), {1, 0}, source.shape().rank(), dl_type(source.dtype()), e->shape, e->strides, 0},
                e,
                [](DLManagedTensor* self) { delete static_cast<Export*>(self->manager_ctx); }};
  return py::reinterpret_steal<py::capsule>(PyCapsule_New(&e->managed, "dltensor", destroy_unused));
}

}  // namespace nnfit::bindings
