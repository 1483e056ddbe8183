// What the tests of the real window begin and end with.
#pragma once

#include <QObject>
#include <QString>
#include <QTemporaryDir>
#include <memory>

#include "tests/ui/window_fixture.h"

namespace sightline::test {

// A test function shows a window of its own, with a folder for its conversations. It fails if Qt or QML warn
// of anything meanwhile.
class WindowTestCase : public QObject {
    Q_OBJECT

  protected:
    // An empty folder for the conversations of the next window.
    const QTemporaryDir& makeFolder();
    // Without the model, over what folder_ keeps or, without one, `history`.
    WindowFixture& showKept(const QString& history = {});
    // With the model, which loads, and without a history.
    WindowFixture& showWithModel();
    // Waits until the keyboard is at this item.
    bool hasFocus(const QString& name);

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<WindowFixture> window_;
    std::unique_ptr<WarningsCaught> warnings_;

  private Q_SLOTS:
    void initTestCase();
    void cleanup();
};

}  // namespace sightline::test
