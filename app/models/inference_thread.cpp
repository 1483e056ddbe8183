#include "app/models/inference_thread.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <utility>

#include "app/common/installation.h"
#include "app/common/own_copy.h"
#include "app/common/process_memory.h"
#include "app/models/error_text.h"
#include "inference/library.h"

namespace sightline {

InferenceThread::InferenceThread(const ModelWorkerOptions& options, LoadingMarker& marker,
                                 std::function<void(news::Wake)> wake)
    : options_(options),
      marker_(marker),
      wake_owner_(std::move(wake)),
      readings_([this] { return openReader(); }, options.capacity,
                [this](news::Item item) { post(std::move(item)); }) {}

InferenceThread::~InferenceThread() {
    if (!thread_.joinable()) return;
    requestEnd();
    thread_.join();
}

void InferenceThread::start() {
    thread_ = std::thread([this] { run(); });
}

void InferenceThread::wait() {
    if (thread_.joinable()) thread_.join();
}

void InferenceThread::orderLoad(quint64 load, const QString& folder, const EngineOptions& options) {
    order({load, ownCopy(folder), options, {}, false});
}

void InferenceThread::orderUnload(quint64 load) {
    order({load, {}, {}, {}, true});
}

void InferenceThread::order(LoadOrder order) {
    {
        const std::lock_guard lock(mutex_);
        current_load_.request_stop();
        next_load_ = std::move(order);
    }
    wake_.notify_one();
}

std::optional<RequestId> InferenceThread::submit(Request request) {
    std::optional<RequestId> id;
    {
        const std::lock_guard lock(mutex_);
        if (scheduler_) id = scheduler_->submit(std::move(request));
        has_work_ = has_work_ || id;
    }
    wake_.notify_one();
    return id;
}

void InferenceThread::cancel(RequestId request) {
    {
        const std::lock_guard lock(mutex_);
        if (scheduler_) scheduler_->cancel(request);
    }
    // The request ends when its turn comes, and Stop must not wait for a whole picture.
    readings_.giveWay();
}

void InferenceThread::setPriority(RequestId request, Priority priority) {
    const std::lock_guard lock(mutex_);
    if (scheduler_) scheduler_->setPriority(request, priority);
}

void InferenceThread::askCost(quint64 ticket, int width, int height, const PixelBudget& budget) {
    {
        const std::lock_guard lock(questions_mutex_);
        questions_.emplace_back(CostQuestion{ticket, width, height, budget});
    }
    ask();
}

void InferenceThread::askFacts(quint64 ticket, const QString& folder) {
    {
        const std::lock_guard lock(questions_mutex_);
        questions_.emplace_back(FactsQuestion{ticket, ownCopy(folder)});
    }
    ask();
}

void InferenceThread::ask() {
    {
        const std::lock_guard lock(mutex_);
        has_questions_ = true;
    }
    wake_.notify_one();
}

void InferenceThread::orderReading(quint64 ticket, const std::shared_ptr<const Picture>& picture) {
    readings_.add(ticket, picture);
    {
        // The thread looks at the queue under this lock: it waits already, or it will see the order.
        const std::lock_guard lock(mutex_);
    }
    wake_.notify_one();
}

void InferenceThread::cancelReading(quint64 ticket) {
    readings_.cancel(ticket);
}

void InferenceThread::requestEnd() {
    readings_.end();
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        current_load_.request_stop();
    }
    wake_.notify_one();
}

void InferenceThread::post(news::Item item, quint64 load) {
    const news::Wake wake = mailbox_.put({load, std::move(item)});
    if (wake != news::Wake::no) wake_owner_(wake);
}

void InferenceThread::run() {
    while (true) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] {
            return ending_ || has_work_ || has_questions_ || next_load_ || readings_.hasWork();
        });
        // Work goes before the end: requests that were cancelled on the way out are given back in order.
        if (std::exchange(has_work_, false)) {
            lock.unlock();
            work();
        } else if (ending_) {
            break;
        } else if (std::exchange(has_questions_, false)) {
            lock.unlock();
            answerQuestions();
        } else if (readings_.hasWork()) {
            lock.unlock();
            readings_.readNext();
        } else if (next_load_) {
            LoadOrder order = *std::exchange(next_load_, std::nullopt);
            current_load_ = order.stop;
            lock.unlock();
            if (order.unload) {
                unload(order);
            } else {
                load(std::move(order));
            }
        }
    }
    readings_.closeReader();
    replaceEngine(nullptr, nullptr);
}

const Inference& InferenceThread::inference() {
    if (!inference_) {
        inference_ = &loadInference(options_.library.empty() ? inferenceLibraryPath() : options_.library);
    }
    return *inference_;
}

std::unique_ptr<Reader> InferenceThread::openReader() {
    const std::filesystem::path folder =
        options_.text_reader.empty()
            ? QFileInfo(dataFolder() + QStringLiteral("/text-reader")).filesystemFilePath()
            : options_.text_reader;
    std::error_code unknown;
    if (!std::filesystem::is_directory(folder, unknown))
        throw Error(ErrorKind::invalid_model, "there is no folder " + folder.string());
    return inference().openReader(folder, {});
}

