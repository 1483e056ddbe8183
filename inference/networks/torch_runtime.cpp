#include "inference/networks/torch_runtime.h"

#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#include <torch/headeronly/version.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <utility>

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
    });
}

bool haveCuda() {
    loadCudaBackend();
    return at::hasCUDA() && at::detail::getCUDAHooks().deviceCount() > 0;
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
    return device.is_cuda() ? "CUDA" : "CPU";
}

ComputeContext makeContext(const at::Device& device, Precision precision) {
    ComputeContext context;
    context.device = device;
    context.weight_dtype = precision == Precision::float32 ? at::kFloat : at::kBFloat16;
    context.cache_dtype = context.weight_dtype;
    context.activation_dtype = device.is_cpu() ? at::kFloat : context.weight_dtype;
    return context;
}

}  // namespace sightline
