// For programs under ThreadSanitizer only. QProcess starts a child by clone(CLONE_VM | CLONE_VFORK): until
// the child's exec both are one memory. ThreadSanitizer's clone() believes that the child has memory of its
// own and switches its own watching off there, and so does it for good for the thread that started the child:
// it no longer sees which locks that thread takes, and reports races where there are none (all 14 of
// portal_test) and may overlook others. This one goes around it. The child calls nothing that would matter
// before its exec.
#include <sys/types.h>

#include <cstdarg>

extern "C" {

int __clone(int (*child)(void*), void* stack, int flags, void* argument, ...);  // glibc's own name for it

int clone(int (*child)(void*), void* stack, int flags, void* argument, ...) {
    std::va_list rest;
    va_start(rest, argument);
    auto* parent_id = va_arg(rest, pid_t*);
    auto* storage = va_arg(rest, void*);
    auto* child_id = va_arg(rest, pid_t*);
    va_end(rest);
    return __clone(child, stack, flags, argument, parent_id, storage, child_id);
}
}
