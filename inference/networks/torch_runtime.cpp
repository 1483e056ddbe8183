#include "inference/networks/torch_runtime.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/InferenceMode.h>
#include <dlfcn.h>
#include <torch/headeronly/version.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <utility>

#include "inference/system_memory.h"

namespace sightline {
namespace {

// One a physical core: two threads on one core share its multipliers and only get in each other's way.
int physicalCores() {
    std::set<std::pair<std::string, std::string>> cores;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/sys/devices/system/cpu", error)) {
        std::string package;
        std::string core;
        std::ifstream(entry.path() / "topology/physical_package_id") >> package;
        std::ifstream(entry.path() / "topology/core_id") >> core;
        if (!package.empty() && !core.empty()) cores.emplace(package, core);
    }
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return cores.empty() ? static_cast<int>(std::max(1L, online)) : static_cast<int>(cores.size());
}

// A CUDA build of libtorch keeps its backend in a library of its own, which registers itself when it is
// loaded. We do not link it: the same program runs with either build.
void loadCudaBackend() {
    static std::once_flag once;
    std::call_once(once, [] {
        Dl_info info;
        if (!dladdr(reinterpret_cast<const void*>(&at::set_num_threads), &info) || !info.dli_fname) return;
        const auto library = std::filesystem::path(info.dli_fname).parent_path() / "libtorch_cuda.so";
        std::error_code error;
        if (std::filesystem::exists(library, error)) dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
        // cuDNN plans its attention anew for every length, which takes longer than a whole step of the model,
        // and every token makes a new length.
        at::globalContext().setSDPUseCuDNN(false);
    });
}

// The driver's own name of its first device ("NVIDIA GeForce RTX 4070"); empty if it does not say. The driver
// is there when the backend is: its library is only looked up.
std::string cudaDeviceName() {
    void* const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (!driver) return {};
    using GetDevice = int (*)(int* device, int ordinal);
    using GetName = int (*)(char* name, int length, int device);
    const auto get_device = reinterpret_cast<GetDevice>(dlsym(driver, "cuDeviceGet"));
    const auto get_name = reinterpret_cast<GetName>(dlsym(driver, "cuDeviceGetName"));
    std::array<char, 256> name{};
    int device = 0;
    const bool named = get_device && get_name && get_device(&device, 0) == 0 &&
                       get_name(name.data(), static_cast<int>(name.size() - 1), device) == 0;
    dlclose(driver);
    return named ? name.data() : "";
}

bool haveCuda() {
    loadCudaBackend();
    if (!at::hasCUDA() || at::detail::getCUDAHooks().deviceCount() <= 0) return false;
    at::globalContext().lazyInitDevice(at::kCUDA);  // before that nobody can be asked for its memory
    return true;
}

}  // namespace

std::string torchVersion() {
    return TORCH_VERSION;
}

int useThreads(int requested) {
    at::set_num_threads(requested > 0 ? requested : physicalCores());
    return at::get_num_threads();
}

at::Device chooseDevice(DeviceChoice choice) {
    if (choice == DeviceChoice::cpu) return at::kCPU;
    if (haveCuda()) return at::Device(at::kCUDA, 0);
    if (choice == DeviceChoice::cuda)
        throw Error(ErrorKind::unsupported,
                    "CUDA was asked for, but this libtorch has no CUDA backend or there is no CUDA device");
    return at::kCPU;
}

std::string deviceName(const at::Device& device) {
    if (!device.is_cuda()) return "CPU";
    const std::string name = cudaDeviceName();
    return name.empty() ? "CUDA" : "CUDA: " + name;
}

std::size_t availableMemoryOn(const at::Device& device) {
    if (device.is_cpu()) return availableMemory();
    const auto stats = at::accelerator::getDeviceStats(device.index());
    constexpr auto all = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    const std::int64_t unused = stats.reserved_bytes[all].current - stats.allocated_bytes[all].current;
    return at::accelerator::getMemoryInfo(device.index()).first +
           static_cast<std::size_t>(std::max<std::int64_t>(0, unused));
}

void giveBackUnused(const at::Device& device) {
    if (!device.is_cpu()) at::accelerator::emptyCache();
}

double copySpeed(const at::Device& device) {
    constexpr std::int64_t bytes = std::int64_t{256} << 20;
    constexpr int times = 8;
    const c10::InferenceMode guard;
    const auto wait = [&] {
        if (!device.is_cpu()) at::accelerator::synchronizeDevice(device.index());
    };
    const auto options = at::TensorOptions().dtype(at::kByte).device(device);
    const at::Tensor from = at::zeros({bytes}, options);
    const at::Tensor to = at::zeros({bytes}, options);
    double best = 0;
    for (int i = 0; i < times; ++i) {
        wait();
        const auto start = std::chrono::steady_clock::now();
        to.copy_(from);
        wait();
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        best = std::max(best, 2.0 * static_cast<double>(bytes) / seconds.count());
    }
    return best;
}

ComputeContext makeContext(const at::Device& device, Precision precision) {
    ComputeContext context;
    context.device = device;
    context.weight_dtype = precision == Precision::float32 ? at::kFloat : at::kBFloat16;
    // Eight bits of keys and values are lost in what weights of four bits cost, but not beside better
    // weights.
    context.cache_dtype = device.is_cpu() && precision == Precision::int4 ? at::kChar : context.weight_dtype;
    context.activation_dtype = device.is_cpu() ? at::kFloat : context.weight_dtype;
    context.row_int8 = !device.is_cpu() && precision == Precision::int8;
    return context;
}

}  // namespace sightline
