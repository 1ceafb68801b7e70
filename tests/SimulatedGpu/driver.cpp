// libcuda
#include <cstring>

#include "simulator.h"

using namespace sim;

namespace {

constexpr int kSuccess = 0, kInvalidValue = 1, kOutOfMemory = 2, kUnavailable = 46, kInvalidDevice = 101, kCaptureUnsupported = 900;

struct Graph {
  std::vector<Operation> operations;
};

struct Function {
  std::string name;
};

int checked(int status = kSuccess) { return broken() != 0 ? broken() : status; }

std::map<int, std::pair<const char*, const char*>> names() {
  return {{0, {"CUDA_SUCCESS", "no error"}},
          {1, {"CUDA_ERROR_INVALID_VALUE", "invalid argument"}},
          {2, {"CUDA_ERROR_OUT_OF_MEMORY", "out of memory"}},
          {46, {"CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"}},
          {100, {"CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"}},
          {101, {"CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"}},
          {715, {"CUDA_ERROR_ILLEGAL_INSTRUCTION", "an illegal instruction was encountered"}},
          {900, {"CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing"}},
          {999, {"CUDA_ERROR_UNKNOWN", "unknown error"}}};
}

int text_of(int status, const char** text, bool description) {
  static const auto all = names();
  const auto found = all.find(status);
  if (found == all.end()) return kInvalidValue;
  *text = description ? found->second.second : found->second.first;
  return kSuccess;
}

}  // namespace

SIM_EXPORT int cuInit(unsigned) { return fault_of("cuInit", 0) != Fault::None ? 999 : checked(planted("devices", 1) < 1 ? 100 : kSuccess); }
SIM_EXPORT int cuDriverGetVersion(int* version) { *version = static_cast<int>(planted("driver", 12080)); return kSuccess; }
SIM_EXPORT int cuGetErrorName(int status, const char** text) { return text_of(status, text, false); }
SIM_EXPORT int cuGetErrorString(int status, const char** text) { return text_of(status, text, true); }
SIM_EXPORT int cuDeviceGetCount(int* count) { *count = static_cast<int>(planted("devices", 1)); return checked(); }
SIM_EXPORT int cuDeviceGet(int* device, int ordinal) { *device = ordinal; return checked(ordinal < planted("devices", 1) ? kSuccess : kInvalidDevice); }
SIM_EXPORT int cuDeviceGetName(char* name, int length, int) { std::strncpy(name, kName, length); return checked(); }
SIM_EXPORT int cuDeviceTotalMem_v2(size_t* bytes, int) { *bytes = memory().capacity(); return checked(); }
SIM_EXPORT int cuDeviceGetPCIBusId(char* id, int length, int device) { std::snprintf(id, length, "0000:%02X:00.0", device + 1); return checked(); }
SIM_EXPORT int cuDevicePrimaryCtxRelease_v2(int) { return checked(); }
SIM_EXPORT int cuCtxSetCurrent(void*) { return checked(); }

SIM_EXPORT int cuDeviceGetUuid_v2(char* uuid, int device) {
  std::memset(uuid, 0x51, 16);
  uuid[15] = static_cast<char>(device);
  return checked();
}

SIM_EXPORT int cuDevicePrimaryCtxRetain(void** context, int) {
  *context = reinterpret_cast<void*>(0x1000);
  return checked(planted("exclusive", 0) != 0 ? kUnavailable : kSuccess);
}

SIM_EXPORT int cuDeviceGetAttribute(int* value, int attribute, int) {
  switch (attribute) {
    case 13: *value = static_cast<int>(kMaxHertz / 1e3); break;
    case 16: *value = kMultiprocessors; break;
    case 20: *value = planted("exclusive", 0) != 0 ? 3 : 0; break;
    case 32: *value = 1; break;
    case 37: *value = 1024; break;
    case 38: *value = 4 << 20; break;
    case 75: *value = static_cast<int>(planted("architecture", 90)) / 10; break;
    case 76: *value = static_cast<int>(planted("architecture", 90)) % 10; break;
    default: *value = 0;
  }
  return checked();
}

SIM_EXPORT int cuMemAlloc_v2(u64* address, size_t bytes) {
  if (timeline().capturing()) return kCaptureUnsupported;
  *address = memory().allocate(bytes);
  return checked(*address != 0 ? kSuccess : kOutOfMemory);
}

SIM_EXPORT int cuMemFree_v2(u64 address) {
  timeline().synchronize();
  return checked(memory().free(address) ? kSuccess : kInvalidValue);
}

SIM_EXPORT int cuMemGetInfo_v2(size_t* free, size_t* total) {
  *total = memory().capacity();
  *free = *total - memory().used();
  return checked();
}

SIM_EXPORT int cuMemHostAlloc(void** pointer, size_t bytes, unsigned) { *pointer = calloc(1, bytes); return checked(); }
SIM_EXPORT int cuMemFreeHost(void* pointer) { free(pointer); return checked(); }
SIM_EXPORT int cuMemHostGetDevicePointer_v2(u64* address, void* pointer, unsigned) { *address = reinterpret_cast<u64>(pointer); return checked(); }

