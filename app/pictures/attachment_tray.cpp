#include "app/pictures/attachment_tray.h"

#include <algorithm>
#include <string>
#include <utility>

#include "app/documents/page_selection.h"
#include "app/models/reply_text.h"
#include "app/pictures/picture_store.h"

namespace sightline {

namespace {

bool isHead(const AttachmentRow& row) {
    return row.document && row.page < 0;
}

// "1-3, 7": page numbers from 1, rising.
QString pagesText(const std::vector<int>& pages) {
    QStringList ranges;
    for (std::size_t i = 0; i < pages.size();) {
        std::size_t last = i;
        while (last + 1 < pages.size() && pages[last + 1] == pages[last] + 1)
            ++last;
        ranges << (last == i ? QString::number(pages[i])
                             : QStringLiteral("%1-%2").arg(pages[i]).arg(pages[last]));
        i = last + 1;
    }
    return ranges.join(QStringLiteral(", "));
}

}  // namespace

AttachmentTray::AttachmentTray(ModelWorker& worker, std::shared_ptr<PictureStore> store, PictureTexts& texts,
                               QObject* parent)
    : QObject(parent), prices_(worker, texts), loader_(std::move(store)) {
    connect(&loader_, &AttachmentLoader::loaded, this, &AttachmentTray::onLoaded);
    connect(&loader_, &AttachmentLoader::documentFound, this, &AttachmentTray::onDocument);
    connect(&loader_, &AttachmentLoader::refused, this, &AttachmentTray::onRefused);
    connect(&loader_, &AttachmentLoader::passwordWanted, this, &AttachmentTray::onPasswordWanted);
    connect(&prices_, &PicturePrices::changed, this, &AttachmentTray::showPrice);
    connect(&prices_, &PicturePrices::refused, this, &AttachmentTray::onRefused);
}

int AttachmentTray::used() const {
    return static_cast<int>(
        std::count_if(model_.rows().begin(), model_.rows().end(),
                      [](const AttachmentRow& row) { return row.error.isEmpty() && !isHead(row); }));
}

bool AttachmentTray::hasRoom(const QString& name, qsizetype wanted) {
    if (used() < most_attachments) return true;
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
            appendRefused(name, tr("Only files on this computer can be opened; nothing is fetched. Copy the "
                                   "picture itself and paste it here."));
        } else {
            loader_.loadFile(appendLoading(name, path), path, name);
        }
    }
}

void AttachmentTray::addImage(const QImage& image, const QString& name) {
    const QString shown = displayName(name);
    if (hasRoom(shown, 1)) loader_.loadImage(appendLoading(shown), image, shown);
}

void AttachmentTray::addEncoded(const QByteArray& file, const QString& name) {
    const QString shown = displayName(name);
    if (hasRoom(shown, 1)) loader_.loadEncoded(appendLoading(shown, {}, file), file, shown);
}

void AttachmentTray::addPart(const AttachmentRef& whole, const QRect& part) {
    const QString name = tr("%1, part at %2, %3").arg(whole->name).arg(part.x()).arg(part.y());
    if (hasRoom(name, 1)) loader_.loadPart(appendLoading(name), whole, part, name);
}

void AttachmentTray::drop(int row) {
    const quint64 key = at(row).key;
    loader_.cancel(key);
    if (const auto encoding = encoding_.extract(key)) encoder_.cancel(encoding.mapped());
    prices_.remove(key);
    model_.remove(row);
}

void AttachmentTray::remove(int row) {
    if (!holds(row)) return;
    const auto document = isHead(at(row)) ? at(row).document : nullptr;
    drop(row);
    for (int other = model_.rowCount() - 1; document && other >= 0; --other) {
        if (at(other).document == document) drop(other);
    }
    dropHeads();
    Q_EMIT changed();
}

// Heads of which no page is left.
void AttachmentTray::dropHeads() {
    for (int row = model_.rowCount() - 1; row >= 0; --row) {
        if (!isHead(at(row))) continue;
        std::vector<int> pages;
        for (const AttachmentRow& other : model_.rows()) {
            if (other.document == at(row).document && other.page >= 0) pages.push_back(other.page + 1);
        }
        if (pages.empty()) {
            drop(row);
            continue;
        }
        AttachmentRow head = at(row);
        head.pages = pagesText(pages);
        model_.update(head);
    }
}

