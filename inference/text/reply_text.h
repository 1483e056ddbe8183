// The text of a reply as its tokens come: whole characters only, nothing that may be the beginning of a stop
// text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inference/text/tokenizer.h"

namespace sightline {

class ReplyText {
  public:
    explicit ReplyText(std::vector<std::string> stop_texts);

    // The characters that this token releases. After `stopped()` nothing is released any more.
    std::string push(std::string_view token_bytes);
    // What was held back, once the reply is over for another reason.
    std::string finish();
    bool stopped() const { return stopped_; }

  private:
    std::string release();

    std::vector<std::string> stop_texts_;
    Utf8Stream characters_;
    std::string held_;
    bool stopped_ = false;
};

}  // namespace sightline
