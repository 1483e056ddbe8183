// Says when the window can be used, and which control has the focus; see app/common/trace.h.
#pragma once

class QQuickWindow;

namespace sightline {

class ConversationShelf;

// Before the event loop runs. Does nothing unless somebody listens.
void traceWindow(QQuickWindow& window, ConversationShelf& shelf);

}  // namespace sightline
