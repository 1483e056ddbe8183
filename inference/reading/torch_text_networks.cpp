#include "inference/reading/torch_text_networks.h"

#include <c10/core/InferenceMode.h>

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <new>
#include <utility>

#include "inference/kernels/kernels.h"
#include "inference/networks/kept_memory.h"
#include "inference/networks/torch_runtime.h"
#include "inference/reading/alphabet.h"
#include "inference/reading/text_detector.h"
#include "inference/reading/text_recognizer.h"

namespace sightline {
namespace {

// Columns whose scores are computed at once: below 15 MB.
constexpr std::int64_t columns_at_once = 192;
constexpr int rows_of_a_kernel = 16;

int roundedUp(int value, int step) {
    return (value + step - 1) / step * step;
}

// The pixels of a CV_8UC3 as [height, width, 3], not copied.
at::Tensor pixelsOf(const cv::Mat& bgr) {
    return at::from_blob(bgr.data, {bgr.rows, bgr.cols, 3}, {static_cast<std::int64_t>(bgr.step), 3, 1},
                         at::TensorOptions().dtype(at::kByte));
}

void requirePicture(const cv::Mat& bgr, bool fits, const char* expected) {
    if (bgr.type() != CV_8UC3 || bgr.empty() || !fits)
        throw Error(ErrorKind::internal, std::string("the networks take ") + expected);
}

class TorchTextNetworks final : public TextNetworks {
  public:
    TorchTextNetworks(const std::filesystem::path& folder, const ComputeContext& context, int threads)
        : threads_(threads),
          alphabet_(alphabetFor(folder)),
          dtype_(context.activation_dtype),
          detector_(load<TextDetector>(folder / "text_detector.safetensors", context)),
          recognizer_(
              load<TextRecognizer>(folder / "text_recognizer.safetensors", context, alphabet_.classes())) {
        for (std::int32_t i = 1; i < alphabet_.classes(); ++i)
            if (isLatin(i)) latin_classes_.push_back(i);
    }

    cv::Mat detect(const cv::Mat& bgr) override {
        requirePicture(bgr, bgr.rows % 32 == 0 && bgr.cols % 32 == 0, "sides that are multiples of 32");
        const c10::InferenceMode inference;
        const KeptMemory::Use kept;
        begin(Network::detector);
        at::Tensor picture = at::empty({1, bgr.rows, bgr.cols, 3}, at::kFloat);
        normalise(bgr, picture.select(0, 0));
        picture = picture.permute({0, 3, 1, 2}).to(dtype_);
        const at::Tensor probability = detector_(picture).contiguous();
        return cv::Mat(bgr.rows, bgr.cols, CV_32FC1, probability.data_ptr()).clone();
    }

    std::vector<std::vector<StripColumn>> recognize(const std::vector<cv::Mat>& strips) override {
        std::vector<std::vector<StripColumn>> result;
        if (strips.empty()) return result;
        const c10::InferenceMode inference;
        const KeptMemory::Use kept;
        begin(Network::recognizer);
        int width = 0;
        for (const cv::Mat& strip : strips) {
            requirePicture(strip, strip.rows == strip_height, "strips of height 48");
            width = std::max(width, strip.cols);
        }
        width = roundedUp(width, strip_width_step);
        at::Tensor batch =
            at::zeros({static_cast<std::int64_t>(strips.size()), strip_height, width, 3}, at::kFloat);
        for (std::size_t i = 0; i < strips.size(); ++i)
            normalise(strips[i], batch.select(0, static_cast<std::int64_t>(i)).narrow(1, 0, strips[i].cols));
        batch = batch.permute({0, 3, 1, 2}).to(dtype_);
        const at::Tensor features = recognizer_.features(batch);
        batch = at::Tensor();
        for (std::size_t i = 0; i < strips.size(); ++i)
            result.push_back(
                classify(features.select(0, static_cast<std::int64_t>(i)),
                         roundedUp(strips[i].cols, strip_pixels_per_column) / strip_pixels_per_column));
        return result;
    }

    void forEach(std::size_t count, const std::function<void(std::size_t)>& work) override {
        const std::size_t workers = std::min(count, static_cast<std::size_t>(threads_));
        if (workers < 2 || at::in_parallel_region()) {
            TextNetworks::forEach(count, work);
            return;
        }
        begin(Network::none);
        std::atomic<std::size_t> next{0};
        // A worker is inside a parallel region, so that its layers compute on its own thread alone.
        at::parallel_for(0, static_cast<std::int64_t>(workers), 1, [&](std::int64_t, std::int64_t) {
            try {
                for (std::size_t i = next++; i < count; i = next++)
                    work(i);
            } catch (...) {
                next = count;
                throw;
            }
        });
    }

    const std::u32string& alphabet() const override { return alphabet_.characters(); }

