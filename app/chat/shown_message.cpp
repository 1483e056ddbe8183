#include "app/chat/shown_message.h"

#include <QCoreApplication>
#include <utility>

#include "app/chat/reading_turns.h"
#include "app/models/model_worker.h"
#include "app/models/reply_text.h"
#include "app/pictures/picture_prices.h"
#include "app/pictures/picture_reading.h"
#include "app/pictures/picture_store.h"
#include "app/values/picture_detail.h"

namespace sightline {

namespace {

QString captionOf(const ChatPart& part) {
    QString caption = pictureSizeText(part.attachment->size, {});
    if (const auto detail = detailFrom(part.sight.detail)) {
        if (*detail != Detail::automatic) caption += QStringLiteral(" · ") + detailName(*detail);
    }
    if (!part.attachment->note.isEmpty()) caption += QStringLiteral(" · ") + part.attachment->note;
    return caption;
}

ReplyEnd endOf(const ReplyFacts& facts) {
    ReplyEnd end;
    end.reason = facts.stop_reason;
    end.statistics = facts.statistics;
    end.first_token_seconds = facts.first_token_seconds;
    end.total_seconds = facts.total_seconds;
    end.problem.sentence = facts.error;
    return end;
}

struct ReadingWords {
    Q_DECLARE_TR_FUNCTIONS(sightline::ReadingWords)

  public:
    static QString interrupted() { return tr("This text was not read to its end."); }
};

ShownMessage shownReading(const ConversationTree& tree, const ChatMessage& message, ShownMessage shown) {
    shown.role = QStringLiteral("reading");
    shown.streaming = message.state == ReplyState::streaming;
    const ChatMessage* question = findMessage(tree, message.parent);
    shown.text = readMarkdown(question ? *question : ChatMessage(), message);
    if (shown.streaming) return shown;
    shown.has_table = !readTables(message).isEmpty();
    if (message.state == ReplyState::interrupted) {
        shown.stop_reason = QStringLiteral("interrupted");
        shown.notice = ReadingWords::interrupted();
        return shown;
    }
    int words = 0;
    for (const ChatPart& part : message.parts)
        words += static_cast<int>(part.plain_text.simplified().count(QLatin1Char(' '))) +
                 (part.plain_text.trimmed().isEmpty() ? 0 : 1);
    if (words > 0) shown.facts = PictureReading::tr("%Ln word(s)", nullptr, words);  // as beside the picture
    if (!message.facts) return shown;
    if (words > 0 && message.facts->total_seconds > 0)
        shown.facts += QStringLiteral(" · ") + secondsText(message.facts->total_seconds);
    shown.stop_reason = stopReasonId(message.facts->stop_reason);
    shown.error = message.facts->error;
    return shown;
}

}  // namespace

ShownMessage shownMessage(const ConversationTree& tree, const ChatMessage& message, int max_tokens) {
    ShownMessage shown;
    shown.id = message.id;
    const Siblings siblings = siblingsOf(tree, message.id);
    shown.branch = siblings.index;
    shown.branches = static_cast<int>(siblings.ids.size());
    if (message.kind == MessageKind::reading) return shownReading(tree, message, std::move(shown));
    shown.text = message.text();
    if (message.role == Role::user) {
        shown.role = QStringLiteral("user");
        for (const ChatPart& part : message.parts) {
            if (!part.attachment) continue;
            const auto& preview = part.attachment->preview;
            shown.pictures.push_back(
                {preview ? preview->source() : PictureStore::keptSource(part.attachment->file),
                 part.attachment->name, captionOf(part), part.attachment->size});
        }
        return shown;
    }
    shown.role = QStringLiteral("assistant");
    shown.streaming = message.state == ReplyState::streaming;
    if (message.facts) {
        shown.demo = message.facts->demo;
        shown.think_seconds = message.facts->thinking_seconds;
        if (message.facts->moved_to_processor)
            shown.notice = QCoreApplication::translate("ShownMessage",
                                                       "The memory of the graphics card was full, so the "
                                                       "processor went on with this answer.");
    }
    if (shown.streaming) return shown;
    if (message.state == ReplyState::interrupted) {
        shown.stop_reason = QStringLiteral("interrupted");
        shown.notice = QCoreApplication::translate(
            "ShownMessage", "Sightline ended while this reply was made. Continue goes on from here.");
    } else if (message.facts) {
        const ReplyEnd end = endOf(*message.facts);
        shown.facts = factsText(end);
        shown.stop_reason = stopReasonId(end.reason);
        shown.error = end.problem.sentence;
        if (const QString notice = noticeFor(end.reason, max_tokens); !notice.isEmpty())
            shown.notice = notice;
    }
    return shown;
}

}  // namespace sightline
