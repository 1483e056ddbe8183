#include "inference/tools/golden_set.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

#include "inference/pictures/picture_file.h"

namespace sightline::golden {
namespace {

at::ScalarType scalarType(DType dtype) {
    switch (dtype) {
        case DType::f64:
            return at::kDouble;
        case DType::f32:
            return at::kFloat;
        case DType::f16:
            return at::kHalf;
        case DType::bf16:
            return at::kBFloat16;
        case DType::i64:
            return at::kLong;
        case DType::i32:
            return at::kInt;
        case DType::i16:
            return at::kShort;
        case DType::i8:
            return at::kChar;
        case DType::u8:
            return at::kByte;
        case DType::boolean:
            return at::kBool;
    }
    return at::kFloat;
}

std::vector<std::uint8_t> readBytes(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorKind::invalid_input, file.string() + " cannot be read");
    return {std::istreambuf_iterator<char>(stream), {}};
}

// "text.layer_out.12" -> "text.layer_out": one figure a kind of stage.
std::string stageOf(const std::string& name) {
    const auto dot = name.rfind('.');
    const bool numbered =
        dot != std::string::npos && name.find_first_not_of("0123456789", dot + 1) == std::string::npos;
    return numbered ? name.substr(0, dot) : name;
}

std::string shapeText(const at::Tensor& tensor) {
    std::string text = "[";
    for (const auto size : tensor.sizes())
        text += (text.size() > 1 ? ", " : "") + std::to_string(size);
    return text + "]";
}

}  // namespace

Json readJson(const std::filesystem::path& file) {
    const auto bytes = readBytes(file);
    Json json = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
    if (json.is_discarded()) throw Error(ErrorKind::invalid_input, file.string() + " is not JSON");
    return json;
}

Tensors::Tensors(const std::filesystem::path& file) : file_(file.string()) {
    const SafetensorsFile source = SafetensorsFile::open(file);
    for (const auto& [name, view] : source.tensors()) {
        at::Tensor tensor = at::empty(view.shape, at::TensorOptions().dtype(scalarType(view.dtype)));
        if (!view.bytes.empty()) std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
        tensors_.emplace(name, std::move(tensor));
    }
}

const at::Tensor& Tensors::at(const std::string& name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) throw Error(ErrorKind::invalid_input, file_ + " has no tensor " + name);
    return found->second;
}

void Comparison::note(const std::string& stage, double error) {
    const auto [entry, fresh] = errors_.try_emplace(stage, error);
    if (fresh)
        order_.push_back(stage);
    else
        entry->second = std::max(entry->second, error);
}

void Comparison::values(const std::string& name, const at::Tensor& mine, const at::Tensor& reference,
                        double limit) {
    if (mine.sizes() != reference.sizes()) {
        failures_.push_back(name + " has the shape " + shapeText(mine) + " instead of " +
                            shapeText(reference));
        return;
    }
    const double error =
        mine.numel() == 0 ? 0 : (mine.to(at::kDouble) - reference.to(at::kDouble)).abs().max().item<double>();
    number(name, std::isnan(error) ? std::numeric_limits<double>::infinity() : error, limit);
}

void Comparison::number(const std::string& name, double value, double limit) {
    note(stageOf(name), value);
    char text[96];
    if (limit >= 0 && !(value <= limit)) {
        std::snprintf(text, sizeof text, " %.3g > %.3g", value, limit);
        failures_.push_back(name + text);
    }
}

void Comparison::equal(const std::string& name, const at::Tensor& mine, const at::Tensor& reference) {
    check(name, mine.sizes() == reference.sizes() && at::equal(mine.to(reference.scalar_type()), reference));
}

void Comparison::check(const std::string& what, bool good) {
    if (!good)
        failures_.push_back(what + " differ");
    else
        exact_.push_back(what);
}

std::string Comparison::line() const {
    std::string text;
    for (const std::string& name : exact_)
        text += (text.empty() ? "" : ", ") + name;
    if (!text.empty()) text += " exact";
    for (const std::string& stage : order_) {
        char figure[32];
        std::snprintf(figure, sizeof figure, " %.1e", errors_.at(stage));
        text += (text.empty() ? "" : "; ") + stage + figure;
    }
    for (const std::string& failure : failures_)
        text += "\n         wrong: " + failure;
    return text;
}

Media::Media(const std::filesystem::path& folder) : folder_(folder) {
    for (const bool video : {false, true}) {
        const auto index = folder / (video ? "videos" : "images") / "index.json";
        if (!std::filesystem::exists(index)) continue;
        const Json json = readJson(index);
        for (const auto& [name, info] : json.items())
            entries_.push_back({name, info, video});
    }
    for (const Entry& entry : entries_) {
        if (entry.video) continue;
        try {
            picture(entry.info.at("file").get<std::string>());
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::unsupported) can_decode_ = false;
        }
        break;
    }
}

Picture Media::picture(const std::string& file) const {
    return decodePictureFile(readBytes(folder_ / file));
}

VideoPart Media::video(const Entry& entry) const {
    auto video = std::make_shared<Video>();
    for (const auto& frame : entry.info.at("frames"))
        video->frames.push_back(picture(frame.get<std::string>()));
    if (entry.info.contains("fps") && entry.info.at("fps").is_number())
        video->fps = entry.info.at("fps").get<double>();
    VideoPart part;
    part.video = video;
    part.sample_frames = entry.info.value("do_sample_frames", true);
    return part;
}

VisualInput Media::stored(const Entry& entry) const {
    const Tensors tensors(folder_ / entry.info.at("data").get<std::string>());
    VisualInput input;
    input.type = entry.video ? TokenType::video : TokenType::image;
    const at::Tensor grid = tensors.at("grid_thw").flatten();
    const auto side = [&](std::int64_t i) { return static_cast<int>(grid[i].item<std::int64_t>()); };
    input.patches.grid = {side(0), side(1), side(2)};
    const at::Tensor bytes = tensors.at("patches_u8").contiguous();
    const auto* data = bytes.const_data_ptr<std::uint8_t>();
    input.patches.data.assign(data, data + bytes.numel());
    if (entry.video)
        for (const auto& seconds : entry.info.at("timestamps"))
            input.timestamps.push_back(seconds.get<double>());
    input.content = contentId(input.patches);
    return input;
}

VisualInput Media::visual(const Entry& entry, const ModelConfig& config) const {
    if (!can_decode_) return stored(entry);
    VisualInput input;
    if (entry.video) {
        VideoPatches made = videoPatches(video(entry), config.video);
        input.type = TokenType::video;
        input.patches = std::move(made.patches);
        input.timestamps = std::move(made.timestamps);
    } else {
        input.patches =
            imagePatches(picture(entry.info.at("file").get<std::string>()), config.image_patches, {});
    }
    input.content = contentId(input.patches);
    return input;
}

const Media::Entry& Media::find(const std::string& path) const {
    for (const Entry& entry : entries_) {
        const std::string own =
            entry.video ? "videos/" + entry.name : entry.info.value("file", std::string());
        if (own == path) return entry;
    }
    throw Error(ErrorKind::invalid_input, path + " is in no index");
}

std::vector<VisualInput> Media::visuals(const Json& messages, const ModelConfig& config) const {
    std::vector<VisualInput> result;
    for (const auto& message : messages) {
        if (!message.contains("content") || !message.at("content").is_array()) continue;
        for (const auto& part : message.at("content")) {
            const std::string type = part.value("type", std::string());
            if ((type == "image" || type == "video") && part.contains(type))
                result.push_back(visual(find(part.at(type).get<std::string>()), config));
        }
    }
    return result;
}

}  // namespace sightline::golden
