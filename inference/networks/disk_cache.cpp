#include "inference/networks/disk_cache.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "inference/networks/prefix_cache.h"

namespace sightline {
namespace {

// What a change of the networks makes worthless, although model and layout are the same. Raised with it.
constexpr std::uint32_t results_version = 2;
constexpr auto page_positions = static_cast<std::size_t>(kv_page_positions);
// A page at the end of a sequence is as large as a whole one: not for a handful of tokens.
constexpr std::size_t fewest_positions = 8;
// Of the budget that may wait to be written, and that one sequence may fill.
constexpr std::uint64_t share = 2;

Hash128 completed(DiskCache::Model& model) {
    ContentHash hash(model.identity);
    hash.addText(SIGHTLINE_VERSION);  // another version may compute something else
    hash.addValue(results_version);
    hash.addValue(kv_page_version);
    for (const std::int64_t value : {model.layout.layers, model.layout.heads, model.layout.head_dim,
                                     kv_page_positions, model.feature_width, model.deepstack})
        hash.addValue(value);
    for (const at::ScalarType type :
         {model.layout.context.weight_dtype, model.layout.context.activation_dtype,
          model.layout.context.cache_dtype})
        hash.addValue(static_cast<int>(type));
    return hash.result();
}

// The names of the pages of some keys, one after the other: "k<hash>-<mark>.<name of the page before>". The
// mark is that of the first few keys, so that names alone say which pages may begin alike.
class PageNames {
  public:
    explicit PageNames(const Hash128& identity) : hash_(hashOf({}, identity)), own_('k' + hexOf(hash_)) {}

    const std::string& owner() const { return own_; }
    std::string next(std::span<const std::uint64_t> keys) {
        std::string owner = std::move(own_);
        hash_ = hashOf(std::as_bytes(keys), hash_);
        own_ = 'k' + hexOf(hash_) + mark(keys);
        return own_ + '.' + owner;
    }
    static std::string mark(std::span<const std::uint64_t> keys) {
        const auto first = keys.first(std::min(keys.size(), fewest_positions));
        return '-' + hexOf(hashOf(std::as_bytes(first))).substr(0, 8);
    }
    static bool hasMark(const std::string& name, const std::string& mark) {
        return name.compare(1 + 32, mark.size(), mark) == 0;
    }

