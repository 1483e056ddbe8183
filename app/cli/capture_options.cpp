#include "app/cli/capture_options.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sightline {

namespace {

constexpr int farthest = 65535;  // what the X protocol can name

}  // namespace

std::optional<QRect> regionFrom(const std::string& words) {
    std::array<int, 4> numbers{};
    const char* place = words.data();
    const char* const end = place + words.size();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i > 0 && (place == end || *place++ != ',')) return std::nullopt;
        const auto [stopped_at, problem] = std::from_chars(place, end, numbers[i]);
        if (problem != std::errc()) return std::nullopt;
        place = stopped_at;
    }
    const auto [x, y, width, height] = numbers;
    if (place != end || width < 1 || height < 1) return std::nullopt;
    if (std::max({std::abs(x), std::abs(y), width, height}) > farthest) return std::nullopt;
    return QRect(x, y, width, height);
}

QStringList wordsOf(const CaptureOrder& order) {
    QStringList words{order.read ? QStringLiteral("read") : QStringLiteral("ask")};
    if (order.region) {
        words << QStringLiteral("%1,%2,%3,%4")
                     .arg(order.region->x())
                     .arg(order.region->y())
                     .arg(order.region->width())
                     .arg(order.region->height());
    }
    return words;
}

std::optional<CaptureOrder> captureOrderFrom(const QStringList& words) {
    if (words.isEmpty() || words.size() > 2) return std::nullopt;
    CaptureOrder order;
    order.read = words.first() == QLatin1String("read");
    if (!order.read && words.first() != QLatin1String("ask")) return std::nullopt;
    if (words.size() == 2) {
        order.region = regionFrom(words.last().toStdString());
        if (!order.region) return std::nullopt;
    }
    return order;
}

}  // namespace sightline
