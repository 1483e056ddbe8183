#include "app/pictures/picture_pixels.h"
#include "app/pictures/picture_store.h"

#include <algorithm>
#include <utility>

namespace sightline {

PicturePixels::PicturePixels(History* history, std::size_t budget, QObject* parent)
    : QObject(parent), history_(history), budget_(budget), loader_(std::make_shared<PictureStore>()) {
    connect(&loader_, &AttachmentLoader::loaded, this,
            [this](quint64 key, const AttachmentRef& decoded) { ended(key, decoded->picture, {}); });
    connect(&loader_, &AttachmentLoader::refused, this,
            [this](quint64 key, const QString& reason) { ended(key, nullptr, reason); });
    // A file that was one picture when it was kept has not become several pages since.
    connect(&loader_, &AttachmentLoader::documentFound, this, [this](quint64 key, const DocumentRef&) {
        ended(key, nullptr, tr("The file of the picture is not what it was."));
    });
}

AttachmentRef PicturePixels::put(const AttachmentRef& whole) {
    if (!whole || !whole->picture || whole->file.isEmpty()) return whole;
    remember(whole->file, whole->picture);
    auto rest = std::make_shared<Attachment>(*whole);
    rest->picture.reset();
    return rest;
}

PicturePixels::Pixels PicturePixels::find(const QString& file) {
    const auto found = std::find_if(remembered_.begin(), remembered_.end(),
                                    [&file](const Remembered& one) { return one.file == file; });
    if (found == remembered_.end()) return nullptr;
    remembered_.splice(remembered_.begin(), remembered_, found);
    return found->pixels;
}

void PicturePixels::remember(const QString& file, const Pixels& pixels) {
    if (find(file)) return;
    remembered_.push_front({file, pixels});
    bytes_ += pixels->rgb.size();
    while (bytes_ > budget_ && !remembered_.empty()) {
        bytes_ -= remembered_.back().pixels->rgb.size();
        remembered_.pop_back();
    }
}

void PicturePixels::want(QObject* context, const Wanted& pictures, Then then) {
    Request request{context, pictures, {}, std::move(then)};
    std::vector<AttachmentRef> missing;
    for (const AttachmentRef& picture : pictures) {
        if (!picture || request.found.contains(picture->file)) continue;
        if (picture->picture) {
            request.found.insert(picture->file, picture->picture);
        } else if (const Pixels pixels = find(picture->file)) {
            request.found.insert(picture->file, pixels);
        } else {
            missing.push_back(picture);
        }
    }
    if (missing.empty()) return answer(request);
    requests_.push_back(std::move(request));
    for (const AttachmentRef& picture : missing)
        load(picture);
}

// Once, however many want it.
void PicturePixels::load(const AttachmentRef& wanted) {
    const auto same = [&wanted](const AttachmentRef& one) { return one->file == wanted->file; };
    if (std::any_of(loading_.cbegin(), loading_.cend(), same)) return;
    const quint64 key = ++last_key_;
    loading_.insert(key, wanted);
    if (!wanted->encoded.isEmpty()) return loader_.loadEncoded(key, wanted->encoded, wanted->name);
    const QString missing = tr("The file of the picture is gone.");
    if (!history_) {
        QMetaObject::invokeMethod(
            this, [this, key, missing] { ended(key, nullptr, missing); }, Qt::QueuedConnection);
        return;
    }
    history_->attachment(this, wanted->file, [this, key](const Outcome<QByteArray>& file) {
        const AttachmentRef still = loading_.value(key);
        if (!still) return;
        if (file.value) {
            loader_.loadEncoded(key, *file.value, still->name);
        } else {
            ended(key, nullptr, file.problem);
        }
    });
}

void PicturePixels::ended(quint64 key, const Pixels& pixels, const QString& reason) {
    const AttachmentRef loaded = loading_.take(key);
    if (!loaded) return;
    if (pixels) {
        remember(loaded->file, pixels);
    } else {
        Q_EMIT lost(loaded, reason);
    }
    // Whoever is answered may want more.
    std::list<Request> answered;
    for (auto request = requests_.begin(); request != requests_.end();) {
        const auto here = request++;
        const auto wants = [&loaded](const AttachmentRef& one) { return one && one->file == loaded->file; };
        if (std::any_of(here->wanted.begin(), here->wanted.end(), wants))
            here->found.insert(loaded->file, pixels);
        if (complete(*here)) answered.splice(answered.end(), requests_, here);
    }
    for (const Request& request : answered)
        answer(request);
}

bool PicturePixels::complete(const Request& request) {
    return std::all_of(request.wanted.begin(), request.wanted.end(), [&request](const AttachmentRef& one) {
        return !one || request.found.contains(one->file);
    });
}

void PicturePixels::answer(const Request& request) {
    if (!request.context) return;
    Wanted pictures;
    for (const AttachmentRef& wanted : request.wanted) {
        const Pixels pixels = wanted ? request.found.value(wanted->file) : nullptr;
        if (!pixels) {
            pictures.push_back(nullptr);
            continue;
        }
        auto whole = std::make_shared<Attachment>(*wanted);
        whole->picture = pixels;
        pictures.push_back(std::move(whole));
    }
    request.then(pictures);
}

}  // namespace sightline
