// What `sightline ocr` was asked to do.
#pragma once

#include <string>
#include <vector>

#include "app/documents/page_selection.h"
#include "inference/reader.h"

namespace CLI {
class App;
}

namespace sightline {

enum class OcrFormat { text, markdown, json_lines, pdf };
enum class LayerUse { use, skip, compare };

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
