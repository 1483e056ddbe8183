// What the reader found in a picture, as the prompt says it beside a small picture (reading assist).
#pragma once

#include <QString>

#include "app/values/picture_detail.h"
#include "inference/pages/page.h"

namespace sightline {

inline constexpr int longest_assist_text = 24'000;  // characters

// Every line with the place where it begins, in thousandths of the picture's sides, which is how Qwen3-VL
// names places; lines that are too many are counted at the end. Empty for a page without text. What stands in
// the picture is said as it is: whoever puts it into a prompt gives it as the text of a message, which is
// never interpreted.
QString assistText(const Page& page);

// The plain text of a page that the user had read as a message, as a prompt says it below the picture;
// `again`: the picture `name` was shown before. Empty for a text without words; of one that is too long the
// lines at the end are counted.
QString readerText(const QString& plain_text, const QString& name, bool again);

// What picture_detail.h wants to know.
PictureText pictureText(const Page& page);

// Of a text for Qwen's tokenizer, to within a quarter for usual prose.
int estimatedTextTokens(const QString& text);

}  // namespace sightline
