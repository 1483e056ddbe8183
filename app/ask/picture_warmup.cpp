#include "app/ask/picture_warmup.h"

#include <utility>

namespace sightline {

PictureWarmup::PictureWarmup(ModelWorker& worker, QObject* parent) : QObject(parent), worker_(worker) {
    connect(&worker_, &ModelWorker::progressed, this, [this](quint64 ticket, Phase phase, double progress) {
        if (ticket == ticket_ && ticket != 0) Q_EMIT progressed(phase, progress);
    });
    connect(&worker_, &ModelWorker::finished, this, [this](quint64 ticket) {
        // What went wrong here goes wrong again when it is asked for, and is said then.
        if (ticket == ticket_ && ticket != 0) {
            ticket_ = 0;
            Q_EMIT ended();
        }
    });
}

PictureWarmup::~PictureWarmup() {
    if (ticket_ != 0) worker_.cancel(ticket_);
}

void PictureWarmup::start(const Prompt& prompt) {
    giveUp();
    GenerationOptions options;
    options.temperature = 0;
    options.max_tokens = 1;  // the engine makes no fewer
    ticket_ = worker_.submit(prompt, options, Priority::visible).value_or(0);
}

void PictureWarmup::hurry() {
    if (ticket_ != 0) worker_.setPriority(ticket_, Priority::interactive);
}

void PictureWarmup::giveUp() {
    if (ticket_ == 0) return;
    worker_.cancel(std::exchange(ticket_, 0));
    Q_EMIT ended();
}

}  // namespace sightline
