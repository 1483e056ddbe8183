#include "app/models/model_library.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "app/common/own_copy.h"
#include "app/common/process_memory.h"
#include "app/models/model_facts_text.h"
#include "app/models/model_state.h"
#include "app/models/reply_text.h"
#include "app/settings/settings.h"
#include "app/values/conversation.h"
#include "inference/files/packed_place.h"

namespace sightline {

namespace {

QString tidyPath(const QString& folder) {
    return QDir::cleanPath(QDir(folder).absolutePath());
}

bool looksLikeModel(const QString& folder) {
    return QFileInfo::exists(QDir(folder).filePath(QStringLiteral("config.json")));
}

// The folder itself unless it holds no model and its subfolders do. [any thread]
QStringList modelsIn(const QString& folder) {
    QStringList found;
    if (!looksLikeModel(folder)) {
        const QDir dir(folder);
        for (const QString& name : dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
            if (looksLikeModel(dir.filePath(name))) found << ownCopy(dir.filePath(name));
        }
    }
    if (found.isEmpty()) found << ownCopy(folder);
    return found;
}

std::size_t sizeOfFiles(const QString& folder) {
    std::size_t sum = 0;
    for (const QFileInfo& file : QDir(folder).entryInfoList(QDir::Files))
        sum += static_cast<std::size_t>(file.size());
    return sum;
}

std::filesystem::path pathOf(const QString& folder) {
    return QFile::encodeName(folder).toStdString();
}

}  // namespace

ModelLibrary::ModelLibrary(ModelWorker& worker, Settings& settings, ModelState& model, QObject* parent,
                           const QString& packed_folder)
    : QAbstractListModel(parent),
      worker_(worker),
      settings_(settings),
      model_(model),
      packed_folder_(packed_folder) {
    if (const QString reader = textReaderFolder(); !reader.isEmpty()) {
        entries_.push_back({Kind::reader, reader, {}, {}, 0, {}});
        reader_facts_ = tr("%1 on disk").arg(memoryText(sizeOfFiles(reader)));
    }
    if (const QString demo = demoModelFolder(); !demo.isEmpty())
        entries_.push_back({Kind::demo, demo, {}, {}, 0, {}});
    for (const QString& folder : settings_.modelFolders()) {
        const QString path = tidyPath(folder);
        if (find(path) < 0) entries_.push_back({Kind::folder, path, {}, {}, 0, {}});
    }
    checkAll();

    connect(&worker_, &ModelWorker::modelFactsKnown, this,
            [this](quint64 ticket, const ModelFacts& facts) { answer(ticket, facts, {}); });
    connect(&worker_, &ModelWorker::modelFactsFailed, this,
            [this](quint64 ticket, const Problem& problem) { answer(ticket, {}, problem.sentence); });
    connect(&worker_, &ModelWorker::modelLoaded, this, [this](const LoadedModel& loaded) {
        // The load may have packed it.
        lookForPacked(model_.loadedFolder().isEmpty() ? demoModelFolder() : tidyPath(model_.loadedFolder()));
        if (model_.loadedFolder().isEmpty()) return;
        int row = find(tidyPath(model_.loadedFolder()));
        if (row < 0) row = append(tidyPath(model_.loadedFolder()));
        if (row < 0) return;
        Entry& entry = entries_[static_cast<std::size_t>(row)];
        entry.facts = loaded.facts;
        entry.problem.clear();
        tell(row);
    });
    connect(&worker_, &ModelWorker::loadFailed, this,
            [this](const QString& folder, const Problem& problem, bool) {
                const int row = find(tidyPath(folder));
                if (row < 0 || problem.kind == ErrorKind::cancelled) return;
                entries_[static_cast<std::size_t>(row)].problem = problem.sentence;
                tell(row);
            });
    connect(&model_, &ModelState::changed, this, &ModelLibrary::tellAll);
}

int ModelLibrary::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

QVariant ModelLibrary::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Entry& entry = entries_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case kind_role:
            return entry.kind == Kind::reader ? QStringLiteral("reader")
                   : entry.kind == Kind::demo ? QStringLiteral("demo")
                                              : QStringLiteral("folder");
        case Qt::DisplayRole:
        case name_role:
            return nameOf(entry);
        case description_role:
            return describe(entry);
        case facts_role:
            return entry.kind == Kind::reader ? reader_facts_
                   : entry.facts              ? modelFactsText(*entry.facts)
                                              : QString();
        case folder_role:
            return entry.kind == Kind::folder ? QDir::toNativeSeparators(entry.folder) : QString();
        case state_role:
            return stateOf(entry);
        case problem_role:
            return problemOf(entry);
        case opens_at_start_role:
            return entry.kind != Kind::reader && settings_.startModel() == std::optional(keyOf(entry));
        case packed_role:
            return entry.packed;
        default:
            return {};
    }
}

