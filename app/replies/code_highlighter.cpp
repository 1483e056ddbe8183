#include "app/replies/code_highlighter.h"

#include <algorithm>

#include "app/replies/code_languages.h"

namespace sightline {

namespace {

// Goes through the code once, from left to right.
class Highlighter {
  public:
    Highlighter(const CodeLanguage& language, QStringView code) : language_(language), code_(code) {}

    QList<CodeSpan> run() {
        while (at_ < code_.size()) {
            if (!comment() && !string() && !tag() && !word()) ++at_;
        }
        return std::move(spans_);
    }

  private:
    bool startsWith(const QString& token) const { return code_.mid(at_).startsWith(token); }

    void mark(qsizetype end, CodeStyle style) {
        end = std::min(end, code_.size());
        spans_.append({static_cast<int>(at_), static_cast<int>(end - at_), style});
        at_ = end;
    }

    qsizetype lineEnd(qsizetype from) const {
        const qsizetype end = code_.indexOf(QLatin1Char('\n'), from);
        return end < 0 ? code_.size() : end;
    }

    bool comment() {
        for (const QString& begin : language_.line_comments) {
            // "#" within a word ("$#", "a#b") begins none.
            const bool hash = begin == QLatin1String("#");
            const bool apart = at_ == 0 || code_.at(at_ - 1).isSpace();
            if (startsWith(begin) && (!hash || apart)) {
                mark(lineEnd(at_), CodeStyle::comment);
                return true;
            }
        }
        if (language_.comment_begin.isEmpty() || !startsWith(language_.comment_begin)) return false;
        const qsizetype end = code_.indexOf(language_.comment_end, at_ + language_.comment_begin.size());
        mark(end < 0 ? code_.size() : end + language_.comment_end.size(), CodeStyle::comment);
        return true;
    }

    // Behind the string that begins here with `quote`.
    qsizetype stringEnd(QStringView quote, bool over_lines) const {
        qsizetype end = at_ + quote.size();
        while (end < code_.size()) {
            if (language_.escapes && code_.at(end) == QLatin1Char('\\'))
                end += 2;
            else if (code_.mid(end).startsWith(quote))
                return end + quote.size();
            else if (!over_lines && code_.at(end) == QLatin1Char('\n'))
                return end;
            else
                ++end;
        }
        return code_.size();
    }

    bool isKey(qsizetype end) const {
        if (!language_.keys) return false;
        while (end < code_.size() &&
               (code_.at(end) == QLatin1Char(' ') || code_.at(end) == QLatin1Char('\t')))
            ++end;
        return end < code_.size() && (code_.at(end) == QLatin1Char(':') || code_.at(end) == QLatin1Char('='));
    }

    bool string() {
        for (const QString& quote : language_.long_quotes) {
            if (!startsWith(quote)) continue;
            mark(stringEnd(quote, true), CodeStyle::string);
            return true;
        }
        if (!language_.quotes.contains(code_.at(at_))) return false;
        const qsizetype end = stringEnd(code_.mid(at_, 1), false);
        mark(end, isKey(end) ? CodeStyle::name : CodeStyle::string);
        return true;
    }

    bool isWord(QChar character) const {
        return character.isLetterOrNumber() || character == QLatin1Char('_') ||
               language_.word_characters.contains(character);
    }

    // "<name", and inside of it attributes and their values, up to ">".
    bool tag() {
        if (!language_.tags) return false;
        const QChar character = code_.at(at_);
        if (character == QLatin1Char('>')) in_tag_ = false;
        if (character == QLatin1Char('<')) {
            qsizetype end = at_ + 1;
            if (end < code_.size() && QStringView(u"/!?").contains(code_.at(end))) ++end;
            while (end < code_.size() &&
                   (isWord(code_.at(end)) || QStringView(u":-.").contains(code_.at(end))))
                ++end;
            if (end == at_ + 1) return false;
            in_tag_ = true;
            mark(end, CodeStyle::keyword);
            return true;
        }
        if (in_tag_ && (character == QLatin1Char('"') || character == QLatin1Char('\''))) {
            mark(stringEnd(code_.mid(at_, 1), true), CodeStyle::string);
            return true;
        }
        return false;
    }

    bool word() {
        const QChar first = code_.at(at_);
        if (first.isDigit()) {
            qsizetype end = at_;
            while (end < code_.size() && (isWord(code_.at(end)) || code_.at(end) == QLatin1Char('.')))
                ++end;
            if (language_.tags)
                at_ = end;
            else
                mark(end, CodeStyle::number);
            return true;
        }
        if (!isWord(first)) return false;
        qsizetype end = at_;
        while (end < code_.size() && isWord(code_.at(end)))
            ++end;
        if (language_.tags) {
            if (in_tag_)
                mark(end, CodeStyle::name);
            else
                at_ = end;
            return true;
        }
        const QString text = code_.mid(at_, end - at_).toString();
        if (language_.keywords.contains(language_.any_case ? text.toLower() : text))
            mark(end, CodeStyle::keyword);
        else if (isKey(end))
            mark(end, CodeStyle::name);
        else
            at_ = end;
        return true;
    }

    const CodeLanguage& language_;
    const QStringView code_;
    qsizetype at_ = 0;
    bool in_tag_ = false;
    QList<CodeSpan> spans_;
};

}  // namespace

QList<CodeSpan> highlightCode(const QString& language, QStringView code) {
    const CodeLanguage* known = findLanguage(language);
    if (known == nullptr) return {};
    return Highlighter(*known, code).run();
}

bool knowsLanguage(const QString& language) {
    return findLanguage(language) != nullptr;
}

}  // namespace sightline
