#include "tests/inference/files/packed_models.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <ctime>
#include <utility>

#include "inference/files/model_weights.h"
#include "inference/kernels/half_float.h"

namespace sightline::test {

Opened openPacked(const std::filesystem::path& model, const PackedOptions& options, std::stop_token stop,
                  const std::function<void(PackedStage, double)>& watch) {
    const ModelConfig config = readModelConfig(model);
    const WeightFiles files = WeightFiles::open(model);
    checkWeights(config, files);
    Opened opened;
    const auto progress = [&](PackedStage stage, double fraction, double) {
        opened.packed |= stage == PackedStage::packing;
        opened.waited |= stage == PackedStage::waiting;
        if (watch) watch(stage, fraction);
    };
    opened.weights = PackedWeights::open(config, files, model, options, progress, std::move(stop));
    return opened;
}

PackedOptions optionsFor(const std::filesystem::path& cache, Precision precision, int threads) {
    PackedOptions options;
    options.cache_folder = cache;
    options.precision = precision;
    options.threads = threads;
    return options;
}

TinyModelOptions mediumModel() {
    TinyModelOptions options;
    options.text_layers = 6;
    options.hidden_size = 512;
    options.intermediate_size = 2048;
    return options;
}

float valueAt(const TensorView& view, std::size_t index) {
    if (view.dtype == DType::f32) {
        float value = 0;
        std::memcpy(&value, view.bytes.data() + 4 * index, sizeof value);
        return value;
    }
    std::uint16_t word = 0;
    std::memcpy(&word, view.bytes.data() + 2 * index, sizeof word);
    return view.dtype == DType::f16 ? kernels::floatFromHalf(word)
                                    : std::bit_cast<float>(std::uint32_t{word} << 16);
}

std::string differenceFromSource(const std::filesystem::path& model, const PackedWeights& weights,
                                 Precision precision) {
    const WeightFiles files = WeightFiles::open(model);
    std::size_t bytes = 0;
    const ModelConfig config = readModelConfig(model);
    for (const auto& [name, shape] : expectedTensors(config)) {
        const kernels::PackedMatrix* const matrix = weights.find(name);
        const auto format = formatFor(config, name, shape, precision);
        if ((matrix != nullptr) != format.has_value()) return name + " is packed, or is not";
        if (matrix == nullptr) continue;
        const TensorView& source = files.require(name, shape);
        const auto rows = static_cast<std::size_t>(shape.front());
        const auto columns = static_cast<std::size_t>(source.elements()) / rows;
        if (matrix->rows != rows || matrix->columns != columns || matrix->format != *format)
            return name + " has another shape or format";
        if (reinterpret_cast<std::uintptr_t>(matrix->data) % 64 != 0) return name + " is not aligned";
        std::vector<std::uint8_t> strip(matrix->stripBytes());
        std::vector<float> values(kernels::tile_rows * columns);
        for (std::size_t first = 0; first < rows; first += kernels::tile_rows) {
            const std::size_t count = std::min(kernels::tile_rows, rows - first);
            for (std::size_t i = 0; i < count * columns; ++i)
                values[i] = valueAt(source, first * columns + i);
            kernels::packStrip(*format, values.data(), count, columns, strip.data());
            if (std::memcmp(strip.data(), matrix->strip(first / kernels::tile_rows), strip.size()) != 0)
                return name + " differs in the strip of row " + std::to_string(first);
        }
        bytes += matrix->bytes();
    }
    return bytes == weights.bytes() ? std::string() : "bytes() is not their sum";
}

void setAge(const std::filesystem::path& path, int days) {
    const timespec then{time(nullptr) - days * 24 * 3600, 0};
    const std::array<timespec, 2> times{then, then};
    utimensat(AT_FDCWD, path.c_str(), times.data(), 0);
}

std::vector<std::string> namesIn(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace sightline::test
