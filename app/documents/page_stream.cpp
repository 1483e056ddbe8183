#include "app/documents/page_stream.h"

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace sightline {

namespace {

constexpr std::size_t most_waiting_bytes = std::size_t{256} << 20;

std::size_t bytesOf(const StreamEvent& event) {
    return event.decoded && event.decoded->picture ? event.decoded->picture->rgb.size() : 0;
}

}  // namespace

// Work is handed out in order, one number a piece; results wait under their number until it is their turn.
struct PageStream::Private {
    struct Work {
        int document = 0;
        int page = 0;  // 0 = open the document
        QByteArray password;
    };

    std::vector<QString> paths;
    StreamOptions options;

    std::mutex mutex;
    std::condition_variable_any changed;
    std::map<std::size_t, StreamEvent> results;
    std::size_t waiting_bytes = 0;
    std::size_t handed_out = 0;
    std::size_t taken = 0;
    bool opening = false;  // what comes next is known only when this is over
    std::size_t next_document = 0;
    std::vector<int> pages;  // of the document that is being handed out
    std::size_t next_page = 0;
    QByteArray password;
    std::stop_source stop;
    std::vector<std::jthread> workers;

    bool hasRoom() const {
        const std::size_t ahead = handed_out - taken;
        return ahead == 0 ||
               (ahead < static_cast<std::size_t>(options.jobs) + 2 && waiting_bytes < most_waiting_bytes);
    }
    bool allHandedOut() const {
        return !opening && next_page >= pages.size() && next_document >= paths.size();
    }

    void decode() {
        DocumentDecoder decoder(options.decoder);
        int open_document = -1;
        std::unique_lock lock(mutex);
        for (;;) {
            changed.wait(lock, stop.get_token(),
                         [this] { return allHandedOut() || (!opening && hasRoom()); });
            if (stop.stop_requested() || allHandedOut()) return;
            const std::size_t number = handed_out++;
            Work work{static_cast<int>(next_document) - 1, 0, password};
            if (next_page < pages.size()) {
                work.page = pages[next_page++];
            } else {
                work.document = static_cast<int>(next_document++);
                opening = true;
            }
            changed.notify_all();
            lock.unlock();
            StreamEvent event = work.page == 0 ? openDocument(decoder, work, open_document)
                                               : decodePage(decoder, work, open_document);
            lock.lock();
            if (work.page == 0) {
                opening = false;
                pages = event.wanted;
                next_page = 0;
                password = event.password;
            }
            waiting_bytes += bytesOf(event);
            results.emplace(number, std::move(event));
            changed.notify_all();
        }
    }

    StreamEvent openDocument(DocumentDecoder& decoder, const Work& work, int& open_document) {
        StreamEvent event;
        event.document = work.document;
        open_document = -1;
        try {
            const QString& path = paths[static_cast<std::size_t>(work.document)];
            try {
                event.facts = decoder.open(path, {}, stop.get_token());
            } catch (const PasswordError&) {
                if (options.password.isEmpty()) throw;
                event.facts = decoder.open(path, options.password, stop.get_token());
                event.password = options.password;
            }
            open_document = work.document;
            event.wanted = options.wanted(work.document, event.facts.pages);
        } catch (const std::exception& error) {
            event.kind = StreamEvent::Kind::failed;
            event.error = error.what();
        }
        return event;
    }

    StreamEvent decodePage(DocumentDecoder& decoder, const Work& work, int& open_document) {
        StreamEvent event;
        event.kind = StreamEvent::Kind::page;
        event.document = work.document;
        event.page = work.page;
        try {
            if (open_document != work.document) {
                open_document = -1;
                decoder.open(paths[static_cast<std::size_t>(work.document)], work.password, stop.get_token());
                open_document = work.document;
            }
            event.decoded = decoder.page(work.page - 1, options.request, stop.get_token());
        } catch (const std::exception& error) {
            event.error = error.what();
        }
        return event;
    }
};

PageStream::PageStream(std::vector<QString> paths, StreamOptions options) : d(new Private) {
    d->paths = std::move(paths);
    d->options = std::move(options);
    for (int i = 0; i < d->options.jobs; ++i)
        d->workers.emplace_back([this] { d->decode(); });
}

PageStream::~PageStream() {
    d->stop.request_stop();
    d->workers.clear();
}

std::optional<StreamEvent> PageStream::next(const std::stop_token& stop) {
    std::unique_lock lock(d->mutex);
    d->changed.wait(lock, stop, [this] {
        return d->results.contains(d->taken) || (d->allHandedOut() && d->taken == d->handed_out);
    });
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "stopped");
    const auto found = d->results.find(d->taken);
    if (found == d->results.end()) return {};
    StreamEvent event = std::move(found->second);
    d->results.erase(found);
    d->waiting_bytes -= bytesOf(event);
    ++d->taken;
    d->changed.notify_all();
    return event;
}

}  // namespace sightline
