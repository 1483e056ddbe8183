// Packed files of small models: what is in them, what is believed of them, and what is left when packing is
// interrupted. Processes that pack at once, are killed or may not write are this program, started again.
#include "inference/files/packed_weights.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>
#include <thread>

#include "inference/files/model_weights.h"
#include "inference/files/packed_folder.h"
#include "inference/kernels/half_float.h"
#include "tests/inference/failure.h"
#include "tests/test_paths.h"
#include "tests/tiny_model/tiny_model.h"

using namespace sightline;
using sightline::test::failureOf;
using sightline::test::TinyModelOptions;
using sightline::test::writeTinyModel;
using Placement = PackedOptions::Placement;
namespace fs = std::filesystem;

namespace {

std::string readFile(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// A new file: one that is mapped somewhere stays as it is.
void writeFile(const fs::path& path, const std::string& bytes) {
    fs::remove(path);
    std::ofstream(path, std::ios::binary) << bytes;
}

struct Opened {
    std::shared_ptr<const PackedWeights> weights;
    bool packed = false;  // and not just read
    bool waited = false;
};

Opened openPacked(const fs::path& model, PackedOptions options, std::stop_token stop = {},
                  const std::function<void(PackedStage, double)>& watch = {}) {
    const ModelConfig config = readModelConfig(model);
    const WeightFiles files = WeightFiles::open(model);
    checkWeights(config, files);
    Opened opened;
    const auto progress = [&](PackedStage stage, double fraction, double) {
        opened.packed |= stage == PackedStage::packing;
        opened.waited |= stage == PackedStage::waiting;
        if (watch) watch(stage, fraction);
    };
    opened.weights = PackedWeights::open(config, files, model, options, progress, std::move(stop));
    return opened;
}

PackedOptions optionsFor(const fs::path& cache, Precision precision = Precision::int4, int threads = 2) {
    PackedOptions options;
    options.cache_folder = cache;
    options.precision = precision;
    options.threads = threads;
    return options;
}

// Large enough to be met while it is packed.
TinyModelOptions mediumModel() {
    TinyModelOptions options;
    options.text_layers = 6;
    options.hidden_size = 512;
    options.intermediate_size = 2048;
    return options;
}

float valueAt(const TensorView& view, std::size_t index) {
    if (view.dtype == DType::f32) {
        float value = 0;
        std::memcpy(&value, view.bytes.data() + 4 * index, sizeof value);
        return value;
    }
    std::uint16_t word = 0;
    std::memcpy(&word, view.bytes.data() + 2 * index, sizeof word);
    return view.dtype == DType::f16 ? kernels::floatFromHalf(word)
                                    : std::bit_cast<float>(std::uint32_t{word} << 16);
}

// The matrices of a model, packed one by one; empty if all in `weights` are equal to them, else what differs.
std::string differenceFromSource(const fs::path& model, const PackedWeights& weights, Precision precision) {
    const WeightFiles files = WeightFiles::open(model);
    std::size_t bytes = 0;
    for (const auto& [name, shape] : expectedTensors(readModelConfig(model))) {
        const kernels::PackedMatrix* const matrix = weights.find(name);
        const auto format = formatFor(name, shape, precision);
        if ((matrix != nullptr) != format.has_value()) return name + " is packed, or is not";
        if (matrix == nullptr) continue;
        const TensorView& source = files.require(name, shape);
        const auto rows = static_cast<std::size_t>(shape.front());
        const auto columns = static_cast<std::size_t>(source.elements()) / rows;
        if (matrix->rows != rows || matrix->columns != columns || matrix->format != *format)
            return name + " has another shape or format";
        if (reinterpret_cast<std::uintptr_t>(matrix->data) % 64 != 0) return name + " is not aligned";
        std::vector<std::uint8_t> strip(matrix->stripBytes());
        std::vector<float> values(kernels::tile_rows * columns);
        for (std::size_t first = 0; first < rows; first += kernels::tile_rows) {
            const std::size_t count = std::min(kernels::tile_rows, rows - first);
            for (std::size_t i = 0; i < count * columns; ++i)
                values[i] = valueAt(source, first * columns + i);
            kernels::packStrip(*format, values.data(), count, columns, strip.data());
            if (std::memcmp(strip.data(), matrix->strip(first / kernels::tile_rows), strip.size()) != 0)
                return name + " differs in the strip of row " + std::to_string(first);
        }
        bytes += matrix->bytes();
    }
    return bytes == weights.bytes() ? std::string() : "bytes() is not their sum";
}

#define VERIFY_PACKED_FROM(model, weights, precision)                                         \
    do {                                                                                      \
        const std::string difference = differenceFromSource((model), (weights), (precision)); \
        QVERIFY2(difference.empty(), difference.c_str());                                     \
    } while (false)

// The single weight file of a model with all tensors in another type; the data starts at an odd address.
void convertWeights(const fs::path& model, DType dtype) {
    nlohmann::ordered_json header;
    std::string data;
    {
        const WeightFiles files = WeightFiles::open(model);
        for (const auto& [name, view] : files.tensors()) {
            const std::size_t begin = data.size();
            for (std::size_t i = 0; i < static_cast<std::size_t>(view.elements()); ++i) {
                const float value = valueAt(view, i);
                const std::uint16_t half = kernels::halfFromFloat(value);
                data.append(dtype == DType::f32 ? reinterpret_cast<const char*>(&value)
                                                : reinterpret_cast<const char*>(&half),
                            sizeOf(dtype));
            }
            header[name] = {
                {"dtype", nameOf(dtype)}, {"shape", view.shape}, {"data_offsets", {begin, data.size()}}};
        }
    }
    std::string text = header.dump();
    if (text.size() % 2 == 0) text += ' ';
    std::string size(8, '\0');
    for (std::size_t i = 0; i < size.size(); ++i)
        size[i] = static_cast<char>(text.size() >> (8 * i) & 0xff);
    writeFile(model / "model.safetensors", size + text + data);
}

// Writes into the file as it is, without a new time of change if `secretly`.
void writeInPlace(const fs::path& path, std::size_t offset, const std::string& bytes, bool secretly) {
    struct stat before {};
    QVERIFY(stat(path.c_str(), &before) == 0);
    const int file = open(path.c_str(), O_WRONLY);
    QVERIFY(pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset)) ==
            static_cast<ssize_t>(bytes.size()));
    const std::array<timespec, 2> times{before.st_atim, before.st_mtim};
    if (secretly) futimens(file, times.data());
    close(file);
}

