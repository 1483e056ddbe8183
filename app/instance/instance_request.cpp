#include "app/instance/instance_request.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtEndian>
#include <array>
#include <utility>

namespace sightline {

namespace {

constexpr std::array<char, 4> magic{'S', 'L', 'I', 'N'};

constexpr std::array<std::pair<InstanceReply::State, const char*>, 3> reply_states{
    {{InstanceReply::State::taken, "taken"},
     {InstanceReply::State::refused, "refused"},
     {InstanceReply::State::ended, "ended"}}};

QByteArray frameOf(const QJsonObject& object) {
    const QByteArray body = QJsonDocument(object).toJson(QJsonDocument::Compact);
    if (body.size() > largest_frame) return {};
    QByteArray frame(frame_head, '\0');
    std::copy(magic.begin(), magic.end(), frame.begin());
    qToBigEndian<quint16>(instance_version, frame.data() + 4);
    qToBigEndian<quint32>(static_cast<quint32>(body.size()), frame.data() + 6);
    return frame + body;
}

std::optional<QJsonObject> objectFrom(const QByteArray& body) {
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject()) return std::nullopt;
    return document.object();
}

}  // namespace

Frame takeFrame(QByteArray& received) {
    const qsizetype known = std::min<qsizetype>(received.size(), magic.size());
    if (!std::equal(received.begin(), received.begin() + known, magic.begin()))
        return {Frame::State::nonsense, {}};
    if (received.size() < frame_head) return {};
    if (qFromBigEndian<quint16>(received.constData() + 4) != instance_version)
        return {Frame::State::other_version, {}};
    const qsizetype size = qFromBigEndian<quint32>(received.constData() + 6);
    if (size > largest_frame) return {Frame::State::nonsense, {}};
    if (received.size() < frame_head + size) return {};
    Frame frame{Frame::State::complete, received.mid(frame_head, size)};
    received.remove(0, frame_head + size);
    return frame;
}

QByteArray frameOf(const InstanceRequest& request) {
    return frameOf(QJsonObject{{QStringLiteral("verb"), request.verb},
                               {QStringLiteral("arguments"), QJsonArray::fromStringList(request.arguments)},
                               {QStringLiteral("folder"), request.folder},
                               {QStringLiteral("token"), request.activation_token}});
}

QByteArray frameOf(const InstanceReply& reply) {
    QString state;
    for (const auto& [known, name] : reply_states) {
        if (known == reply.state) state = QLatin1String(name);
    }
    return frameOf(QJsonObject{{QStringLiteral("state"), state},
                               {QStringLiteral("code"), reply.code},
                               {QStringLiteral("text"), reply.text}});
}

std::optional<InstanceRequest> requestFrom(const QByteArray& body) {
    const auto object = objectFrom(body);
    if (!object) return std::nullopt;
    const QJsonValue verb = object->value(QStringLiteral("verb"));
    const QJsonValue arguments = object->value(QStringLiteral("arguments"));
    const QJsonValue folder = object->value(QStringLiteral("folder"));
    const QJsonValue token = object->value(QStringLiteral("token"));
    if (!verb.isString() || !arguments.isArray() || !folder.isString() || !token.isString())
        return std::nullopt;
    InstanceRequest request{verb.toString(), {}, folder.toString(), token.toString()};
    for (const QJsonValue& word : arguments.toArray()) {
        if (!word.isString()) return std::nullopt;
        request.arguments << word.toString();
    }
    return request;
}

std::optional<InstanceReply> replyFrom(const QByteArray& body) {
    const auto object = objectFrom(body);
    if (!object) return std::nullopt;
    const QJsonValue code = object->value(QStringLiteral("code"));
    const QJsonValue text = object->value(QStringLiteral("text"));
    if (!code.isDouble() || !text.isString()) return std::nullopt;
    for (const auto& [state, name] : reply_states) {
        if (object->value(QStringLiteral("state")) == QLatin1String(name))
            return InstanceReply{state, code.toInt(), text.toString()};
    }
    return std::nullopt;
}

}  // namespace sightline
