#include "app/cli/cli_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <limits>
#include <random>
#include <sstream>

#include "inference/console.h"

namespace sightline {

namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a picture or the question cannot be used, 4 the model "
    "cannot be "
    "loaded, 130 stopped by Ctrl-C, 141 nobody reads the output.";

// CLI::Range lets "nan" pass.
CLI::Validator between(double low, double high) {
    std::ostringstream range;
    range << "between " << low << " and " << high;
    const auto check = [low, high, text = range.str()](std::string& word) {
        double value = std::numeric_limits<double>::quiet_NaN();
        if (!CLI::detail::lexical_cast(word, value)) return "'" + word + "' is not a number";
        return value >= low && value <= high ? std::string() : word + " is not " + text;
    };
    return CLI::Validator(check, range.str());
}

// CLI11 itself reads -5 and numbers of 30 digits as huge ones.
CLI::Validator wholeNumber() {
    const auto check = [](std::string& word) {
        std::uint64_t value = 0;
        const char* end = word.data() + word.size();
        const auto [stopped_at, problem] = std::from_chars(word.data(), end, value);
        const bool valid = problem == std::errc() && stopped_at == end;
        return valid ? std::string() : "'" + word + "' is not a whole number from 0 to 2^64 - 1";
    };
    return CLI::Validator(check, "");
}

void addModelOptions(CLI::App& app, CommandLine& line) {
    app.add_option("--model", line.model, "Folder of a Qwen3-VL model (default: the demo model)")
        ->type_name("DIR");
    std::map<std::string, Precision> precisions;
    for (const PrecisionName& names : precision_names)
        precisions.emplace(names.word, names.precision);
    app.add_option("--precision", line.engine.precision,
                   "Numbers of the weights; int8 and int4 are packed once for this computer (default: auto)")
        ->transform(CLI::CheckedTransformer(precisions))
        ->type_name("")
        ->option_text(precisionWords());
    app.add_option("--device", line.engine.device, "Where it computes (default: auto)")
        ->transform(CLI::CheckedTransformer(std::map<std::string, DeviceChoice>{
            {"auto", DeviceChoice::automatic}, {"cpu", DeviceChoice::cpu}, {"cuda", DeviceChoice::cuda}}))
        ->option_text("auto|cpu|cuda");
    app.add_option("--threads", line.engine.threads, "Compute threads (default: one a physical core)")
        ->check(between(1, 1024))
        ->option_text("N");
    app.add_option("--context", line.engine.context_length,
                   "Tokens of prompt and reply together (default: the model's own, at most 32768)")
        ->check(between(16, 1 << 20))
        ->option_text("N");
    app.add_flag("--json", line.json, "One JSON object instead of text");
}

void addSampling(CLI::App& app, SamplingArguments& sampling) {
    const std::string group = "Sampling (default: the model's own)";
    const auto add = [&](const char* name, auto& value, const char* text, double low, double high) {
        app.add_option(name, value, text)->check(between(low, high))->option_text("N")->group(group);
    };
    add("--temperature", sampling.temperature, "0 = always the most likely token", 0, 100);
    add("--top-p", sampling.top_p, "Keep the most likely tokens up to this sum; 1 = off", 0, 1);
    add("--top-k", sampling.top_k, "Keep this many tokens; 0 = off", 0, std::numeric_limits<int>::max());
    add("--min-p", sampling.min_p, "Drop tokens less likely than this part of the best; 0 = off", 0, 1);
    add("--presence-penalty", sampling.presence_penalty, "Against tokens the reply has, -2 to 2", -2, 2);
    add("--frequency-penalty", sampling.frequency_penalty, "The same for every occurrence, -2 to 2", -2, 2);
    add("--repetition-penalty", sampling.repetition_penalty, "Over prompt and reply; 1 = off", 0.01, 100);
    app.add_option("--seed", sampling.seed,
                   "The same seed gives the same reply (default: a new one each time)")
        ->check(wholeNumber())
        ->option_text("N")
        ->group(group);
    add("--max-tokens", sampling.max_tokens, "Length of the reply", 1, std::numeric_limits<int>::max());
    app.add_option("--stop", sampling.stop, "The reply ends before this text; may be given several times")
        ->allow_extra_args(false)
        ->option_text("TEXT")
        ->group(group);
}

void addPictures(CLI::App& app, CommandLine& line) {
    app.add_option("-i,--image", line.images, "A picture; may be given several times; - is standard input")
        ->allow_extra_args(false)
        ->option_text("FILE");
    auto* detail =
        app.add_option(
               "--detail", line.detail,
               "Pixels that the model sees: low = 0.26 million, high = the model's own limit, exact = as "
               "they "
               "are, assist = few, with the text that the reader finds, auto = as many as this computer "
               "looks "
               "at in 5 seconds, or assist if text would be lost (2.1 million until the window has measured "
               "it; default: auto)")
            ->transform(CLI::CheckedTransformer(std::map<std::string, Detail>{{"low", Detail::low},
                                                                              {"auto", Detail::automatic},
                                                                              {"high", Detail::high},
                                                                              {"exact", Detail::exact},
                                                                              {"assist", Detail::assist}}))
            ->option_text("low|auto|high|exact|assist");
    app.add_option("--max-pixels", line.max_pixels, "At most this many pixels of each picture")
        ->check(between(1, 1e9))
        ->option_text("N")
        ->excludes(detail);
}

// "1920x1080"; false if it is something else.
bool parseSize(const std::string& word, BenchmarkOptions::Size& size) {
    std::istringstream text(word);
    char x = 0;
    if (!(text >> size.width >> x >> size.height) || x != 'x' || text.get() != EOF) return false;
    const auto isSide = [](int side) { return side >= 1 && side <= 32768; };
    return isSide(size.width) && isSide(size.height);
}

void addBenchmark(CLI::App& app, BenchmarkOptions& options) {
    const auto readSizes = [&options](const CLI::results_t& words) {
        options.pictures.assign(words.size(), {});
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (!parseSize(words[i], options.pictures[i])) return false;
        }
        return true;
    };
    app.add_option("--pictures", readSizes, "Sizes of the pictures that are encoded")
        ->delimiter(',')
        ->type_size(1)
        ->expected(1, 16)
        ->option_text("WxH,WxH...");
    app.add_option("--prompt-tokens", options.prompt_tokens, "Lengths at which prefill is measured")
        ->delimiter(',')
        ->check(between(1, 1 << 20))
        ->option_text("N,N...");
    app.add_option("--contexts", options.contexts, "Lengths of the prompts behind which decode is measured")
        ->delimiter(',')
        ->check(between(1, 1 << 20))
        ->option_text("N,N...");
    app.add_option("--decode-tokens", options.decode_tokens, "Tokens that are decoded each time")
        ->check(between(2, 100000))
        ->option_text("N");
    app.add_option("--stops", options.stops,
                   "Random moments at which Stop is measured in each phase; 0 = none")
        ->check(between(0, 100000))
        ->option_text("N");
}

