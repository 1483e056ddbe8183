#include "inference/pictures/picture_file.h"

#include <QTest>
#include <random>

#include "tests/inference/networks/golden_data.h"
#include "tests/inference/pictures/picture_builder.h"

using namespace sightline;
using namespace sightline::test;

namespace {

using Pixel = std::array<int, 3>;

Pixel pixelOf(const Picture& picture, int x, int y) {
    const std::uint8_t* rgb = picture.rgb.data() + (static_cast<std::size_t>(y) * picture.width + x) * 3;
    return {rgb[0], rgb[1], rgb[2]};
}

// The kind of the error and its sentence; "" if the picture is decoded.
std::string refusal(const Bytes& file, ErrorKind kind) {
    try {
        decodePictureFile(file);
    } catch (const Error& error) {
        return error.kind() == kind ? error.what() : std::string("another kind: ") + error.what();
    }
    return {};
}

bool refusedAsDamaged(const Bytes& file) {
    const std::string sentence = refusal(file, ErrorKind::invalid_input);
    return !sentence.empty() && !sentence.starts_with("another kind");
}

Bytes dataFile(const char* name) {
    return readBytes(testData() / "pictures" / name);
}

// True without OpenCV: then everything but PPM is refused, which has its own test.
bool onlyPixmaps() {
    return !refusal(dataFile("one_pixel.png"), ErrorKind::unsupported).empty();
}

Bytes noise(std::size_t count, std::uint32_t seed) {
    std::mt19937 random(seed);
    Bytes bytes(count);
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(random());
    return bytes;
}

struct Named {
    const char* name;
    Bytes file;
};

// One small valid file a format (and kind).
std::vector<Named> smallFiles() {
    return {{"PNG", pngFile(13, 7, 8, 2, noise(13 * 7 * 3, 1))},
            {"PNG palette", dataFile("bilevel.png")},
            {"JPEG", dataFile("gray.jpg")},
            {"JPEG CMYK", dataFile("cmyk.jpg")},
            {"JPEG progressive", dataFile("jpeg_prog.jpg")},
            {"WebP VP8", dataFile("lossy.webp")},
            {"WebP VP8L", dataFile("lossless.webp")},
            {"WebP VP8X", dataFile("alpha.webp")},
            {"WebP animated", dataFile("animated.webp")},
            {"TIFF", tiffFile(13, 7, 8, 3, 1, noise(13 * 7 * 3, 2))},
            {"TIFF LZW", dataFile("lzw.tif")},
            {"BMP", bmpFile(13, 7, noise(13 * 7 * 3, 3))},
            {"BMP palette", dataFile("palette.bmp")},
            {"PPM", pixmapFile("P6\n# a comment\n13 7\n255\n", noise(13 * 7 * 3, 4))},
            {"GIF", dataFile("still.gif")}};
}

}  // namespace

class PictureFileTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void excerptOfTheReference() {
        if (onlyPixmaps()) QSKIP("built without OpenCV");
        const auto index = readJson(testData() / "pictures" / "index.json");
        for (const auto& [name, entry] : index.items()) {
            const Bytes file = dataFile(entry.at("file").get<std::string>().c_str());
            const PictureHeader header = readPictureHeader(file);
            QCOMPARE(header.width, entry.at("source_size_wh")[0].get<int>());
            QCOMPARE(header.height, entry.at("source_size_wh")[1].get<int>());
            const Picture picture = decodePictureFile(file);
            QCOMPARE(picture.width, entry.at("upright_size_wh")[0].get<int>());
            QVERIFY2(sha256(picture.rgb) == entry.at("rgb_sha256"), name.c_str());
        }
    }

    void picturesOfTheReference() {
        if (onlyPixmaps()) QSKIP("built without OpenCV");
        if (goldenFolder().empty()) QSKIP("the full reference set is not here");
        const auto index = readJson(goldenFolder() / "images" / "index.json");
        for (const auto& [name, entry] : index.items()) {
            const Picture picture =
                decodePictureFile(readBytes(goldenFolder() / entry.at("file").get<std::string>()));
            QVERIFY2(sha256(picture.rgb) == entry.at("rgb_sha256"), name.c_str());
        }
    }

    void manyFormatsAsPillow() {
        if (onlyPixmaps()) QSKIP("built without OpenCV");
        const auto formats = readJson(testData() / "pictures" / "formats.json");
        QVERIFY(formats.size() >= 12);
        for (const auto& [name, entry] : formats.items()) {
            const Picture picture = decodePictureFile(dataFile(name.c_str()));
            QCOMPARE(picture.width, entry.at("size_wh")[0].get<int>());
            QCOMPARE(picture.height, entry.at("size_wh")[1].get<int>());
            for (const auto& row : entry.at("pixels")) {
                const Pixel pixel = pixelOf(picture, row[0], row[1]);
                for (int c = 0; c < 3; ++c) {
                    const int expected = row[static_cast<std::size_t>(2 + c)];
                    const int difference = std::abs(pixel[static_cast<std::size_t>(c)] - expected);
                    const auto text = name + " " + row.dump() + " differs by " + std::to_string(difference);
                    QVERIFY2(difference <= entry.at("tolerance"), text.c_str());
                }
            }
        }
    }

    void sixteenBits() {
        if (onlyPixmaps()) QSKIP("built without OpenCV");
        Bytes big, little;
        for (const std::uint32_t value : {0u, 0x7fffu, 0xffffu, 0x1234u, 0xa0ffu, 0xff00u}) {
            putBig(big, value, 2);
            putLittle(little, value, 2);
        }
        const Pixel first{0, 0x7f, 0xff}, second{0x12, 0xa0, 0xff};
        Picture picture = decodePictureFile(pngFile(2, 1, 16, 2, big));
        QCOMPARE(pixelOf(picture, 0, 0), first);
        QCOMPARE(pixelOf(picture, 1, 0), second);
        picture = decodePictureFile(pngFile(6, 1, 16, 0, big));
        QCOMPARE(pixelOf(picture, 3, 0), (Pixel{0x12, 0x12, 0x12}));
        picture = decodePictureFile(tiffFile(2, 1, 16, 3, 1, little));
        QCOMPARE(pixelOf(picture, 0, 0), first);
        QCOMPARE(pixelOf(picture, 1, 0), second);
        picture = decodePictureFile(tiffFile(6, 1, 16, 1, 1, little));
        QCOMPARE(pixelOf(picture, 4, 0), (Pixel{0xa0, 0xa0, 0xa0}));
    }

    void alphaIsDropped() {
        if (onlyPixmaps()) QSKIP("built without OpenCV");
        const Bytes rgba{10, 20, 30, 0, 40, 50, 60, 128};
        for (const Bytes& file : {pngFile(2, 1, 8, 6, rgba), tiffFile(2, 1, 8, 4, 1, rgba)}) {
            const Picture picture = decodePictureFile(file);
            QCOMPARE(pixelOf(picture, 0, 0), (Pixel{10, 20, 30}));
            QCOMPARE(pixelOf(picture, 1, 0), (Pixel{40, 50, 60}));
        }
        const Picture gray = decodePictureFile(pngFile(2, 1, 8, 4, {7, 0, 9, 255}));
        QCOMPARE(pixelOf(gray, 0, 0), (Pixel{7, 7, 7}));
        QCOMPARE(pixelOf(gray, 1, 0), (Pixel{9, 9, 9}));
    }

    // The corner of the stored picture that must come to the upper left, for each of the eight orientations.
    void orientations() {
        if (onlyPixmaps()) QSKIP("built without OpenCV");
        const Bytes jpeg = dataFile("gray.jpg");  // 24 x 16
        const Picture stored = decodePictureFile(jpeg);
        const int w = stored.width - 1, h = stored.height - 1;
        const std::array<std::array<int, 4>, 8> corners{{{0, 0, w, 0},
                                                         {w, 0, 0, 0},
                                                         {w, h, 0, h},
                                                         {0, h, w, h},
                                                         {0, 0, 0, h},
                                                         {0, h, 0, 0},
                                                         {w, h, w, 0},
                                                         {w, 0, w, h}}};
        Bytes samples;
        for (int y = 0; y <= h; ++y) {
            for (int x = 0; x <= w; ++x) {
                const Pixel pixel = pixelOf(stored, x, y);
                for (const int value : pixel)
                    samples.push_back(static_cast<std::uint8_t>(value));
            }
        }
        for (std::uint32_t orientation = 1; orientation <= 8; ++orientation) {
            const auto& corner = corners[orientation - 1];
            for (const Bytes& file :
                 {withExif(jpeg, orientation), tiffFile(24, 16, 8, 3, orientation, samples)}) {
                const Picture picture = decodePictureFile(file);
                QCOMPARE(picture.width, orientation >= 5 ? stored.height : stored.width);
                QCOMPARE(picture.height, orientation >= 5 ? stored.width : stored.height);
                QCOMPARE(pixelOf(picture, 0, 0), pixelOf(stored, corner[0], corner[1]));
                QCOMPARE(pixelOf(picture, picture.width - 1, 0), pixelOf(stored, corner[2], corner[3]));
            }
        }
    }

    void pixmaps() {
        Picture picture = decodePictureFile(pixmapFile("P6 2 1 255\n", {1, 2, 3, 4, 5, 6}));
        QCOMPARE(pixelOf(picture, 1, 0), (Pixel{4, 5, 6}));
        picture = decodePictureFile(pixmapFile("P5\n#c\n2 #d\n1\n#e\n3\n", {1, 9}));
        QCOMPARE(pixelOf(picture, 0, 0), (Pixel{85, 85, 85}));
        QCOMPARE(pixelOf(picture, 1, 0), (Pixel{255, 255, 255}));
        picture = decodePictureFile(pixmapFile("P5 2 1 65535\n", {0x80, 0x00, 0xff, 0xff}));
        QCOMPARE(pixelOf(picture, 0, 0), (Pixel{128, 128, 128}));
        QCOMPARE(pixelOf(picture, 1, 0), (Pixel{255, 255, 255}));
        for (const char* header :
             {"P6", "P6 ", "P6 1", "P6 1 1 ", "P6 1 1 0\n", "P6 1 1 65536\n", "P6 0 1 255\n", "P6 1 1 255",
              "P6 -1 1 255\n", "P6 99999999999999999999 1 255\n"}) {
            QVERIFY2(refusedAsDamaged(pixmapFile(header, {})), header);
        }
        QVERIFY(!refusal(pixmapFile("P3 1 1 255\n1 2 3\n", {}), ErrorKind::unsupported).empty());
    }

    void noPictures() {
        const std::string text = "Dear reader, this file has the name of a picture and is none.";
        QVERIFY(refusedAsDamaged({}));
        QVERIFY(refusedAsDamaged(Bytes(text.begin(), text.end())));
        QVERIFY(refusedAsDamaged({0x89}));
        QVERIFY(refusedAsDamaged(Bytes(1000, 0)));
        for (std::uint32_t seed = 0; seed < 200; ++seed)
            QVERIFY(refusedAsDamaged(noise(400, seed)));
    }

    void unsupportedKindsAreNamed() {
        const std::string gif = refusal(dataFile("still.gif"), ErrorKind::unsupported);
        QVERIFY2(gif.find("GIF") != std::string::npos, gif.c_str());
        QCOMPARE(readPictureHeader(dataFile("still.gif")).width, 24);
        Bytes heic{0, 0, 0, 24};
        put(heic, "ftypheic and more");
        const std::string named = refusal(heic, ErrorKind::unsupported);
        QVERIFY2(named.find("HEIC") != std::string::npos, named.c_str());

        // CMYK whose inks may or may not be inverted: nobody can know.
        Bytes cmyk = dataFile("cmyk.jpg");
        const std::string adobe = "Adobe";
        const auto at = std::search(cmyk.begin(), cmyk.end(), adobe.begin(), adobe.end());
        QVERIFY(at != cmyk.end());
        *at = 'a';
        QVERIFY(!refusal(cmyk, ErrorKind::unsupported).empty());
    }

    void hugeSizesAreRefusedByTheHeader() {
        Bytes jpeg = dataFile("gray.jpg");
        const Bytes frame{0xff, 0xc0, 0x00};
        const auto at = std::search(jpeg.begin(), jpeg.end(), frame.begin(), frame.end());
        QVERIFY(at != jpeg.end());
        at[5] = 0xea;  // 60,000 rows
        at[6] = 0x60;
        const std::vector<Named> files{{"PNG 60000 wide", pngFile(60000, 1, 8, 0, {0})},
                                       {"PNG 60000 high", pngFile(1, 60000, 8, 0, {})},
                                       {"PNG bomb", pngFile(30000, 30000, 8, 2, {})},
                                       {"PNG 2^31", pngFile(0x80000000u, 0x80000000u, 8, 2, {})},
                                       {"PNG 2^32 - 1", pngFile(0xffffffffu, 0xffffffffu, 16, 6, {})},
                                       {"JPEG", jpeg},
                                       {"TIFF", tiffFile(60000, 60000, 8, 3, 1, {1, 2, 3})},
                                       {"TIFF", tiffFile(0xffffffffu, 2, 8, 3, 1, {1, 2, 3})},
                                       {"BMP", bmpFile(60000, 60000, {})},
                                       {"BMP", bmpFile(20000, INT32_MIN, {})},
                                       {"PPM", pixmapFile("P6 999999999 999999999 255\n", {})},
                                       {"PPM", pixmapFile("P6 20000 20000 255\n", {})}};
        for (const Named& entry : files) {
            const std::string sentence = refusal(entry.file, ErrorKind::invalid_input);
            QVERIFY2(sentence.find("pixels; at most 32768 a side") != std::string::npos,
                     (std::string(entry.name) + ": " + sentence).c_str());
            QVERIFY_EXCEPTION_THROWN(readPictureHeader(entry.file), Error);
        }
        for (const Bytes& file : {pngFile(0, 5, 8, 2, {}), bmpFile(0, 5, {}), tiffFile(5, 0, 8, 3, 1, {})}) {
            QVERIFY(refusedAsDamaged(file));
        }
    }

    void everyPrefixIsRefused() {
        for (const Named& entry : smallFiles()) {
            const std::string whole = refusal(entry.file, ErrorKind::invalid_input);
            QVERIFY2(whole.empty() || whole.starts_with("another kind"), entry.name);
            for (std::size_t length = 0; length < entry.file.size(); ++length) {
                const Bytes prefix(entry.file.begin(),
                                   entry.file.begin() + static_cast<std::ptrdiff_t>(length));
                const bool refused =
                    refusedAsDamaged(prefix) || !refusal(prefix, ErrorKind::unsupported).empty();
                QVERIFY2(refused, (std::string(entry.name) + " " + std::to_string(length)).c_str());
            }
        }
    }

    // Whole on the outside, but pixels are missing inside.
    void missingPixelsAreNoticed() {
        if (onlyPixmaps()) QSKIP("built without OpenCV");
        QVERIFY(!refusedAsDamaged(pngFile(13, 7, 8, 2, noise(13 * 7 * 3, 1))));
        QVERIFY(refusedAsDamaged(pngFile(13, 7, 8, 2, noise(13 * 6 * 3, 1))));
        QVERIFY(refusedAsDamaged(pngFile(13, 7, 8, 2, {})));
        QVERIFY(refusedAsDamaged(tiffFile(13, 7, 8, 3, 1, noise(13 * 6 * 3, 1))));
        Bytes jpeg = dataFile("gray.jpg");
        const Bytes scan{0xff, 0xda};
        const auto at = std::search(jpeg.begin(), jpeg.end(), scan.begin(), scan.end());
        jpeg.erase(at, jpeg.end() - 2);
        QVERIFY(refusedAsDamaged(jpeg));
    }

    void mutationsNeverCrash() {
        std::mt19937 random(20250101);
        for (const Named& entry : smallFiles()) {
            int decoded = 0;
            for (int round = 0; round < 2000; ++round) {
                Bytes file = entry.file;
                const std::uint32_t changes = 1 + random() % 6;
                for (std::uint32_t i = 0; i < changes; ++i) {
                    // Headers are where lies hurt.
                    const std::size_t range =
                        random() % 2 ? file.size() : std::min<std::size_t>(file.size(), 64);
                    std::uint8_t& byte = file[random() % range];
                    const std::uint32_t kind = random() % 4;
                    byte = kind == 0   ? static_cast<std::uint8_t>(random())
                           : kind == 1 ? static_cast<std::uint8_t>(byte ^ (1u << (random() % 8)))
                           : kind == 2 ? std::uint8_t{0xff}
                                       : std::uint8_t{0};
                }
                if (random() % 8 == 0) file.resize(random() % (file.size() + 1));
                try {
                    const Picture picture = decodePictureFile(file);
                    QVERIFY(picture.width > 0 && picture.height > 0);
                    QCOMPARE(picture.rgb.size(),
                             static_cast<std::size_t>(picture.width) * picture.height * 3);
                    ++decoded;
                } catch (const Error& error) {
                    const bool fair = error.kind() == ErrorKind::invalid_input ||
                                      error.kind() == ErrorKind::unsupported ||
                                      error.kind() == ErrorKind::out_of_memory;
                    QVERIFY2(fair, error.what());
                }
            }
            qInfo() << entry.name << decoded << "of 2000 mutations still decode";
        }
    }
};

QTEST_APPLESS_MAIN(PictureFileTest)
#include "picture_file_test.moc"
