// For programs under ThreadSanitizer only. libgomp was built without it: that the members of a team begin
// after whoever starts it, and that he goes on after their last one, is not seen, and every place of the
// stack that a parallel region reads and the code behind it writes looks like a race. This says both.
#include <dlfcn.h>

extern "C" {

void __tsan_acquire(void* address);
void __tsan_release(void* address);

using Region = void (*)(void*);
using Parallel = void (*)(Region, void*, unsigned, unsigned);

namespace {

struct Watched {
    Region region;
    void* data;
    char begins = 0;  // addresses that stand for the two moments
    char ended = 0;
};

void run(void* pointer) {
    auto& watched = *static_cast<Watched*>(pointer);
    __tsan_acquire(&watched.begins);
    watched.region(watched.data);
    __tsan_release(&watched.ended);
}

}  // namespace

// What the compiler makes of `#pragma omp parallel`.
void GOMP_parallel(Region region, void* data, unsigned threads, unsigned flags) {
    static const auto real = reinterpret_cast<Parallel>(dlsym(RTLD_NEXT, "GOMP_parallel"));
    Watched watched{region, data};
    __tsan_release(&watched.begins);
    real(run, &watched, threads, flags);
    __tsan_acquire(&watched.ended);
}
}
