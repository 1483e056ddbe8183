// What the inference thread has to say, gathered until the GUI thread takes it.
#pragma once

#include <QString>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include "app/models/model_worker.h"
#include "inference/pages/page.h"

namespace sightline::news {

struct LoadStarted {
    QString folder;
};
struct LoadProgress {
    LoadStatus status;
};
struct Loaded {
    LoadedModel model;
};
struct LoadFailed {
    QString folder;
    Problem problem;
    bool model_left = false;
};
struct Unloaded {};
struct ModelLost {
    Problem problem;
};
struct Progress {
    quint64 ticket = 0;
    Phase phase = Phase::encode;
    double progress = 0;
    int tokens = 0;  // of the reply so far, while decoding
};
struct Text {
    quint64 ticket = 0;
    QString text;
};
struct Finished {
    quint64 ticket = 0;
    ReplyEnd end;
};
struct AllFailed {  // every request in progress ends with this problem
    Problem problem;
};
struct Cost {
    quint64 ticket = 0;
    std::variant<PictureCost, Problem> answer;
};
struct Facts {
    quint64 ticket = 0;
    std::variant<ModelFacts, Problem> answer;
};
struct ReadingProgress {
    quint64 ticket = 0;
    double progress = 0;
};
struct PageRead {
    quint64 ticket = 0;
    std::shared_ptr<const Page> page;
};
struct ReadFailed {
    quint64 ticket = 0;
    Problem problem;
};

using Item = std::variant<LoadStarted, LoadProgress, Loaded, LoadFailed, Unloaded, ModelLost, Progress, Text,
                          Finished, AllFailed, Cost, Facts, ReadingProgress, PageRead, ReadFailed, MemoryUse>;

struct Letter {
    quint64 load = 0;  // the load order that it belongs to; news of a load that was given up is not reported
    Item item;
};

// How the receiver must be woken for what was just put in.
enum class Wake { no, later, now };

// Thread-safe. Text and progress can wait and melt together, so a receiver that is slow gets few letters,
// never a growing queue; the order of everything else is kept.
class Mailbox {
  public:
    Wake put(Letter letter);
    std::vector<Letter> take();

  private:
    bool melt(const Letter& letter);

    std::mutex mutex_;
    std::vector<Letter> letters_;
    Wake woken_ = Wake::no;
};

}  // namespace sightline::news
