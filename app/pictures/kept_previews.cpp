#include "app/pictures/kept_previews.h"

#include <utility>

#include "app/common/installation.h"
#include "app/common/own_copy.h"
#include "app/pictures/picture_preview.h"
#include "app/pictures/picture_store.h"

namespace sightline {

KeptPreviews::KeptPreviews(const QString& history_folder, DecoderOptions decoder)
    : files_(ownCopy(history_folder)), previews_(history_folder), options_(std::move(decoder)) {
    if (options_.program.isEmpty()) options_.program = ownCopy(helperProgram());
}

QImage KeptPreviews::load(const QString& sha256) {
    const std::lock_guard lock(mutex_);
    try {
        if (!files_.contains(sha256)) return {};
        if (QImage made = previews_.read(sha256); !made.isNull()) return made;
        DecoderOptions options = options_;
        options.program = ownCopy(options_.program);
        DocumentDecoder decoder(std::move(options));
        const std::stop_token stop = stop_.get_token();
        decoder.openBytes(files_.read(sha256), {}, stop);
        const DecodedPage page = decoder.page(0, {}, stop);
        if (!page.picture) return {};
        QImage preview = previewOf(*page.picture, PictureStore::longest_side, stop);
        previews_.write(sha256, preview);
        // Erased meanwhile: whoever erases removes the picture's file first, and then looks for previews.
        if (!files_.contains(sha256)) previews_.remove(sha256);
        return preview;
    } catch (const std::exception&) {
        return {};  // the place of the picture says that it is lost
    }
}

}  // namespace sightline