    bool isLatin(std::int32_t character_class) const override {
        return isLatinCharacter(alphabet_.characters().at(static_cast<std::size_t>(character_class)));
    }

  private:
    enum class Network { none, detector, recognizer };

    void begin(Network network) {
        if (at::in_parallel_region()) return;  // forEach has begun
        useThreads(threads_);                  // an engine on the same thread may use another number
        // The two need blocks of other sizes: what one keeps is of no use to the other.
        if (std::exchange(last_, network) != network) KeptMemory::giveBack();
    }

    template <typename Module, typename... More>
    static Module load(const std::filesystem::path& file, const ComputeContext& context, More... more) {
        Weights weights(WeightFiles::openFile(file), context);
        Module network(WeightScope(weights, ""), more...);
        if (const auto damaged = weights.files().damagedFile(); !damaged.empty())
            throw Error(ErrorKind::file_changed, damaged.string() + " changed while it was read");
        return network;
    }

    // Of the two files the short one tells that it was cut: safetensors know their own length.
    static Alphabet alphabetFor(const std::filesystem::path& folder) {
        const std::filesystem::path file = folder / "alphabet.txt";
        Alphabet alphabet = Alphabet::open(file);
        const WeightFiles weights = WeightFiles::openFile(folder / "text_recognizer.safetensors");
        const TensorView* const head = weights.find("head.weight");
        // Blank and space stand in no line.
        if (head && !head->shape.empty() && head->shape[0] != alphabet.classes())
            throw Error(ErrorKind::invalid_model, file.string() + ": it has " +
                                                      std::to_string(alphabet.classes() - 2) +
                                                      " lines, and the recogniser knows " +
                                                      std::to_string(head->shape[0] - 2) + " characters");
        return alphabet;
    }

    // 0..255 -> -1..1
    static void normalise(const cv::Mat& bgr, at::Tensor out) {
        out.copy_(pixelsOf(bgr));
        out.div_(127.5).sub_(1.0);
    }

    // Of the softmax over all classes only two places a column are needed.
    // `count`: columns that the strip has; behind them is padding.
    std::vector<StripColumn> classify(const at::Tensor& features, std::int64_t count) const {
        std::vector<StripColumn> columns;
        for (std::int64_t begin = 0; begin < count; begin += columns_at_once) {
            const std::int64_t wanted = std::min(columns_at_once, count - begin);
            // Some of the padding too: every new number of rows is a kernel to be made.
            const std::int64_t taken = std::min<std::int64_t>(
                roundedUp(static_cast<int>(wanted), rows_of_a_kernel), features.size(0) - begin);
            const at::Tensor scores = recognizer_.scores(features.narrow(0, begin, taken));
            const auto classes = static_cast<std::size_t>(scores.size(1));
            for (std::int64_t i = 0; i < wanted; ++i)
                columns.push_back(
                    best(scores.const_data_ptr<float>() + static_cast<std::size_t>(i) * classes, classes));
        }
        return columns;
    }

    StripColumn best(const float* scores, std::size_t classes) const {
        const auto& kernels = kernels::bestKernels();
        StripColumn column;
        const float highest = kernels.largest(scores, classes);
        const auto total = static_cast<float>(kernels.sum_exp(scores, classes, highest));
        const float* const place = std::find(scores, scores + classes, highest);
        if (place != scores + classes) column.best = static_cast<std::int32_t>(place - scores);
        column.best_probability = 1 / total;
        float latin_score = scores[0];
        for (const std::int32_t latin : latin_classes_) {
            if (scores[latin] <= latin_score) continue;
            column.best_latin = latin;
            latin_score = scores[latin];
        }
        column.best_latin_probability = std::exp(latin_score - highest) / total;
        return column;
    }

    int threads_;
    Network last_ = Network::none;
    Alphabet alphabet_;
    at::ScalarType dtype_;
    TextDetector detector_;
    TextRecognizer recognizer_;
    std::vector<std::int32_t> latin_classes_;
};

}  // namespace

std::unique_ptr<TextNetworks> openTextNetworks(const std::filesystem::path& folder, ReaderOptions& options) {
    const ComputeContext context = textNetworkContext(options.precision);
    options.precision =
        context.weight_dtype == at::kBFloat16 ? ReaderPrecision::bfloat16 : ReaderPrecision::float32;
    options.threads = useThreads(options.threads);
    try {
        const c10::InferenceMode inference;
        return std::make_unique<TorchTextNetworks>(folder, context, options.threads);
    } catch (const c10::Error& error) {
        const std::string message = error.what_without_backtrace();
        throw Error(ErrorKind::internal,
                    "loading the text reader failed: " + message.substr(0, message.find('\n')));
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::out_of_memory, "there was not enough memory to load the text reader");
    }
}

}  // namespace sightline