QHash<int, QByteArray> ModelLibrary::roleNames() const {
    return {{kind_role, "kind"},
            {name_role, "name"},
            {description_role, "description"},
            {facts_role, "facts"},
            {folder_role, "folder"},
            {state_role, "state"},
            {problem_role, "problem"},
            {opens_at_start_role, "opensAtStart"},
            {packed_role, "packed"}};
}

QString ModelLibrary::nameOf(const Entry& entry) const {
    if (entry.kind == Kind::reader) return tr("Text reader");
    return entry.facts ? QString::fromStdString(entry.facts->name) : displayName(entry.folder);
}

QString ModelLibrary::describe(const Entry& entry) const {
    if (entry.kind == Kind::reader)
        return tr(
            "Reads the text of any picture, with its places. Comes with Sightline and is always at hand.");
    if (entry.facts && !entry.facts->notice.empty()) return QString::fromStdString(entry.facts->notice);
    if (entry.kind == Kind::demo) return tr("Comes with Sightline. Reads short printed text.");
    return entry.facts ? tr("Answers questions about pictures and documents.") : QString();
}

bool ModelLibrary::isInUse(const Entry& entry) const {
    return model_.isReady() && model_.loaded() &&
           (entry.kind == Kind::demo ? model_.loadedFolder().isEmpty()
                                     : entry.kind == Kind::folder && !model_.loadedFolder().isEmpty() &&
                                           tidyPath(model_.loadedFolder()) == entry.folder);
}

QString ModelLibrary::stateOf(const Entry& entry) const {
    if (entry.kind == Kind::reader) return QStringLiteral("available");
    if (entry.kind == Kind::demo
            ? model_.isLoadingDemo()
            : !model_.loadingFolder().isEmpty() && tidyPath(model_.loadingFolder()) == entry.folder)
        return QStringLiteral("loading");
    if (isInUse(entry)) return QStringLiteral("loaded");
    if (!entry.problem.isEmpty()) return QStringLiteral("broken");
    return entry.facts ? QStringLiteral("available") : QStringLiteral("checking");
}

QString ModelLibrary::problemOf(const Entry& entry) const {
    if (!entry.problem.isEmpty() || !entry.facts || isInUse(entry)) return entry.problem;
    const auto memory = systemMemory();
    const std::size_t needed = neededMemory(*entry.facts);
    if (!memory || needed <= memory->available) return {};
    return tr("It needs about %1 of memory, and %2 are free now.")
        .arg(memoryText(needed), memoryText(memory->available));
}

int ModelLibrary::find(const QString& folder) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&folder](const Entry& entry) {
        return entry.kind == Kind::folder && entry.folder == folder;
    });
    return found == entries_.end() ? -1 : static_cast<int>(found - entries_.begin());
}

// ---- What the user does
// --------------------------------------------------------------------------------------------------------

void ModelLibrary::add(const QUrl& folder) {
    if (!folder.isLocalFile() || !folder.host().isEmpty()) {
        Q_EMIT refused(tr("Only a folder on this computer can be added; nothing is fetched."));
        return;
    }
    tasks_.start([this, path = tidyPath(folder.toLocalFile())]() -> BackgroundTasks::Delivery {
        return [this, found = modelsIn(path)] { addFolders(found); };
    });
}

void ModelLibrary::addFolders(const QStringList& folders) {
    int shown = -1;
    for (const QString& folder : folders) {
        int row = find(folder);
        if (row >= 0) {
            check(row);
        } else {
            row = append(folder);
        }
        if (row < 0) {
            Q_EMIT refused(tr("At most %L1 folders can be kept. Remove one first.").arg(most_folders));
            break;
        }
        if (shown < 0) shown = row;
    }
    if (shown >= 0) Q_EMIT added(shown);
}

int ModelLibrary::append(const QString& folder) {
    const auto folders = std::count_if(entries_.begin(), entries_.end(),
                                       [](const Entry& entry) { return entry.kind == Kind::folder; });
    if (folders >= most_folders) return -1;
    const int row = rowCount();
    beginInsertRows({}, row, row);
    entries_.push_back({Kind::folder, folder, {}, {}, 0, {}});
    endInsertRows();
    store();
    check(row);
    return row;
}

void ModelLibrary::remove(int row) {
    if (row < 0 || row >= rowCount()) return;
    const Entry entry = entries_[static_cast<std::size_t>(row)];
    if (entry.kind != Kind::folder) return;
    const bool goes = stateOf(entry) == QLatin1String("loaded") || stateOf(entry) == QLatin1String("loading");
    beginRemoveRows({}, row, row);
    entries_.erase(entries_.begin() + row);
    endRemoveRows();
    store();
    if (settings_.startModel() == std::optional(entry.folder)) settings_.setStartModel(std::nullopt);
    if (tidyPath(settings_.modelFolder()) == entry.folder) settings_.setModelFolder({});
    if (!goes) return;
    Q_EMIT aboutToSwitch();
    model_.openDemo();
}

