#include "inference/networks/sampler.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>

#include "inference/kernels/kernels.h"

namespace sightline {
namespace {

constexpr float minus_infinity = -std::numeric_limits<float>::infinity();
// exp(-40) = 4e-18: even a whole vocabulary of such terms does not change a sum in double that has a term
// of 1.
constexpr double negligible_exponent = -40.0;

struct Candidate {
    TokenId token;
    float score;    // after penalties and temperature
    double weight;  // exp(score - best score)
};

void require(bool valid, const char* option, double value, const char* range) {
    if (valid) return;
    std::ostringstream sentence;
    sentence << option << " is " << value << ", it must be " << range;
    throw Error(ErrorKind::invalid_input, sentence.str());
}

void requireVocabulary(std::size_t size, int vocab_size, const char* what) {
    if (size == static_cast<std::size_t>(vocab_size)) return;
    throw Error(ErrorKind::internal, std::string(what) + " has " + std::to_string(size) +
                                         " entries, the vocabulary has " + std::to_string(vocab_size));
}

bool inVocabulary(TokenId token, std::size_t size) {
    return token >= 0 && static_cast<std::size_t>(token) < size;
}

// Scores above zero are divided, those below are multiplied, once a distinct token.
void applyRepetitionPenalty(std::vector<float>& scores, std::span<const TokenId> context, double penalty) {
    if (penalty == 1.0) return;
    const auto factor = static_cast<float>(penalty);
    std::vector<bool> seen(scores.size(), false);
    for (const TokenId token : context) {
        if (!inVocabulary(token, scores.size()) || seen[token]) continue;
        seen[token] = true;
        float& score = scores[token];
        score = score < 0 ? score * factor : score / factor;
    }
}

void applyReplyPenalties(std::vector<float>& scores, std::span<const TokenId> reply, double presence,
                         double frequency) {
    if (presence == 0.0 && frequency == 0.0) return;
    std::vector<TokenId> sorted(reply.begin(), reply.end());
    std::sort(sorted.begin(), sorted.end());
    for (auto from = sorted.begin(); from != sorted.end();) {
        const auto to = std::upper_bound(from, sorted.end(), *from);
        if (inVocabulary(*from, scores.size())) {
            float& score = scores[*from];
            score -= static_cast<float>(presence);
            score -= static_cast<float>(frequency) * static_cast<float>(to - from);
        }
        from = to;
    }
}

// The k-th largest value. A heap of k is filled in one pass, which for a small k costs one comparison a
// value.
float kthLargest(std::span<const float> values, std::size_t k) {
    if (k <= values.size() / 16) {
        std::vector<float> best(k);
        std::partial_sort_copy(values.begin(), values.end(), best.begin(), best.end(), std::greater<>());
        return best.back();
    }
    std::vector<float> copy(values.begin(), values.end());
    const auto kth = copy.begin() + static_cast<std::ptrdiff_t>(k - 1);
    std::nth_element(copy.begin(), kth, copy.end(), std::greater<>());
    return *kth;
}

double totalWeight(const std::vector<Candidate>& candidates) {
    double sum = 0;
    for (const Candidate& candidate : candidates)
        sum += candidate.weight;
    return sum;
}

// Penalised scores, divided by the temperature when they are read.
struct Scores {
    std::span<const float> raw;
    float temperature = 1;
    float best = 0;  // scaled
    float at(std::size_t i) const { return raw[i] / temperature; }
    double weightOf(float score) const { return std::exp(static_cast<double>(score) - best); }
};

// top_p removes the least likely tokens whose probabilities together are at most 1 - top_p; the best one
// always stays, and among equal scores those with lower ids stay. To find the cut without sorting a whole
// vocabulary, the weights are added up in buckets of equal width by score; only the bucket where the cut
// falls is sorted.
class TopPCut {
  public:
    TopPCut(float best, std::span<const Candidate> candidates, double top_p) : best_(best) {
        float lowest = best;
        for (const Candidate& candidate : candidates)
            lowest = std::min(lowest, candidate.score);
        const double width = std::min(static_cast<double>(best) - lowest, -negligible_exponent);
        buckets_per_unit_ = width > 0 ? bucket_count / width : 0;
        std::vector<double> mass(bucket_count, 0.0);
        double total = 0;
        for (const Candidate& candidate : candidates) {
            mass[bucketOf(candidate.score)] += candidate.weight;
            total += candidate.weight;
        }
        limit_ = (1.0 - top_p) * total;
        cut_ = bucket_count - 1;
        while (cut_ > 0 && removed_ + mass[cut_] <= limit_)
            removed_ += mass[cut_--];
    }

