#include "app/documents/page_selection.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace sightline {

namespace {

constexpr int last_page = std::numeric_limits<int>::max();

std::optional<int> pageNumber(std::string_view word) {
    int number = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (problem != std::errc() || end != word.data() + word.size() || number < 1) return {};
    return number;
}

}  // namespace

std::optional<PageSelection> PageSelection::parse(std::string_view text) {
    PageSelection selection;
    selection.text_ = text;
    for (std::string_view rest = text;;) {
        const std::size_t comma = rest.find(',');
        const std::string_view part = rest.substr(0, comma);
        const std::size_t dash = part.find('-');
        const std::optional<int> first = pageNumber(part.substr(0, dash));
        std::optional<int> last = first;
        if (dash != std::string_view::npos)
            last = dash + 1 == part.size() ? last_page : pageNumber(part.substr(dash + 1));
        if (!first || !last || *last < *first) return {};
        selection.ranges_.emplace_back(*first, *last);
        if (comma == std::string_view::npos) return selection;
        rest.remove_prefix(comma + 1);
    }
}

std::vector<int> PageSelection::of(int count) const {
    std::vector<int> pages;
    if (ranges_.empty()) {
        for (int page = 1; page <= count; ++page)
            pages.push_back(page);
        return pages;
    }
    for (const auto& [first, last] : ranges_) {
        for (int page = first; page <= std::min(last, count); ++page)
            pages.push_back(page);
    }
    std::sort(pages.begin(), pages.end());
    pages.erase(std::unique(pages.begin(), pages.end()), pages.end());
    return pages;
}

}  // namespace sightline
