#include "app/transfer/conversation_transfer.h"

#include <QBuffer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QSet>
#include <utility>

#include "app/common/installation.h"
#include "app/common/output_file.h"
#include "app/common/own_copy.h"
#include "app/transfer/conversation_pages.h"

namespace sightline {

namespace {

constexpr qint64 largest_import = qint64{1} << 30;
constexpr qsizetype longest_name = 80;

void writeFormat(const ConversationFile& file, OutputFile& output, const QString& format) {
    const auto put = [&output](const QByteArray& bytes) { output.write(bytes.constData(), bytes.size()); };
    if (format == QLatin1String("json")) return writeJson(file, put);
    if (format == QLatin1String("md")) return put(conversationMarkdown(file).toUtf8());
    DecoderOptions decoder;
    decoder.program = helperProgram();
    const auto pictures = shownPictures(file, decoder);
    if (format == QLatin1String("html")) return put(conversationHtml(file, pictures));
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    writeConversationPdf(buffer, file, pictures);
    put(buffer.data());
}

// The rest of a sentence, or nothing if all went well.
QString problemOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const TransferError& error) {
        return ownCopy(error.sentence());
    } catch (const std::exception& error) {
        return ConversationTransfer::tr("It could not be written: %1.").arg(QString::fromUtf8(error.what()));
    }
    return {};
}

ConversationFile readFile(const QString& path) {
    QFile file(path);
    const QFileInfo info(path);
    if (!info.isFile() || !file.open(QIODevice::ReadOnly))
        throw TransferError(ConversationTransfer::tr("The file cannot be opened."));
    if (file.size() > largest_import) throw TransferError(ConversationTransfer::tr("The file is too large."));
    const QByteArray json = file.readAll();
    if (json.size() != file.size()) throw TransferError(ConversationTransfer::tr("The file cannot be read."));
    return conversationFromJson(json);
}

}  // namespace

struct ConversationTransfer::Backup {
    QString folder;     // that was chosen
    QString temporary;  // in it, until everything is there
    std::vector<ConversationSummary> all;
    std::size_t next = 0;
    QSet<QString> names;
    ~Backup() {
        if (!temporary.isEmpty()) QDir(temporary).removeRecursively();
    }
};

struct ConversationTransfer::Import {
    QList<QUrl> files;
    qsizetype next = 0;
    int imported = 0;
    QString last;
    QStringList problems;
};

ConversationTransfer::ConversationTransfer(History& history, QObject* parent)
    : QObject(parent), history_(history) {}

void ConversationTransfer::begin() {
    if (++work_ == 1) Q_EMIT busyChanged();
}

void ConversationTransfer::end(const QString& problem, const QString& sentence) {
    if (--work_ == 0) Q_EMIT busyChanged();
    if (!problem.isEmpty())
        Q_EMIT failed(problem);
    else if (!sentence.isEmpty())
        Q_EMIT done(sentence);
}

QString ConversationTransfer::nameFor(const QString& title) const {
    QString name = displayName(QString(title).replace(QLatin1Char('/'), QLatin1Char(' ')));
    for (const QChar character : QStringLiteral("\\:*?\"<>|"))
        name.replace(character, QLatin1Char(' '));
    name = name.simplified().left(longest_name);
    // A name that begins with a dot is hidden.
    while (name.startsWith(QLatin1Char('.')) || name.startsWith(QLatin1Char(' ')))
        name.remove(0, 1);
    name = name.trimmed();
    if (!name.isEmpty() && name.back().isHighSurrogate()) name.chop(1);
    return name.isEmpty() ? tr("Conversation") : name;
}

// ---- Export

void ConversationTransfer::write(const History::CarriedConversation& file, const QString& path,
                                 const QString& format, bool replace,
                                 std::function<void(const QString& problem)> then) {
    tasks_.start([file, target = ownCopy(path), kind = ownCopy(format), replace,
                  then = std::move(then)]() -> BackgroundTasks::Delivery {
        const QString problem = problemOf([&] {
            OutputFile output(target, replace);
            writeFormat(*file, output, kind);
            output.commit();
        });
        return [then, problem] { then(problem); };
    });
}

void ConversationTransfer::exportTo(const QString& conversation, const QUrl& file, const QString& format,
                                    bool replace) {
    const QString path = file.toLocalFile();
    if (path.isEmpty()) return;
    if (!replace && QFileInfo::exists(path)) {
        Q_EMIT replaceWanted(conversation, file, format);
        return;
    }
    begin();
    const auto got = [this, path, format, replace](const Outcome<History::CarriedConversation>& carried) {
        if (!carried.value) return end(carried.problem, {});
        const QString name = QFileInfo(path).fileName();
        write(*carried.value, path, format, replace, [this, name](const QString& problem) {
            end(problem.isEmpty() ? QString() : tr("“%1” was not exported. %2").arg(name, problem),
                tr("Exported to “%1”").arg(name));
        });
    };
    const std::optional<ConversationTree> unkept = unkept_ ? unkept_(conversation) : std::nullopt;
    if (unkept)
        history_.exportTree(this, *unkept, got);
    else
        history_.exportConversation(this, conversation, got);
}

