#include "inference/files/json_file.h"

#include <fstream>

#include "inference/error.h"

namespace sightline {

namespace {

[[noreturn]] void refuseFile(const std::string& file, const std::string& what) {
    throw Error(ErrorKind::invalid_model, file + ": " + what);
}

// Before the parser sees it, so that no depth of nesting costs more than one pass over the bytes.
void checkDepth(std::string_view text, const std::string& file) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > max_json_depth)
                refuseFile(file, "arrays and objects are nested deeper than " +
                                     std::to_string(max_json_depth) + " levels (byte " + std::to_string(i) +
                                     ")");
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
}

template <typename Json>
Json parseAs(std::string_view text, const std::string& file) {
    if (text.size() > max_json_bytes)
        refuseFile(file, "has " + std::to_string(text.size()) + " bytes, more than the " +
                             std::to_string(max_json_bytes) + " allowed");
    checkDepth(text, file);
    try {
        return Json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        refuseFile(file, "is not valid JSON at byte " + std::to_string(error.byte));
    } catch (const nlohmann::json::exception&) {
        refuseFile(file, "holds a number that is out of range");
    }
}

const nlohmann::json& requireField(const nlohmann::json& root, std::string_view field,
                                   const std::string& file) {
    const nlohmann::json* value = findField(root, field, file);
    if (value == nullptr) refuseField(file, field, "is missing");
    return *value;
}

std::string numberText(double number) {
    return nlohmann::json(number).dump();
}

std::int64_t checkedInt(const nlohmann::json& value, std::string_view field, std::int64_t lowest,
                        std::int64_t highest, const std::string& file) {
    const bool fits_int64 =
        value.is_number_integer() &&
        !(value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX));
    if (fits_int64) {
        const auto number = value.get<std::int64_t>();
        if (number >= lowest && number <= highest) return number;
    }
    refuseField(file, field,
                "must be an integer from " + std::to_string(lowest) + " to " + std::to_string(highest) +
                    ", not " + describeJson(value));
}

double checkedNumber(const nlohmann::json& value, std::string_view field, double lowest, double highest,
                     const std::string& file) {
    if (value.is_number()) {
        const auto number = value.get<double>();
        if (number >= lowest && number <= highest) return number;
    }
    refuseField(file, field,
                "must be a number from " + numberText(lowest) + " to " + numberText(highest) + ", not " +
                    describeJson(value));
}

const nlohmann::json& checkedType(const nlohmann::json& value, bool is_right, const char* wanted,
                                  std::string_view field, const std::string& file) {
    if (!is_right)
        refuseField(file, field, std::string("must be ") + wanted + ", not " + describeJson(value));
    return value;
}

bool checkedBool(const nlohmann::json& value, std::string_view field, const std::string& file) {
    return checkedType(value, value.is_boolean(), "true or false", field, file).get<bool>();
}

const std::string& checkedString(const nlohmann::json& value, std::string_view field,
                                 const std::string& file) {
    return checkedType(value, value.is_string(), "a string", field, file).get_ref<const std::string&>();
}

}  // namespace

void refuseField(const std::string& file, std::string_view field, const std::string& what) {
    refuseFile(file, (field.empty() ? "the file" : std::string(field)) + " " + what);
}

std::string describeJson(const nlohmann::json& value) {
    if (value.is_object()) return "an object";
    if (value.is_array()) return "an array";
    std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    if (text.size() > 60) text = text.substr(0, 57) + "...";
    return text;
}

std::string readWholeFile(const std::filesystem::path& path, std::size_t max_bytes) {
    const std::string name = path.filename().string();
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    if (status.type() == std::filesystem::file_type::not_found) refuseFile(name, "the file is missing");
    if (!std::filesystem::is_regular_file(status)) refuseFile(name, "is not a regular file");
    const auto size = std::filesystem::file_size(path, failure);
    if (failure) refuseFile(name, "cannot be read (" + failure.message() + ")");
    if (size > max_bytes)
        refuseFile(name, "has " + std::to_string(size) + " bytes, more than the " +
                             std::to_string(max_bytes) + " allowed");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    std::ifstream stream(path, std::ios::binary);
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!stream || static_cast<std::size_t>(stream.gcount()) != bytes.size())
        refuseFile(name, "cannot be read");
    return bytes;
}

nlohmann::json parseJson(std::string_view text, const std::string& file) {
    return parseAs<nlohmann::json>(text, file);
}

nlohmann::ordered_json parseOrderedJson(std::string_view text, const std::string& file) {
    return parseAs<nlohmann::ordered_json>(text, file);
}

nlohmann::json readJsonFile(const std::filesystem::path& path) {
    return parseJson(readWholeFile(path), path.filename().string());
}

const nlohmann::json* findField(const nlohmann::json& root, std::string_view field, const std::string& file) {
    const nlohmann::json* value = &root;
    std::size_t begin = 0;
    while (begin <= field.size()) {
        if (value->is_null()) return nullptr;
        checkedType(*value, value->is_object(), "an object", field.substr(0, begin == 0 ? 0 : begin - 1),
                    file);
        const std::size_t end = std::min(field.find('.', begin), field.size());
        const auto member = value->find(std::string(field.substr(begin, end - begin)));
        if (member == value->end()) return nullptr;
        value = &*member;
        begin = end + 1;
    }
    return value->is_null() ? nullptr : value;
}

std::int64_t requireInt(const nlohmann::json& root, std::string_view field, std::int64_t lowest,
                        std::int64_t highest, const std::string& file) {
    return checkedInt(requireField(root, field, file), field, lowest, highest, file);
}

double requireNumber(const nlohmann::json& root, std::string_view field, double lowest, double highest,
                     const std::string& file) {
    return checkedNumber(requireField(root, field, file), field, lowest, highest, file);
}

bool requireBool(const nlohmann::json& root, std::string_view field, const std::string& file) {
    return checkedBool(requireField(root, field, file), field, file);
}

const std::string& requireString(const nlohmann::json& root, std::string_view field,
                                 const std::string& file) {
    return checkedString(requireField(root, field, file), field, file);
}

const nlohmann::json& requireArray(const nlohmann::json& root, std::string_view field,
                                   const std::string& file) {
    const nlohmann::json& value = requireField(root, field, file);
    return checkedType(value, value.is_array(), "an array", field, file);
}

const nlohmann::json& requireObject(const nlohmann::json& root, std::string_view field,
                                    const std::string& file) {
    const nlohmann::json& value = requireField(root, field, file);
    return checkedType(value, value.is_object(), "an object", field, file);
}

std::int64_t optionalInt(const nlohmann::json& root, std::string_view field, std::int64_t lowest,
                         std::int64_t highest, std::int64_t fallback, const std::string& file) {
    const nlohmann::json* value = findField(root, field, file);
    return value == nullptr ? fallback : checkedInt(*value, field, lowest, highest, file);
}

double optionalNumber(const nlohmann::json& root, std::string_view field, double lowest, double highest,
                      double fallback, const std::string& file) {
    const nlohmann::json* value = findField(root, field, file);
    return value == nullptr ? fallback : checkedNumber(*value, field, lowest, highest, file);
}

bool optionalBool(const nlohmann::json& root, std::string_view field, bool fallback,
                  const std::string& file) {
    const nlohmann::json* value = findField(root, field, file);
    return value == nullptr ? fallback : checkedBool(*value, field, file);
}

std::string optionalString(const nlohmann::json& root, std::string_view field, const std::string& fallback,
                           const std::string& file) {
    const nlohmann::json* value = findField(root, field, file);
    return value == nullptr ? fallback : checkedString(*value, field, file);
}

}  // namespace sightline
