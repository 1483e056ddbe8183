// Reading JSON that comes from outside: bounded in size and depth, and every refusal names the file and the
// field.
//
// All functions throw Error(invalid_model). `file` is what the message calls the file (its name, without
// folders). A field is a dotted path of object members from `root`: "text_config.hidden_size".
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace sightline {

inline constexpr std::size_t max_json_bytes = std::size_t{64} << 20;
inline constexpr int max_json_depth = 64;  // nested arrays and objects

// The whole of a regular file of at most `max_bytes`.
std::string readWholeFile(const std::filesystem::path& path, std::size_t max_bytes = max_json_bytes);

// UTF-8 JSON without comments; numbers out of double's range and NaN are refused, of equal keys the last one
// counts.
nlohmann::json parseJson(std::string_view text, const std::string& file);
nlohmann::json readJsonFile(const std::filesystem::path& path);
// The same with the members of objects in the order of the text.
nlohmann::ordered_json parseOrderedJson(std::string_view text, const std::string& file);

// Null if `field`, or an object on the way to it, is missing or JSON null. What stands on the way must be
// objects.
const nlohmann::json* findField(const nlohmann::json& root, std::string_view field, const std::string& file);

// The value must be there and of that type. Integers must be written as integers and lie in [lowest,
// highest], numbers too (integers are numbers).
std::int64_t requireInt(const nlohmann::json& root, std::string_view field, std::int64_t lowest,
                        std::int64_t highest, const std::string& file);
double requireNumber(const nlohmann::json& root, std::string_view field, double lowest, double highest,
                     const std::string& file);
bool requireBool(const nlohmann::json& root, std::string_view field, const std::string& file);
const std::string& requireString(const nlohmann::json& root, std::string_view field, const std::string& file);
const nlohmann::json& requireArray(const nlohmann::json& root, std::string_view field,
                                   const std::string& file);
const nlohmann::json& requireObject(const nlohmann::json& root, std::string_view field,
                                    const std::string& file);

// `fallback` if the field is missing or null; a wrong type or range is an error all the same.
std::int64_t optionalInt(const nlohmann::json& root, std::string_view field, std::int64_t lowest,
                         std::int64_t highest, std::int64_t fallback, const std::string& file);
double optionalNumber(const nlohmann::json& root, std::string_view field, double lowest, double highest,
                      double fallback, const std::string& file);
bool optionalBool(const nlohmann::json& root, std::string_view field, bool fallback, const std::string& file);
std::string optionalString(const nlohmann::json& root, std::string_view field, const std::string& fallback,
                           const std::string& file);

// "config.json: text_config.hidden_size must be ..., not 3.5", for checks of the caller's own.
[[noreturn]] void refuseField(const std::string& file, std::string_view field, const std::string& what);
// A value as it may stand in a message: short, one line.
std::string describeJson(const nlohmann::json& value);

}  // namespace sightline
