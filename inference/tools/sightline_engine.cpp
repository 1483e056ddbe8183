// sightline-engine: the models without the desktop program, for machines that have no Qt. The command line of
// the program itself (sightline ask) has more options.
#include <getopt.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <limits>
#include <random>

#include "inference/bench/benchmark.h"
#include "inference/console.h"
#include "inference/console_answer.h"
#include "inference/library.h"

using namespace sightline;

namespace {

const std::string program = "sightline-engine";
constexpr std::size_t largest_picture_file = std::size_t{512} << 20;

constexpr const char* usage =
    R"(usage: sightline-engine ask --model DIR [--image FILE]... [options] QUESTION
       sightline-engine bench --model DIR [options]
       sightline-engine info DIR [--json]
       sightline-engine --version

  --model DIR          folder of a Qwen3-VL model
  --image FILE         a picture; may be given several times; - is standard input
  --precision P        auto, float32, bf16, int8 or int4
  --packed DIR         where packed weights (int8, int4) are kept; without it every load packs
  --device D           auto, cpu or cuda
  --threads N          compute threads
  --context N          tokens of prompt and reply together
  --json               one JSON object instead of text
ask only:
  --system TEXT        what the model is told before the question
  --max-pixels N       at most this many pixels of each picture
  --temperature X  --top-p X  --top-k N  --min-p X  --presence-penalty X
  --frequency-penalty X  --repetition-penalty X  --seed N  --max-tokens N
  --stop TEXT          the reply ends before this text; may be given several times
bench only:
  --stops N            random moments at which Stop is measured; 0 = none

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a picture or the question cannot be used, 4 the model cannot be loaded,
130 stopped by Ctrl-C, 141 nobody reads the output.
)";

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Arguments {
    std::filesystem::path model;
    std::vector<std::string> images;
    EngineOptions engine;
    std::string system_text;
    std::int64_t max_pixels = 0;
    // Applied to the model's own values once those are known.
    std::vector<std::function<void(GenerationOptions&)>> sampling;
    bool has_seed = false;
    std::vector<std::string> stop;
    int stops = BenchmarkOptions().stops;
    bool json = false;
    std::vector<std::string> words;
};

double number(const std::string& option, const std::string& word, double low, double high) {
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (word.empty() || *end != '\0' || !(value >= low && value <= high)) {
        throw UsageError("--" + option + " is '" + word + "', which is no number in its range");
    }
    return value;
}

std::int64_t integer(const std::string& option, const std::string& word, std::int64_t low,
                     std::int64_t high) {
    const double value = number(option, word, static_cast<double>(low), static_cast<double>(high));
    if (value != std::floor(value))
        throw UsageError("--" + option + " is '" + word + "', which is no whole number");
    return static_cast<std::int64_t>(value);
}

std::uint64_t seedFrom(const std::string& word) {
    char* end = nullptr;
    errno = 0;
    const std::uint64_t value = std::strtoull(word.c_str(), &end, 10);
    if (word.empty() || word[0] == '-' || *end != '\0' || errno != 0) {
        throw UsageError("--seed is '" + word + "', which is no seed");
    }
    return value;
}

