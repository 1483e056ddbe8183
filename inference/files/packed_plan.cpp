#include "inference/files/packed_plan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "inference/files/model_identity.h"
#include "inference/files/model_weights.h"

namespace sightline {
namespace {

// Goes up with every change of the layout, of packStrip (also of the scales that it chooses) or of formatFor:
// files of another version are packed again.
constexpr int packing_version = 2;
constexpr std::size_t page_bytes = 4096;
constexpr std::size_t piece_bytes = std::size_t{1} << 20;
constexpr std::size_t size_bytes = 8;

struct FormatRule {
    const char* beginning;  // of the tensor's name
    const char* end;
    kernels::WeightFormat at_int4;
};
// At int4 the vision encoder keeps 8 bits: it is a fifth of the weights and is read once a picture, not once
// a token. So do the matrices that make the values of attention: of all parts of the decoder they gain most
// for a byte (docs/performance.md, "Which layers keep 8 bits"). The first rule that fits counts; at int8
// everything has 8 bits.
constexpr std::array format_rules{
    FormatRule{"model.visual.", "", kernels::WeightFormat::int8},
    FormatRule{"", ".self_attn.v_proj.weight", kernels::WeightFormat::int8},
    FormatRule{"", "", kernels::WeightFormat::int4},
};

// Paths are bytes, JSON is Unicode.
std::string percentEncoded(const std::string& bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7F && c != '%') {
            text += c;
        } else {
            text += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return text;
}

std::optional<std::string> percentDecoded(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            bytes += text[i];
            continue;
        }
        unsigned value = 0;
        if (i + 2 >= text.size() ||
            std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr != text.data() + i + 3)
            return std::nullopt;
        bytes += static_cast<char>(value);
        i += 2;
    }
    return bytes;
}

std::string headOf(const PackedPlan& plan, const WeightFiles& files, const std::filesystem::path& folder,
                   Precision precision) {
    nlohmann::json header;
    nlohmann::json& metadata = header["__metadata__"];
    metadata = {{"format", "sightline packed weights"},
                {"version", std::to_string(packing_version)},
                {"precision", nameOf(precision)},
                {"source", hexOf(modelIdentity(folder, files))},
                {"folder", percentEncoded(folder.string())}};
    for (const PackedTensor& tensor : plan.tensors) {
        const kernels::PackedMatrix matrix = tensor.matrix(nullptr);
        header[tensor.name] = {{"dtype", "U8"},
                               {"shape", {matrix.rowTiles(), matrix.stripBytes()}},
                               {"data_offsets", {tensor.offset, tensor.offset + matrix.bytes()}}};
        metadata[tensor.name] =
            std::string(tensor.format == kernels::WeightFormat::int4 ? "int4 [" : "int8 [") +
            std::to_string(tensor.rows) + ", " + std::to_string(tensor.columns) + "]";
    }
    header["sightline.sums"] = {{"dtype", "U8"},
                                {"shape", {plan.sumsBytes()}},
                                {"data_offsets", {plan.data_bytes, plan.data_bytes + plan.sumsBytes()}}};
    std::string text = header.dump();
    text.resize((size_bytes + text.size() + page_bytes - 1) / page_bytes * page_bytes - size_bytes, ' ');
    std::string head(size_bytes, '\0');
    for (std::size_t i = 0; i < size_bytes; ++i)
        head[i] = static_cast<char>(text.size() >> (8 * i) & 0xFF);
    return head + text;
}

}  // namespace

std::optional<kernels::WeightFormat> formatFor(const ModelConfig& config, const std::string& name,
                                               const std::vector<std::int64_t>& shape, Precision precision) {
    if (shape.size() < 2 || name.ends_with("pos_embed.weight")) return std::nullopt;
    // Single rows of it are read, from the model's files; it is packed where it is the head too.
    if (name == "model.language_model.embed_tokens.weight" && !config.tie_word_embeddings)
        return std::nullopt;
    if (precision == Precision::int8) return kernels::WeightFormat::int8;
    return std::find_if(format_rules.begin(), format_rules.end(),
                        [&](const FormatRule& rule) {
                            return name.starts_with(rule.beginning) && name.ends_with(rule.end);
                        })
        ->at_int4;
}

PackedPlan planPacking(const ModelConfig& config, const WeightFiles& files,
                       const std::filesystem::path& folder, Precision precision) {
    PackedPlan plan;
    plan.model = config.name;
    for (const auto& [name, shape] : expectedTensors(config)) {
        const auto format = formatFor(config, name, shape, precision);
        if (!format) continue;
        PackedTensor tensor;
        tensor.name = name;
        tensor.format = *format;
        tensor.source = files.require(name, shape);
        tensor.rows = static_cast<std::size_t>(shape.front());
        tensor.columns = static_cast<std::size_t>(tensor.source.elements()) / tensor.rows;
        tensor.offset = plan.data_bytes;
        const kernels::PackedMatrix matrix = tensor.matrix(nullptr);
        const std::size_t strips = std::max<std::size_t>(1, piece_bytes / matrix.stripBytes());
        for (std::size_t first = 0; first < matrix.rowTiles(); first += strips) {
            PackedPiece piece;
            piece.tensor = plan.tensors.size();
            piece.first_strip = first;
            piece.strips = std::min(strips, matrix.rowTiles() - first);
            piece.offset = tensor.offset + first * matrix.stripBytes();
            piece.bytes = piece.strips * matrix.stripBytes();
            plan.pieces.push_back(piece);
        }
        plan.data_bytes += matrix.bytes();
        plan.tensors.push_back(std::move(tensor));
    }
    plan.head = headOf(plan, files, folder, precision);
    return plan;
}

std::optional<std::filesystem::path> folderInHead(std::string_view head) {
    if (head.size() <= size_bytes) return std::nullopt;
    const nlohmann::json header = nlohmann::json::parse(head.substr(size_bytes), nullptr, false);
    if (!header.is_object()) return std::nullopt;
    const auto metadata = header.find("__metadata__");
    if (metadata == header.end() || !metadata->is_object()) return std::nullopt;
    const auto folder = metadata->find("folder");
    if (folder == metadata->end() || !folder->is_string()) return std::nullopt;
    const auto bytes = percentDecoded(folder->get_ref<const std::string&>());
    if (!bytes || bytes->empty()) return std::nullopt;
    return std::filesystem::path(*bytes);
}

}  // namespace sightline
