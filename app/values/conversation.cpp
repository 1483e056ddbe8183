#include "app/values/conversation.h"

#include <QUuid>
#include <algorithm>
#include <array>

namespace sightline {

namespace {

constexpr qsizetype longest_title = 60;
constexpr qsizetype longest_name = 120;

bool misleads(QChar character) {
    constexpr std::array<char16_t, 3> marks = {0x061C, 0x200E, 0x200F};
    const char16_t code = character.unicode();
    return character.category() == QChar::Other_Control || character.category() == QChar::Separator_Line ||
           character.category() == QChar::Separator_Paragraph || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || std::find(marks.begin(), marks.end(), code) != marks.end();
}

}  // namespace

QString ChatMessage::text() const {
    QString all;
    for (const ChatPart& part : parts)
        all += part.text;
    return all;
}

QString newId() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

Conversation startConversation() {
    return {newId(), {}, QDateTime::currentDateTimeUtc(), {}};
}

ChatMessage startMessage(Role role) {
    ChatMessage message;
    message.id = newId();
    message.role = role;
    message.created = QDateTime::currentDateTimeUtc();
    return message;
}

QString titleFrom(const QString& question) {
    const QString trimmed = question.trimmed();
    QString line = trimmed.left(trimmed.indexOf(QLatin1Char('\n'))).simplified();
    if (line.size() <= longest_title) return line;
    qsizetype end = longest_title - 1;
    if (line.at(end - 1).isHighSurrogate()) --end;
    return line.left(end).trimmed() + QChar(0x2026);
}

QString titleFrom(const std::vector<const ChatMessage*>& messages) {
    QString picture;
    for (const ChatMessage* message : messages) {
        if (message->role != Role::user) continue;
        if (const QString title = titleFrom(message->text()); !title.isEmpty()) return title;
        for (const ChatPart& part : message->parts) {
            if (part.attachment && picture.isEmpty()) picture = titleFrom(part.attachment->name);
        }
    }
    return picture;
}

QString displayName(const QString& path) {
    QString name = path.section(QLatin1Char('/'), -1, -1, QString::SectionSkipEmpty);
    for (QChar& character : name) {
        if (misleads(character)) character = QChar::ReplacementCharacter;
    }
    if (name.size() <= longest_name) return name;
    const QString ellipsis(QChar(0x2026));
    QString start = name.left(longest_name - 40);
    QString end = name.right(39);
    if (start.back().isHighSurrogate()) start.chop(1);
    if (end.front().isLowSurrogate()) end.remove(0, 1);
    return start + ellipsis + end;
}

}  // namespace sightline
