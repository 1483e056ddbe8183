#include "app/replies/code_highlights.h"

#include <utility>

#include "app/common/own_copy.h"

namespace sightline {

void CodeHighlights::request(const QString& language, const QString& code, Result result) {
    tasks_.start([language = ownCopy(language), code = ownCopy(code), result = std::move(result)] {
        QList<CodeSpan> spans = highlightCode(language, code);
        return [spans = std::move(spans), result] { result(spans); };
    });
}

}  // namespace sightline
