// The steps of QwenEngine: one decoder layer of a chunk, or one token for a batch of sequences; those of
// pictures are in qwen_engine_pictures.cpp.
#include <c10/util/Exception.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <string>
#include <utility>

#include "inference/networks/kept_memory.h"
#include "inference/networks/qwen_engine.h"
#include "inference/networks/torch_runtime.h"

namespace sightline {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

// What torch throws, as what it means. Its messages have stack traces; the first line is enough for the log.
Error translate(const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    const std::string line = message.substr(0, message.find('\n'));
    const bool memory = dynamic_cast<const c10::OutOfMemoryError*>(&error) ||
                        message.find("allocate memory") != std::string::npos ||
                        message.find("not enough memory") != std::string::npos;
    return memory ? Error(ErrorKind::out_of_memory, "there was not enough memory to go on with this answer")
                  : Error(ErrorKind::internal, "the computation failed: " + line);
}

// To be called in a catch block.
Error currentError() {
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const c10::Error& error) {
        return translate(error);
    } catch (const std::bad_alloc&) {
        return {ErrorKind::out_of_memory, "there was not enough memory to go on with this answer"};
    }
}

}  // namespace

std::vector<StepResult> QwenEngine::step(std::span<const StepRequest> requests, std::stop_token stop) {
    const c10::InferenceMode guard;
    useThreads(options_.threads);  // the text reader, on the same thread, may use another number
    Work work;
    work.stop = std::move(stop);
    try {
        return stepAll(requests, work);
    } catch (...) {
        const Error error = currentError();
        if (error.kind() != ErrorKind::cancelled) closeAll(requests);
        throw error;
    }
}

std::vector<StepResult> QwenEngine::stepAll(std::span<const StepRequest> requests, const Work& work) {
    std::vector<StepResult> results(requests.size());
    std::vector<std::size_t> ready;
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        Sequence& sequence = find(requests[i].sequence);
        results[i].sequence = requests[i].sequence;
        if (sequence.stop) {
            results[i].phase = Phase::finished;
            results[i].progress = 1;
            results[i].stop = sequence.stop;
        } else {
            (sequence.readyToDecode() ? ready : others).push_back(i);
        }
    }
    bool worked = false;
    // A unit of work that finds no memory is done again, once, without what is kept for later questions: none
    // changes its sequence before it has all it needs.
    const auto withMemory = [&](auto&& unit) {
        try {
            return unit();
        } catch (...) {
            if (currentError().kind() != ErrorKind::out_of_memory) throw;
        }
        dropCaches();
        unit();
    };
    // One unit of work for those of `members`; false: stopped.
    const auto attempt = [&](std::span<const std::size_t> members, auto&& unit) {
        try {
            work.poll();
            withMemory(unit);
        } catch (...) {
            const Error error = currentError();
            if (error.kind() == ErrorKind::file_changed) throw error;
            if (error.kind() == ErrorKind::cancelled) {
                if (!worked) throw error;
                // What the others did must not be lost: their results are returned, the rest is done next
                // time.
                return false;
            }
            for (const std::size_t i : members)
                fail(requests[i].sequence, error, results[i]);
        }
        worked = true;
        return true;
    };
    bool stopped = false;
    if (!ready.empty()) {
        for (const std::size_t i : ready)
            results[i].phase = Phase::decode;
        stopped = !attempt(ready, [&] { decodeStep(requests, ready, results, work); });
    }
    for (const std::size_t i : others) {
        if (stopped) break;
        Sequence& sequence = find(requests[i].sequence);
        results[i].phase = !sequence.hasToRead() && sequence.nextToEncode() ? Phase::encode : Phase::prefill;
        stopped = !attempt({&i, 1}, [&] {
            results[i] = advance(requests[i].sequence, sequence, requests[i].allowed_tokens, work);
        });
    }
    const auto failed = [](const StepResult& result) { return result.error.has_value(); };
    if (!results.empty() && std::ranges::all_of(results, failed)) throw *results.front().error;
    return results;
}

void QwenEngine::fail(SequenceId id, const Error& error, StepResult& result) {
    result.stop = StopReason::error;
    result.error = error;
    sequences_.erase(id);  // its cache is not believed any more
}

StepResult QwenEngine::advance(SequenceId id, Sequence& sequence, std::span<const std::uint8_t> allowed,
                               const Work& work) {
    StepResult result;
    result.sequence = id;
    const auto begin = Clock::now();
    SequenceStatistics& statistics = sequence.statistics;
    if (sequence.hasToRead()) {
        readStep(sequence, result, work);
    } else if (sequence.nextToEncode()) {
        const KeptMemory::Use kept;  // every block makes and drops the same tensors
        encodeStep(sequence, result, work);
        if (!sequence.nextToEncode()) KeptMemory::giveBack();
        statistics.encode_seconds += secondsSince(begin);
    } else {
        const KeptMemory::Use kept;
        prefillStep(sequence, allowed, result, work);
        if (result.token) KeptMemory::giveBack();
        statistics.prefill_seconds += secondsSince(begin);
    }
    if (statistics.reply_tokens <= 1) statistics.first_token_seconds += secondsSince(begin);
    return result;
}

// One page of the KV cache, of those that are on the disk. Where they end, prefill begins.
void QwenEngine::readStep(Sequence& sequence, StepResult& result, const Work& work) {
    work.poll();
    result.phase = Phase::prefill;
    const StoredPage& page = sequence.stored[sequence.stored_read];
    sequence.cache.truncate(page.begin);  // what it has of that page's beginning comes again
    if (disk_->readPage(page, sequence.keys, sequence.cache)) {
        ++sequence.stored_read;
    } else {
        sequence.stored.resize(sequence.stored_read);
        checkMemory(sequence);
    }
    sequence.statistics.reused_tokens = static_cast<int>(sequence.cache.length());
    if (sequence.hasToRead()) return;
    if (sequence.place) disk_->touch(sequence.stored);
    countCoveredPictures(sequence);
}

