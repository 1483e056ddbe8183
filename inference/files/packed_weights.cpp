#include "inference/files/packed_weights.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "inference/error.h"
#include "inference/files/packed_folder.h"
#include "inference/files/packed_place.h"
#include "inference/files/weight_packing.h"
#include "inference/system_memory.h"

namespace sightline {
namespace {

namespace fs = std::filesystem;

std::string mebibytes(std::size_t bytes) {
    return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB";
}

// Turns counts of pieces into the fraction and the time that is left.
class StageProgress {
  public:
    StageProgress(const PackedProgress& progress, PackedStage stage, std::size_t pieces)
        : progress_(progress), stage_(stage), pieces_(static_cast<double>(pieces)) {
        if (progress_) progress_(stage_, 0, -1);
    }
    void operator()(std::size_t done) const {
        if (!progress_) return;
        const double fraction = static_cast<double>(done) / pieces_;
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start_;
        const bool known = taken.count() > 0.5 || fraction > 0.1;
        progress_(stage_, fraction, known ? taken.count() * (1 - fraction) / fraction : -1);
    }

  private:
    const PackedProgress& progress_;
    PackedStage stage_;
    double pieces_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

class Opening {
  public:
    Opening(const ModelConfig& config, const WeightFiles& files, const fs::path& model_folder,
            const PackedOptions& options, const PackedProgress& progress, std::stop_token stop)
        : files_(files),
          options_(options),
          progress_(progress),
          stop_(std::move(stop)),
          plan_(planPacking(config, files, plainPath(model_folder), options.precision)),
          path_(packedPath(options.cache_folder, plainPath(model_folder), options.precision)) {}

    const PackedPlan& plan() const { return plan_; }
    const std::string& notice() const { return notice_; }

    PackedMemory run() {
        if (options_.cache_folder.empty()) return packIntoMemory();
        if (PackedMemory memory = read()) {
            markUsed(path_);
            if (PackedFolderLock::tryNow(options_.cache_folder).held())
                sweepPackedFolder(options_.cache_folder);
            return memory;
        }
        std::string reason = path_.string() + " is not what was written";
        try {
            if (PackedMemory memory = packIntoFile()) return memory;
        } catch (const CannotKeep& failure) {
            reason = failure.what();
        }
        notice_ = "the packed weights of " + plan_.model + " are not kept for the next start: " + reason;
        return packIntoMemory();
    }

  private:
    PackedMemory read() const {
        const StageProgress progress(progress_, PackedStage::reading, plan_.pieces.size());
        return readPacked(path_, plan_, options_.placement, options_.threads, progress, stop_);
    }

    // Throws CannotKeep.
    PackedMemory packIntoFile() const {
        makePackedFolder(options_.cache_folder);
        const auto waiting = [this] {
            if (progress_) progress_(PackedStage::waiting, 0, -1);
        };
        const PackedFolderLock lock = PackedFolderLock::wait(options_.cache_folder, waiting, stop_);
        if (PackedMemory memory = read()) return memory;  // another process has packed meanwhile
        if (lock.held()) sweepPackedFolder(options_.cache_folder);
        NewPackedFile file(path_, plan_.fileBytes());
        const std::vector<std::uint64_t> sums =
            pack([&](const PackedPiece& piece, std::span<const std::uint8_t> bytes) {
                file.write(std::as_bytes(bytes), plan_.head.size() + piece.offset);
            });
        file.write(std::as_bytes(std::span(sums)), plan_.sumsOffset());
        file.write(std::as_bytes(std::span(plan_.head)), 0);
        file.finish();
        return read();
    }

    PackedMemory packIntoMemory() const {
        const std::size_t available = availableMemory();
        if (available < plan_.data_bytes)
            throw Error(ErrorKind::out_of_memory, "the packed weights of " + plan_.model + " need " +
                                                      mebibytes(plan_.data_bytes) + " of memory, but " +
                                                      mebibytes(available) + " are available");
        const auto buffer = std::make_shared<HugeBuffer>(plan_.data_bytes);
        pack([&](const PackedPiece& piece, std::span<const std::uint8_t> bytes) {
            std::copy(bytes.begin(), bytes.end(), buffer->data() + piece.offset);
        });
        return {buffer, nullptr, buffer->data()};
    }

    std::vector<std::uint64_t> pack(const PieceSink& sink) const {
        const StageProgress progress(progress_, PackedStage::packing, plan_.pieces.size());
        files_.expectReads(MappedFile::Reads::usual);
        std::vector<std::uint64_t> sums = packPieces(plan_, files_, options_.threads, sink, progress, stop_);
        files_.expectReads(MappedFile::Reads::rare);
        return sums;
    }

    const WeightFiles& files_;
    const PackedOptions& options_;
    const PackedProgress& progress_;
    std::stop_token stop_;
    PackedPlan plan_;
    fs::path path_;
    std::string notice_;
};

}  // namespace

PackedWeights::PackedWeights(const PackedPlan& plan, PackedMemory memory, std::string notice)
    : memory_(std::move(memory)), notice_(std::move(notice)), bytes_(plan.data_bytes) {
    for (const PackedTensor& tensor : plan.tensors)
        matrices_.emplace(tensor.name, tensor.matrix(memory_.data));
}

std::shared_ptr<const PackedWeights> PackedWeights::open(const ModelConfig& config, const WeightFiles& files,
                                                         const fs::path& model_folder,
                                                         const PackedOptions& options,
                                                         const PackedProgress& progress,
                                                         std::stop_token stop) {
    if (!isPacked(options.precision))
        throw Error(ErrorKind::internal,
                    std::string("weights are not packed for ") + nameOf(options.precision));
    // Unless they are packed, little is needed of them: samples that tell them from others, norms and biases,
    // later rows of embeddings.
    files.expectReads(MappedFile::Reads::rare);
    Opening opening(config, files, model_folder, options, progress, std::move(stop));
    PackedMemory memory = opening.run();
    return std::shared_ptr<const PackedWeights>(
        new PackedWeights(opening.plan(), std::move(memory), opening.notice()));
}

const kernels::PackedMatrix* PackedWeights::find(std::string_view name) const {
    const auto place = matrices_.find(name);
    return place == matrices_.end() ? nullptr : &place->second;
}

fs::path PackedWeights::damagedFile() const {
    return memory_.file && memory_.file->damaged() ? memory_.file->path() : fs::path();
}

}  // namespace sightline
