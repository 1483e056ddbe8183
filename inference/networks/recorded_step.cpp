#include "inference/networks/recorded_step.h"

#include <ATen/DeviceAccelerator.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#if __has_include(<ATen/accelerator/Graph.h>)
#include <ATen/accelerator/Graph.h>
#define SIGHTLINE_HAS_GRAPHS 1
#endif

namespace sightline {
namespace {

// A recording takes as long as some five tokens; keys that are masked take time with every one.
constexpr std::int64_t keys_at_once = 512;
// Of the largest logit: what a product may differ by if it was computed in another order.
constexpr double largest_difference = 0.01;

bool same(const at::Tensor& a, const at::Tensor& b) {
    const double limit = largest_difference * a.abs().max().item<double>();
    return (a - b).abs().max().item<double>() <= limit;  // not of a NaN
}

#ifdef SIGHTLINE_HAS_GRAPHS
// Only a stream of its own can be recorded. The work is done on it once before, so that libraries get their
// memory there outside of the recording.
Replay recordOn(const at::Device& device, const std::function<void()>& work) {
    at::accelerator::synchronizeDevice(device.index());
    const c10::impl::VirtualGuardImpl guard(device.type());
    const c10::StreamGuard on(guard.getStreamFromGlobalPool(device));
    auto graph = std::make_shared<at::accelerator::Graph>();
    work();
    at::accelerator::synchronizeDevice(device.index());
    graph->capture_begin({0, 0}, at::GraphCaptureMode::ThreadLocal);
    std::exception_ptr failure;
    try {
        work();
    } catch (...) {
        failure = std::current_exception();
    }
    graph->capture_end();  // always: nothing else runs on a stream that is being recorded
    if (failure) std::rethrow_exception(failure);
    at::accelerator::synchronizeDevice(device.index());
    return [graph] { graph->replay(); };
}
#endif

}  // namespace

Recorder graphRecorder([[maybe_unused]] const at::Device& device) {
#ifdef SIGHTLINE_HAS_GRAPHS
    if (device.is_cuda())
        return [device](const std::function<void()>& work) -> Replay {
            try {
                return recordOn(device, work);
            } catch (const std::exception&) {
                return {};
            }
        };
#endif
    return {};
}

RecordedStep::RecordedStep(const at::Device& device, Recorder recorder, Compute compute)
    : recorder_(std::move(recorder)),
      compute_(std::move(compute)),
      numbers_(at::zeros({static_cast<std::int64_t>(StepNumbers().size())},
                         at::TensorOptions().dtype(at::kLong).device(device))) {}

std::int64_t RecordedStep::keysFor(std::int64_t place, std::int64_t capacity) {
    return std::min(capacity, (place / keys_at_once + 1) * keys_at_once);
}

at::Tensor RecordedStep::operator()(const StepNumbers& numbers, const at::Tensor& run) {
    const std::int64_t capacity = run.size(3);
    const std::int64_t keys = keysFor(numbers.back(), capacity);
    const Where here{run.const_data_ptr(), capacity, keys};
    numbers_.copy_(at::tensor(numbers, at::kLong));
    if (replay_ && here == recorded_) {
        replay_();
        return logits_.to(at::kCPU);
    }
    const at::Tensor computed = compute_(numbers_, run, keys);
    // Not for the first token at a place: the only one, perhaps.
    if (recorder_ && here == last_) {
        record(run, keys, computed);
        recorded_ = here;
    }
    last_ = here;
    return computed.to(at::kCPU);
}

void RecordedStep::record(const at::Tensor& run, std::int64_t keys, const at::Tensor& computed) {
    replay_ = {};
    if (!logits_.defined()) logits_ = at::empty_like(computed);
    replay_ = recorder_([this, run, keys] { logits_.copy_(compute_(numbers_, run, keys)); });
    if (replay_) {
        logits_.zero_();
        replay_();
        if (same(computed, logits_)) return;
    }
    recorder_ = {};
    replay_ = {};
}

}  // namespace sightline
