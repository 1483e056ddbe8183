#include "app/values/message_record.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "app/common/own_copy.h"

namespace sightline {

namespace {

template <typename Value>
using Names = std::array<std::pair<Value, const char*>, 7>;

constexpr Names<StopReason> stop_reasons = {{{StopReason::end_of_turn, "end_of_turn"},
                                             {StopReason::max_tokens, "max_tokens"},
                                             {StopReason::stop_text, "stop_text"},
                                             {StopReason::cancelled, "cancelled"},
                                             {StopReason::context_full, "context_full"},
                                             {StopReason::repetition, "repetition"},
                                             {StopReason::error, "error"}}};

QString nameOf(StopReason reason) {
    for (const auto& [value, name] : stop_reasons) {
        if (value == reason) return QString::fromLatin1(name);
    }
    return QStringLiteral("error");
}

StopReason stopReasonFrom(const QString& name) {
    for (const auto& [value, known] : stop_reasons) {
        if (name == QLatin1String(known)) return value;
    }
    return StopReason::error;
}

void put(QJsonObject& object, const char* name, const QString& text) {
    if (!text.isEmpty()) object.insert(QLatin1String(name), text);
}

QString get(const QJsonObject& object, const char* name) {
    return ownCopy(object.value(QLatin1String(name)).toString());
}

QString compact(const QJsonDocument& document) {
    return QString::fromUtf8(document.toJson(QJsonDocument::Compact));
}

// The names are those of the fields.
struct CountField {
    const char* name;
    int SequenceStatistics::*field;
};
constexpr std::array<CountField, 5> counts = {
    {{"prompt_tokens", &SequenceStatistics::prompt_tokens},
     {"picture_tokens", &SequenceStatistics::picture_tokens},
     {"reused_tokens", &SequenceStatistics::reused_tokens},
     {"pictures_from_cache", &SequenceStatistics::pictures_from_cache},
     {"reply_tokens", &SequenceStatistics::reply_tokens}}};
struct SecondsField {
    const char* name;
    double SequenceStatistics::*field;
};
constexpr std::array<SecondsField, 4> seconds = {
    {{"encode_seconds", &SequenceStatistics::encode_seconds},
     {"prefill_seconds", &SequenceStatistics::prefill_seconds},
     {"decode_seconds", &SequenceStatistics::decode_seconds},
     {"engine_first_token_seconds", &SequenceStatistics::first_token_seconds}}};

QJsonObject attachmentToJson(const Attachment& attachment) {
    QJsonObject object;
    put(object, "file", attachment.file);
    put(object, "id", attachment.id);
    put(object, "name", attachment.name);
    put(object, "mime", attachment.mime);
    put(object, "note", attachment.note);
    object.insert(QLatin1String("width"), attachment.size.width());
    object.insert(QLatin1String("height"), attachment.size.height());
    return object;
}

AttachmentRef attachmentFromJson(const QJsonObject& object) {
    auto attachment = std::make_shared<Attachment>();
    attachment->file = get(object, "file");
    attachment->id = get(object, "id");
    attachment->name = get(object, "name");
    attachment->mime = get(object, "mime");
    attachment->note = get(object, "note");
    attachment->size = {object.value(QLatin1String("width")).toInt(),
                        object.value(QLatin1String("height")).toInt()};
    return attachment;
}

void putSight(QJsonObject& object, const PictureSight& sight) {
    put(object, "detail", sight.detail);
    put(object, "read_text", sight.read_text);
    if (sight.budget.min_pixels > 0)
        object.insert(QLatin1String("min_pixels"), static_cast<double>(sight.budget.min_pixels));
    if (sight.budget.max_pixels > 0)
        object.insert(QLatin1String("max_pixels"), static_cast<double>(sight.budget.max_pixels));
}

PictureSight sightFrom(const QJsonObject& object) {
    const auto pixels = [&object](const char* name) {
        return std::max<std::int64_t>(0, object.value(QLatin1String(name)).toInteger());
    };
    return {{pixels("min_pixels"), pixels("max_pixels")}, get(object, "detail"), get(object, "read_text")};
}

std::vector<ChatPart> partsForStorage(const std::vector<ChatPart>& parts) {
    std::vector<ChatPart> copies;
    copies.reserve(parts.size());
    for (const ChatPart& part : parts) {
        ChatPart copy{ownCopy(part.text),
                      nullptr,
                      {part.sight.budget, ownCopy(part.sight.detail), ownCopy(part.sight.read_text)},
                      ownCopy(part.plain_text)};
        if (part.attachment) {
            auto attachment = std::make_shared<Attachment>();
            attachment->id = ownCopy(part.attachment->id);
            attachment->name = ownCopy(part.attachment->name);
            attachment->note = ownCopy(part.attachment->note);
            attachment->size = part.attachment->size;
            attachment->file = ownCopy(part.attachment->file);
            attachment->mime = ownCopy(part.attachment->mime);
            copy.attachment = std::move(attachment);
        }
        copies.push_back(std::move(copy));
    }
    return copies;
}

}  // namespace

QString partsToJson(const std::vector<ChatPart>& parts) {
    QJsonArray array;
    for (const ChatPart& part : parts) {
        QJsonObject object;
        put(object, "text", part.text);
        put(object, "plain_text", part.plain_text);
        if (part.attachment) object.insert(QLatin1String("attachment"), attachmentToJson(*part.attachment));
        if (part.attachment) putSight(object, part.sight);
        array.append(object);
    }
    return compact(QJsonDocument(array));
}

std::vector<ChatPart> partsFromJson(const QString& json) {
    std::vector<ChatPart> parts;
    const QJsonArray array = QJsonDocument::fromJson(json.toUtf8()).array();
    for (const QJsonValue& value : array) {
        if (!value.isObject()) continue;
        const QJsonObject object = value.toObject();
        ChatPart part{get(object, "text"), nullptr, sightFrom(object), get(object, "plain_text")};
        const QJsonValue attachment = object.value(QLatin1String("attachment"));
        if (attachment.isObject()) part.attachment = attachmentFromJson(attachment.toObject());
        parts.push_back(std::move(part));
    }
    return parts;
}

QString factsToJson(const std::optional<ReplyFacts>& facts) {
    if (!facts) return {};
    QJsonObject object;
    put(object, "model", facts->model_name);
    put(object, "stop_reason", nameOf(facts->stop_reason));
    put(object, "error", facts->error);
    if (facts->demo) object.insert(QLatin1String("demo"), true);
    if (facts->moved_to_processor) object.insert(QLatin1String("moved_to_processor"), true);
    object.insert(QLatin1String("first_token_seconds"), facts->first_token_seconds);
    object.insert(QLatin1String("total_seconds"), facts->total_seconds);
    object.insert(QLatin1String("thinking_seconds"), facts->thinking_seconds);
    for (const CountField& count : counts)
        object.insert(QLatin1String(count.name), facts->statistics.*count.field);
    for (const SecondsField& time : seconds)
        object.insert(QLatin1String(time.name), facts->statistics.*time.field);
    return compact(QJsonDocument(object));
}

std::optional<ReplyFacts> factsFromJson(const QString& json) {
    const QJsonDocument document = QJsonDocument::fromJson(json.toUtf8());
    if (!document.isObject()) return std::nullopt;
    const QJsonObject object = document.object();
    ReplyFacts facts;
    facts.model_name = get(object, "model");
    facts.stop_reason = stopReasonFrom(get(object, "stop_reason"));
    facts.error = get(object, "error");
    facts.demo = object.value(QLatin1String("demo")).toBool();
    facts.moved_to_processor = object.value(QLatin1String("moved_to_processor")).toBool();
    facts.first_token_seconds = object.value(QLatin1String("first_token_seconds")).toDouble();
    facts.total_seconds = object.value(QLatin1String("total_seconds")).toDouble();
    facts.thinking_seconds = object.value(QLatin1String("thinking_seconds")).toDouble();
    for (const CountField& count : counts)
        facts.statistics.*count.field = object.value(QLatin1String(count.name)).toInt();
    for (const SecondsField& time : seconds)
        facts.statistics.*time.field = object.value(QLatin1String(time.name)).toDouble();
    return facts;
}

QString nameOf(Role role) {
    switch (role) {
        case Role::system:
            return QStringLiteral("system");
        case Role::user:
            return QStringLiteral("user");
        case Role::tool:
            return QStringLiteral("tool");
        case Role::assistant:
            break;
    }
    return QStringLiteral("assistant");
}

QString nameOf(ReplyState state) {
    switch (state) {
        case ReplyState::streaming:
            return QStringLiteral("streaming");
        case ReplyState::complete:
            return QStringLiteral("complete");
        case ReplyState::interrupted:
            break;
    }
    return QStringLiteral("interrupted");
}

QString nameOf(MessageKind kind) {
    return kind == MessageKind::reading ? QStringLiteral("reading") : QStringLiteral("chat");
}

Role roleFrom(const QString& name) {
    for (const Role role : {Role::system, Role::user, Role::tool}) {
        if (name == nameOf(role)) return role;
    }
    return Role::assistant;
}

ReplyState stateFrom(const QString& name) {
    for (const ReplyState state : {ReplyState::streaming, ReplyState::complete}) {
        if (name == nameOf(state)) return state;
    }
    return ReplyState::interrupted;
}

MessageKind kindFrom(const QString& name) {
    return name == nameOf(MessageKind::reading) ? MessageKind::reading : MessageKind::chat;
}

ChatMessage forStorage(const ChatMessage& message) {
    ChatMessage copy;
    copy.id = ownCopy(message.id);
    copy.role = message.role;
    copy.parts = partsForStorage(message.parts);
    copy.created = QDateTime::fromMSecsSinceEpoch(message.created.toMSecsSinceEpoch(), Qt::UTC);
    copy.state = message.state;
    copy.facts = message.facts;
    if (copy.facts) {
        copy.facts->model_name = ownCopy(copy.facts->model_name);
        copy.facts->error = ownCopy(copy.facts->error);
    }
    copy.kind = message.kind;
    copy.parent = ownCopy(message.parent);
    copy.thinking = ownCopy(message.thinking);
    return copy;
}

ConversationHead forStorage(const ConversationHead& head) {
    ConversationHead copy = head;
    for (QString* text : {&copy.id, &copy.title, &copy.leaf, &copy.settings, &copy.draft.text})
        *text = ownCopy(*text);
    for (QDateTime* time : {&copy.created, &copy.updated, &copy.trashed}) {
        if (time->isValid()) *time = QDateTime::fromMSecsSinceEpoch(time->toMSecsSinceEpoch(), Qt::UTC);
    }
    copy.draft.parts = partsForStorage(head.draft.parts);
    return copy;
}

QString searchedText(const std::vector<ChatPart>& parts) {
    QString text;
    for (const ChatPart& part : parts)
        text += part.plain_text.isEmpty() ? part.text : part.plain_text;
    return text;
}

std::vector<QString> filesOf(const std::vector<ChatPart>& parts) {
    std::vector<QString> files;
    for (const ChatPart& part : parts) {
        if (!part.attachment || part.attachment->file.isEmpty()) continue;
        if (std::find(files.begin(), files.end(), part.attachment->file) == files.end())
            files.push_back(part.attachment->file);
    }
    return files;
}

}  // namespace sightline