void ConversationTransfer::backUp(const QUrl& folder) {
    const QString path = folder.toLocalFile();
    if (path.isEmpty()) return;
    begin();
    history_.conversations(this, [this, path](const Outcome<std::vector<ConversationSummary>>& list) {
        if (!list.value) return end(list.problem, {});
        auto backup = std::make_shared<Backup>();
        backup->folder = path;
        for (const ConversationSummary& one : *list.value) {
            if (one.said) backup->all.push_back(one);
        }
        if (backup->all.empty()) return end(tr("There is no conversation to back up yet."), {});
        const QString temporary = QDir(path).filePath(
            QStringLiteral(".sightline-%1.part").arg(QRandomGenerator::global()->generate(), 0, 36));
        if (!QDir().mkdir(temporary))
            return end(tr("“%1” takes no new files.").arg(QDir(path).dirName()), {});
        backup->temporary = temporary;
        backUpNext(backup);
    });
}

void ConversationTransfer::backUpNext(const std::shared_ptr<Backup>& backup) {
    if (backup->next == backup->all.size()) {
        const QString name =
            tr("Sightline %1", "a folder; a date").arg(QDate::currentDate().toString(Qt::ISODate));
        QString target = name;
        for (int number = 2; QFileInfo::exists(QDir(backup->folder).filePath(target)); ++number)
            target = QStringLiteral("%1 (%2)").arg(name).arg(number);
        if (!QDir().rename(backup->temporary, QDir(backup->folder).filePath(target)))
            return end(tr("“%1” takes no new files.").arg(QDir(backup->folder).dirName()), {});
        backup->temporary.clear();
        return end(
            {}, tr("%n conversation(s) in “%1”", nullptr, static_cast<int>(backup->all.size())).arg(target));
    }
    const ConversationSummary& one = backup->all[backup->next++];
    const QString base =
        one.updated.toLocalTime().date().toString(Qt::ISODate) + QLatin1Char(' ') + nameFor(one.title);
    QString name = base;
    // Some file systems take two names for one that differ in case only.
    for (int number = 2; backup->names.contains(name.toCaseFolded()); ++number)
        name = QStringLiteral("%1 (%2)").arg(base).arg(number);
    backup->names.insert(name.toCaseFolded());
    const QString path = QDir(backup->temporary).filePath(name + QStringLiteral(".json"));
    history_.exportConversation(this, one.id,
                                [this, backup, path](const Outcome<History::CarriedConversation>& carried) {
                                    if (!carried.value) return end(carried.problem, {});
                                    write(*carried.value, path, QStringLiteral("json"), false,
                                          [this, backup](const QString& problem) {
                                              if (problem.isEmpty()) return backUpNext(backup);
                                              end(tr("The backup was not made. %1").arg(problem), {});
                                          });
                                });
}

// ---- Import

void ConversationTransfer::importFrom(const QList<QUrl>& files) {
    if (files.isEmpty()) return;
    begin();
    auto import = std::make_shared<Import>();
    import->files = files;
    importNext(import);
}

void ConversationTransfer::importNext(const std::shared_ptr<Import>& import) {
    if (import->next == import->files.size()) {
        if (import->imported > 0) Q_EMIT imported(import->last);
        QString problem;
        if (import->files.size() == 1 && !import->problems.isEmpty())
            problem = tr("Nothing was imported. %1").arg(import->problems.constFirst());
        else if (!import->problems.isEmpty())
            problem =
                tr("%n file(s) could not be imported.", nullptr, static_cast<int>(import->problems.size())) +
                QLatin1Char(' ') + import->problems.constFirst();
        return end(problem, tr("%n conversation(s) imported", nullptr, import->imported));
    }
    const QUrl url = import->files.at(import->next++);
    const QString path = url.isLocalFile() ? url.toLocalFile() : QString();
    const QString name = displayName(path.isEmpty() ? url.path() : path);
    const auto refuse = [this, import, name](const QString& problem) {
        import->problems << tr("“%1”: %2", "a file; why not").arg(name, problem);
        importNext(import);
    };
    tasks_.start([this, refuse, import, from = ownCopy(path)]() -> BackgroundTasks::Delivery {
        std::shared_ptr<const ConversationFile> file;
        const QString problem =
            problemOf([&] { file = std::make_shared<const ConversationFile>(readFile(from)); });
        return [this, refuse, import, file, problem] {
            if (!file) return refuse(problem);
            history_.importConversation(this, file, [this, refuse, import](const Outcome<QString>& id) {
                if (!id.value) return refuse(id.problem);
                ++import->imported;
                import->last = *id.value;
                importNext(import);
            });
        };
    });
}

}  // namespace sightline
