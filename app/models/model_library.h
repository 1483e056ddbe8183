// The models that this computer has: the text reader, the demo model, and the folders that the user added.
// They are read, never changed and never deleted.
#pragma once

#include <QAbstractListModel>
#include <QUrl>
#include <optional>
#include <vector>

#include "app/common/background_tasks.h"
#include "app/common/installation.h"
#include "app/models/model_worker.h"

namespace sightline {

class ModelState;
class Settings;

// Rows: kind ("reader" | "demo" | "folder"), name, description, facts, folder (for reading, "" unless added),
// state ("checking" | "available" | "loading" | "loaded" | "broken"; the reader is always "available"),
// problem (a sentence: what is missing or wrong; what does not fit into memory has one too, and can still be
// loaded), opensAtStart (chosen for it), packed (the model's packed weights on the disk, "int4 1.1 GiB"; ""
// without).
//
// GUI thread. What is in a folder is asked of the ModelWorker; nothing here reads a file but names and sizes.
class ModelLibrary : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(
        double idleMinutes READ idleMinutes WRITE setIdleMinutes NOTIFY idleMinutesChanged)  // 0 = never

  public:
    enum Role {
        kind_role = Qt::UserRole + 1,
        name_role,
        description_role,
        facts_role,
        folder_role,
        state_role,
        problem_role,
        opens_at_start_role,
        packed_role
    };
    static constexpr int most_folders = 100;

    // `packed_folder`: where packed weights are kept, see installation.h.
    ModelLibrary(ModelWorker& worker, Settings& settings, ModelState& model, QObject* parent = nullptr,
                 const QString& packed_folder = packedFolder());

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    double idleMinutes() const;
    void setIdleMinutes(double minutes);

    // A model's folder, or one whose subfolders are models. `added` or `refused` follows.
    Q_INVOKABLE void add(const QUrl& folder);
    Q_INVOKABLE void remove(int row);  // from this list; the demo model takes the place of one in use
    Q_INVOKABLE void load(int row);
    Q_INVOKABLE void unload();  // the one in use, or that is being loaded
    Q_INVOKABLE void check(int row);
    Q_INVOKABLE void checkAll();
    // Of the disk, all precisions; a model in use keeps what it has. They are packed again at the next load.
    Q_INVOKABLE void removePacked(int row);
    Q_INVOKABLE void openAtStart(int row, bool wanted);  // false: the model of the last time again

  Q_SIGNALS:
    void idleMinutesChanged();
    void aboutToSwitch();  // the model in use is about to go: replies should be stopped
    void added(int row);
    void refused(const QString& sentence);

  private:
    enum class Kind { reader, demo, folder };
    struct Entry {
        Kind kind = Kind::folder;
        QString folder;  // absolute
        std::optional<ModelFacts> facts;
        QString problem;
        quint64 ticket = 0;  // of the question that is not answered yet
        QString packed;
    };

    QString keyOf(const Entry& entry) const { return entry.kind == Kind::demo ? QString() : entry.folder; }
    QString nameOf(const Entry& entry) const;
    QString describe(const Entry& entry) const;
    QString stateOf(const Entry& entry) const;
    QString problemOf(const Entry& entry) const;
    bool isInUse(const Entry& entry) const;
    int find(const QString& folder) const;
    void addFolders(const QStringList& folders);
    int append(const QString& folder);
    void ask(Entry& entry);
    void lookForPacked(const QString& folder, bool remove = false);
    void showPacked(const QString& folder, const std::vector<PackedFileFacts>& files);
    void answer(quint64 ticket, const std::optional<ModelFacts>& facts, const QString& problem);
    void tell(int row);
    void tellAll();
    void store();

    ModelWorker& worker_;
    Settings& settings_;
    ModelState& model_;
    const QString packed_folder_;
    std::vector<Entry> entries_;
    QString reader_facts_;
    BackgroundTasks tasks_{1};
};

}  // namespace sightline
