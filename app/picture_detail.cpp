#include "app/picture_detail.h"

#include <algorithm>
#include <cstdint>

namespace sightline {

QString detailId(Detail detail) {
    switch (detail) {
        case Detail::low:
            return QStringLiteral("low");
        case Detail::automatic:
            return QStringLiteral("auto");
        case Detail::high:
            return QStringLiteral("high");
        case Detail::exact:
            return QStringLiteral("exact");
    }
    return {};
}

std::optional<Detail> detailFrom(const QString& id) {
    for (const Detail detail : all_details) {
        if (detailId(detail) == id) return detail;
    }
    return std::nullopt;
}

PixelBudget budgetFor(Detail detail, const ModelFacts& facts, int width, int height) {
    constexpr std::int64_t low_pixels = 512 * 512;
    constexpr std::int64_t automatic_pixels = 2048 * 1024;
    const auto atMost = [&](std::int64_t pixels) {
        const std::int64_t own = facts.pixel_budget.max_pixels;
        return PixelBudget{0, own > 0 ? std::min(own, pixels) : pixels};
    };
    switch (detail) {
        case Detail::low:
            return atMost(low_pixels);
        case Detail::automatic:
            return atMost(automatic_pixels);
        case Detail::high:
            return {};
        case Detail::exact:
            break;
    }
    const std::int64_t side = std::max(1, facts.patch_size * facts.merge_size);
    const auto roundedUp = [side](int length) { return (length + side - 1) / side * side; };
    return {side * side, roundedUp(width) * roundedUp(height)};
}

}  // namespace sightline
