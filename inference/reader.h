// The door to the text reader: exact text with boxes from any picture (PP-OCRv6 small, detector and
// recogniser, run by libtorch). The other door is engine.h. Nothing here includes a header of torch or
// OpenCV.
//
// Threads: a Reader belongs to the thread that opened it. A std::stop_token may be triggered from any thread
// and is polled between batches. Errors: sightline::Error; `cancelled` leaves the Reader as it was.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>

#include "inference/engine.h"
#include "inference/pages/page.h"

namespace sightline {

enum class ReaderPrecision {
    automatic,  // bfloat16 where the processor computes with it, otherwise float32
    float32,
    bfloat16,
};

struct ReaderOptions {
    int threads = 0;  // 0 = one a physical core
    ReaderPrecision precision = ReaderPrecision::automatic;
};

// What may be done to the picture before it is read. Each step acts only where it helps.
struct CleanupOptions {
    bool upright = true;     // turned by 90, 180 or 270 degrees if the text is
    bool deskew = true;      // a page that lies slightly askew
    bool dewarp = true;      // a photographed sheet: four corners to a rectangle
    bool even_light = true;  // shadows and weak contrast
};

struct ReadOptions {
    CleanupOptions cleanup;
    bool repair =
        true;  // look-alikes of the wrong script, bullets, lone marks; Line::raw_text keeps what was read
};

// 0..1; called on the reading thread between batches.
using ReadProgress = std::function<void(double)>;

class Reader {
  public:
    virtual ~Reader() = default;

    virtual const ReaderOptions& options() const = 0;  // as they came out

    // Any size from 1x1 up. A picture without text gives an empty page. Throws invalid_input for a picture
    // whose bytes do not fit its sides, out_of_memory, cancelled.
    virtual Page read(const Picture& picture, const ReadOptions& options = {}, std::stop_token stop = {},
                      const ReadProgress& progress = {}) = 0;

    // Where on a screen the thing is that a question asks for ("Where is the “Create” button?"): the button
    // around the words, the field beside them, their row of a menu. English and Chinese. `page` is what
    // `read` found in `picture`; the box is in its pixels. Nothing if the words are not on the page. Takes
    // milliseconds. Throws invalid_input for a picture whose bytes do not fit its sides.
    virtual std::optional<Box> point(const Picture& picture, const Page& page, std::string_view question) = 0;
};

}  // namespace sightline
