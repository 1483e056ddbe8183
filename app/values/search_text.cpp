#include "app/values/search_text.h"

#include <QStringList>
#include <algorithm>
#include <array>
#include <utility>

namespace sightline {

namespace {

constexpr qsizetype longest_looked_at = 50'000;

bool isMark(char32_t code) {
    const QChar::Category category = QChar::category(code);
    return category == QChar::Mark_NonSpacing || category == QChar::Mark_SpacingCombining ||
           category == QChar::Mark_Enclosing;
}

// What changes how a character looks but not which it is: joiners, soft hyphens, selectors of a variant.
bool isInvisible(char32_t code) {
    return QChar::category(code) == QChar::Other_Format || (code >= 0xFE00 && code <= 0xFE0F) ||
           (code >= 0xE0100 && code <= 0xE01EF);
}

bool isWritten(char32_t code) {
    return QChar::isLetterOrNumber(code) || isMark(code);
}

bool writesWithoutSpaces(char32_t code) {
    constexpr std::array<QChar::Script, 11> scripts = {
        QChar::Script_Han,    QChar::Script_Hiragana, QChar::Script_Katakana, QChar::Script_Bopomofo,
        QChar::Script_Hangul, QChar::Script_Yi,       QChar::Script_Thai,     QChar::Script_Lao,
        QChar::Script_Khmer,  QChar::Script_Myanmar,  QChar::Script_Tibetan};
    if (code >= 0x3005 && code <= 0x30FF) return true;  // also the marks that these scripts share
    return std::find(scripts.begin(), scripts.end(), QChar::script(code)) != scripts.end();
}

bool isSymbol(char32_t code) {
    const QChar::Category category = QChar::category(code);
    return code >= 0x80 && (category == QChar::Symbol_Other || category == QChar::Symbol_Currency ||
                            category == QChar::Symbol_Math);
}

// Belongs to the character before it: a mark, a half-width sign of voice, the rest of a Korean syllable.
bool continuesCharacter(char32_t code) {
    return isMark(code) || isInvisible(code) || code == 0xFF9E || code == 0xFF9F ||
           (code >= 0x1160 && code <= 0x11FF);
}

char32_t codeAt(QStringView text, qsizetype at) {
    const QChar first = text[at];
    if (first.isHighSurrogate() && at + 1 < text.size() && text[at + 1].isLowSurrogate()) {
        return QChar::surrogateToUcs4(first, text[at + 1]);
    }
    return first.unicode();
}

qsizetype unitsOf(char32_t code) {
    return QChar::requiresSurrogates(code) ? 2 : 1;
}

QString textOf(char32_t code) {
    return QString::fromUcs4(&code, 1);
}

// Gathers tokens from characters in their normal form.
class Tokens {
  public:
    explicit Tokens(qsizetype expected) { tokens_.reserve(static_cast<std::size_t>(expected / 4 + 1)); }

    void add(char32_t code, qsizetype start, qsizetype end) {
        if (isWritten(code) && !writesWithoutSpaces(code)) {
            if (isMark(code) && !in_word_ && !tokens_.empty() &&
                tokens_.back().start + tokens_.back().length == start)
                return;  // a mark on a character that is a token of its own
            if (!in_word_) tokens_.push_back({{}, start, 0, false});
            in_word_ = true;
            tokens_.back().text += QChar::fromUcs4(code);
            tokens_.back().length = end - tokens_.back().start;
        } else if (isWritten(code) || isSymbol(code)) {
            in_word_ = false;
            tokens_.push_back({textOf(code), start, end - start, true});
        } else {
            in_word_ = false;
        }
    }

    void separate() { in_word_ = false; }
    std::vector<SearchToken> take() { return std::move(tokens_); }

