// What the caches of an engine keep on the disk for the next start: features of pictures, and pages of KV
// caches. One model in one precision on a CPU; what another one computed is never found.
//
// A picture's features are found by its content. A KV page of 64 positions is found by the keys of all
// positions up to its end (EncodedPrompt::keys): the name of its file says a hash of them and depends on that
// of the page before it, so the longest stored beginning of a prompt is found by asking for one name after
// the other, conversations with the same beginning share its pages, and a turn adds only what is new. The
// page at the end of a sequence may hold fewer positions; those that could go on from the last whole page are
// told apart by the keys in their heads.
//
// Belongs to the engine's thread; files are written by another one (CacheWriter). Nothing here throws but
// Error(out_of_memory), except where it is said: what cannot be read is computed, what cannot be written is
// not kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "inference/files/cache_writer.h"
#include "inference/files/content_hash.h"
#include "inference/networks/kv_cache.h"
#include "inference/networks/vision_encoder.h"
#include "inference/pictures/image_patches.h"

namespace sightline {

// A stored page that goes on where a KV cache ends.
struct StoredPage {
    std::string name;
    std::int64_t begin = 0;  // its first position, a multiple of kv_page_positions
    std::int64_t end = 0;    // of what is wanted of it
};

class DiskCache {
  public:
    struct Model {
        Hash128 identity;  // of model and precision
        KvLayout layout;
        std::int64_t feature_width = 0;  // hidden size of the language model
        std::int64_t deepstack = 0;      // how many further features a merged token has
    };
    DiskCache(const std::filesystem::path& folder, std::uint64_t budget_bytes, Model model);

    // Where to write what is computed from now on; see CacheFolder.
    CacheFolder::Place place() { return folder_.place(); }

    bool hasPicture(const ContentId& content);
    // With `tokens` merged tokens; null = not there. Reads a file of some megabytes. `leave_trace`: its file
    // says that it was used now. Throws Error(cancelled).
    std::shared_ptr<const VisualFeatures> findPicture(const ContentId& content, std::int64_t tokens,
                                                      bool leave_trace, const Work& work);
    void keepPicture(const CacheFolder::Place& place, const ContentId& content,
                     const std::shared_ptr<const VisualFeatures>& features);

    // The pages that continue the first `length` positions of `keys` in a KV cache, in order, up to `limit`
    // positions. Those from the last whole page before `length` on, because pages are taken over whole. Empty
    // if the disk knows no more than that. Reads names, and a few small heads.
    std::vector<StoredPage> findPages(std::span<const std::uint64_t> keys, std::size_t length,
                                      std::size_t limit);
    // Appends it to the cache, which holds its positions up to page.begin. False: damaged, nothing appended.
    bool readPage(const StoredPage& page, std::span<const std::uint64_t> keys, KvCache& cache);
    // Says that the pages of these were used.
    void touch(const std::vector<StoredPage>& pages);
    // Keeps the pages of this cache that are not there yet; keys.size() == cache.length(). `token_seconds`:
    // what the prefill of a token takes.
    void keepPages(const CacheFolder::Place& place, std::span<const std::uint64_t> keys, const KvCache& cache,
                   double token_seconds);

    // Gives back what was written.
    void collect() { writer_.collect(); }
    // Waits until everything is written.
    void finish() { writer_.finish(); }

  private:
    std::string pictureName(const ContentId& content) const;
    std::vector<std::pair<std::string, std::vector<std::uint64_t>>> likeBeginnings(
        const std::string& owner, std::span<const std::uint64_t> keys);
    bool tailIsNew(const std::string& owner, std::span<const std::uint64_t> keys);

    CacheFolder folder_;
    Model model_;
    CacheWriter writer_;  // its thread uses the folder
};

}  // namespace sightline
