#include "app/history/conversation_file.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <algorithm>

#include "app/common/own_copy.h"
#include "app/history/attachment_store.h"
#include "app/values/message_record.h"

namespace sightline {

namespace {

constexpr int format_version = 1;
constexpr int longest_side = 100'000;
const QLatin1String format_name("sightline-conversation");

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(ConversationFile)
};

[[noreturn]] void foreign() {
    throw TransferError(Texts::tr("This is no conversation that Sightline exported as JSON."));
}
[[noreturn]] void damaged() {
    throw TransferError(
        Texts::tr("The file is damaged: a part of the conversation is missing or was changed."));
}

QJsonValue parsed(const QString& json) {
    const QJsonDocument document = QJsonDocument::fromJson(json.toUtf8());
    if (document.isArray()) return document.array();
    return document.isObject() ? QJsonValue(document.object()) : QJsonValue();
}

QString unparsed(const QJsonValue& value) {
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    return {};
}

QString timeText(const QDateTime& time) {
    return time.toUTC().toString(Qt::ISODateWithMs);
}

QJsonObject headToJson(const ConversationHead& head) {
    return {{QStringLiteral("title"), head.title},
            {QStringLiteral("title_given"), head.title_given},
            {QStringLiteral("created"), timeText(head.created)},
            {QStringLiteral("updated"), timeText(head.updated)},
            {QStringLiteral("pinned"), head.pinned},
            {QStringLiteral("shown"), head.leaf},
            {QStringLiteral("parameters"), parsed(head.settings)}};
}

QJsonObject messageToJson(const ChatMessage& message) {
    QJsonObject object{{QStringLiteral("id"), message.id},
                       {QStringLiteral("role"), nameOf(message.role)},
                       {QStringLiteral("kind"), nameOf(message.kind)},
                       {QStringLiteral("state"), nameOf(message.state)},
                       {QStringLiteral("created"), timeText(message.created)},
                       {QStringLiteral("parts"), parsed(partsToJson(message.parts))}};
    if (!message.parent.isEmpty()) object.insert(QStringLiteral("parent"), message.parent);
    if (!message.thinking.isEmpty()) object.insert(QStringLiteral("thinking"), message.thinking);
    if (message.facts) object.insert(QStringLiteral("facts"), parsed(factsToJson(message.facts)));
    return object;
}

QByteArray indented(const QJsonValue& value) {
    return value.isArray() ? QJsonDocument(value.toArray()).toJson().trimmed()
                           : QJsonDocument(value.toObject()).toJson().trimmed();
}

// ---- Reading

QString textOf(const QJsonObject& object, const char* name) {
    const QJsonValue value = object.value(QLatin1String(name));
    if (!value.isUndefined() && !value.isString()) damaged();
    return ownCopy(value.toString());
}

QString neededText(const QJsonObject& object, const char* name) {
    const QString text = textOf(object, name);
    if (text.isEmpty()) damaged();
    return text;
}

QDateTime timeOf(const QJsonObject& object, const char* name) {
    const QDateTime time = QDateTime::fromString(neededText(object, name), Qt::ISODateWithMs);
    if (!time.isValid()) damaged();
    return time.toUTC();
}

// A name that this version knows; what is unknown would silently become something else.
template <typename Value>
Value known(const QJsonObject& object, const char* name, Value (*from)(const QString&)) {
    const QString text = neededText(object, name);
    const Value value = from(text);
    if (nameOf(value) != text) damaged();
    return value;
}

ConversationHead headFrom(const QJsonObject& object) {
    ConversationHead head;
    head.title = textOf(object, "title");
    head.title_given = object.value(QLatin1String("title_given")).toBool();
    head.created = timeOf(object, "created");
    head.updated = timeOf(object, "updated");
    head.pinned = object.value(QLatin1String("pinned")).toBool();
    head.leaf = textOf(object, "shown");
    head.settings = unparsed(object.value(QLatin1String("parameters")));
    return head;
}

ChatMessage messageFrom(const QJsonObject& object) {
    ChatMessage message;
    message.id = neededText(object, "id");
    message.parent = textOf(object, "parent");
    message.role = known(object, "role", &roleFrom);
    message.kind = known(object, "kind", &kindFrom);
    message.state = known(object, "state", &stateFrom);
    // Nobody writes it any more.
    if (message.state == ReplyState::streaming) message.state = ReplyState::interrupted;
    message.created = timeOf(object, "created");
    const QJsonValue parts = object.value(QLatin1String("parts"));
    if (!parts.isArray()) damaged();
    message.parts = partsFromJson(unparsed(parts));
    if (static_cast<qsizetype>(message.parts.size()) != parts.toArray().size()) damaged();
    message.thinking = textOf(object, "thinking");
    message.facts = factsFromJson(unparsed(object.value(QLatin1String("facts"))));
    return message;
}

CarriedPicture pictureFrom(const QString& sha256, const QJsonObject& object) {
    CarriedPicture picture;
    const auto decoded = QByteArray::fromBase64Encoding(
        object.value(QLatin1String("data")).toString().toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.isEmpty() || sha256Of(decoded.decoded) != sha256) damaged();
    picture.bytes = decoded.decoded;
    picture.mime = neededText(object, "mime");
    picture.size = {object.value(QLatin1String("width")).toInt(),
                    object.value(QLatin1String("height")).toInt()};
    const auto fits = [](int side) { return side > 0 && side <= longest_side; };
    if (!fits(picture.size.width()) || !fits(picture.size.height())) damaged();
    const QJsonValue reading = object.value(QLatin1String("reading"));
    if (reading.isObject())
        picture.reading = Reading{textOf(reading.toObject(), "text"), textOf(reading.toObject(), "page")};
    return picture;
}

void check(const ConversationFile& file) {
    QSet<QString> ids;
    for (const ChatMessage& message : file.tree.messages) {
        if (ids.contains(message.id) || (!message.parent.isEmpty() && !ids.contains(message.parent)))
            damaged();
        ids.insert(message.id);
        const std::vector<QString> wanted = filesOf(message.parts);
        if (std::any_of(wanted.begin(), wanted.end(),
                        [&file](const QString& name) { return file.pictures.count(name) == 0; }))
            damaged();
    }
    if (ids.isEmpty() || !ids.contains(file.tree.head.leaf)) damaged();
}

}  // namespace

