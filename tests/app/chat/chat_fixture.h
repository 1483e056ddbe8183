// A controller with its own settings, cache and worker in a temporary folder.
#pragma once

#include <QAbstractItemModelTester>
#include <QFile>
#include <QImage>
#include <QLocale>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <memory>

#include "app/chat/chat_controller.h"
#include "app/chat/message_list_model.h"
#include "app/history/computed_files.h"
#include "app/history/history.h"
#include "app/models/model_worker.h"
#include "app/pictures/attachment_list_model.h"
#include "app/pictures/picture_store.h"
#include "app/settings/settings.h"
#include "app/shelf/conversation_shelf.h"

namespace sightline::test {

constexpr int enough_ms = 120'000;  // a limit for machines that do other work, never a wait

class ChatFixture {
  public:
    explicit ChatFixture(const std::filesystem::path& library) : library_(library) {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    }

    // A new start of the program with the same folders.
    void restart(bool start_worker = true) {
        close();
        settings = std::make_unique<Settings>(folder.filePath("sightline.ini"));
        ModelWorkerOptions options;
        options.library = library_;
        options.cache_folder = folder.filePath("cache");
        options.computed_folder = computedFolder(folder.filePath("history"));
        options.text_reader = folder.path().toStdString();  // the scripted reader wants no files
        worker = std::make_unique<ModelWorker>(options);
        if (keeps_history) {
            history = std::make_unique<History>(folder.filePath("history"));
            shelf = std::make_unique<ConversationShelf>(*history);
        }
        chat = std::make_unique<ChatController>(*worker, *settings, history.get());
        if (shelf) chat->setShelf(shelf.get());
        testers_[0] = tester(chat->messages());
        testers_[1] = tester(chat->attachments());
        if (start_worker) worker->start();
    }

    void close() {
        for (auto& each : testers_)
            each.reset();
        chat.reset();
        shelf.reset();
        history.reset();
        worker.reset();
        settings.reset();
    }

    bool becomesReady() {
        return QTest::qWaitFor([this] { return chat->modelState() == QLatin1String("ready"); }, enough_ms);
    }
    // No reply is made, and no question waits for its pictures.
    bool becomesIdle() {
        return QTest::qWaitFor([this] { return !chat->busy() && !chat->sendWaits(); }, enough_ms);
    }
    bool attachmentsSettle() {
        return QTest::qWaitFor(
            [this] {
                for (int row = 0; row < chat->attachments()->rowCount(); ++row) {
                    if (attachment(row, "loading").toBool()) return false;
                }
                return true;
            },
            enough_ms);
    }
    void ask(const QString& question) {
        chat->setDraft(question);
        chat->send();
    }

    int messages() const { return chat->messages()->rowCount(); }
    QVariant message(int row, const QByteArray& role) const { return value(chat->messages(), row, role); }
    QString lastText() const { return message(messages() - 1, "text").toString(); }
    QVariant attachment(int row, const QByteArray& role) const {
        return value(chat->attachments(), row, role);
    }

    // The texts of all prompts of which the scripted engine might keep something.
    QByteArray keptByTheEngine() const {
        QFile file(computedFolder(folder.filePath("history")) + "/kept");
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QString writePicture(const QString& name, int width, int height) const {
        QImage image(width, height, QImage::Format_RGB888);
        image.fill(Qt::darkCyan);
        const QString path = folder.filePath(name);
        return image.save(path, "png") ? path : QString();
    }

    bool keeps_history = false;  // before the (re)start
    QTemporaryDir folder;
    std::unique_ptr<Settings> settings;
    std::unique_ptr<ModelWorker> worker;
    std::unique_ptr<History> history;
    std::unique_ptr<ConversationShelf> shelf;
    std::unique_ptr<ChatController> chat;

  private:
    static QVariant value(const QAbstractItemModel* model, int row, const QByteArray& role) {
        return model->index(row, 0).data(model->roleNames().key(role, -1));
    }
    static std::unique_ptr<QAbstractItemModelTester> tester(QAbstractItemModel* model) {
        return std::make_unique<QAbstractItemModelTester>(
            model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    }

    std::filesystem::path library_;
    std::unique_ptr<QAbstractItemModelTester> testers_[2];
};

}  // namespace sightline::test
