// Words in a page, forgiving of case, spaces, width and of one wrong letter in five: approximate matching
// over the letters of each block (Sellers, "The theory and computation of evolutionary distances", 1980).
#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "inference/pages/page.h"

namespace sightline {
namespace {

// One code point of valid UTF-8 at `i`, which goes on; U+FFFD and one byte for anything else.
char32_t nextCharacter(std::string_view text, std::size_t& i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int more = lead < 0x80 ? 0 : lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : -1;
    if (more < 0 || i + static_cast<std::size_t>(more) >= text.size()) {
        ++i;
        return 0xFFFD;
    }
    char32_t character = more == 0 ? lead : lead & (0x3FU >> more);
    for (int k = 1; k <= more; ++k) {
        const auto next = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
        if ((next & 0xC0U) != 0x80U) {
            ++i;
            return 0xFFFD;
        }
        character = (character << 6U) | (next & 0x3FU);
    }
    i += static_cast<std::size_t>(more) + 1;
    return character;
}

// Simple case folding of the scripts that the reader knows, full-width forms as ordinary ones.
char32_t folded(char32_t c) {
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c >= U'A' && c <= U'Z') return c + 32;
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
    if (c >= 0x100 && c <= 0x177 && c != 0x131 && c != 0x138) {
        const bool odd_is_capital = (c >= 0x139 && c <= 0x148);
        return (c % 2 == (odd_is_capital ? 1U : 0U)) ? c + 1 : c;
    }
    if (c == 0x178) return 0xFF;
    if (c >= 0x179 && c <= 0x17E) return c % 2 == 1 ? c + 1 : c;
    if (c == 0x386) return 0x3AC;
    if (c >= 0x388 && c <= 0x38A) return c + 37;
    if (c == 0x38C) return 0x3CC;
    if (c == 0x38E || c == 0x38F) return c + 63;
    if (c >= 0x391 && c <= 0x3AB) return c + 32;
    if (c == 0x3C2) return 0x3C3;  // final sigma
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    if (c >= 0x410 && c <= 0x42F) return c + 32;
    if (c == 0x2018 || c == 0x2019) return U'\'';
    if (c == 0x201C || c == 0x201D) return U'"';
    if (c >= 0x2010 && c <= 0x2015) return U'-';
    return c;
}

bool isSpace(char32_t c) {
    return c == U' ' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200B) || (c < 0x20);
}

// A letter of a block and where it stands: `index` of `count` in its word.
struct Letter {
    char32_t character = 0;
    int line = 0;
    int word = 0;
    int index = 0;
    int count = 0;
};

std::vector<Letter> lettersOf(const Block& block) {
    std::vector<Letter> letters;
    for (std::size_t line = 0; line < block.lines.size(); ++line) {
        const auto& words = block.lines[line].words;
        for (std::size_t word = 0; word < words.size(); ++word) {
            const std::size_t first = letters.size();
            const std::string& text = words[word].text;
            for (std::size_t i = 0; i < text.size();) {
                const char32_t character = folded(nextCharacter(text, i));
                if (isSpace(character)) continue;
                letters.push_back({character, static_cast<int>(line), static_cast<int>(word),
                                   static_cast<int>(letters.size() - first), 0});
            }
            for (std::size_t k = first; k < letters.size(); ++k)
                letters[k].count = static_cast<int>(letters.size() - first);
        }
    }
    return letters;
}

struct Hit {
    int block = 0;
    std::size_t first = 0;  // letters [first, last]
    std::size_t last = 0;
    int errors = 0;
};

// Every end of a match with at most `most_errors`, each with one of the beginnings that give it.
std::vector<Hit> hitsIn(const std::vector<Letter>& letters, const std::u32string& query, int most_errors) {
    struct State {
        int errors = 0;
        std::size_t begin = 0;
    };
    const std::size_t rows = query.size() + 1;
    std::vector<State> before(rows);
    std::vector<State> now(rows);
    for (std::size_t i = 0; i < rows; ++i)
        before[i] = {static_cast<int>(i), 0};
    std::vector<Hit> hits;
    for (std::size_t k = 0; k < letters.size(); ++k) {
        now[0] = {0, k + 1};
        for (std::size_t i = 1; i < rows; ++i) {
            const bool same = letters[k].character == query[i - 1];
            // With nothing matched yet, a match can begin at this letter.
            const std::size_t begin = i == 1 ? k : before[i - 1].begin;
            State best{before[i - 1].errors + (same ? 0 : 1), begin};
            if (before[i].errors + 1 < best.errors) best = {before[i].errors + 1, before[i].begin};
            if (now[i - 1].errors + 1 < best.errors) best = {now[i - 1].errors + 1, now[i - 1].begin};
            now[i] = best;
        }
        if (now.back().errors <= most_errors && now.back().begin <= k)
            hits.push_back({0, now.back().begin, k, now.back().errors});
        std::swap(before, now);
    }
    return hits;
}

