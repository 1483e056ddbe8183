#include "app/models/machine_speed.h"

#include <array>
#include <cstdint>
#include <utility>

#include "app/settings/settings.h"
#include "app/values/assist_text.h"

namespace sightline {

namespace {

// The first run pays for what a library does once, and counts for nothing; the third is left out on a machine
// that would be busy with it for long.
constexpr std::array<int, 3> measured_sides = {96, 512, 1024};
constexpr double too_slow_seconds = 1.5;
constexpr int fewest_tokens = 16;  // a smaller picture says more about start-up costs than about speed
constexpr int fewest_prefill_tokens = 64;
constexpr int template_tokens = 12;  // what stands around the text and the picture in a prompt

// As people write: letters, figures, marks. Tells how many tokens the model's tokenizer makes of a text.
constexpr const char* usual_text =
    "What is the total of this invoice? It has 3 pages and was sent on 17 May 2024, but nobody has paid the "
    "amount of EUR 1,204.50 yet. Please read the table, and say which of its lines belong to the second "
    "delivery.";

std::shared_ptr<const Picture> noise(int side) {
    auto picture = std::make_shared<Picture>(Picture{side, side, {}});
    picture->rgb.resize(std::size_t{3} * static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
    std::uint32_t state = static_cast<std::uint32_t>(side);
    for (std::uint8_t& value : picture->rgb) {
        state = state * 1664525U + 1013904223U;
        value = static_cast<std::uint8_t>(state >> 24U);
    }
    return picture;
}

}  // namespace

MachineSpeed::MachineSpeed(ModelWorker& worker, Settings& settings, QObject* parent)
    : QObject(parent), worker_(worker), settings_(settings) {
    connect(&worker_, &ModelWorker::finished, this, [this](quint64 ticket, const ReplyEnd& end) {
        if (ticket_ != ticket) return;
        ticket_.reset();
        ended(end);
    });
}

void MachineSpeed::setModel(const QString& name, const QString& device) {
    if (name == model_ && device == device_) return;
    if (ticket_) worker_.cancel(*std::exchange(ticket_, std::nullopt));
    model_ = name;
    device_ = device;
    speed_ = name.isEmpty() ? PictureSpeed() : settings_.pictureSpeed(name, device);
    step_ = 0;
    if (!name.isEmpty() && !speed_.known()) measure();
    Q_EMIT changed();
}

void MachineSpeed::measure() {
    Message question;
    question.parts.emplace_back(std::in_place_type<ImagePart>, noise(measured_sides[step_]), PixelBudget{});
    question.parts.emplace_back(std::in_place_type<TextPart>, usual_text);
    Prompt prompt;
    prompt.messages.push_back(std::move(question));
    prompt.keep_on_disk = false;  // nobody asks about it again
    GenerationOptions options;
    options.temperature = 0;
    options.max_tokens = 1;
    ticket_ = worker_.submit(prompt, options, Priority::background);
}

void MachineSpeed::ended(const ReplyEnd& end) {
    if (end.reason == StopReason::error || end.reason == StopReason::cancelled || model_.isEmpty()) return;
    const SequenceStatistics& statistics = end.statistics;
    speed_.learnText(estimatedTextTokens(QString::fromLatin1(usual_text)),
                     statistics.prompt_tokens - statistics.picture_tokens - template_tokens);
    if (step_ > 0) learn(statistics, 1);
    const bool goes_on = step_ == 0 || end.statistics.encode_seconds < too_slow_seconds;
    if (++step_ < measured_sides.size() && goes_on) measure();
}

void MachineSpeed::learn(const SequenceStatistics& statistics, int pictures) {
    if (model_.isEmpty()) return;
    const PictureSpeed before = speed_;
    // A picture that was not encoded this time would make the machine look faster than it is. Text before it
    // that every prompt begins with is reused nearly always, and says nothing about the picture.
    if (pictures == 1 && statistics.pictures_from_cache == 0 && statistics.picture_tokens >= fewest_tokens) {
        const double tokens = statistics.picture_tokens;
        speed_.learnEncoding({tokens, tokens * tokens, statistics.encode_seconds});
    }
    const int computed = statistics.prompt_tokens - statistics.reused_tokens;
    if (computed >= fewest_prefill_tokens) speed_.learnPrefill(computed, statistics.prefill_seconds);
    if (speed_ == before) return;
    settings_.setPictureSpeed(model_, device_, speed_);
    Q_EMIT changed();
}

}  // namespace sightline
