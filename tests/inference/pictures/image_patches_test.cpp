#include "inference/pictures/image_patches.h"

#include <QTest>
#include <set>

#include "inference/pictures/picture_file.h"
#include "tests/inference/networks/golden_data.h"

using namespace sightline;
using namespace sightline::test;

namespace {

std::string sizeOrError(const std::function<ModelSize()>& work) {
    try {
        const ModelSize size = work();
        return std::to_string(size.height) + " x " + std::to_string(size.width);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::invalid_input ? "ValueError" : "another error";
    }
}

std::string expectedSize(const nlohmann::ordered_json& row, std::size_t column) {
    if (row[column].is_string()) return row[column];
    return std::to_string(row[column].get<int>()) + " x " + std::to_string(row[column + 1].get<int>());
}

void checkSizes(const std::filesystem::path& file, int at_least) {
    const auto table = readJson(file);
    int rows = 0;
    for (const auto& row : table.at("image")) {
        const auto found = sizeOrError([&] { return smartResize(row[0], row[1], row[4], row[2], row[3]); });
        if (found != expectedSize(row, 5)) qWarning() << row.dump().c_str();
        QCOMPARE(found, expectedSize(row, 5));
        ++rows;
    }
    for (const auto& row : table.at("video")) {
        const auto found = sizeOrError(
            [&] { return smartResizeVideo(row[0], row[1], row[2], row[6], row[5], row[3], row[4]); });
        if (found != expectedSize(row, 7)) qWarning() << row.dump().c_str();
        QCOMPARE(found, expectedSize(row, 7));
        ++rows;
    }
    QVERIFY(rows >= at_least);
}

// The pictures of tests/data/image_patches/make_resample.py.
std::vector<std::uint8_t> generated(int width, int height, std::uint32_t seed) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(width) * height * 3);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        seed = seed * 1664525u + 1013904223u;
        const auto value = static_cast<std::uint8_t>(seed >> 24);
        bytes[i] = (i / 51) % 3 == 0 ? value : (value > 127 ? 255 : 0);
    }
    return bytes;
}

std::string fnv1a(const std::vector<std::uint8_t>& bytes) {
    std::uint64_t value = 0xcbf29ce484222325;
    for (const std::uint8_t byte : bytes)
        value = (value ^ byte) * 0x100000001b3;
    return QByteArray::number(static_cast<qulonglong>(value), 16).rightJustified(16, '0').toStdString();
}

Picture generatedPicture(int width, int height, std::uint32_t seed) {
    return {width, height, generated(width, height, seed)};
}

const PatchOptions tiny_options{16, 2, 2,
                                PixelBudget{4096, 24576}};  // of the reference's preprocessor_config.json

}  // namespace

class ImagePatchesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sizesOfTheExcerpt() { checkSizes(testData() / "image_patches" / "smart_resize.json", 190); }
    void sizesOfTheReference() {
        if (goldenFolder().empty()) QSKIP("the full reference set is not here");
        checkSizes(goldenFolder() / "tables" / "smart_resize.json", 660);
    }

    void emptyAndNarrowPicturesAreRefused() {
        const PatchOptions options;
        for (const auto& [width, height] : {std::pair{0, 0}, {0, 5}, {-1, 5}, {1, 201}, {6000, 29}}) {
            QCOMPARE(sizeOrError([&] { return imageModelSize(width, height, options, {}); }),
                     std::string("ValueError"));
        }
        Picture short_of_data{4, 4, std::vector<std::uint8_t>(47)};
        QVERIFY_EXCEPTION_THROWN(imagePatches(short_of_data, options, {}), Error);
    }

    void budgets() {
        const PatchOptions options;  // 65536 .. 16777216
        const auto pixels = [&](const PixelBudget& budget) {
            const ModelSize size = imageModelSize(1920, 1080, options, budget);
            return std::int64_t{size.width} * size.height;
        };
        QCOMPARE(pixels({}), std::int64_t{1920} * 1088);
        QVERIFY(pixels({0, 500000}) <= 500000);
        QVERIFY(pixels({0, 500000}) > 400000);
        QVERIFY(pixels({0, 20000}) <= 20000);  // below the model's own minimum: the wish counts
        QVERIFY(pixels({20000000, 0}) >= 20000000);
        QVERIFY_EXCEPTION_THROWN(pixels({5000, 4000}), Error);
    }

    void resizedAsTorchDoes() {
        const auto table = readJson(testData() / "image_patches" / "resample.json");
        QVERIFY(table.at("rows").size() >= 20);
        for (const auto& row : table.at("rows")) {
            const int src_width = row[0], src_height = row[1];
            const auto result = resizeBicubic(generated(src_width, src_height, row[4]), src_width, src_height,
                                              row[2], row[3]);
            if (fnv1a(result) != row[5]) qWarning() << row.dump().c_str();
            QCOMPARE(fnv1a(result), row[5].get<std::string>());
        }
    }

    void resizedAsTheReference() {
        if (goldenFolder().empty()) QSKIP("the full reference set is not here");
        auto tensors = readTensors(goldenFolder() / "resample" / "cases.safetensors");
        const auto index = readJson(goldenFolder() / "resample" / "index.json");
        for (const auto& entry : index.at("cases")) {
            const std::string key = entry.at("key");
            const auto& in = entry.at("in_hw");
            const auto& out = entry.at("out_hw");
            const auto found = resizeBicubic(tensors.at(key + ".input").bytes, in[1], in[0], out[1], out[0]);
            QVERIFY2(found == tensors.at(key + ".torch_u8").bytes, key.c_str());
        }
    }

    // A patch is found where the formula of the header says, channel by channel.
    void orderOfPatches() {
        const Picture picture = generatedPicture(128, 64, 7);
        const Patches patches = imagePatches(picture, tiny_options, {});
        QCOMPARE(patches.grid.h, 4);
        QCOMPARE(patches.grid.w, 8);
        QCOMPARE(patches.data.size(), std::size_t{32} * 1536);
        std::size_t at = 0;
        for (int n = 0; n < 32; ++n) {
            const int block = n / 4;
            const int patch_row = block / 4 * 2 + n % 4 / 2;
            const int patch_column = block % 4 * 2 + n % 2;
            for (int channel = 0; channel < 3; ++channel) {
                for (int time = 0; time < 2; ++time) {
                    for (int y = 0; y < 16; ++y) {
                        for (int x = 0; x < 16; ++x, ++at) {
                            const int pixel = (patch_row * 16 + y) * 128 + patch_column * 16 + x;
                            QCOMPARE(patches.data[at],
                                     picture.rgb[static_cast<std::size_t>(pixel * 3 + channel)]);
                        }
                    }
                }
            }
        }
    }

    void patchesOfTheReference() {
        if (goldenFolder().empty()) QSKIP("the full reference set is not here");
        const auto index = readJson(goldenFolder() / "images" / "index.json");
        QVERIFY(index.size() >= 10);
        for (const auto& [name, entry] : index.items()) {
            const auto tensors = readTensors(goldenFolder() / entry.at("data").get<std::string>());
            const Picture picture =
                decodePictureFile(readBytes(goldenFolder() / entry.at("file").get<std::string>()));
            const Patches patches = imagePatches(picture, tiny_options, {});
            QCOMPARE(patches.grid.h, entry.at("grid_thw")[1].get<int>());
            QCOMPARE(patches.grid.w, entry.at("grid_thw")[2].get<int>());
            QVERIFY2(patches.data == tensors.at("patches_u8").bytes, name.c_str());
            if (tensors.contains("resized_u8")) {
                const auto found = resizeBicubic(picture.rgb, picture.width, picture.height,
                                                 entry.at("resized_hw")[1], entry.at("resized_hw")[0]);
                QVERIFY2(found == tensors.at("resized_u8").bytes, name.c_str());
            }
        }
    }

    void patchesOfTheExcerpt() {
        const auto index = readJson(testData() / "pictures" / "index.json");
        for (const auto& [name, entry] : index.items()) {
            const std::string file = entry.at("file");
            const Picture picture = decodePictureFile(readBytes(testData() / "pictures" / file));
            const Patches patches = imagePatches(picture, tiny_options, {});
            QCOMPARE(patches.grid.h, entry.at("grid_thw")[1].get<int>());
            QCOMPARE(patches.grid.w, entry.at("grid_thw")[2].get<int>());
            QCOMPARE(sha256(patches.data), entry.at("patches_u8_sha256").get<std::string>());
        }
    }

    void contentIds() {
        Patches patches = imagePatches(generatedPicture(64, 96, 3), tiny_options, {});
        const ContentId id = contentId(patches);
        const Patches copy = patches;
        QVERIFY(contentId(copy) == id);
        std::set<ContentId> ids{id};
        std::set<std::uint64_t> halves{id.high, id.low};
        Patches turned = patches;
        std::swap(turned.grid.h, turned.grid.w);
        ids.insert(contentId(turned));
        // Every single flipped bit of some thousand bytes gives another id, in both halves.
        std::size_t changed = 2;
        int flipped_bits = 0;
        for (std::size_t at = 0; at < patches.data.size(); at += 7) {
            const auto bit = static_cast<std::uint8_t>(1u << (at % 8));
            patches.data[at] ^= bit;
            const ContentId other = contentId(patches);
            patches.data[at] ^= bit;
            ids.insert(other);
            halves.insert(other.high);
            halves.insert(other.low);
            flipped_bits += std::popcount(other.high ^ id.high) + std::popcount(other.low ^ id.low);
            ++changed;
        }
        QCOMPARE(ids.size(), changed);
        QCOMPARE(halves.size(), 2 * (changed - 1));
        const double mean = static_cast<double>(flipped_bits) / static_cast<double>(changed - 2);
        QVERIFY2(mean > 62 && mean < 66, QByteArray::number(mean).constData());

        // Lengths and zeros count too.
        Patches zeros{{1, 2, 2}, {}};
        ids.clear();
        for (std::size_t n = 0; n < 200; ++n) {
            zeros.data.assign(n, 0);
            ids.insert(contentId(zeros));
        }
        QCOMPARE(ids.size(), std::size_t{200});
    }

    void largePictureFitsTheBudget() {
        const int width = 9000, height = 6667;
        Picture picture{width, height,
                        std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3)};
        for (std::size_t i = 0; i < picture.rgb.size(); i += 97)
            picture.rgb[i] = static_cast<std::uint8_t>(i);
        const Patches patches = imagePatches(picture, PatchOptions{}, {0, 2000000});
        const std::int64_t pixels = std::int64_t{patches.grid.h} * 16 * patches.grid.w * 16;
        QVERIFY(pixels <= 2000000 && pixels > 1800000);
    }
};

QTEST_APPLESS_MAIN(ImagePatchesTest)
#include "image_patches_test.moc"
