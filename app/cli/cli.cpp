#include "app/cli/cli.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QFile>
#include <QString>
#include <algorithm>
#include <array>
#include <chrono>
#include <clocale>
#include <exception>
#include <memory>
#include <new>
#include <string_view>

#include "app/cli/ask_pictures.h"
#include "app/cli/capture_command.h"
#include "app/cli/cli_options.h"
#include "app/cli/ocr_command.h"
#include "app/common/installation.h"
#include "app/history/computed_files.h"
#include "inference/console.h"
#include "inference/console_answer.h"
#include "inference/library.h"

namespace sightline {

namespace {

const std::string program = "sightline";

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The library is not there, or the model folder is bad: for the user both mean that there is no model.
ExitCode modelExitCode(ErrorKind kind) {
    return kind == ErrorKind::invalid_input ? exit_bad_model : exitCodeOf(kind);
}

std::filesystem::path modelFolder(const CommandLine& line) {
    if (!line.model.empty()) return line.model;
    const QString demo = demoModelFolder();
    if (demo.isEmpty()) {
        throw Error(ErrorKind::invalid_model,
                    "The demo model is not part of this installation, name a model folder with --model");
    }
    return QFile::encodeName(demo).toStdString();
}

Prompt makePrompt(const CommandLine& line, std::vector<Part> pictures) {
    Prompt prompt;
    if (!line.system_text.empty())
        prompt.messages.push_back({Role::system, {TextPart{line.system_text}}, {}});
    Message question{Role::user, std::move(pictures), {}};
    question.parts.emplace_back(TextPart{line.question});
    prompt.messages.push_back(std::move(question));
    return prompt;
}

EngineOptions withPackedFolder(EngineOptions options) {
    options.packed_folder = QFile::encodeName(packedFolder()).toStdString();
    return options;
}

// Throws Error.
std::unique_ptr<Engine> openModel(const CommandLine& line, const EngineOptions& options,
                                  const Interrupt& interrupt) {
    const std::filesystem::path folder = modelFolder(line);
    return openOnConsole(loadInference(), folder, options, program, interrupt);
}

ExitCode ask(const CommandLine& line) {
    const Interrupt interrupt;
    // What is quick to find out comes first: a bad picture is refused before a model is loaded.
    const auto pictures = openAskedPictures(line, interrupt);

    const auto start = std::chrono::steady_clock::now();
    EngineOptions options = withPackedFolder(line.engine);
    if (line.keep_on_disk) options.cache_folder = QFile::encodeName(computedFolder()).toStdString();
    std::unique_ptr<Engine> engine;
    try {
        engine = openModel(line, options, interrupt);
    } catch (const Error& error) {
        complain(program, error.what());
        return modelExitCode(error.kind());
    }
    const AnswerFormat format{program, line.json, secondsSince(start)};
    Prompt prompt = makePrompt(line, pictureParts(line, *engine, pictures, interrupt));
    const GenerationOptions generation = optionsFor(engine->facts().defaults, line.sampling);
    options.device = DeviceChoice::cpu;
    return answerOnConsole(std::move(engine), std::move(prompt), generation, format, interrupt,
                           [&] { return openModel(line, options, interrupt); });
}

ExitCode modelsInfo(const CommandLine& line) {
    try {
        const Inference& inference = loadInference();
        const ModelFacts facts = inference.inspect(line.model);
        return printModel(facts, inference.packedFiles(facts.folder, withPackedFolder({}).packed_folder),
                          program, line.json);
    } catch (const Error& error) {
        complain(program, error.what());
        return modelExitCode(error.kind());
    }
}

ExitCode models(const CommandLine& line) {
    CommandLine demo = line;
    const QString folder = demoModelFolder();
    if (folder.isEmpty())
        return printOutput(line.json ? "{}\n" : "No model comes with this installation.\n", program);
    demo.model = QFile::encodeName(folder).toStdString();
    return modelsInfo(demo);
}

ExitCode version() {
    std::string text =
        program + ' ' + QCoreApplication::applicationVersion().toStdString() + "\nQt " + qVersion() + '\n';
    try {
        const Inference& inference = loadInference();
        text += "libtorch " + inference.torchVersion() + "\n" + inference.libraries() + '\n';
    } catch (const Error& error) {
        text += std::string("no models: ") + error.what() + '\n';
    }
    return printOutput(text, program);
}

ExitCode bench(const CommandLine& line) {
    const Interrupt interrupt;
    BenchmarkOptions options = line.benchmark;
    options.engine = withPackedFolder(options.engine);
    BenchmarkReport report;
    try {
        const std::filesystem::path folder = modelFolder(line);
        report = runBenchmark(
            loadInference(), folder, options, [](const std::string& what) { complain(program, what); },
            interrupt.token());
    } catch (const Error& error) {
        complain(program, error.what());
        return modelExitCode(error.kind());
    }
    return printOutput(line.json ? report.toJson() : report.toText(), program);
}

int execute(const CommandLine& line) {
    using Command = CommandLine::Command;
    switch (line.command) {
        case Command::ask:
            return ask(line);
        case Command::models:
            return models(line);
        case Command::models_info:
            return modelsInfo(line);
        case Command::bench:
            return bench(line);
        case Command::ocr:
            return ocrCommand(line.ocr);
        case Command::capture:
            return captureCommand(line.capture);
        case Command::version:
            return version();
        case Command::done:
            break;
    }
    std::fputs(line.complaint.c_str(), stderr);
    const ExitCode printed = printOutput(line.output, program);
    return printed == exit_ok ? line.exit_code : printed;
}

}  // namespace

bool isCommandLine(int argc, char** argv) {
    constexpr std::array commands{"ask", "capture", "ocr", "models",   "bench",
                                  "-h",  "--help",  "-V",  "--version"};
    return argc > 1 && std::any_of(commands.begin(), commands.end(),
                                   [&](std::string_view command) { return command == argv[1]; });
}

int runCommandLine(int argc, char** argv) {
    std::unique_ptr<QCoreApplication> application;
    if (!QCoreApplication::instance()) {
        static int static_argc = 1;
        application = std::make_unique<QCoreApplication>(static_argc, argv);
    }
    // Qt took the user's locale, in which 0.7 may be no number.
    std::setlocale(LC_NUMERIC, "C");
    try {
        return execute(parseCommandLine(argc, argv));
    } catch (const Error& error) {
        complain(program, error.what());
        return exitCodeOf(error.kind());
    } catch (const std::bad_alloc&) {
        complain(program, "There is not enough memory");
    } catch (const std::exception& error) {
        complain(program, std::string("Internal error: ") + error.what());
    }
    return exit_failure;
}

}  // namespace sightline
