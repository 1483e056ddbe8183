#include "app/chat/reply_notices.h"

#include <utility>

#include "app/chat/running_replies.h"
#include "app/common/notifier.h"
#include "app/settings/settings.h"

namespace sightline {

ReplyNotices::ReplyNotices(RunningReplies& replies, const Settings& settings, Notifier& notifier,
                           std::function<bool(const QString&)> sees, double long_seconds, QObject* parent)
    : QObject(parent),
      settings_(settings),
      notifier_(notifier),
      sees_(std::move(sees)),
      long_seconds_(long_seconds) {
    connect(&replies, &RunningReplies::ended, this, &ReplyNotices::onEnded);
    connect(&notifier_, &Notifier::activated, this, [this](const QString& id, const QString& token) {
        if (told_.remove(id)) Q_EMIT wanted(id, token);
    });
}

void ReplyNotices::onEnded(const RunningReply& reply, const ReplyEnd& end) {
    const bool long_enough = end.total_seconds >= long_seconds_;
    if (!settings_.notifiesOfReplies() || !long_enough || end.reason == StopReason::cancelled ||
        sees_(reply.conversation))
        return;
    Notification notice;
    notice.id = reply.conversation;
    notice.title = reply.title.isEmpty() ? QStringLiteral("Sightline") : reply.title;
    notice.text = end.reason == StopReason::error ? tr("The question could not be answered.")
                                                  : tr("Your question is answered.");
    told_.insert(notice.id);
    notifier_.show(notice);
}

void ReplyNotices::look() {
    const QSet<QString> told = told_;
    for (const QString& conversation : told) {
        if (!sees_(conversation)) continue;
        told_.remove(conversation);
        notifier_.withdraw(conversation);
    }
}

}  // namespace sightline
