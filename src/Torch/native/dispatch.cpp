// A C interface to every operator of libtorch, through its dispatcher: an operator is found by name, its arguments are
// pushed as IValues, callBoxed runs it. Beside it the little that no operator offers: memory, gradients, threads, seed.
//
// A tensor handle is an at::TensorImpl* that owns one reference; null is the undefined tensor. Functions that can fail
// return null or -1 and leave a text for sp_last_error. Sources from libtorch 1.13 to 2.11 are meant to compile.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/csrc/autograd/autograd.h>

#include <dlfcn.h>

#include <atomic>
#include <string>
#include <vector>

#define SP_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

using Handle = c10::TensorImpl*;

// Mirrored by NativeArgument and ArgumentKind in C#.
enum Kind : int32_t { None, Tensor, Int, Double, Bool, Ints, Tensors, String, Device, Doubles, Default };

struct Argument {
  int32_t kind;
  int32_t count;  // elements of a list, bytes of a string, index of a device
  union {
    int64_t integer;
    double real;
    const void* pointer;
    Handle tensor;
  };
};

struct Operator {
  c10::OperatorHandle handle;
  std::string name;

  const std::vector<c10::Argument>& parameters() const { return handle.schema().arguments(); }
};

// Mirrored by TensorInfo in C#.
struct Info {
  const int64_t* sizes;
  const int64_t* strides;  // null where the layout has none
  void* data;              // null where the layout is not strided
  int64_t elements;
  int32_t dimensions, scalar_type, device_type, device_index, requires_grad, contiguous;
};

std::atomic<int64_t> live_tensors{0};
thread_local std::string last_error;
thread_local std::vector<c10::IValue> stack;
thread_local std::vector<Argument> results;

// The first line says what was wrong; what follows is libtorch's own stack.
void remember(const char* operation, const std::string& text) {
  last_error = std::string(operation) + ": " + text.substr(0, text.find('\n'));
}

template <class F, class R>
R guarded(const char* operation, R failure, F&& body) {
  try {
    return body();
  } catch (const c10::Error& error) {
    remember(operation, error.what_without_backtrace());
  } catch (const std::exception& error) {
    remember(operation, error.what());
  } catch (...) {
    remember(operation, "an exception of unknown type");
  }
  return failure;
}

at::Tensor borrow(Handle handle) {
  if (handle == nullptr) return {};
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(handle));
}

Handle hand_out(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  live_tensors.fetch_add(1, std::memory_order_relaxed);
  return tensor.unsafeReleaseTensorImpl();
}

template <class T>
c10::ArrayRef<T> list(const Argument& argument) {
  return {static_cast<const T*>(argument.pointer), static_cast<size_t>(argument.count)};
}

c10::IValue to_ivalue(const Operator& op, size_t position, const Argument& argument) {
  switch (argument.kind) {
    case Kind::None: return {};
    case Kind::Tensor: return borrow(argument.tensor);
    case Kind::Int: return argument.integer;
    case Kind::Double: return argument.real;
    case Kind::Bool: return argument.integer != 0;
    case Kind::Ints: return list<int64_t>(argument);
    case Kind::Doubles: return list<double>(argument);
    case Kind::String: return std::string(static_cast<const char*>(argument.pointer), argument.count);
    case Kind::Device:
      return c10::Device(static_cast<c10::DeviceType>(argument.integer), static_cast<c10::DeviceIndex>(argument.count));
    case Kind::Tensors: {
      c10::List<at::Tensor> tensors;
      for (Handle handle : list<Handle>(argument)) tensors.push_back(borrow(handle));
      return tensors;
    }
    case Kind::Default: {
      const c10::Argument& parameter = op.parameters()[position];
      TORCH_CHECK(parameter.default_value().has_value(), "argument ", parameter.name(), " has no default value");
      return *parameter.default_value();
    }
    default: TORCH_CHECK(false, "argument ", position, " is of the unknown kind ", argument.kind);
  }
}

