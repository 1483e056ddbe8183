#include "inference/files/safetensors_header.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "inference/error.h"

namespace sightline {
namespace {

constexpr std::size_t max_dimensions = 8;
constexpr std::size_t max_name_bytes = 1024;

struct DTypeFacts {
    DType dtype;
    const char* name;
    std::size_t bytes;
};
constexpr std::array<DTypeFacts, 10> dtype_facts{{{DType::f64, "F64", 8},
                                                  {DType::f32, "F32", 4},
                                                  {DType::f16, "F16", 2},
                                                  {DType::bf16, "BF16", 2},
                                                  {DType::i64, "I64", 8},
                                                  {DType::i32, "I32", 4},
                                                  {DType::i16, "I16", 2},
                                                  {DType::i8, "I8", 1},
                                                  {DType::u8, "U8", 1},
                                                  {DType::boolean, "BOOL", 1}}};
// Of the format, but of no use to a Qwen3-VL model here.
constexpr std::array<const char*, 10> foreign_dtypes{
    "U16", "U32", "U64", "F8_E4M3", "F8_E5M2", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F8_E8M0", "F4", "C64"};

const DTypeFacts& factsOf(DType dtype) {
    for (const DTypeFacts& facts : dtype_facts) {
        if (facts.dtype == dtype) {
            return facts;
        }
    }
    throw Error(ErrorKind::internal, "unknown tensor data type " + std::to_string(static_cast<int>(dtype)));
}

// Takes the parser's events, so that a header of any size is read once, without a tree of values, and equal
// keys cannot hide each other.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit HeaderReader(const std::string& file) : file_(file) {}

    std::vector<TensorEntry> take() { return std::move(entries_); }

    bool start_object(std::size_t) override {
        switch (place_) {
            case Place::start:
                place_ = Place::names;
                return true;
            case Place::name_value:
                place_ = Place::fields;
                seen_fields_.clear();
                return true;
            case Place::metadata_value:
                place_ = Place::metadata;
                seen_fields_.clear();
                return true;
            default:
                wrongValue("an object");
        }
    }

    bool key(string_t& value) override {
        switch (place_) {
            case Place::names:
                startName(value);
                break;
            case Place::metadata:
                if (!seen_fields_.insert(value).second) {
                    refuse("__metadata__ has the key " + quotedName(value) + " twice");
                }
                field_ = value;
                place_ = Place::metadata_string;
                break;
            default:
                startField(value);
                break;
        }
        return true;
    }

    bool end_object() override {
        if (place_ == Place::fields) {
            for (const char* field : {"dtype", "shape", "data_offsets"}) {
                if (!seen_fields_.contains(field)) {
                    refuseTensor(std::string("has no ") + field);
                }
            }
        }
        place_ = place_ == Place::names ? Place::end : Place::names;
        return true;
    }

    bool start_array(std::size_t) override {
        if (place_ == Place::shape_value) {
            place_ = Place::shape;
        } else if (place_ == Place::offsets_value) {
            place_ = Place::offsets;
            offsets_ = 0;
        } else {
            wrongValue("an array");
        }
        return true;
    }

    bool end_array() override {
        if (place_ == Place::offsets && offsets_ != 2) {
            refuseTensor("has data_offsets of " + std::to_string(offsets_) + " numbers, not 2");
        }
        place_ = Place::fields;
        return true;
    }

    bool number_unsigned(number_unsigned_t value) override {
        TensorEntry* const entry = entries_.empty() ? nullptr : &entries_.back();
        if (place_ == Place::shape) {
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                refuseTensor("has the dimension " + std::to_string(value) + " in shape");
            }
            if (entry->shape.size() == max_dimensions) {
                refuseTensor("has more than " + std::to_string(max_dimensions) + " dimensions");
            }
            entry->shape.push_back(static_cast<std::int64_t>(value));
        } else if (place_ == Place::offsets) {
            if (offsets_ == 2) {
                refuseTensor("has more than 2 data_offsets");
            }
            (offsets_ == 0 ? entry->begin : entry->end) = value;
            ++offsets_;
        } else {
            wrongValue(std::to_string(value));
        }
        return true;
    }

    bool string(string_t& value) override {
        if (place_ == Place::dtype_value) {
            entries_.back().dtype = dtypeNamed(value);
            place_ = Place::fields;
        } else if (place_ == Place::metadata_string) {
            place_ = Place::metadata;
        } else {
            wrongValue("the string " + quotedName(value));
        }
        return true;
    }

    bool number_integer(number_integer_t value) override { wrongValue(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& text) override { wrongValue(text.substr(0, 40)); }
    bool null() override { wrongValue("null"); }
    bool boolean(bool value) override { wrongValue(value ? "true" : "false"); }
    bool binary(binary_t&) override { wrongValue("binary data"); }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
        refuse("the header is not valid JSON at byte " + std::to_string(position));
    }

  private:
    enum class Place {
        start,
        names,            // in the outer object
        name_value,       // after a tensor's name
        fields,           // in a tensor's object
        dtype_value,      // after "dtype"
        shape_value,      // after "shape"
        shape,            // in its array
        offsets_value,    // after "data_offsets"
        offsets,          // in its array
        metadata_value,   // after "__metadata__"
        metadata,         // in its object
        metadata_string,  // after a key of it
        end,
    };

    [[noreturn]] void refuse(const std::string& what, ErrorKind kind = ErrorKind::invalid_model) const {
        throw Error(kind, file_ + ": " + what);
    }
    [[noreturn]] void refuseTensor(const std::string& what, ErrorKind kind = ErrorKind::invalid_model) const {
        refuse("tensor " + quotedName(entries_.back().name) + " " + what, kind);
    }

