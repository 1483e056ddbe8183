#include "app/chat/reply_progress.h"

#include <QCoreApplication>
#include <algorithm>

namespace sightline {

namespace {

struct PhaseText {
    Q_DECLARE_TR_FUNCTIONS(sightline::PhaseText)

  public:
    static QString name(Phase phase) {
        switch (phase) {
            case Phase::encode:
                return tr("Picture");
            case Phase::prefill:
                return tr("Reading");
            default:
                return tr("Writing");
        }
    }
};

}  // namespace

ReplyProgress::ReplyProgress(bool has_pictures) {
    if (has_pictures) kinds_.push_back(Phase::encode);
    kinds_.push_back(Phase::prefill);
    kinds_.push_back(Phase::decode);
    for (const Phase kind : kinds_)
        phases_.push_back({PhaseText::name(kind)});
    clock_.start();
}

void ReplyProgress::advance(Phase phase, double progress) {
    if (!started_ && phase == Phase::encode && kinds_.front() != Phase::encode) {
        kinds_.insert(kinds_.begin(), phase);
        phases_.insert(phases_.begin(), {PhaseText::name(phase)});
    }
    const auto found = std::find(kinds_.begin(), kinds_.end(), phase);
    if (found == kinds_.end()) return;
    auto target = static_cast<std::size_t>(found - kinds_.begin());
    if (started_ && target < current_) return;
    if (!started_ && target > 0 && kinds_.front() == Phase::encode) {
        kinds_.erase(kinds_.begin());
        phases_.erase(phases_.begin());
        --target;
    }
    if (!started_ || target != current_) {
        if (started_) finishRunning();
        for (std::size_t skipped = started_ ? current_ + 1 : 0; skipped < target; ++skipped) {
            phases_[skipped].state = QStringLiteral("done");
            phases_[skipped].progress = 1;
        }
        started_ = true;
        current_ = target;
        phases_[current_].state = QStringLiteral("running");
        clock_.restart();
    }
    phases_[current_].progress = std::clamp(progress, 0.0, 1.0);
    tick();
}

void ReplyProgress::tick() {
    if (started_) phases_[current_].seconds = static_cast<double>(clock_.elapsed()) / 1000;
}

void ReplyProgress::finishRunning() {
    tick();
    phases_[current_].state = QStringLiteral("done");
    phases_[current_].progress = 1;
}

}  // namespace sightline