  private:
    Hash128 hash_;
    std::string own_;
};

std::vector<std::byte> headOf(std::span<const std::uint64_t> keys) {
    const auto bytes = std::as_bytes(keys);
    return {bytes.begin(), bytes.end()};
}

// Empty if it is none of a page.
std::vector<std::uint64_t> keysOf(const CacheEntryFile& file) {
    const std::size_t count = file.head().size() / sizeof(std::uint64_t);
    if (count == 0 || count > page_positions || file.head().size() % sizeof(std::uint64_t) != 0) return {};
    std::vector<std::uint64_t> keys(count);
    std::memcpy(keys.data(), file.head().data(), file.head().size());
    return keys;
}

std::span<const std::byte> bytesOf(const at::Tensor& tensor) {
    return {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()};
}

}  // namespace

DiskCache::DiskCache(const std::filesystem::path& folder, std::uint64_t budget_bytes, Model model)
    : folder_(folder, budget_bytes), model_(std::move(model)), writer_(folder_, budget_bytes / share) {
    model_.identity = completed(model_);
}

// ---- Pictures ----

std::string DiskCache::pictureName(const ContentId& content) const {
    ContentHash hash(model_.identity);
    hash.addValue(content);
    return 'v' + hexOf(hash.result());
}

bool DiskCache::hasPicture(const ContentId& content) {
    return folder_.has(pictureName(content));
}

std::shared_ptr<const VisualFeatures> DiskCache::findPicture(const ContentId& content, std::int64_t tokens,
                                                             bool leave_trace, const Work& work) {
    const std::string name = pictureName(content);
    const auto file = folder_.open(name);
    if (!file) return nullptr;
    const std::array<std::int64_t, 3> shape{1 + model_.deepstack, tokens, model_.feature_width};
    const auto expected = headOf(std::vector<std::uint64_t>(shape.begin(), shape.end()));
    const auto options = at::TensorOptions().dtype(model_.layout.context.activation_dtype);
    const auto bytes = static_cast<std::uint64_t>(shape[0] * shape[1] * shape[2]) *
                       c10::elementSize(model_.layout.context.activation_dtype);
    if (file->head() != expected || file->payloadBytes() != bytes) {
        folder_.remove(name);
        return nullptr;
    }
    const at::Tensor all = at::empty(shape, options);
    if (!file->read({static_cast<std::byte*>(all.mutable_data_ptr()), all.nbytes()}, [&] { work.poll(); })) {
        folder_.remove(name);
        return nullptr;
    }
    if (leave_trace) folder_.touch({name});
    auto features = std::make_shared<VisualFeatures>();
    features->seconds = file->seconds();
    features->merged = all.select(0, 0);
    for (std::int64_t i = 0; i < model_.deepstack; ++i)
        features->deepstack.push_back(all.select(0, 1 + i));
    return features;
}

void DiskCache::keepPicture(const CacheFolder::Place& place, const ContentId& content,
                            const std::shared_ptr<const VisualFeatures>& features) {
    if (!place) return;
    CacheEntry entry{pictureName(content), features->seconds, 0, {}, {}};
    if (folder_.has(entry.name)) return folder_.touch({entry.name});
    auto kept = std::make_shared<std::vector<at::Tensor>>();
    kept->push_back(features->merged.contiguous());
    for (const at::Tensor& each : features->deepstack)
        kept->push_back(each.contiguous());
    for (const at::Tensor& each : *kept)
        entry.payload.push_back(bytesOf(each));
    entry.head =
        headOf(std::vector<std::uint64_t>{kept->size(), static_cast<std::uint64_t>(kept->front().size(0)),
                                          static_cast<std::uint64_t>(kept->front().size(1))});
    writer_.add(place, std::move(entry), std::move(kept));
}

// ---- KV pages ----

std::vector<StoredPage> DiskCache::findPages(std::span<const std::uint64_t> keys, std::size_t length,
                                             std::size_t limit) {
    std::vector<StoredPage> pages;
    PageNames names(model_.identity);
    const std::size_t begin = length / page_positions * page_positions;
    std::size_t end = 0;
    for (; end + page_positions <= keys.size(); end += page_positions) {
        const PageNames before = names;
        std::string name = names.next(keys.subspan(end, page_positions));
        if (end < begin) continue;
        if (end >= limit || !folder_.has(name)) {
            names = before;
            break;
        }
        pages.push_back({std::move(name), static_cast<std::int64_t>(end),
                         static_cast<std::int64_t>(std::min(limit, end + page_positions))});
    }
    StoredPage last;
    if (end < limit) {
        const auto rest = keys.subspan(end);
        for (auto& [name, stored] : likeBeginnings(names.owner(), rest)) {
            const std::size_t shared = commonPrefix(stored, rest);
            const auto reach = static_cast<std::int64_t>(std::min(limit, end + shared));
            if (shared > 0 && reach > last.end)
                last = {std::move(name), static_cast<std::int64_t>(end), reach};
        }
    }
    if (last.end > 0) pages.push_back(std::move(last));
    if (!pages.empty() && static_cast<std::size_t>(pages.back().end) <= length) pages.clear();
    return pages;
}

bool DiskCache::readPage(const StoredPage& page, std::span<const std::uint64_t> keys, KvCache& cache) {
    const auto file = folder_.open(page.name);
    if (!file) return false;
    const auto wanted =
        keys.subspan(static_cast<std::size_t>(page.begin), static_cast<std::size_t>(page.end - page.begin));
    const std::int64_t before = cache.length();
    cache.reserve(page.end);
    const std::span<std::byte> destination(
        cache.page(static_cast<std::size_t>(page.begin / kv_page_positions)), model_.layout.pageBytes());
    if (commonPrefix(keysOf(*file), wanted) == wanted.size() && file->payloadBytes() == destination.size() &&
        file->read(destination)) {
        cache.commit(page.end);
        return true;
    }
    cache.truncate(before);
    folder_.remove(page.name);
    return false;
}

void DiskCache::touch(const std::vector<StoredPage>& pages) {
    std::vector<std::string> names;
    for (const StoredPage& page : pages)
        names.push_back(page.name);
    folder_.touch(names);
}

// Pages that continue `owner` as these keys do for the first few, and their keys.
std::vector<std::pair<std::string, std::vector<std::uint64_t>>> DiskCache::likeBeginnings(
    const std::string& owner, std::span<const std::uint64_t> keys) {
    std::vector<std::pair<std::string, std::vector<std::uint64_t>>> found;
    const std::string mark = PageNames::mark(keys);
    for (std::string& name : folder_.dependentsOf(owner)) {
        if (!PageNames::hasMark(name, mark)) continue;
        if (const auto file = folder_.open(name)) found.emplace_back(std::move(name), keysOf(*file));
    }
    return found;
}

// Pages at the end of a sequence that were no more than a beginning of this one are removed. False: one of
// them says as much already.
bool DiskCache::tailIsNew(const std::string& owner, std::span<const std::uint64_t> keys) {
    for (const auto& [name, stored] : likeBeginnings(owner, keys)) {
        const std::size_t shared = commonPrefix(stored, keys);
        if (shared == keys.size()) return false;
        if (shared == stored.size()) folder_.remove(name);
    }
    return true;
}

void DiskCache::keepPages(const CacheFolder::Place& place, std::span<const std::uint64_t> keys,
                          const KvCache& cache, double token_seconds) {
    if (!place) return;
    const auto kept = std::make_shared<const KvCache>(cache.fork());
    PageNames names(model_.identity);
    std::vector<std::string> used;
    std::uint64_t bytes = 0;
    bool there = true;
    for (std::size_t begin = 0; begin < keys.size(); begin += page_positions) {
        const auto own = keys.subspan(begin, std::min(page_positions, keys.size() - begin));
        const std::string owner = names.owner();
        std::string name = names.next(own);
        bytes += model_.layout.pageBytes();
        if (bytes > folder_.budget() / share) break;
        used.push_back(name);
        if (there && folder_.has(name)) continue;
        if (own.size() < fewest_positions) break;
        if (std::exchange(there, false) && !tailIsNew(owner, own)) break;
        const std::size_t page = begin / page_positions;
        CacheEntry entry{std::move(name),
                         token_seconds * static_cast<double>(own.size()),
                         static_cast<int>(page),
                         headOf(own),
                         {kept->pageData(page)}};
        writer_.add(place, std::move(entry), kept);
    }
    folder_.touch(used);
}

}  // namespace sightline
