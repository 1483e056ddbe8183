// The one inference thread, seen from the GUI thread. Owns the inference library, the engine and the
// scheduler; the one place that catches what they throw.
//
// Every function here is called from the thread that made the object (the GUI thread) and returns at once;
// every signal is emitted on that thread, never from inside a function called here. What goes over are
// values. No exception leaves it.
#pragma once

#include <QObject>
#include <QString>
#include <filesystem>
#include <memory>
#include <optional>

#include "inference/engine.h"
#include "inference/pages/page.h"
#include "inference/scheduler.h"

namespace sightline {

struct ModelWorkerOptions {
    std::filesystem::path library;      // empty = that of this installation
    std::filesystem::path text_reader;  // folder of the reader's files; empty = that of this installation
    QString cache_folder;               // for the loading marker; empty = the standard cache folder
    // What engines keep for later runs (EngineOptions::cache_folder), unless the load says another; empty =
    // nothing.
    QString computed_folder;
    // For packed weights (EngineOptions::packed_folder), likewise.
    QString packed_folder;
    std::size_t capacity = 16;     // requests, and pictures to read, that wait or run at a time
    int gather_milliseconds = 30;  // how long text and progress are gathered before they are reported
};

// A problem as the user sees it: the sentence is translated, the detail is the engine's own (English, for the
// log).
struct Problem {
    ErrorKind kind = ErrorKind::internal;
    QString sentence;
    QString detail;
};

struct LoadedModel {
    ModelFacts facts;
    EngineOptions options;  // as they came out: threads, context length, device
    QString device_name;    // "CPU", "CUDA: NVIDIA ..."
    QString torch_version;
    QString libraries;  // what is built in
    double load_seconds = 0;
    QString load_notice;  // Engine::loadNotice, English, for the log
};

struct ReplyEnd {
    StopReason reason = StopReason::end_of_turn;
    SequenceStatistics statistics;
    double queued_seconds = 0;
    double first_token_seconds = 0;
    double total_seconds = 0;
    Problem problem;      // if reason == error
    bool on_gpu = false;  // the model that made it computes on a GPU
};

class ModelWorker : public QObject {
    Q_OBJECT

  public:
    using Ticket = quint64;  // one request to this worker; never 0, never used twice

    explicit ModelWorker(const ModelWorkerOptions& options = {}, QObject* parent = nullptr);
    ~ModelWorker() override;  // as stop()

    // Starts the thread; what was asked for before is done then. Call after the first frame: the thread opens
    // the inference library, which takes 0.6 s of a core. Does nothing the second time.
    void start();

    // Ends the thread: a load or a reply in progress is cancelled, and its end is not reported any more.
    // Blocks until the step in progress has noticed (well under a second).
    void stop();

    // The folder of a model that was being loaded when an earlier run of the program ended; empty = none.
    // Stays until a load ends in an orderly way.
    QString interruptedLoad() const;

    // Loads the model in place of the present one, which stays usable if that fails. Replies in progress end
    // first: cancel them if nobody wants to wait. A load that has not ended is given up for the new one,
    // without a report.
    void openModel(const QString& folder, const EngineOptions& options = {});
    bool loading() const;

    // Gives the model's memory back, and the text reader's, which is opened again with the next picture.
    // Replies in progress end first; a load that has not ended is given up. Answered by `modelUnloaded`,
    // unless another model is ordered before. Until then nothing is submitted.
    void unloadModel();

    // What the model in this folder is, without loading it; answered by `modelFactsKnown` or
    // `modelFactsFailed`, also while a reply is made or a model is loaded.
    Ticket askModelFacts(const QString& folder);

    // Reported by `progressed`, `textArrived` and exactly one `finished`. No ticket: no model, a model is
    // being loaded, or the queue is full; nothing was taken.
    std::optional<Ticket> submit(const Prompt& prompt, const GenerationOptions& options,
                                 Priority priority = Priority::interactive);
    // Replies and readings that were taken and have not ended, the one in work included.
    std::size_t pending() const;
    // Those of them that stand still: replies of one priority share the model, and the others wait for them.
    std::size_t waiting() const;
    void setPriority(Ticket ticket, Priority priority);  // from the next step on; unknown tickets are ignored
    void cancel(Ticket ticket);  // `finished` follows with StopReason::cancelled; unknown tickets are ignored

    // What a picture of this size will cost; answered by `pictureCostKnown` or `pictureCostFailed`, also
    // while a reply is made. Without a model the answer is a failure.
    Ticket askPictureCost(int width, int height, const PixelBudget& budget = {});

    // Reads the text of a picture, with or without a model, also while a reply is made, which stands still
    // for that time. Reported by `readProgressed` and exactly one of `pageRead` and `readFailed`.
    Ticket read(const std::shared_ptr<const Picture>& picture);
    void cancelReading(Ticket ticket);  // nothing more is reported of it; unknown tickets are ignored

  Q_SIGNALS:
    void loadStarted(const QString& folder);
    void loadProgressed(const sightline::LoadStatus& status);
    void modelLoaded(const sightline::LoadedModel& model);
    // The load failed; `model_left` says whether the model before it is still there.
    void loadFailed(const QString& folder, const sightline::Problem& problem, bool model_left);
    void modelUnloaded();
    void modelFactsKnown(quint64 ticket, const sightline::ModelFacts& facts);
    void modelFactsFailed(quint64 ticket, const sightline::Problem& problem);
    // The model in use had to be given up (its file changed).
    void modelLost(const sightline::Problem& problem);

    // 0..1 within the phase; while decoding always 0, because nobody knows how long a reply will be.
    void progressed(quint64 ticket, sightline::Phase phase, double progress);
    void tokensMade(quint64 ticket, int tokens);  // of the reply so far, with the progress of its decoding
    void textArrived(quint64 ticket, const QString& text);
    void finished(quint64 ticket, const sightline::ReplyEnd& end);
    void pictureCostKnown(quint64 ticket, const sightline::PictureCost& cost);
    void pictureCostFailed(quint64 ticket, const sightline::Problem& problem);
    void readProgressed(quint64 ticket, double progress);  // 0..1, never less than before
    void pageRead(quint64 ticket, const std::shared_ptr<const sightline::Page>& page);
    void readFailed(quint64 ticket, const sightline::Problem& problem);
    void memoryChanged(const sightline::MemoryUse& memory);  // after a load and after each reply

  private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sightline