QString AttachmentTray::choosePages(int row, const QString& pages) {
    if (!holds(row) || !isHead(at(row))) return {};
    const AttachmentRow head = at(row);
    QString words = pages;
    words.remove(QLatin1Char(' ')).replace(QChar(0x2013), QLatin1Char('-'));
    const auto selection = PageSelection::parse(words.left(1000).toStdString());
    if (!selection) return tr("Write pages like 1-3, 7.");
    const std::vector<int> chosen = selection->of(head.document->pages);
    if (chosen.empty()) return tr("The file has %Ln page(s).", nullptr, head.document->pages);
    std::vector<AttachmentRow> old;
    for (const AttachmentRow& each : model_.rows()) {
        if (each.document == head.document && each.page >= 0) old.push_back(each);
    }
    const int others =
        used() - static_cast<int>(std::count_if(
                     old.begin(), old.end(), [](const AttachmentRow& each) { return each.error.isEmpty(); }));
    if (static_cast<int>(chosen.size()) > most_attachments - others) {
        return tr("At most %1 pictures can be attached to a question, and there is room for %2.")
            .arg(most_attachments)
            .arg(most_attachments - others);
    }
    // Pages that were there go on as they are; the order is that of the document.
    for (int other = model_.rowCount() - 1; other >= 0; --other) {
        if (at(other).document != head.document || at(other).page < 0) continue;
        if (std::find(chosen.begin(), chosen.end(), at(other).page + 1) == chosen.end()) {
            drop(other);
        } else {
            model_.remove(other);
        }
    }
    for (const int page : chosen) {
        const auto kept = std::find_if(old.begin(), old.end(),
                                       [page](const AttachmentRow& each) { return each.page == page - 1; });
        if (kept != old.end()) {
            model_.append(*kept);
        } else {
            appendPage(head.document, page - 1);
        }
    }
    dropHeads();
    Q_EMIT changed();
    return {};
}

void AttachmentTray::chooseDetail(int row, const QString& detail) {
    const auto wanted = detailFrom(detail);
    if (!holds(row) || !wanted) return;
    AttachmentRow chosen = at(row);
    chosen.detail_chosen = true;
    model_.update(chosen);
    prices_.choose(chosen.key, *wanted);
}

void AttachmentTray::setDefaultDetail(Detail detail) {
    if (detail == default_detail_) return;
    default_detail_ = detail;
    const std::vector<AttachmentRow> rows = model_.rows();
    for (const AttachmentRow& row : rows) {
        if (row.attachment && !row.detail_chosen) prices_.choose(row.key, detail);
    }
}

void AttachmentTray::setContextLeft(int tokens) {
    prices_.setMostTextTokens(tokens > 0 ? tokens / 2 : 1'000'000);
}

bool AttachmentTray::isLoading() const {
    return std::any_of(model_.rows().begin(), model_.rows().end(),
                       [](const AttachmentRow& row) { return row.loading; });
}

bool AttachmentTray::isEncoding() const {
    return !encoding_.empty();
}

bool AttachmentTray::isReading() const {
    return std::any_of(model_.rows().begin(), model_.rows().end(), [this](const AttachmentRow& row) {
        const PicturePrice* price = prices_.find(row.key);
        return price && price->reading;
    });
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
    if (!holds(row) || !at(row).attachment) return -1;
    const auto before = std::count_if(model_.rows().begin(), model_.rows().begin() + row,
                                      [](const AttachmentRow& each) { return each.attachment != nullptr; });
    return static_cast<int>(before);
}

int AttachmentTray::tokens() const {
    int sum = 0;
    for (const AttachmentRow& row : model_.rows())
        sum += row.attachment ? row.tokens : 0;
    return sum;
}

PictureSight AttachmentTray::sight(int row) const {
    return holds(row) ? prices_.sight(at(row).key) : PictureSight{};
}

std::vector<AttachmentRow> AttachmentTray::take() {
    return take([](const AttachmentRow&) { return true; });
}

std::vector<AttachmentRow> AttachmentTray::takeOne(int row) {
    const quint64 key = holds(row) ? at(row).key : 0;
    return take([key](const AttachmentRow& each) { return each.key == key; });
}

