#include "app/models/model_worker.h"

#include <QFile>
#include <QStandardPaths>
#include <QTimer>
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "app/common/doorbell.h"
#include "app/models/inference_thread.h"
#include "app/models/loading_marker.h"
#include "app/models/mailbox.h"

namespace sightline {

namespace {

QString cacheFolder(const ModelWorkerOptions& options) {
    return options.cache_folder.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::CacheLocation)
                                          : options.cache_folder;
}

}  // namespace

struct ModelWorker::Private {
    Private(ModelWorker& worker, const ModelWorkerOptions& options)
        : owner(worker),
          computed_folder(QFile::encodeName(options.computed_folder).toStdString()),
          packed_folder(QFile::encodeName(options.packed_folder).toStdString()),
          marker(cacheFolder(options)),
          interrupted(marker.interrupted()),
          now([this] { deliver(); }),
          later([this] {
              if (!gathering.isActive()) gathering.start();
          }),
          thread(options, marker,
                 [this](news::Wake wake) { (wake == news::Wake::now ? now : later).ring(); }) {
        gathering.setSingleShot(true);
        gathering.setInterval(options.gather_milliseconds);
        QObject::connect(&gathering, &QTimer::timeout, &owner, [this] { deliver(); });
    }

    void deliver() {
        gathering.stop();
        for (const news::Letter& letter : thread.mailbox().take()) {
            if (ended) return;
            if (letter.load != 0 && letter.load != last_load) continue;
            std::visit([this](const auto& item) { emitItem(item); }, letter.item);
        }
    }

    void emitItem(const news::LoadStarted& item) { Q_EMIT owner.loadStarted(item.folder); }
    void emitItem(const news::LoadProgress& item) { Q_EMIT owner.loadProgressed(item.status); }
    void emitItem(const news::Loaded& item) {
        loading = false;
        interrupted.clear();
        Q_EMIT owner.modelLoaded(item.model);
    }
    void emitItem(const news::LoadFailed& item) {
        loading = false;
        interrupted.clear();
        Q_EMIT owner.loadFailed(item.folder, item.problem, item.model_left);
    }
    void emitItem(const news::Unloaded&) {
        loading = false;
        Q_EMIT owner.modelUnloaded();
    }
    void emitItem(const news::Facts& item) {
        if (const auto* facts = std::get_if<ModelFacts>(&item.answer)) {
            Q_EMIT owner.modelFactsKnown(item.ticket, *facts);
        } else {
            Q_EMIT owner.modelFactsFailed(item.ticket, std::get<Problem>(item.answer));
        }
    }
    void emitItem(const news::ModelLost& item) { Q_EMIT owner.modelLost(item.problem); }
    void emitItem(const news::Progress& item) {
        Q_EMIT owner.progressed(item.ticket, item.phase, item.progress);
        if (item.tokens > 0) Q_EMIT owner.tokensMade(item.ticket, item.tokens);
    }
    void emitItem(const news::Text& item) { Q_EMIT owner.textArrived(item.ticket, item.text); }
    void emitItem(const news::Finished& item) {
        running.erase(item.ticket);
        Q_EMIT owner.finished(item.ticket, item.end);
    }
    void emitItem(const news::AllFailed& item) {
        ReplyEnd end;
        end.reason = StopReason::error;
        end.problem = item.problem;
        for (const auto& [ticket, reply] : std::exchange(running, {})) {
            Q_EMIT owner.finished(ticket, end);
        }
    }
    void emitItem(const news::Cost& item) {
        if (const auto* cost = std::get_if<PictureCost>(&item.answer)) {
            Q_EMIT owner.pictureCostKnown(item.ticket, *cost);
        } else {
            Q_EMIT owner.pictureCostFailed(item.ticket, std::get<Problem>(item.answer));
        }
    }
    void emitItem(const news::ReadingProgress& item) {
        if (readings.count(item.ticket) != 0) Q_EMIT owner.readProgressed(item.ticket, item.progress);
    }
    void emitItem(const news::PageRead& item) {
        if (readings.erase(item.ticket) != 0) Q_EMIT owner.pageRead(item.ticket, item.page);
    }
    void emitItem(const news::ReadFailed& item) {
        if (readings.erase(item.ticket) != 0) Q_EMIT owner.readFailed(item.ticket, item.problem);
    }
    void emitItem(const MemoryUse& memory) { Q_EMIT owner.memoryChanged(memory); }

