// reader_bench --reader DIR MANIFEST|- [options]
//
// Reads pictures with the text reader and prints a JSON line for each, then one about the whole process.
// MANIFEST has a JSON line a picture ("id", "file" relative to it, "kind", "question"); with - the lines come
// from standard input, and each is answered before the next is read. tests/ocr/bench_ocr.py drives it.
#include <getopt.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "inference/console.h"
#include "inference/library.h"
#include "inference/reader.h"

using namespace sightline;
using Json = nlohmann::json;

namespace {

const std::string program = "reader_bench";

constexpr const char* usage =
    R"(usage: reader_bench --reader DIR MANIFEST|- [options]

  --reader DIR         folder with text_detector.safetensors, text_recognizer.safetensors, alphabet.txt
  --threads N          compute threads
  --precision P        automatic, float32 or bfloat16
  --kinds A,B          only pictures of these kinds
  --every N            only each Nth picture of these
  --limit N            at most N pictures of these
  --as-it-is           the picture is neither turned nor straightened nor evened
  --raw                nothing that was read is repaired
  --cold               the first picture is not read once before it counts
  --pages N            read the pictures round and round until N are read, and print the memory in use after
                       every hundredth instead of the texts

A picture's line: {"id", "text", "seconds", "cpu", "width", "height"}, and "bbox" (0 to 1000) if it has a
question. Seconds count from the decoded picture to its text; lines in a row about one picture share its
reading. The last line: {"summary": {...}}.
)";

struct Arguments {
    std::filesystem::path reader;
    std::string manifest;
    ReaderOptions reader_options;
    ReadOptions read_options;
    std::set<std::string> kinds;
    int every = 1;
    int limit = 0;  // 0 = all
    bool cold = false;
    int pages = 0;  // 0 = each picture once
};

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

int positive(const std::string& word) {
    std::istringstream stream(word);
    int value = 0;
    if (!(stream >> value) || !stream.eof() || value < 1) throw UsageError("'" + word + "' is no count");
    return value;
}

ReaderPrecision precisionOf(const std::string& word) {
    if (word == "automatic") return ReaderPrecision::automatic;
    if (word == "float32") return ReaderPrecision::float32;
    if (word == "bfloat16") return ReaderPrecision::bfloat16;
    throw UsageError("--precision is automatic, float32 or bfloat16");
}

std::string nameOf(ReaderPrecision precision) {
    if (precision == ReaderPrecision::automatic) return "automatic";
    return precision == ReaderPrecision::float32 ? "float32" : "bfloat16";
}

std::set<std::string> wordsOf(const std::string& list) {
    std::set<std::string> words;
    std::istringstream stream(list);
    for (std::string word; std::getline(stream, word, ',');)
        words.insert(word);
    return words;
}

Arguments parse(int argc, char** argv) {
    const option options[] = {{"reader", required_argument, nullptr, 'r'},
                              {"threads", required_argument, nullptr, 't'},
                              {"precision", required_argument, nullptr, 'p'},
                              {"kinds", required_argument, nullptr, 'k'},
                              {"every", required_argument, nullptr, 'e'},
                              {"limit", required_argument, nullptr, 'l'},
                              {"as-it-is", no_argument, nullptr, 'a'},
                              {"raw", no_argument, nullptr, 'w'},
                              {"cold", no_argument, nullptr, 'c'},
                              {"pages", required_argument, nullptr, 'n'},
                              {nullptr, 0, nullptr, 0}};
    Arguments arguments;
    for (int c; (c = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        const std::string value = optarg ? optarg : "";
        if (c == 'r') arguments.reader = value;
        if (c == 't') arguments.reader_options.threads = positive(value);
        if (c == 'p') arguments.reader_options.precision = precisionOf(value);
        if (c == 'k') arguments.kinds = wordsOf(value);
        if (c == 'e') arguments.every = positive(value);
        if (c == 'l') arguments.limit = positive(value);
        if (c == 'a') arguments.read_options.cleanup = {false, false, false, false};
        if (c == 'w') arguments.read_options.repair = false;
        if (c == 'c') arguments.cold = true;
        if (c == 'n') arguments.pages = positive(value);
        if (c == '?') throw UsageError("");  // getopt has said what is wrong
    }
    if (optind + 1 != argc) throw UsageError("one manifest is needed");
    if (arguments.reader.empty()) throw UsageError("--reader DIR is needed");
    arguments.manifest = argv[optind];
    return arguments;
}

// "VmRSS" or "VmHWM" of /proc/self/status, MB.
double memory(const std::string& name) {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        double kibibytes = 0;
        if (word == name + ":" && status >> kibibytes) return kibibytes * 1024 / 1e6;
    }
    return 0;
}

double processorSeconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Row {
    Json values;
    std::filesystem::path file;
};

Row rowOf(const std::string& line, const std::filesystem::path& folder) {
    try {
        Row row{Json::parse(line), {}};
        row.file = folder / row.values.at("file").get<std::string>();
        return row;
    } catch (const Json::exception& error) {
        throw Error(ErrorKind::invalid_input,
                    std::string("a line of the manifest is wrong: ") + error.what());
    }
}

