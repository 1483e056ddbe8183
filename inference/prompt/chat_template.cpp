#include "inference/prompt/chat_template.h"

#include <nlohmann/json.hpp>

#include "inference/prompt/chat_template_interpreter.h"
#include "inference/prompt/chat_template_parser.h"

namespace sightline {

namespace {

class ParsedTemplate final : public ChatTemplate {
  public:
    ParsedTemplate(chat_template::Block root, std::string file)
        : root_(std::move(root)), file_(std::move(file)) {}

    MarkedText render(const nlohmann::ordered_json& context) const override {
        chat_template::Text text = chat_template::renderTemplate(root_, context, file_);
        MarkedText result;
        result.trusted.assign(text.marks.begin(), text.marks.end());
        result.bytes = std::move(text.bytes);
        return result;
    }

  private:
    chat_template::Block root_;
    std::string file_;
};

}  // namespace

std::unique_ptr<const ChatTemplate> ChatTemplate::parse(std::string_view source,
                                                        const std::string& file_name) {
    return std::make_unique<ParsedTemplate>(chat_template::parseTemplate(source, file_name), file_name);
}

}  // namespace sightline
