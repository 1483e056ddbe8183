#include "app/pictures/picture_encoder.h"

#include <utility>

#include "app/common/own_copy.h"
#include "app/history/attachment_store.h"
#include "app/models/error_text.h"
#include "app/pictures/png_file.h"

namespace sightline {

PictureEncoder::PictureEncoder(QObject* parent) : QObject(parent) {}

PictureEncoder::~PictureEncoder() {
    for (auto& [number, stop] : in_work_)
        stop.request_stop();
}

quint64 PictureEncoder::encode(const AttachmentRef& picture, Then then) {
    const quint64 number = ++last_;
    const std::stop_token stop = in_work_[number].get_token();
    // The pixels alone go over: names are shared with this thread.
    tasks_.start([this, number, stop, picture, pixels = picture->picture,
                  then = std::move(then)]() mutable -> BackgroundTasks::Delivery {
        QByteArray file;
        QString sha256;
        QString problem;
        try {
            if (auto whole = pngFile(*pixels, stop)) file = std::move(*whole);
            sha256 = sha256Of(file);
        } catch (...) {
            problem = describeCurrentException(Doing::looking_at_picture).sentence;
        }
        pixels.reset();
        return [this, number, picture = std::move(picture), file = std::move(file),
                sha256 = std::move(sha256), problem = std::move(problem), then = std::move(then)] {
            if (in_work_.erase(number) == 0) return;
            if (file.isEmpty()) return then(nullptr, problem);
            auto whole = std::make_shared<Attachment>(*picture);
            whole->file = sha256;
            whole->encoded = file;
            whole->mime = QStringLiteral("image/png");
            then(whole, {});
        };
    });
    return number;
}

void PictureEncoder::cancel(quint64 number) {
    const auto found = in_work_.find(number);
    if (found == in_work_.end()) return;
    found->second.request_stop();
    in_work_.erase(found);
}

}  // namespace sightline
