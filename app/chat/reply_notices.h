// A long reply that ended while nobody saw it is told by the desktop.
#pragma once

#include <QObject>
#include <QSet>
#include <QString>
#include <functional>

namespace sightline {

class Notifier;
class RunningReplies;
class Settings;
struct ReplyEnd;
struct RunningReply;

// GUI thread. What was said is never told: what is shown by the desktop may be kept by it, or seen by others.
class ReplyNotices : public QObject {
    Q_OBJECT

  public:
    // All outlive the object. `sees`: the user sees this conversation now. A reply that took less than
    // `long_seconds` is not told.
    ReplyNotices(RunningReplies& replies, const Settings& settings, Notifier& notifier,
                 std::function<bool(const QString& conversation)> sees, double long_seconds,
                 QObject* parent = nullptr);

    // Other things are seen now: notices of them go.
    void look();

  Q_SIGNALS:
    void wanted(const QString& conversation, const QString& token);  // see Notifier::activated

  private:
    void onEnded(const RunningReply& reply, const ReplyEnd& end);

    const Settings& settings_;
    Notifier& notifier_;
    const std::function<bool(const QString&)> sees_;
    const double long_seconds_;
    QSet<QString> told_;  // conversations
};

}  // namespace sightline