void setAge(const fs::path& path, int days) {
    const timespec then{time(nullptr) - days * 24 * 3600, 0};
    const std::array<timespec, 2> times{then, then};
    utimensat(AT_FDCWD, path.c_str(), times.data(), 0);
}

std::vector<std::string> namesIn(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

// ---- This program as another process: --child MODE MODEL CACHE

constexpr int code_error = 10;
constexpr int code_packed = 0;
constexpr int code_read = 1;
constexpr int code_packed_unkept = 2;
constexpr int code_other_numbers = 3;
constexpr int code_no_tmpfs = 4;

int child(const std::string& mode, const fs::path& model, fs::path cache) {
    try {
        if (mode == "small files") {
            const rlimit limit{100'000, 100'000};
            setrlimit(RLIMIT_FSIZE, &limit);
        } else if (mode == "nobody" && geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) {
            return code_error;
        } else if (mode == "small disk") {
            if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
                mount("tmpfs", cache.c_str(), "tmpfs", 0, "size=128k") != 0)
                return code_no_tmpfs;
        }
        const Opened opened = openPacked(model, optionsFor(cache));
        if (!differenceFromSource(model, *opened.weights, Precision::int4).empty()) return code_other_numbers;
        if (!opened.weights->notice().empty()) {
            std::ofstream(model / "notice") << opened.weights->notice();
            std::fputs(opened.weights->notice().c_str(), stderr);
            return code_packed_unkept;
        }
        return opened.packed ? code_packed : code_read;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return code_error;
    }
}

pid_t startChild(const std::string& mode, const fs::path& model, const fs::path& cache) {
    const std::string self = QCoreApplication::applicationFilePath().toStdString();
    const pid_t process = fork();
    if (process == 0) {
        execl(self.c_str(), self.c_str(), "--child", mode.c_str(), model.c_str(), cache.c_str(), nullptr);
        _exit(code_error);
    }
    return process;
}

