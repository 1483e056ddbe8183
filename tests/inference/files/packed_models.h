// Small models and their packed files, for the tests that pack them.
#pragma once

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "inference/files/packed_folder.h"
#include "inference/files/packed_place.h"
#include "inference/files/packed_weights.h"
#include "tests/inference/file_bytes.h"
#include "tests/tiny_model/tiny_model.h"

namespace sightline::test {

struct Opened {
    std::shared_ptr<const PackedWeights> weights;
    bool packed = false;  // and not just read
    bool waited = false;
};

Opened openPacked(const std::filesystem::path& model, const PackedOptions& options, std::stop_token stop = {},
                  const std::function<void(PackedStage, double)>& watch = {});
PackedOptions optionsFor(const std::filesystem::path& cache, Precision precision = Precision::int4,
                         int threads = 2);

// Large enough to be met while it is packed.
TinyModelOptions mediumModel();

// A number of a tensor in F32, F16 or BF16.
float valueAt(const TensorView& view, std::size_t index);

// The matrices of a model, packed one by one; empty if all in `weights` are equal to them, else what differs.
std::string differenceFromSource(const std::filesystem::path& model, const PackedWeights& weights,
                                 Precision precision);

#define VERIFY_PACKED_FROM(model, weights, precision)                                         \
    do {                                                                                      \
        const std::string difference = differenceFromSource((model), (weights), (precision)); \
        QVERIFY2(difference.empty(), difference.c_str());                                     \
    } while (false)

void setAge(const std::filesystem::path& path, int days);
// In order.
std::vector<std::string> namesIn(const std::filesystem::path& folder);

// A model and a cache folder in a temporary folder of their own.
class PackedModels {
  public:
    void begin() {
        folder_ = std::make_unique<QTemporaryDir>();
        writeTinyModel(model());
    }
    QString folder() const { return folder_->path(); }
    std::filesystem::path path(const char* name) const {
        return std::filesystem::path(folder_->path().toStdString()) / name;
    }
    std::filesystem::path model() const { return path("model"); }
    std::filesystem::path cache() const { return path("cache"); }
    std::filesystem::path packed(Precision precision = Precision::int4) const {
        return packedPath(cache(), model(), precision);
    }

  private:
    std::unique_ptr<QTemporaryDir> folder_;
};

}  // namespace sightline::test
