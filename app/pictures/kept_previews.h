// Previews of the pictures that the history keeps, for whoever shows them: from their file, or made now.
#pragma once

#include <QImage>
#include <QString>
#include <mutex>
#include <stop_token>

#include "app/documents/document_decoder.h"
#include "app/history/attachment_store.h"
#include "app/history/preview_files.h"

namespace sightline {

// Thread-safe. One picture at a time is decoded, in the decode helper.
class KeptPreviews {
  public:
    explicit KeptPreviews(const QString& history_folder, DecoderOptions decoder = {});

    // No longer than PictureStore::longest_side. Null if the picture's file is gone, damaged or no picture
    // any more. Blocks: a few milliseconds where the preview is there, a second for the largest where it has
    // to be made.
    QImage load(const QString& sha256);

    void stop() { stop_.request_stop(); }  // nothing is made any more; what is being made ends as null

  private:
    const AttachmentStore files_;
    const PreviewFiles previews_;
    DecoderOptions options_;
    std::stop_source stop_;
    std::mutex mutex_;
};

}  // namespace sightline
