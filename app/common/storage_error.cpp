#include "app/common/storage_error.h"

#include <QCoreApplication>
#include <cerrno>

namespace sightline {

namespace {

struct StorageText {
    Q_DECLARE_TR_FUNCTIONS(sightline::StorageText)

  public:
    static QString of(StorageProblem problem, const QString& detail) {
        switch (problem) {
            case StorageProblem::disk_full:
                return tr(
                    "The disk is full, so this is not saved yet; what was saved before is safe, and "
                    "saving goes on when there is space again.");
            case StorageProblem::read_only:
                return tr(
                    "The history cannot be written, so this is not saved yet: its folder or disk is "
                    "read-only.");
            case StorageProblem::locked:
                return tr("Another program holds the history, so this is not saved yet; it is tried again.");
            case StorageProblem::damaged:
                return tr("The history is damaged: %1.").arg(detail);
            case StorageProblem::too_new:
                return tr(
                    "The history was written by a newer version of Sightline and is left as it is; this "
                    "version keeps nothing.");
            case StorageProblem::other:
                break;
        }
        return tr("The history could not be used: %1.").arg(detail);
    }
};

}  // namespace

QString StorageError::sentence() const {
    QString detail = QString::fromStdString(what()).simplified();
    while (detail.endsWith(QLatin1Char('.')))
        detail.chop(1);
    return StorageText::of(problem_, detail);
}

StorageError StorageError::fromSystem(int number, const QString& what) {
    StorageProblem problem = StorageProblem::other;
    if (number == ENOSPC || number == EDQUOT || number == EFBIG) problem = StorageProblem::disk_full;
    if (number == EROFS || number == EACCES || number == EPERM) problem = StorageProblem::read_only;
    return {problem, QStringLiteral("%1 (%2)").arg(what, qt_error_string(number)).toStdString()};
}

bool mayPass(StorageProblem problem) {
    return problem == StorageProblem::disk_full || problem == StorageProblem::read_only ||
           problem == StorageProblem::locked;
}

}  // namespace sightline
