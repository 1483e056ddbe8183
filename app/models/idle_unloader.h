// Gives the model's memory back when nobody has used it for some minutes.
#pragma once

#include <QObject>
#include <QTimer>
#include <functional>

namespace sightline {

class ModelState;
class Settings;

// GUI thread. `busy` says that the model works right now, which counts as use.
class IdleUnloader : public QObject {
    Q_OBJECT

  public:
    IdleUnloader(ModelState& model, Settings& settings, std::function<bool()> busy,
                 QObject* parent = nullptr);

    void touch();  // the model was used, or the setting was changed: the time begins again

  private:
    void onTimeout();

    ModelState& model_;
    Settings& settings_;
    const std::function<bool()> busy_;
    QTimer timer_;
};

}  // namespace sightline
