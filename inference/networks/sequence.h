// One open sequence of an engine: its tokens, its caches, and how far its work has come.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "inference/engine.h"
#include "inference/networks/disk_cache.h"
#include "inference/networks/kv_cache.h"
#include "inference/networks/language_model.h"
#include "inference/networks/sampler.h"
#include "inference/networks/vision_encoder.h"
#include "inference/prompt/prompt_encoder.h"
#include "inference/text/reply_text.h"

namespace sightline {

// A picture or clip of the prompt that still has to get into the KV cache.
struct SequenceVisual {
    ContentId content;
    std::vector<std::int64_t> pads;  // token indexes, ascending; row i of the features belongs to pads[i]
    Patches patches;                 // the data until it is encoded, or need not be
    std::shared_ptr<const VisualFeatures> features;
    bool stored = false;   // the features are on the disk, as far as is known
    bool counted = false;  // in pictures_from_cache
};

// Pictures of a prompt that are encoded together.
struct EncodingBatch {
    EncodingState state;
    std::vector<std::size_t> visuals;  // indexes in Sequence::visuals, of each picture of the state
    double seconds = 0;                // so far
};

struct Sequence {
    Sequence(const GenerationOptions& options_, int vocab_size, KvCache cache_)
        : options(options_), sampler(options_, vocab_size), cache(std::move(cache_)), text(options_.stop) {}

    // A copy without the chunk in progress, which points into the cache of its own sequence.
    Sequence(const Sequence& other)
        : options(other.options),
          sampler(other.sampler),
          tokens(other.tokens),
          keys(other.keys),
          prompt_positions(other.prompt_positions),
          rope_delta(other.rope_delta),
          visuals(other.visuals),
          encoding(other.encoding),
          place(other.place),
          stored(other.stored),
          stored_read(other.stored_read),
          cache(other.cache.fork()),
          text(other.text),
          stop(other.stop),
          statistics(other.statistics) {}
    Sequence& operator=(const Sequence&) = delete;

    std::size_t promptLength() const { return prompt_positions.size(); }
    std::span<const TokenId> reply() const { return std::span(tokens).subspan(promptLength()); }
    Position position(std::size_t token) const {
        if (token < prompt_positions.size()) return prompt_positions[token];
        const auto p = static_cast<std::int32_t>(token) + rope_delta;
        return {p, p, p};
    }
    // It is needed beyond the cache and not encoded yet.
    bool mustEncode(const SequenceVisual& visual) const {
        return !visual.features && visual.pads.back() >= cache.length();
    }
    SequenceVisual* nextToEncode() {
        for (SequenceVisual& visual : visuals)
            if (mustEncode(visual)) return &visual;
        return nullptr;
    }
    bool hasToRead() const { return stored_read < stored.size(); }
    // How far the cache reaches when all is read.
    std::int64_t reach() const {
        return hasToRead() ? std::max(cache.length(), stored.back().end) : cache.length();
    }
    std::int64_t remaining() const { return static_cast<std::int64_t>(tokens.size()) - cache.length(); }
    // All but the last token is in the cache, and that one is text: it can be decoded in a batch with others.
    bool readyToDecode() {
        return !hasToRead() && !prefill && remaining() == 1 && !nextToEncode() && !lastIsPad();
    }
    bool lastIsPad() const {
        const auto last = static_cast<std::int64_t>(tokens.size()) - 1;
        for (const SequenceVisual& visual : visuals)
            if (visual.pads.back() >= last) return true;
        return false;
    }

    GenerationOptions options;
    Sampler sampler;
    std::vector<TokenId> tokens;      // prompt and reply; the last one is not in the cache yet
    std::vector<std::uint64_t> keys;  // one a token
    std::vector<Position> prompt_positions;
    std::int32_t rope_delta = 0;
    std::vector<SequenceVisual> visuals;
    std::optional<EncodingBatch> encoding;  // what is being encoded
    CacheFolder::Place place;        // on the disk, for what is computed of it; null = nothing is kept there
    std::vector<StoredPage> stored;  // pages that the cache takes over from the disk
    std::size_t stored_read = 0;     // how many of them it has
    KvCache cache;
    std::optional<PrefillState> prefill;
    ReplyText text;
    std::optional<StopReason> stop;
    SequenceStatistics statistics;
};

}  // namespace sightline
