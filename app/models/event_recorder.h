// Writes into the log what the inference thread does, and shows the phases of the reply in work.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <QVariantList>
#include <map>
#include <optional>
#include <vector>

#include "app/models/event_log.h"
#include "app/models/model_worker.h"

namespace sightline {

// GUI thread. Of the loads, replies and readings of one ModelWorker, whoever ordered them.
class EventRecorder : public QObject {
    Q_OBJECT
    Q_PROPERTY(QObject* events READ events CONSTANT)  // an EventFilter: see event_log.h for the rows
    Q_PROPERTY(QObject* log READ logObject CONSTANT)  // all of them, an EventLog
    // Of the load or the reply that was heard of last: {name, text, progress (0..1; -1 = nobody knows),
    // done}.
    Q_PROPERTY(QVariantList phases READ phases NOTIFY phasesChanged)

  public:
    explicit EventRecorder(ModelWorker& worker, QObject* parent = nullptr);

    EventLog& log() { return log_; }
    QObject* events() { return &filter_; }
    QObject* logObject() { return &log_; }
    QVariantList phases() const;

  Q_SIGNALS:
    void phasesChanged();

  private:
    struct ShownPhase {
        std::optional<Phase> phase;  // empty: a load
        QString facts;               // "640 tokens"
        double progress = -1;
        double seconds = 0;
        bool done = false;
    };
    struct Reply {
        Phase phase = Phase::encode;
        bool begun = false;
        QElapsedTimer clock;  // of the phase
        int tokens = 0;
    };

    void say(const QString& text, LogEvent::Source source = LogEvent::Source::engine);
    void complain(const Problem& problem, LogEvent::Source source = LogEvent::Source::engine);
    void onProgress(quint64 ticket, Phase phase, double progress);
    void onFinished(quint64 ticket, const ReplyEnd& end);
    void onLoaded(const LoadedModel& model);
    void onMemory(const MemoryUse& use);
    void begin(std::optional<Phase> phase);
    QString nameOf(const ShownPhase& phase) const;
    void advance(double progress, const QString& facts);
    void finishPhase();

    EventLog log_;
    EventFilter filter_{log_};
    std::map<quint64, Reply> replies_;
    std::map<quint64, QElapsedTimer> readings_;
    std::vector<ShownPhase> phases_;
    QElapsedTimer clock_;  // of the last phase, while it is not done
    QTimer tick_;          // its seconds go on although nothing is heard of it
    quint64 shown_ = 0;    // the reply that `phases_` is of; 0 = a load
    MemoryUse memory_;
};

}  // namespace sightline
