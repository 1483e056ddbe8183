#include "inference/bench/benchmark_run.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace sightline {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

OpenSequence::~OpenSequence() {
    try {
        engine_.close(id_);
    } catch (const std::exception&) {
        // A failed step has closed it already.
    }
}

StepResult OpenSequence::step(const std::stop_token& stop) {
    const std::array requests{StepRequest{id_, {}}};
    return engine_.step(requests, stop).at(0);
}

double OpenSequence::stepToFirstToken(const std::stop_token& stop) {
    const auto start = Clock::now();
    while (!step(stop).token) {
    }
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Noise in blocks of different brightness: nothing in it is alike, and nothing in it is uniform.
std::shared_ptr<const Picture> BenchmarkInputs::picture(BenchmarkOptions::Size size) {
    Picture picture{size.width, size.height, {}};
    const std::size_t count =
        std::size_t{3} * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
    picture.rgb.resize(count);
    std::uint64_t bits = random_();
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 8 == 0) bits = random_();
        const auto block = static_cast<std::uint8_t>((i / 3 / 32 * 37) % 128);
        picture.rgb[i] = static_cast<std::uint8_t>(block + ((bits >> (i % 8 * 8)) & 127));
    }
    return std::make_shared<const Picture>(std::move(picture));
}

std::string BenchmarkInputs::text(int tokens) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
    const auto addWords = [&](std::string& text, int words) {
        for (int i = 0; i < words; ++i) {
            const auto length = 2 + random_() % 7;
            for (std::uint64_t k = 0; k < length; ++k)
                text += letters[random_() % letters.size()];
            text += ' ';
        }
    };
    std::string text;
    addWords(text, tokens);  // a word is a token at least
    // What the template adds is not known here; a few tokens are left for it.
    const int wanted = std::max(1, tokens - 16);
    while (text.size() > 1) {
        const int count = engine_.countTokens(text);
        if (count <= wanted) break;
        const auto keep = static_cast<std::size_t>(static_cast<double>(text.size()) * wanted / count);
        text.resize(std::min(text.size() - 1, std::max<std::size_t>(1, keep)));
    }
    return text;
}

Prompt BenchmarkInputs::textPrompt(int tokens) {
    Prompt prompt;
    prompt.messages.push_back({Role::user, {TextPart{text(tokens)}}, {}});
    return prompt;
}

Prompt BenchmarkInputs::picturePrompt(const std::shared_ptr<const Picture>& picture,
                                      const std::string& question) {
    Prompt prompt;
    prompt.messages.push_back({Role::user, {ImagePart{picture, {}}, TextPart{question}}, {}});
    return prompt;
}

GenerationOptions benchmarkGeneration(int tokens) {
    GenerationOptions options;
    options.temperature = 0;
    options.max_tokens = tokens;
    options.stop_on_repetition = false;
    options.ignore_end_of_turn = true;
    return options;
}

}  // namespace sightline
