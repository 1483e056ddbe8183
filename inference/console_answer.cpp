#include "inference/console_answer.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "inference/scheduler.h"

namespace sightline {
namespace {

using Json = nlohmann::ordered_json;

// Names and notices of models are bytes from outside.
std::string dump(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

ExitCode outputFailed(const std::string& program) {
    if (errno == EPIPE) return exit_output_closed;
    complain(program, std::string("Standard output cannot be written: ") + std::strerror(errno));
    return exit_failure;
}

// The way a reply ended, where the user should know. Empty for an ordinary end.
std::string noteOn(const FinishedEvent& finished, const GenerationOptions& options) {
    switch (finished.reason) {
        case StopReason::max_tokens:
            return "The reply was cut off after " + std::to_string(options.max_tokens) +
                   " tokens (--max-tokens sets the limit)";
        case StopReason::context_full:
            return "The reply was cut off because the model's context is full";
        case StopReason::repetition:
            return "The reply was stopped because it repeated itself";
        case StopReason::cancelled:
            return "Stopped";
        case StopReason::error:
            return finished.error.empty() ? "The model failed" : finished.error;
        default:
            return {};
    }
}

Json optionsAsJson(const GenerationOptions& options) {
    return {{"temperature", options.temperature},
            {"top_p", options.top_p},
            {"top_k", options.top_k},
            {"min_p", options.min_p},
            {"presence_penalty", options.presence_penalty},
            {"frequency_penalty", options.frequency_penalty},
            {"repetition_penalty", options.repetition_penalty},
            {"seed", options.seed},
            {"max_tokens", options.max_tokens},
            {"stop", options.stop}};
}

Json modelAsJson(const Engine& engine) {
    return {{"name", engine.facts().name},         {"folder", engine.facts().folder.string()},
            {"device", engine.deviceName()},       {"precision", nameOf(engine.options().precision)},
            {"threads", engine.options().threads}, {"context_length", engine.options().context_length}};
}

Json answerAsJson(const Json& model, const std::string& text, const FinishedEvent& finished,
                  const GenerationOptions& options, double load_seconds) {
    const SequenceStatistics& statistics = finished.statistics;
    const int decoded = std::max(0, statistics.reply_tokens - 1);
    const double speed = statistics.decode_seconds > 0 ? decoded / statistics.decode_seconds : 0;
    Json answer{{"text", text}, {"stop_reason", nameOf(finished.reason)}};
    if (finished.reason == StopReason::error) answer["error"] = finished.error;
    answer["model"] = model;
    answer["options"] = optionsAsJson(options);
    answer["statistics"] = {
        {"prompt_tokens", statistics.prompt_tokens}, {"picture_tokens", statistics.picture_tokens},
        {"reused_tokens", statistics.reused_tokens}, {"pictures_from_cache", statistics.pictures_from_cache},
        {"reply_tokens", statistics.reply_tokens},   {"decode_tokens_per_second", speed}};
    answer["timings"] = {{"load_seconds", load_seconds},
                         {"encode_seconds", statistics.encode_seconds},
                         {"prefill_seconds", statistics.prefill_seconds},
                         {"decode_seconds", statistics.decode_seconds},
                         {"first_token_seconds", finished.first_token_seconds},
                         {"total_seconds", finished.total_seconds}};
    return answer;
}

// What is done at the moment, for a line of progress: "Loading the model", "Packing the weights for this
// computer, once: about 2 minutes left".
std::string loadText(const LoadStatus& status) {
    if (status.work == LoadStatus::Work::waiting)
        return "Another program packs the weights of a model; waiting";
    if (status.work != LoadStatus::Work::packing) return "Loading the model";
    std::string text = "Packing the weights for this computer, once";
    if (status.seconds_left < 0) return text;
    const auto minutes = static_cast<int>(status.seconds_left / 60 + 0.5);
    if (minutes < 1) return text + ": less than a minute left";
    return text + ": about " + std::to_string(minutes) + (minutes == 1 ? " minute left" : " minutes left");
}

struct Reply {
    const AnswerFormat& format;
    std::string text;
    ExitCode output = exit_ok;

    // Appends what the engine says.
    FinishedEvent from(Engine& engine, const Prompt& prompt, const GenerationOptions& options,
                       const Interrupt& interrupt) {
        Scheduler scheduler(engine, 1);
        ProgressLine progress;
        FinishedEvent finished;
        const auto hear = [&](RequestId id, const Event& event) {
            if (const auto* step = std::get_if<ProgressEvent>(&event)) {
                progress.show(step->phase == Phase::encode ? "Looking at the picture" : "Reading the prompt",
                              step->progress);
            } else if (const auto* delta = std::get_if<DeltaEvent>(&event)) {
                progress.clear();
                text += delta->text;
                if (!format.json && output == exit_ok && !writeOutput(delta->text)) {
                    output = outputFailed(format.program);
                    scheduler.cancel(id);
                }
            } else {
                finished = std::get<FinishedEvent>(event);
            }
        };
        Request request;
        request.prompt = prompt;
        request.options = options;
        request.on_event = hear;
        const RequestId id = scheduler.submit(std::move(request)).value();
        const std::stop_callback cancel(interrupt.token(), [&] { scheduler.cancel(id); });
        scheduler.runUntilIdle();
        return finished;
    }
};

bool lacksGpuMemory(const Engine& engine, const FinishedEvent& finished) {
    return finished.reason == StopReason::error && finished.error_kind == ErrorKind::out_of_memory &&
           engine.options().device == DeviceChoice::cuda;
}

// The end of a reply of which another engine had made a part.
FinishedEvent goneOn(const FinishedEvent& part, FinishedEvent finished) {
    finished.statistics.goOnFrom(part.statistics);
    finished.total_seconds += part.total_seconds;
    if (part.statistics.reply_tokens > 0) finished.first_token_seconds = part.first_token_seconds;
    return finished;
}

}  // namespace

const char* nameOf(StopReason reason) {
    switch (reason) {
        case StopReason::end_of_turn:
            return "end_of_turn";
        case StopReason::max_tokens:
            return "max_tokens";
        case StopReason::stop_text:
            return "stop_text";
        case StopReason::cancelled:
            return "cancelled";
        case StopReason::context_full:
            return "context_full";
        case StopReason::repetition:
            return "repetition";
        case StopReason::error:
            return "error";
    }
    return "error";
}

ExitCode printOutput(const std::string& text, const std::string& program) {
    return writeOutput(text) ? exit_ok : outputFailed(program);
}

std::unique_ptr<Engine> openOnConsole(const Inference& inference, const std::filesystem::path& folder,
                                      const EngineOptions& options, const std::string& program,
                                      const Interrupt& interrupt) {
    ProgressLine progress;
    progress.show(loadText({}), 0);
    const auto show = [&](const LoadStatus& status) { progress.show(loadText(status), status.fraction); };
    auto engine = inference.openEngine(folder, options, show, interrupt.token());
    progress.clear();
    if (const std::string notice = engine->loadNotice(); !notice.empty()) complain(program, notice);
    return engine;
}

ExitCode answerOnConsole(std::unique_ptr<Engine> engine, Prompt prompt, const GenerationOptions& options,
                         const AnswerFormat& format, const Interrupt& interrupt,
                         const OpenOnProcessor& open_on_processor) {
    Reply reply{format};
    FinishedEvent finished = reply.from(*engine, prompt, options, interrupt);
    Json model = modelAsJson(*engine);
    bool moved = false;
    if (lacksGpuMemory(*engine, finished) && reply.output == exit_ok) {
        if (!reply.text.empty() && ::isatty(STDERR_FILENO) == 1) std::fputs("\n", stderr);
        complain(format.program, finished.error + ", so the processor goes on");
        engine.reset();
        try {
            engine = open_on_processor();
            model = modelAsJson(*engine);
            GenerationOptions left = options;
            left.max_tokens = std::max(1, options.max_tokens - finished.statistics.reply_tokens);
            prompt.reply_prefix += reply.text;
            finished = goneOn(finished, reply.from(*engine, prompt, left, interrupt));
            moved = true;
        } catch (const Error& error) {  // what has been said is kept
            finished.error = error.what();
            finished.error_kind = error.kind();
            if (error.kind() == ErrorKind::cancelled) finished.reason = StopReason::cancelled;
        }
    }
    if (reply.output != exit_ok) return reply.output;

    ExitCode output = exit_ok;
    if (format.json) {
        Json answer = answerAsJson(model, reply.text, finished, options, format.load_seconds);
        if (moved) answer["moved_to_processor"] = true;
        output = printOutput(dump(answer), format.program);
    } else if (!reply.text.empty() && reply.text.back() != '\n') {
        output = printOutput("\n", format.program);
    }
    if (output != exit_ok) return output;
    const std::string note = noteOn(finished, options);
    if (!note.empty()) complain(format.program, note);
    if (finished.reason == StopReason::cancelled) return exit_stopped;
    return finished.reason == StopReason::error ? exitCodeOf(finished.error_kind) : exit_ok;
}

ExitCode printModel(const ModelFacts& facts, const std::vector<PackedFileFacts>& packed,
                    const std::string& program, bool json) {
    if (json) {
        Json files = Json::array();
        for (const PackedFileFacts& file : packed)
            files.push_back(
                {{"precision", nameOf(file.precision)}, {"bytes", file.bytes}, {"file", file.path.string()}});
        return printOutput(dump({{"name", facts.name},
                                 {"folder", facts.folder.string()},
                                 {"architecture", facts.architecture},
                                 {"notice", facts.notice},
                                 {"parameters", facts.parameters},
                                 {"weight_bytes", facts.weight_bytes},
                                 {"weight_dtype", facts.weight_dtype},
                                 {"context_length", facts.context_length},
                                 {"vocab_size", facts.vocab_size},
                                 {"text_layers", facts.text_layers},
                                 {"vision_layers", facts.vision_layers},
                                 {"patch_size", facts.patch_size},
                                 {"merge_size", facts.merge_size},
                                 {"min_pixels", facts.pixel_budget.min_pixels},
                                 {"max_pixels", facts.pixel_budget.max_pixels},
                                 {"has_chat_template", facts.has_chat_template},
                                 {"packed", files},
                                 {"defaults", optionsAsJson(facts.defaults)}}),
                           program);
    }
    std::ostringstream out;
    out.precision(3);
    out << facts.name << '\n';
    if (!facts.notice.empty()) out << "  " << facts.notice << '\n';
    out << "  folder         " << facts.folder.string() << '\n'
        << "  architecture   " << facts.architecture << '\n'
        << "  parameters     " << static_cast<double>(facts.parameters) / 1e6 << " million\n"
        << "  weights        " << static_cast<double>(facts.weight_bytes) / (1 << 20) << " MiB, "
        << facts.weight_dtype << '\n';
    for (const PackedFileFacts& file : packed)
        out << "  packed         " << nameOf(file.precision) << ", "
            << static_cast<double>(file.bytes) / (1 << 20) << " MiB\n";
    out << "  context        " << facts.context_length << " tokens, vocabulary " << facts.vocab_size << '\n'
        << "  layers         " << facts.text_layers << " text, " << facts.vision_layers << " vision\n"
        << "  pictures       " << facts.pixel_budget.min_pixels << " to " << facts.pixel_budget.max_pixels
        << " pixels, one token for " << facts.patch_size * facts.merge_size << " x "
        << facts.patch_size * facts.merge_size << '\n'
        << "  chat template  " << (facts.has_chat_template ? "yes" : "no") << '\n'
        << "  sampling       temperature " << facts.defaults.temperature << ", top_p " << facts.defaults.top_p
        << ", top_k " << facts.defaults.top_k << ", at most " << facts.defaults.max_tokens << " tokens\n";
    return printOutput(out.str(), program);
}

}  // namespace sightline
