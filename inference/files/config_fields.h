// Reading one object of a configuration file: every refusal names the file and the full path of the field.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "inference/error.h"
#include "inference/files/json_file.h"

namespace sightline {

inline bool isThere(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

class ConfigFields {
  public:
    // `prefix` is the path of the object from `root`, empty for the root itself. `root` must outlive this.
    ConfigFields(const nlohmann::json& root, std::string file, std::string prefix = {})
        : root_(root), file_(std::move(file)), prefix_(std::move(prefix)) {}

    const std::string& file() const { return file_; }
    std::string path(const std::string& field) const {
        return prefix_.empty() ? field : prefix_ + "." + field;
    }
    ConfigFields inside(const std::string& field) const { return {root_, file_, path(field)}; }

    const nlohmann::json* find(const std::string& field) const {
        return findField(root_, path(field), file_);
    }
    bool has(const std::string& field) const { return find(field) != nullptr; }

    int integer(const std::string& field, int lowest, int highest) const {
        return static_cast<int>(requireInt(root_, path(field), lowest, highest, file_));
    }
    int integerOr(const std::string& field, int lowest, int highest, int fallback) const {
        return static_cast<int>(optionalInt(root_, path(field), lowest, highest, fallback, file_));
    }
    std::int64_t longIntegerOr(const std::string& field, std::int64_t lowest, std::int64_t highest,
                               std::int64_t fallback) const {
        return optionalInt(root_, path(field), lowest, highest, fallback, file_);
    }
    double number(const std::string& field, double lowest, double highest) const {
        return requireNumber(root_, path(field), lowest, highest, file_);
    }
    double numberOr(const std::string& field, double lowest, double highest, double fallback) const {
        return optionalNumber(root_, path(field), lowest, highest, fallback, file_);
    }
    bool booleanOr(const std::string& field, bool fallback) const {
        return optionalBool(root_, path(field), fallback, file_);
    }
    std::string stringOr(const std::string& field, const std::string& fallback) const {
        return optionalString(root_, path(field), fallback, file_);
    }
    const nlohmann::json& array(const std::string& field) const {
        return requireArray(root_, path(field), file_);
    }
    const nlohmann::json& object(const std::string& field) const {
        return requireObject(root_, path(field), file_);
    }

    // An option of which this program implements one value only; a missing field means that value.
    void only(const std::string& field, const nlohmann::json& implemented) const {
        const nlohmann::json* const value = find(field);
        if (value != nullptr && *value != implemented) {
            unsupported(field,
                        describeJson(*value) + " is not supported (only " + describeJson(implemented) + ")");
        }
    }

    [[noreturn]] void refuse(const std::string& field, const std::string& what) const {
        refuseField(file_, path(field), what);
    }
    [[noreturn]] void unsupported(const std::string& field, const std::string& what) const {
        throw Error(ErrorKind::unsupported, file_ + ": " + path(field) + " " + what);
    }

  private:
    const nlohmann::json& root_;
    std::string file_;
    std::string prefix_;
};

}  // namespace sightline
