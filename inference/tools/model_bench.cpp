// model_bench --model DIR [options]
//
// Measures one loaded model, a piece at a time: every line of standard input is an order in JSON, and is
// answered by a line before the next is read. So a program that drives several engines can let them take
// turns (tests/bench/bench.py). The first line of the output says that the model is open, and how long that
// took.
#include <getopt.h>

#include <array>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "inference/bench/benchmark_run.h"
#include "inference/bench/machine_speed.h"
#include "inference/library.h"
#include "inference/tools/arguments.h"

using namespace sightline;
using tools::positive;
using tools::UsageError;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr const char* usage =
    R"(usage: model_bench --model DIR [options]

  --model DIR          folder of a Qwen3-VL model
  --precision P        as of sightline ask
  --device D           cpu (as it is without this) or cuda
  --threads N          compute threads
  --context N          tokens of prompt and reply together
  --packed DIR         where packed weights are kept; without it every start packs
  --cache DIR          where pictures and prompts that were computed are kept; without it nowhere

Orders, one JSON object a line; what is in brackets may be left out:
  {"do": "machine"}                                  the limits of the machine, or of the GPU that computes
  {"do": "prompt", "tokens": N, ["seed": S]}         the text and the ids of a prompt of about N tokens
  {"do": "prefill", "tokens": N, ["seed": S]}        such a prompt to its first token; a seed of its own is never cached
  {"do": "decode", "context": N, "tokens": T, ["sequences": B]}   T tokens for each of B prompts of N tokens, in batches
  {"do": "picture", "width": W, "height": H, "file": NAME, ["seed": S]}   the picture (RGB bytes) and the questions of:
  {"do": "encode", "width": W, "height": H, ["pictures": N], ["seed": S]}   N new pictures of a question to their features
  {"do": "turns", "width": W, "height": H, ["seed": S]}   a new picture to the first token, then a second question
  {"do": "second_turn", "width": W, "height": H, "reply": TEXT, ["seed": S]}   the second question at once
  {"do": "memory"}                                   of this process
)";

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// "VmRSS" or "VmHWM" of /proc/self/status in bytes.
std::uint64_t residentBytes(const std::string& name) {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        std::uint64_t kibibytes = 0;
        if (word == name + ":" && status >> kibibytes) return kibibytes << 10;
    }
    return 0;
}

// Prompts of one length that have got their first token: from there decoding is measured again and again.
struct Prepared {
    std::vector<SequenceId> sequences;
    int context = 0;  // tokens of the first prompt
};

class Bench {
  public:
    explicit Bench(Engine& engine) : engine_(engine) {}

    Json answer(const Json& order) {
        const auto what = order.at("do").get<std::string>();
        if (what == "machine") return machine();
        if (what == "prompt") return prompt(order);
        if (what == "prefill") return prefill(order);
        if (what == "decode") return decode(order);
        if (what == "picture") return picture(order);
        if (what == "encode") return encode(order);
        if (what == "turns") return turns(order);
        if (what == "second_turn") return secondTurn(order);
        if (what == "memory") return memory();
        throw UsageError("'" + what + "' is no order");
    }

  private:
    static std::uint64_t seedOf(const Json& order) { return order.value("seed", std::uint64_t{20}); }

    Json machine() const {
        if (engine_.options().device == DeviceChoice::cuda) {
            const double speed = engine_.gpuCopySpeed() / 1e9;
            return {{"gigabytes_per_second", speed},
                    {"best_gigabytes_per_second", speed},
                    {"float32_gigaflops", 0},
                    {"int8_gigaops", 0}};
        }
        const MachineSpeed speed = measureMachine(std::max(1, engine_.options().threads), {});
        return {{"gigabytes_per_second", speed.median_read_gigabytes_per_second},
                {"best_gigabytes_per_second", speed.read_gigabytes_per_second},
                {"float32_gigaflops", speed.float32_gigaflops},
                {"int8_gigaops", speed.int8_gigaops}};
    }

    Json prompt(const Json& order) {
        BenchmarkInputs inputs(engine_, seedOf(order));
        const Prompt made = inputs.textPrompt(order.at("tokens").get<int>());
        const OpenSequence sequence(engine_, made, benchmarkGeneration(1));
        return {{"text", std::get<TextPart>(made.messages.front().parts.front()).text},
                {"ids", engine_.promptTokens(sequence.id())}};
    }

