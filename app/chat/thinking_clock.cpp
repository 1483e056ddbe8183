#include "app/chat/thinking_clock.h"

#include <algorithm>

namespace sightline {

ThinkingClock::ThinkingClock(const QString& text, double seconds) : before_(seconds) {
    look(text);
}

void ThinkingClock::append(QStringView text) {
    if (closed_) return;
    if (!clock_.isValid()) clock_.start();
    look(text);
    if (closed_) taken_ = static_cast<double>(clock_.elapsed()) / 1000;
}

void ThinkingClock::look(QStringView text) {
    static const QString closing = QStringLiteral("</think>");
    const qsizetype from = std::max<qsizetype>(0, text_.size() - closing.size());
    text_ += text;
    for (qsizetype at = text_.indexOf(closing, from); at >= 0; at = text_.indexOf(closing, at + 1)) {
        const bool begins_line = at == 0 || text_.at(at - 1) == QLatin1Char('\n');
        closed_ = closed_ || begins_line || isOpened();
    }
    if (closed_) text_.clear();
}

bool ThinkingClock::isOpened() const {
    return QStringView(text_).left(64).trimmed().startsWith(QLatin1String("<think>"));
}

double ThinkingClock::seconds() const {
    if (closed_) return before_ + taken_;
    return isOpened() && clock_.isValid() ? before_ + static_cast<double>(clock_.elapsed()) / 1000 : before_;
}

}  // namespace sightline
