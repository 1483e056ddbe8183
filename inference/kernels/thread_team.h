// Threads that run one function from end to end, for work of microseconds: what they share is cut into items,
// and between two stretches of work they meet at a barrier.
//
// The threads are those of OpenMP, so that there is one pool beside libtorch's products (compile with
// -fopenmp). While a team works its threads spin at barriers (70 to 300 ns for two of them) and yield when
// another one is late.
#pragma once

#include <omp.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace sightline::kernels {

class ThreadTeam {
  public:
    explicit ThreadTeam(int threads);

    // One thread of a run.
    class Member {
      public:
        int id() const { return id_; }      // 0..size() - 1
        int size() const { return size_; }  // may be less than asked for

        // Waits until every member has come here. What was written before is seen by all behind it.
        void meet();
        // Gives this member its part of items [0, count) of the work behind the next meet(): neighbours,
        // because memory is read fastest as one stream. Every member calls it with the same count.
        void share(std::size_t count);
        // Takes up to `grain` items of the shared work: from the member's own part, and when that is done
        // from the end of another one's, so that a thread that has lost its core does not keep the others
        // waiting. False: nothing is left.
        bool take(std::size_t grain, std::size_t& begin, std::size_t& end);

      private:
        friend class ThreadTeam;
        Member(ThreadTeam& team, int id, int size) : team_(team), id_(id), size_(size) {}

        ThreadTeam& team_;
        int id_;
        int size_;
        int slot_ = 0;
    };

    // Calls body(member) on every thread and returns when all have returned. body must not throw; every
    // member makes the same calls of share and meet.
    template <typename Body>
    void run(Body&& body) {
#pragma omp parallel num_threads(threads_)
        {
            Member member(*this, omp_get_thread_num(), omp_get_num_threads());
            member.meet();
            body(member);
            member.meet();
        }
    }

  private:
    // The two slots alternate, so that a late member never sees the range of the next work.
    struct alignas(128) Part {
        std::atomic<std::uint64_t> range[2] = {};  // begin in the upper half, end in the lower
    };

    int threads_;
    std::unique_ptr<Part[]> parts_;
    alignas(128) std::atomic<unsigned> phase_{0};
    alignas(128) std::atomic<int> arrived_{0};
};

}  // namespace sightline::kernels
