#include "inference/files/safetensors.h"

#include <QTemporaryDir>
#include <QTest>
#include <cstring>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/inference/failure.h"
#include "tests/inference/file_bytes.h"

using sightline::DType;
using sightline::ErrorKind;
using sightline::SafetensorsFile;
using sightline::TensorView;
using sightline::WeightFiles;
using sightline::test::failureOf;
using sightline::test::writeBytes;
namespace fs = std::filesystem;

namespace {

std::string withHeader(const std::string& header, const std::string& data) {
    std::string file(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) {
        file[i] = static_cast<char>(header.size() >> (8 * i) & 0xff);
    }
    return file + header + data;
}

std::string bytesFrom(int first, int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) {
        bytes += static_cast<char>(first + i);
    }
    return bytes;
}

const std::string good_header = R"({"__metadata__":{"format":"pt"},)"
                                R"("a":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},)"
                                R"("b.weight":{"dtype":"F32","shape":[4],"data_offsets":[12,28]},)"
                                R"("scalar":{"dtype":"U8","shape":[],"data_offsets":[28,29]},)"
                                R"("none":{"dtype":"I64","shape":[0,7],"data_offsets":[29,29]}}   )";
const std::string good_file = withHeader(good_header, bytesFrom(1, 29));

// good_header with one place changed.
std::string changed(const std::string& from, const std::string& to) {
    std::string header = good_header;
    const std::size_t at = header.find(from);
    if (at == std::string::npos) {
        qFatal("the test changes a place that is not there: %s", from.c_str());
    }
    return withHeader(header.replace(at, from.size(), to), bytesFrom(1, 29));
}

// What the format demands, looked at from the outside of an opened file.
void checkInvariants(const SafetensorsFile& file) {
    const auto whole = file.file().bytes();
    std::uint64_t header_bytes = 0;
    std::memcpy(&header_bytes, whole.data(), 8);
    std::vector<std::pair<const std::byte*, const std::byte*>> ranges;
    for (const auto& [name, view] : file.tensors()) {
        QVERIFY(!name.empty());
        unsigned __int128 bytes = sightline::sizeOf(view.dtype);
        for (const std::int64_t dimension : view.shape) {
            QVERIFY(dimension >= 0);
            bytes *= static_cast<std::uint64_t>(dimension);
        }
        QVERIFY(bytes == view.bytes.size());
        ranges.emplace_back(view.bytes.data(), view.bytes.data() + view.bytes.size());
    }
    std::sort(ranges.begin(), ranges.end());
    const std::byte* covered = whole.data() + 8 + header_bytes;
    for (const auto& [begin, end] : ranges) {
        QVERIFY(begin == covered);
        covered = end;
    }
    QVERIFY(covered == whole.data() + whole.size());
}

}  // namespace

