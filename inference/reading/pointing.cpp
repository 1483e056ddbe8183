#include "inference/reading/pointing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "inference/reading/pointing_question.h"
#include "inference/reading/screen_elements.h"

namespace sightline {
namespace {

constexpr double highest_element = 2.6;  // lines of text
constexpr double least_similarity = 0.7;
constexpr std::size_t most_candidates = 16;

// Words that stand close together: one label of a screen.
struct Label {
    Box box;
    std::size_t letters = 0;

    double middleX() const { return (box.left + box.right) / 2; }
    double middleY() const { return (box.top + box.bottom) / 2; }
};

struct Candidate {
    Box words;  // that were found
    Label label;
    double score = 0;
};

struct Element {
    Box box;
    bool fits = false;  // it is drawn as what was asked for
};

std::size_t lettersOf(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return c != ' ' && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

Box joined(const Box& a, const Box& b) {
    return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
            std::max(a.bottom, b.bottom)};
}

bool contains(const Box& box, double x, double y) {
    return x > box.left && x < box.right && y > box.top && y < box.bottom;
}

double overlapX(const Box& a, const Box& b) {
    return std::min(a.right, b.right) - std::max(a.left, b.left);
}

double overlapY(const Box& a, const Box& b) {
    return std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
}

std::vector<Label> labelsOf(const Page& page, const ScreenElements& screen) {
    constexpr double widest_gap = 0.75;  // lines of text
    std::vector<Label> labels;
    for (const Block& block : page.blocks) {
        for (const Line& line : block.lines) {
            bool first = true;
            for (const Word& word : line.words) {
                const Box box = screen.tightened(boundingBox(word.quad));
                if (!first && box.left - labels.back().box.right < widest_gap * box.height()) {
                    labels.back().box = joined(labels.back().box, box);
                    labels.back().letters += lettersOf(word.text);
                } else {
                    labels.push_back({box, lettersOf(word.text)});
                }
                first = false;
            }
        }
    }
    return labels;
}

class Pointing {
  public:
    Pointing(const cv::Mat& bgr, const Page& page)
        : page_(page), screen_(bgr), labels_(labelsOf(page, screen_)), level_(std::abs(page.rotation) < 1) {}

    std::optional<Box> find(const PointingQuestion& question) const {
        std::optional<Box> best;
        double best_score = 0;
        for (const Candidate& candidate : candidates(question)) {
            // What is drawn as a button is rather the button than a heading of the same words.
            constexpr double fitting = 0.1;
            const Element element = elementOf(candidate, question.kind);
            const double score = candidate.score + (element.fits ? fitting : 0);
            if (score > best_score) {
                best_score = score;
                best = element.box;
            }
        }
        return best;
    }