std::vector<AttachmentRow> AttachmentTray::take(const std::function<bool(const AttachmentRow&)>& leaves) {
    std::vector<AttachmentRow> taken;
    for (int row = 0; row < model_.rowCount();) {
        if (!at(row).attachment || !leaves(at(row))) {
            ++row;
            continue;
        }
        AttachmentRow leaving = at(row);
        leaving.sight = prices_.sight(leaving.key);
        taken.push_back(std::move(leaving));
        drop(row);
    }
    dropHeads();
    if (!taken.empty()) Q_EMIT changed();
    return taken;
}

void AttachmentTray::putBack(const std::vector<AttachmentRow>& rows) {
    for (AttachmentRow row : rows) {
        row.key = ++last_key_;
        // Its document went with it.
        row.document.reset();
        row.page = -1;
        const Detail wanted = detailFrom(row.detail).value_or(default_detail_);
        model_.append(row);
        prices_.add(row.key, row.attachment, wanted);
    }
    if (!rows.empty()) Q_EMIT changed();
}

std::vector<ChatPart> AttachmentTray::parts(bool unfinished) const {
    std::vector<ChatPart> parts;
    for (const AttachmentRow& row : model_.rows()) {
        // One that has no file yet is in the draft as soon as it has.
        if (row.attachment && (unfinished || !row.attachment->file.isEmpty())) {
            parts.push_back({{}, row.attachment, {{}, row.detail_chosen ? row.detail : QString(), {}}});
        } else if (row.kept) {
            parts.push_back({{}, row.kept, {{}, row.detail, {}}});
        }
    }
    return parts;
}

void AttachmentTray::putKept(const std::vector<ChatPart>& parts) {
    for (const ChatPart& part : parts) {
        if (!part.attachment) continue;
        AttachmentRow row;
        row.key = ++last_key_;
        row.name = part.attachment->name;
        row.note = part.attachment->note;
        row.detail = part.sight.detail;
        row.kept = part.attachment;
        row.loading = true;
        model_.append(row);
        if (part.attachment->picture) putRevived(part.attachment);
    }
    if (!parts.empty()) Q_EMIT changed();
}

void AttachmentTray::putRevived(const AttachmentRef& attachment) {
    for (const AttachmentRow& row : takeKept(attachment->file)) {
        onLoaded(row.key, attachment);
        if (!row.detail.isEmpty()) chooseDetail(model_.find(row.key), row.detail);
    }
}

void AttachmentTray::refuseRevived(const AttachmentRef& attachment, const QString& reason) {
    for (const AttachmentRow& row : takeKept(attachment->file))
        onRefused(row.key, reason);
}

std::vector<AttachmentRow> AttachmentTray::takeKept(const QString& file) {
    std::vector<AttachmentRow> taken;
    for (const AttachmentRow& row : model_.rows()) {
        if (row.kept && row.kept->file == file) taken.push_back(row);
    }
    for (AttachmentRow& row : taken) {
        row.kept.reset();
        model_.update(row);
    }
    return taken;
}

void AttachmentTray::clear() {
    for (int row = model_.rowCount() - 1; row >= 0; --row)
        drop(row);
    Q_EMIT changed();
}

quint64 AttachmentTray::appendLoading(const QString& name, const QString& path, const QByteArray& bytes) {
    AttachmentRow row;
    row.key = ++last_key_;
    row.name = name;
    row.path = path;
    row.bytes = bytes;
    row.loading = true;
    model_.append(std::move(row));
    Q_EMIT changed();
    return last_key_;
}

void AttachmentTray::appendPage(const DocumentRef& document, int page) {
    AttachmentRow row;
    row.key = ++last_key_;
    row.name = document->name;
    row.note = tr("Page %L1 of %L2").arg(page + 1).arg(document->pages);
    row.loading = true;
    row.document = document;
    row.page = page;
    model_.append(std::move(row));
    loader_.loadPage(last_key_, document, page);
}

void AttachmentTray::appendRefused(const QString& name, const QString& reason) {
    AttachmentRow row;
    row.key = ++last_key_;
    row.name = name;
    row.error = reason;
    model_.append(std::move(row));
    Q_EMIT changed();
}