void writeJson(const ConversationFile& file, const std::function<void(const QByteArray&)>& write) {
    QJsonArray messages;
    for (const ChatMessage& message : file.tree.messages)
        messages.append(messageToJson(message));
    write("{\n\"format\": \"" + QByteArray(format_name.data(), format_name.size()) +
          "\",\n\"version\": " + QByteArray::number(format_version) +
          ",\n\"conversation\": " + indented(headToJson(file.tree.head)) +
          ",\n\"messages\": " + indented(messages) + ",\n\"pictures\": {");
    bool first = true;
    for (const auto& [sha256, picture] : file.pictures) {
        QJsonObject facts{{QStringLiteral("mime"), picture.mime},
                          {QStringLiteral("width"), picture.size.width()},
                          {QStringLiteral("height"), picture.size.height()}};
        if (picture.reading)
            facts.insert(QStringLiteral("reading"),
                         QJsonObject{{QStringLiteral("text"), picture.reading->text},
                                     {QStringLiteral("page"), picture.reading->page}});
        QByteArray entry = QJsonDocument(facts).toJson(QJsonDocument::Compact);
        entry.chop(1);  // the brace
        write((first ? "\n\"" : ",\n\"") + sha256.toLatin1() + "\": " + entry + ",\"data\":\"");
        write(picture.bytes.toBase64());
        write("\"}");
        first = false;
    }
    write("\n}\n}\n");
}

ConversationFile conversationFromJson(const QByteArray& json) {
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    const bool ours = json.left(200).contains(format_name.data());
    if (document.isNull() && ours) damaged();
    const QJsonObject object = document.object();
    if (object.value(QLatin1String("format")).toString() != format_name) foreign();
    const QJsonValue version = object.value(QLatin1String("version"));
    if (!version.isDouble()) damaged();
    if (version.toInt() != format_version)
        throw TransferError(Texts::tr("The file was written by a later version of Sightline."));
    ConversationFile file;
    file.tree.head = headFrom(object.value(QLatin1String("conversation")).toObject());
    const QJsonValue messages = object.value(QLatin1String("messages"));
    const QJsonArray list = messages.toArray();
    for (const QJsonValue& message : list)
        file.tree.messages.push_back(messageFrom(message.toObject()));
    const QJsonObject pictures = object.value(QLatin1String("pictures")).toObject();
    for (auto picture = pictures.begin(); picture != pictures.end(); ++picture)
        file.pictures.emplace(ownCopy(picture.key()), pictureFrom(picture.key(), picture.value().toObject()));
    check(file);
    return file;
}

}  // namespace sightline