    Json prefill(const Json& order) {
        BenchmarkInputs inputs(engine_, seedOf(order));
        OpenSequence sequence(engine_, inputs.textPrompt(order.at("tokens").get<int>()),
                              benchmarkGeneration(1));
        const double seconds = sequence.stepToFirstToken({});
        const SequenceStatistics statistics = sequence.statistics();
        return {{"tokens", statistics.prompt_tokens - statistics.reused_tokens}, {"seconds", seconds}};
    }

    Prepared& prepare(int context, int sequences, int tokens) {
        Prepared& prepared = prepared_[{context, sequences}];
        for (int i = static_cast<int>(prepared.sequences.size()); i < sequences; ++i) {
            // Texts of their own: sequences that share pages of the cache would be read faster.
            BenchmarkInputs inputs(engine_, 20 + static_cast<std::uint64_t>(i));
            const SequenceId id = engine_.open(inputs.textPrompt(context), benchmarkGeneration(tokens + 1));
            prepared.sequences.push_back(id);
            const std::array request{StepRequest{id, {}}};
            while (!engine_.step(request, {}).at(0).token) {
            }
            if (i == 0) prepared.context = engine_.statistics(id).prompt_tokens;
        }
        return prepared;
    }

    Json decode(const Json& order) {
        const int tokens = order.at("tokens").get<int>();
        const int count = order.value("sequences", 1);
        if (tokens < 1 || count < 1) throw UsageError("tokens and sequences are at least 1");
        const Prepared& prepared = prepare(order.at("context").get<int>(), count, tokens);
        std::vector<StepRequest> requests;
        for (const SequenceId id : prepared.sequences)
            requests.push_back({id, {}});
        const auto start = Clock::now();
        for (int i = 0; i < tokens; ++i)
            engine_.step(requests, {});
        const double seconds = secondsSince(start);
        for (const SequenceId id : prepared.sequences) {
            if (engine_.statistics(id).reply_tokens != tokens + 1)
                throw Error(ErrorKind::internal, "a sequence did not get a token in every step");
            engine_.trim(id, tokens);
        }
        return {{"context", prepared.context}, {"tokens", tokens * count}, {"seconds", seconds}};
    }

    struct Conversation {
        Prompt prompt;  // the first question
        std::string follow_up;
        std::shared_ptr<const Picture> picture;
        std::string question;
    };

    Conversation conversation(const Json& order) {
        BenchmarkInputs inputs(engine_, seedOf(order));
        const auto picture = inputs.picture({order.at("width").get<int>(), order.at("height").get<int>()});
        const std::string question = inputs.text(32);
        return {inputs.picturePrompt(picture, question), inputs.text(32), picture, question};
    }

    Json picture(const Json& order) {
        const Conversation asked = conversation(order);
        const auto file = order.at("file").get<std::string>();
        std::ofstream stream(file, std::ios::binary);
        stream.write(reinterpret_cast<const char*>(asked.picture->rgb.data()),
                     static_cast<std::streamsize>(asked.picture->rgb.size()));
        if (!stream.flush()) throw Error(ErrorKind::invalid_input, file + " cannot be written");
        return {{"question", asked.question}, {"follow_up", asked.follow_up}};
    }

    Json encode(const Json& order) {
        const int pictures = order.value("pictures", 1);
        if (pictures < 1) throw UsageError("pictures is at least 1");
        BenchmarkInputs inputs(engine_, seedOf(order));
        std::vector<Part> parts;
        for (int i = 0; i < pictures; ++i)
            parts.emplace_back(
                ImagePart{inputs.picture({order.at("width").get<int>(), order.at("height").get<int>()}), {}});
        Prompt prompt;
        prompt.messages.push_back({Role::user, std::move(parts), {}});
        OpenSequence sequence(engine_, prompt, benchmarkGeneration(1));
        while (sequence.step({}).phase == Phase::encode) {
        }
        const SequenceStatistics statistics = sequence.statistics();
        if (statistics.pictures_from_cache != 0)
            throw Error(ErrorKind::internal, "this picture was encoded before");
        return {{"seconds", statistics.encode_seconds}, {"picture_tokens", statistics.picture_tokens}};
    }

    Json second(const Conversation& asked, const std::string& reply) {
        Prompt prompt = asked.prompt;
        prompt.messages.push_back({Role::assistant, {TextPart{reply}}, {}});
        prompt.messages.push_back({Role::user, {TextPart{asked.follow_up}}, {}});
        OpenSequence sequence(engine_, prompt, benchmarkGeneration(1));
        const double seconds = sequence.stepToFirstToken({});
        const SequenceStatistics statistics = sequence.statistics();
        return {{"seconds", seconds},
                {"prompt_tokens", statistics.prompt_tokens},
                {"reused_tokens", statistics.reused_tokens},
                {"pictures_from_cache", statistics.pictures_from_cache}};
    }

