// Conversations to files and back, as the window asks for it: what QML binds to as `chat.shelf.transfer`.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QUrl>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/common/background_tasks.h"
#include "app/history/history.h"

namespace sightline {

// GUI thread only. Calls return at once; done() or failed() follows, with a sentence. One thing at a time:
// what is asked for meanwhile comes after it. A file is there as a whole or not at all, and so is a
// conversation that is imported.
class ConversationTransfer : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool busy READ busy NOTIFY busyChanged)

  public:
    // `history` outlives the object.
    explicit ConversationTransfer(History& history, QObject* parent = nullptr);

    bool busy() const { return work_ > 0; }
    // Who knows a conversation that is not kept says it here: its tree, or nothing for any other.
    using Unkept = std::function<std::optional<ConversationTree>(const QString& conversation)>;
    void setUnkept(Unkept unkept) { unkept_ = std::move(unkept); }

    // A file name for a title, without its ending.
    Q_INVOKABLE QString nameFor(const QString& title) const;
    // `format`: "md", "html", "pdf", "json". If the file exists and `replace` is false, replaceWanted()
    // follows instead.
    Q_INVOKABLE void exportTo(const QString& conversation, const QUrl& file, const QString& format,
                              bool replace);
    Q_INVOKABLE void importFrom(const QList<QUrl>& files);
    // Every conversation that is not in the trash, each as a JSON file, in a new folder inside of this one.
    Q_INVOKABLE void backUp(const QUrl& folder);

  Q_SIGNALS:
    void busyChanged();
    void done(const QString& sentence);
    void failed(const QString& sentence);
    void replaceWanted(const QString& conversation, const QUrl& file, const QString& format);
    void imported(const QString& conversation);  // the only one, or the last one

  private:
    struct Backup;
    struct Import;

    void begin();
    void end(const QString& problem, const QString& sentence);
    void write(const History::CarriedConversation& file, const QString& path, const QString& format,
               bool replace, std::function<void(const QString& problem)> then);
    void backUpNext(const std::shared_ptr<Backup>& backup);
    void importNext(const std::shared_ptr<Import>& import);

    History& history_;
    Unkept unkept_;
    int work_ = 0;
    BackgroundTasks tasks_{1};
};

}  // namespace sightline
