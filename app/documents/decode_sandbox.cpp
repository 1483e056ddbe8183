#include "app/documents/decode_sandbox.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <vector>

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#define SIGHTLINE_HAVE_SECCOMP
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#endif

namespace sightline {

namespace {

// The address space of a sanitized program is terabytes of shadow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool can_limit_memory = false;
#else
constexpr bool can_limit_memory = true;
#endif

void limit(int resource, rlim_t value) {
    rlimit now{};
    if (getrlimit(static_cast<__rlimit_resource>(resource), &now) != 0) return;
    now.rlim_cur = std::min(value, now.rlim_max);
    now.rlim_max = now.rlim_cur;
    setrlimit(static_cast<__rlimit_resource>(resource), &now);
}

#ifdef SIGHTLINE_HAVE_SECCOMP

// System calls that a decoder has no use for. They fail with EACCES; the libraries take that as "not there".
std::vector<unsigned> refusedCalls() {
    std::vector<unsigned> calls{SYS_socket,
                                SYS_connect,
                                SYS_bind,
                                SYS_execve,
                                SYS_execveat,
                                SYS_ptrace,
                                SYS_unlinkat,
                                SYS_renameat2,
                                SYS_mkdirat,
                                SYS_linkat,
                                SYS_symlinkat,
                                SYS_mknodat,
                                SYS_truncate,
                                SYS_fchmodat,
                                SYS_fchownat,
                                SYS_process_vm_readv,
                                SYS_process_vm_writev,
                                SYS_io_uring_setup,
                                SYS_mount,
                                SYS_unshare,
                                SYS_keyctl,
                                SYS_kill,
                                SYS_setxattr};
#ifdef SYS_open  // the older calls, which arm64 never had
    calls.insert(calls.end(), {SYS_creat, SYS_unlink, SYS_rename, SYS_mkdir, SYS_rmdir, SYS_link, SYS_symlink,
                               SYS_mknod, SYS_chmod, SYS_chown, SYS_lchown});
#endif
#ifdef SYS_renameat
    calls.push_back(SYS_renameat);
#endif
    return calls;
}

void load(std::vector<sock_filter>& program, std::size_t offset) {
    program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset)));
}

void answerIfCall(std::vector<sock_filter>& program, unsigned call, unsigned answer) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, answer));
}

// An open for writing is refused: the flags are a plain argument.
void refuseWriting(std::vector<sock_filter>& program, unsigned call, std::size_t flags_argument) {
    const std::size_t flags = offsetof(seccomp_data, args) + flags_argument * sizeof(std::uint64_t);
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4));
    load(program, flags);  // the lower half, on a little-endian machine
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

bool refuseCalls() {
#ifdef __x86_64__
    constexpr unsigned architecture = AUDIT_ARCH_X86_64;
#else
    constexpr unsigned architecture = AUDIT_ARCH_AARCH64;
#endif
    constexpr unsigned refused = SECCOMP_RET_ERRNO | EACCES;
    std::vector<sock_filter> program;
    load(program, offsetof(seccomp_data, arch));
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    load(program, offsetof(seccomp_data, nr));
#ifdef __x86_64__
    // The x32 numbers are other ways to the same calls.
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000U, 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, refused));
#endif
    for (const unsigned call : refusedCalls())
        answerIfCall(program, call, refused);
    // Its flags lie behind a pointer; libraries fall back on openat.
    answerIfCall(program, SYS_openat2, SECCOMP_RET_ERRNO | ENOSYS);
    refuseWriting(program, SYS_openat, 2);
#ifdef SYS_open
    refuseWriting(program, SYS_open, 1);
#endif
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

#else

bool refuseCalls() {
    return false;
}

#endif

}  // namespace

std::string enterSandbox(const SandboxLimits& limits) {
    std::string in_force = "no core dumps, 64 open files";
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 64);
    // Each thread's own arena of malloc takes 64 MiB of address space.
    mallopt(M_ARENA_MAX, 2);
    if (limits.memory_bytes > 0 && can_limit_memory) {
        limit(RLIMIT_AS, limits.memory_bytes);
        in_force += ", " + std::to_string(limits.memory_bytes >> 20) + " MiB";
    }
    if (limits.page_seconds > 0)
        in_force += ", " + std::to_string(limits.page_seconds) + " s of processor time a page";
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
        in_force += ", no new privileges";
        if (refuseCalls()) in_force += ", no network, no programs, no writing of files";
    }
    return in_force;
}

void allowProcessorSeconds(int seconds) {
    if (seconds <= 0) return;
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    rlimit now{};
    getrlimit(RLIMIT_CPU, &now);
    const auto spent = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
    now.rlim_cur = std::min(spent + static_cast<rlim_t>(seconds) + 1, now.rlim_max);
    setrlimit(RLIMIT_CPU, &now);
}

}  // namespace sightline