    // Removes whole buckets, and what the bucket of the cut has below it.
    void apply(std::vector<Candidate>& candidates) const {
        std::erase_if(candidates,
                      [&](const Candidate& candidate) { return bucketOf(candidate.score) > cut_; });
        std::vector<Candidate> border;
        for (const Candidate& candidate : candidates) {
            if (bucketOf(candidate.score) == cut_) border.push_back(candidate);
        }
        const auto isWorse = [](const Candidate& a, const Candidate& b) {
            return a.score != b.score ? a.score < b.score : a.token > b.token;
        };
        std::sort(border.begin(), border.end(), isWorse);
        const std::size_t most = cut_ == 0 ? border.size() - 1 : border.size();
        double removed = removed_;
        std::size_t gone = 0;
        while (gone < most && removed + border[gone].weight <= limit_)
            removed += border[gone++].weight;
        if (gone == 0) return;
        const Candidate last_removed = border[gone - 1];
        std::erase_if(candidates,
                      [&](const Candidate& candidate) { return !isWorse(last_removed, candidate); });
    }

  private:
    static constexpr int bucket_count = 2048;
    int bucketOf(float score) const {
        const double distance = (static_cast<double>(best_) - score) * buckets_per_unit_;
        return static_cast<int>(std::min(distance, bucket_count - 1.0));
    }
    float best_;
    double buckets_per_unit_ = 0;
    double limit_ = 0;
    double removed_ = 0;  // by whole buckets
    int cut_ = 0;
};

// Compared as float32 probabilities, as transformers does.
void keepMinP(std::vector<Candidate>& candidates, double min_p) {
    if (min_p <= 0.0) return;
    const double total = totalWeight(candidates);
    const auto limit = static_cast<float>(min_p * (1.0 / total));
    std::erase_if(candidates,
                  [&](const Candidate& c) { return static_cast<float>(c.weight / total) < limit; });
}

// The largest logit; checks that all are numbers.
float largestOf(std::span<const float> logits) {
    const float best = kernels::bestKernels().largest(logits.data(), logits.size());
    if (!(best < std::numeric_limits<float>::infinity()))
        throw Error(ErrorKind::invalid_model,
                    "the weights give a score that is not a number, so they are damaged");
    return best;
}

// The logits themselves, or a copy in `storage` where a penalty or the mask changes them.
std::span<const float> penalised(const GenerationOptions& options, std::span<const float> logits,
                                 std::span<const TokenId> context, std::span<const TokenId> reply,
                                 std::span<const std::uint8_t> allowed, std::vector<float>& storage) {
    const bool changes_scores = options.repetition_penalty != 1.0 || options.presence_penalty != 0.0 ||
                                options.frequency_penalty != 0.0;
    if (!changes_scores && allowed.empty()) return logits;
    storage.assign(logits.begin(), logits.end());
    if (!allowed.empty()) {
        requireVocabulary(allowed.size(), static_cast<int>(logits.size()), "The mask of allowed tokens");
        for (std::size_t i = 0; i < storage.size(); ++i) {
            if (!allowed[i]) storage[i] = minus_infinity;
        }
    }
    applyRepetitionPenalty(storage, context, options.repetition_penalty);
    applyReplyPenalties(storage, reply, options.presence_penalty, options.frequency_penalty);
    return storage;
}

// Everything up to the draw. The result is in ascending order of token ids.
std::vector<Candidate> filteredCandidates(const GenerationOptions& options, std::span<const float> logits,
                                          std::span<const TokenId> context, std::span<const TokenId> reply,
                                          std::span<const std::uint8_t> allowed) {
    float best = largestOf(logits);
    std::vector<float> storage;
    Scores scores;
    scores.raw = penalised(options, logits, context, reply, allowed, storage);
    if (!storage.empty()) best = largestOf(storage);
    if (best == minus_infinity) {
        if (std::ranges::all_of(logits, [](float logit) { return logit == minus_infinity; }))
            throw Error(ErrorKind::invalid_model,
                        "the weights give no score above minus infinity, so they are damaged");
        throw Error(ErrorKind::invalid_input, "No token is allowed to come next");
    }
    if (options.temperature == 0.0) {
        const auto first = std::find(scores.raw.begin(), scores.raw.end(), best);
        return {{static_cast<TokenId>(first - scores.raw.begin()), best, 1.0}};
    }

    // Below a millionth it is greedy anyway, and a denormal divisor would make every score infinite.
    scores.temperature = static_cast<float>(std::max(options.temperature, 1e-6));
    scores.best = best / scores.temperature;
    if (!std::isfinite(scores.best)) {
        throw Error(ErrorKind::invalid_model,
                    "the weights give a score that is out of range, so they are damaged");
    }
    float threshold = std::numeric_limits<float>::lowest();
    float raw_threshold = threshold;  // no score below it can reach the threshold once it is divided
    if (options.top_k > 0 && static_cast<std::size_t>(options.top_k) < logits.size()) {
        const float kth = kthLargest(scores.raw, static_cast<std::size_t>(options.top_k));
        threshold = std::max(threshold, kth / scores.temperature);
        raw_threshold = kth - std::fabs(kth) * 1e-6F;
    }
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        if (scores.raw[i] < raw_threshold) continue;
        const float score = scores.at(i);
        if (score >= threshold)
            candidates.push_back({static_cast<TokenId>(i), score, scores.weightOf(score)});
    }
    if (options.top_p < 1.0) TopPCut(scores.best, candidates, options.top_p).apply(candidates);
    keepMinP(candidates, options.min_p);
    return candidates;
}

double logSumExp(std::span<const float> logits) {
    const auto& kernels = kernels::bestKernels();
    const float best = kernels.largest(logits.data(), logits.size());
    return best + std::log(kernels.sum_exp(logits.data(), logits.size(), best));
}

// A bijection of 64 bits in which every input bit changes every output bit with a chance of about one half.
std::uint64_t mixBits(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

}  // namespace

Sampler::Sampler(const GenerationOptions& options, int vocab_size)
    : options_(options), vocab_size_(vocab_size) {
    constexpr double most = 1e6;
    require(options.temperature >= 0.0 && options.temperature <= most, "temperature", options.temperature,
            "between 0 and a million");
    require(options.top_p >= 0.0 && options.top_p <= 1.0, "top_p", options.top_p, "between 0 and 1");
    require(options.top_k >= 0, "top_k", options.top_k, "0 or more");
    require(options.min_p >= 0.0 && options.min_p <= 1.0, "min_p", options.min_p, "between 0 and 1");
    require(std::abs(options.presence_penalty) <= 2.0, "presence_penalty", options.presence_penalty,
            "between -2 and 2");
    require(std::abs(options.frequency_penalty) <= 2.0, "frequency_penalty", options.frequency_penalty,
            "between -2 and 2");
    require(options.repetition_penalty >= 1 / most && options.repetition_penalty <= most,
            "repetition_penalty", options.repetition_penalty, "between a millionth and a million");
    require(options.max_tokens >= 1, "max_tokens", options.max_tokens, "1 or more");
    require(options.top_log_probabilities >= 0 && options.top_log_probabilities <= 20,
            "top_log_probabilities", options.top_log_probabilities, "between 0 and 20");
    require(vocab_size >= 1, "vocab_size", vocab_size, "1 or more");
}

std::vector<float> Sampler::distribution(std::span<const float> logits, std::span<const TokenId> context,
                                         std::span<const TokenId> reply,
                                         std::span<const std::uint8_t> allowed) const {
    requireVocabulary(logits.size(), vocab_size_, "The vector of scores");
    const std::vector<Candidate> candidates = filteredCandidates(options_, logits, context, reply, allowed);
    const double total = totalWeight(candidates);
    std::vector<float> probabilities(logits.size(), 0.0f);
    for (const Candidate& candidate : candidates) {
        probabilities[candidate.token] = static_cast<float>(candidate.weight / total);
    }
    return probabilities;
}

Sampler::Choice Sampler::choose(std::span<const float> logits, std::span<const TokenId> context,
                                std::span<const TokenId> reply, std::span<const std::uint8_t> allowed) const {
    requireVocabulary(logits.size(), vocab_size_, "The vector of scores");
    const std::vector<Candidate> candidates = filteredCandidates(options_, logits, context, reply, allowed);

    double left = uniformAt(options_.seed, reply.size()) * totalWeight(candidates);
    Choice choice;
    choice.token = candidates.back().token;
    for (const Candidate& candidate : candidates) {
        left -= candidate.weight;
        if (left < 0) {
            choice.token = candidate.token;
            break;
        }
    }

    const double log_total = logSumExp(logits);
    choice.log_probability = static_cast<float>(logits[choice.token] - log_total);
    if (options_.top_log_probabilities > 0) {
        std::vector<TokenId> ids(logits.size());
        std::iota(ids.begin(), ids.end(), 0);
        std::vector<TokenId> best(std::min<std::size_t>(options_.top_log_probabilities, ids.size()));
        std::partial_sort_copy(ids.begin(), ids.end(), best.begin(), best.end(), [&](TokenId a, TokenId b) {
            return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
        });
        for (const TokenId token : best) {
            choice.top.push_back({token, static_cast<float>(logits[token] - log_total)});
        }
    }
    return choice;
}

double uniformAt(std::uint64_t seed, std::uint64_t counter) {
    constexpr std::uint64_t odd_step = 0x9e3779b97f4a7c15ULL;  // 2^64 / golden ratio
    const std::uint64_t key = mixBits(seed + odd_step);
    const std::uint64_t bits = mixBits(mixBits(key + counter * odd_step) ^ key);
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

bool repeatsItself(std::span<const TokenId> reply) {
    constexpr std::size_t longest_period = 64;
    constexpr std::size_t fewest_periods = 4;
    constexpr std::size_t fewest_tokens = 96;
    for (std::size_t period = 1; period <= longest_period; ++period) {
        const std::size_t length = std::max(fewest_periods * period, fewest_tokens);
        if (reply.size() < length) return false;  // longer periods need no less
        const auto tail = reply.last(length);
        if (std::equal(tail.begin() + static_cast<std::ptrdiff_t>(period), tail.end(), tail.begin()))
            return true;
    }
    return false;
}

}  // namespace sightline
