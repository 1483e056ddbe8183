#include "app/models/program_status.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/common/process_memory.h"
#include "app/models/reply_text.h"

namespace sightline {

namespace {

constexpr int refresh_ms = 2000;

}  // namespace

ProgramStatus::ProgramStatus(ModelWorker& worker, std::function<Waiting()> waiting, QObject* parent)
    : QObject(parent), worker_(worker), waiting_(std::move(waiting)) {
    timer_.setInterval(refresh_ms);
    timer_.setTimerType(Qt::VeryCoarseTimer);
    connect(&timer_, &QTimer::timeout, this, &ProgramStatus::refresh);
    connect(&worker_, &ModelWorker::memoryChanged, this, [this](const MemoryUse& use) {
        model_ = use;
        refresh();
    });
    connect(&worker_, &ModelWorker::finished, this, &ProgramStatus::refresh);
    connect(&worker_, &ModelWorker::pageRead, this, &ProgramStatus::refresh);
    connect(&worker_, &ModelWorker::readFailed, this, &ProgramStatus::refresh);
    timer_.start();
}

QVariantMap ProgramStatus::describeComputer(std::size_t here) {
    const auto memory = systemMemory();
    if (!memory) return {{QStringLiteral("total"), 0.0}};
    here = std::min(here, memory->total - memory->available);
    const std::size_t others = memory->total - memory->available - here;
    const auto total = static_cast<double>(memory->total);
    // In hundredths, so that nothing is told that nobody sees.
    const auto part = [total](std::size_t bytes) {
        return std::round(100 * static_cast<double>(bytes) / total) / 100;
    };
    return {{QStringLiteral("total"), total},
            {QStringLiteral("here"), part(here)},
            {QStringLiteral("others"), part(others)},
            {QStringLiteral("text"),
             tr("%1 Sightline · %2 other programs · %3 of %4 free")
                 .arg(sightline::memoryText(here), sightline::memoryText(others),
                      sightline::memoryText(memory->available), sightline::memoryText(memory->total))}};
}

void ProgramStatus::refresh() {
    const Waiting waiting = waiting_();
    const int queue = static_cast<int>(worker_.waiting()) + waiting.questions;
    const std::size_t caches = model_.kv_cache_bytes + model_.kept_kv_cache_bytes + model_.vision_cache_bytes;
    const std::size_t model = model_.weights_bytes + caches;
    // Weights count although the system drops mapped pages that were not used lately: they will be back.
    const std::size_t all = std::max(residentMemory().value_or(0), model);
    const QString text = all > 0 ? sightline::memoryText(all) : QString();
    const QString detail =
        tr("In use: %1. The model holds %2, and %3 for what it has seen.")
            .arg(text, sightline::memoryText(model_.weights_bytes), sightline::memoryText(caches));
    const QVariantMap computer = describeComputer(all);
    if (computer == computer_ && text == memory_text_ && detail == memory_detail_ && queue == queue_length_ &&
        waiting.picture_tokens == context_pending_)
        return;
    computer_ = computer;
    memory_text_ = text;
    memory_detail_ = detail;
    queue_length_ = queue;
    context_pending_ = waiting.picture_tokens;
    Q_EMIT changed();
}

}  // namespace sightline
