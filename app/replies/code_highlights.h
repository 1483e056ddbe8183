// Highlights code away from the GUI thread.
#pragma once

#include <QList>
#include <QString>
#include <functional>

#include "app/common/background_tasks.h"
#include "app/replies/code_highlighter.h"

namespace sightline {

// GUI thread. One thread of its own takes requests in order.
class CodeHighlights {
  public:
    using Result = std::function<void(const QList<CodeSpan>&)>;

    // `result` is called from the event loop, unless the object goes before; it may have nothing to tell any
    // more by then.
    void request(const QString& language, const QString& code, Result result);

  private:
    BackgroundTasks tasks_{1};
};

}  // namespace sightline
