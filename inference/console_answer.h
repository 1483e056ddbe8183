// One question on the command line: the answer streams to standard output, or comes as one JSON object.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "inference/console.h"
#include "inference/engine.h"

namespace sightline {

struct AnswerFormat {
    std::string program;  // for what goes to standard error
    bool json = false;
    double load_seconds = 0;  // reported in the JSON object
};

// Opens a model with its progress and its notice on standard error. Throws Error.
std::unique_ptr<Engine> openOnConsole(const Inference& inference, const std::filesystem::path& folder,
                                      const EngineOptions& options, const std::string& program,
                                      const Interrupt& interrupt);

// Opens the same model again, for the processor. Throws Error.
using OpenOnProcessor = std::function<std::unique_ptr<Engine>()>;

// Works until the reply is complete or the interrupt comes. If the memory of a GPU ends before, the model
// goes on to the processor, which says the rest; standard error says so. The text goes to standard output as
// it is made (with json: one object at the end: text, stop_reason, model, options, statistics, timings, and
// moved_to_processor if it was); notes about the way a reply ended and progress go to standard error.
ExitCode answerOnConsole(std::unique_ptr<Engine> engine, Prompt prompt, const GenerationOptions& options,
                         const AnswerFormat& format, const Interrupt& interrupt,
                         const OpenOnProcessor& open_on_processor);

// Prints what a model folder says about itself, for people or as a JSON object.
ExitCode printModel(const ModelFacts& facts, const std::vector<PackedFileFacts>& packed,
                    const std::string& program, bool json);

// As writeOutput, with the exit code and a complaint in case it failed.
ExitCode printOutput(const std::string& text, const std::string& program);

// "end_of_turn", "max_tokens", ...
const char* nameOf(StopReason reason);

}  // namespace sightline