  private:
    std::vector<SearchToken> tokens_;
    bool in_word_ = false;
};

QString withoutAccents(const QString& text) {
    QString plain;
    bool latin = false;
    for (qsizetype i = 0; i < text.size();) {
        const char32_t code = codeAt(text, i);
        i += unitsOf(code);
        if (isMark(code)) {
            if (!latin) plain += QChar::fromUcs4(code);
            continue;
        }
        latin = QChar::script(code) == QChar::Script_Latin;
        const QString parts =
            latin && code >= 0xC0 ? textOf(code).normalized(QString::NormalizationForm_D) : QString();
        plain += QChar::fromUcs4(parts.isEmpty() ? code : codeAt(parts, 0));
    }
    return plain;
}

// Most characters are their own normal form.
bool isPlain(char32_t code) {
    return QChar::decompositionTag(code) == QChar::NoDecomposition && !isInvisible(code);
}

void addCharacter(Tokens& tokens, QStringView character, qsizetype start) {
    const char32_t first = codeAt(character, 0);
    const qsizetype end = start + character.size();
    if (QChar::isSurrogate(first) || QChar::isNonCharacter(first)) return tokens.separate();
    if (unitsOf(first) == character.size() && isPlain(first))
        return tokens.add(QChar::toCaseFolded(first), start, end);
    QString kept;
    for (qsizetype i = 0; i < character.size();) {
        const char32_t code = codeAt(character, i);
        i += unitsOf(code);
        if (!isInvisible(code)) kept += QChar::fromUcs4(code);
    }
    const QString normal = withoutAccents(kept.normalized(QString::NormalizationForm_KC)
                                              .toCaseFolded()
                                              .normalized(QString::NormalizationForm_KC));
    for (qsizetype i = 0; i < normal.size();) {
        const char32_t code = codeAt(normal, i);
        i += unitsOf(code);
        tokens.add(code, start, end);
    }
}

bool matchesAt(const SearchPart& part, const std::vector<SearchToken>& tokens, std::size_t at) {
    if (at + part.size() > tokens.size()) return false;
    for (std::size_t i = 0; i + 1 < part.size(); ++i) {
        if (tokens[at + i].text != part[i].text) return false;
    }
    const SearchToken& last = part.back();
    const SearchToken& there = tokens[at + part.size() - 1];
    return last.whole ? there.text == last.text : there.text.startsWith(last.text);
}

}  // namespace

std::vector<SearchToken> searchTokens(const QString& text) {
    Tokens tokens(text.size());
    const QStringView view(text);
    for (qsizetype i = 0; i < view.size();) {
        const char32_t code = codeAt(view, i);
        qsizetype end = i + unitsOf(code);
        while (end < view.size() && view[end].unicode() >= 0xAD) {
            const char32_t next = codeAt(view, end);
            if (!continuesCharacter(next)) break;
            end += unitsOf(next);
        }
        addCharacter(tokens, view.mid(i, end - i), i);
        i = end;
    }
    return tokens.take();
}

QString searchBody(const QString& text) {
    QString body;
    body.reserve(text.size() + text.size() / 4);
    for (const SearchToken& token : searchTokens(text)) {
        if (!body.isEmpty()) body += QLatin1Char(' ');
        body += token.text;
    }
    return body;
}

SearchQuestion parseQuestion(const QString& text) {
    SearchQuestion question;
    const QStringList words = text.left(longest_search_question).simplified().split(QLatin1Char(' '));
    for (const QString& word : words) {
        SearchPart part = searchTokens(word);
        if (!part.empty()) question.push_back(std::move(part));
    }
    return question;
}

QString matchExpression(const SearchQuestion& question) {
    QStringList parts;
    for (const SearchPart& part : question) {
        QStringList tokens;
        for (const SearchToken& token : part)
            tokens << token.text;
        // A token holds letters, digits and characters beyond ASCII, never a quotation mark.
        parts << QLatin1Char('"') + tokens.join(QLatin1Char(' ')) +
                     (part.back().whole ? QLatin1String("\"") : QLatin1String("\" *"));
    }
    return parts.join(QStringLiteral(" AND "));
}

std::vector<HitRange> findHits(const SearchQuestion& question, const std::vector<SearchToken>& tokens) {
    std::vector<HitRange> found;
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        for (const SearchPart& part : question) {
            if (!matchesAt(part, tokens, at)) continue;
            const SearchToken& last = tokens[at + part.size() - 1];
            // Of a longer word only its beginning is marked, as far as both are written alike.
            const bool begins = !part.back().whole && last.length == last.text.size();
            const qsizetype length = begins ? part.back().text.size() : last.length;
            found.push_back({tokens[at].start, last.start + length - tokens[at].start});
        }
    }
    std::vector<HitRange> joined;
    for (const HitRange& range : found) {  // in order of their starts
        if (joined.empty() || range.start > joined.back().start + joined.back().length) {
            joined.push_back(range);
        } else {
            const qsizetype end =
                std::max(joined.back().start + joined.back().length, range.start + range.length);
            joined.back().length = end - joined.back().start;
        }
    }
    return joined;
}

bool matches(const SearchQuestion& question, const QString& text) {
    const std::vector<SearchToken> tokens = searchTokens(text);
    return !question.empty() && std::all_of(question.begin(), question.end(), [&](const SearchPart& part) {
        for (std::size_t at = 0; at < tokens.size(); ++at) {
            if (matchesAt(part, tokens, at)) return true;
        }
        return false;
    });
}

Snippet makeSnippet(const SearchQuestion& question, const QString& text, qsizetype length) {
    const QString seen = text.left(longest_looked_at);
    const std::vector<SearchToken> tokens = searchTokens(seen);
    const std::vector<HitRange> hits = findHits(question, tokens);
    const QString ellipsis(QChar(0x2026));
    qsizetype start = hits.empty() ? 0 : std::max<qsizetype>(0, hits.front().start - length / 4);
    if (start > 0) {
        // Begins with a token, not inside one.
        const auto token = std::find_if(tokens.begin(), tokens.end(),
                                        [&](const SearchToken& t) { return t.start >= start; });
        start = token == tokens.end() ? start : std::min(token->start, hits.front().start);
    }
    qsizetype end = std::min(start + length, seen.size());
    if (!hits.empty())
        end = std::max(end, std::min(hits.front().start + hits.front().length, start + 4 * length));
    if (end < seen.size() && seen[end].isLowSurrogate()) --end;
    Snippet snippet;
    const QString before = start > 0 ? ellipsis : QString();
    QString middle = seen.mid(start, end - start);
    for (QChar& character : middle) {  // one character stays one, so that the ranges stay right
        if (character.isSpace() || character.category() == QChar::Other_Control) character = QLatin1Char(' ');
    }
    snippet.text = before + middle + (end < text.size() ? ellipsis : QString());
    for (const HitRange& hit : hits) {
        if (hit.start < start || hit.start >= end) continue;
        snippet.hits.push_back({hit.start - start + before.size(), std::min(hit.length, end - hit.start)});
    }
    return snippet;
}

}  // namespace sightline
