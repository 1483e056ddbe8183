#include "tests/ui/window_test_case.h"

#include <QGuiApplication>
#include <QQuickItem>
#include <QTest>

namespace sightline::test {

void WindowTestCase::initTestCase() {
    dressApplication(*qGuiApp, QStringLiteral("en"));
}

void WindowTestCase::cleanup() {
    window_.reset();
    if (warnings_ == nullptr) return;
    const QString caught = endOf(warnings_);
    QVERIFY2(caught.isEmpty(), qPrintable(caught));
}

const QTemporaryDir& WindowTestCase::makeFolder() {
    folder_ = std::make_unique<QTemporaryDir>();
    return *folder_;
}

WindowFixture& WindowTestCase::showKept(const QString& history) {
    warnings_ = std::make_unique<WarningsCaught>();
    window_ = std::make_unique<WindowFixture>(false, WindowFixture::withSample(), std::filesystem::path(),
                                              history.isEmpty() ? folder_->path() : history);
    return *window_;
}

WindowFixture& WindowTestCase::showWithModel() {
    warnings_ = std::make_unique<WarningsCaught>();
    window_ = std::make_unique<WindowFixture>();
    return *window_;
}

bool WindowTestCase::hasFocus(const QString& name) {
    return QTest::qWaitFor([&] {
        const QQuickItem* item = window_->view().activeFocusItem();
        return item != nullptr && item->objectName() == name;
    });
}

}  // namespace sightline::test
