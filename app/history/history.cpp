#include "app/history/history.h"

#include <QPointer>
#include <future>
#include <utility>

#include "app/common/own_copy.h"
#include "app/values/message_record.h"

namespace sightline {

namespace {

QString sentenceOf(const std::exception& error) {
    if (const auto* storage = dynamic_cast<const StorageError*>(&error)) return storage->sentence();
    return StorageError(StorageProblem::other, error.what()).sentence();
}

std::vector<QString> ownCopies(const std::vector<QString>& texts) {
    std::vector<QString> copies;
    for (const QString& text : texts)
        copies.push_back(ownCopy(text));
    return copies;
}

OpeningReport ownCopy(OpeningReport report) {
    report.backup = sightline::ownCopy(report.backup);
    report.set_aside = sightline::ownCopy(report.set_aside);
    return report;
}

}  // namespace

History::History(const QString& folder, Timing timing, QObject* parent)
    : QObject(parent), folder_(sightline::ownCopy(folder)), timing_(timing) {
    stream_timer_.setSingleShot(true);
    stream_timer_.setInterval(timing_.stream_milliseconds);
    connect(&stream_timer_, &QTimer::timeout, this, &History::writeStreamed);
    retry_timer_.setInterval(timing_.retry_milliseconds);
    connect(&retry_timer_, &QTimer::timeout, this,
            [this] { tasks_.start([this] { return saveWaiting(); }); });
    tasks_.start([this]() -> BackgroundTasks::Delivery {
        try {
            const OpeningReport report = ownCopy(store().report());
            return [this, report] {
                Q_EMIT opened(report);
                if (!report.set_aside.isEmpty()) Q_EMIT mended(report);
            };
        } catch (const std::exception& error) {
            return [this, sentence = sentenceOf(error)] { setTrouble(sentence); };
        }
    });
}

History::~History() {
    writeStreamed();
    // The tasks are done in order: after this one, all that was given before is saved.
    std::promise<void> closed;
    tasks_.start([this, &closed]() -> BackgroundTasks::Delivery {
        saveWaiting();
        waiting_.clear();
        store_.reset();
        closed.set_value();
        return {};
    });
    closed.get_future().wait();
}

HistoryStore& History::store() {
    if (!store_) store_ = std::make_unique<HistoryStore>(folder_);
    return *store_;
}

void History::mending(const Work& work) {
    try {
        work(store());
    } catch (const StorageError& error) {
        if (error.problem() != StorageProblem::damaged || !store_) throw;
        // The file of one picture may be damaged too: that is no reason to touch the database.
        bool sound = true;
        try {
            store_->check();
        } catch (const StorageError& found) {
            sound = found.problem() != StorageProblem::damaged;
        }
        if (sound) throw;
        store_->mend();
        mended_ = ownCopy(store_->report());
        work(store());
    }
}

// ---- Reading

template <typename Value>
void History::ask(QObject* context, Answer<Value> answer, std::function<Value(HistoryStore&)> work,
                  bool changes_list) {
    tasks_.start([this, alive = QPointer<QObject>(context), answer = std::move(answer),
                  work = std::move(work), changes_list]() mutable -> BackgroundTasks::Delivery {
        auto outcome = std::make_shared<Outcome<Value>>();
        try {
            mending([&](HistoryStore& store) { outcome->value = work(store); });
        } catch (const std::exception& error) {
            outcome->problem = sentenceOf(error);
        }
        work = {};
        std::optional<OpeningReport> report = std::exchange(mended_, std::nullopt);
        return [this, alive = std::move(alive), answer = std::move(answer), outcome = std::move(outcome),
                report = std::move(report), changes_list] {
            if (report) Q_EMIT mended(*report);
            const bool done = outcome->value.has_value();
            const QPointer<History> here(this);
            if (alive && answer) answer(*outcome);
            if (here && done && changes_list) Q_EMIT changed();
        };
    });
}

void History::conversations(QObject* context, Answer<std::vector<ConversationSummary>> answer) {
    ask<std::vector<ConversationSummary>>(context, std::move(answer),
                                          [](HistoryStore& store) { return store.conversations(); });
}

void History::trash(QObject* context, Answer<std::vector<ConversationSummary>> answer) {
    ask<std::vector<ConversationSummary>>(context, std::move(answer),
                                          [](HistoryStore& store) { return store.trash(); });
}

void History::load(QObject* context, const QString& conversation,
                   Answer<std::optional<ConversationTree>> answer) {
    ask<std::optional<ConversationTree>>(
        context, std::move(answer),
        [id = sightline::ownCopy(conversation)](HistoryStore& store) { return store.load(id); });
}

void History::search(QObject* context, const QString& question, int limit, Answer<SearchResults> answer) {
    const quint64 number = ++last_search_;
    auto wanted = std::make_shared<bool>(true);
    Answer<SearchResults> only = [wanted, answer = std::move(answer)](const Outcome<SearchResults>& outcome) {
        if (*wanted) answer(outcome);
    };
    ask<SearchResults>(
        context, std::move(only),
        [this, number, wanted, limit, text = sightline::ownCopy(question)](HistoryStore& store) {
            *wanted = last_search_.load() == number;
            return *wanted ? store.search(text, limit) : SearchResults();
        });
}

void History::attachment(QObject* context, const QString& sha256, Answer<QByteArray> answer) {
    ask<QByteArray>(context, std::move(answer), [name = sightline::ownCopy(sha256)](HistoryStore& store) {
        return store.attachment(name);
    });
}

void History::reading(QObject* context, const QString& sha256, Answer<std::optional<Reading>> answer) {
    ask<std::optional<Reading>>(
        context, std::move(answer),
        [name = sightline::ownCopy(sha256)](HistoryStore& store) { return store.reading(name); });
}

// ---- Writing

void History::write(Work work, Done done, const QString& key, bool changes_list) {
    auto given = std::make_shared<Write>();
    given->key = sightline::ownCopy(key);
    given->work = std::move(work);
    if (done) given->done.push_back(std::move(done));
    given->changes_list = changes_list;
    tasks_.start([this, given = std::move(given)]() mutable {
        // Only while nothing of another kind came in between, so that the order stays what it was.
        Write* same = nullptr;
        for (auto other = waiting_.rbegin(); other != waiting_.rend(); ++other) {
            if (given->key.isEmpty() || other->key.isEmpty()) break;
            if (other->key == given->key) same = &*other;
        }
        if (same) {
            same->work = std::move(given->work);
            for (Done& later : given->done)
                same->done.push_back(std::move(later));
        } else {
            waiting_.push_back(std::move(*given));
        }
        given.reset();
        return saveWaiting();
    });
}

BackgroundTasks::Delivery History::saveWaiting() {
    struct Result {
        std::vector<std::pair<std::vector<Done>, QString>> ended;  // with the problem, if any
        QString trouble;
        bool changed = false;
        std::optional<OpeningReport> report;
    };
    auto result = std::make_shared<Result>();
    try {
        store();
    } catch (const std::exception& error) {
        result->trouble = sentenceOf(error);
    }
    while (!waiting_.empty()) {
        Write& next = waiting_.front();
        QString problem;
        try {
            mending(next.work);
        } catch (const StorageError& error) {
            problem = error.sentence();
            // It stays and is tried again, unless no later try of this program can succeed.
            if (mayPass(error.problem()) || (!store_ && error.problem() != StorageProblem::too_new)) {
                result->trouble = problem;
                break;
            }
        } catch (const std::exception& error) {
            problem = sentenceOf(error);
        }
        result->changed = result->changed || next.changes_list;
        result->ended.emplace_back(std::move(next.done), problem);
        waiting_.pop_front();
    }
    result->report = std::exchange(mended_, std::nullopt);
    return [this, result] {
        const QPointer<History> here(this);
        setTrouble(result->trouble);
        if (here && result->report) Q_EMIT mended(*result->report);
        for (const auto& [callbacks, problem] : result->ended) {
            for (const Done& done : callbacks) {
                if (here) done(problem);
            }
        }
        if (here && result->changed) Q_EMIT changed();
    };
}

void History::setTrouble(const QString& sentence) {
    if (sentence == trouble_) return;
    trouble_ = sentence;
    if (sentence.isEmpty()) {
        retry_timer_.stop();
        Q_EMIT savingWorks();
    } else {
        retry_timer_.start();
        Q_EMIT savingFailed(sentence);
    }
}

void History::forget(const std::vector<ChatMessage>& messages) {
    for (const ChatMessage& message : messages)
        streamed_.remove(message.id);
}

void History::save(const ConversationHead& head, const std::vector<ChatMessage>& messages, Done done) {
    forget(messages);
    std::vector<ChatMessage> copies;
    for (const ChatMessage& message : messages)
        copies.push_back(forStorage(message));
    write([head = forStorage(head),
           copies = std::move(copies)](HistoryStore& store) { store.save(head, copies); },
          std::move(done));
}

void History::saveMessage(const QString& conversation, const ChatMessage& message, Done done) {
    streamed_.remove(message.id);
    write([id = sightline::ownCopy(conversation),
           copy = forStorage(message)](HistoryStore& store) { store.saveMessage(id, copy); },
          std::move(done), message.id);
}

void History::stream(const QString& conversation, const ChatMessage& message) {
    streamed_.insert(message.id, {conversation, message});
    if (!stream_timer_.isActive()) stream_timer_.start();
}

void History::writeStreamed() {
    for (const auto& [conversation, message] : std::exchange(streamed_, {})) {
        write([id = sightline::ownCopy(conversation),
               copy = forStorage(message)](HistoryStore& store) { store.saveMessage(id, copy); },
              {}, message.id, false);
    }
}

void History::saveDraft(const QString& conversation, const Draft& draft, Done done) {
    ConversationHead carrier;
    carrier.draft = draft;
    write([id = sightline::ownCopy(conversation),
           copy = forStorage(carrier)](HistoryStore& store) { store.saveDraft(id, copy.draft); },
          std::move(done), QStringLiteral("draft ") + conversation);
}

void History::saveSettings(const QString& conversation, const QString& settings, Done done) {
    write([id = sightline::ownCopy(conversation),
           text = sightline::ownCopy(settings)](HistoryStore& store) { store.saveSettings(id, text); },
          std::move(done), QStringLiteral("settings ") + conversation, false);
}

void History::showLeaf(const QString& conversation, const QString& leaf, Done done) {
    write([id = sightline::ownCopy(conversation),
           last = sightline::ownCopy(leaf)](HistoryStore& store) { store.showLeaf(id, last); },
          std::move(done), {}, false);
}

void History::rename(const QString& conversation, const QString& title, Done done) {
    write([id = sightline::ownCopy(conversation),
           text = sightline::ownCopy(title)](HistoryStore& store) { store.rename(id, text); },
          std::move(done));
}

void History::pin(const QString& conversation, bool pinned, Done done) {
    write([id = sightline::ownCopy(conversation), pinned](HistoryStore& store) { store.pin(id, pinned); },
          std::move(done));
}

void History::removeMessages(const QString& conversation, const std::vector<QString>& ids,
                             const QString& leaf, Done done) {
    for (const QString& id : ids)
        streamed_.remove(id);
    write([id = sightline::ownCopy(conversation), gone = ownCopies(ids),
           last = sightline::ownCopy(leaf)](HistoryStore& store) { store.removeMessages(id, gone, last); },
          std::move(done));
}

void History::moveToTrash(const std::vector<QString>& conversations, Done done) {
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    write([ids = ownCopies(conversations), now](
              HistoryStore& store) { store.moveToTrash(ids, QDateTime::fromMSecsSinceEpoch(now, Qt::UTC)); },
          std::move(done));
}

void History::restore(const std::vector<QString>& conversations, Done done) {
    write([ids = ownCopies(conversations)](HistoryStore& store) { store.restore(ids); }, std::move(done));
}

void History::saveReading(const QString& sha256, const Reading& reading, Done done) {
    write(
        [name = sightline::ownCopy(sha256), text = sightline::ownCopy(reading.text),
         page = sightline::ownCopy(reading.page)](HistoryStore& store) {
            store.saveReading(name, {text, page});
        },
        std::move(done), {}, false);
}

// ---- Tried once

void History::duplicate(QObject* context, const QString& conversation, const QString& title,
                        Answer<QString> answer) {
    ask<QString>(
        context, std::move(answer),
        [id = sightline::ownCopy(conversation), text = sightline::ownCopy(title)](HistoryStore& store) {
            return sightline::ownCopy(store.duplicate(id, text));
        },
        true);
}

void History::addAttachment(QObject* context, const QByteArray& file, const QString& mime, const QSize& size,
                            Answer<QString> answer) {
    ask<QString>(
        context, std::move(answer),
        [bytes = QByteArray(file.constData(), file.size()), type = sightline::ownCopy(mime),
         size](HistoryStore& store) { return sightline::ownCopy(store.addAttachment(bytes, type, size)); });
}

void History::keepAttachment(const QByteArray& file, const QString& mime, const QSize& size, Done done) {
    write([bytes = QByteArray(file.constData(), file.size()), type = sightline::ownCopy(mime),
           size](HistoryStore& store) { store.addAttachment(bytes, type, size); },
          std::move(done), {}, false);
}

void History::emptyTrash(QObject* context, Answer<int> answer) {
    ask<int>(
        context, std::move(answer), [](HistoryStore& store) { return store.emptyTrash(); }, true);
}

void History::exportConversation(QObject* context, const QString& conversation,
                                 Answer<CarriedConversation> answer) {
    ask<CarriedConversation>(
        context, std::move(answer), [id = sightline::ownCopy(conversation)](HistoryStore& store) {
            return std::make_shared<const ConversationFile>(store.exportConversation(id));
        });
}

void History::exportTree(QObject* context, const ConversationTree& tree, Answer<CarriedConversation> answer) {
    auto given = std::make_shared<ConversationTree>();
    given->head = forStorage(tree.head);
    for (const ChatMessage& message : tree.messages) {
        ChatMessage copy = forStorage(message);
        for (std::size_t i = 0; i < copy.parts.size(); ++i) {
            const AttachmentRef& whole = message.parts[i].attachment;
            if (!whole) continue;
            auto carried = std::make_shared<Attachment>(*copy.parts[i].attachment);
            carried->encoded = QByteArray(whole->encoded.constData(), whole->encoded.size());
            copy.parts[i].attachment = std::move(carried);
        }
        given->messages.push_back(std::move(copy));
    }
    ask<CarriedConversation>(context, std::move(answer), [given](HistoryStore& store) {
        return std::make_shared<const ConversationFile>(store.exportTree(std::move(*given)));
    });
}

void History::importConversation(QObject* context, CarriedConversation file, Answer<QString> answer) {
    ask<QString>(
        context, std::move(answer),
        [file = std::move(file)](HistoryStore& store) {
            return sightline::ownCopy(store.importConversation(*file));
        },
        true);
}

void History::wipe(QObject* context, Answer<bool> answer) {
    streamed_.clear();
    ask<bool>(
        context, std::move(answer),
        [this](HistoryStore& store) {
            waiting_.clear();
            store.wipe();
            return true;
        },
        true);
}

}  // namespace sightline
