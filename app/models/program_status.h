// What the status bar says beside the model: memory, what waits, what the next question takes of the context.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <QVariantMap>
#include <functional>

#include "app/models/model_worker.h"

namespace sightline {

// Lives on the GUI thread. Looks at the program's memory every two seconds, and at once when a reply, a
// reading or a load ends.
class ProgramStatus : public QObject {
    Q_OBJECT
    Q_PROPERTY(QString memoryText READ memoryText NOTIFY changed)  // of program and model; empty = unknown
    Q_PROPERTY(QString memoryDetail READ memoryDetail NOTIFY changed)  // a sentence with its parts
    Q_PROPERTY(int queueLength READ queueLength NOTIFY changed)        // that wait; not the one in work
    Q_PROPERTY(int contextPending READ contextPending NOTIFY changed)  // tokens of the pictures that wait
    // Memory of the computer: total (bytes, 0 = unknown), here and others (parts of it, 0..1), text.
    Q_PROPERTY(QVariantMap computer READ computer NOTIFY changed)

  public:
    struct Waiting {
        int questions = 0;  // that wait before they are handed to the worker
        int picture_tokens = 0;
    };
    // `waiting` is asked at each refresh.
    ProgramStatus(ModelWorker& worker, std::function<Waiting()> waiting, QObject* parent = nullptr);

    QString memoryText() const { return memory_text_; }
    QString memoryDetail() const { return memory_detail_; }
    int queueLength() const { return queue_length_; }
    int contextPending() const { return context_pending_; }
    QVariantMap computer() const { return computer_; }

    void refresh();

  Q_SIGNALS:
    void changed();

  private:
    static QVariantMap describeComputer(std::size_t here);

    ModelWorker& worker_;
    const std::function<Waiting()> waiting_;
    QTimer timer_;
    MemoryUse model_;
    QVariantMap computer_;
    QString memory_text_;
    QString memory_detail_;
    int queue_length_ = 0;
    int context_pending_ = 0;
};

}  // namespace sightline