void take_result(const c10::IValue& value) {
  Argument result{Kind::None, 0, {0}};
  if (value.isTensor()) {
    result.kind = Kind::Tensor;
    result.tensor = hand_out(value.toTensor());
  } else if (value.isTensorList()) {
    for (const at::Tensor& tensor : value.toTensorVector()) take_result(tensor);
    return;
  } else if (value.isInt() || value.isBool()) {
    result.kind = value.isBool() ? Kind::Bool : Kind::Int;
    result.integer = value.isBool() ? value.toBool() : value.toInt();
  } else if (value.isDouble()) {
    result.kind = Kind::Double;
    result.real = value.toDouble();
  } else if (!value.isNone()) {
    TORCH_CHECK(false, "a result of type ", value.tagKind(), " is not supported");
  }
  results.push_back(result);
}

const c10::impl::DeviceGuardImplInterface* cuda() {
  const auto type = c10::DeviceType::CUDA;
  return c10::impl::hasDeviceGuardImpl(type) ? c10::impl::getDeviceGuardImpl(type) : nullptr;
}

}  // namespace

SP_EXPORT const char* sp_last_error() { return last_error.c_str(); }

// Of the headers that this file was compiled against; the loader refuses any other binary.
SP_EXPORT const char* sp_version() { return TORCH_VERSION; }

// The file that libtorch's operators come from.
SP_EXPORT const char* sp_library_path() {
  Dl_info info{};
  return dladdr(reinterpret_cast<void*>(&at::set_num_threads), &info) != 0 ? info.dli_fname : nullptr;
}

// Null where this libtorch has no such operator.
SP_EXPORT Operator* sp_operator(const char* name, const char* overload) {
  return guarded(name, static_cast<Operator*>(nullptr), [&]() -> Operator* {
    const auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!found) {
      last_error = std::string(name) + ": this libtorch has no such operator";
      return nullptr;
    }
    return new Operator{*found, name};
  });
}

// Missing trailing arguments take the schema's defaults. Lists of tensors among the results are flattened; the results
// stay readable until this thread's next call. Returns their number or -1.
SP_EXPORT int32_t sp_call(const Operator* op, const Argument* arguments, int32_t count, const Argument** out) {
  stack.clear();
  results.clear();
  const int32_t returned = guarded(op->name.c_str(), int32_t{-1}, [&] {
    const size_t expected = op->parameters().size();
    TORCH_CHECK(static_cast<size_t>(count) <= expected, "takes ", expected, " arguments, got ", count);
    for (int32_t i = 0; i < count; ++i) stack.push_back(to_ivalue(*op, i, arguments[i]));
    const Argument missing{Kind::Default, 0, {0}};
    for (size_t i = count; i < expected; ++i) stack.push_back(to_ivalue(*op, i, missing));
    op->handle.callBoxed(&stack);
    for (const c10::IValue& value : stack) take_result(value);
    *out = results.data();
    return static_cast<int32_t>(results.size());
  });
  stack.clear();
  return returned;
}

SP_EXPORT void sp_free(Handle handle) {
  live_tensors.fetch_sub(1, std::memory_order_relaxed);
  c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(handle);
}

SP_EXPORT int64_t sp_live_tensors() { return live_tensors.load(); }

SP_EXPORT int32_t sp_info(Handle handle, Info* info) {
  return guarded("tensor", int32_t{-1}, [&] {
    const at::Tensor tensor = borrow(handle);
    const bool strided = tensor.layout() == at::kStrided;
    *info = Info{tensor.sizes().data(),
                 strided ? tensor.strides().data() : nullptr,
                 strided ? tensor.data_ptr() : nullptr,
                 tensor.numel(),
                 static_cast<int32_t>(tensor.dim()),
                 static_cast<int32_t>(tensor.scalar_type()),
                 static_cast<int32_t>(tensor.device().type()),
                 tensor.device().index(),
                 tensor.requires_grad(),
                 strided && tensor.is_contiguous()};
    return 0;
  });
}

