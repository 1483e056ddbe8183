#include "inference/reading/text_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "inference/reading/page_cleanup.h"
#include "inference/reading/page_layout.h"
#include "inference/reading/pointing.h"
#include "inference/reading/read_progress.h"
#include "inference/reading/text_lines.h"
#include "inference/reading/torch_text_networks.h"

namespace sightline {
namespace {

// A turned page is read twice: first to see how it lies.
constexpr double first_look_share = 0.4;

cv::Mat bgrOf(const Picture& picture) {
    if (picture.width < 1 || picture.height < 1 ||
        picture.rgb.size() !=
            3 * static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height))
        throw Error(ErrorKind::invalid_input, "the picture's bytes do not fit its sides");
    const cv::Mat rgb(picture.height, picture.width, CV_8UC3,
                      const_cast<std::uint8_t*>(picture.rgb.data()));  // only read
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    return bgr;
}

// By how many quarters clockwise the picture has to be turned so that most of its text is upright.
int quartersToUpright(const std::vector<TextLine>& lines) {
    std::array<double, 4> length{};
    for (const TextLine& line : lines) {
        // Short ones say nothing: a lone letter lies in every direction.
        if (line.characters.size() < 4) continue;
        const int quarter = static_cast<int>(std::lround(line.angle() / 90) + 4) % 4;
        length[static_cast<std::size_t>(quarter)] += line.width();
    }
    const auto most = std::max_element(length.begin(), length.end());
    const double all = length[0] + length[1] + length[2] + length[3];
    if (all == 0 || *most < 0.5 * all) return 0;
    return (4 - static_cast<int>(most - length.begin())) % 4;
}

// Errors of OpenCV and of memory as ours.
template <typename Work>
auto guarded(const Work& work) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::out_of_memory, "there was not enough memory to read the picture");
    } catch (const cv::Exception& error) {
        if (error.code == cv::Error::StsNoMem)
            throw Error(ErrorKind::out_of_memory, "there was not enough memory to read the picture");
        throw Error(ErrorKind::internal, "reading failed: " + error.err);
    }
}

class TextReader final : public Reader {
  public:
    TextReader(const std::filesystem::path& folder, const ReaderOptions& options)
        : options_(options), networks_(openTextNetworks(folder, options_)) {
        cv::setNumThreads(1);  // the program has one pool of threads, and it is not OpenCV's
    }

    const ReaderOptions& options() const override { return options_; }

    Page read(const Picture& picture, const ReadOptions& options, std::stop_token stop,
              const ReadProgress& progress) override {
        return guarded([&] { return readPicture(picture, options, stop, progress); });
    }

    std::optional<Box> point(const Picture& picture, const Page& page, std::string_view question) override {
        return guarded([&] { return pointAt(bgrOf(picture), page, question); });
    }

  private:
    Page readPicture(const Picture& picture, const ReadOptions& options, const std::stop_token& stop,
                     const ReadProgress& reported) {
        // What is read twice goes back to the beginning of its part; the progress waits for it.
        ReadProgress progress;
        if (reported) {
            progress = [&reported, most = 0.0](double fraction) mutable {
                most = std::max(most, fraction);
                reported(most);
            };
        }
        CleanedPicture cleaned = cleanPicture(bgrOf(picture), options.cleanup);
        std::vector<TextLine> lines = readTextLines(cleaned.bgr, *networks_, options, stop, progress);
        if (const int quarters = options.cleanup.upright ? quartersToUpright(lines) : 0; quarters != 0) {
            cleaned = turned(cleaned, quarters);
            lines =
                readTextLines(cleaned.bgr, *networks_, options, stop, partOf(progress, first_look_share, 1));
        }
        Page page = layoutPage(cleaned.bgr.cols, cleaned.bgr.rows, std::move(lines));
        page.width = picture.width;
        page.height = picture.height;
        page.rotation = cleaned.rotation;
        page.notes = cleaned.notes;
        for (Block& block : page.blocks)
            moveToOriginal(cleaned, block);
        if (progress) progress(1);
        return page;
    }

    static void moveToOriginal(const CleanedPicture& cleaned, Block& block) {
        if (cleaned.to_original == cv::Matx33d::eye()) return;
        block.box = boundingBox(toOriginal(cleaned, quadOf(block.box)));
        for (Line& line : block.lines) {
            line.quad = toOriginal(cleaned, line.quad);
            for (Word& word : line.words)
                word.quad = toOriginal(cleaned, word.quad);
        }
    }

    ReaderOptions options_;
    std::unique_ptr<TextNetworks> networks_;
};

}  // namespace

std::unique_ptr<Reader> openTextReader(const std::filesystem::path& folder, const ReaderOptions& options) {
    return std::make_unique<TextReader>(folder, options);
}

}  // namespace sightline
