// How many pixels of a picture the model sees: one rule for the window and the command line.
#pragma once

#include <QString>
#include <array>
#include <optional>

#include "app/values/picture_speed.h"
#include "inference/engine.h"

namespace sightline {

enum class Detail {
    low,        // a quarter of a megapixel
    automatic,  // as many as the machine looks at in 5 seconds; assist, if text would be lost
    high,       // whatever the model admits
    exact,      // every pixel, rounded to whole merged tokens
    assist,     // a small picture and the text that the reader found in it
};

// In the order in which they are offered.
inline constexpr std::array all_details = {Detail::automatic, Detail::low, Detail::high, Detail::exact,
                                           Detail::assist};

inline constexpr double automatic_seconds = 5;
inline constexpr double smallest_text = 10;  // pixels of a line's height that automatic leaves

// "low", "auto", "high", "exact", "assist": for settings, history and QML.
QString detailId(Detail detail);
std::optional<Detail> detailFrom(const QString& id);

// What the reader found in a picture, as far as the choice depends on it.
struct PictureText {
    int words = 0;
    int tokens = 0;          // of what the prompt would say, estimated
    double line_height = 0;  // pixels of the original: of the smallest text that matters; 0 = no text
};

struct DetailQuestion {
    Detail wanted = Detail::automatic;
    int width = 0;  // of the original, in pixels
    int height = 0;
    PictureSpeed speed;                // of the model on this device, as far as it is known
    std::optional<PictureText> text;   // empty = not read (yet)
    int most_text_tokens = 1'000'000;  // of the read text: what the context has room for
};

struct DetailAnswer {
    Detail chosen = Detail::automatic;  // automatic may become assist
    PixelBudget budget;
    bool with_text = false;   // the read text goes with the picture
    bool wants_text = false;  // another answer is possible once the picture was read
};

DetailAnswer chooseDetail(const DetailQuestion& question, const ModelFacts& facts);

// Merged tokens of a picture under this budget; an estimate to within a row or a column (the engine's
// pictureCost is exact).
double estimatedTokens(const PixelBudget& budget, const ModelFacts& facts, int width, int height);

}  // namespace sightline
