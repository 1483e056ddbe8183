// What the engine keeps for later runs (computed_files.h), for the window: how much it is, and away with it.
#pragma once

#include <QObject>
#include <QString>

#include "app/common/background_tasks.h"

namespace sightline {

// GUI thread; the disk is looked at on another.
class ComputedCache : public QObject {
    Q_OBJECT
    Q_PROPERTY(
        QString sizeText READ sizeText NOTIFY changed)  // "120 MiB"; empty = nothing, or not looked yet

  public:
    // Of the history in this folder.
    explicit ComputedCache(const QString& history_folder, QObject* parent = nullptr);

    QString sizeText() const { return size_text_; }

    Q_INVOKABLE void look();
    Q_INVOKABLE void clear();  // the engine may go on; what it computed before is not written any more

  Q_SIGNALS:
    void changed();
    void failed(const QString& sentence);

  private:
    BackgroundTasks::Delivery measure();  // [any thread]

    const QString folder_;
    QString size_text_;
    BackgroundTasks tasks_{1};
};

}  // namespace sightline
