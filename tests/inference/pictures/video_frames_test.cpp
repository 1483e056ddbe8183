#include "inference/pictures/video_frames.h"

#include <QTest>
#include <clocale>

#include "inference/pictures/picture_file.h"
#include "tests/inference/networks/golden_data.h"

using namespace sightline;
using namespace sightline::test;

namespace {

void checkSampling(const std::filesystem::path& file, std::size_t at_least) {
    const auto table = readJson(file);
    std::size_t rows = 0;
    for (const auto& row : table.at("rows")) {
        if (row.contains("error")) continue;
        const int total = row.at("total_num_frames");
        const double source_fps = row.at("source_fps").is_null() ? 0.0 : row.at("source_fps").get<double>();
        VideoOptions options;
        const auto& args = row.at("args");
        if (args.contains("fps")) options.fps = args.at("fps");
        if (args.contains("num_frames")) {
            if (args.at("num_frames") > total) continue;
            options.min_frames = options.max_frames = args.at("num_frames");
        }
        const auto indices = sampleFrames(total, source_fps, options);
        if (indices != row.at("indices").get<std::vector<int>>()) qWarning() << row.dump().c_str();
        QVERIFY(indices == row.at("indices").get<std::vector<int>>());
        const auto timestamps = frameTimestamps(indices, source_fps, 2);
        QVERIFY(timestamps == row.at("timestamps").get<std::vector<double>>());
        for (std::size_t i = 0; i < timestamps.size(); ++i) {
            QCOMPARE(timestampText(timestamps[i]), row.at("text")[i].get<std::string>());
        }
        ++rows;
    }
    QVERIFY(rows >= at_least);
}

Picture plain(int width, int height, std::uint8_t value) {
    return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3, value)};
}

VideoPart clip(std::vector<Picture> frames, std::optional<double> fps, bool sample) {
    VideoPart part;
    part.video = std::make_shared<const Video>(Video{std::move(frames), fps});
    part.sample_frames = sample;
    return part;
}

}  // namespace

class VideoFramesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void samplingOfTheExcerpt() { checkSampling(testData() / "image_patches" / "video_sampling.json", 15); }
    void samplingOfTheReference() {
        if (goldenFolder().empty()) QSKIP("the full reference set is not here");
        checkSampling(goldenFolder() / "tables" / "video_sampling.json", 50);
    }

    void strangeRates() {
        const VideoOptions options;
        QVERIFY(sampleFrames(0, 24, options).empty());
        QCOMPARE(sampleFrames(1, 24, options), std::vector<int>{0});
        QCOMPARE(sampleFrames(100, 1e-300, options).size(), std::size_t{100});
        QCOMPARE(sampleFrames(2000000, 1e-300, options).size(), std::size_t{768});
        QCOMPARE(sampleFrames(100, 1e300, options).size(), std::size_t{4});
        QCOMPARE(sampleFrames(48, -5, options), sampleFrames(48, 24, options));
        QCOMPARE(sampleFrames(48, std::nan(""), options), sampleFrames(48, 24, options));
    }

    void timestampsDoNotFollowTheLocale() {
        QCOMPARE(timestampText(0.25), std::string("<0.2 seconds>"));
        QCOMPARE(timestampText(0.35), std::string("<0.3 seconds>"));  // 0.35 is a little less in binary
        QCOMPARE(timestampText(0.75), std::string("<0.8 seconds>"));
        QCOMPARE(timestampText(1234567.05), std::string("<1234567.1 seconds>"));
        for (const char* locale : {"de_DE.UTF-8", "fr_FR.UTF-8"}) {
            if (std::setlocale(LC_ALL, locale)) QCOMPARE(timestampText(0.5), std::string("<0.5 seconds>"));
        }
        std::setlocale(LC_ALL, "C");
    }

    void oddClipRepeatsItsLastFrame() {
        const VideoOptions options;
        const auto result =
            videoPatches(clip({plain(64, 64, 1), plain(64, 64, 2), plain(64, 64, 3)}, 2.0, false), options);
        QCOMPARE(result.patches.grid.t, 2);
        QCOMPARE(result.timestamps, (std::vector<double>{0.25, 1.0}));
        QCOMPARE(result.patches.data.size(), std::size_t{2} * 16 * 1536);
        const std::uint8_t* second = result.patches.data.data() + 16 * 1536;
        QCOMPARE(int{result.patches.data[0]}, 1);
        QCOMPARE(int{result.patches.data[256]}, 2);
        QCOMPARE(int{second[0]}, 3);
        QCOMPARE(int{second[256]}, 3);
    }

    void badClipsAreRefused() {
        const VideoOptions options;
        QVERIFY_EXCEPTION_THROWN(videoPatches(VideoPart{}, options), Error);
        QVERIFY_EXCEPTION_THROWN(videoPatches(clip({}, 2.0, true), options), Error);
        QVERIFY_EXCEPTION_THROWN(videoPatches(clip({plain(64, 64, 1), plain(64, 65, 1)}, 2.0, true), options),
                                 Error);
        QVERIFY_EXCEPTION_THROWN(videoPatches(clip({Picture{}}, 2.0, true), options), Error);
        QVERIFY_EXCEPTION_THROWN(videoPatches(clip({plain(1, 300, 1)}, 2.0, true), options), Error);
    }

    void clipsOfTheReference() {
        if (goldenFolder().empty()) QSKIP("the full reference set is not here");
        const auto index = readJson(goldenFolder() / "videos" / "index.json");
        VideoOptions options;
        options.patches.budget = {4096, 65536};  // of the reference's video_preprocessor_config.json
        for (const auto& [name, entry] : index.items()) {
            std::vector<Picture> frames;
            for (const std::string file : entry.at("frames")) {
                frames.push_back(decodePictureFile(readBytes(goldenFolder() / file)));
            }
            std::optional<double> fps;
            if (!entry.at("fps").is_null()) fps = entry.at("fps").get<double>();
            const auto result =
                videoPatches(clip(std::move(frames), fps, entry.at("do_sample_frames")), options);
            QCOMPARE(result.frame_indices, entry.at("frames_indices").get<std::vector<int>>());
            QCOMPARE(result.timestamps, entry.at("timestamps").get<std::vector<double>>());
            const auto tensors = readTensors(goldenFolder() / entry.at("data").get<std::string>());
            QCOMPARE(result.patches.grid.t, entry.at("grid_thw")[0].get<int>());
            QVERIFY2(result.patches.data == tensors.at("patches_u8").bytes, name.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(VideoFramesTest)
#include "video_frames_test.moc"
