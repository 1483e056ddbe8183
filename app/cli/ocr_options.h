// What `sightline ocr` was asked to do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inference/reader.h"

namespace CLI {
class App;
}

namespace sightline {

enum class OcrFormat { text, markdown, json_lines, pdf };
enum class LayerUse { use, skip, compare };

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

struct OcrOptions {
    std::vector<std::string> inputs;  // files, folders, "-"
    OcrFormat format = OcrFormat::text;
    std::string output;  // a file, or a folder (exists, or ends with a slash); empty = standard output
    int jobs = 0;        // helper processes that decode; 0 = chosen
    bool resume = false;
    bool overwrite = false;
    PageSelection pages;
    LayerUse layer = LayerUse::use;
    std::string password_file;
    int page_seconds = 20;
    ReaderOptions reader;
};

// Adds the command; `options` must outlive the parsing.
CLI::App* addOcrCommand(CLI::App& app, OcrOptions& options);

const char* nameOf(OcrFormat format);
const char* nameOf(LayerUse layer);

}  // namespace sightline