SIM_EXPORT int cuMemcpyHtoD_v2(u64 target, const void* source, size_t bytes) {
  timeline().synchronize();
  memory().overwrite(target, bytes);
  std::memcpy(reinterpret_cast<void*>(target), source, bytes);
  return checked();
}

SIM_EXPORT int cuMemcpyDtoH_v2(void* target, u64 source, size_t bytes) {
  timeline().synchronize();
  memory().settle(source, bytes);
  std::memcpy(target, reinterpret_cast<void*>(source), bytes);
  return checked();
}

SIM_EXPORT int cuMemcpyDtoDAsync_v2(u64 target, u64 source, size_t bytes, void*) {
  Operation op;
  op.seconds = 1e-6 + 2.0 * bytes / kMemoryBandwidth;
  op.watts = 150;
  op.effect = [=] { memory().overwrite(target, bytes); std::memcpy(reinterpret_cast<void*>(target), reinterpret_cast<void*>(source), bytes); };
  timeline().enqueue(std::move(op));
  return checked();
}

SIM_EXPORT int cuMemsetD32Async(u64 target, u32 value, size_t words, void*) {
  Operation op;
  op.seconds = 1e-6 + 4.0 * words / kMemoryBandwidth;
  op.effect = [=] {
    memory().overwrite(target, 4 * words);
    for (size_t i = 0; i < words; ++i) reinterpret_cast<u32*>(target)[i] = value;
  };
  timeline().enqueue(std::move(op));
  return checked();
}

SIM_EXPORT int cuStreamCreate(void** stream, unsigned) { *stream = reinterpret_cast<void*>(0x2000); return checked(); }
SIM_EXPORT int cuStreamDestroy_v2(void*) { return checked(); }
SIM_EXPORT int cuStreamSynchronize(void*) { timeline().synchronize(); return checked(); }
SIM_EXPORT int cuEventCreate(void** event, unsigned) { *event = new double(0); return checked(); }
SIM_EXPORT int cuEventDestroy_v2(void* event) { delete static_cast<double*>(event); return checked(); }

SIM_EXPORT int cuEventRecord(void* event, void*) {
  Operation op;
  op.time = static_cast<double*>(event);
  timeline().enqueue(std::move(op));
  return checked();
}

SIM_EXPORT int cuEventElapsedTime(float* milliseconds, void* start, void* end) {
  timeline().synchronize();
  *milliseconds = static_cast<float>(1e3 * (*static_cast<double*>(end) - *static_cast<double*>(start)));
  return checked();
}

SIM_EXPORT int cuStreamBeginCapture_v2(void*, int) { timeline().begin_capture(); return checked(); }

SIM_EXPORT int cuStreamEndCapture(void*, void** graph) {
  auto operations = timeline().end_capture();
  if (operations.empty()) return kInvalidValue;
  *graph = new Graph{std::move(operations)};
  return checked();
}

SIM_EXPORT int cuGraphInstantiateWithFlags(void** executable, void* graph, u64) { *executable = new Graph(*static_cast<Graph*>(graph)); return checked(); }
SIM_EXPORT int cuGraphUpload(void*, void*) { return checked(); }
SIM_EXPORT int cuGraphExecDestroy(void* executable) { delete static_cast<Graph*>(executable); return checked(); }
SIM_EXPORT int cuGraphDestroy(void* graph) { delete static_cast<Graph*>(graph); return checked(); }

SIM_EXPORT int cuGraphLaunch(void* executable, void*) {
  for (const Operation& op : static_cast<Graph*>(executable)->operations) timeline().enqueue(op);
  return checked();
}

SIM_EXPORT int cuGraphGetNodes(void* graph, void** nodes, size_t* count) {
  auto& operations = static_cast<Graph*>(graph)->operations;
  if (nodes != nullptr)
    for (size_t i = 0; i < operations.size(); ++i) nodes[i] = &operations[i];
  *count = operations.size();
  return checked();
}

SIM_EXPORT int cuGraphNodeGetType(void* node, int* type) { *type = static_cast<Operation*>(node)->kernel.empty() ? 1 : 0; return checked(); }

SIM_EXPORT int cuGraphKernelNodeGetParams_v2(void* node, void* parameters) {
  struct Parameters { void* function; u32 grid[3], block[3], shared; void *arguments, *extra, *kernel, *context; };
  *static_cast<Parameters*>(parameters) = {node, {16, 8, 1}, {128, 1, 1}, 49152, nullptr, nullptr, nullptr, nullptr};
  return checked();
}

SIM_EXPORT int cuFuncGetName(const char** name, void* node) { *name = static_cast<Operation*>(node)->kernel.c_str(); return checked(); }
SIM_EXPORT int cuModuleLoadData(void** module, const void*) { *module = reinterpret_cast<void*>(0x3000); return checked(); }
SIM_EXPORT int cuModuleUnload(void*) { return checked(); }
SIM_EXPORT int cuModuleGetFunction(void** function, void*, const char* name) { *function = new Function{name}; return checked(); }

void run_helper(const std::string& name, u32 grid, void** arguments);

SIM_EXPORT int cuLaunchKernel(void* function, u32 grid, u32, u32, u32, u32, u32, u32, void*, void** arguments, void**) {
  run_helper(static_cast<Function*>(function)->name, grid, arguments);
  return checked();
}