CLI::App* addCapture(CLI::App& app, CaptureOrder& order) {
    CLI::App* capture = app.add_subcommand(
        "capture", "Take a region of the screen, by the running program; for the desktop's own shortcuts");
    auto* ask = capture->add_flag_function(
        "--ask", [](std::int64_t) {}, "Open the ask panel beside it (as without an option)");
    capture->add_flag("--read", order.read, "Put its text onto the clipboard, and print it")->excludes(ask);
    const auto readRegion = [&order](const CLI::results_t& words) {
        order.region = regionFrom(words.front());
        return order.region.has_value();
    };
    capture
        ->add_option("--region", readRegion, "This region, in pixels of the screens, instead of choosing one")
        ->type_size(1)
        ->expected(1)
        ->option_text("X,Y,W,H");
    capture->footer(
        "Exit codes: 0 the panel is open, or the text is on the clipboard; 1 failed; 2 wrong usage; 5 "
        "nothing "
        "was chosen; 6 there is no text in the region; 130 stopped by Ctrl-C.");
    return capture;
}

}  // namespace

CommandLine parseCommandLine(int argc, const char* const* argv) {
    CommandLine line;
    CLI::App app{
        "Sightline answers questions about pictures, on this computer and nowhere else.\n"
        "Without a command it opens its window: sightline [PICTURE]... [QUESTION]"};
    app.name("sightline");
    app.footer(exit_codes);
    app.require_subcommand(0, 1);
    bool version = false;
    app.add_flag("-V,--version", version, "Print the version of the program and of its libraries");

    std::vector<std::string> words;
    CLI::App* ask = app.add_subcommand("ask", "Answer a question, the text streams to standard output");
    addPictures(*ask, line);
    addModelOptions(*ask, line);
    ask->add_option("--system", line.system_text, "What the model is told before the question")
        ->option_text("TEXT");
    addSampling(*ask, line.sampling);
    ask->add_flag("!--no-cache", line.keep_on_disk,
                  "Neither use nor keep on the disk what was computed for a picture or a long text");
    ask->add_option("question", words, "The question")->required()->option_text("QUESTION");
    ask->footer(exit_codes);

    CLI::App* models = app.add_subcommand("models", "List the models that come with the program");
    models->add_flag("--json", line.json, "One JSON object instead of text");
    models->require_subcommand(0, 1);
    CLI::App* info = models->add_subcommand("info", "What a model folder says about itself");
    info->add_option("folder", line.model, "The folder")->required()->option_text("DIR");
    info->add_flag("--json", line.json, "One JSON object instead of text");

    CLI::App* bench = app.add_subcommand("bench", "Measure speed and memory of a model on this machine");
    addModelOptions(*bench, line);
    addBenchmark(*bench, line.benchmark);
    const CLI::App* ocr = addOcrCommand(app, line.ocr);
    const CLI::App* capture = addCapture(app, line.capture);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream output;
        std::ostringstream complaint;
        const int code = app.exit(error, output, complaint);
        line.output = output.str();
        line.complaint = complaint.str();
        line.exit_code = code == 0 ? exit_ok : exit_usage;
        return line;
    }
    for (const std::string& word : words)
        line.question += (line.question.empty() ? "" : " ") + word;
    line.benchmark.engine = line.engine;
    using Command = CommandLine::Command;
    if (*ask) line.command = Command::ask;
    if (*models) line.command = *info ? Command::models_info : Command::models;
    if (*bench) line.command = Command::bench;
    if (*ocr) line.command = Command::ocr;
    if (*capture) line.command = Command::capture;
    if (version) line.command = Command::version;
    if (line.command == Command::done) {
        line.complaint = app.help();
        line.exit_code = exit_usage;
    }
    return line;
}

GenerationOptions optionsFor(const GenerationOptions& defaults, const SamplingArguments& arguments) {
    GenerationOptions options = defaults;
    options.temperature = arguments.temperature.value_or(options.temperature);
    options.top_p = arguments.top_p.value_or(options.top_p);
    options.top_k = arguments.top_k.value_or(options.top_k);
    options.min_p = arguments.min_p.value_or(options.min_p);
    options.presence_penalty = arguments.presence_penalty.value_or(options.presence_penalty);
    options.frequency_penalty = arguments.frequency_penalty.value_or(options.frequency_penalty);
    options.repetition_penalty = arguments.repetition_penalty.value_or(options.repetition_penalty);
    options.max_tokens = arguments.max_tokens.value_or(options.max_tokens);
    options.stop = arguments.stop;
    options.seed = arguments.seed ? *arguments.seed : std::random_device()();
    return options;
}

}  // namespace sightline
