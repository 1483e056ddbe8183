// The replies that are being made, at most one for each conversation, whether it is shown or not: they grow,
// are saved and end here. What the window shows of them follows by signals.
#pragma once

#include <QObject>
#include <QPointer>
#include <QSet>
#include <QTimer>
#include <map>
#include <vector>

#include "app/chat/running_reply.h"
#include "app/models/model_worker.h"

namespace sightline {

class History;
class PicturePixels;

// GUI thread. The reply of the conversation that is shown goes first; the others wait while it is made, or
// share the model when it is not. One that is being made when the program ends is in the history as far as it
// came, and is interrupted at the next start.
class RunningReplies : public QObject {
    Q_OBJECT

  public:
    static constexpr int most = 8;  // at a time; each has a KV cache

    struct Question {
        Conversation said;  // its pictures may be without pixels
        PixelBudget budget;
        QString system_prompt;
        GenerationOptions options;
    };

    // All outlive the object. Without a history nothing is saved.
    RunningReplies(ModelWorker& worker, History* history, PicturePixels& pixels, QObject* parent = nullptr);

    // `reply` goes on after the text that it has. It waits until the pictures are decoded; those that are
    // lost are left out. If it is not taken then (too many wait), it ends at once with that problem. If a GPU
    // has no memory for it (any more), it waits for the next model that is loaded, and goes on there from
    // where it is (`movedFromGpu`); if none is loaded, it ends with the problem of the GPU.
    void start(RunningReply reply, Question question);

    // The one that is being made in this conversation; null if there is none. Holds until the next signal.
    const RunningReply* in(const QString& conversation) const;
    // What the disk may not have yet: replies in the making, and those whose end is on the way to it. They
    // are newer than what is read from there.
    std::vector<ChatMessage> newest(const QString& conversation) const;

    QSet<QString> answering() const;                             // conversations
    const QSet<QString>& answered() const { return answered_; }  // ended, and not shown since

    void show(const QString& conversation);  // this one is on the screen, and no other
    // This one is on the screen too: in the ask panel. Empty = none.
    enum class Urgency {
        usual,  // as the one that is shown
        first,  // all others stand still for it
        next    // it comes after what its panel has asked for itself (app/ask/picture_warmup.h); all others
                // wait
    };
    void showBeside(const QString& conversation, Urgency urgency = Urgency::usual);
    bool isBeside(const QString& conversation) const {
        return !conversation.isEmpty() && conversation == beside_;
    }
    void keep(const QString& conversation);  // it was not on the disk, and is now
    void stop(const QString& conversation);  // `ended` follows
    void stopAll();
    // Ends at once, as stopped: what comes from the model is not waited for. Before the conversation goes to
    // the trash, or is left for good.
    void drop(const QString& conversation);

  Q_SIGNALS:
    void grew(const sightline::RunningReply& reply, const QString& text);  // by this text
    void progressed(const sightline::RunningReply& reply);
    // Whoever can loads the model without the GPU now.
    void movedFromGpu(const sightline::RunningReply& reply);
    // Its message is complete and given to the history.
    void ended(const sightline::RunningReply& reply, const sightline::ReplyEnd& end);
    void changed();  // other conversations are being answered, or were, or another one is shown

  private:
    using Replies = std::map<quint64, RunningReply>;  // by the order in which they began

    bool isShown(const QString& conversation) const {
        return conversation == shown_ || isBeside(conversation);
    }
    Priority priorityOf(const RunningReply& reply) const;
    void setPriorities();
    Replies::iterator find(quint64 ticket);
    void openPictures(quint64 number);  // and asks
    void ask(quint64 number, const Question& question);
    void moveFromGpu(Replies::iterator reply, const ReplyEnd& how);
    std::vector<quint64> waitingForAModel() const;
    void refuse(Replies::iterator reply);
    void stop(Replies::iterator reply);
    void end(Replies::iterator reply, const ReplyEnd& end);
    void tick();

    ModelWorker& worker_;
    const QPointer<History> history_;
    PicturePixels& pixels_;
    Replies replies_;
    std::map<quint64, Question> questions_;  // of replies_ that have not ended
    std::map<quint64, ReplyEnd> moved_;      // of those, how the GPU left them
    quint64 last_ = 0;
    QString shown_;
    QString beside_;
    Urgency urgency_ = Urgency::usual;  // of beside_
    QSet<QString> answered_;
    QTimer clock_;  // of the phases that are shown
};

}  // namespace sightline