// Left, top, right, bottom in thousandths of the picture's sides, as grounding data sets have them.
std::array<int, 4> thousandths(const Box& box, const Picture& picture) {
    const auto part = [](double value, int side) {
        return std::clamp(static_cast<int>(std::lround(1000 * value / side)), 0, 1000);
    };
    return {part(box.left, picture.width), part(box.top, picture.height), part(box.right, picture.width),
            part(box.bottom, picture.height)};
}

class Benchmark {
  public:
    explicit Benchmark(const Arguments& arguments)
        : arguments_(arguments), inference_(loadInference()), warm_(arguments.cold) {
        const auto start = std::chrono::steady_clock::now();
        reader_ = inference_.openReader(arguments.reader, arguments.reader_options);
        load_seconds_ = secondsSince(start);
    }

    int run() {
        if (arguments_.manifest == "-") {
            for (std::string line; std::getline(std::cin, line);)
                answer(rowOf(line, {}));
        } else if (arguments_.pages > 0) {
            readRoundAndRound(chosenRows());
        } else {
            for (const Row& row : chosenRows())
                answer(row);
        }
        print({{"summary",
                {{"pictures", pictures_},
                 {"failed", failed_},
                 {"peak_rss_mb", memory("VmHWM")},
                 {"rss_mb", memory("VmRSS")},
                 {"precision", nameOf(reader_->options().precision)},
                 {"threads", reader_->options().threads},
                 {"load_seconds", load_seconds_}}}});
        return failed_ > 0 ? exit_failure : exit_ok;
    }

  private:
    std::vector<Row> chosenRows() const {
        std::ifstream stream(arguments_.manifest);
        if (!stream) throw Error(ErrorKind::invalid_input, arguments_.manifest + " cannot be read");
        const auto folder = std::filesystem::path(arguments_.manifest).parent_path();
        std::vector<Row> rows;
        int number = 0;
        for (std::string line; std::getline(stream, line);) {
            Row row = rowOf(line, folder);
            const std::string kind = row.values.value("kind", "");
            if (!arguments_.kinds.empty() && arguments_.kinds.count(kind) == 0) continue;
            if (number++ % arguments_.every != 0) continue;
            if (arguments_.limit > 0 && rows.size() == static_cast<std::size_t>(arguments_.limit)) break;
            rows.push_back(std::move(row));
        }
        if (rows.empty()) throw Error(ErrorKind::invalid_input, "no picture is chosen");
        return rows;
    }

    Picture pictureOf(const Row& row) const {
        std::ifstream stream(row.file, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
        if (!stream) throw Error(ErrorKind::invalid_input, row.file.string() + " cannot be read");
        return inference_.decodePicture({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    }

    void answer(const Row& row) {
        Json result = {{"id", row.values.value("id", row.file.string())}};
        ++pictures_;
        try {
            if (row.file != last_file_) readOnce(row);
            result.update(last_);
            if (row.values.contains("question")) {
                const auto box = reader_->point(picture_, page_, row.values["question"].get<std::string>());
                if (box) result["bbox"] = thousandths(*box, picture_);
            }
        } catch (const Error& error) {
            ++failed_;
            result["error"] = error.what();
        }
        print(result);
    }

    // Several questions about one picture, one after the other, need one reading.
    void readOnce(const Row& row) {
        last_file_.clear();
        picture_ = pictureOf(row);
        if (!std::exchange(warm_, true)) reader_->read(picture_, arguments_.read_options);
        const auto start = std::chrono::steady_clock::now();
        const double cpu = processorSeconds();
        page_ = reader_->read(picture_, arguments_.read_options);
        last_ = {{"text", toPlainText(page_)}};
        last_["seconds"] = secondsSince(start);
        last_["cpu"] = processorSeconds() - cpu;
        last_["width"] = picture_.width;
        last_["height"] = picture_.height;
        if (!page_.notes.empty()) last_["notes"] = page_.notes;
        last_file_ = row.file;
    }

    void readRoundAndRound(const std::vector<Row>& rows) {
        while (pictures_ < arguments_.pages) {
            reader_->read(pictureOf(rows[static_cast<std::size_t>(pictures_) % rows.size()]),
                          arguments_.read_options);
            if (++pictures_ % 100 == 0)
                print({{"pages", pictures_}, {"rss_mb", memory("VmRSS")}, {"cpu", processorSeconds()}});
        }
    }

    static void print(const Json& json) {
        std::cout << json.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    }

    const Arguments& arguments_;
    const Inference& inference_;
    std::unique_ptr<Reader> reader_;
    double load_seconds_ = 0;
    bool warm_ = false;
    std::filesystem::path last_file_;
    Picture picture_;  // of last_file_
    Page page_;
    Json last_;
    int pictures_ = 0;
    int failed_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    try {
        const Arguments arguments = parse(argc, argv);
        return Benchmark(arguments).run();
    } catch (const UsageError& error) {
        if (*error.what() != '\0') complain(program, error.what());
        std::cerr << usage;
        return exit_usage;
    } catch (const Error& error) {
        complain(program, error.what());
        return exitCodeOf(error.kind());
    } catch (const std::exception& error) {
        complain(program, std::string("Internal error: ") + error.what());
        return exit_failure;
    }
}