// Of hits that overlap only the best stays.
void keepBest(std::vector<Hit>& hits) {
    std::vector<Hit> kept;
    for (const Hit& hit : hits) {
        // Ends rise, so that those which overlap with it are the last ones.
        std::size_t first_over = kept.size();
        bool better = true;
        while (first_over > 0 && hit.first <= kept[first_over - 1].last) {
            --first_over;
            better = better && hit.errors < kept[first_over].errors;
        }
        if (!better) continue;
        kept.resize(first_over);
        kept.push_back(hit);
    }
    hits = std::move(kept);
}

Point between(const Point& a, const Point& b, double share) {
    return {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
}

Match describe(const Block& block, const std::vector<Letter>& letters, const Hit& hit,
               std::size_t query_size) {
    Match match;
    match.block = hit.block;
    match.line = letters[hit.first].line;
    match.similarity = std::max(0.0, 1.0 - hit.errors / static_cast<double>(query_size));
    for (std::size_t k = hit.first; k <= hit.last;) {
        const Letter& from = letters[k];
        std::size_t end = k;
        while (end < hit.last && letters[end + 1].line == from.line)
            ++end;
        const Letter& to = letters[end];
        const auto& words = block.lines[static_cast<std::size_t>(from.line)].words;
        const Quad& left = words[static_cast<std::size_t>(from.word)].quad;
        const Quad& right = words[static_cast<std::size_t>(to.word)].quad;
        const double begin_share = from.index / static_cast<double>(from.count);
        const double end_share = (to.index + 1) / static_cast<double>(to.count);
        match.quads.push_back({between(left[0], left[1], begin_share), between(right[0], right[1], end_share),
                               between(right[3], right[2], end_share),
                               between(left[3], left[2], begin_share)});
        for (int word = from.word; word <= to.word; ++word) {
            if (!match.text.empty()) match.text += ' ';
            match.text += words[static_cast<std::size_t>(word)].text;
        }
        k = end + 1;
    }
    constexpr double far = std::numeric_limits<double>::max();
    match.box = {far, far, -far, -far};
    for (const Quad& quad : match.quads) {
        const Box box = boundingBox(quad);
        match.box = {std::min(match.box.left, box.left), std::min(match.box.top, box.top),
                     std::max(match.box.right, box.right), std::max(match.box.bottom, box.bottom)};
    }
    return match;
}

}  // namespace

std::vector<Match> Page::find(std::string_view query, const FindOptions& options) const {
    constexpr std::size_t longest_query = 1000;
    std::u32string wanted;
    for (std::size_t i = 0; i < query.size() && wanted.size() < longest_query;) {
        const char32_t character = folded(nextCharacter(query, i));
        if (!isSpace(character)) wanted += character;
    }
    std::vector<Match> matches;
    if (wanted.empty() || options.limit <= 0) return matches;
    const double forgiven = std::clamp(1.0 - options.least_similarity, 0.0, 0.9);
    const int most_errors = static_cast<int>(forgiven * static_cast<double>(wanted.size()) + 1e-9);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const std::vector<Letter> letters = lettersOf(blocks[i]);
        std::vector<Hit> hits = hitsIn(letters, wanted, most_errors);
        keepBest(hits);
        for (Hit& hit : hits) {
            hit.block = static_cast<int>(i);
            matches.push_back(describe(blocks[i], letters, hit, wanted.size()));
        }
    }
    std::stable_sort(matches.begin(), matches.end(),
                     [](const Match& a, const Match& b) { return a.similarity > b.similarity; });
    if (matches.size() > static_cast<std::size_t>(options.limit))
        matches.resize(static_cast<std::size_t>(options.limit));
    return matches;
}

}  // namespace sightline
