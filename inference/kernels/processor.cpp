#include "inference/kernels/processor.h"

#include <cstdlib>
#include <string_view>
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace sightline::kernels {
namespace {

Processor ask() {
    Processor found;
    const char* limit = std::getenv("SIGHTLINE_PROCESSOR");
    const std::string_view most = limit ? limit : "";
    if (most == "portable") return found;
#if defined(__x86_64__)
    __builtin_cpu_init();
    found.avx2 =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    if (most == "avx2") return found;
    found.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    found.avx512_vnni = found.avx512 && __builtin_cpu_supports("avx512vnni");
    found.avx512_bf16 = found.avx512 && __builtin_cpu_supports("avx512bf16");
#elif defined(__aarch64__) && defined(__linux__)
    found.neon_dot = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#elif defined(__aarch64__) && defined(__APPLE__)
    found.neon_dot = true;
#endif
    return found;
}

}  // namespace

const Processor& processor() {
    static const Processor found = ask();
    return found;
}

}  // namespace sightline::kernels
