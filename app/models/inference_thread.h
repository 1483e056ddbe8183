// The thread behind ModelWorker: its run loop, and what is only touched from it.
#pragma once

#include <QString>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <variant>
#include <vector>

#include "app/models/loading_marker.h"
#include "app/models/mailbox.h"
#include "app/models/model_worker.h"
#include "app/models/reading_queue.h"

namespace sightline {

// Functions marked [owner] are called from the thread that made the object, those marked [inference] from the
// thread itself. No lock is held while the engine works.
class InferenceThread {
  public:
    // `wake` is called on the inference thread when the mailbox needs to be emptied.
    InferenceThread(const ModelWorkerOptions& options, LoadingMarker& marker,
                    std::function<void(news::Wake)> wake);

    ~InferenceThread();

    void start();  // [owner]
    // After requestEnd: returns when the thread has ended. [owner]
    void wait();

    news::Mailbox& mailbox() { return mailbox_; }

    void orderLoad(quint64 load, const QString& folder, const EngineOptions& options);  // [owner]
    void orderUnload(quint64 load);                                                     // [owner]
    std::optional<RequestId> submit(Request request);                                   // [owner]
    void cancel(RequestId request);                                                     // [owner]
    void setPriority(RequestId request, Priority priority);                             // [owner]
    void askCost(quint64 ticket, int width, int height, const PixelBudget& budget);     // [owner]
    void askFacts(quint64 ticket, const QString& folder);                               // [owner]
    void orderReading(quint64 ticket, const std::shared_ptr<const Picture>& picture);   // [owner]
    void cancelReading(quint64 ticket);                                                 // [owner]
    void requestEnd();                                                                  // [owner]

    // For Request::on_event. [inference]
    void report(quint64 ticket, const Event& event);

  private:
    struct LoadOrder {
        quint64 number = 0;
        QString folder;
        EngineOptions options;
        std::stop_source stop;
        bool unload = false;  // no model is wanted
    };
    struct FactsQuestion {
        quint64 ticket = 0;
        QString folder;
    };
    struct CostQuestion {
        quint64 ticket = 0;
        int width = 0;
        int height = 0;
        PixelBudget budget;
    };

    void run();
    void post(news::Item item, quint64 load = 0);
    void work();
    const Inference& inference();
    std::unique_ptr<Reader> openReader();
    void order(LoadOrder order);
    void load(LoadOrder order);
    void unload(const LoadOrder& order);
    bool replaceEngine(std::unique_ptr<Engine> engine, const std::stop_source* given_up);
    void ask();
    void answerQuestions();
    void answer(const CostQuestion& question);
    void answer(const FactsQuestion& question);

    const ModelWorkerOptions options_;
    LoadingMarker& marker_;  // touched by the thread alone while it runs
    const std::function<void(news::Wake)> wake_owner_;
    news::Mailbox mailbox_;

    std::mutex mutex_;  // of the next group; on_event of a request never takes it
    std::condition_variable wake_;
    bool ending_ = false;
    bool has_work_ = false;
    bool has_questions_ = false;
    std::optional<LoadOrder> next_load_;
    std::stop_source current_load_;
    std::unique_ptr<Scheduler> scheduler_;  // set by the thread

    std::mutex questions_mutex_;
    std::vector<std::variant<CostQuestion, FactsQuestion>> questions_;

    ReadingQueue readings_;

    // Of the thread alone.
    const Inference* inference_ = nullptr;
    std::unique_ptr<Engine> engine_;
    std::map<quint64, int> made_tokens_;  // of the replies in work
    bool files_changed_ = false;
    Problem files_problem_;

    std::thread thread_;  // not a QThread: ThreadSanitizer sees when this one begins and ends
};

}  // namespace sightline
