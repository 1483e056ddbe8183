// Questions to an engine, and what comes of them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "inference/engine.h"

namespace questions {

using namespace sightline;

inline std::shared_ptr<Picture> picture(int width, int height, int look) {
    auto made = std::make_shared<Picture>();
    made->width = width;
    made->height = height;
    made->rgb.resize(static_cast<std::size_t>(3 * width * height));
    for (std::size_t i = 0; i < made->rgb.size(); ++i)
        made->rgb[i] = static_cast<std::uint8_t>((i * static_cast<std::size_t>(5 + look) + i / 41) & 0xFF);
    return made;
}

inline Message user(std::vector<Part> parts) {
    return {Role::user, std::move(parts), {}};
}

inline Prompt ask(const std::string& text) {
    Prompt prompt;
    prompt.messages = {user({TextPart{text}})};
    return prompt;
}

inline Prompt askAbout(std::shared_ptr<const Picture> image, const std::string& text) {
    Prompt prompt;
    prompt.messages = {user({ImagePart{std::move(image), {}}, TextPart{text}})};
    return prompt;
}

inline GenerationOptions sampling(int tokens, std::uint64_t seed = 1) {
    GenerationOptions options;
    options.temperature = 1;
    options.top_p = 1;
    options.top_k = 0;
    options.seed = seed;
    options.max_tokens = tokens;
    options.ignore_end_of_turn = true;
    options.stop_on_repetition = false;
    return options;
}

struct Finished {
    std::string text;
    std::vector<TokenId> tokens;
    StopReason reason = StopReason::error;
    std::vector<StepResult> steps;
};

inline Finished finish(Engine& engine, SequenceId id, std::span<const std::uint8_t> allowed = {}) {
    Finished result;
    const StepRequest request{id, allowed};
    for (;;) {
        StepResult step = engine.step({&request, 1}, {}).front();
        result.text += step.text;
        const auto stop = step.stop;
        result.steps.push_back(std::move(step));
        if (!stop) continue;
        result.reason = *stop;
        result.tokens = engine.replyTokens(id);
        return result;
    }
}

inline ErrorKind kindOf(const std::function<void()>& call, std::string* sentence = nullptr) {
    try {
        call();
    } catch (const Error& error) {
        if (sentence) *sentence = error.what();
        return error.kind();
    }
    return ErrorKind::internal;
}

}  // namespace questions
