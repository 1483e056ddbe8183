#include "app/cli/ocr_plan.h"

#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>
#include <algorithm>

#include "app/cli/ocr_journal.h"
#include "inference/error.h"

namespace sightline {

namespace {

[[noreturn]] void wrongUsage(const std::string& sentence) {
    throw Error(ErrorKind::invalid_input, sentence);
}

QString identityOf(const QString& path) {
    struct stat facts {};
    if (::stat(QFile::encodeName(path).constData(), &facts) != 0) return {};
    return QStringLiteral("%1:%2.%3")
        .arg(facts.st_size)
        .arg(facts.st_mtim.tv_sec)
        .arg(facts.st_mtim.tv_nsec, 9, 10, QLatin1Char('0'));
}

bool isSameFile(const QString& one, const QString& other) {
    struct stat left {};
    struct stat right {};
    return ::stat(QFile::encodeName(one).constData(), &left) == 0 &&
           ::stat(QFile::encodeName(other).constData(), &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

bool looksLikePdf(const QString& path) {
    if (!QFileInfo(path).isFile()) return path.endsWith(QStringLiteral(".pdf"), Qt::CaseInsensitive);
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.read(1024).contains("%PDF-");
}

QString targetName(const QString& relative, OcrFormat format) {
    switch (format) {
        case OcrFormat::text:
            return relative + QStringLiteral(".txt");
        case OcrFormat::markdown:
            return relative + QStringLiteral(".md");
        case OcrFormat::json_lines:
            return relative + QStringLiteral(".jsonl");
        case OcrFormat::pdf:
            break;
    }
    return relative.endsWith(QStringLiteral(".pdf"), Qt::CaseInsensitive) ? relative
                                                                          : relative + QStringLiteral(".pdf");
}

// Why this output is not begun; empty if it may be.
QString refusal(const QString& target, const OcrOptions& options) {
    const QFileInfo file(target);
    const bool exists = file.exists() || file.isSymLink();
    const bool unfinished = QFileInfo::exists(OcrJournal::pathFor(target));
    if (file.isDir()) return target + QStringLiteral(" is a folder");
    if (options.overwrite) return {};
    if (exists && unfinished) {
        return target +
               QStringLiteral(" exists, and a run that makes it is unfinished: --overwrite begins anew");
    }
    if (exists) return target + QStringLiteral(" exists: --overwrite replaces it");
    if (unfinished && !options.resume) {
        return OcrJournal::pathFor(target) +
               QStringLiteral(" is of an unfinished run: --resume goes on with it, --overwrite begins anew");
    }
    return {};
}

void checkUsage(const OcrOptions& options) {
    if (options.output.empty()) {
        if (options.format == OcrFormat::pdf) wrongUsage("--format pdf needs -o with a file or a folder");
        if (options.resume) wrongUsage("--resume needs -o with the output of the run that it goes on with");
        if (options.overwrite) wrongUsage("--overwrite needs -o");
    }
    if (std::count(options.inputs.begin(), options.inputs.end(), "-") > 1)
        wrongUsage("standard input can be read once");
}

void planFolder(OcrPlan& plan, OcrInputs& inputs, const QString& folder, const OcrOptions& options) {
    plan.one_output = false;
    QSet<QString> targets;
    for (OcrInput& input : inputs.documents) {
        QString relative = input.path == QStringLiteral("-") ? QStringLiteral("stdin") : input.relative;
        const QString target = QDir(folder).filePath(targetName(relative, options.format));
        if (targets.contains(target)) {
            plan.problems << input.name + QStringLiteral(" would go to the same file as another document: ") +
                                 target;
            continue;
        }
        targets.insert(target);
        if (isSameFile(target, input.path)) {
            plan.problems << input.name + QStringLiteral(" would be replaced by what is read from it");
            continue;
        }
        if (options.resume && QFileInfo(target).isFile() && !QFileInfo::exists(OcrJournal::pathFor(target))) {
            ++plan.finished_before;
            continue;
        }
        if (const QString reason = refusal(target, options); !reason.isEmpty()) {
            plan.problems << reason;
            continue;
        }
        plan.documents.push_back({std::move(input), {}, target});
    }
}

void planFile(OcrPlan& plan, OcrInputs& inputs, const QString& target, const OcrOptions& options) {
    for (OcrInput& input : inputs.documents) {
        if (isSameFile(target, input.path))
            wrongUsage(target.toStdString() + " is read, so it cannot be the output");
    }
    if (options.format == OcrFormat::pdf && inputs.documents.size() > 1) {
        const bool any_pdf = std::any_of(inputs.documents.begin(), inputs.documents.end(),
                                         [](const OcrInput& input) { return looksLikePdf(input.path); });
        if (any_pdf) wrongUsage("several PDFs don't become one: give -o a folder, like -o out/");
    }
    if (options.resume && QFileInfo(target).isFile() && !QFileInfo::exists(OcrJournal::pathFor(target))) {
        plan.finished_before = static_cast<int>(inputs.documents.size());
        return;
    }
    if (const QString reason = refusal(target, options); !reason.isEmpty()) {
        plan.problems << reason;
        return;
    }
    for (OcrInput& input : inputs.documents)
        plan.documents.push_back({std::move(input), {}, target});
}

}  // namespace

OcrPlan planOcr(const OcrOptions& options) {
    checkUsage(options);
    const QString output = QFile::decodeName(QByteArray::fromStdString(options.output));
    const bool to_folder = output.endsWith(QLatin1Char('/')) || QFileInfo(output).isDir();
    OcrInputs inputs = findInputs(options.inputs, to_folder ? output : QString());
    OcrPlan plan;
    plan.remarks = inputs.remarks;
    plan.problems = inputs.problems;
    plan.other_files = inputs.other_files;
    if (output.isEmpty()) {
        for (OcrInput& input : inputs.documents)
            plan.documents.push_back({std::move(input), {}, {}});
    } else if (to_folder) {
        planFolder(plan, inputs, output, options);
    } else {
        planFile(plan, inputs, output, options);
    }
    for (PlannedDocument& document : plan.documents)
        document.identity = identityOf(document.input.path);
    return plan;
}

}  // namespace sightline
