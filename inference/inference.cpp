// What libsightline_inference.so exports: the object behind the door.
#include <algorithm>
#include <string>

#include "inference/engine.h"
#include "inference/files/inspect_model.h"
#include "inference/files/packed_place.h"
#include "inference/networks/qwen_engine.h"
#include "inference/networks/torch_runtime.h"
#include "inference/pictures/picture_file.h"
#include "inference/reader.h"
#if defined(SIGHTLINE_OPENCV_VERSION)
#include "inference/reading/text_reader.h"
#endif

namespace sightline {
namespace {

class LoadedInference final : public Inference {
  public:
    std::string torchVersion() const override { return sightline::torchVersion(); }

    std::string libraries() const override {
#if defined(SIGHTLINE_OPENCV_VERSION)
        std::string text = "OpenCV " SIGHTLINE_OPENCV_VERSION;
#else
        std::string text = "no OpenCV (only PPM pictures)";
#endif
#if defined(SIGHTLINE_SENTENCEPIECE_VERSION)
        return text + ", SentencePiece " SIGHTLINE_SENTENCEPIECE_VERSION;
#else
        return text + ", no SentencePiece (no models with a tokenizer.model)";
#endif
    }

    ModelFacts inspect(const std::filesystem::path& folder) const override {
        return inspectModel(folder);
    }

    std::vector<PackedFileFacts> packedFiles(const std::filesystem::path& folder,
                                             const std::filesystem::path& packed_folder) const override {
        return packedFilesOf(folder, packed_folder);
    }
    std::unique_ptr<Engine> openEngine(const std::filesystem::path& folder, const EngineOptions& options,
                                       const LoadProgress& progress, std::stop_token stop) const override {
        try {
            return std::make_unique<QwenEngine>(folder, options, progress, std::move(stop));
        } catch (const c10::OutOfMemoryError&) {
            throw Error(ErrorKind::out_of_memory, "there was not enough memory to load the model");
        } catch (const c10::Error& error) {
            const std::string message = error.what_without_backtrace();
            throw Error(ErrorKind::internal, "loading failed: " + message.substr(0, message.find('\n')));
        } catch (const std::bad_alloc&) {
            throw Error(ErrorKind::out_of_memory, "there was not enough memory to load the model");
        }
    }

    std::unique_ptr<Reader> openReader(const std::filesystem::path& folder,
                                       const ReaderOptions& options) const override {
#if defined(SIGHTLINE_OPENCV_VERSION)
        return openTextReader(folder, options);
#else
        static_cast<void>(folder);
        static_cast<void>(options);
        throw Error(ErrorKind::unsupported, "the text reader is not built in, because OpenCV was missing");
#endif
    }

    Picture decodePicture(std::span<const std::uint8_t> file) const override {
        return decodePictureFile(file);
    }
};

}  // namespace
}  // namespace sightline

extern "C" __attribute__((visibility("default"))) const sightline::Inference* sightline_inference(int abi) {
    static const sightline::LoadedInference inference;
    return abi == sightline_inference_abi ? &inference : nullptr;
}