void AttachmentTray::showPrice(quint64 key) {
    const int position = model_.find(key);
    const PicturePrice* price = prices_.find(key);
    if (position < 0 || !price) return;
    AttachmentRow row = at(position);
    const DetailPrice& chosen = price->chosen();
    const QSize model_size =
        chosen.cost ? QSize(chosen.cost->model_width, chosen.cost->model_height) : QSize();
    row.size_text = pictureSizeText(row.attachment->size, model_size);
    row.tokens = chosen.tokens;
    row.tokens_text = chosen.cost ? tokensText(chosen.tokens) : QString();
    row.seconds_text = chosen.seconds > 0 ? expectedText(chosen.seconds) : QString();
    row.detail = detailId(price->wanted);
    row.detail_text = chosenText(*price);
    row.choices = chosen.cost ? detailChoices(*price) : QVariantList();
    model_.update(row);
    Q_EMIT changed();
}

void AttachmentTray::onLoaded(quint64 key, const AttachmentRef& attachment) {
    const int position = model_.find(key);
    if (position < 0) return;
    AttachmentRow row = at(position);
    row.loading = false;
    const bool unlocking = row.forgetFile();
    row.attachment = attachment;
    row.thumbnail =
        attachment->preview ? attachment->preview->source() : PictureStore::keptSource(attachment->file);
    if (!attachment->note.isEmpty()) row.note = attachment->note;
    model_.update(row);
    prices_.add(key, attachment, default_detail_);
    if (unlocking) Q_EMIT unlocked(position);
    if (!attachment->file.isEmpty()) return;
    encoding_[key] =
        encoder_.encode(attachment, [this, key](const AttachmentRef& whole, const QString& problem) {
            encoding_.erase(key);
            if (whole) {
                onEncoded(key, whole);
            } else {
                onRefused(key, problem);
            }
        });
}

void AttachmentTray::onEncoded(quint64 key, const AttachmentRef& attachment) {
    const int position = model_.find(key);
    if (position < 0) return;
    AttachmentRow row = at(position);
    row.attachment = attachment;
    model_.update(row);
    Q_EMIT changed();
}

// The row of the file becomes the head of its pages.
void AttachmentTray::onDocument(quint64 key, const DocumentRef& document) {
    const int position = model_.find(key);
    if (position < 0) return;
    AttachmentRow head = at(position);
    head.loading = false;
    const bool unlocking = head.forgetFile();
    head.document = document;
    head.page_count = document->pages;
    model_.update(head);
    const int room = most_attachments - used();
    const int pages = std::min({document->pages, first_pages, room});
    for (int page = 0; page < pages; ++page)
        appendPage(document, page);
    dropHeads();
    if (pages == 0) hasRoom(document->name, 1);
    if (unlocking) Q_EMIT unlocked(position);
    Q_EMIT changed();
}

void AttachmentTray::onPasswordWanted(quint64 key) {
    const int position = model_.find(key);
    if (position < 0) return;
    AttachmentRow row = at(position);
    row.loading = false;
    row.password_wrong = row.unlocking;
    row.locked = true;
    model_.update(row);
    Q_EMIT changed();
    Q_EMIT passwordWanted(position, row.password_wrong);
}

int AttachmentTray::lockedRow() const {
    const auto found = std::find_if(model_.rows().begin(), model_.rows().end(),
                                    [](const AttachmentRow& row) { return row.locked; });
    return found == model_.rows().end() ? -1 : static_cast<int>(found - model_.rows().begin());
}

void AttachmentTray::unlock(int row, const QString& password) {
    if (!holds(row) || !at(row).locked) return;
    AttachmentRow opening = at(row);
    opening.locked = false;
    opening.unlocking = true;
    opening.loading = true;
    model_.update(opening);
    const QByteArray secret = password.toUtf8();
    if (opening.path.isEmpty())
        loader_.loadEncoded(opening.key, opening.bytes, opening.name, secret);
    else
        loader_.loadFile(opening.key, opening.path, opening.name, secret);
    Q_EMIT changed();
}

void AttachmentTray::onRefused(quint64 key, const QString& reason) {
    const int position = model_.find(key);
    if (position < 0) return;
    prices_.remove(key);
    AttachmentRow row = at(position);
    row.loading = false;
    const bool unlocking = row.forgetFile();
    row.error = reason;
    // A refused picture is not sent, whatever was known about it.
    row.attachment.reset();
    row.tokens = 0;
    row.thumbnail.clear();
    row.tokens_text.clear();
    row.seconds_text.clear();
    row.detail_text.clear();
    row.choices.clear();
    model_.update(row);
    if (unlocking) Q_EMIT unlocked(position);
    Q_EMIT changed();
}

}  // namespace sightline
