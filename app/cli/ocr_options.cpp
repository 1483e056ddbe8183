#include "app/cli/ocr_options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <map>

namespace sightline {

namespace {

constexpr const char* ocr_exit_codes =
    "Exit codes: 0 every page was read, 1 some pages or files failed (standard error says which and why), 2 "
    "wrong "
    "usage, 4 the text reader cannot be loaded, 130 stopped by Ctrl-C, 141 nobody reads the output.";

CLI::Validator wholeBetween(int low, int high) {
    const std::string range = std::to_string(low) + " to " + std::to_string(high);
    const auto check = [low, high, range](std::string& word) {
        int value = 0;
        const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
        const bool valid =
            problem == std::errc() && end == word.data() + word.size() && value >= low && value <= high;
        return valid ? std::string() : "'" + word + "' is not a whole number from " + range;
    };
    return CLI::Validator(check, "");
}

}  // namespace

const char* nameOf(OcrFormat format) {
    switch (format) {
        case OcrFormat::text:
            return "text";
        case OcrFormat::markdown:
            return "md";
        case OcrFormat::json_lines:
            return "jsonl";
        case OcrFormat::pdf:
            return "pdf";
    }
    return "";
}

const char* nameOf(LayerUse layer) {
    switch (layer) {
        case LayerUse::use:
            return "use";
        case LayerUse::skip:
            return "skip";
        case LayerUse::compare:
            return "compare";
    }
    return "";
}

CLI::App* addOcrCommand(CLI::App& app, OcrOptions& options) {
    CLI::App* ocr = app.add_subcommand("ocr", "Read the text of pictures and documents");
    ocr->add_option("inputs", options.inputs, "Pictures, PDFs, folders with them; - is standard input")
        ->required()
        ->option_text("FILES|FOLDERS|-");
    ocr->add_option(
           "--format", options.format,
           "What comes out: plain text, Markdown, one JSON object a page, or a PDF in which the text "
           "can be searched (default: text)")
        ->transform(CLI::CheckedTransformer(std::map<std::string, OcrFormat>{{"text", OcrFormat::text},
                                                                             {"md", OcrFormat::markdown},
                                                                             {"jsonl", OcrFormat::json_lines},
                                                                             {"pdf", OcrFormat::pdf}}))
        ->option_text("text|md|jsonl|pdf");
    ocr->add_option("-o,--output", options.output,
                    "A file for everything, or a folder (exists, or ends with /) for one file a document "
                    "(default: standard output)")
        ->option_text("OUT");
    ocr->add_option("--jobs", options.jobs, "Helper processes that decode files ahead (default: 1 or 2)")
        ->check(wholeBetween(1, 64))
        ->option_text("N");
    auto* resume = ocr->add_flag("--resume", options.resume,
                                 "Go on where a run with the same output was stopped or killed");
    ocr->add_flag("--overwrite", options.overwrite,
                  "Replace files that exist, and begin unfinished ones anew")
        ->excludes(resume);
    ocr->add_option_function<std::string>(
           "--pages",
           [&options](const std::string& text) {
               std::optional<PageSelection> pages = PageSelection::parse(text);
               if (!pages)
                   throw CLI::ValidationError("--pages", "'" + text + "' is no list of pages like 1-3,7");
               options.pages = std::move(*pages);
           },
           "Only these pages of each document, like 1-3,7,10- (default: all)")
        ->option_text("PAGES");
    ocr->add_option(
           "--text-layer", options.layer,
           "PDF pages that have their own text: use it, skip it and read the page as a picture, or read "
           "it and compare both (default: use)")
        ->transform(CLI::CheckedTransformer(std::map<std::string, LayerUse>{
            {"use", LayerUse::use}, {"skip", LayerUse::skip}, {"compare", LayerUse::compare}}))
        ->option_text("use|skip|compare");
    ocr->add_option("--password-file", options.password_file,
                    "The first line of this file is the password of encrypted PDFs")
        ->option_text("FILE");
    ocr->add_option("--page-timeout", options.page_seconds,
                    "Seconds after which decoding a page is given up (default: 20)")
        ->check(wholeBetween(1, 3600))
        ->option_text("N");
    ocr->add_option("--threads", options.reader.threads, "Compute threads (default: one a physical core)")
        ->check(wholeBetween(1, 1024))
        ->option_text("N");
    ocr->footer(ocr_exit_codes);
    return ocr;
}

}  // namespace sightline