// A tensor over the caller's memory, not copied; when the last reference goes, release(context) is called.
SP_EXPORT Handle sp_from_blob(void* data, const int64_t* sizes, int32_t dimensions, int32_t scalar_type,
                              void (*release)(void*), void* context) {
  return guarded("from_blob", Handle{}, [&] {
    const auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(scalar_type));
    const at::IntArrayRef shape(sizes, dimensions);
    if (release == nullptr) return hand_out(at::from_blob(data, shape, options));
    return hand_out(at::from_blob(data, shape, [release, context](void*) { release(context); }, options));
  });
}

SP_EXPORT int32_t sp_set_requires_grad(Handle handle, int32_t requires_grad) {
  return guarded("requires_grad", int32_t{-1}, [&] {
    borrow(handle).requires_grad_(requires_grad != 0);
    return 0;
  });
}

SP_EXPORT int32_t sp_backward(Handle handle, Handle gradient, int32_t retain_graph) {
  return guarded("backward", int32_t{-1}, [&] {
    torch::autograd::backward({borrow(handle)}, {borrow(gradient)}, retain_graph != 0);
    return 0;
  });
}

// The gradient that backward left, or null.
SP_EXPORT Handle sp_grad(Handle handle) {
  return guarded("grad", Handle{}, [&] { return hand_out(borrow(handle).grad()); });
}

SP_EXPORT int32_t sp_set_grad(Handle handle, Handle gradient) {
  return guarded("grad", int32_t{-1}, [&] {
    borrow(handle).mutable_grad() = borrow(gradient);
    return 0;
  });
}

// Returns what was set before.
SP_EXPORT int32_t sp_grad_mode(int32_t enabled) {
  const bool before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(enabled != 0);
  return before;
}

SP_EXPORT void* sp_inference_enter() { return new c10::InferenceMode(true); }

SP_EXPORT void sp_inference_exit(void* mode) { delete static_cast<c10::InferenceMode*>(mode); }

SP_EXPORT int32_t sp_manual_seed(uint64_t seed) {
  return guarded("manual_seed", int32_t{-1}, [&] {
    at::manual_seed(seed);
    return 0;
  });
}

SP_EXPORT int32_t sp_threads() { return at::get_num_threads(); }

// OpenBLAS keeps its own count, which at::set_num_threads does not reach.
SP_EXPORT int32_t sp_set_threads(int32_t count) {
  return guarded("set_num_threads", int32_t{-1}, [&] {
    at::set_num_threads(count);
    if (void* symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) reinterpret_cast<void (*)(int)>(symbol)(count);
    return 0;
  });
}

SP_EXPORT int32_t sp_interop_threads() { return at::get_num_interop_threads(); }

SP_EXPORT int32_t sp_set_interop_threads(int32_t count) {
  return guarded("set_num_interop_threads", int32_t{-1}, [&] {
    at::set_num_interop_threads(count);
    return 0;
  });
}

SP_EXPORT int32_t sp_cuda_devices() {
  return guarded("cuda", int32_t{0}, [&] { return cuda() == nullptr ? 0 : static_cast<int32_t>(cuda()->deviceCount()); });
}

// Makes a stream of the driver's the current one of this thread. The number of an external stream is its handle, which is
// even; libtorch's own streams have odd numbers.
SP_EXPORT int32_t sp_cuda_use_stream(int32_t device, int64_t stream) {
  return guarded("stream", int32_t{-1}, [&] {
    TORCH_CHECK(cuda() != nullptr, "this libtorch has no CUDA");
    const c10::Device on(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(device));
    cuda()->exchangeDevice(on);
    cuda()->exchangeStream(c10::Stream(c10::Stream::UNSAFE, on, stream));
    return 0;
  });
}

// Waits for the current stream of the device.
SP_EXPORT int32_t sp_cuda_synchronize(int32_t device) {
  return guarded("synchronize", int32_t{-1}, [&] {
    TORCH_CHECK(cuda() != nullptr, "this libtorch has no CUDA");
    cuda()->synchronizeStream(cuda()->getStream(c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(device))));
    return 0;
  });
}
