// Which pages of a document are wanted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sightline {

// Pages by number, from 1. Without ranges: all.
class PageSelection {
  public:
    // "1-3,7,10-"; nothing if it is something else.
    static std::optional<PageSelection> parse(std::string_view text);

    std::vector<int> of(
        int count) const;  // rising, each once, only those that a document of `count` pages has
    const std::string& text() const { return text_; }

  private:
    std::vector<std::pair<int, int>> ranges_;
    std::string text_;
};

}  // namespace sightline
