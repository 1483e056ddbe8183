// Packed files of small models: what is in them and what is believed of them.
#include "inference/files/packed_weights.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <fstream>
#include <random>
#include <sstream>

#include "inference/files/model_weights.h"
#include "inference/kernels/half_float.h"
#include "tests/inference/failure.h"
#include "tests/inference/files/packed_models.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;
using Placement = PackedPlacement;
namespace fs = std::filesystem;

namespace {

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
    writeBytes(model / "model.safetensors", size + text + data);
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

}  // namespace

class PackedWeightsTest : public QObject, private PackedModels {
    Q_OBJECT
  private Q_SLOTS:
    void init() { begin(); }

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
        row("model.language_model.embed_tokens.weight", none, none);
        row("model.language_model.layers.1.self_attn.q_proj.weight", int8, int4);
        row("model.language_model.layers.1.self_attn.k_proj.weight", int8, int4);
        row("model.language_model.layers.1.self_attn.v_proj.weight", int8, int8);
        row("model.language_model.layers.1.self_attn.o_proj.weight", int8, int4);
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
        const ModelConfig config = readModelConfig(model());
        for (const auto& [name, shape] : expectedTensors(config)) {
            if (name != QTest::currentDataTag()) continue;
            const auto format8 = formatFor(config, name, shape, Precision::int8);
            const auto format4 = formatFor(config, name, shape, Precision::int4);
            QCOMPARE(format8 ? static_cast<int>(*format8) : -1, at_int8);
            QCOMPARE(format4 ? static_cast<int>(*format4) : -1, at_int4);
            return;
        }
        QFAIL("the model has no such tensor");
    }

    void embeddingsThatAreTheHeadArePacked() {
        using kernels::WeightFormat;
        const ModelConfig config = readModelConfig(model());
        QVERIFY(config.tie_word_embeddings);
        const auto format =
            formatFor(config, "model.language_model.embed_tokens.weight", {896, 64}, Precision::int4);
        QVERIFY(format == WeightFormat::int4);
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
            if (placement != Placement::automatic)
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
        const std::string whole = readBytes(packed());
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
                writeBytes(packed(), damaged);
                const Opened opened = openPacked(model(), options);
                QVERIFY2(opened.packed, qPrintable(QString("byte %1 of %2").arg(place).arg(whole.size())));
                QVERIFY(readBytes(packed()) == whole);
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
        const std::string whole = readBytes(packed());
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
        if (kind == "other version") replace("\"version\":\"2\"", "\"version\":\"1\"");
        if (kind == "offsets of 2^63")
            replace("\"data_offsets\":[0,", "\"data_offsets\":[9223372036854775808,");
        if (kind == "rows of 2^63") replace("\"shape\":[28,", "\"shape\":[9223372036854775808,");
        if (kind == "header of 2^63") other.replace(0, 8, std::string(7, '\0') + '\x80');
        if (kind == "header of 2^64 - 1") other.replace(0, 8, std::string(8, '\xFF'));
        if (kind == "names nested deeply") other.replace(8, 4000, std::string(4000, '['));
        writeBytes(packed(), other);
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
        QVERIFY(readBytes(packed()) == whole);
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
        const std::string bytes = readBytes(file);
        QCOMPARE(folderInHead(bytes.substr(0, bytes.find("}}") + 2)).value_or(""), odd);
    }
};

QTEST_GUILESS_MAIN(PackedWeightsTest)
#include "packed_weights_test.moc"
