// How far a run is: a line on the terminal that is drawn over, and the counts for the summary.
#pragma once

#include <chrono>
#include <string>

#include "inference/console.h"

namespace sightline {

struct OcrCounts {
    int documents = 0;         // that were opened
    int failed_documents = 0;  // not opened, not planned, or not written
    int by_reader = 0;         // pages
    int by_layer = 0;
    int failed_pages = 0;
    int read_before = 0;      // pages of an earlier run
    int finished_before = 0;  // documents of an earlier run

    int pages() const { return by_reader + by_layer + failed_pages; }
};

class OcrProgress {
  public:
    explicit OcrProgress(int documents) : documents_(documents) {}

    // `wanted` of a document that was opened; after each page.
    void opened(int wanted) { known_pages_ += wanted; }
    void show(const OcrCounts& counts, const std::string& name);
    // A line on standard error, with the progress out of its way.
    void tell(const std::string& sentence);
    void tellSummary(const OcrCounts& counts);

  private:
    double seconds() const;

    int documents_;
    int known_pages_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    ProgressLine line_;
};

// "40 s", "6 min", "2 h 5 min"
std::string durationText(double seconds);

}  // namespace sightline