  private:
    std::vector<Candidate> candidates(const PointingQuestion& question) const {
        std::vector<Candidate> found;
        for (const Phrase& phrase : question.phrases) {
            FindOptions options;
            options.least_similarity = least_similarity;
            for (const Match& match : page_.find(phrase.text, options)) {
                Candidate candidate;
                candidate.label = labelOf(match);
                candidate.words = wordsOf(match, candidate.label);
                // A whole label before a part of a sentence.
                constexpr double whole = 0.06;
                const bool is_whole = lettersOf(match.text) >= candidate.label.letters;
                candidate.score = match.similarity - phrase.handicap + (is_whole ? whole : 0);
                found.push_back(candidate);
            }
        }
        std::stable_sort(found.begin(), found.end(),
                         [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
        if (found.size() > most_candidates) found.resize(most_candidates);
        return found;
    }

    // The label that the match lies in; a match over several lines or labels is its own.
    Label labelOf(const Match& match) const {
        const Label* largest = nullptr;
        double most = 0;
        double all = 0;
        for (const Label& label : labels_) {
            if (overlapY(label.box, match.box) < 0.5 * std::min(label.box.height(), match.box.height()))
                continue;
            const double shared = overlapX(label.box, match.box);
            if (shared <= 0) continue;
            all += shared;
            if (shared > most) {
                most = shared;
                largest = &label;
            }
        }
        if (largest != nullptr && match.quads.size() == 1 && most > 0.9 * all) return *largest;
        return {match.box, lettersOf(match.text)};
    }

    static Box wordsOf(const Match& match, const Label& label) {
        Box words = match.box;
        words.left = std::max(words.left, label.box.left);
        words.right = std::min(words.right, label.box.right);
        return words;
    }

    Element elementOf(const Candidate& candidate, ElementKind kind) const {
        const Box& label = candidate.label.box;
        const double height = std::min(candidate.words.height(), label.height());
        if (!level_ || kind == ElementKind::link) return {candidate.words, false};
        switch (kind) {
            case ElementKind::field:
                if (const auto field = fieldOf(label, height)) return {*field, true};
                return {candidate.words, false};
            case ElementKind::entry:
                return entryOf(candidate, height);
            case ElementKind::check:
                if (const auto square = screen_.squareBefore(label)) return {joined(*square, label), true};
                return {label, false};
            case ElementKind::icon:
                if (const auto cell = cellOf(candidate.label, height)) return {*cell, true};
                return {candidate.words, false};
            case ElementKind::any:
            case ElementKind::button:
            case ElementKind::tab:
            case ElementKind::link:
                break;
        }
        const auto frame = frameOf(label, height);
        if (!frame) return {candidate.words, false};
        // Without a word for what it is, a frame far wider than its text may as well be a panel.
        constexpr double widest_gap = 8;
        if (kind == ElementKind::any && frame->width() > label.width() + widest_gap * height)
            return {candidate.words, false};
        return {*frame, kind != ElementKind::any};
    }

    // No other text in it than that of `own`.
    bool isAlone(const Box& frame, const Box& own) const {
        return std::none_of(labels_.begin(), labels_.end(), [&](const Label& label) {
            return contains(frame, label.middleX(), label.middleY()) &&
                   !contains(own, label.middleX(), label.middleY());
        });
    }

    // Around a label that stands alone in it.
    std::optional<Box> frameOf(const Box& label, double height) const {
        auto frame = screen_.rectangleAround(label, height, highest_element * height);
        // The mark of a selection lies close around the words, inside of what is meant.
        if (frame && frame->left >= label.left - 2 && frame->right <= label.right + 2) {
            const double limit = highest_element * height;
            const double left = frame->left - 3;
            const double right = frame->right + 3;
            auto outer = screen_.rectangleAround({left, frame->top - 3, right, frame->bottom + 3}, 0, limit);
            if (!outer) outer = screen_.rectangleAround({left, label.top, right, label.bottom}, 0, limit);
            if (outer) frame = outer;
        }
        if (!frame || !isAlone(*frame, label)) return {};
        return frame;
    }

    std::optional<Box> fieldOf(const Box& label, double height) const {
        const auto around = frameOf(label, height);
        // A text at the left of a wide frame says what to write into it.
        if (around && label.left - around->left < 1.2 * height && around->right - label.right > 2.5 * height)
            return around;
        const double middle = (label.top + label.bottom) / 2;
        const auto at = [&](double x, double y) -> std::optional<Box> {
            const Box seed{x, y - 0.25 * height, x + 0.3 * height, y + 0.25 * height};
            if (x < 0 || y < 0 || x >= page_.width || y >= page_.height) return {};
            const auto field = screen_.rectangleAround(seed, height, highest_element * height);
            const bool large = field && field->height() > 0.8 * height && field->width() > 2.5 * height;
            return large ? field : std::nullopt;
        };
        const Box& from = around ? *around : label;
        constexpr double farthest = 12;  // heights of a line
        for (double x = from.right + 0.5 * height; x < from.right + farthest * height; x += 0.6 * height) {
            const auto field = at(x, middle);
            if (field && field->left > label.right - 0.5 * height && overlapY(*field, label) > 0.5 * height)
                return field;
        }
        for (double y = from.bottom + 0.5 * height; y < from.bottom + 2.5 * height; y += 0.4 * height) {
            const auto field = at(label.left + height, y);
            if (field && field->top > label.bottom - 0.4 * height &&
                std::abs(field->left - label.left) < 4 * height)
                return field;
        }
        // The button of a search stands at the end of its field.
        if (around) {
            for (const double gap : {0.8, 1.6}) {
                const auto field = at(around->left - gap * height, middle);
                if (field && field->right < around->left + 2 && overlapY(*field, label) > 0.5 * height)
                    return field;
            }
        }
        return {};
    }

    // The row of a menu or a list.
    Element entryOf(const Candidate& candidate, double height) const {
        const Box& label = candidate.label.box;
        constexpr double widest = 30;  // heights of a line
        const auto panel = screen_.panelAround(label, widest * height);
        // Other texts before it, or more than its shortcut after it: a bar of menus, or a line of text.
        int before = 0;
        int after = 0;
        for (const Label& other : labels_) {
            if (overlapY(other.box, label) < 0.5 * height || other.letters < 2) continue;
            if (!panel || !contains(*panel, other.middleX(), (label.top + label.bottom) / 2)) continue;
            before += other.box.right <= label.left ? 1 : 0;
            after += other.box.left >= label.right ? 1 : 0;
        }
        if (!panel || before > 0 || after > 1) {
            const auto frame = frameOf(label, height);
            return {frame ? *frame : candidate.words, frame.has_value()};
        }
        // As high as the rows are apart.
        const double middle = (label.top + label.bottom) / 2;
        double pitch = std::numeric_limits<double>::max();
        for (const Label& other : labels_) {
            const double apart = std::abs(other.middleY() - middle);
            if (apart > 0.8 * height && std::abs(other.box.left - label.left) < height)
                pitch = std::min(pitch, apart);
        }
        constexpr double usual_pitch = 1.5;
        if (pitch > highest_element * height) pitch = usual_pitch * height;
        return {{panel->left, middle - pitch / 2, panel->right, middle + pitch / 2}, true};
    }

    // The cell of a grid of icons, whose names stand below the pictures at equal distances.
    std::optional<Box> cellOf(const Label& label, double height) const {
        double across = std::numeric_limits<double>::max();
        double down = across;
        int in_row = 0;
        for (const Label& other : labels_) {
            const double x = std::abs(other.middleX() - label.middleX());
            const double y = std::abs(other.box.top - label.box.top);
            if (y < 0.6 * height && x > height) {
                across = std::min(across, x);
                ++in_row;
            }
            // Names of several lines are no rows of their own.
            if (y > highest_element * height && x < height) down = std::min(down, y);
        }
        constexpr double widest_cell = 14;  // heights of a line
        if (in_row < 2 || across > widest_cell * height || across < 0.7 * label.box.width()) return {};
        if (down > widest_cell * height) down = across;
        // Most of the cell is the picture above the name.
        constexpr double above = 0.6;
        const double first_line = label.box.top + height / 2;
        return Box{label.middleX() - across / 2, first_line - above * down, label.middleX() + across / 2,
                   first_line + (1 - above) * down};
    }

    const Page& page_;
    ScreenElements screen_;
    std::vector<Label> labels_;
    bool level_;  // the text runs along the rows of the picture
};

}  // namespace

std::optional<Box> pointAt(const cv::Mat& bgr, const Page& page, std::string_view question) {
    const auto box = Pointing(bgr, page).find(parseQuestion(question));
    if (!box) return {};
    const double right = bgr.cols;
    const double bottom = bgr.rows;
    return Box{std::clamp(box->left, 0.0, right), std::clamp(box->top, 0.0, bottom),
               std::clamp(box->right, 0.0, right), std::clamp(box->bottom, 0.0, bottom)};
}

}  // namespace sightline
