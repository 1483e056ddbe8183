#include "inference/reading/text_lines.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <utility>

#include "inference/reading/line_boxes.h"
#include "inference/reading/line_marks.h"
#include "inference/reading/line_spacing.h"
#include "inference/reading/read_progress.h"
#include "inference/reading/reading_order.h"
#include "inference/reading/strip_decoding.h"
#include "inference/reading/strips.h"
#include "inference/reading/text_boxes.h"
#include "inference/text/unicode.h"

namespace sightline {
namespace {

// Of the progress, up to where they end. What is read again afterwards is the rest.
constexpr double detection_share = 0.4;
constexpr double first_reading_share = 0.9;
constexpr double least_confidence = 0.5;
constexpr double least_confidence_of_marks = 0.75;
constexpr double least_confidence_of_numbers = 0.95;
// A line that is read with less is tried the other way round. Much of what stands on its head can be read
// somehow, so more are tried on a page where the middle line is not sure.
constexpr double doubtful = 0.7;
constexpr double doubtful_on_doubtful_page = 0.97;
constexpr double sure_page = 0.93;
constexpr double sure_line = 0.97;
constexpr double no_text = 0.3;
constexpr int shortest_turned = 2 * strip_height;

struct Candidate {
    Strip strip;
    bool mark = false;
    StripColumns columns;
};

std::string textOf(const std::vector<Character>& characters) {
    std::string text;
    for (const Character& character : characters)
        appendUtf8(text, character.code);
    return text;
}

class LineReader {
  public:
    LineReader(const cv::Mat& bgr, TextNetworks& networks, const ReadOptions& options, std::stop_token stop)
        : bgr_(bgr), networks_(networks), options_(options), stop_(std::move(stop)) {}

    std::vector<TextLine> read(const ReadProgress& progress) {
        for (const TextBox& box :
             lineBoxes(bgr_, detectText(bgr_, networks_, stop_, partOf(progress, 0, detection_share)))) {
            candidates_.push_back({planStrip(bgr_.size(), box.quad, box.upright()), box.mark, {}});
        }
        std::vector<Strip> strips;
        for (const Candidate& candidate : candidates_)
            strips.push_back(candidate.strip);
        std::vector<StripColumns> columns =
            recognize(strips, partOf(progress, detection_share, first_reading_share));
        for (std::size_t i = 0; i < candidates_.size(); ++i)
            candidates_[i].columns = std::move(columns[i]);
        tryTheOtherWay();
        readAgain();
        return finished();
    }

  private:
    std::vector<StripColumns> recognize(const std::vector<Strip>& strips, const ReadProgress& progress) {
        std::vector<StripColumns> result(strips.size());
        std::atomic<std::size_t> done{0};
        const auto batches = batchesOf(strips);
        networks_.forEach(batches.size(), [&, reading = std::this_thread::get_id()](std::size_t number) {
            // The widest first: what takes long must not begin when the others are done.
            const std::vector<std::size_t>& batch = batches[batches.size() - 1 - number];
            if (stop_.stop_requested()) throw Error(ErrorKind::cancelled, "reading was cancelled");
            std::vector<cv::Mat> pictures;
            for (const std::size_t i : batch)
                pictures.push_back(cutStrip(bgr_, strips[i]));
            std::vector<StripColumns> columns = networks_.recognize(pictures);
            for (std::size_t k = 0; k < batch.size(); ++k)
                result[batch[k]] = std::move(columns[k]);
            done += batch.size();
            if (progress && std::this_thread::get_id() == reading)
                progress(static_cast<double>(done) / static_cast<double>(strips.size()));
        });
        return result;
    }

    double confidenceOf(const StripColumns& columns) const {
        return meanConfidence(decode(columns, LineScript::any, networks_.alphabet(), 1));
    }

    static bool canBeTurned(const Candidate& candidate) {
        return !candidate.mark && candidate.strip.width >= shortest_turned;
    }

