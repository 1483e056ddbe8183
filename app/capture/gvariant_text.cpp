#include "app/capture/gvariant_text.h"

namespace sightline {

namespace {

class Parser {
  public:
    explicit Parser(const QString& text) : text_(text) {}

    std::optional<QStringList> array() {
        word(QStringLiteral("@as"));
        QStringList values;
        if (!word(QStringLiteral("["))) return std::nullopt;
        while (!word(QStringLiteral("]"))) {
            if (!values.isEmpty() && !word(QStringLiteral(","))) return std::nullopt;
            const std::optional<QString> value = string();
            if (!value) return std::nullopt;
            values << *value;
        }
        skipSpace();
        return at_ == text_.size() ? std::optional(values) : std::nullopt;
    }

  private:
    void skipSpace() {
        while (at_ < text_.size() && text_[at_].isSpace())
            ++at_;
    }

    bool word(const QString& wanted) {
        skipSpace();
        if (text_.mid(at_, wanted.size()) != wanted) return false;
        at_ += wanted.size();
        return true;
    }

    std::optional<QString> string() {
        skipSpace();
        if (at_ >= text_.size() || (text_[at_] != QLatin1Char('\'') && text_[at_] != QLatin1Char('"')))
            return std::nullopt;
        const QChar quote = text_[at_++];
        QString value;
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] != QLatin1Char('\\')) {
                value += text_[at_++];
                continue;
            }
            if (++at_ >= text_.size()) return std::nullopt;
            const QChar kind = text_[at_++];
            if (kind == QLatin1Char('u') || kind == QLatin1Char('U')) {
                const qsizetype digits = kind == QLatin1Char('u') ? 4 : 8;
                bool valid = false;
                const uint code = text_.mid(at_, digits).toUInt(&valid, 16);
                if (!valid || code > 0x10ffff) return std::nullopt;
                const char32_t character = code;
                value += QString::fromUcs4(&character, 1);
                at_ += digits;
            } else if (kind == QLatin1Char('n')) {
                value += QLatin1Char('\n');
            } else if (kind == QLatin1Char('t')) {
                value += QLatin1Char('\t');
            } else {
                value += kind;
            }
        }
        if (at_ >= text_.size()) return std::nullopt;
        ++at_;
        return value;
    }

    const QString text_;
    qsizetype at_ = 0;
};

}  // namespace

std::optional<QStringList> parseStringArray(const QString& text) {
    return Parser(text).array();
}

QString printString(const QString& value) {
    QString text = value;
    text.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
    text.replace(QLatin1Char('\''), QLatin1String("\\'"));
    text.replace(QLatin1Char('\n'), QLatin1String("\\n"));
    return QLatin1Char('\'') + text + QLatin1Char('\'');
}

QString printStringArray(const QStringList& values) {
    if (values.isEmpty()) return QStringLiteral("@as []");
    QStringList printed;
    for (const QString& value : values)
        printed << printString(value);
    return QLatin1Char('[') + printed.join(QLatin1String(", ")) + QLatin1Char(']');
}

}  // namespace sightline
