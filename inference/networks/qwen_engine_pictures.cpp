// The pictures of QwenEngine: from the caches or through the vision encoder, and to the rows of a chunk.
#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "inference/networks/qwen_engine.h"
#include "inference/networks/torch_runtime.h"

namespace sightline {
namespace {

using Clock = std::chrono::steady_clock;

// More patches are not encoded in one batch, unless one picture has them: about 1024 x 1024 pixels. That
// bounds the memory, and what is lost if the question is taken back.
constexpr std::int64_t batch_patches = 4096;

}  // namespace

// From memory, where another sequence may have put them in the meantime, or from the disk.
bool QwenEngine::findFeatures(Sequence& sequence, SequenceVisual& visual, const Work& work) {
    visual.features = vision_cache_.find(visual.content);
    if (!visual.features && visual.stored) {
        visual.features = disk_->findPicture(visual.content, static_cast<std::int64_t>(visual.pads.size()),
                                             sequence.place != nullptr, work);
        visual.stored = false;
        if (visual.features)
            vision_cache_.insert(visual.content, visual.features);
        else
            checkMemory(sequence);
    }
    return visual.features != nullptr;
}

// Beginning with the next picture, those that have to be encoded and fit.
std::vector<std::size_t> QwenEngine::nextBatch(const Sequence& sequence) {
    std::vector<std::size_t> batch;
    std::set<ContentId> contents;
    std::int64_t patches = 0;
    const std::size_t available = availableMemoryOn(context_.device);
    const auto waits = [&](const SequenceVisual& visual, std::int64_t together) {
        return visual.stored || contents.contains(visual.content) || vision_cache_.find(visual.content) ||
               together > batch_patches || vision_encoder_->temporaryBytes(together) > available;
    };
    for (std::size_t i = 0; i < sequence.visuals.size(); ++i) {
        const SequenceVisual& visual = sequence.visuals[i];
        if (!sequence.mustEncode(visual)) continue;
        const std::int64_t together = patches + visual.patches.grid.patches();
        if (!batch.empty() && waits(visual, together)) continue;
        patches = together;
        contents.insert(visual.content);
        batch.push_back(i);
    }
    return batch;
}

void QwenEngine::beginEncoding(Sequence& sequence) {
    EncodingBatch batch{{}, nextBatch(sequence)};
    std::vector<Patches> pictures(batch.visuals.size());
    // From here on nothing fails: the pixels must not be lost.
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        Patches& own = sequence.visuals[batch.visuals[i]].patches;
        pictures[i] = {own.grid, std::exchange(own.data, {})};
    }
    batch.state = vision_encoder_->begin(std::move(pictures));
    sequence.encoding = std::move(batch);
}

// The features of a batch that is done, to their pictures and into the caches. Can be called again if it
// fails.
void QwenEngine::keepFeatures(Sequence& sequence) {
    const EncodingBatch& batch = *sequence.encoding;
    const auto all = static_cast<double>(batch.state.patches());
    for (std::size_t i = 0; i < batch.visuals.size(); ++i) {
        SequenceVisual& visual = sequence.visuals[batch.visuals[i]];
        if (visual.features) continue;
        auto features = std::make_shared<VisualFeatures>(batch.state.features[i]);
        features->seconds = batch.seconds * static_cast<double>(visual.patches.grid.patches()) / all;
        vision_cache_.insert(visual.content, features);
        if (sequence.place) disk_->keepPicture(sequence.place, visual.content, features);
        visual.features = std::move(features);
    }
    sequence.encoding.reset();
}

// Takes one picture from a cache, or advances those that are encoded by one block.
void QwenEngine::encodeStep(Sequence& sequence, StepResult& result, const Work& work) {
    SequenceVisual& next = *sequence.nextToEncode();
    if (!sequence.encoding && findFeatures(sequence, next, work)) {
        ++sequence.statistics.pictures_from_cache;
        next.counted = true;
        next.patches = {};
    } else {
        if (!sequence.encoding) beginEncoding(sequence);
        EncodingBatch& batch = *sequence.encoding;
        const auto begin = Clock::now();
        if (batch.state.features.empty()) vision_encoder_->step(batch.state, work);
        batch.seconds += std::chrono::duration<double>(Clock::now() - begin).count();
        if (!batch.state.features.empty()) {
            checkFiles();
            keepFeatures(sequence);
        }
    }
    result.phase = Phase::encode;
    result.progress = encodingProgress(sequence);
}

double QwenEngine::encodingProgress(const Sequence& sequence) const {
    double done = 0;
    double total = 0;
    for (const SequenceVisual& visual : sequence.visuals) {
        if (visual.pads.back() < sequence.cache.length()) continue;
        const auto weight = static_cast<double>(visual.pads.size());
        total += weight;
        if (visual.features) done += weight;
    }
    if (sequence.encoding && sequence.encoding->state.x.defined()) {
        const double part = static_cast<double>(sequence.encoding->state.next_block + 1) /
                            static_cast<double>(vision_encoder_->steps());
        for (const std::size_t i : sequence.encoding->visuals)
            done += part * static_cast<double>(sequence.visuals[i].pads.size());
    }
    return total > 0 ? done / total : 1;
}

VisualRows QwenEngine::visualRows(const Sequence& sequence, std::int64_t begin, std::int64_t count) const {
    VisualRows rows;
    std::vector<at::Tensor> merged;
    std::vector<std::vector<at::Tensor>> deepstack(config_.vision_config.deepstack_visual_indexes.size());
    for (const SequenceVisual& visual : sequence.visuals) {
        const auto first = std::lower_bound(visual.pads.begin(), visual.pads.end(), begin);
        const auto last = std::lower_bound(first, visual.pads.end(), begin + count);
        if (first == last) continue;
        for (auto pad = first; pad != last; ++pad)
            rows.rows.push_back(*pad - begin);
        const std::int64_t offset = first - visual.pads.begin();
        merged.push_back(visual.features->merged.narrow(0, offset, last - first));
        for (std::size_t i = 0; i < deepstack.size(); ++i)
            deepstack[i].push_back(visual.features->deepstack[i].narrow(0, offset, last - first));
    }
    if (merged.empty()) return rows;
    rows.merged = at::cat(merged, 0);
    for (const auto& parts : deepstack)
        rows.deepstack.push_back(at::cat(parts, 0));
    return rows;
}

}  // namespace sightline
