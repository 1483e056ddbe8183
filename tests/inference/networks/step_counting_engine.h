// An Engine without a model, for the order in which the scheduler works: the prompt says how many steps each
// phase takes ("2 3 5": two of encode, three of prefill, five tokens), and every call is written down.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>

#include "inference/engine.h"

namespace sightline {

class StepCountingEngine : public Engine {
  public:
    struct Sequence {
        int encode = 0;
        int prefill = 0;
        int tokens = 0;
        int encoded = 0;
        int prefilled = 0;
        std::vector<TokenId> reply;
        bool open = true;
    };

    // "open 1", "step 1 2 3"; sequences are numbered from 1 in order of opening.
    std::vector<std::string> log;
    // Runs inside of every step, before anything is changed.
    std::function<void(std::span<const StepRequest>, const std::stop_token&)> inside_step;
    std::map<SequenceId, Sequence> sequences;
    // Its next result in a step is an error.
    std::optional<SequenceId> fails_next;

    StepCountingEngine() { facts_.vocab_size = 8; }

    static Prompt prompt(int encode, int prefill, int tokens) {
        std::ostringstream text;
        text << encode << ' ' << prefill << ' ' << tokens;
        Prompt prompt;
        prompt.messages.push_back({Role::user, {TextPart{text.str()}}, {}});
        return prompt;
    }

    int openSequences() const {
        return static_cast<int>(std::count_if(sequences.begin(), sequences.end(),
                                              [](const auto& entry) { return entry.second.open; }));
    }

    const ModelFacts& facts() const override { return facts_; }
    const EngineOptions& options() const override { return options_; }
    std::string deviceName() const override { return "none"; }
    MemoryUse memory() const override { return {}; }
    PictureCost pictureCost(int, int, const PixelBudget&) const override { return {}; }
    int countTokens(const std::string&) const override { return 0; }

    SequenceId open(const Prompt& prompt, const GenerationOptions&) override {
        Sequence sequence;
        std::istringstream text(std::get<TextPart>(prompt.messages.at(0).parts.at(0)).text);
        if (!(text >> sequence.encode >> sequence.prefill >> sequence.tokens)) {
            throw Error(ErrorKind::context_full, "The prompt has no numbers");
        }
        const auto id = static_cast<SequenceId>(sequences.size() + 1);
        sequences[id] = sequence;
        log.push_back("open " + std::to_string(id));
        return id;
    }

    std::vector<StepResult> step(std::span<const StepRequest> requests, std::stop_token stop) override {
        std::string line = "step";
        for (const StepRequest& request : requests)
            line += ' ' + std::to_string(request.sequence);
        try {
            for (const StepRequest& request : requests)
                require(request.sequence);
            if (inside_step) inside_step(requests, stop);
            if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "A stop was requested");
        } catch (const Error& error) {
            log.push_back(line + (error.kind() == ErrorKind::cancelled ? " cancelled" : " failed"));
            if (error.kind() != ErrorKind::cancelled) {
                for (const StepRequest& request : requests)
                    sequences[request.sequence].open = false;
            }
            throw;
        }
        log.push_back(line);
        std::vector<StepResult> results;
        for (const StepRequest& request : requests)
            results.push_back(advance(request));
        return results;
    }

    SequenceId fork(SequenceId, std::uint64_t) override { throw Error(ErrorKind::unsupported, "No fork"); }
    void trim(SequenceId, int) override { throw Error(ErrorKind::unsupported, "No trim"); }
    void close(SequenceId sequence) override {
        require(sequence);
        sequences[sequence].open = false;
    }
    SequenceStatistics statistics(SequenceId sequence) const override {
        require(sequence);
        SequenceStatistics statistics;
        statistics.reply_tokens = static_cast<int>(sequences.at(sequence).reply.size());
        return statistics;
    }
    std::vector<TokenId> promptTokens(SequenceId) const override { return {}; }
    std::vector<TokenId> replyTokens(SequenceId sequence) const override {
        return sequences.at(sequence).reply;
    }
    void dropCaches() override {}

  private:
    void require(SequenceId sequence) const {
        const auto found = sequences.find(sequence);
        if (found == sequences.end() || !found->second.open) {
            throw Error(ErrorKind::internal, "Sequence " + std::to_string(sequence) + " is not open");
        }
    }

    StepResult advance(const StepRequest& request) {
        Sequence& sequence = sequences[request.sequence];
        StepResult result;
        result.sequence = request.sequence;
        if (fails_next == request.sequence) {
            fails_next.reset();
            sequence.open = false;
            result.stop = StopReason::error;
            result.error = Error(ErrorKind::invalid_model, "This sequence is broken");
            return result;
        }
        if (sequence.encoded < sequence.encode) {
            result.phase = Phase::encode;
            result.progress = static_cast<double>(++sequence.encoded) / sequence.encode;
            return result;
        }
        result.phase = Phase::decode;
        if (sequence.prefilled < sequence.prefill) {
            result.phase = Phase::prefill;
            result.progress = static_cast<double>(++sequence.prefilled) / sequence.prefill;
            if (sequence.prefilled < sequence.prefill) return result;
        }
        // The first token comes with the end of prefill. Without a mask it is the number of the token,
        // modulo 8.
        TokenId token = static_cast<TokenId>(sequence.reply.size() % 8);
        if (!request.allowed_tokens.empty()) {
            const auto allowed = request.allowed_tokens;
            token = static_cast<TokenId>(std::find(allowed.begin(), allowed.end(), 1) - allowed.begin());
        }
        sequence.reply.push_back(token);
        result.token = token;
        result.text = std::to_string(token);
        if (static_cast<int>(sequence.reply.size()) == sequence.tokens) result.stop = StopReason::end_of_turn;
        return result;
    }

    ModelFacts facts_;
    EngineOptions options_;
};

}  // namespace sightline
