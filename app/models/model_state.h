// Which model there is, which one is being loaded, and what went wrong with it, in the user's words.
#pragma once

#include <QObject>
#include <QString>
#include <optional>

#include "app/models/model_worker.h"
#include "app/settings/settings.h"
#include "app/values/conversation.h"

namespace sightline {

class ModelState : public QObject {
    Q_OBJECT

  public:
    ModelState(ModelWorker& worker, Settings& settings, QObject* parent = nullptr);

    // Asks for the model of the last time, or the demo model; not for one whose load the program did not
    // survive.
    void openAtStart();
    void open(const QString& folder);
    void openDemo();
    void openAgain();  // with what the settings say now
    // The loaded model, without the GPU, until it is opened again. Nothing while one is being loaded.
    void openOnProcessor();
    // Gives the memory back; facts and name stay, and wake() loads the model again.
    void unload();
    // The load in progress ends, also in the middle of packing. The model before it comes back as one that
    // was unloaded does.
    void stopLoading();
    void wake();                           // nothing, unless the model was unloaded
    void refuse(const QString& sentence);  // an order that cannot be carried out; the model stays

    bool isReady() const { return state_ == State::ready; }
    bool isLoading() const { return state_ == State::loading; }
    bool isUnloaded() const { return state_ == State::unloaded; }
    QString stateName() const;    // "loading" | "ready" | "unloaded" | "failed" | "missing"
    QString whyNotReady() const;  // a sentence, or empty
    QString error() const { return error_; }
    QString name() const;  // of the loaded model, or of the folder that is being loaded
    QString notice() const;
    ReplyFacts replyFacts() const;  // what is known of a reply by this model before it ends
    QString device() const;         // "CPU bf16"
    QString memory() const;         // "312 MiB", empty without a model
    int contextLength() const;
    // What the loaded model was ordered with; what that came to is in loaded().
    Precision orderedPrecision() const { return loaded_precision_; }
    QString loadingFolder() const { return isLoading() && !is_demo_ ? folder_ : QString(); }
    bool isLoadingDemo() const { return isLoading() && is_demo_; }
    QString loadedFolder() const {
        return loaded_folder_;
    }  // as the settings know it: empty = the demo model
    double loadProgress() const { return load_.fraction; }
    QString loadText() const;  // "Loading 42 %", "Packing the weights for this computer, once: ..."
    // Also of a model that was unloaded.
    const std::optional<LoadedModel>& loaded() const { return loaded_; }

  Q_SIGNALS:
    void changed();
    void statusChanged();

  private:
    enum class State { loading, ready, unloaded, failed, missing };

    void load(const QString& folder, bool is_demo, DeviceChoice device = DeviceChoice::automatic);
    void set(State state, const QString& error);

    ModelWorker& worker_;
    Settings& settings_;
    State state_ = State::loading;
    QString error_;
    QString earlier_error_;  // what an earlier run of the program left to tell
    QString folder_;         // being loaded
    bool is_demo_ = false;   // folder_
    std::optional<LoadedModel> loaded_;
    QString loaded_folder_;  // of loaded_; empty = the demo model
    std::size_t memory_bytes_ = 0;
    LoadStatus load_;
    Precision ordered_precision_ = Precision::automatic;  // of the load in progress
    Precision loaded_precision_ = Precision::automatic;   // of loaded_
};

}  // namespace sightline
