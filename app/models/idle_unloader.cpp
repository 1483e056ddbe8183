#include "app/models/idle_unloader.h"

#include <utility>

#include "app/models/model_state.h"
#include "app/settings/settings.h"

namespace sightline {

IdleUnloader::IdleUnloader(ModelState& model, Settings& settings, std::function<bool()> busy, QObject* parent)
    : QObject(parent), model_(model), settings_(settings), busy_(std::move(busy)) {
    timer_.setSingleShot(true);
    timer_.setTimerType(Qt::VeryCoarseTimer);
    connect(&timer_, &QTimer::timeout, this, &IdleUnloader::onTimeout);
    connect(&model_, &ModelState::changed, this, &IdleUnloader::touch);
}

void IdleUnloader::touch() {
    const double minutes = settings_.idleMinutes();
    if (minutes <= 0 || !model_.isReady()) {
        timer_.stop();
    } else {
        timer_.start(static_cast<int>(minutes * 60'000));
    }
}

void IdleUnloader::onTimeout() {
    if (busy_()) {
        touch();
    } else {
        model_.unload();
    }
}

}  // namespace sightline
