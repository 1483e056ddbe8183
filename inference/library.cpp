#include "inference/library.h"

#include <dlfcn.h>

#include <cstdlib>
#include <mutex>
#include <string>
#include <system_error>

namespace sightline {
namespace {

void requireProcessor() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) {
        throw Error(ErrorKind::unsupported, "This processor lacks AVX2, which the models need");
    }
#endif
}

std::string loaderReason() {
    const char* reason = dlerror();
    return reason ? reason : "unknown reason";
}

const Inference* openLibrary(const std::filesystem::path& library) {
    std::error_code problem;
    if (!std::filesystem::is_regular_file(library, problem)) {
        throw Error(ErrorKind::invalid_input, "The inference library " + library.string() +
                                                  " is missing, the installation is incomplete");
    }
    // Everything is resolved now, so that a broken installation fails here and not in the middle of a reply;
    // local, so that the symbols of libtorch don't replace those of Qt's dependencies.
    // Idle threads of libgomp would spin for milliseconds after every product and take the processor from the
    // window. It reads this when it is loaded; a tenth of a millisecond still bridges the gaps inside a
    // decode step.
    setenv("GOMP_SPINCOUNT", "2000", 0);
    // How many kernels are kept that were made for inputs of one size each: libtorch's and oneDNN's own
    // number is 1024. Pictures come in ever new sizes, and 1024 of them were 200 MB. So many are enough for
    // the sizes of one picture, and for all of a language model.
    setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128", 0);
    setenv("LRU_CACHE_CAPACITY", "32", 0);
    void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        throw Error(ErrorKind::invalid_input,
                    "The inference library " + library.string() + " cannot be loaded: " + loaderReason());
    }
    using EntryPoint = const Inference* (*)(int);
    const auto entry_point = reinterpret_cast<EntryPoint>(dlsym(handle, "sightline_inference"));
    const Inference* inference = entry_point ? entry_point(sightline_inference_abi) : nullptr;
    if (!inference) {
        dlclose(handle);
        throw Error(ErrorKind::invalid_input, "The inference library " + library.string() +
                                                  " belongs to another version of this program");
    }
    return inference;
}

}  // namespace

std::filesystem::path inferenceLibraryPath() {
    std::error_code problem;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", problem);
    if (problem)
        throw Error(ErrorKind::invalid_input,
                    "The folder of this program cannot be found: " + problem.message());
    return program.parent_path().parent_path() / "lib" / "libsightline_inference.so";
}

const Inference& loadInference(const std::filesystem::path& library) {
    static std::mutex mutex;
    static const Inference* loaded = nullptr;
    const std::lock_guard lock(mutex);
    if (!loaded) {
        requireProcessor();
        loaded = openLibrary(library);
    }
    return *loaded;
}

}  // namespace sightline
