#include "app/models/model_state.h"

#include <QDir>
#include <utility>

#include "app/common/installation.h"
#include "app/models/reply_text.h"
#include "app/values/conversation.h"

namespace sightline {

ModelState::ModelState(ModelWorker& worker, Settings& settings, QObject* parent)
    : QObject(parent), worker_(worker), settings_(settings) {
    connect(&worker_, &ModelWorker::loadProgressed, this, [this](const LoadStatus& status) {
        load_ = status;
        Q_EMIT statusChanged();
    });
    connect(&worker_, &ModelWorker::modelLoaded, this, [this](const LoadedModel& model) {
        loaded_ = model;
        load_ = {.fraction = 1};
        loaded_precision_ = ordered_precision_;
        loaded_folder_ = is_demo_ ? QString() : folder_;
        settings_.setModelFolder(loaded_folder_);
        set(State::ready, std::exchange(earlier_error_, {}));
    });
    connect(&worker_, &ModelWorker::loadFailed, this,
            [this](const QString&, const Problem& problem, bool model_left) {
                if (!model_left) loaded_.reset();
                set(model_left ? State::ready : State::failed, problem.sentence);
            });
    connect(&worker_, &ModelWorker::modelLost, this, [this](const Problem& problem) {
        loaded_.reset();
        set(State::failed, problem.sentence);
    });
    connect(&worker_, &ModelWorker::memoryChanged, this, [this](const MemoryUse& use) {
        memory_bytes_ =
            use.weights_bytes + use.kv_cache_bytes + use.kept_kv_cache_bytes + use.vision_cache_bytes;
        Q_EMIT statusChanged();
    });
}

void ModelState::openAtStart() {
    const QString chosen = settings_.startModel().value_or(settings_.modelFolder());
    const QString folder = chosen.isEmpty() ? demoModelFolder() : chosen;
    const QString interrupted = worker_.interruptedLoad();
    if (!interrupted.isEmpty()) {
        earlier_error_ =
            tr("The program ended while it loaded the model %1, so that model was not loaded again.")
                .arg(displayName(interrupted));
        if (!folder.isEmpty() && QDir(interrupted) == QDir(folder)) {
            folder_ = folder;
            is_demo_ = chosen.isEmpty();
            set(State::failed, std::exchange(earlier_error_, {}));
            return;
        }
    }
    if (chosen.isEmpty()) {
        openDemo();
    } else {
        open(chosen);
    }
}

void ModelState::openDemo() {
    const QString folder = demoModelFolder();
    if (folder.isEmpty()) {
        const QString sentence =
            tr("The demo model did not come with this installation. Open a Qwen3-VL model folder.");
        if (loaded_) {
            refuse(sentence);
        } else {
            set(State::missing, sentence);
        }
        return;
    }
    load(folder, true);
}

void ModelState::open(const QString& folder) {
    load(folder, false);
}

void ModelState::openAgain() {
    if (!loaded_ || isLoading()) return;
    if (loaded_folder_.isEmpty()) {
        openDemo();
    } else {
        open(loaded_folder_);
    }
}

void ModelState::openOnProcessor() {
    if (!loaded_ || isLoading()) return;
    const bool is_demo = loaded_folder_.isEmpty();
    load(is_demo ? demoModelFolder() : loaded_folder_, is_demo, DeviceChoice::cpu);
}

void ModelState::unload() {
    if (state_ != State::ready || !loaded_) return;
    worker_.unloadModel();
    set(State::unloaded, {});
}

void ModelState::stopLoading() {
    if (!isLoading()) return;
    worker_.unloadModel();
    if (loaded_) {
        set(State::unloaded, {});
    } else {
        set(State::failed, tr("Loading was stopped."));
    }
}

void ModelState::wake() {
    if (state_ == State::unloaded) openAgain();
}

void ModelState::load(const QString& folder, bool is_demo, DeviceChoice device) {
    folder_ = folder;
    is_demo_ = is_demo;
    load_ = {};
    const QString key = is_demo ? QString() : folder;
    EngineOptions options;
    options.device = device;
    options.context_length = settings_.contextLength(key).value_or(0);
    options.precision = ordered_precision_ = settings_.precision(key);
    worker_.openModel(folder, options);
    set(State::loading, {});
    Q_EMIT statusChanged();
}

void ModelState::refuse(const QString& sentence) {
    set(state_, sentence);
}

void ModelState::set(State state, const QString& error) {
    state_ = state;
    error_ = error;
    Q_EMIT changed();
}

QString ModelState::stateName() const {
    switch (state_) {
        case State::loading:
            return QStringLiteral("loading");
        case State::ready:
            return QStringLiteral("ready");
        case State::unloaded:
            return QStringLiteral("unloaded");
        case State::failed:
            return QStringLiteral("failed");
        case State::missing:
            return QStringLiteral("missing");
    }
    return {};
}

QString ModelState::whyNotReady() const {
    switch (state_) {
        case State::ready:
            return {};
        case State::loading:
            return tr("The model is still being loaded.");
        case State::unloaded:
            return tr("The model was unloaded. It is loaded again as soon as you send.");
        case State::failed:
        case State::missing:
            return tr("There is no model to ask: open a model folder or use the demo model.");
    }
    return {};
}

QString ModelState::name() const {
    if (loaded_) return QString::fromStdString(loaded_->facts.name);
    return folder_.isEmpty() ? QString() : displayName(folder_);
}

QString ModelState::notice() const {
    return loaded_ ? QString::fromStdString(loaded_->facts.notice) : QString();
}

ReplyFacts ModelState::replyFacts() const {
    ReplyFacts facts;
    facts.model_name = name();
    facts.demo = !notice().isEmpty();
    facts.stop_reason = StopReason::cancelled;
    return facts;
}

QString ModelState::loadText() const {
    switch (load_.work) {
        case LoadStatus::Work::waiting:
            return tr("Another program packs the weights of a model; waiting");
        case LoadStatus::Work::packing:
            break;
        case LoadStatus::Work::loading:
            return tr("Loading %1 %").arg(qRound(100 * load_.fraction));
    }
    if (load_.seconds_left < 0) return tr("Packing the weights for this computer, once");
    const int minutes = qRound(load_.seconds_left / 60);
    return minutes < 1
               ? tr("Packing the weights for this computer, once: less than a minute left")
               : tr("Packing the weights for this computer, once: about %n minute(s) left", nullptr, minutes);
}

QString ModelState::device() const {
    return loaded_ ? deviceText(loaded_->device_name, loaded_->options.precision) : QString();
}

QString ModelState::memory() const {
    return loaded_ && state_ != State::unloaded ? memoryText(memory_bytes_) : QString();
}

int ModelState::contextLength() const {
    return loaded_ ? loaded_->options.context_length : 0;
}

}  // namespace sightline
