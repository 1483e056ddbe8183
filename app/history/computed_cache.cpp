#include "app/history/computed_cache.h"

#include "app/common/own_copy.h"
#include "app/common/storage_error.h"
#include "app/history/computed_files.h"
#include "app/models/reply_text.h"

namespace sightline {

ComputedCache::ComputedCache(const QString& history_folder, QObject* parent)
    : QObject(parent), folder_(ownCopy(history_folder)) {}

BackgroundTasks::Delivery ComputedCache::measure() {
    return [this, bytes = computedBytes(folder_)] {
        const QString text = bytes > 0 ? memoryText(bytes) : QString();
        if (text == size_text_) return;
        size_text_ = text;
        Q_EMIT changed();
    };
}

void ComputedCache::look() {
    tasks_.start([this] { return measure(); });
}

void ComputedCache::clear() {
    tasks_.start([this]() -> BackgroundTasks::Delivery {
        QString problem;
        try {
            eraseComputed(folder_);
        } catch (const StorageError& error) {
            problem = error.sentence();
        }
        return [this, problem, measured = measure()] {
            measured();
            if (!problem.isEmpty()) Q_EMIT failed(problem);
        };
    });
}

}  // namespace sightline
