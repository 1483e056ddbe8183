#include "app/cli/ocr_progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace sightline {

namespace {

std::string counted(int count, const std::string& what) {
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

}  // namespace

std::string durationText(double seconds) {
    const auto whole = static_cast<long>(std::lround(seconds));
    if (whole < 90) return std::to_string(whole) + " s";
    const long minutes = std::lround(seconds / 60);
    if (minutes < 90) return std::to_string(minutes) + " min";
    return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

double OcrProgress::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void OcrProgress::show(const OcrCounts& counts, const std::string& name) {
    const int done = counts.pages();
    if (done == 0) return;
    // Documents that are not open yet are taken to be like those that are.
    const int opened = std::max(1, counts.documents + counts.failed_documents);
    const double per_document = static_cast<double>(known_pages_) / opened;
    const int unopened = std::max(0, documents_ - opened);
    const double total = std::max<double>(done, known_pages_ + unopened * per_document);
    const double left = (total - done) * seconds() / done;
    constexpr std::size_t widest_name = 24;
    const std::size_t slash = name.rfind('/');
    std::string shown = slash == std::string::npos ? name : name.substr(slash + 1);
    if (shown.size() > widest_name) shown = "..." + shown.substr(shown.size() - widest_name + 3);
    line_.show("page " + std::to_string(done) + " of " + (unopened > 0 ? "about " : "") +
                   std::to_string(std::lround(total)) + ", " + shown + ", " + durationText(left) + " left,",
               done / total);
}

void OcrProgress::tell(const std::string& sentence) {
    line_.clear();
    std::string printable = sentence;
    // Names of files may hold anything; a terminal obeys some of it.
    std::replace_if(
        printable.begin(), printable.end(),
        [](char unit) { return static_cast<unsigned char>(unit) < 0x20 || unit == 0x7f; }, '?');
    complain("sightline", printable);
}

void OcrProgress::tellSummary(const OcrCounts& counts) {
    std::vector<std::string> parts{counted(counts.by_reader + counts.by_layer, "page") + " of " +
                                   counted(counts.documents, "document") + " read in " +
                                   durationText(seconds())};
    if (counts.by_layer > 0)
        parts.push_back(counted(counts.by_layer, "page") + " by " + (counts.by_layer == 1 ? "its" : "their") +
                        " own text");
    if (counts.read_before > 0) parts.push_back(counted(counts.read_before, "page") + " read before");
    if (counts.finished_before > 0)
        parts.push_back(counted(counts.finished_before, "document") + " finished before");
    if (counts.failed_pages > 0) parts.push_back(counted(counts.failed_pages, "page") + " failed");
    if (counts.failed_documents > 0) parts.push_back(counted(counts.failed_documents, "file") + " failed");
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : ", ") + part;
    tell(text);
}

}  // namespace sightline