    ModelWorker& owner;
    const std::filesystem::path computed_folder;
    const std::filesystem::path packed_folder;
    LoadingMarker marker;
    QString interrupted;
    QTimer gathering;
    Doorbell now;    // something that nobody should wait for has happened
    Doorbell later;  // what gathers for a frame
    InferenceThread thread;
    struct Running {
        RequestId request = 0;
        Priority priority = Priority::interactive;
    };
    std::map<Ticket, Running> running;
    std::set<Ticket> readings;  // that have not ended and are still wanted
    Ticket last_ticket = 0;
    quint64 last_load = 0;
    bool loading = false;
    bool started = false;
    bool ended = false;
};

ModelWorker::ModelWorker(const ModelWorkerOptions& options, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this, options)) {}

ModelWorker::~ModelWorker() {
    stop();
}

void ModelWorker::start() {
    if (d->started || d->ended) return;
    d->started = true;
    d->thread.start();
}

void ModelWorker::stop() {
    if (std::exchange(d->ended, true)) return;
    for (const auto& [ticket, reply] : d->running)
        d->thread.cancel(reply.request);
    d->thread.requestEnd();
    d->thread.wait();
}

QString ModelWorker::interruptedLoad() const {
    return d->interrupted;
}

void ModelWorker::openModel(const QString& folder, const EngineOptions& options) {
    if (d->ended) return;
    d->loading = true;
    EngineOptions wanted = options;
    if (wanted.cache_folder.empty()) wanted.cache_folder = d->computed_folder;
    if (wanted.packed_folder.empty()) wanted.packed_folder = d->packed_folder;
    d->thread.orderLoad(++d->last_load, folder, wanted);
}

void ModelWorker::unloadModel() {
    if (d->ended) return;
    d->loading = true;
    d->thread.orderUnload(++d->last_load);
}

ModelWorker::Ticket ModelWorker::askModelFacts(const QString& folder) {
    const Ticket ticket = ++d->last_ticket;
    if (!d->ended) d->thread.askFacts(ticket, folder);
    return ticket;
}

bool ModelWorker::loading() const {
    return d->loading;
}

std::optional<ModelWorker::Ticket> ModelWorker::submit(const Prompt& prompt, const GenerationOptions& options,
                                                       Priority priority) {
    if (d->loading || d->ended) return std::nullopt;
    const Ticket ticket = ++d->last_ticket;
    Request request;
    request.priority = priority;
    request.prompt = prompt;
    request.options = options;
    request.on_event = [thread = &d->thread, ticket](RequestId, const Event& event) {
        thread->report(ticket, event);
    };
    const auto id = d->thread.submit(std::move(request));
    if (!id) return std::nullopt;
    d->running.emplace(ticket, Private::Running{*id, priority});
    return ticket;
}

std::size_t ModelWorker::pending() const {
    return d->running.size() + d->readings.size();
}

std::size_t ModelWorker::waiting() const {
    if (pending() == 0) return 0;
    Priority first = Priority::background;
    for (const auto& [ticket, reply] : d->running)
        first = std::min(first, reply.priority);
    const auto in_work = static_cast<std::size_t>(
        std::count_if(d->running.begin(), d->running.end(),
                      [first](const auto& each) { return each.second.priority == first; }));
    return pending() - std::max<std::size_t>(1, in_work);
}

void ModelWorker::setPriority(Ticket ticket, Priority priority) {
    const auto found = d->running.find(ticket);
    if (found == d->running.end() || std::exchange(found->second.priority, priority) == priority) return;
    d->thread.setPriority(found->second.request, priority);
}

void ModelWorker::cancel(Ticket ticket) {
    const auto found = d->running.find(ticket);
    if (found != d->running.end()) d->thread.cancel(found->second.request);
}

ModelWorker::Ticket ModelWorker::askPictureCost(int width, int height, const PixelBudget& budget) {
    const Ticket ticket = ++d->last_ticket;
    if (!d->ended) d->thread.askCost(ticket, width, height, budget);
    return ticket;
}

ModelWorker::Ticket ModelWorker::read(const std::shared_ptr<const Picture>& picture) {
    const Ticket ticket = ++d->last_ticket;
    if (d->ended) return ticket;
    d->readings.insert(ticket);
    d->thread.orderReading(ticket, picture);
    return ticket;
}

void ModelWorker::cancelReading(Ticket ticket) {
    if (d->readings.erase(ticket) != 0) d->thread.cancelReading(ticket);
}

}  // namespace sightline
