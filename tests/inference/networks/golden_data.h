// The reference values that tests compare with: the excerpts in tests/data, and the full set where there is
// one.
#pragma once

#include <QByteArray>
#include <QCryptographicHash>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/test_paths.h"

namespace sightline::test {

inline std::filesystem::path testData() {
    return test_paths::data().toStdString();
}

// Empty if this machine does not have the full set.
inline std::filesystem::path goldenFolder() {
    const char* named = std::getenv("SIGHTLINE_GOLDEN");
    const std::filesystem::path folder =
        named ? std::filesystem::path(named)
              : std::filesystem::path(test_paths::source().toStdString()) / ".." / "shared" / "golden";
    return std::filesystem::exists(folder / "cases" / "index.json") ? folder : std::filesystem::path();
}

inline std::vector<std::uint8_t> readBytes(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline nlohmann::ordered_json readJson(const std::filesystem::path& path) {
    const auto bytes = readBytes(path);
    return nlohmann::ordered_json::parse(bytes.begin(), bytes.end());
}

struct Tensor {
    std::vector<std::int64_t> shape;
    std::vector<std::uint8_t> bytes;

    std::vector<std::int64_t> integers() const {
        std::vector<std::int64_t> values(bytes.size() / 8);
        std::memcpy(values.data(), bytes.data(), values.size() * 8);
        return values;
    }
};

// Deliberately not the reader of inference/: what a test expects must not come through the code it tests.
inline std::map<std::string, Tensor> readTensors(const std::filesystem::path& path) {
    const auto file = readBytes(path);
    std::uint64_t header_size = 0;
    std::memcpy(&header_size, file.data(), 8);
    const auto header =
        nlohmann::json::parse(file.begin() + 8, file.begin() + 8 + static_cast<std::ptrdiff_t>(header_size));
    std::map<std::string, Tensor> tensors;
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") continue;
        const auto data = file.begin() + 8 + static_cast<std::ptrdiff_t>(header_size);
        const std::vector<std::ptrdiff_t> offsets = entry.at("data_offsets");
        tensors[name] = {entry.at("shape"), {data + offsets[0], data + offsets[1]}};
    }
    return tensors;
}

inline std::string sha256(std::span<const std::uint8_t> bytes) {
    const QByteArray data(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
    return QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex().toStdString();
}

}  // namespace sightline::test
