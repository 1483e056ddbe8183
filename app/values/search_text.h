// The rule of the search, in one place: what a text is cut into, when a question matches it, and what is
// shown of it. The index of the history keeps what `searchBody` gives; `matches` says by hand what the index
// must find.
//
// A text becomes tokens. A token is a word (letters, digits and their marks in a row), or one character of a
// script that writes without spaces (Chinese, Japanese, Korean, Thai and the like), or one symbol beyond
// ASCII (an emoji, a currency). All else separates. Texts are compared in NFKC, without case, and Latin
// letters without accents.
//
// A question is cut at its spaces into parts, and each part into tokens. A text matches if it contains every
// part: the part's tokens in a row, where the last, if it is a word, may be the beginning of a longer one. So
// every part begins where a word begins. Parts without a token count for nothing; a question without any
// token matches nothing.
#pragma once

#include <QString>
#include <vector>

namespace sightline {

struct SearchToken {
    QString text;          // as it is compared
    qsizetype start = 0;   // in the original text
    qsizetype length = 0;  // in the original text
    bool whole = false;    // one character that is a token of its own
};

// A range of a text, in UTF-16 units, for highlighting.
struct HitRange {
    qsizetype start = 0;
    qsizetype length = 0;
    bool operator==(const HitRange&) const = default;
};

struct Snippet {
    QString text;                // one line
    std::vector<HitRange> hits;  // in `text`, in order, apart from each other
};

using SearchPart = std::vector<SearchToken>;  // never empty
using SearchQuestion = std::vector<SearchPart>;

inline constexpr qsizetype longest_search_question = 500;  // UTF-16 units; the rest is left out

std::vector<SearchToken> searchTokens(const QString& text);

// The tokens with spaces between them: what is indexed.
QString searchBody(const QString& text);

SearchQuestion parseQuestion(const QString& text);

// For MATCH of an FTS5 table with the tokenizer `ascii`. Empty if the question is empty.
QString matchExpression(const SearchQuestion& question);

// The ranges that the parts of the question cover, in order and joined where they touch.
std::vector<HitRange> findHits(const SearchQuestion& question, const std::vector<SearchToken>& tokens);

bool matches(const SearchQuestion& question, const QString& text);

// About `length` characters around the first hits; the beginning if there is no hit. Looks at the first
// 50,000 characters only.
Snippet makeSnippet(const SearchQuestion& question, const QString& text, qsizetype length = 120);

}  // namespace sightline
