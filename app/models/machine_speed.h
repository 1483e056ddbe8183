// How fast this machine is with the loaded model: measured once in the background when a model is new,
// learned from every reply, kept in the settings. Lives on the GUI thread.
#pragma once

#include <QObject>
#include <QString>
#include <optional>

#include "app/models/model_worker.h"
#include "app/values/picture_speed.h"

namespace sightline {

class Settings;

class MachineSpeed : public QObject {
    Q_OBJECT

  public:
    MachineSpeed(ModelWorker& worker, Settings& settings, QObject* parent = nullptr);

    // The model that is loaded now; an empty name = none. `device` as deviceText says it. Begins to measure
    // if nothing is known about the two.
    void setModel(const QString& name, const QString& device);
    const PictureSpeed& speed() const { return speed_; }

    // From a reply about `pictures` pictures in all its turns.
    void learn(const SequenceStatistics& statistics, int pictures);

  Q_SIGNALS:
    void changed();

  private:
    void measure();
    void ended(const ReplyEnd& end);

    ModelWorker& worker_;
    Settings& settings_;
    QString model_;
    QString device_;
    PictureSpeed speed_;
    std::optional<ModelWorker::Ticket> ticket_;  // of the measurement that runs
    std::size_t step_ = 0;
};

}  // namespace sightline
