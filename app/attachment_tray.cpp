#include "app/attachment_tray.h"

#include <algorithm>
#include <utility>

#include "app/reply_text.h"

namespace sightline {

AttachmentTray::AttachmentTray(ModelWorker& worker, std::shared_ptr<PictureStore> store, QObject* parent)
    : QObject(parent), worker_(worker), loader_(std::move(store)) {
    connect(&loader_, &AttachmentLoader::loaded, this, &AttachmentTray::onLoaded);
    connect(&loader_, &AttachmentLoader::refused, this, &AttachmentTray::onRefused);
    connect(&worker_, &ModelWorker::pictureCostKnown, this, [this](quint64 ticket, const PictureCost& cost) {
        const int row = model_.find(cost_keys_.take(ticket));
        if (row < 0) return;
        AttachmentRow priced = model_.rows()[static_cast<std::size_t>(row)];
        priced.cost = cost;
        show(std::move(priced));
    });
    connect(&worker_, &ModelWorker::pictureCostFailed, this, [this](quint64 ticket, const Problem& problem) {
        const quint64 key = cost_keys_.take(ticket);
        if (model_ready_ && model_.find(key) >= 0) onRefused(key, problem.sentence);
    });
}

bool AttachmentTray::hasRoom(const QString& name, qsizetype wanted) {
    const auto used = std::count_if(model_.rows().begin(), model_.rows().end(),
                                    [](const AttachmentRow& row) { return row.error.isEmpty(); });
    if (used < most_attachments) return true;
    appendRefused(wanted > 1 ? tr("%L1 more files").arg(wanted) : name,
                  tr("At most %1 pictures can be attached to a question.").arg(most_attachments));
    return false;
}

void AttachmentTray::addFiles(const QList<QUrl>& files) {
    for (qsizetype i = 0; i < files.size(); ++i) {
        const QUrl& url = files.at(i);
        const QString path = url.isLocalFile() && url.host().isEmpty() ? url.toLocalFile() : QString();
        const QString name = displayName(path.isEmpty() ? url.path() : path);
        if (!hasRoom(name, files.size() - i)) return;
        if (path.isEmpty()) {
            appendRefused(name, tr("Only files on this computer can be opened; nothing is fetched."));
        } else {
            loader_.loadFile(appendLoading(name), path, name);
        }
    }
}

void AttachmentTray::addImage(const QImage& image, const QString& name) {
    const QString shown = displayName(name);
    if (hasRoom(shown, 1)) loader_.loadImage(appendLoading(shown), image, shown);
}

void AttachmentTray::addEncoded(const QByteArray& file, const QString& name) {
    const QString shown = displayName(name);
    if (hasRoom(shown, 1)) loader_.loadEncoded(appendLoading(shown), file, shown);
}

void AttachmentTray::remove(int row) {
    model_.remove(row);
    Q_EMIT changed();
}

void AttachmentTray::setModelReady(bool ready, const PixelBudget& budget) {
    model_ready_ = ready;
    budget_ = budget;
    cost_keys_.clear();
    for (AttachmentRow row : std::vector<AttachmentRow>(model_.rows())) {
        if (!row.attachment) continue;
        row.cost.reset();
        askCost(row);
        show(std::move(row));
    }
}

void AttachmentTray::setSecondsPerToken(double seconds_per_token) {
    seconds_per_token_ = seconds_per_token;
    for (const AttachmentRow& row : std::vector<AttachmentRow>(model_.rows()))
        show(row);
}

bool AttachmentTray::isLoading() const {
    return std::any_of(model_.rows().begin(), model_.rows().end(),
                       [](const AttachmentRow& row) { return row.loading; });
}

bool AttachmentTray::hasPictures() const {
    return std::any_of(model_.rows().begin(), model_.rows().end(),
                       [](const AttachmentRow& row) { return row.attachment != nullptr; });
}

std::vector<AttachmentRef> AttachmentTray::pictures() const {
    std::vector<AttachmentRef> found;
    for (const AttachmentRow& row : model_.rows()) {
        if (row.attachment) found.push_back(row.attachment);
    }
    return found;
}

int AttachmentTray::indexOfPicture(int row) const {
    if (row < 0 || row >= model_.rowCount() || !model_.rows()[static_cast<std::size_t>(row)].attachment)
        return -1;
    const auto before = std::count_if(model_.rows().begin(), model_.rows().begin() + row,
                                      [](const AttachmentRow& each) { return each.attachment != nullptr; });
    return static_cast<int>(before);
}

int AttachmentTray::tokens() const {
    int sum = 0;
    for (const AttachmentRow& row : model_.rows()) {
        if (row.cost) sum += row.cost->tokens;
    }
    return sum;
}

std::vector<AttachmentRow> AttachmentTray::take() {
    std::vector<AttachmentRow> taken;
    for (int row = 0; row < model_.rowCount();) {
        if (const AttachmentRow& candidate = model_.rows()[static_cast<std::size_t>(row)];
            candidate.attachment) {
            taken.push_back(candidate);
            model_.remove(row);
        } else {
            ++row;
        }
    }
    if (!taken.empty()) Q_EMIT changed();
    return taken;
}

void AttachmentTray::putBack(const std::vector<AttachmentRow>& rows) {
    for (AttachmentRow row : rows) {
        row.key = ++last_key_;
        model_.append(row);
        if (!row.cost) askCost(row);
    }
    if (!rows.empty()) Q_EMIT changed();
}

quint64 AttachmentTray::appendLoading(const QString& name) {
    AttachmentRow row;
    row.key = ++last_key_;
    row.name = name;
    row.loading = true;
    model_.append(std::move(row));
    Q_EMIT changed();
    return last_key_;
}

void AttachmentTray::appendRefused(const QString& name, const QString& reason) {
    AttachmentRow row;
    row.key = ++last_key_;
    row.name = name;
    row.error = reason;
    model_.append(std::move(row));
    Q_EMIT changed();
}

void AttachmentTray::askCost(const AttachmentRow& row) {
    if (!model_ready_ || !row.attachment) return;
    const QSize size = row.attachment->size;
    cost_keys_.insert(worker_.askPictureCost(size.width(), size.height(), budget_), row.key);
}

void AttachmentTray::show(AttachmentRow row) {
    if (row.attachment) {
        const QSize model_size = row.cost ? QSize(row.cost->model_width, row.cost->model_height) : QSize();
        row.size_text = pictureSizeText(row.attachment->size, model_size);
        row.tokens_text = row.cost ? tokensText(row.cost->tokens) : QString();
        row.seconds_text = row.cost && seconds_per_token_ > 0
                               ? expectedText(row.cost->tokens * seconds_per_token_)
                               : QString();
    }
    model_.update(row);
    Q_EMIT changed();
}

void AttachmentTray::onLoaded(quint64 key, const AttachmentRef& attachment) {
    const int position = model_.find(key);
    if (position < 0) return;
    AttachmentRow row = model_.rows()[static_cast<std::size_t>(position)];
    row.loading = false;
    row.attachment = attachment;
    row.thumbnail = attachment->preview->source();
    askCost(row);
    show(std::move(row));
}

void AttachmentTray::onRefused(quint64 key, const QString& reason) {
    const int position = model_.find(key);
    if (position < 0) return;
    AttachmentRow row = model_.rows()[static_cast<std::size_t>(position)];
    row.loading = false;
    row.error = reason;
    // A refused picture is not sent, whatever was known about it.
    row.attachment.reset();
    row.cost.reset();
    row.thumbnail.clear();
    row.tokens_text.clear();
    row.seconds_text.clear();
    model_.update(row);
    Q_EMIT changed();
}

}  // namespace sightline