void apply(Arguments& arguments, const std::string& name, const std::string& value) {
    constexpr int most = std::numeric_limits<int>::max();
    const auto set = [&](auto GenerationOptions::*member, auto setting) {
        arguments.sampling.emplace_back([=](GenerationOptions& options) { options.*member = setting; });
    };
    const auto setNumber = [&](double GenerationOptions::*member, double low, double high) {
        set(member, number(name, value, low, high));
    };
    const auto setInteger = [&](int GenerationOptions::*member, int low) {
        set(member, static_cast<int>(integer(name, value, low, most)));
    };
    if (name == "model") arguments.model = value;
    if (name == "image") arguments.images.push_back(value);
    if (name == "packed") arguments.engine.packed_folder = value;
    if (name == "system") arguments.system_text = value;
    if (name == "json") arguments.json = true;
    if (name == "stop") arguments.stop.push_back(value);
    if (name == "threads") arguments.engine.threads = static_cast<int>(integer(name, value, 1, 1024));
    if (name == "context")
        arguments.engine.context_length = static_cast<int>(integer(name, value, 16, 1 << 20));
    if (name == "max-pixels") arguments.max_pixels = integer(name, value, 1, 1'000'000'000);
    if (name == "stops") arguments.stops = static_cast<int>(integer(name, value, 0, 100000));
    if (name == "temperature") setNumber(&GenerationOptions::temperature, 0, 100);
    if (name == "top-p") setNumber(&GenerationOptions::top_p, 0, 1);
    if (name == "min-p") setNumber(&GenerationOptions::min_p, 0, 1);
    if (name == "presence-penalty") setNumber(&GenerationOptions::presence_penalty, -2, 2);
    if (name == "frequency-penalty") setNumber(&GenerationOptions::frequency_penalty, -2, 2);
    if (name == "repetition-penalty") setNumber(&GenerationOptions::repetition_penalty, 0.01, 100);
    if (name == "top-k") setInteger(&GenerationOptions::top_k, 0);
    if (name == "max-tokens") setInteger(&GenerationOptions::max_tokens, 1);
    if (name == "seed") {
        set(&GenerationOptions::seed, seedFrom(value));
        arguments.has_seed = true;
    }
    if (name == "precision") {
        const auto precision = precisionFromWord(value);
        if (!precision) throw UsageError("--precision is one of " + precisionWords(", "));
        arguments.engine.precision = *precision;
    }
    if (name == "device") {
        if (value != "auto" && value != "cpu" && value != "cuda")
            throw UsageError("--device is auto, cpu or cuda");
        arguments.engine.device = value == "cpu"    ? DeviceChoice::cpu
                                  : value == "cuda" ? DeviceChoice::cuda
                                                    : DeviceChoice::automatic;
    }
}

Arguments parse(int argc, char** argv) {
    constexpr std::array with_value{"model",
                                    "image",
                                    "system",
                                    "stop",
                                    "threads",
                                    "context",
                                    "max-pixels",
                                    "stops",
                                    "temperature",
                                    "top-p",
                                    "min-p",
                                    "presence-penalty",
                                    "top-k",
                                    "max-tokens",
                                    "seed",
                                    "precision",
                                    "packed",
                                    "device",
                                    "frequency-penalty",
                                    "repetition-penalty"};
    std::vector<option> options;
    for (const char* name : with_value)
        options.push_back({name, required_argument, nullptr, 'v'});
    options.push_back({"json", no_argument, nullptr, 'v'});
    options.push_back({nullptr, 0, nullptr, 0});
    Arguments arguments;
    for (;;) {
        int index = 0;
        const int found = getopt_long(argc, argv, "", options.data(), &index);
        if (found == -1) break;
        if (found != 'v') throw UsageError(std::string());  // getopt has said what is wrong
        apply(arguments, options[static_cast<std::size_t>(index)].name, optarg ? optarg : "");
    }
    arguments.words.assign(argv + optind, argv + argc);
    return arguments;
}

std::string readFile(const std::string& name, const Interrupt& interrupt) {
    if (name == "-") return readStandardInput(largest_picture_file, interrupt);
    std::error_code problem;
    if (!std::filesystem::is_regular_file(name, problem))
        throw Error(ErrorKind::invalid_input, "it is no regular file");
    if (std::filesystem::file_size(name, problem) > largest_picture_file) {
        throw Error(ErrorKind::invalid_input, "the file has more than 512 MiB");
    }
    std::ifstream stream(name, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) throw Error(ErrorKind::invalid_input, "the file cannot be read");
    return bytes;
}

std::shared_ptr<const Picture> readPicture(const Inference& inference, const std::string& name,
                                           const Interrupt& interrupt) {
    try {
        const std::string bytes = readFile(name, interrupt);
        const std::span file(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
        return std::make_shared<const Picture>(inference.decodePicture(file));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        throw Error(ErrorKind::invalid_input, "The picture " + name + " cannot be used: " + error.what());
    }
}

// Whatever its kind says, it means that there is no model to ask.
struct ModelError : Error {
    using Error::Error;
};

template <typename Work>
auto orModelError(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        throw ModelError(error.kind(), error.what());
    }
}

const Inference& openLibrary() {
    return orModelError([]() -> const Inference& { return loadInference(); });
}

std::unique_ptr<Engine> openModel(const Inference& inference, const Arguments& arguments,
                                  const Interrupt& interrupt) {
    return orModelError(
        [&] { return openOnConsole(inference, arguments.model, arguments.engine, program, interrupt); });
}

ExitCode ask(const Arguments& arguments) {
    if (arguments.words.empty()) throw UsageError("ask needs a question");
    const Interrupt interrupt;
    const Inference& inference = openLibrary();
    Prompt prompt;
    if (!arguments.system_text.empty())
        prompt.messages.push_back({Role::system, {TextPart{arguments.system_text}}, {}});
    Message question{Role::user, {}, {}};
    for (const std::string& image : arguments.images) {
        question.parts.emplace_back(
            ImagePart{readPicture(inference, image, interrupt), PixelBudget{0, arguments.max_pixels}});
    }
    std::string text;
    for (const std::string& word : arguments.words)
        text += (text.empty() ? "" : " ") + word;
    question.parts.emplace_back(TextPart{text});
    prompt.messages.push_back(std::move(question));

    const auto start = std::chrono::steady_clock::now();
    std::unique_ptr<Engine> engine = openModel(inference, arguments, interrupt);
    const std::chrono::duration<double> load_time = std::chrono::steady_clock::now() - start;
    GenerationOptions options = engine->facts().defaults;
    if (!arguments.has_seed) options.seed = std::random_device()();
    for (const auto& set : arguments.sampling)
        set(options);
    options.stop = arguments.stop;
    Arguments on_processor = arguments;
    on_processor.engine.device = DeviceChoice::cpu;
    return answerOnConsole(std::move(engine), std::move(prompt), options,
                           {program, arguments.json, load_time.count()}, interrupt,
                           [&] { return openModel(inference, on_processor, interrupt); });
}

ExitCode bench(const Arguments& arguments) {
    const Interrupt interrupt;
    BenchmarkOptions options;
    options.engine = arguments.engine;
    options.stops = arguments.stops;
    const auto say = [](const std::string& what) { complain(program, what); };
    const Inference& inference = openLibrary();
    const BenchmarkReport report = orModelError(
        [&] { return runBenchmark(inference, arguments.model, options, say, interrupt.token()); });
    return printOutput(arguments.json ? report.toJson() : report.toText(), program);
}

ExitCode run(const std::string& command, const Arguments& arguments) {
    if (command == "info") {
        if (arguments.words.size() != 1) throw UsageError("info needs one folder");
        const Inference& inference = openLibrary();
        const ModelFacts facts = orModelError([&] { return inference.inspect(arguments.words[0]); });
        return printModel(facts, inference.packedFiles(facts.folder, arguments.engine.packed_folder), program,
                          arguments.json);
    }
    if (arguments.model.empty()) throw UsageError(command + " needs --model DIR");
    return command == "ask" ? ask(arguments) : bench(arguments);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string command = argc > 1 ? argv[1] : "";
    try {
        if (command == "--help" || command == "-h") return printOutput(usage, program);
        if (command == "--version") {
            const Inference& inference = openLibrary();
            return printOutput(program + ' ' + SIGHTLINE_VERSION + "\nlibtorch " + inference.torchVersion() +
                                   '\n' + inference.libraries() + '\n',
                               program);
        }
        if (command != "ask" && command != "bench" && command != "info")
            throw UsageError("ask, bench or info?");
        return run(command, parse(argc - 1, argv + 1));
    } catch (const UsageError& error) {
        if (*error.what() != '\0') complain(program, error.what());
        complain(program, "try --help");
        return exit_usage;
    } catch (const ModelError& error) {
        complain(program, error.what());
        return exit_bad_model;
    } catch (const Error& error) {
        complain(program, error.what());
        return exitCodeOf(error.kind());
    } catch (const std::exception& error) {
        complain(program, std::string("Internal error: ") + error.what());
        return exit_failure;
    }
}
