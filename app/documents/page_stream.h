// The pages of many documents in order, decoded ahead by helper processes while the caller works on earlier
// ones. What waits is bounded in number and in bytes, so that memory does not grow with the documents.
#pragma once

#include <QString>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/documents/document_decoder.h"

namespace sightline {

struct StreamOptions {
    int jobs = 1;
    DecoderOptions decoder;
    PageRequest request;
    QByteArray password;  // tried when a document does not open without one
    // Which pages (from 1) of a document with so many are wanted. Called from the stream's threads, one at a
    // time.
    std::function<std::vector<int>(int document, int pages)> wanted;
};

struct StreamEvent {
    enum class Kind { opened, page, failed };  // failed: the document could not be opened
    Kind kind = Kind::opened;
    int document = 0;
    DocumentFacts facts;      // opened
    QByteArray password;      // opened: the one that was needed
    std::vector<int> wanted;  // opened: the pages that follow
    int page = 0;             // page: from 1
    std::optional<DecodedPage> decoded;
    std::string error;  // failed, or a page that could not be decoded
};

class PageStream {
  public:
    PageStream(std::vector<QString> paths, StreamOptions options);
    ~PageStream();  // stops what is being decoded

    // The next event: opened or failed for each document in order, and after opened its pages. Nothing at the
    // end. Throws Error(cancelled) within 100 ms of a stop.
    std::optional<StreamEvent> next(const std::stop_token& stop = {});

  private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sightline