// The exit code, or -1 if it was killed.
int endOf(pid_t process) {
    int status = 0;
    waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

class PackedWeightsTest : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }
    fs::path model() const { return path("model"); }
    fs::path cache() const { return path("cache"); }
    fs::path packed(Precision precision = Precision::int4) const {
        return packedPath(cache(), model(), precision);
    }

  private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        writeTinyModel(model());
    }

    void everyMatrixHasItsFormat_data() {
        using kernels::WeightFormat;
        QTest::addColumn<int>("at_int8");
        QTest::addColumn<int>("at_int4");
        const int none = -1;
        const int int4 = static_cast<int>(WeightFormat::int4);
        const int int8 = static_cast<int>(WeightFormat::int8);
        const auto row = [](const char* name, int at_int8, int at_int4) {
            QTest::newRow(name) << at_int8 << at_int4;
        };
        row("model.visual.patch_embed.proj.weight", int8, int8);
        row("model.visual.pos_embed.weight", none, none);
        row("model.visual.blocks.0.attn.qkv.weight", int8, int8);
        row("model.visual.blocks.0.attn.qkv.bias", none, none);
        row("model.visual.blocks.0.norm1.weight", none, none);
        row("model.visual.merger.linear_fc1.weight", int8, int8);
        row("model.visual.deepstack_merger_list.1.linear_fc2.weight", int8, int8);
        row("model.language_model.embed_tokens.weight", int8, int4);
        row("model.language_model.layers.1.self_attn.q_proj.weight", int8, int4);
        row("model.language_model.layers.1.self_attn.q_norm.weight", none, none);
        row("model.language_model.layers.1.mlp.down_proj.weight", int8, int4);
        row("model.language_model.norm.weight", none, none);
        row("lm_head.weight", int8, int4);
    }

    void everyMatrixHasItsFormat() {
        QFETCH(int, at_int8);
        QFETCH(int, at_int4);
        TinyModelOptions options;
        options.tie_word_embeddings = false;
        writeTinyModel(model(), options);
        for (const auto& [name, shape] : expectedTensors(readModelConfig(model()))) {
            if (name != QTest::currentDataTag()) continue;
            const auto format8 = formatFor(name, shape, Precision::int8);
            const auto format4 = formatFor(name, shape, Precision::int4);
            QCOMPARE(format8 ? static_cast<int>(*format8) : -1, at_int8);
            QCOMPARE(format4 ? static_cast<int>(*format4) : -1, at_int4);
            return;
        }
        QFAIL("the model has no such tensor");
    }

    void holdsTheWeightsOfTheModel_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("precision");
        for (const char* const kind : {"tiny", "f32", "f16", "shards", "untied", "demo"})
            for (const Precision precision : {Precision::int8, Precision::int4})
                QTest::addRow("%s, %s", kind, nameOf(precision)) << kind << static_cast<int>(precision);
    }

    void holdsTheWeightsOfTheModel() {
        QFETCH(QString, kind);
        QFETCH(int, precision);
        const auto wanted = static_cast<Precision>(precision);
        TinyModelOptions options;
        if (kind == "shards") options.shards = 3;
        if (kind == "untied") options.tie_word_embeddings = false;
        fs::remove_all(model());
        writeTinyModel(model(), options);
        if (kind == "f32") convertWeights(model(), DType::f32);
        if (kind == "f16") convertWeights(model(), DType::f16);
        const fs::path folder =
            kind == "demo" ? fs::path(test_paths::source("resources/demo-model").toStdString()) : model();

        for (const Placement placement : {Placement::copied, Placement::mapped, Placement::automatic}) {
            PackedOptions packing = optionsFor(cache(), wanted, placement == Placement::mapped ? 1 : 3);
            packing.placement = placement;
            const Opened opened = openPacked(folder, packing);
            QCOMPARE(opened.packed, placement == Placement::copied);  // the first
            QCOMPARE(opened.weights->isMapped(), placement == Placement::mapped);
            QCOMPARE(opened.weights->notice(), std::string());
            VERIFY_PACKED_FROM(folder, *opened.weights, wanted);
        }
        const Opened unkept = openPacked(folder, optionsFor({}, wanted));
        QVERIFY(unkept.packed);
        VERIFY_PACKED_FROM(folder, *unkept.weights, wanted);
    }

    void isASafetensorsFile() {
        openPacked(model(), optionsFor(cache()));
        const WeightFiles file = WeightFiles::openFile(packed());
        const Opened opened = openPacked(model(), optionsFor(cache()));
        const TensorView& view = *file.find("model.language_model.layers.0.mlp.up_proj.weight");
        const kernels::PackedMatrix& matrix =
            *opened.weights->find("model.language_model.layers.0.mlp.up_proj.weight");
        QCOMPARE(view.bytes.size(), matrix.bytes());
        QCOMPARE(std::memcmp(view.bytes.data(), matrix.data, matrix.bytes()), 0);
    }

    void belongsToItsUserAlone() {
        const mode_t before = umask(0);
        openPacked(model(), optionsFor(cache()));
        umask(before);
        struct stat facts {};
        for (const fs::path& file : {packed(), cache() / "packing.lock"}) {
            QCOMPARE(stat(file.c_str(), &facts), 0);
            QCOMPARE(facts.st_mode & 0777, mode_t{0600});
        }
        QCOMPARE(stat(cache().c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 0777, mode_t{0700});
        QCOMPARE(namesIn(cache()).size(), std::size_t{2});
    }

    void saysWhichFilesThereAre() {
        QVERIFY(packedFilesOf(model(), cache()).empty());
        openPacked(model(), optionsFor(cache(), Precision::int8));
        const auto found = packedFilesOf(model() / "", cache());
        QCOMPARE(found.size(), std::size_t{1});
        QVERIFY(found[0].precision == Precision::int8);
        QCOMPARE(found[0].bytes, fs::file_size(packed(Precision::int8)));
    }

    // One bit, in every part of the file.
    void noticesDamageAnywhere() {
        openPacked(model(), optionsFor(cache()));
        const std::string whole = readFile(packed());
        std::vector<std::size_t> places{
            0, 7, 8, 100, 4095, whole.size() - 1, whole.size() - 8, whole.size() - 9};
        std::uint64_t header = 0;
        std::memcpy(&header, whole.data(), sizeof header);
        const std::size_t data = 8 + static_cast<std::size_t>(header);
        places.insert(places.end(), {data - 1, data, data + 1100});  // a scale of the first tile of int8
        std::mt19937 random(1);
        for (int i = 0; i < 150; ++i)
            places.push_back(random() % whole.size());
        for (const Placement placement : {Placement::copied, Placement::mapped}) {
            PackedOptions options = optionsFor(cache());
            options.placement = placement;
            for (const std::size_t place : places) {
                std::string damaged = whole;
                damaged[place] = static_cast<char>(damaged[place] ^ 1 << place % 8);
                writeFile(packed(), damaged);
                const Opened opened = openPacked(model(), options);
                QVERIFY2(opened.packed, qPrintable(QString("byte %1 of %2").arg(place).arg(whole.size())));
                QVERIFY(readFile(packed()) == whole);
                QVERIFY(!openPacked(model(), options).packed);
            }
        }
    }

    void packsAgainWhatIsNotAWholeFile_data() {
        QTest::addColumn<QString>("kind");
        for (const char* const kind :
             {"empty", "one byte", "head only", "half", "a byte short", "a byte longer", "zeros", "fifo",
              "link to nothing", "other version", "offsets of 2^63", "header of 2^63", "header of 2^64 - 1",
              "rows of 2^63", "names nested deeply"})
            QTest::newRow(kind) << kind;
    }

    void packsAgainWhatIsNotAWholeFile() {
        QFETCH(QString, kind);
        openPacked(model(), optionsFor(cache()));
        const std::string whole = readFile(packed());
        std::string other = whole;
        const auto replace = [&](const std::string& from, const std::string& to) {
            const std::size_t place = other.find(from);
            QVERIFY(place != std::string::npos);
            other.replace(place, from.size(), to);
        };
        if (kind == "empty") other.clear();
        if (kind == "one byte") other.resize(1);
        if (kind == "head only") other.resize(4096);
        if (kind == "half") other.resize(whole.size() / 2);
        if (kind == "a byte short") other.pop_back();
        if (kind == "a byte longer") other += '\0';
        if (kind == "zeros") other.assign(whole.size(), '\0');
        if (kind == "other version") replace("\"version\":\"1\"", "\"version\":\"0\"");
        if (kind == "offsets of 2^63")
            replace("\"data_offsets\":[0,", "\"data_offsets\":[9223372036854775808,");
        if (kind == "rows of 2^63") replace("\"shape\":[28,", "\"shape\":[9223372036854775808,");
        if (kind == "header of 2^63") other.replace(0, 8, std::string(7, '\0') + '\x80');
        if (kind == "header of 2^64 - 1") other.replace(0, 8, std::string(8, '\xFF'));
        if (kind == "names nested deeply") other.replace(8, 4000, std::string(4000, '['));
        writeFile(packed(), other);
        if (kind == "fifo") {
            fs::remove(packed());
            QCOMPARE(mkfifo(packed().c_str(), 0600), 0);
        }
        if (kind == "link to nothing") {
            fs::remove(packed());
            fs::create_symlink("nowhere", packed());
        }
        // It is also what the sweep of another model's start finds.
        setAge(packed(), 20);
        const Opened other_model = openPacked(test_paths::source("resources/demo-model").toStdString(),
                                              optionsFor(cache(), Precision::int8));
        QVERIFY(other_model.packed);
        QVERIFY(openPacked(model(), optionsFor(cache())).packed);
        QVERIFY(readFile(packed()) == whole);
        QVERIFY(!openPacked(model(), optionsFor(cache())).packed);
    }

    void aFolderInItsPlaceIsNoReasonToFail() {
        fs::create_directories(packed() / "inside");
        const Opened opened = openPacked(model(), optionsFor(cache()));
        VERIFY_PACKED_FROM(model(), *opened.weights, Precision::int4);
        QVERIFY(opened.weights->notice().find("cannot be written") != std::string::npos);
        QCOMPARE(namesIn(cache()).size(), std::size_t{2});  // the folder and the lock
    }

    // The same folder, shapes, sizes and times.
    void noticesAnotherModelOfTheSameName() {
        openPacked(model(), optionsFor(cache()));
        const auto time = fs::last_write_time(model() / "model.safetensors");
        TinyModelOptions options;
        options.seed = 2;
        writeTinyModel(model(), options);
        fs::last_write_time(model() / "model.safetensors", time);
        const Opened opened = openPacked(model(), optionsFor(cache()));
        QVERIFY(opened.packed);
        VERIFY_PACKED_FROM(model(), *opened.weights, Precision::int4);
    }

    void noticesAChangedModel_data() {
        QTest::addColumn<bool>("secretly");
        QTest::newRow("one value, at its time") << false;
        QTest::newRow("the last value, with the old time") << true;
    }

    void noticesAChangedModel() {
        QFETCH(bool, secretly);
        openPacked(model(), optionsFor(cache()));
        const fs::path file = model() / "model.safetensors";
        QTest::qSleep(20);  // the clock of files goes in steps
        writeInPlace(file, fs::file_size(file) - (secretly ? 2 : 30'000), std::string("\x80\x3f", 2),
                     secretly);
        const Opened opened = openPacked(model(), optionsFor(cache()));
        QVERIFY(opened.packed);
        VERIFY_PACKED_FROM(model(), *opened.weights, Precision::int4);
    }

    void refusesWhatIsNoNumber() {
        const fs::path file = model() / "model.safetensors";
        std::size_t offset = 0;
        {
            const WeightFiles files = WeightFiles::open(model());
            const TensorView& view = *files.find("model.language_model.layers.1.mlp.up_proj.weight");
            offset = static_cast<std::size_t>(view.bytes.data() - files.files()[0]->bytes().data()) + 4000;
        }
        for (const std::string& value :
             {std::string("\x80\x7f", 2), std::string("\x80\xff", 2), std::string("\xc0\x7f", 2)}) {
            writeInPlace(file, offset, value, false);
            COMPARE_FAILURE(failureOf([&] { openPacked(model(), optionsFor(cache())); }),
                            ErrorKind::invalid_model, "model.safetensors",
                            "model.language_model.layers.1.mlp.up_proj.weight", "finite");
        }
        QCOMPARE(namesIn(cache()), std::vector<std::string>{"packing.lock"});
    }

    void noticesAModelThatIsCutOffMeanwhile() {
        writeTinyModel(model(), mediumModel());
        const fs::path file = model() / "model.safetensors";
        const auto cut = [&](PackedStage stage, double fraction) {
            if (stage == PackedStage::packing && fraction > 0.2) fs::resize_file(file, 100'000);
        };
        COMPARE_FAILURE(failureOf([&] { openPacked(model(), optionsFor(cache()), {}, cut); }),
                        ErrorKind::file_changed, "model.safetensors");
        QCOMPARE(namesIn(cache()), std::vector<std::string>{"packing.lock"});
    }

    void stopsWhilePacking() {
        writeTinyModel(model(), mediumModel());
        std::stop_source stop;
        double last = 0;
        const auto watch = [&](PackedStage, double fraction) {
            last = fraction;
            if (fraction > 0.3) stop.request_stop();
        };
        COMPARE_FAILURE(failureOf([&] { openPacked(model(), optionsFor(cache()), stop.get_token(), watch); }),
                        ErrorKind::cancelled, "stopped");
        QVERIFY(last < 0.9);
        QCOMPARE(namesIn(cache()), std::vector<std::string>{"packing.lock"});
        QVERIFY(openPacked(model(), optionsFor(cache())).packed);
    }

    void stopsWhileWaiting() {
        fs::create_directories(cache());
        const PackedFolderLock lock = PackedFolderLock::tryNow(cache());
        QVERIFY(lock.held());
        std::stop_source stop;
        const auto watch = [&](PackedStage stage, double) {
            if (stage == PackedStage::waiting) stop.request_stop();
        };
        COMPARE_FAILURE(failureOf([&] { openPacked(model(), optionsFor(cache()), stop.get_token(), watch); }),
                        ErrorKind::cancelled, "stopped");
    }

    void tellsHowFarItIs() {
        writeTinyModel(model(), mediumModel());
        double last = -1;
        PackedStage last_stage = PackedStage::reading;
        bool ascending = true;
        openPacked(model(), optionsFor(cache()), {}, [&](PackedStage stage, double fraction) {
            ascending &= stage != last_stage || fraction >= last;
            ascending &= fraction >= 0 && fraction <= 1;
            last = fraction;
            last_stage = stage;
        });
        QVERIFY(ascending);
        QVERIFY(last_stage == PackedStage::reading && last > 0.8);
    }

    // Pages of the model's files that were read must not pile up.
    void takesLittleMemoryWhilePacking() {
        TinyModelOptions large = mediumModel();
        large.text_layers = 16;
        large.hidden_size = 1024;
        writeTinyModel(model(), large);
        const auto mebibytes = static_cast<long>(fs::file_size(model() / "model.safetensors") >> 20);
        long most = 0;
        const auto watch = [&](PackedStage stage, double) {
            if (stage != PackedStage::packing) return;
            std::ifstream status("/proc/self/status");
            for (std::string line; std::getline(status, line);)
                if (line.starts_with("RssFile:")) most = std::max(most, std::stol(line.substr(8)) / 1024);
        };
        openPacked(model(), optionsFor(cache()), {}, watch);
        QVERIFY2(mebibytes > 150 && most < 120,
                 qPrintable(QString("%1 MiB of a model of %2 MiB").arg(most).arg(mebibytes)));
    }

    void twoProcessesAtOnce() {
        writeTinyModel(model(), mediumModel());
        const fs::path second_model = path("second");
        writeTinyModel(second_model, mediumModel());
        std::vector<pid_t> processes;
        for (int i = 0; i < 3; ++i)
            processes.push_back(startChild("pack", model(), cache()));
        processes.push_back(startChild("pack", second_model, cache()));
        std::vector<int> ends;
        for (const pid_t process : processes)
            ends.push_back(endOf(process));
        QCOMPARE(ends[3], code_packed);
        ends.pop_back();
        std::sort(ends.begin(), ends.end());
        QCOMPARE(ends, (std::vector<int>{code_packed, code_read, code_read}));
        QCOMPARE(namesIn(cache()).size(), std::size_t{3});
    }

    // The threads of one process are kept apart like processes.
    void twoEnginesOfOneProcess() {
        writeTinyModel(model(), mediumModel());
        std::atomic<int> packed_by{0};
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 3; ++i)
                threads.emplace_back([&] { packed_by += openPacked(model(), optionsFor(cache())).packed; });
        }
        QCOMPARE(packed_by.load(), 1);
    }

    void aKillLeavesNothingThatIsBelieved() {
        writeTinyModel(model(), mediumModel());
        int left_over = 0;
        int finished = 0;
        for (int milliseconds = 2; milliseconds < 3000 && finished < 3;
             milliseconds += milliseconds / 4 + 5) {
            const pid_t process = startChild("pack", model(), cache());
            QTest::qSleep(milliseconds);
            kill(process, SIGKILL);
            finished += endOf(process) != -1;
            std::error_code error;
            if (!fs::exists(cache(), error)) continue;
            for (const std::string& name : namesIn(cache()))
                left_over += name.find(".new-") != std::string::npos;
            const Opened opened = openPacked(model(), optionsFor(cache()));
            VERIFY_PACKED_FROM(model(), *opened.weights, Precision::int4);
            QCOMPARE(namesIn(cache()).size(), std::size_t{2});  // the leftover is gone
            fs::remove(packed());
        }
        QVERIFY2(left_over > 0, "none was killed while it packed");
    }

    void withoutRoomItPacksIntoMemory_data() {
        QTest::addColumn<QString>("reason");
        QTest::newRow("small files") << "may have 98 KiB at most";
        QTest::newRow("small disk") << "free, and";
        QTest::newRow("nobody") << "Permission denied";
    }

    void withoutRoomItPacksIntoMemory() {
        QFETCH(QString, reason);
        fs::create_directories(cache());
        // For others to come in, but not to write.
        chmod(folder_->path().toUtf8().constData(), 0755);
        chmod(cache().c_str(), 0555);
        chmod(model().c_str(), 0777);
        const int end = endOf(startChild(QTest::currentDataTag(), model(), cache()));
        if (end == code_no_tmpfs) QSKIP("no file system can be mounted here");
        QCOMPARE(end, code_packed_unkept);
        const QString notice = QString::fromStdString(readFile(model() / "notice"));
        QVERIFY2(notice.contains(reason) && notice.contains("not kept for the next start"),
                 qPrintable(notice));
        QVERIFY(test::isOneSentence(notice.toStdString()));
        QVERIFY(!fs::exists(packed()));
        chmod(cache().c_str(), 0755);
    }

    void aFileInPlaceOfTheFolder() {
        writeFile(path("file"), "x");
        for (const fs::path& folder : {path("file"), path("file") / "below", fs::path("/proc/sightline")}) {
            const Opened opened = openPacked(model(), optionsFor(folder));
            VERIFY_PACKED_FROM(model(), *opened.weights, Precision::int4);
            QVERIFY2(opened.weights->notice().find("not kept") != std::string::npos,
                     opened.weights->notice().c_str());
        }
    }

    // A packed folder that an administrator has filled.
    void readsFromAFolderThatCannotBeWritten() {
        chmod(folder_->path().toUtf8().constData(), 0755);
        openPacked(model(), optionsFor(cache()));
        chmod(packed().c_str(), 0444);
        chmod(cache().c_str(), 0555);
        QCOMPARE(endOf(startChild("nobody", model(), cache())), code_read);
        chmod(cache().c_str(), 0755);
    }

    void aMappedFileThatIsCutOff() {
        PackedOptions options = optionsFor(cache());
        openPacked(model(), options);
        options.placement = Placement::mapped;
        const Opened mapped = openPacked(model(), options);
        QVERIFY(openPacked(model(), options).weights->damagedFile().empty());
        QVERIFY2(mapped.weights->damagedFile().empty(), "that another opened it is no damage");
        fs::resize_file(packed(), 8192);
        const auto& matrix = *mapped.weights->find("model.language_model.layers.1.mlp.down_proj.weight");
        QCOMPARE(kernels::weightAt(matrix, 1, 1), 0.0F * kernels::weightAt(matrix, 1, 1));
        QCOMPARE(mapped.weights->damagedFile(), packed());
        const Opened again = openPacked(model(), options);
        QVERIFY(again.packed);
        VERIFY_PACKED_FROM(model(), *again.weights, Precision::int4);
        QCOMPARE(mapped.weights->damagedFile(), packed());
    }

    // Renaming leaves what others have mapped as it is.
    void aMappedFileThatIsReplaced() {
        PackedOptions options = optionsFor(cache());
        options.placement = Placement::mapped;
        const Opened first = openPacked(model(), options);
        const auto& matrix = *first.weights->find("model.language_model.layers.1.mlp.down_proj.weight");
        const float before = kernels::weightAt(matrix, 1, 1);
        TinyModelOptions other;
        other.seed = 2;
        writeTinyModel(model(), other);
        QVERIFY(openPacked(model(), options).packed);
        QCOMPARE(kernels::weightAt(matrix, 1, 1), before);
        QVERIFY(first.weights->damagedFile().empty());
    }

    void sweepsWhatIsNotUsed() {
        const fs::path gone = path("gone");
        const fs::path unused = path("unused");
        const fs::path kept = path("kept");
        for (const fs::path& folder : {gone, unused, kept}) {
            writeTinyModel(folder);
            openPacked(folder, optionsFor(cache()));
        }
        const fs::path of_gone = packedPath(cache(), gone, Precision::int4);
        const fs::path of_unused = packedPath(cache(), unused, Precision::int4);
        const fs::path of_kept = packedPath(cache(), kept, Precision::int4);
        writeFile(cache() / "notes.txt", "mine");
        writeFile(cache() / "dead-int4.packed.new-1-0", "half");
        fs::remove_all(gone);
        setAge(cache() / "notes.txt", 1000);
        setAge(of_unused, 59);
        setAge(of_kept, 59);
        setAge(of_gone, 6);
        openPacked(model(), optionsFor(cache()));
        QVERIFY(fs::exists(of_unused) && fs::exists(of_kept) && fs::exists(of_gone));
        QVERIFY(!fs::exists(cache() / "dead-int4.packed.new-1-0"));
        openPacked(kept, optionsFor(cache()));  // is used now
        setAge(of_unused, 61);
        setAge(of_gone, 8);
        QVERIFY(!openPacked(model(), optionsFor(cache())).packed);
        QVERIFY(!fs::exists(of_unused) && !fs::exists(of_gone));
        QVERIFY(fs::exists(of_kept) && fs::exists(packed()) && fs::exists(cache() / "notes.txt"));
    }

    void headsOfUnknownOriginAreReadWithCare() {
        const auto head = [](const std::string& text) { return std::string(8, 'x') + text; };
        QVERIFY(!folderInHead(""));
        QVERIFY(!folderInHead("12345678"));
        QVERIFY(!folderInHead(head("[]")));
        QVERIFY(!folderInHead(head("{\"__metadata__\": 3}")));
        QVERIFY(!folderInHead(head("{\"__metadata__\": {\"folder\": 3}}")));
        QVERIFY(!folderInHead(head("{\"__metadata__\": {\"folder\": \"\"}}")));
        QVERIFY(!folderInHead(head("{\"__metadata__\": {\"folder\": \"/a%2\"}}")));
        QVERIFY(!folderInHead(head("{\"__metadata__\": {\"folder\": \"/a%zz\"}}")));
        QCOMPARE(folderInHead(head("{\"__metadata__\": {\"folder\": \"/a%20b%FF\"}}")).value_or(""),
                 fs::path("/a b\xFF"));
    }

    void foldersOfAnyName() {
        const fs::path odd = path("a b%\xFF\n\"{");
        writeTinyModel(odd);
        QVERIFY(openPacked(odd, optionsFor(cache())).packed);
        QVERIFY(!openPacked(odd / ".", optionsFor(cache())).packed);
        const fs::path file = packedPath(cache(), odd, Precision::int4);
        QVERIFY(fs::exists(file));
        const std::string bytes = readFile(file);
        QCOMPARE(folderInHead(bytes.substr(0, bytes.find("}}") + 2)).value_or(""), odd);
    }
};

int main(int argc, char** argv) {
    if (argc == 5 && std::strcmp(argv[1], "--child") == 0) return child(argv[2], argv[3], argv[4]);
    QCoreApplication application(argc, argv);
    PackedWeightsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "packed_weights_test.moc"
