#include "app/replies/named_places.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>
#include <algorithm>
#include <cmath>
#include <optional>

#include "app/values/conversation.h"

namespace sightline {

namespace {

constexpr std::size_t deepest = 16;
constexpr qsizetype longest_object = 4000;  // characters: a place has some 60
constexpr qsizetype longest_word = 24;
constexpr qsizetype longest_label = 80;
constexpr int most_pictures = 1000;

// Within 0..1000; nothing if it is no number.
std::optional<double> thousandths(const QJsonValue& value) {
    if (!value.isDouble() || !std::isfinite(value.toDouble())) return std::nullopt;
    return std::clamp(value.toDouble(), 0.0, 1000.0);
}

std::optional<QRectF> boxFrom(const QJsonArray& numbers) {
    if (numbers.size() != 4) return std::nullopt;
    const auto left = thousandths(numbers[0]);
    const auto top = thousandths(numbers[1]);
    const auto right = thousandths(numbers[2]);
    const auto bottom = thousandths(numbers[3]);
    if (!left || !top || !right || !bottom || *left == *right || *top == *bottom) return std::nullopt;
    return QRectF(QPointF(*left, *top), QPointF(*right, *bottom)).normalized();
}

std::optional<QRectF> pointFrom(const QJsonArray& numbers) {
    if (numbers.size() != 2) return std::nullopt;
    const auto x = thousandths(numbers[0]);
    const auto y = thousandths(numbers[1]);
    if (!x || !y) return std::nullopt;
    return QRectF(*x, *y, 0, 0);
}

bool isPictureWord(const QString& word) {
    static const QStringList words{QStringLiteral("picture"), QStringLiteral("image"),
                                   QStringLiteral("photo")};
    // Chinese has no spaces before it.
    static const QStringList ends{QStringLiteral("图"), QStringLiteral("图片"), QStringLiteral("图像")};
    return words.contains(word.toLower()) ||
           std::any_of(ends.begin(), ends.end(), [&word](const QString& end) { return word.endsWith(end); });
}

int pictureNumber(const QString& word) {
    bool is_number = false;
    const int number = word.toInt(&is_number);
    return is_number && number >= 1 && number <= most_pictures ? number : 0;
}

// 2, "2", "Picture 2".
int pictureNamedBy(const QJsonValue& value) {
    if (value.isDouble()) {
        const double number = value.toDouble();
        return number >= 1 && number <= most_pictures && number == std::floor(number)
                   ? static_cast<int>(number)
                   : 0;
    }
    return pictureNumber(value.toString().left(longest_label).section(QLatin1Char(' '), -1));
}

QString labelOf(const QJsonObject& object) {
    for (const auto* key : {"label", "text_content", "text", "name"}) {
        const QJsonValue value = object[QLatin1String(key)];
        if (value.isString()) {
            // displayName takes the last part of a path.
            QString label = value.toString().left(4 * longest_label).simplified();
            label.replace(QLatin1Char('/'), QChar(0x2215));
            return displayName(label).left(longest_label);
        }
    }
    return {};
}

}  // namespace

QRectF NamedPlace::on(const QSize& picture_size) const {
    const double across = picture_size.width() / 1000.0;
    const double down = picture_size.height() / 1000.0;
    return {area.x() * across, area.y() * down, area.width() * across, area.height() * down};
}

QRect NamedPlace::pixels(const QSize& picture_size) const {
    QRectF place = on(picture_size);
    if (is_point) {
        const double side = std::max(picture_size.width(), picture_size.height()) / 8.0;
        place = QRectF(place.x() - side / 2, place.y() - side / 2, side, side);
    }
    const auto within = [](double at, int most) { return std::clamp(static_cast<int>(at), 0, most); };
    const int left = within(std::floor(place.left()), picture_size.width() - 1);
    const int top = within(std::floor(place.top()), picture_size.height() - 1);
    const int right = within(std::ceil(place.right()), picture_size.width());
    const int bottom = within(std::ceil(place.bottom()), picture_size.height());
    return {left, top, std::max(1, right - left), std::max(1, bottom - top)};
}

void NamedPlaces::append(QStringView text) {
    for (const QChar character : text) {
        if (places_.size() >= most_places) return;
        ++taken_;
        if (open_.empty()) {
            if (character == QLatin1Char('{')) {
                noteWord();
                open_.push_back(0);
                object_ = character;
            } else if (character.isLetterOrNumber()) {
                // A number may follow its word without a space: 图2.
                const bool joins = word_.isEmpty() || word_.back().isDigit() == character.isDigit();
                if (!joins) noteWord();
                if (word_.size() < longest_word) word_ += character;
            } else {
                noteWord();
            }
            continue;
        }
        object_ += character;
        if (object_.size() > longest_object * static_cast<qsizetype>(deepest)) {
            // A brace that nothing closes.
            open_.clear();
            object_.clear();
            in_string_ = false;
            continue;
        }
        if (in_string_) {
            // A string of JSON has no line break: whatever began it was none.
            if (character == QLatin1Char('\n') || (character == QLatin1Char('"') && !escaped_))
                in_string_ = false;
            escaped_ = character == QLatin1Char('\\') && !escaped_;
        } else if (character == QLatin1Char('"')) {
            in_string_ = true;
            escaped_ = false;
        } else if (character == QLatin1Char('{')) {
            // Whoever nests deeper writes no places: begin again with this one.
            if (open_.size() == deepest) {
                open_.clear();
                object_ = character;
            }
            open_.push_back(object_.size() - 1);
        } else if (character == QLatin1Char('}')) {
            close();
        }
    }
}

// The innermost open object is complete.
void NamedPlaces::close() {
    const qsizetype begin = open_.back();
    open_.pop_back();
    const qsizetype length = object_.size() - begin;
    const QStringView text = QStringView(object_).mid(begin);
    if (length <= longest_object && text.contains(QLatin1String("_2d\""))) {
        const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
        NamedPlace place;
        std::optional<QRectF> area = boxFrom(object[QLatin1String("bbox_2d")].toArray());
        if (!area) {
            area = pointFrom(object[QLatin1String("point_2d")].toArray());
            place.is_point = area.has_value();
        }
        if (area) {
            place.area = *area;
            place.label = labelOf(object);
            place.picture = mentioned_;
            for (const auto* key : {"picture", "image", "picture_id", "image_id"}) {
                if (const int named = pictureNamedBy(object[QLatin1String(key)]); named > 0)
                    place.picture = named;
            }
            places_.push_back(std::move(place));
            ends_.push_back(taken_ - 1);
        }
    }
    // What was looked at is not needed again: the object around it stays short.
    object_.truncate(begin);
    if (open_.empty()) object_.clear();
}

void NamedPlaces::noteWord() {
    if (word_.isEmpty()) return;
    if (after_picture_word_) {
        if (const int number = pictureNumber(word_); number > 0) mentioned_ = number;
    }
    after_picture_word_ = isPictureWord(word_);
    word_.clear();
}

std::vector<NamedPlace> namedPlaces(QStringView reply) {
    NamedPlaces places;
    places.append(reply);
    return places.places();
}

}  // namespace sightline