void InferenceThread::work() {
    if (!scheduler_) return;
    try {
        // Between two steps of the replies, one picture that somebody wants read at once.
        while (scheduler_->runTurn()) {
            if (readings_.hasWork()) readings_.readNext();
        }
    } catch (...) {
        post(news::AllFailed{describeCurrentException(Doing::answering)});
        const std::lock_guard lock(mutex_);
        scheduler_ = std::make_unique<Scheduler>(*engine_, options_.capacity);
    }
    if (std::exchange(files_changed_, false)) {
        replaceEngine(nullptr, nullptr);
        post(news::ModelLost{files_problem_});
        post(MemoryUse{});
    } else {
        post(engine_->memory());
    }
}

void InferenceThread::load(LoadOrder order) {
    QElapsedTimer clock;
    clock.start();
    post(news::LoadStarted{ownCopy(order.folder)}, order.number);
    marker_.begin(order.folder);
    try {
        inference();
        if (engine_) engine_->dropCaches();
        // Two models rarely fit into a GPU at once; in a computer's memory the old one stays until the new
        // one is there.
        if (engine_ && engine_->options().device == DeviceChoice::cuda) replaceEngine(nullptr, nullptr);
        auto engine = inference_->openEngine(
            QFileInfo(order.folder).filesystemAbsoluteFilePath(), order.options,
            [this, &order](const LoadStatus& status) {
                post(news::LoadProgress{status}, order.number);
                // Packing takes minutes, and what needs no model has no reason to wait for it.
                answerQuestions();
                if (readings_.hasWork()) readings_.readNext();
            },
            order.stop.get_token());
        LoadedModel model{engine->facts(),
                          engine->options(),
                          QString::fromStdString(engine->deviceName()),
                          QString::fromStdString(inference_->torchVersion()),
                          QString::fromStdString(inference_->libraries()),
                          0,
                          QString::fromStdString(engine->loadNotice())};
        model.load_seconds = static_cast<double>(clock.elapsed()) / 1000;
        const MemoryUse memory = engine->memory();
        if (replaceEngine(std::move(engine), &order.stop)) {
            post(news::Loaded{std::move(model)}, order.number);
            post(memory);
        }
    } catch (...) {
        post(news::LoadFailed{ownCopy(order.folder), describeCurrentException(Doing::loading_model),
                              engine_ != nullptr},
             order.number);
    }
    marker_.end();
}

void InferenceThread::unload(const LoadOrder& order) {
    if (!replaceEngine(nullptr, &order.stop)) return;
    readings_.closeReader();
    returnFreedMemory();
    returnLibraryCode();
    post(news::Unloaded{}, order.number);
    post(MemoryUse{});
}

// Returns false, and leaves the present engine, if the load was given up.
bool InferenceThread::replaceEngine(std::unique_ptr<Engine> engine, const std::stop_source* given_up) {
    auto scheduler = engine ? std::make_unique<Scheduler>(*engine, options_.capacity) : nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (given_up && given_up->stop_requested()) {
            scheduler.reset();
            return false;
        }
        scheduler_.swap(scheduler);
    }
    if (scheduler) {
        // A request that came after the last one ended has not been seen by anybody yet: it ends as
        // cancelled.
        std::stop_source ended;
        ended.request_stop();
        scheduler->run(ended.get_token());
        scheduler.reset();
    }
    engine_ = std::move(engine);
    return true;
}

void InferenceThread::answerQuestions() {
    std::vector<std::variant<CostQuestion, FactsQuestion>> questions;
    {
        const std::lock_guard lock(questions_mutex_);
        questions.swap(questions_);
    }
    for (const auto& question : questions)
        std::visit([this](const auto& asked) { answer(asked); }, question);
}

void InferenceThread::answer(const CostQuestion& question) {
    try {
        if (!engine_) throw Error(ErrorKind::unsupported, "no model is loaded");
        post(news::Cost{question.ticket,
                        engine_->pictureCost(question.width, question.height, question.budget)});
    } catch (...) {
        post(news::Cost{question.ticket, describeCurrentException(Doing::looking_at_picture)});
    }
}

void InferenceThread::answer(const FactsQuestion& question) {
    try {
        post(news::Facts{question.ticket,
                         inference().inspect(QFileInfo(question.folder).filesystemAbsoluteFilePath())});
    } catch (...) {
        post(news::Facts{question.ticket, describeCurrentException(Doing::loading_model)});
    }
}

void InferenceThread::report(quint64 ticket, const Event& event) {
    // The run loop does not come round while a reply is made.
    answerQuestions();
    if (const auto* progress = std::get_if<ProgressEvent>(&event)) {
        post(news::Progress{ticket, progress->phase, progress->progress, 0});
    } else if (const auto* delta = std::get_if<DeltaEvent>(&event)) {
        // The scheduler reports no progress of a decode: the tokens are it, one with each text.
        post(news::Progress{ticket, Phase::decode, 0, ++made_tokens_[ticket]});
        if (!delta->text.empty()) post(news::Text{ticket, QString::fromStdString(delta->text)});
    } else if (const auto* finished = std::get_if<FinishedEvent>(&event)) {
        made_tokens_.erase(ticket);
        ReplyEnd end{finished->reason,         finished->statistics,
                     finished->queued_seconds, finished->first_token_seconds,
                     finished->total_seconds,  {}};
        if (finished->reason == StopReason::error) {
            end.problem = describe(finished->error_kind, finished->error, Doing::answering);
            end.on_gpu = engine_->options().device == DeviceChoice::cuda;
            if (finished->error_kind == ErrorKind::file_changed) {
                files_changed_ = true;
                files_problem_ = end.problem;
            }
        }
        post(news::Finished{ticket, std::move(end)});
    }
}

}  // namespace sightline
