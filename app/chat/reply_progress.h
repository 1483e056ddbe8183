// The phases above a reply that is being made, from the engine's progress and the clock.
#pragma once

#include <QElapsedTimer>
#include <vector>

#include "app/chat/message_list_model.h"
#include "inference/engine.h"

namespace sightline {

class ReplyProgress {
  public:
    // "Picture" is there if pictures are asked about; it goes if it turns out that all were encoded before,
    // and comes if one of an earlier turn has to be encoded again.
    explicit ReplyProgress(bool has_pictures);

    void advance(Phase phase, double progress);  // phases never go back; a later one completes those before
    void tick();                                 // the seconds of the running phase

    const std::vector<ShownPhase>& phases() const { return phases_; }

  private:
    void finishRunning();

    QElapsedTimer clock_;  // of the running phase
    std::vector<ShownPhase> phases_;
    std::vector<Phase> kinds_;  // of phases_
    std::size_t current_ = 0;
    bool started_ = false;
};

}  // namespace sightline
