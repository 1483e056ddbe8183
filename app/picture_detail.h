// How many pixels of a picture the model sees: one rule for the window and the command line.
#pragma once

#include <QString>
#include <array>
#include <optional>

#include "inference/engine.h"

namespace sightline {

enum class Detail {
    low,        // a quarter of a megapixel
    automatic,  // a screen of 1920 x 1080 as it is; larger pictures become smaller
    high,       // whatever the model admits
    exact,      // every pixel, rounded to whole merged tokens
};

// In the order in which they are offered.
inline constexpr std::array all_details{Detail::low, Detail::automatic, Detail::high, Detail::exact};

// "low", "auto", "high", "exact": for settings, history and QML.
QString detailId(Detail detail);
std::optional<Detail> detailFrom(const QString& id);

// width, height > 0 in pixels of the original; only `exact` depends on them.
PixelBudget budgetFor(Detail detail, const ModelFacts& facts, int width, int height);

}  // namespace sightline