    // Text that stands on its head or runs downwards looks like text to the detector, but not to the
    // recogniser.
    void tryTheOtherWay() {
        std::vector<double> confidences;
        for (const Candidate& candidate : candidates_) {
            if (canBeTurned(candidate)) confidences.push_back(confidenceOf(candidate.columns));
        }
        const double limit =
            medianOf(std::move(confidences)) < sure_page ? doubtful_on_doubtful_page : doubtful;
        std::vector<std::size_t> which;
        std::vector<Strip> strips;
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            const Candidate& candidate = candidates_[i];
            if (!canBeTurned(candidate) || confidenceOf(candidate.columns) >= limit) continue;
            which.push_back(i);
            strips.push_back(turnedAround(candidate.strip));
        }
        std::vector<StripColumns> columns = recognize(strips, {});
        for (std::size_t k = 0; k < which.size(); ++k) {
            Candidate& candidate = candidates_[which[k]];
            if (confidenceOf(columns[k]) <= confidenceOf(candidate.columns)) continue;
            candidate.strip = strips[k];
            candidate.columns = std::move(columns[k]);
        }
    }

    std::vector<LineScript> scripts() const {
        std::vector<StripColumns> columns;
        for (const Candidate& candidate : candidates_)
            columns.push_back(candidate.columns);
        return scriptsOf(columns, networks_);
    }

    // Lines that are not sure are read once more, wider and sharper.
    void readAgain() {
        const std::vector<LineScript> scripts = this->scripts();
        std::vector<std::size_t> which;
        std::vector<Strip> strips;
        const auto read = [&](std::size_t i, const StripColumns& columns) {
            return decode(columns, scripts[i], networks_.alphabet(), 1);
        };
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            const auto characters = read(i, candidates_[i].columns);
            const double confidence = meanConfidence(characters);
            if (confidence >= sure_line || confidence < no_text) continue;
            which.push_back(i);
            strips.push_back(stretched(candidates_[i].strip));
        }
        std::vector<StripColumns> columns = recognize(strips, {});
        for (std::size_t k = 0; k < which.size(); ++k) {
            Candidate& candidate = candidates_[which[k]];
            const auto before = read(which[k], candidate.columns);
            const auto after = read(which[k], columns[k]);
            // What lost a letter must be clearly more sure.
            const double margin = after.size() < before.size() ? 0.02 : 0;
            if (meanConfidence(after) <= meanConfidence(before) + margin) continue;
            candidate.strip = strips[k];
            candidate.columns = std::move(columns[k]);
        }
    }

    std::vector<TextLine> finished() const {
        const std::vector<LineScript> scripts = this->scripts();
        std::vector<TextLine> lines;
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            TextLine line = lineOf(candidates_[i], options_.repair ? scripts[i] : LineScript::any);
            if (line.characters.empty() || line.confidence < least_confidence) continue;
            if (candidates_[i].mark && !isWorthASecondLook(line)) continue;
            lines.push_back(std::move(line));
        }
        return lines;
    }

    static bool isWorthASecondLook(const TextLine& line) {
        return (isMarkOnly(line.characters) && line.confidence >= least_confidence_of_marks) ||
               (isShortNumber(line.characters) && line.confidence >= least_confidence_of_numbers);
    }

    TextLine lineOf(const Candidate& candidate, LineScript script) const {
        const Strip& strip = candidate.strip;
        TextLine line;
        line.quad = strip.quad;
        line.raw_text = textOf(decode(candidate.columns, LineScript::any, networks_.alphabet(), strip.zoom));
        line.characters = decode(candidate.columns, script, networks_.alphabet(), strip.zoom);
        line.confidence = meanConfidence(line.characters);
        if (strip.whole_pixels && strip.quad[0].y == strip.quad[1].y && strip.quad[1].x > strip.quad[0].x) {
            const cv::Mat part = partOf(bgr_, strip);
            line.characters = spacedByInk(part, 1, part.rows, line.characters);
            if (options_.repair) {
                removeLeaders(part, line.characters);
                repairBullet(part, line.characters);
                repairEllipsis(part, line.characters);
            }
        }
        if (options_.repair) repairLookAlikes(line.characters);
        trim(line.characters);
        return line;
    }

    static void trim(std::vector<Character>& characters) {
        while (!characters.empty() && characters.back().code == U' ')
            characters.pop_back();
        const auto first = std::find_if(characters.begin(), characters.end(),
                                        [](const Character& each) { return each.code != U' '; });
        characters.erase(characters.begin(), first);
    }

    const cv::Mat& bgr_;
    TextNetworks& networks_;
    const ReadOptions& options_;
    std::stop_token stop_;
    std::vector<Candidate> candidates_;
};

}  // namespace

std::vector<TextLine> readTextLines(const cv::Mat& bgr, TextNetworks& networks, const ReadOptions& options,
                                    std::stop_token stop, const ReadProgress& progress) {
    return LineReader(bgr, networks, options, std::move(stop)).read(progress);
}

}  // namespace sightline
