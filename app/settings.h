// What the program remembers between starts, in one INI file (0600) that a person can read and edit.
#pragma once

#include <QRect>
#include <QSettings>
#include <QString>
#include <optional>

#include "app/picture_speed.h"

namespace sightline {

// What the user set in place of the model's own values; empty = the model's own.
struct SamplingOverrides {
    std::optional<double> temperature;  // [0, 2]
    std::optional<double> top_p;        // [0.01, 1]
    std::optional<int> max_tokens;      // [1, 1'000'000]
    bool operator==(const SamplingOverrides&) const = default;
};

struct WindowPlace {
    QRect geometry;  // of the window when not maximized, in device-independent pixels; null = never stored
    bool maximized = false;
    bool operator==(const WindowPlace&) const = default;
};

// GUI thread only. Values that were edited into nonsense read as "not set". Writes reach the disk when the
// event loop runs or when the object goes; a folder that cannot be written loses them silently, the program
// goes on.
class Settings {
  public:
    explicit Settings(const QString& file = defaultFile());
    static QString defaultFile();  // <standard config folder>/sightline.ini

    // The folder of the model that was opened last; empty = the demo model.
    QString modelFolder() const;
    void setModelFolder(const QString& folder);

    SamplingOverrides sampling(const QString& model_name) const;
    void setSampling(const QString& model_name, const SamplingOverrides& overrides);

    // What was measured for this model on this device ("CPU bf16"); knows nothing if nothing was.
    PictureSpeed pictureSpeed(const QString& model_name, const QString& device) const;
    void setPictureSpeed(const QString& model_name, const QString& device, const PictureSpeed& speed);

    QString draft() const;
    void setDraft(const QString& text);

    WindowPlace windowPlace() const;
    void setWindowPlace(const WindowPlace& place);

    QString fileName() const { return values_.fileName(); }
    void sync() { values_.sync(); }

  private:
    std::optional<double> number(const QString& key, double low, double high) const;
    void setOrRemove(const QString& key, const std::optional<double>& value);

    QSettings values_;
};

}  // namespace sightline