void ModelLibrary::load(int row) {
    if (row < 0 || row >= rowCount()) return;
    const Entry& entry = entries_[static_cast<std::size_t>(row)];
    if (entry.kind == Kind::reader) return;
    Q_EMIT aboutToSwitch();
    if (entry.kind == Kind::demo) {
        model_.openDemo();
    } else {
        model_.open(entry.folder);
    }
}

void ModelLibrary::unload() {
    if (model_.isLoading()) {
        model_.stopLoading();
        return;
    }
    Q_EMIT aboutToSwitch();
    model_.unload();
}

void ModelLibrary::openAtStart(int row, bool wanted) {
    if (row < 0 || row >= rowCount()) return;
    const Entry& entry = entries_[static_cast<std::size_t>(row)];
    if (entry.kind == Kind::reader) return;
    settings_.setStartModel(wanted ? std::optional(keyOf(entry)) : std::nullopt);
    tellAll();
}

double ModelLibrary::idleMinutes() const {
    return settings_.idleMinutes();
}

void ModelLibrary::setIdleMinutes(double minutes) {
    if (minutes == settings_.idleMinutes()) return;
    settings_.setIdleMinutes(minutes);
    Q_EMIT idleMinutesChanged();
}

// ---- What is in the folders
// --------------------------------------------------------------------------------------------------------

void ModelLibrary::check(int row) {
    if (row < 0 || row >= rowCount()) return;
    Entry& entry = entries_[static_cast<std::size_t>(row)];
    if (entry.kind == Kind::reader) return;
    ask(entry);
    tell(row);
}

void ModelLibrary::checkAll() {
    for (int row = 0; row < rowCount(); ++row)
        check(row);
}

void ModelLibrary::ask(Entry& entry) {
    entry.problem.clear();
    entry.facts.reset();
    entry.ticket = worker_.askModelFacts(entry.folder);
    lookForPacked(entry.folder);
}

void ModelLibrary::removePacked(int row) {
    if (row < 0 || row >= rowCount()) return;
    const Entry& entry = entries_[static_cast<std::size_t>(row)];
    if (entry.kind != Kind::reader) lookForPacked(entry.folder, true);
}

// Away from the GUI thread: the model's folder may lie on a disk that is slow to answer.
void ModelLibrary::lookForPacked(const QString& folder, bool remove) {
    tasks_.start([this, folder = ownCopy(folder), model = pathOf(folder), packed = pathOf(packed_folder_),
                  remove]() -> BackgroundTasks::Delivery {
        std::vector<PackedFileFacts> files = packedFilesOf(model, packed);
        bool stayed = false;
        for (const PackedFileFacts& file : files) {
            std::error_code error;
            if (remove) std::filesystem::remove(file.path, error);
            stayed |= static_cast<bool>(error);
        }
        if (remove) files = packedFilesOf(model, packed);
        return [this, folder, files = std::move(files), stayed] {
            showPacked(folder, files);
            if (stayed) Q_EMIT refused(tr("The packed weights cannot be removed."));
        };
    });
}

void ModelLibrary::showPacked(const QString& folder, const std::vector<PackedFileFacts>& files) {
    QStringList parts;
    for (const PackedFileFacts& file : files)
        parts << QString::fromLatin1(sightline::nameOf(file.precision)) + QLatin1Char(' ') +
                     memoryText(file.bytes);
    const QString packed = parts.join(QStringLiteral(" · "));
    for (int row = 0; row < rowCount(); ++row) {
        Entry& entry = entries_[static_cast<std::size_t>(row)];
        if (entry.kind == Kind::reader || entry.folder != folder || entry.packed == packed) continue;
        entry.packed = packed;
        tell(row);
    }
}

void ModelLibrary::answer(quint64 ticket, const std::optional<ModelFacts>& facts, const QString& problem) {
    for (int row = 0; row < rowCount(); ++row) {
        Entry& entry = entries_[static_cast<std::size_t>(row)];
        if (entry.ticket != ticket) continue;
        entry.ticket = 0;
        entry.facts = facts;
        entry.problem = problem;
        tell(row);
    }
}

void ModelLibrary::tell(int row) {
    Q_EMIT dataChanged(index(row), index(row));
}

void ModelLibrary::tellAll() {
    if (!entries_.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void ModelLibrary::store() {
    QStringList folders;
    for (const Entry& entry : entries_) {
        if (entry.kind == Kind::folder) folders << entry.folder;
    }
    settings_.setModelFolders(folders);
}

}  // namespace sightline
