// The model looks at a picture before anybody has asked: vision encoder and prefill of the part of the prompt
// that is known already. The engine keeps both (they are found by content), so that a question that begins
// with the same picture starts like a text question.
#pragma once

#include <QObject>

#include "app/models/model_worker.h"

namespace sightline {

class PictureWarmup : public QObject {
    Q_OBJECT

  public:
    explicit PictureWarmup(ModelWorker& worker, QObject* parent = nullptr);
    ~PictureWarmup() override;

    // `prompt` is what the question's prompt will begin with. One at a time: what was begun before is given
    // up. Nothing happens if the worker takes no more.
    void start(const Prompt& prompt);
    bool isRunning() const { return ticket_ != 0; }
    void hurry();   // somebody waits for it now
    void giveUp();  // `ended` follows at once, if it was running

  Q_SIGNALS:
    void progressed(sightline::Phase phase, double progress);
    void ended();

  private:
    ModelWorker& worker_;
    ModelWorker::Ticket ticket_ = 0;
};

}  // namespace sightline
