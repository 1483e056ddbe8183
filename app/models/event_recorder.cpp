#include "app/models/event_recorder.h"

#include <QLocale>
#include <utility>

#include "app/models/reply_text.h"
#include "app/values/conversation.h"

namespace sightline {

namespace {

constexpr int tick_ms = 250;

QString number(double value, int decimals = 0) {
    return QLocale().toString(value, 'f', decimals);
}

double perSecond(int tokens, double seconds) {
    return seconds > 0 ? tokens / seconds : 0;
}

}  // namespace

EventRecorder::EventRecorder(ModelWorker& worker, QObject* parent) : QObject(parent) {
    tick_.setInterval(tick_ms);
    connect(&tick_, &QTimer::timeout, this, [this] {
        if (phases_.empty() || phases_.back().done) return tick_.stop();
        phases_.back().seconds = static_cast<double>(clock_.elapsed()) / 1000;
        Q_EMIT phasesChanged();
    });

    connect(&worker, &ModelWorker::loadStarted, this, [this](const QString& folder) {
        say(tr("loading %1").arg(displayName(folder)));
        phases_.clear();
        shown_ = 0;
        begin(std::nullopt);
    });
    connect(&worker, &ModelWorker::loadProgressed, this, [this](const LoadStatus& status) {
        if (shown_ == 0 && !phases_.empty())
            advance(status.fraction, tr("%1 %").arg(number(100 * status.fraction)));
    });
    connect(&worker, &ModelWorker::modelLoaded, this, &EventRecorder::onLoaded);
    connect(&worker, &ModelWorker::loadFailed, this, [this](const QString&, const Problem& problem, bool) {
        phases_.clear();
        Q_EMIT phasesChanged();
        complain(problem);
    });
    connect(&worker, &ModelWorker::modelUnloaded, this, [this] {
        phases_.clear();
        Q_EMIT phasesChanged();
        say(tr("model unloaded"));
    });
    connect(&worker, &ModelWorker::modelLost, this, [this](const Problem& problem) { complain(problem); });
    connect(&worker, &ModelWorker::memoryChanged, this, &EventRecorder::onMemory);

    connect(&worker, &ModelWorker::pictureCostKnown, this, [this](quint64, const PictureCost& cost) {
        say(tr("a picture that waits: %1 × %2 pixels for the model, %3")
                .arg(cost.model_width)
                .arg(cost.model_height)
                .arg(tokensText(cost.tokens)),
            LogEvent::Source::app);
    });
    connect(&worker, &ModelWorker::pictureCostFailed, this, [this](quint64, const Problem& problem) {
        if (problem.kind != ErrorKind::unsupported) complain(problem, LogEvent::Source::app);
    });
    connect(&worker, &ModelWorker::progressed, this, &EventRecorder::onProgress);
    connect(&worker, &ModelWorker::tokensMade, this, [this](quint64 ticket, int tokens) {
        const auto found = replies_.find(ticket);
        if (found == replies_.end()) return;
        found->second.tokens = tokens;
        if (ticket == shown_ && !phases_.empty())
            advance(-1, tr("%1 · %2 tok/s")
                            .arg(tokensText(tokens),
                                 number(perSecond(tokens, static_cast<double>(clock_.elapsed()) / 1000), 1)));
    });
    connect(&worker, &ModelWorker::finished, this, &EventRecorder::onFinished);

    connect(&worker, &ModelWorker::readProgressed, this, [this](quint64 ticket, double) {
        const auto [place, is_new] = readings_.try_emplace(ticket);
        if (!is_new) return;
        place->second.start();
        say(tr("reading the text of a picture"), LogEvent::Source::reader);
    });
    connect(&worker, &ModelWorker::pageRead, this,
            [this](quint64 ticket, const std::shared_ptr<const Page>& page) {
                const auto found = readings_.find(ticket);
                const double seconds =
                    found == readings_.end() ? 0 : static_cast<double>(found->second.elapsed()) / 1000;
                readings_.erase(ticket);
                int lines = 0;
                for (const auto& block : page->blocks)
                    lines += static_cast<int>(block.lines.size());
                say(tr("%1 × %2 pixels read in %3: %n line(s)", nullptr, lines)
                        .arg(page->width)
                        .arg(page->height)
                        .arg(secondsText(seconds)),
                    LogEvent::Source::reader);
            });
    connect(&worker, &ModelWorker::readFailed, this, [this](quint64 ticket, const Problem& problem) {
        readings_.erase(ticket);
        complain(problem, LogEvent::Source::reader);
    });
}

void EventRecorder::say(const QString& text, LogEvent::Source source) {
    log_.append({source, text, {}, false, {}});
}

void EventRecorder::complain(const Problem& problem, LogEvent::Source source) {
    log_.append({source, problem.sentence, problem.detail, true, {}});
}

// ---- Phases
// --------------------------------------------------------------------------------------------------------

QVariantList EventRecorder::phases() const {
    QVariantList list;
    for (const ShownPhase& phase : phases_) {
        QStringList text;
        if (!phase.facts.isEmpty()) text << phase.facts;
        text << secondsText(phase.seconds);
        list << QVariantMap{{QStringLiteral("name"), nameOf(phase)},
                            {QStringLiteral("text"), text.join(QStringLiteral(" · "))},
                            {QStringLiteral("progress"), phase.done ? 1.0 : phase.progress},
                            {QStringLiteral("done"), phase.done}};
    }
    return list;
}

QString EventRecorder::nameOf(const ShownPhase& phase) const {
    if (!phase.phase) return tr("Load");
    switch (*phase.phase) {
        case Phase::encode:
            return tr("Vision encoder");
        case Phase::prefill:
            return tr("Prefill");
        default:
            return tr("Decode");
    }
}

void EventRecorder::begin(std::optional<Phase> phase) {
    finishPhase();
    phases_.push_back({phase, {}, 0, 0, false});
    clock_.start();
    tick_.start();
    Q_EMIT phasesChanged();
}

void EventRecorder::advance(double progress, const QString& facts) {
    ShownPhase& phase = phases_.back();
    phase.progress = progress;
    if (!facts.isEmpty()) phase.facts = facts;
    phase.seconds = static_cast<double>(clock_.elapsed()) / 1000;
    Q_EMIT phasesChanged();
}

void EventRecorder::finishPhase() {
    if (phases_.empty() || phases_.back().done) return;
    phases_.back().done = true;
    phases_.back().seconds = static_cast<double>(clock_.elapsed()) / 1000;
    Q_EMIT phasesChanged();
}

// ---- What is heard
// --------------------------------------------------------------------------------------------------------

void EventRecorder::onLoaded(const LoadedModel& model) {
    if (shown_ == 0) finishPhase();
    say(tr("%1 loaded in %2: %3, %n thread(s), context %4, libtorch %5", nullptr, model.options.threads)
            .arg(QString::fromStdString(model.facts.name), secondsText(model.load_seconds),
                 deviceText(model.device_name, model.options.precision), number(model.options.context_length),
                 model.torch_version));
    if (!model.load_notice.isEmpty()) say(model.load_notice);
}

void EventRecorder::onMemory(const MemoryUse& use) {
    const auto same = [](const MemoryUse& a, const MemoryUse& b) {
        return a.weights_bytes == b.weights_bytes && a.kv_cache_bytes == b.kv_cache_bytes &&
               a.kept_kv_cache_bytes == b.kept_kv_cache_bytes && a.vision_cache_bytes == b.vision_cache_bytes;
    };
    if (same(use, std::exchange(memory_, use))) return;
    say(tr("memory: weights %1, KV cache %2, vision cache %3")
            .arg(memoryText(use.weights_bytes), memoryText(use.kv_cache_bytes + use.kept_kv_cache_bytes),
                 memoryText(use.vision_cache_bytes)));
}

void EventRecorder::onProgress(quint64 ticket, Phase phase, double progress) {
    Reply& reply = replies_[ticket];
    if (!reply.begun || reply.phase != phase) {
        if (!reply.begun) {
            say(tr("request %1 began").arg(ticket));
            phases_.clear();
            shown_ = ticket;
        }
        reply.begun = true;
        reply.phase = phase;
        reply.clock.start();
        if (ticket == shown_) begin(phase);
    }
    if (ticket == shown_ && phase != Phase::decode && !phases_.empty())
        advance(progress, tr("%1 %").arg(number(100 * progress)));
}

void EventRecorder::onFinished(quint64 ticket, const ReplyEnd& end) {
    replies_.erase(ticket);
    const SequenceStatistics& counts = end.statistics;
    if (ticket == shown_) {
        finishPhase();
        for (ShownPhase& phase : phases_) {
            if (phase.phase == Phase::encode) phase.facts = tokensText(counts.picture_tokens);
            if (phase.phase == Phase::prefill)
                phase.facts = tokensText(counts.prompt_tokens - counts.reused_tokens);
            if (phase.phase == Phase::decode)
                phase.facts = tr("%1 · %2 tok/s")
                                  .arg(tokensText(counts.reply_tokens),
                                       number(perSecond(counts.reply_tokens - 1, counts.decode_seconds), 1));
        }
        Q_EMIT phasesChanged();
    }
    if (counts.picture_tokens > 0)
        say(tr("request %1: pictures of %2 encoded in %3, %4 from the cache")
                .arg(ticket)
                .arg(tokensText(counts.picture_tokens), secondsText(counts.encode_seconds))
                .arg(counts.pictures_from_cache));
    if (counts.prompt_tokens > 0)
        say(tr("request %1: prefill of %2, %3 reused, in %4")
                .arg(ticket)
                .arg(tokensText(counts.prompt_tokens), number(counts.reused_tokens),
                     secondsText(counts.prefill_seconds)));
    if (counts.reply_tokens > 0)
        say(tr("request %1: decode of %2 in %3, %4 tok/s")
                .arg(ticket)
                .arg(tokensText(counts.reply_tokens), secondsText(counts.decode_seconds),
                     number(perSecond(counts.reply_tokens - 1, counts.decode_seconds), 1)));
    if (end.reason == StopReason::error) return complain(end.problem);
    say(tr("request %1 ended (%2): queued %3, first token after %4, in all %5")
            .arg(ticket)
            .arg(stopReasonId(end.reason), secondsText(end.queued_seconds),
                 secondsText(end.first_token_seconds), secondsText(end.total_seconds)));
}

}  // namespace sightline
