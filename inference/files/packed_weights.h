// The packed matrices of a model (int8, int4), ready to be computed with: taken from the packed file of the
// model's folder, which is made when there is none that fits.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "inference/engine.h"
#include "inference/files/model_config.h"
#include "inference/files/packed_memory.h"
#include "inference/files/safetensors.h"
#include "inference/kernels/packed_matrix.h"

namespace sightline {

struct PackedOptions {
    // Where packed files are kept; empty: nowhere, every load packs.
    std::filesystem::path cache_folder;
    Precision precision = Precision::int8;  // int8 or int4
    int threads = 1;                        // for packing and reading
    PackedPlacement placement = PackedPlacement::automatic;
};

enum class PackedStage {
    waiting,  // another process packs; fraction stays 0
    packing,  // once for a model on a computer
    reading,
};

// On the calling thread. fraction 0..1 of the stage; seconds_left of the stage, negative while it is not
// known.
using PackedProgress = std::function<void(PackedStage stage, double fraction, double seconds_left)>;

class PackedWeights {
  public:
    // `files` must have passed checkWeights, and may be closed afterwards; they expect rare reads then. Reads
    // the packed file of the model if it is whole and was made from these weights by this version (all of it
    // is summed up); otherwise packs the model, which takes a minute or so for 2 billion weights and hardly
    // any memory. Where no file can be written it packs into memory and says why (notice()).
    //
    // Processes that open the same folder at once pack one after the other; the second finds the file of the
    // first. Killed at any moment, none leaves a file that is believed.
    //
    // Throws Error(cancelled); Error(out_of_memory) if the packed weights do not fit, Error(invalid_model)
    // naming a tensor that has a value that is not a finite number, Error(file_changed) if a file of the
    // model changed meanwhile.
    static std::shared_ptr<const PackedWeights> open(const ModelConfig& config, const WeightFiles& files,
                                                     const std::filesystem::path& model_folder,
                                                     const PackedOptions& options,
                                                     const PackedProgress& progress, std::stop_token stop);

    // By the name that the matrix has in the model's files; null for tensors that are not packed (formatFor).
    // A convolution is the matrix of its flattened kernels. Valid as long as this lives.
    const kernels::PackedMatrix* find(std::string_view name) const;
    std::size_t bytes() const { return bytes_; }
    // One sentence if the packed weights could not be kept for the next start, else empty.
    const std::string& notice() const { return notice_; }
    // The packed file, if it is mapped and was changed or cut off since; else empty. What was computed since
    // may be wrong, see MappedFile.
    std::filesystem::path damagedFile() const;
    bool isMapped() const { return memory_.file != nullptr; }

  private:
    PackedWeights(const PackedPlan& plan, PackedMemory memory, std::string notice);

    PackedMemory memory_;
    std::string notice_;
    std::size_t bytes_ = 0;
    std::map<std::string, kernels::PackedMatrix, std::less<>> matrices_;
};

}  // namespace sightline
