// What a page's content leaves behind for a stream that is appended to it. For searchable_pdf.cpp only: it
// includes libqpdf.
#pragma once

#include <cstddef>
#include <qpdf/QPDFMatrix.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <string>

namespace sightline {

struct PageContentEnd {
    bool readable = true;         // false: undecodable or too large to be looked at; nothing below is known
    std::size_t open_states = 0;  // q without Q
    std::size_t open_marks = 0;   // BMC and BDC without EMC
    bool open_text = false;       // BT without ET
    std::size_t extra_restores = 0;  // Q without q, which viewers skip
    bool painted_after = false;      // something is painted behind the first of these
    QPDFMatrix matrix;               // as it is at the end
    bool invisible_text = false;     // somewhere text is shown in render mode 3
};

inline constexpr std::size_t most_content_bytes = std::size_t{256} << 20;  // decoded, of one page

PageContentEnd endOfContent(QPDFPageObjectHelper& page);

// Streams that wrap the content: with `before` in front of it (may be empty) and `after` behind it, the
// graphics state is the page's initial one as far as text depends on it. Inside, `after` opens one more level
// that the appended stream has to close with "Q".
struct ContentWrap {
    std::string before;
    std::string after;
};
ContentWrap wrapFor(const PageContentEnd& end);

}  // namespace sightline
