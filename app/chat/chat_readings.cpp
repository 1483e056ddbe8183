// ChatController: what the text reader finds in a picture, as a message of its own.
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <algorithm>
#include <utility>

#include "app/chat/chat_controller_private.h"
#include "app/chat/shown_message.h"

namespace sightline {

namespace {

bool shows(const ChatMessage& question, const QString& picture) {
    return std::any_of(question.parts.begin(), question.parts.end(), [&picture](const ChatPart& part) {
        return part.attachment && part.attachment->id == picture;
    });
}

}  // namespace

void ChatController::readAttachment(int row) {
    // What has no file yet would be lost with the program. It is a moment.
    if (d->tray.isEncoding()) {
        const quint64 key = row < 0 ? 0 : d->tray.model().rows()[static_cast<std::size_t>(row)].key;
        connect(
            &d->tray, &AttachmentTray::changed, this,
            [this, row, key] {
                const int now = row < 0 ? row : d->tray.model().find(key);
                if (row < 0 || now >= 0) readAttachment(now);
            },
            static_cast<Qt::ConnectionType>(Qt::AutoConnection | Qt::SingleShotConnection));
        return;
    }
    std::vector<ChatPart> pictures;
    const std::vector<AttachmentRow> rows = row < 0 ? d->tray.take() : d->tray.takeOne(row);
    d->releasePreviews();
    for (const AttachmentRow& taken : rows)
        pictures.push_back({{}, d->pixels.put(taken.attachment), taken.sight});
    d->readText(std::move(pictures));
}

void ChatController::readPicture(int message, int picture) {
    const ChatMessage* said = d->messageAt(message);
    if (!said || said->role != Role::user || picture < 0) return;
    for (const ChatPart& part : said->parts) {
        if (!part.attachment || picture-- > 0) continue;
        for (const ChatMessage* read : d->open.shown()) {
            const ChatMessage* question = findMessage(d->open.tree(), read->parent);
            if (read->kind == MessageKind::reading && question && shows(*question, part.attachment->id))
                return Q_EMIT messageWanted(d->rowOf(read->id));
        }
        return d->readText({part});
    }
}

void ChatController::Private::readText(std::vector<ChatPart> read) {
    if (read.empty()) return;
    ChatMessage question = startMessage(Role::user);
    question.parts = std::move(read);
    const QString id = question.id;
    keepSettings();
    open.say(std::move(question), open.tree().head.leaf);
    beginReading(id);
}

void ChatController::Private::beginReading(const QString& question) {
    ChatMessage made = startMessage(Role::assistant);
    made.kind = MessageKind::reading;
    made.state = ReplyState::streaming;
    const QString id = made.id;
    open.say(std::move(made), question);
    showNewest();
    readings.begin(id);
    Q_EMIT q.canSendChanged();
}

void ChatController::Private::showReading(const QString& message) {
    const int row = rowOf(message);
    const ChatMessage* said = messageAt(row);
    if (!said) return;
    ShownMessage shown = shownMessage(open.tree(), *said);
    if (shown.streaming) {
        shown.phases = {{ChatController::tr("Reading text"), QStringLiteral("running"),
                         readings.seconds(message), readings.progress(message)}};
    }
    messages.update(row, shown);
}

// Only one that failed, or was not read to its end, is worth it; what it has goes.
void ChatController::readAgain(int row) {
    const ChatMessage* said = d->messageAt(row);
    if (!said || d->readings.isReading(said->id)) return;
    const QString question = said->parent;
    if (!findMessage(d->open.tree(), question)) return;
    // With something below, what was there stays as a branch of its own.
    if (said->id == d->open.tree().head.leaf) d->open.takeBack(QString(said->id));
    d->messages.removeFrom(row);
    d->beginReading(question);
}

void ChatController::showReading(int row) {
    const ChatMessage* said = d->messageAt(row);
    if (said && said->kind == MessageKind::reading) d->viewer.open(d->rowOf(said->parent), 0, true);
}

void ChatController::copyReading(int row, const QString& format) {
    const ChatMessage* said = d->messageAt(row);
    const ChatMessage* question = said ? findMessage(d->open.tree(), said->parent) : nullptr;
    if (!question || said->kind != MessageKind::reading) return;
    const bool tables = format == QLatin1String("table");
    const QString markdown = tables ? readMarkdownTables(*said) : readMarkdown(*question, *said);
    const QString text = tables                                ? readTables(*said)
                         : format == QLatin1String("markdown") ? markdown
                                                               : readPlainText(*question, *said);
    if (text.isEmpty()) return;
    auto* data = new QMimeData;  // the clipboard's
    data->setText(text);
    if (format != QLatin1String("text")) data->setData(QStringLiteral("text/markdown"), markdown.toUtf8());
    QGuiApplication::clipboard()->setMimeData(data);
}

}  // namespace sightline