    Json turns(const Json& order) {
        const Conversation asked = conversation(order);
        std::string reply;
        Json first;
        {
            const auto start = Clock::now();
            OpenSequence sequence(engine_, asked.prompt, benchmarkGeneration(16));
            for (bool finished = false; !finished;) {
                const StepResult result = sequence.step({});
                if (result.token && first.is_null()) first["seconds"] = secondsSince(start);
                reply += result.text;
                finished = result.stop.has_value();
            }
            const SequenceStatistics statistics = sequence.statistics();
            first["prompt_tokens"] = statistics.prompt_tokens;
            first["picture_tokens"] = statistics.picture_tokens;
            first["encode_seconds"] = statistics.encode_seconds;
        }
        return {{"first", first}, {"reply", reply}, {"second", second(asked, reply)}};
    }

    Json secondTurn(const Json& order) {
        return {{"second", second(conversation(order), order.at("reply").get<std::string>())}};
    }

    Json memory() const {
        const MemoryUse use = engine_.memory();
        return {{"peak_resident_bytes", residentBytes("VmHWM")},
                {"resident_bytes", residentBytes("VmRSS")},
                {"weights_bytes", use.weights_bytes},
                {"kv_cache_bytes", use.kv_cache_bytes}};
    }

    Engine& engine_;
    std::map<std::pair<int, int>, Prepared> prepared_;  // by context and number of sequences
};

struct Arguments {
    std::filesystem::path model;
    EngineOptions engine;
};

Arguments parse(int argc, char** argv) {
    const option options[] = {
        {"model", required_argument, nullptr, 'm'},   {"precision", required_argument, nullptr, 'p'},
        {"device", required_argument, nullptr, 'g'},  {"threads", required_argument, nullptr, 't'},
        {"context", required_argument, nullptr, 'c'}, {"packed", required_argument, nullptr, 'k'},
        {"cache", required_argument, nullptr, 'd'},   {nullptr, 0, nullptr, 0}};
    Arguments arguments;
    arguments.engine.device = DeviceChoice::cpu;
    for (int c; (c = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        const std::string value = optarg ? optarg : "";
        if (c == 'm') arguments.model = value;
        if (c == 'p') {
            const auto precision = precisionFromWord(value);
            if (!precision) throw UsageError("--precision is one of " + precisionWords(", "));
            arguments.engine.precision = *precision;
        }
        if (c == 'g') {
            if (value != "cpu" && value != "cuda") throw UsageError("--device is cpu or cuda");
            arguments.engine.device = value == "cuda" ? DeviceChoice::cuda : DeviceChoice::cpu;
        }
        if (c == 'k') arguments.engine.packed_folder = value;
        if (c == 'd') arguments.engine.cache_folder = value;
        if (c == 't') arguments.engine.threads = positive(value);
        if (c == 'c') arguments.engine.context_length = positive(value);
        if (c == '?') throw UsageError("");  // getopt has said what is wrong
    }
    if (optind != argc || arguments.model.empty())
        throw UsageError("--model DIR is needed, and nothing else");
    return arguments;
}

void print(const Json& json) {
    std::cout << json.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

int run(const Arguments& arguments) {
    const auto start = Clock::now();
    const Inference& inference = loadInference();
    const double library_seconds = secondsSince(start);
    const auto engine = inference.openEngine(arguments.model, arguments.engine, {}, {});
    print({{"open_seconds", secondsSince(start) - library_seconds},
           {"library_seconds", library_seconds},
           {"precision", wordOf(engine->options().precision)},
           {"threads", engine->options().threads},
           {"device", engine->deviceName()},
           {"parameters", engine->facts().parameters},
           {"torch", inference.torchVersion()}});
    Bench bench(*engine);
    for (std::string line; std::getline(std::cin, line);) {
        try {
            print(bench.answer(Json::parse(line)));
        } catch (const std::exception& error) {  // the one who asked decides whether to go on
            print({{"error", error.what()}});
        }
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(parse(argc, argv));
    } catch (const UsageError& error) {
        if (*error.what()) std::cerr << "model_bench: " << error.what() << '\n';
        std::cerr << usage;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "model_bench: " << error.what() << '\n';
        return 1;
    }
}