    [[noreturn]] void wrongValue(const std::string& value) const {
        switch (place_) {
            case Place::start:
            case Place::names:
            case Place::end:
                refuse("the header must be an object, not " + value);
            case Place::metadata_value:
                refuse("__metadata__ must be an object, not " + value);
            case Place::metadata:
            case Place::metadata_string:
                refuse("__metadata__ must hold strings only, but " + quotedName(field_) + " is " + value);
            case Place::name_value:
            case Place::fields:
                refuseTensor("must be an object, not " + value);
            case Place::dtype_value:
                refuseTensor("has a dtype that is not a string but " + value);
            case Place::shape_value:
            case Place::shape:
                refuseTensor("has a shape with " + value + " where a number >= 0 is expected");
            case Place::offsets_value:
            case Place::offsets:
                break;
        }
        refuseTensor("has data_offsets with " + value + " where a number >= 0 is expected");
    }

    void startName(const std::string& name) {
        if (!seen_names_.insert(name).second) {
            refuse("the name " + quotedName(name) + " stands twice in the header");
        }
        if (name == "__metadata__") {
            place_ = Place::metadata_value;
            return;
        }
        const bool printable =
            std::all_of(name.begin(), name.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
        if (name.empty() || name.size() > max_name_bytes || !printable) {
            refuse("the tensor name " + quotedName(name) + " is empty, too long or has control characters");
        }
        entries_.emplace_back().name = name;
        place_ = Place::name_value;
    }

    void startField(const std::string& field) {
        if (!seen_fields_.insert(field).second) {
            refuseTensor("has the field " + quotedName(field) + " twice");
        }
        if (field == "dtype") {
            place_ = Place::dtype_value;
        } else if (field == "shape") {
            place_ = Place::shape_value;
        } else if (field == "data_offsets") {
            place_ = Place::offsets_value;
        } else {
            refuseTensor("has the unknown field " + quotedName(field));
        }
    }

    DType dtypeNamed(const std::string& name) const {
        for (const DTypeFacts& facts : dtype_facts) {
            if (name == facts.name) {
                return facts.dtype;
            }
        }
        const bool known =
            std::find(foreign_dtypes.begin(), foreign_dtypes.end(), name) != foreign_dtypes.end();
        refuseTensor(
            "has the " + std::string(known ? "unsupported" : "unknown") + " dtype " + quotedName(name),
            known ? ErrorKind::unsupported : ErrorKind::invalid_model);
    }

    const std::string& file_;
    Place place_ = Place::start;
    std::set<std::string, std::less<>> seen_names_;
    std::set<std::string, std::less<>> seen_fields_;
    std::string field_;
    std::size_t offsets_ = 0;
    std::vector<TensorEntry> entries_;
};

void checkSize(const TensorEntry& entry, const std::string& file) {
    std::uint64_t bytes = sizeOf(entry.dtype);
    bool overflow = false;
    for (const std::int64_t dimension : entry.shape) {
        overflow = overflow || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(dimension), &bytes);
    }
    if (overflow || bytes != entry.end - entry.begin) {
        throw Error(ErrorKind::invalid_model,
                    file + ": tensor " + quotedName(entry.name) + " has shape " + shapeText(entry.shape) +
                        " of " + nameOf(entry.dtype) + ", which are not the " +
                        std::to_string(entry.end - entry.begin) + " bytes of its data_offsets");
    }
}

}  // namespace

std::size_t sizeOf(DType dtype) {
    return factsOf(dtype).bytes;
}

const char* nameOf(DType dtype) {
    return factsOf(dtype).name;
}

std::string quotedName(std::string_view name) {
    constexpr std::size_t longest = 120;
    const std::string quoted = nlohmann::json(std::string(name.substr(0, longest)))
                                   .dump(-1, ' ', true, nlohmann::json::error_handler_t::ignore);
    return name.size() <= longest ? quoted : quoted.substr(0, quoted.size() - 1) + "...\"";
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (const std::int64_t dimension : shape) {
        text += (text.size() > 1 ? ", " : "") + std::to_string(dimension);
    }
    return text + "]";
}

std::vector<TensorEntry> parseTensorHeader(std::string_view header, std::uint64_t data_bytes,
                                           const std::string& file) {
    // The parser would skip a byte order mark and white space, the format allows neither in front.
    if (header.empty() || header.front() != '{') {
        throw Error(ErrorKind::invalid_model, file + ": the header does not begin with {");
    }
    HeaderReader reader(file);
    nlohmann::json::sax_parse(header.begin(), header.end(), &reader);
    std::vector<TensorEntry> entries = reader.take();
    std::sort(entries.begin(), entries.end(), [](const TensorEntry& a, const TensorEntry& b) {
        return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    std::uint64_t covered = 0;
    for (const TensorEntry& entry : entries) {
        const auto refuse = [&](const std::string& what) {
            throw Error(ErrorKind::invalid_model, file + ": tensor " + quotedName(entry.name) +
                                                      " has data_offsets [" + std::to_string(entry.begin) +
                                                      ", " + std::to_string(entry.end) + "] that " + what);
        };
        if (entry.begin > entry.end) {
            refuse("descend");
        }
        if (entry.end > data_bytes) {
            refuse("reach beyond the end of the data (" + std::to_string(data_bytes) +
                   " bytes): the file is damaged or not complete");
        }
        if (entry.begin != covered) {
            refuse(entry.begin < covered ? "overlap another tensor" : "leave a hole before it");
        }
        checkSize(entry, file);
        covered = entry.end;
    }
    if (covered != data_bytes) {
        throw Error(ErrorKind::invalid_model, file + ": " + std::to_string(data_bytes - covered) +
                                                  " bytes at the end of the data belong to no tensor");
    }
    return entries;
}

}  // namespace sightline