class SafetensorsTest : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir temporary_;
    fs::path folder_;

    fs::path written(const std::string& bytes, const char* name = "x.safetensors") {
        writeBytes(folder_ / name, bytes);
        return folder_ / name;
    }
    auto failureOfFile(const std::string& bytes) {
        return failureOf([&] { SafetensorsFile::open(written(bytes)); });
    }
    auto failureOfFolder(const fs::path& folder) {
        return failureOf([&] { WeightFiles::open(folder); });
    }
    // Two shards: a and b.weight in the first, c in the second.
    fs::path shardedFolder(const std::string& name, const std::function<void(nlohmann::json&)>& edit = {}) {
        const fs::path folder = folder_ / name;
        fs::create_directories(folder);
        writeBytes(folder / "one.safetensors",
                   withHeader(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                              R"("b.weight":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
                              "abB"));
        writeBytes(folder / "two.safetensors",
                   withHeader(R"({"c":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "cccc"));
        nlohmann::json index = {
            {"metadata", {{"total_size", 7}}},
            {"weight_map",
             {{"a", "one.safetensors"}, {"b.weight", "one.safetensors"}, {"c", "two.safetensors"}}}};
        if (edit) {
            edit(index);
        }
        writeBytes(folder / "model.safetensors.index.json", index.dump());
        return folder;
    }

  private Q_SLOTS:
    void initTestCase() { folder_ = temporary_.path().toStdString(); }

    void readsTensors() {
        const SafetensorsFile file = SafetensorsFile::open(written(good_file));
        QCOMPARE(file.tensors().size(), std::size_t{4});
        const TensorView& a = file.tensors().at("a");
        QVERIFY(a.dtype == DType::bf16);
        QCOMPARE(a.shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(a.elements(), std::int64_t{6});
        QCOMPARE(std::to_integer<int>(a.bytes[0]), 1);
        const TensorView& b = file.tensors().at("b.weight");
        QCOMPARE(b.bytes.size(), std::size_t{16});
        QCOMPARE(std::to_integer<int>(b.bytes[15]), 28);
        QCOMPARE(file.tensors().at("scalar").elements(), std::int64_t{1});
        QCOMPARE(file.tensors().at("none").elements(), std::int64_t{0});
        checkInvariants(file);
    }

    void viewsLiveAsLongAsTheMappedFile() {
        std::shared_ptr<const sightline::MappedFile> kept;
        TensorView view;
        {
            const SafetensorsFile file = SafetensorsFile::open(written(good_file));
            kept = file.sharedFile();
            view = file.tensors().at("scalar");
        }
        QCOMPARE(std::to_integer<int>(view.bytes[0]), 29);
    }

    void refusesEveryTruncation() {
        for (std::size_t length = 0; length < good_file.size(); ++length) {
            const auto failure = failureOfFile(good_file.substr(0, length));
            COMPARE_FAILURE(failure, ErrorKind::invalid_model, "x.safetensors");
        }
        COMPARE_FAILURE(failureOfFile(good_file + "!"), ErrorKind::invalid_model, "1 bytes at the end");
    }

    void refusesWrongHeaderSizes_data() {
        QTest::addColumn<quint64>("size");
        const quint64 right = good_header.size();
        for (const quint64 size :
             {quint64{0}, quint64{1}, right - 4, right + 1, right + 29, right + 30, quint64{100'000'001},
              quint64{1} << 31, quint64{1} << 32, (quint64{1} << 63) - 1, quint64{1} << 63,
              std::numeric_limits<quint64>::max() - 7, std::numeric_limits<quint64>::max()}) {
            QTest::newRow(qPrintable(QString::number(size))) << size;
        }
    }

    void refusesWrongHeaderSizes() {
        QFETCH(quint64, size);
        std::string bytes = good_file;
        std::memcpy(bytes.data(), &size, 8);
        COMPARE_FAILURE(failureOfFile(bytes), ErrorKind::invalid_model, "x.safetensors", "header");
    }

    void refusesWrongHeaders_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, const std::string& file, const char* words) {
            QTest::newRow(name) << QByteArray::fromStdString(file) << words;
        };
        const auto header = [&](const char* name, const std::string& text, const char* words) {
            row(name, withHeader(text, bytesFrom(1, 29)), words);
        };
        const auto edit = [&](const char* name, const std::string& from, const std::string& to,
                              const char* words) { row(name, changed(from, to), words); };
        header("no JSON", "this is not JSON", "header");
        header("spaces", "        ", "header does not begin with {");
        header("byte order mark", "\xef\xbb\xbf{}", "header does not begin with {");
        header("an array", "[]", "header does not begin with {");
        header("half an object", R"({"a":{"dtype")", "not valid JSON at byte");
        header("two objects", "{}{}", "not valid JSON at byte");
        header("a comment", "{/* */}", "not valid JSON at byte");
        header("no tensors", "{}", "29 bytes at the end");
        header("invalid UTF-8", "{\"\xff\xfe\":{}}", "not valid JSON at byte");
        header("NUL outside a string", std::string("{\0}", 3), "not valid JSON at byte");
        header("depth bomb", "{\"a\":{\"shape\":" + std::string(100'000, '['), "tensor \"a\"");
        header(
            "object bomb",
            [] {
                std::string bomb;
                for (int i = 0; i < 100'000; ++i) {
                    bomb += "{\"a\":";
                }
                return bomb;
            }(),
            "\"a\"");
        edit("a NUL in a name", "\"a\"", R"("a\u0000b")", R"("a\u0000b")");
        edit("a line break in a name", "\"a\"", R"("a\nb")", R"(name "a\nb")");
        edit("an empty name", "\"a\"", R"("")", "name \"\"");
        edit("an endless name", "\"a\"", "\"" + std::string(5000, 'n') + "\"", "too long");
        edit("the same name twice", "\"scalar\"", "\"a\"", "\"a\" stands twice");
        edit("the same name, spelled otherwise", "\"scalar\"", R"("\u0061")", "\"a\" stands twice");
        edit("metadata twice", R"("a":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]})",
             R"("__metadata__":{})", "\"__metadata__\" stands twice");
        edit("metadata is a list", R"({"format":"pt"})", "[]", "__metadata__");
        edit("metadata is null", R"({"format":"pt"})", "null", "__metadata__");
        edit("metadata is a tensor", R"({"format":"pt"})",
             R"({"dtype":"U8","shape":[],"data_offsets":[0,1]})", "__metadata__");
        edit("metadata holds a number", R"("pt")", "5", "\"format\" is 5");
        edit("metadata has a key twice", R"("format":"pt")", R"("format":"pt","format":"np")", "twice");
        edit("a tensor is a number", R"({"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]})", "12",
             "tensor \"a\" must be an object");
        edit("a tensor is a list", R"({"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]})", "[]",
             "tensor \"a\" must be an object");
        edit("no dtype", R"("dtype":"F32",)", "", "\"b.weight\" has no dtype");
        edit("no shape", R"("shape":[4],)", "", "\"b.weight\" has no shape");
        edit("no offsets", R"(,"data_offsets":[12,28])", "", "\"b.weight\" has no data_offsets");
        edit("a field twice", R"("shape":[4])", R"("shape":[4],"shape":[4])", "\"shape\" twice");
        edit("an unknown field", R"("shape":[4])", R"("shape":[4],"scale":1)", "unknown field \"scale\"");
        edit("unknown dtype", "\"F32\"", "\"F33\"", "unknown dtype \"F33\"");
        edit("lower-case dtype", "\"F32\"", "\"f32\"", "unknown dtype");
        edit("dtype is a number", "\"F32\"", "32", "dtype");
        edit("dtype is null", "\"F32\"", "null", "dtype");
        edit("another dtype of the same size", "\"F32\"", "\"F64\"", "not the 16 bytes");
        edit("shape is a number", "[4]", "4", "shape with 4");
        edit("shape holds a string", "[4]", "[\"4\"]", "shape with the string");
        edit("shape holds a float", "[4]", "[4.0]", "shape with 4.0");
        edit("shape holds a large float", "[4]", "[1e400]", "the header is not valid JSON at byte");
        edit("shape holds a list", "[4]", "[[4]]", "shape with an array");
        edit("a negative dimension", "[4]", "[-4]", "shape with -4");
        edit("two negative dimensions", "[4]", "[-2,-2]", "shape with -2");
        edit("another shape", "[4]", "[5]", "shape [5] of F32");
        edit("a product beyond 2^64", "[4]", "[4611686018427387904,4]", "not the 16 bytes");
        edit("a product that wraps to the right size", "[4]", "[4611686018427387905,4]", "not the 16 bytes");
        edit("a product that wraps with its last factor", "[4]", "[4,4611686018427387905]",
             "not the 16 bytes");
        edit("a dimension of 2^63", "[4]", "[9223372036854775808]", "9223372036854775808");
        edit("a dimension beyond 2^64", "[4]", "[18446744073709551617]", "b.weight");
        edit("nine dimensions", "[4]", "[4,1,1,1,1,1,1,1,1]", "more than 8 dimensions");
        edit("one offset", "[12,28]", "[12]", "data_offsets of 1 numbers");
        edit("three offsets", "[12,28]", "[12,28,28]", "more than 2 data_offsets");
        edit("offsets are a string", "[12,28]", "\"12\"", "data_offsets with the string");
        edit("a float offset", "[12,28]", "[12,28.0]", "data_offsets with 28.0");
        edit("a negative offset", "[12,28]", "[-12,28]", "data_offsets with -12");
        edit("descending", "[12,28]", "[28,12]", "descend");
        edit("beyond the end", "[12,28]", "[12,30]", "beyond the end");
        edit("2^63", "[12,28]", "[12,9223372036854775808]", "beyond the end");
        edit("2^64 - 1", "[28,29]", "[28,18446744073709551615]", "beyond the end");
        edit("beyond 2^64", "[12,28]", "[12,99999999999999999999]", "b.weight");
        edit("overlapping", "[12,28]", "[8,24]", "overlap");
        edit("the same place", "[12,28]", "[0,12]", "overlap");
        edit("a hole", "[28,29]", "[29,29]", "leave a hole");
    }

    void refusesWrongHeaders() {
        QFETCH(QByteArray, file);
        QFETCH(QString, sentence);
        COMPARE_FAILURE(failureOfFile(file.toStdString()), ErrorKind::invalid_model, "x.safetensors",
                        sentence.toStdString());
    }

    void namesDtypesOfTheFormatThatItDoesNotUse() {
        COMPARE_FAILURE(failureOfFile(changed("\"F32\"", "\"F8_E4M3\"")), ErrorKind::unsupported, "b.weight",
                        "F8_E4M3");
    }

    void readsTenThousandTensors() {
        nlohmann::ordered_json header;
        for (int at = 9'999; at >= 0; --at) {
            // From the last to the first: the order of the header says nothing about the data.
            header["t" + std::to_string(at)] = {
                {"dtype", "U8"}, {"shape", {1}}, {"data_offsets", {at, at + 1}}};
        }
        std::string data;
        for (int i = 0; i < 10'000; ++i) {
            data += static_cast<char>(i % 251);
        }
        const SafetensorsFile file = SafetensorsFile::open(written(withHeader(header.dump(), data)));
        QCOMPARE(file.tensors().size(), std::size_t{10'000});
        QCOMPARE(std::to_integer<int>(file.tensors().at("t4321").bytes[0]), 4321 % 251);
        checkInvariants(file);
    }

    void mutationsOpenByTheRulesOrAreRefused() {
        std::mt19937 random(20240917);
        const auto pick = [&](std::size_t count) {
            return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
        };
        const std::string words = "0123456789-[]{}\",:.eE+ U8F32BF16";
        int opened = 0;
        for (int round = 0; round < 20'000; ++round) {
            std::string bytes = good_file;
            for (std::size_t edits = 1 + pick(3); edits > 0; --edits) {
                // Mostly in the header: in the data every byte is right.
                const std::size_t at = pick(pick(8) == 0 ? bytes.size() : 8 + good_header.size());
                switch (pick(5)) {
                    case 0:
                        bytes[at] = static_cast<char>(bytes[at] ^ (1 << pick(8)));
                        break;
                    case 1:
                        bytes[at] = static_cast<char>(pick(256));
                        break;
                    case 2:
                        bytes[at] = words[pick(words.size())];
                        break;
                    case 3:
                        bytes.erase(at, 1 + pick(4));
                        break;
                    default:
                        bytes.insert(at, bytes.substr(pick(bytes.size()), 1 + pick(20)));
                        break;
                }
            }
            const fs::path path = written(bytes.empty() ? std::string(1, 'x') : bytes);
            const auto failure = failureOf([&] {
                checkInvariants(SafetensorsFile::open(path));
                ++opened;
            });
            if (QTest::currentTestFailed()) {
                return;
            }
            if (failure) {
                QVERIFY2(failure->says("x.safetensors: "), failure->sentence.c_str());
                QVERIFY2(sightline::test::isOneSentence(failure->sentence), failure->sentence.c_str());
                QVERIFY(failure->kind == ErrorKind::invalid_model || failure->kind == ErrorKind::unsupported);
            }
        }
        // Names and data can change without harm, so some must open; most must not.
        QVERIFY2(opened > 200 && opened < 10'000, qPrintable(QString::number(opened)));
    }

    void opensAFolderOfOneFile() {
        const fs::path folder = folder_ / "single";
        fs::create_directories(folder);
        writeBytes(folder / "model.safetensors", good_file);
        const WeightFiles weights = WeightFiles::open(folder);
        QCOMPARE(weights.totalBytes(), std::uint64_t{29});
        QVERIFY(weights.find("nowhere") == nullptr);
        QCOMPARE(weights.require("a", {2, 3}).elements(), std::int64_t{6});
        COMPARE_FAILURE(failureOf([&] {
                            weights.require("a", {3, 2});
                        }),
                        ErrorKind::invalid_model,
                        "model.safetensors: tensor a has shape [2, 3], expected [3, 2]");
        COMPARE_FAILURE(failureOf([&] {
                            weights.require("nowhere", {3, 2});
                        }),
                        ErrorKind::invalid_model, "model.safetensors: tensor nowhere is missing");
        QVERIFY(weights.damagedFile().empty());
        fs::resize_file(folder / "model.safetensors", good_file.size() - 1);
        QCOMPARE(weights.damagedFile(), folder / "model.safetensors");
    }

    void opensAFolderOfShards() {
        const fs::path folder = shardedFolder("shards");
        const WeightFiles weights = WeightFiles::open(folder);
        QCOMPARE(weights.totalBytes(), std::uint64_t{7});
        QCOMPARE(weights.tensors().size(), std::size_t{3});
        QCOMPARE(std::to_integer<char>(weights.require("b.weight", {1}).bytes[0]), 'B');
        COMPARE_FAILURE(failureOf([&] { weights.require("c", {2}); }), ErrorKind::invalid_model,
                        "two.safetensors: tensor c has shape [1], expected [2]");
        COMPARE_FAILURE(failureOf([&] { weights.require("d", {2}); }), ErrorKind::invalid_model,
                        "model.safetensors.index.json: tensor d is missing");
    }

    void refusesFoldersWithoutWeights() {
        fs::create_directories(folder_ / "bare");
        COMPARE_FAILURE(failureOfFolder(folder_ / "bare"), ErrorKind::invalid_model, "bare",
                        "model.safetensors");
        COMPARE_FAILURE(failureOfFolder(folder_ / "not there"), ErrorKind::invalid_model, "not there");
        fs::create_directories(folder_ / "odd" / "model.safetensors");
        COMPARE_FAILURE(failureOfFolder(folder_ / "odd"), ErrorKind::invalid_model, "model.safetensors",
                        "not a regular file");
    }

    void refusesNamesThatLeadOutOfTheFolder_data() {
        QTest::addColumn<QByteArray>("name");
        for (const char* name :
             {"../outside.safetensors", "/etc/passwd", "sub/one.safetensors", "./one.safetensors", "..", ".",
              "", "..\\outside.safetensors", "C:one.safetensors", "one\nsafetensors"}) {
            QTest::newRow(name) << QByteArray(name);
        }
        QTest::newRow("NUL") << QByteArray("one.safetensors\0", 16);
    }

    void refusesNamesThatLeadOutOfTheFolder() {
        QFETCH(QByteArray, name);
        writeBytes(folder_ / "outside.safetensors",
                   withHeader(R"({"c":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "cccc"));
        fs::create_directories(folder_ / "leading" / "sub");
        const fs::path folder = shardedFolder(
            "leading", [&](nlohmann::json& index) { index["weight_map"]["c"] = name.toStdString(); });
        fs::copy_file(folder / "one.safetensors", folder / "sub" / "one.safetensors",
                      fs::copy_options::overwrite_existing);
        COMPARE_FAILURE(failureOfFolder(folder), ErrorKind::invalid_model, "model.safetensors.index.json",
                        "weight_map", "tensor \"c\"", "not the name of a file");
    }

    void refusesAnIndexThatLies() {
        const auto failure = [&](const std::function<void(nlohmann::json&)>& edit) {
            return failureOfFolder(shardedFolder("lying", edit));
        };
        COMPARE_FAILURE(failure([](auto& index) { index["weight_map"]["d"] = "two.safetensors"; }),
                        ErrorKind::invalid_model, "two.safetensors: tensor \"d\" is missing");
        COMPARE_FAILURE(failure([](auto& index) { index["weight_map"]["a"] = "two.safetensors"; }),
                        ErrorKind::invalid_model, "two.safetensors: tensor \"a\" is missing");
        COMPARE_FAILURE(failure([](auto& index) { index["weight_map"]["c"] = "three.safetensors"; }),
                        ErrorKind::invalid_model, "three.safetensors", "No such file");
        COMPARE_FAILURE(failure([](auto& index) { index["weight_map"]["c"] = 5; }), ErrorKind::invalid_model,
                        "names 5 for tensor \"c\"");
        COMPARE_FAILURE(failure([](auto& index) { index["weight_map"] = nlohmann::json::array({"c"}); }),
                        ErrorKind::invalid_model, "weight_map");
        COMPARE_FAILURE(failure([](auto& index) { index["weight_map"] = nlohmann::json::object(); }),
                        ErrorKind::invalid_model, "weight_map is empty");
        COMPARE_FAILURE(failure([](auto& index) { index.erase("weight_map"); }), ErrorKind::invalid_model,
                        "weight_map");
        COMPARE_FAILURE(failure([](auto& index) { index = nlohmann::json::array(); }),
                        ErrorKind::invalid_model, "model.safetensors.index.json");
        COMPARE_FAILURE(failure([](auto& index) {
                            for (int i = 0; i < 300; ++i) {
                                index["weight_map"]["t" + std::to_string(i)] =
                                    std::to_string(i) + ".safetensors";
                            }
                        }),
                        ErrorKind::invalid_model, "302 files");
    }

    void refusesATensorInTwoShards() {
        const fs::path folder = shardedFolder("twice");
        writeBytes(folder / "two.safetensors",
                   withHeader(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[4,6]},)"
                              R"("c":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                              "ccccaa"));
        COMPARE_FAILURE(failureOfFolder(folder), ErrorKind::invalid_model,
                        "two.safetensors: tensor \"a\" is also in one.safetensors");
    }

    void theSingleFileGoesBeforeTheIndex() {
        const fs::path folder = shardedFolder("both");
        writeBytes(folder / "model.safetensors", good_file);
        QVERIFY(WeightFiles::open(folder).find("scalar") != nullptr);
    }

    void readsTheReferenceFolders() {
        const QString golden = qEnvironmentVariable("SIGHTLINE_GOLDEN");
        if (golden.isEmpty()) {
            QSKIP("SIGHTLINE_GOLDEN is not set");
        }
        const fs::path base = golden.toStdString();
        const WeightFiles tied = WeightFiles::open(base / "tiny-qwen3vl");
        const WeightFiles sharded = WeightFiles::open(base / "tiny-qwen3vl-sharded");
        QCOMPARE(tied.require("model.language_model.embed_tokens.weight", {896, 64}).elements(), 896 * 64);
        // The README says that tensors shared by the checkpoints are equal.
        const TensorView& whole = *tied.find("model.language_model.layers.1.mlp.up_proj.weight");
        const TensorView& part = *sharded.find("model.language_model.layers.1.mlp.up_proj.weight");
        QVERIFY(std::equal(whole.bytes.begin(), whole.bytes.end(), part.bytes.begin(), part.bytes.end()));
    }
};

QTEST_GUILESS_MAIN(SafetensorsTest)
#include "safetensors_test.moc"