void QwenEngine::prefillStep(Sequence& sequence, std::span<const std::uint8_t> allowed, StepResult& result,
                             const Work& work) {
    if (!sequence.prefill) {
        const std::int64_t begin = sequence.cache.length();
        const std::int64_t count = std::min<std::int64_t>(options_.prefill_chunk, sequence.remaining());
        std::vector<Position> positions;
        for (std::int64_t i = begin; i < begin + count; ++i)
            positions.push_back(sequence.position(static_cast<std::size_t>(i)));
        const auto ids = std::span(sequence.tokens)
                             .subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
        sequence.prefill = language_model_->beginPrefill(sequence.cache, ids, positions,
                                                         visualRows(sequence, begin, count), work);
    }
    PrefillState& state = *sequence.prefill;
    const std::int64_t count = state.x.size(0);
    const bool last_chunk = count == sequence.remaining();
    const auto layers = static_cast<double>(language_model_->layers());
    const bool last_layer = state.next_layer + 1 == language_model_->layers();
    result.phase = Phase::prefill;
    result.progress =
        (static_cast<double>(state.begin - sequence.statistics.reused_tokens) +
         static_cast<double>(count) * static_cast<double>(state.next_layer + 1) / layers) /
        static_cast<double>(std::max<std::int64_t>(
            1, static_cast<std::int64_t>(sequence.tokens.size()) - sequence.statistics.reused_tokens));
    language_model_->stepPrefill(state, work);
    if (!last_layer) return;
    checkFiles();
    const at::Tensor x = state.x;
    sequence.prefill.reset();
    if (!last_chunk) return;
    // From here on nothing is cancelled: the chunk is in the cache and its logits must not be lost.
    const at::Tensor logits = language_model_->logits(x.narrow(0, count - 1, 1).contiguous(), Work{});
    checkFiles();
    sample(sequence, {logits.const_data_ptr<float>(), static_cast<std::size_t>(logits.size(1))}, allowed,
           result);
}

void QwenEngine::decodeStep(std::span<const StepRequest> requests, std::span<const std::size_t> ready,
                            std::vector<StepResult>& results, const Work& work) {
    const auto begin = Clock::now();
    std::vector<TokenId> ids;
    std::vector<Position> positions;
    std::vector<KvCache*> caches;
    for (const std::size_t i : ready) {
        Sequence& sequence = find(requests[i].sequence);
        ids.push_back(sequence.tokens.back());
        positions.push_back(sequence.position(sequence.tokens.size() - 1));
        caches.push_back(&sequence.cache);
    }
    const at::Tensor logits = language_model_->decode(ids, positions, caches, work);
    checkFiles();
    const double seconds = secondsSince(begin);
    const auto vocab = static_cast<std::size_t>(logits.size(1));
    for (std::size_t row = 0; row < ready.size(); ++row) {
        const std::size_t i = ready[row];
        Sequence& sequence = find(requests[i].sequence);
        SequenceStatistics& statistics = sequence.statistics;
        const bool first = sequence.reply().empty();
        (first ? statistics.prefill_seconds : statistics.decode_seconds) += seconds;
        if (first) statistics.first_token_seconds += seconds;
        try {
            sample(sequence, {logits.const_data_ptr<float>() + row * vocab, vocab},
                   requests[i].allowed_tokens, results[i]);
        } catch (const Error& error) {
            fail(requests[i].sequence, error, results[i]);  // the other rows are as good as they were
        }
    }
}

void QwenEngine::sample(Sequence& sequence, std::span<const float> logits,
                        std::span<const std::uint8_t> allowed, StepResult& result) {
    Sampler::Choice choice;
    try {
        choice = sequence.sampler.choose(logits, sequence.tokens, sequence.reply(), allowed);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::invalid_model) throw;
        weights_->requireNumbers();  // names the tensor
        throw Error(ErrorKind::invalid_model, facts_.folder.filename().string() + ": " + error.what());
    }
    result.token = choice.token;
    result.log_probability = choice.log_probability;
    result.top = choice.top;
    if (end_tokens_.contains(choice.token) && !sequence.options.ignore_end_of_turn) {
        sequence.stop = StopReason::end_of_turn;
    } else {
        sequence.tokens.push_back(choice.token);
        sequence.keys.push_back(textTokenKey(choice.token));
        result.text = sequence.text.push(tokenizer_->tokenBytes(choice.token, true));
        const auto reply = sequence.reply();
        if (sequence.text.stopped())
            sequence.stop = StopReason::stop_text;
        else if (static_cast<int>(reply.size()) >= sequence.options.max_tokens)
            sequence.stop = StopReason::max_tokens;
        else if (static_cast<int>(sequence.tokens.size()) >= options_.context_length)
            sequence.stop = StopReason::context_full;
        else if (sequence.options.stop_on_repetition && repeatsItself(reply))
            sequence.stop = StopReason::repetition;
    }
    sequence.statistics.reply_tokens = static_cast<int>(sequence.reply().size());
    if (sequence.stop) result.text += sequence.text.finish();
    result.stop = sequence.stop;
    if (result.phase == Phase::decode)
        result.progress =
            static_cast<double>(sequence.reply().size()) / std::max(1, sequence.options.max_tokens);
}

}  // namespace sightline
